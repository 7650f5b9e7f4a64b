//go:build !amd64

package retrieval

// coded reports whether this machine multiplies codes faster than numbers.
var coded = false

func dotCodes(codes []int8, query []int16, out []int32) { dotCodesSimply(codes, query, out) }
