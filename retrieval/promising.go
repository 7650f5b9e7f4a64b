package retrieval

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// In a large corpus a question is scored in two steps. Its rarer terms choose
// the passages that are promising; those alone are scored by the common terms
// too, by their documents' openings and by what feedback adds. Common terms have
// most of the postings and little of the weight: on 60,821 articles of law the
// ten best passages were the same for each of 100 questions, and two in ten
// thousand of the hundred best were others.
const (
	promisingFrom   = 1 << 14 // passages of a large corpus
	promisingMost   = 1000    // so many of them are chosen, or some more
	promisingLeast  = 300     // fewer, and all are scored in full
	promisingSample = 64      // of so many passages one tells beforehand what is promising
	commonWeight    = 0.1     // of a question's, that its common terms have at most
)

// byRarity parts a question's terms: the commonest, which together weigh little,
// and the rest.
func (v *view) byRarity(terms []lookedUp) (rare, common []lookedUp) {
	type weighed struct {
		at, df int
		weight float64
	}
	all := make([]weighed, len(terms))
	sum := 0.0
	for i, t := range terms {
		df, _ := v.body.held(t)
		all[i] = weighed{i, df, t.weight * v.body.idf(df)}
		if df > 0 {
			sum += all[i].weight
		}
	}
	slices.SortStableFunc(all, func(a, b weighed) int { return cmp.Compare(b.df, a.df) })
	isCommon := make([]bool, len(terms))
	left := commonWeight * sum
	for _, w := range all {
		if left -= w.weight; left < 0 {
			break
		}
		isCommon[w.at] = true
	}
	for i, t := range terms {
		if isCommon[i] {
			common = append(common, t)
		} else {
			rare = append(rare, t)
		}
	}
	return rare, common
}

// promising are the passages in that score best together with what their
// documents lend them, promisingMost or some more, and those of also; all in, if
// only a few score at all.
func (v *view) promising(body, docs []float32, in []run, also []ranked) []run {
	x := lents.Get().(*lent)
	defer lents.Put(x)
	x.takeSample(in)
	v.lentScores(x, body, docs, x.sample, math.SmallestNonzeroFloat32, 2*promisingMost/promisingSample)
	from := x.from
	v.lentScores(x, body, docs, in, from, promisingMost)
	if len(x.items) < promisingMost && from > math.SmallestNonzeroFloat32 { // the sample deceived
		v.lentScores(x, body, docs, in, math.SmallestNonzeroFloat32, promisingMost)
	}
	if len(x.items) < promisingLeast {
		return in
	}
	for _, r := range also {
		x.items = append(x.items, r.item)
	}
	slices.Sort(x.items)
	return asRuns(x.items)
}

// lent are passages with what their documents lend them. It keeps its memory.
type lent struct {
	items  []int
	scores []float32
	from   float32 // the least of the scores, or less
	sample []run   // of the passages, see takeSample
}

var lents = sync.Pool{New: func() any { return new(lent) }}

// takeSample takes one of promisingSample passages in for the sample.
func (x *lent) takeSample(in []run) {
	x.sample = x.sample[:0]
	next := 0 // from the beginning of a run on
	for _, r := range in {
		for ; r.from+next < r.to; next += promisingSample {
			x.sample = append(x.sample, run{r.from + next, r.from + next + 1})
		}
		next -= r.to - r.from
	}
}

// lentScores makes x the most best passages in, or some more, of those that score
// from on; the passages that score nothing are not among them.
func (v *view) lentScores(x *lent, body, docs []float32, in []run, from float32, most int) {
	x.items, x.scores, x.from = x.items[:0], x.scores[:0], from
	var t tally
	for _, r := range in {
		of := v.docOf[r.from:r.to]
		for i, s := range body[r.from:r.to] {
			score := s + float32(docWeight*docs[of[i]])
			if score < x.from || s <= 0 {
				continue
			}
			x.items, x.scores = append(x.items, r.from+i), append(x.scores, score)
			if t.add(score); t.n >= 2*most {
				x.from = t.cut(most)
			}
		}
	}
	x.from = max(from, t.cut(most))
	n := 0
	for i, s := range x.scores {
		if s >= x.from {
			x.items[n], x.scores[n] = x.items[i], s
			n++
		}
	}
	x.items, x.scores = x.items[:n], x.scores[:n]
}

// A tally counts scores by size. Floating-point numbers above zero are in the
// order of their bits, and the first bits tell apart what differs by three in a
// hundred.
type tally struct {
	n     int
	sizes [tallySizes]uint32
}

const (
	tallyDrop  = 23 - 5         // bits that tell less
	tallySizes = 16 << 5        // sixteen powers of two in 32 steps each
	tallyLeast = (127 - 6) << 5 // 1/64; less is counted as that
)

func (t *tally) add(s float32) {
	size := int(math.Float32bits(s)>>tallyDrop) - tallyLeast
	t.sizes[min(max(size, 0), tallySizes-1)]++
	t.n++
}

// cut is the score from which on there are most scores or some more, or all;
// what is less is forgotten.
func (t *tally) cut(most int) float32 {
	t.n = 0
	for size := tallySizes - 1; size > 0; size-- {
		if t.n += int(t.sizes[size]); t.n >= most {
			clear(t.sizes[:size])
			return math.Float32frombits(uint32(size+tallyLeast) << tallyDrop)
		}
	}
	t.n += int(t.sizes[0])
	return math.SmallestNonzeroFloat32
}

// docsOf are the documents of passages.
func (v *view) docsOf(in []run) []run {
	out := make([]run, 0, len(in))
	for _, r := range in {
		if r.from == r.to {
			continue
		}
		from, to := int(v.docOf[r.from]), int(v.docOf[r.to-1])+1
		if last := len(out) - 1; last >= 0 && from <= out[last].to {
			out[last].to = to
		} else {
			out = append(out, run{from, to})
		}
	}
	return out
}
