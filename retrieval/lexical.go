package retrieval

import (
	"math"
	"sync"
)

// BM25's parameters as Robertson and Zaragoza give them (The Probabilistic
// Relevance Framework, 2009).
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// A lexical index ranks items of one field by BM25, over all segments of a
// view. Items are numbered from 0 through the segments. It never changes.
//
// A term's share of an item's score is its weight times tf/(tf+norm), where
// the norm is the item's alone. That fraction is kept ready for the commonest
// counts, so that scoring is one multiplication and one addition a posting.
type lexical struct {
	parts     []part
	items     int
	mean      float64
	norms     []float32
	fractions [ready][]float32 // of items that hold a term once, twice, …
}

// ready is up to which count fractions are kept.
const ready = 3

// A part is a segment's postings for the field.
type part struct {
	words *dictionary
	*postings
	first int // the number of the segment's first item
}

// newLexical joins the segments' postings for one field.
func newLexical(segments []*segment, field func(*segment) *postings) *lexical {
	x := &lexical{}
	var sum float64
	for _, s := range segments {
		p := field(s)
		x.parts = append(x.parts, part{&s.words, p, x.items})
		x.items += len(p.length)
		for _, n := range p.length {
			sum += float64(n)
		}
	}
	x.mean = max(1, sum/float64(max(1, x.items)))
	x.prepare()
	return x
}

// prepare computes norms and fractions. The slices are longer than the items
// are many: see window.
func (x *lexical) prepare() {
	size := x.items + segmentMost
	x.norms = make([]float32, size)
	for i := range x.fractions {
		x.fractions[i] = make([]float32, size)
	}
	for _, p := range x.parts {
		for i, n := range p.length {
			norm := float32(bm25K1 * (1 - bm25B + bm25B*float64(n)/x.mean))
			x.norms[p.first+i] = norm
			for c := range x.fractions {
				x.fractions[c][p.first+i] = fraction(float32(c+1), norm)
			}
		}
	}
}

func fraction(tf, norm float32) float32 { return tf / (tf + norm) }

// window is the part of s in which a segment's items lie, as an array that any
// of its item numbers indexes without a check.
func window(s []float32, first int) *[segmentMost]float32 {
	return (*[segmentMost]float32)(s[first : first+segmentMost])
}

// df is how many items hold a term.
func (x *lexical) df(t term) int {
	n := 0
	for _, p := range x.parts {
		if id, ok := p.words.find(t); ok {
			n += p.df(id)
		}
	}
	return n
}

// has reports whether an item holds a term.
func (x *lexical) has(t term, item int) bool {
	for _, p := range x.parts {
		if item >= p.first && item < p.first+len(p.length) {
			id, ok := p.words.find(t)
			return ok && p.has(id, uint16(item-p.first))
		}
	}
	return false
}

// idf is BM25's inverse document frequency, never negative.
func (x *lexical) idf(df int) float64 {
	n := float64(x.items)
	return math.Log(1 + (n-float64(df)+0.5)/(float64(df)+0.5))
}

// A weighted term of a query.
type queryTerm struct {
	term
	weight float64
}

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

// scores adds up each item's BM25 score for the query, in the order of its
// terms. The caller may release the result.
func (x *lexical) scores(q []queryTerm) []float32 {
	sum := borrow(x.items + segmentMost)
	clear(sum[:x.items])
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
		if df == 0 {
			continue
		}
		w := float32(t.weight * x.idf(df) * (bm25K1 + 1))
		for i, p := range x.parts {
			if ids[i] >= 0 {
				x.add(window(sum, p.first), p, uint32(ids[i]), w)
			}
		}
	}
	return sum[:x.items]
}

// add adds a term's shares, weighted by w, to the scores of a part's items.
func (x *lexical) add(sum *[segmentMost]float32, p part, id uint32, w float32) {
	for g := p.starts[id]; g < p.starts[id+1]; g++ {
		items, tf := p.items[p.groups[g-1].end:p.groups[g].end], p.groups[g].tf
		if tf == 1 || tf == 2 || tf == 3 {
			kept := window(x.fractions[int(tf)-1], p.first)
			for _, i := range items {
				sum[i] += float32(w * kept[i])
			}
			continue
		}
		norms := window(x.norms, p.first)
		for _, i := range items {
			sum[i] += float32(w * fraction(tf, norms[i]))
		}
	}
}

// A ranked item with its score.
type ranked struct {
	item  int
	score float64
}

// best are the k items with the highest scores above zero that keep lets
// through; equal scores in the order of their numbers.
func best(scores []float32, k int, keep func(item int) bool) []ranked {
	if k <= 0 {
		return nil
	}
	h := make(worstFirst, 0, min(k, len(scores)))
	least := float32(0) // what an item must exceed; items that come later lose ties
	for i, s := range scores {
		if s <= least || keep != nil && !keep(i) {
			continue
		}
		if len(h) < k {
			h.push(ranked{i, float64(s)})
		} else {
			h.replace(ranked{i, float64(s)})
		}
		if len(h) == k {
			least = float32(h[0].score)
		}
	}
	return first(h, k)
}

// worstFirst is a heap of ranked items with the last of them on top.
type worstFirst []ranked

func (a ranked) before(b ranked) bool {
	return a.score > b.score || a.score == b.score && a.item < b.item
}

func (h *worstFirst) push(r ranked) {
	*h = append(*h, r)
	s := *h
	for i := len(s) - 1; i > 0; {
		up := (i - 1) / 2
		if !s[up].before(s[i]) {
			break
		}
		s[up], s[i] = s[i], s[up]
		i = up
	}
}

// replace puts r in the place of the last.
func (h worstFirst) replace(r ranked) {
	h[0] = r
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c].before(h[c+1]) {
			c++
		}
		if !h[i].before(h[c]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}
