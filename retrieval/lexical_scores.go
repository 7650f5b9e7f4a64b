package retrieval

import (
	"runtime"
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

// A lookedUp term of a query has its number in each of a view's segments, and
// then in those of what is gone; or none.
type lookedUp struct {
	queryTerm
	ids []int32
}

const noTerm = -1

// look looks up the terms of a query, once for all fields.
func (v *view) look(q []queryTerm) []lookedUp {
	n := len(v.segments) + len(v.gone)
	ids := make([]int32, n*len(q))
	out := make([]lookedUp, len(q))
	for i, t := range q {
		out[i] = lookedUp{t, ids[i*n : (i+1)*n : (i+1)*n]}
	}
	for at := range n {
		s := v.segmentOrGone(at)
		for _, t := range out {
			t.ids[at] = noTerm
			if id, ok := s.words.find(t.term); ok {
				t.ids[at] = int32(id)
			}
		}
	}
	return out
}

func (v *view) segmentOrGone(at int) *segment {
	if at < len(v.segments) {
		return v.segments[at]
	}
	return v.gone[at-len(v.segments)]
}

// held is how many items hold a term, and how many have it with those that are
// gone.
func (x *lexical) held(t lookedUp) (df, postings int) {
	for i, p := range x.parts {
		if id := t.ids[i]; id >= 0 {
			postings += p.df(uint32(id))
		}
	}
	df = postings
	for i, p := range x.gone {
		if id := t.ids[len(x.parts)+i]; id >= 0 {
			df -= p.df(uint32(id))
		}
	}
	return df, postings
}

// scores adds up the BM25 scores for the query of the items in, in the order of
// its terms. Those of other items mean nothing. The caller may release the
// result.
func (x *lexical) scores(q []lookedUp, in []run) []float32 {
	sum := borrow(x.items + segmentMost)
	clear(sum[:x.items])
	x.add(sum[:x.items], q, in)
	return sum[:x.items]
}

// add adds to the scores of the items in what other terms score.
func (x *lexical) add(sum []float32, q []lookedUp, in []run) {
	sum = sum[:x.items+segmentMost] // see window
	weights, postings := x.weigh(q)
	if postings == 0 {
		return
	}
	add := func(i int) {
		p := &x.parts[i]
		few, all := p.chosen(in)
		if !all && len(few) == 0 {
			return
		}
		to := window(sum, p.first)
		var m *marks
		if !all {
			m = allMarks.Get().(*marks)
			m.set(few, true)
			defer func() { m.set(few, false); allMarks.Put(m) }()
		}
		p.fetch(q, weights, i)
		for t, w := range weights {
			switch id := q[t].ids[i]; {
			case w == 0 || id < 0:
			case all:
				p.addShare(to, share{uint32(id), w})
			default:
				p.addToFew(to, share{uint32(id), w}, few, m)
			}
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

// fetch reads something of the postings of each term. The processor waits for
// many places of its memory at once, where they do not depend on one another;
// while postings are added up it would wait for one after the other.
func (p *part) fetch(q []lookedUp, weights []float32, part int) {
	sum := uint32(0)
	for t, w := range weights {
		if id := q[t].ids[part]; w != 0 && id >= 0 && p.df(uint32(id)) > 0 {
			sum += p.groups[p.starts[id]].end + uint32(p.items[p.from[id]])
		}
	}
	runtime.KeepAlive(sum)
}

// postingsAlone is up to how many postings one core adds up; more are worth
// waking others.
const postingsAlone = 1 << 14

// weigh is what a query's terms weigh, 0 for one that no item holds, and how many
// items have them, together.
func (x *lexical) weigh(q []lookedUp) (weights []float32, postings int) {
	weights = make([]float32, len(q))
	for i, t := range q {
		df, n := x.held(t)
		postings += n
		if df > 0 {
			weights[i] = float32(t.weight * x.idf(df) * (bm25K1 + 1))
		}
	}
	return weights, postings
}

// A share is what a term of a query adds to the scores of a part's items: its
// number there, and the factor of its fractions.
type share struct {
	id     uint32
	weight float32
}

// addShare adds a share to the scores of a part's items.
func (p *part) addShare(sum *[segmentMost]float32, s share) {
	class := p.class
	for g := p.starts[s.id]; g < p.starts[s.id+1]; g++ {
		items, tf := p.group(g)
		if tf == 1 || tf == 2 || tf == 3 {
			kept := p.fractions[int(tf)-1]
			for _, i := range items {
				sum[i] += float32(s.weight * kept[class[i]])
			}
			continue
		}
		for _, i := range items {
			sum[i] += float32(s.weight * fraction(tf, p.norms[class[i]]))
		}
	}
}
