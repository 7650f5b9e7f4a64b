//go:build !amd64

package retrieval

// dotsQuickly reports whether this machine has dotQuickly.
const dotsQuickly = false

func dotQuickly(a, b, _ []float32) float32 { return dotSimply(a, b) }
