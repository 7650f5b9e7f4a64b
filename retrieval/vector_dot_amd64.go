package retrieval

import "golang.org/x/sys/cpu"

// dotsQuickly reports whether this machine has dotQuickly.
var dotsQuickly = cpu.X86.HasAVX

//go:noescape
func dotAVX(a, b, next *float32, n int) float32

// dotQuickly is dotAsking for a positive multiple of dotLanes numbers.
func dotQuickly(a, b, next []float32) float32 { return dotAVX(&a[0], &b[0], &next[0], len(a)) }
