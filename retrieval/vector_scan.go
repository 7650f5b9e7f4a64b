package retrieval

import (
	"context"
	"math"
	"slices"
	"sync"
)

const (
	scanStep     = 512  // vectors between two looks for more work; their codes stay in the cache
	scanAlone    = 8192 // vectors that one core scans before another would have begun
	scanTogether = 8    // queries that share one scan at most
)

// rounding is how far a dot product of unit vectors may be from the true one,
// however its terms are added (Higham, Accuracy and Stability of Numerical
// Algorithms, 3.1, with room).
func rounding(dim int) float64 { return float64(dim) * 0x1p-22 }

// A scan is one query on its way over all vectors. It finds everything that
// may be among the k nearest: similarities that are near the true ones first,
// from codes where the machine has the instructions, then what these tell with a
// margin that covers their error.
type scan struct {
	query []float32
	code  []int8 // of the query
	scale float32
	k     int
	runs  []run // what may be found

	near   []float32 // by item, within the runs
	margin float64
	done   chan bool // true: lead the next scan
}

func (s *vectors) newScan(query []float32, k int, in []run) *scan {
	q := &scan{query: query, k: k, runs: in, near: borrow(s.n), margin: rounding(s.dim), done: make(chan bool, 1)}
	if !coded {
		return q
	}
	q.scale = codeScale(query)
	q.code = make([]int8, codeWidth(s.dim))
	off, length := 0.0, 0.0
	for j, x := range query {
		c := math.Round(float64(x) / float64(q.scale))
		q.code[j] = int8(c)
		d := float64(x) - c*float64(q.scale)
		off += d * d
		length += float64(x) * float64(x)
	}
	// |q·x - q'·x'| <= |q||x - x'| + |q - q'||x'| for codes q' and x'.
	most, longest := 0.0, 0.0
	for _, b := range s.blocks {
		most, longest = max(most, b.most), max(longest, b.longest)
	}
	q.margin += math.Sqrt(length)*most + math.Sqrt(off)*(longest+most)
	return q
}

// A queue lets queries that come while a scan runs share the next one: the
// memory is read once for all of them.
type queue struct {
	mu      sync.Mutex
	busy    bool
	waiting []*scan
}

// run has q scanned, alone or with others.
func (s *vectors) run(ctx context.Context, q *scan) error {
	u := &s.queue
	u.mu.Lock()
	u.waiting = append(u.waiting, q)
	lead := !u.busy
	u.busy = true
	u.mu.Unlock()
	if !lead {
		select {
		case lead = <-q.done:
		case <-ctx.Done():
			u.mu.Lock()
			at := slices.Index(u.waiting, q)
			if at >= 0 && len(q.done) == 0 {
				u.waiting = slices.Delete(u.waiting, at, at+1)
				u.mu.Unlock()
				return ctx.Err()
			}
			u.mu.Unlock()
			lead = <-q.done // it is being scanned, or is to lead
		}
		if !lead {
			return nil
		}
	}
	u.mu.Lock()
	together := slices.Clone(u.waiting[:min(scanTogether, len(u.waiting))])
	u.waiting = slices.Delete(u.waiting, 0, len(together))
	u.mu.Unlock()
	s.scan(together)
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, other := range together {
		if other != q {
			other.done <- false
		}
	}
	if len(u.waiting) > 0 {
		u.waiting[0].done <- true
	} else {
		u.busy = false
	}
	return nil
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

// sumRooms keep the sums of steps.
var sumRooms = sync.Pool{New: func() any { return new(codeSums) }}

// scan fills what is near in each query, on all cores if it is much.
func (s *vectors) scan(qs []*scan) {
	work, steps := 0, (s.n+scanStep-1)/scanStep
	for _, q := range qs {
		work += lengthOf(q.runs)
	}
	bs := bundles(qs)
	step := func(at int) {
		sums := sumRooms.Get().(*codeSums)
		defer sumRooms.Put(sums)
		for _, b := range bs {
			for r := range cutRuns(b.runs, at*scanStep, (at+1)*scanStep) {
				s.step(b, r, sums)
			}
		}
	}
	if work > scanAlone {
		onAllCores(steps, step)
		return
	}
	for at := range steps {
		step(at)
	}
}

// step scans at most scanStep items.
func (s *vectors) step(qs bundle, r run, sums *codeSums) {
	for i, b := range s.blocks {
		lo, hi := max(r.from-s.first[i], 0), min(r.to-s.first[i], b.n)
		if lo >= hi {
			continue
		}
		if qs.codes != nil {
			s.kernel.multiply(b.codes[lo*b.width:hi*b.width], qs.codes, hi-lo, sums)
		}
		for k, q := range qs.qs {
			near := q.near[s.first[i]+lo : s.first[i]+hi]
			for j := range near {
				if qs.codes == nil {
					near[j] = dot(b.vector(lo+j), q.query)
				} else {
					near[j] = float32(sums[k][j]) * b.scales[lo+j] * q.scale
				}
			}
		}
	}
}

// nearest holds the k nearest of what a scan found, with their similarities.
// None that is farther than the farthest of the k that seem nearest is among
// them, and those seem a margin nearer than they are at most.
func (s *vectors) nearest(q *scan) []ranked {
	kept, last := q.candidates()
	out := make([]ranked, 0, 2*q.k)
	farthest := math.Inf(1)
	for _, i := range kept {
		if q.near[i] >= last {
			out = append(out, ranked{i, s.similarity(q.query, i)})
			farthest = min(farthest, out[len(out)-1].score)
		}
	}
	for _, i := range kept {
		if near := q.near[i]; near < last && float64(near) >= farthest-q.margin {
			out = append(out, ranked{i, s.similarity(q.query, i)})
		}
	}
	return out
}

// candidates are the items that may be among the k nearest, and how near the
// last of the k that seem nearest seems.
func (q *scan) candidates() (kept []int, last float32) {
	h := worstFirst{items: make([]ranked, 0, min(q.k, len(q.near)))}
	last = float32(math.Inf(-1))
	least := last
	for _, r := range q.runs {
		for i, s := range q.near[r.from:r.to] {
			if s < least {
				continue
			}
			kept = append(kept, r.from+i)
			h.offer(ranked{r.from + i, float64(s)}, q.k)
			if len(h.items) == q.k {
				last = float32(h.items[0].score)
				least = float32(h.items[0].score - 2*q.margin)
			}
		}
	}
	return kept, last
}
