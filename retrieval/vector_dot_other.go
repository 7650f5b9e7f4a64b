//go:build !amd64

package retrieval

// coded reports whether this machine multiplies codes faster than numbers.
var coded = false

// dotsQuickly reports whether this machine has dotQuickly.
const dotsQuickly = false

func dotQuickly(a, b []float32) float32 { return dotSimply(a, b) }

func dotCodes(codes, query, _ []int8, out []int32) { dotCodesSimply(codes, query, out) }
