package retrieval

import (
	"math"
	"slices"
)

// BM25's parameters as Robertson and Zaragoza give them (The Probabilistic
// Relevance Framework, 2009).
const (
	bm25K1 = 1.2
	bm25B  = 0.9
)

// A lexical index ranks items of one field by BM25, over all segments of a
// view. Items are numbered from 0 through the segments. It never changes.
//
// A term's share of an item's score is its weight times tf/(tf+norm), where
// the norm follows from the item's length. Items have few different lengths, so
// that for each of them that fraction is kept ready for the commonest counts:
// scoring is one multiplication and one addition a posting, and a view that
// changes has little to compute anew.
//
// Items that are gone keep their numbers; the statistics are those of the rest,
// to the bit, since what is gone is subtracted and no sum needs rounding.
type lexical struct {
	parts  []part
	gone   []part
	items  int   // numbers, of what is gone too
	living []run // items that are not gone
	count  int   // items that are not gone
	mean   float64
}

// ready is up to which count fractions are kept.
const ready = 3

// A part is a segment's postings for the field.
type part struct {
	words *dictionary
	*postings
	first     int              // the number of the segment's first item
	norms     []float32        // by class of length
	fractions [ready][]float32 // likewise, of items that hold a term once, twice, …
}

// newLexical joins the segments' postings for one field; the words of gone are
// those of items that are in segments and count no more.
func newLexical(segments, gone []*segment, field func(*segment) *postings) *lexical {
	x := &lexical{}
	var sum float64
	for _, s := range segments {
		p := field(s)
		x.parts = append(x.parts, part{words: &s.words, postings: p, first: x.items})
		x.items += len(p.length)
		sum += p.total
	}
	x.count = x.items
	for _, s := range gone {
		p := field(s)
		x.gone = append(x.gone, part{words: &s.words, postings: p})
		x.count -= len(p.length)
		sum -= p.total
	}
	x.mean = max(1, sum/float64(max(1, x.count)))
	x.prepare()
	return x
}

// prepare computes norms and fractions.
func (x *lexical) prepare() {
	for i := range x.parts {
		p := &x.parts[i]
		p.norms = make([]float32, len(p.lengths))
		for c := range p.fractions {
			p.fractions[c] = make([]float32, len(p.lengths))
		}
		for class, n := range p.lengths {
			p.norms[class] = float32(bm25K1 * (1 - bm25B + bm25B*float64(n)/x.mean))
			for c := range p.fractions {
				p.fractions[c][class] = fraction(float32(c+1), p.norms[class])
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

// df is how many items hold a term, or any number above most when they are more
// than that.
func (x *lexical) df(t term, most int) int {
	n := 0
	for _, p := range x.gone {
		if id, ok := p.words.find(t); ok {
			n -= p.df(id)
		}
	}
	for _, p := range x.parts {
		if id, ok := p.words.find(t); ok {
			n += p.df(id)
		}
		if n > most {
			break
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
	n := float64(x.count)
	return math.Log(1 + (n-float64(df)+0.5)/(float64(df)+0.5))
}

// heldAtMost is how many items hold a term at most that has such an idf or more.
func (x *lexical) heldAtMost(idf float64) int {
	return int((float64(x.count)+1)/math.Exp(idf)-0.5) + 1
}

// unseen is how many passages without a term are taken to exist beside those
// of the index: in a library of five documents, a word that stands in two is
// still a rare one.
const unseen = 100

// rarity is idf among the items of the index and the unseen ones.
func (x *lexical) rarity(df int) float64 {
	n := float64(x.count + unseen)
	return math.Log(1 + (n-float64(df)+0.5)/(float64(df)+0.5))
}

// A weighted term of a query.
type queryTerm struct {
	term
	weight float64
}

// A ranked item with its score.
type ranked struct {
	item  int
	score float64
}

// A tieOrder says in which order items with equal scores stand: that of their
// documents' places, and within a document that of their numbers. The zero
// tieOrder is the order of the numbers.
type tieOrder struct {
	docOf []uint32 // item -> document
	place []uint32 // of each document
}

// before reports whether a stands before b.
func (o tieOrder) before(a, b ranked) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	if o.place != nil && o.docOf[a.item] != o.docOf[b.item] {
		return o.place[o.docOf[a.item]] < o.place[o.docOf[b.item]]
	}
	return a.item < b.item
}

// first sorts rs, best first, and keeps k.
func (o tieOrder) first(rs []ranked, k int) []ranked {
	slices.SortFunc(rs, func(a, b ranked) int {
		switch {
		case o.before(a, b):
			return -1
		case o.before(b, a):
			return 1
		}
		return 0
	})
	return rs[:min(k, len(rs))]
}

// best are the k items of those in with the highest scores above zero, best
// first.
func (o tieOrder) best(scores []float32, k int, in []run) []ranked {
	if k <= 0 {
		return nil
	}
	h := worstFirst{tieOrder: o, items: make([]ranked, 0, min(k, len(scores)))}
	least := float32(math.SmallestNonzeroFloat32)
	for _, r := range in {
		for i, s := range scores[r.from:r.to] {
			if s < least {
				continue
			}
			h.offer(ranked{r.from + i, float64(s)}, k)
			if len(h.items) == k {
				least = float32(h.items[0].score)
			}
		}
	}
	return o.first(h.items, k)
}

// worstFirst is a heap of ranked items with the last of them on top.
type worstFirst struct {
	tieOrder
	items []ranked
}

// offer adds r while there are fewer than k items; then it may take the place
// of the last.
func (h *worstFirst) offer(r ranked, k int) {
	switch {
	case len(h.items) < k:
		h.items = append(h.items, r)
		h.rise(len(h.items) - 1)
	case h.before(r, h.items[0]):
		h.items[0] = r
		h.sink()
	}
}

func (h *worstFirst) rise(i int) {
	for i > 0 {
		up := (i - 1) / 2
		if !h.before(h.items[up], h.items[i]) {
			return
		}
		h.items[up], h.items[i] = h.items[i], h.items[up]
		i = up
	}
}

func (h *worstFirst) sink() {
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h.items) {
			return
		}
		if c+1 < len(h.items) && h.before(h.items[c], h.items[c+1]) {
			c++
		}
		if !h.before(h.items[i], h.items[c]) {
			return
		}
		h.items[i], h.items[c] = h.items[c], h.items[i]
		i = c
	}
}
