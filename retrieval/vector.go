package retrieval

import (
	"context"
	"fmt"
	"slices"
)

// scanFrom is from how many vectors on a scan of codes answers in place of
// chromem-go, which takes 0.7 µs a vector of 512 numbers.
const scanFrom = 2048

// vectors are the unit vectors of a view, numbered from 0 through its blocks.
// Vectors of no numbers are near nothing: an embedder that gives them leaves
// the search to the words. The set is not changed.
type vectors struct {
	n, dim int
	blocks []*block
	first  []int // the number of each block's first vector
	ties   tieOrder
	from   int // from how many on a scan answers
	kernel kernel
	queue  queue
}

func newVectors(blocks []*block) *vectors {
	s := &vectors{from: scanFrom, kernel: kernels[len(kernels)-1]}
	for _, b := range blocks {
		s.blocks, s.first = append(s.blocks, b), append(s.first, s.n)
		s.n += b.n
		s.dim = b.dim
	}
	return s
}

// measure sets the scores of rs to their similarities, the cosines of query and
// vector.
func (s *vectors) measure(query []float32, rs []ranked) {
	if len(rs) == 0 {
		return
	}
	next := s.vector(rs[0].item)
	for i := range rs {
		v := next
		if i+1 < len(rs) {
			next = s.vector(rs[i+1].item)
		}
		rs[i].score = float64(dotAsking(v, query, next))
	}
}

// vector is vector i, not to be changed.
func (s *vectors) vector(i int) []float32 {
	b, _ := slices.BinarySearch(s.first, i+1)
	return s.blocks[b-1].vector(i - s.first[b-1])
}

// best are the k nearest vectors of those in, living ones in order, nearest
// first; equal ones in their tie order.
func (s *vectors) best(ctx context.Context, query []float32, k int, in []run) ([]ranked, error) {
	if s.n == 0 || k <= 0 || len(query) == 0 && s.dim == 0 {
		return nil, nil
	}
	if len(query) != s.dim {
		return nil, fmt.Errorf("the question's vector has %d numbers, the passages' have %d: ingest again with the configured embedder", len(query), s.dim)
	}
	if s.n >= s.from {
		q := s.newScan(query, k, in)
		defer q.list.release()
		if err := s.run(ctx, q); err != nil {
			return nil, err
		}
		return s.ties.first(s.nearest(q), k), nil
	}
	items, err := s.candidates(ctx, query, k, in)
	if err != nil {
		return nil, err
	}
	out := make([]ranked, len(items))
	for i, item := range items {
		out[i].item = item
	}
	s.measure(query, out)
	return s.ties.first(out, k), nil
}

// candidates hold the k nearest, of so few vectors that no scan is worth it.
func (s *vectors) candidates(ctx context.Context, query []float32, k int, in []run) ([]int, error) {
	var items []int
	if !slices.Equal(in, []run{{0, s.n}}) {
		// chromem-go's where-filters cost more than they save, and its
		// collections keep what is gone.
		for _, r := range in {
			for i := r.from; i < r.to; i++ {
				items = append(items, i)
			}
		}
		return items, nil
	}
	for b, block := range s.blocks {
		found, err := block.nearest(ctx, query, k)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			items = append(items, s.first[b]+i)
		}
	}
	return items, nil
}
