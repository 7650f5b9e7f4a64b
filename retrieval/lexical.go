package retrieval

import (
	"cmp"
	"math"
	"slices"
)

// BM25's parameters as Robertson and Zaragoza give them (The Probabilistic
// Relevance Framework, 2009), and the weight of single characters against
// pairs and words, which was chosen on public questions.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// A posting is one passage that holds a term, and how often.
type posting struct {
	item uint32
	tf   float32
}

// A lexical index ranks items by BM25. Items are numbered from 0 in the order
// they are added; a built index is not changed.
type lexical struct {
	postings map[term][]posting
	length   []float32 // weighted count of terms of each item
	mean     float64
}

func newLexical() *lexical { return &lexical{postings: map[term][]posting{}} }

// A field is a piece of an item's text with its weight: 1 for the body.
type field struct {
	text   string
	weight float32
}

// add appends an item. Weights scale term counts before saturation (BM25F,
// with one length for all fields).
func (x *lexical) add(fields ...field) {
	item := uint32(len(x.length))
	counts := map[term]float32{}
	var n float32
	for _, f := range fields {
		eachTerm(f.text, func(t term) {
			counts[t] += f.weight
			if !t.single() {
				n += f.weight
			}
		})
	}
	for t, tf := range counts {
		x.postings[t] = append(x.postings[t], posting{item, tf})
	}
	x.length = append(x.length, n)
}

// build fixes the statistics; call it once after the last add.
func (x *lexical) build() {
	var sum float64
	for _, n := range x.length {
		sum += float64(n)
	}
	x.mean = max(1, sum/float64(max(1, len(x.length))))
}

// has reports whether an item holds a term.
func (x *lexical) has(t term, item int) bool {
	_, ok := slices.BinarySearchFunc(x.postings[t], uint32(item), func(p posting, i uint32) int { return cmp.Compare(p.item, i) })
	return ok
}

// idf is BM25's inverse document frequency, never negative.
func (x *lexical) idf(df int) float64 {
	n := float64(len(x.length))
	return math.Log(1 + (n-float64(df)+0.5)/(float64(df)+0.5))
}

// A weighted term of a query.
type queryTerm struct {
	term
	weight float64
}

// scores adds up each item's BM25 score for the query into a new slice.
func (x *lexical) scores(q []queryTerm) []float32 {
	out := make([]float32, len(x.length))
	for _, t := range q {
		ps := x.postings[t.term]
		if len(ps) == 0 {
			continue
		}
		w := t.weight * x.idf(len(ps)) * (bm25K1 + 1)
		for _, p := range ps {
			tf := float64(p.tf)
			norm := bm25K1 * (1 - bm25B + bm25B*float64(x.length[p.item])/x.mean)
			out[p.item] += float32(w * tf / (tf + norm))
		}
	}
	return out
}

// A ranked item with its score.
type ranked struct {
	item  int
	score float64
}

// best are the k items with the highest scores above zero that keep lets
// through; equal scores in the order of their numbers.
func best(scores []float32, k int, keep func(item int) bool) []ranked {
	var out []ranked
	for i, s := range scores {
		if s > 0 && (keep == nil || keep(i)) {
			out = append(out, ranked{i, float64(s)})
		}
	}
	return first(out, k)
}
