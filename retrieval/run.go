package retrieval

import (
	"cmp"
	"iter"
	"slices"
)

// A run is the items [from, to).
type run struct{ from, to int }

// cutRuns yields what of the runs, which are in order, lies in [from, to).
func cutRuns(runs []run, from, to int) iter.Seq[run] {
	return func(yield func(run) bool) {
		at, _ := slices.BinarySearchFunc(runs, from, func(r run, from int) int { return cmp.Compare(r.to, from+1) })
		for ; at < len(runs) && runs[at].from < to; at++ {
			if !yield(run{max(from, runs[at].from), min(to, runs[at].to)}) {
				return
			}
		}
	}
}

// lengthOf is how many items runs have together.
func lengthOf(runs []run) (n int) {
	for _, r := range runs {
		n += r.to - r.from
	}
	return n
}

// asRuns are the runs of items, ascending, any of which may come again.
func asRuns(items []int) []run {
	out := make([]run, 0, len(items))
	for _, i := range items {
		switch last := len(out) - 1; {
		case last < 0 || i > out[last].to:
			out = append(out, run{i, i + 1})
		case i == out[last].to:
			out[last].to++
		}
	}
	return out
}
