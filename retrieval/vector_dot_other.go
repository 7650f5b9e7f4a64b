//go:build !amd64

package retrieval

// coded reports whether this machine multiplies codes faster than numbers.
var coded = false

func dotCodes(codes, query, _ []int8, out []int32) { dotCodesSimply(codes, query, out) }
