//go:build !linux

package retrieval

func inLargePages([]byte) {}
