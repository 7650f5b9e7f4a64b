package retrieval

import (
	"math"
	"sync"
)

// scratch keeps slices of scores from one query to the next.
var scratch sync.Pool

// borrow is a slice of n numbers, whichever; release ends its use.
func borrow(n int) []float32 {
	if p, ok := scratch.Get().(*[]float32); ok && cap(*p) >= n {
		return (*p)[:n]
	}
	return make([]float32, n)
}

// release ends the use of what scores returned.
func release(scores []float32) { scratch.Put(&scores) }

// scores adds up the BM25 scores for the query of the items in, in the order of
// its terms. Those of other items mean nothing. The caller may release the
// result.
func (x *lexical) scores(q []queryTerm, in []run) []float32 {
	sum := borrow(x.items + segmentMost)
	clear(sum[:x.items])
	x.add(sum[:x.items], q, in)
	return sum[:x.items]
}

// add adds to the scores of the items in what other terms score.
func (x *lexical) add(sum []float32, q []queryTerm, in []run) {
	sum = sum[:x.items+segmentMost] // see window
	shares, postings := x.shares(q)
	add := func(i int) {
		p := x.parts[i]
		n := 0
		for r := range cutRuns(in, p.first, p.first+len(p.length)) {
			n += r.to - r.from
		}
		if n == 0 {
			return
		}
		var few []uint16
		if fewShare*n <= len(p.length) {
			few = make([]uint16, 0, n)
			for r := range cutRuns(in, p.first, p.first+len(p.length)) {
				for i := r.from; i < r.to; i++ {
					few = append(few, uint16(i-p.first))
				}
			}
		}
		for _, s := range shares[i] {
			x.addShare(window(sum, p.first), p, s, few)
		}
	}
	if postings < postingsAlone {
		for i := range x.parts {
			add(i)
		}
	} else {
		onAllCores(len(x.parts), add)
	}
}

// postingsAlone is up to how many postings one core adds up; more are worth
// waking others.
const postingsAlone = 1 << 14

// fewShare says what few items of a part are: one in so many at most. They are
// looked up among those that hold a common term, instead of adding up all.
const fewShare = 4

// A share is what a term of a query adds to the scores of a part's items: its
// number there, and the factor of its fractions.
type share struct {
	id     uint32
	weight float32
}

// shares are those of a query's terms, in their order, by part; postings is how
// many items they have together.
func (x *lexical) shares(q []queryTerm) (shares [][]share, postings int) {
	shares = make([][]share, len(x.parts))
	ids := make([]int64, len(x.parts)) // of the term in each part, or -1
	for _, t := range q {
		df := 0
		for i, p := range x.parts {
			ids[i] = -1
			if id, ok := p.words.find(t.term); ok {
				ids[i] = int64(id)
				df += p.df(id)
			}
		}
		postings += df
		for _, p := range x.gone {
			if id, ok := p.words.find(t.term); ok {
				df -= p.df(id)
			}
		}
		if df == 0 {
			continue
		}
		w := float32(t.weight * x.idf(df) * (bm25K1 + 1))
		for i, id := range ids {
			if id >= 0 {
				shares[i] = append(shares[i], share{uint32(id), w})
			}
		}
	}
	return shares, postings
}

// addShare adds a share to the scores of a part's items, or of few of them at
// least.
func (x *lexical) addShare(sum *[segmentMost]float32, p part, s share, few []uint16) {
	norms := window(x.norms, p.first)
	for g := p.starts[s.id]; g < p.starts[s.id+1]; g++ {
		items, tf := p.items[p.groups[g-1].end:p.groups[g].end], p.groups[g].tf
		var kept *[segmentMost]float32
		if tf == 1 || tf == 2 || tf == 3 {
			kept = window(x.fractions[int(tf)-1], p.first)
		}
		if few != nil && len(items) >= max(len(few), commonLeast) {
			if held := p.common[g]; held != nil {
				addHeld(sum, few, held, s.weight, tf, kept, norms)
				continue
			}
		}
		if kept != nil {
			for _, i := range items {
				sum[i] += float32(s.weight * kept[i])
			}
			continue
		}
		for _, i := range items {
			sum[i] += float32(s.weight * fraction(tf, norms[i]))
		}
	}
}

// addHeld adds a share to the scores of those of the items that held has,
// without asking which, as no processor would guess that.
func addHeld(sum *[segmentMost]float32, items []uint16, held []uint64, weight, tf float32, kept, norms *[segmentMost]float32) {
	if kept == nil {
		for _, i := range items {
			if held[i/64]>>(i%64)&1 != 0 {
				sum[i] += float32(weight * fraction(tf, norms[i]))
			}
		}
		return
	}
	for _, i := range items {
		all := -uint32(held[i/64] >> (i % 64) & 1)
		sum[i] += math.Float32frombits(math.Float32bits(float32(weight*kept[i])) & all)
	}
}
