package retrieval

import "golang.org/x/sys/cpu"

// coded reports whether this machine multiplies codes faster than numbers.
var coded = cpu.X86.HasAVX2

// dotsQuickly reports whether this machine has dotQuickly.
var dotsQuickly = cpu.X86.HasAVX

//go:noescape
func dotAVX(a, b *float32, n int) float32

// dotQuickly is dotSimply for a positive multiple of dotLanes numbers.
func dotQuickly(a, b []float32) float32 { return dotAVX(&a[0], &b[0], len(a)) }

//go:noescape
func dotCodesAVX2(codes, query, size *int8, width int, out *int32, n int)

// dotCodes sets out[i] to the dot product of the i-th code and query; codes
// are as long as query, a multiple of 32, and stand one after the other. size
// is the query without its signs. No number is -128.
func dotCodes(codes, query, size []int8, out []int32) {
	if !coded {
		dotCodesSimply(codes, query, out)
		return
	}
	if len(out) == 0 {
		return
	}
	_, _ = codes[len(out)*len(query)-1], size[len(query)-1]
	dotCodesAVX2(&codes[0], &query[0], &size[0], len(query), &out[0], len(out))
}
