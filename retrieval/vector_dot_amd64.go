package retrieval

import "golang.org/x/sys/cpu"

// coded reports whether this machine multiplies codes faster than numbers.
var coded = cpu.X86.HasAVX2

// dotCodesAVX2 sets out[i] to the dot product of the i-th code and query, for
// n codes of width numbers one after the other; width is a multiple of 32.
//
//go:noescape
func dotCodesAVX2(codes *int8, query *int16, width int, out *int32, n int)

func dotCodes(codes []int8, query []int16, out []int32) {
	if len(out) == 0 {
		return
	}
	if !coded {
		dotCodesSimply(codes, query, out)
		return
	}
	_ = codes[len(out)*len(query)-1]
	dotCodesAVX2(&codes[0], &query[0], len(query), &out[0], len(out))
}
