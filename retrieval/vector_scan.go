package retrieval

import (
	"math"
	"slices"
	"sync"
)

const (
	scanStep  = 512  // vectors between two looks for more work; their codes stay in the cache
	scanAlone = 8192 // vectors that one core scans before another would have begun
	scanAhead = 8    // vectors ahead that the memory is asked for
	scanShort = 32   // vectors of a short run
)

// rounding is how far a dot product of unit vectors may be from the true one,
// however its terms are added (Higham, Accuracy and Stability of Numerical
// Algorithms, 3.1, with room for what a scan does with it).
func rounding(dim int) float64 { return float64(dim+4) * 0x1p-22 }

// A scan is one query on its way over all vectors. It lists what may be among
// the k nearest: by their codes, where the machine multiplies these fast, with
// bounds that cover their error.
type scan struct {
	query []float32
	k     int
	runs  []run // what may be found
	list  *shortlist

	// The similarity to a vector is scale times the vector's scale times the
	// product of the codes, give or take spread, which is by block; and slack more
	// or less.
	code   []int8 // of the query; nil where there are no codes
	scale  float32
	spread []float32
	slack  float32

	done chan bool // true: lead the next scan
}

func (s *vectors) newScan(query []float32, k int, in []run) *scan {
	q := &scan{query: query, k: k, runs: in, list: borrowShortlist(k), slack: float32(rounding(s.dim)), done: make(chan bool, 1)}
	if !coded {
		return q
	}
	q.scale = codeScale(query)
	q.code = make([]int8, codeWidth(s.dim))
	off, length := encode(query, q.scale, q.code)
	// |q·x - q'·x'| <= |q||x - x'| + |q - q'||x'| for codes q' and x'; |x - x'| is
	// a multiple of x's scale at most, |x'| is longest at most.
	longest := 0.0
	for _, b := range s.blocks {
		longest = max(longest, b.longest)
		q.spread = append(q.spread, float32(length*b.off/float64(q.scale)))
	}
	q.slack += float32(off * longest)
	return q
}

// A bundle is queries of a scan that look into the same runs.
type bundle struct {
	qs    []*scan
	runs  []run
	codes *codedQueries // nil where there are no codes
}

// bundles are all of the queries.
func bundles(qs []*scan) (bs []bundle) {
	for _, q := range qs {
		at := slices.IndexFunc(bs, func(b bundle) bool { return len(b.qs) < codedTogether && slices.Equal(b.runs, q.runs) })
		if at < 0 {
			at, bs = len(bs), append(bs, bundle{runs: q.runs})
		}
		bs[at].qs = append(bs[at].qs, q)
	}
	for i, b := range bs {
		if b.qs[0].code == nil {
			continue
		}
		var codes [][]int8
		for _, q := range b.qs {
			codes = append(codes, q.code)
		}
		bs[i].codes = codeQueries(codes)
	}
	return bs
}

// A scanRoom is what a step needs.
type scanRoom struct {
	sums  codeSums
	marks scanMarks
	found [scanStep]bounded
}

var scanRooms = sync.Pool{New: func() any { return new(scanRoom) }}

// scan lists what may be nearest to each query, on all cores if it is much.
func (s *vectors) scan(qs []*scan) {
	work, steps := 0, (s.n+scanStep-1)/scanStep
	for _, q := range qs {
		work += lengthOf(q.runs)
	}
	bs := bundles(qs)
	if work <= scanAlone {
		room := scanRooms.Get().(*scanRoom)
		defer scanRooms.Put(room)
		for _, b := range bs {
			s.scanRuns(b, room)
		}
		return
	}
	onAllCores(steps, func(at int) {
		room := scanRooms.Get().(*scanRoom)
		defer scanRooms.Put(room)
		for _, b := range bs {
			for r := range cutRuns(b.runs, at*scanStep, (at+1)*scanStep) {
				s.step(b, r, scanAhead, room)
			}
		}
	})
}

// scanRuns scans one run after the other. While it scans a short one the memory
// is asked for the next: it would see no order in them.
func (s *vectors) scanRuns(qs bundle, room *scanRoom) {
	for i, r := range qs.runs {
		next := scanAhead
		if r.to-r.from <= scanShort && i+1 < len(qs.runs) {
			next = qs.runs[i+1].from - r.from
		}
		for at := r.from; at < r.to; at += scanStep {
			s.step(qs, run{at, min(at+scanStep, r.to)}, next, room)
		}
	}
}

// step scans at most scanStep items; wanted soon are those that come next items
// later.
func (s *vectors) step(qs bundle, r run, next int, room *scanRoom) {
	for i, b := range s.blocks {
		lo, hi := max(r.from-s.first[i], 0), min(r.to-s.first[i], b.n)
		if lo >= hi {
			continue
		}
		if qs.codes == nil {
			for _, q := range qs.qs {
				q.list.add(q.compare(b, s.first[i], run{lo, hi}, room.found[:0]))
			}
			continue
		}
		s.kernel.multiply(b.codes[lo*b.width:hi*b.width], qs.codes, hi-lo, next, &room.sums)
		for k, q := range qs.qs {
			scales, sums := b.scales[lo:hi], room.sums[k][:hi-lo]
			s.kernel.mark(sums, scales, q.spread[i], (q.list.below()-q.slack)/q.scale, &room.marks)
			found := room.found[:0]
			for j := range room.marks.each(hi - lo) {
				unit := scales[j] * q.scale
				near, off := unit*float32(sums[j]), unit*q.spread[i]+q.slack
				found = append(found, bounded{s.first[i] + lo + j, binOf(near - off), near + off})
			}
			q.list.add(found)
		}
	}
}

// compare appends to found those of a block's vectors r that may be among the
// nearest, where there are no codes. The block's first vector is number first.
func (q *scan) compare(b *block, first int, r run, found []bounded) []bounded {
	least := q.list.below()
	for i := r.from; i < r.to; i++ {
		if near := dot(b.vector(i), q.query); near+q.slack >= least {
			found = append(found, bounded{first + i, binOf(near - q.slack), near + q.slack})
		}
	}
	return found
}

// nearest holds the k nearest of what a scan listed, with their similarities. At
// least k items reach what the list tells, so that none that is farther than the
// farthest of these is among the nearest.
func (s *vectors) nearest(q *scan) []ranked {
	out, rest := make([]ranked, 0, 2*q.k), make([]ranked, 0, 4*q.k)
	for _, x := range q.list.items {
		if x.bin >= q.list.reach {
			out = append(out, ranked{item: x.item})
		}
	}
	s.measure(q.query, out)
	farthest := math.Inf(1)
	for _, r := range out {
		farthest = min(farthest, r.score)
	}
	for _, x := range q.list.items {
		if x.bin < q.list.reach && float64(x.high) >= farthest {
			rest = append(rest, ranked{item: x.item})
		}
	}
	s.measure(q.query, rest)
	for _, r := range rest {
		if r.score >= farthest {
			out = append(out, r)
		}
	}
	return out
}
