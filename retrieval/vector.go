package retrieval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/philippgille/chromem-go"
)

// vectors holds the unit vectors of a view in chromem-go, numbered from 0. A
// built set is not changed. Vectors of no numbers are near nothing: an embedder
// that gives them leaves the search to the words.
type vectors struct {
	store *chromem.Collection
	slab  [][]float32 // the same vectors by number, for exact scores
}

// newVectors stores vs, which must all have one length. The collection's own
// embedding function is never called: everything arrives with its vector, and
// chromem-go's default would send text to a foreign server.
func newVectors(ctx context.Context, vs [][]float32) (*vectors, error) {
	refuse := func(context.Context, string) ([]float32, error) {
		return nil, errors.New("retrieval: passages arrive with their vectors")
	}
	c, err := chromem.NewDB().CreateCollection("passages", nil, refuse)
	if err != nil {
		return nil, fmt.Errorf("creating the vector collection: %w", err)
	}
	for i, v := range vs {
		if len(v) != len(vs[0]) {
			return nil, fmt.Errorf("passage %d has a vector of %d numbers among vectors of %d: ingest again with one embedder", i, len(v), len(vs[0]))
		}
		if len(v) == 0 {
			continue
		}
		if err := c.AddDocument(ctx, chromem.Document{ID: strconv.Itoa(i), Embedding: v}); err != nil {
			return nil, fmt.Errorf("adding a vector: %w", err)
		}
	}
	return &vectors{c, vs}, nil
}

// similarity is the cosine of query and vector i.
func (s *vectors) similarity(query []float32, i int) float64 {
	var sum float32
	for j, x := range s.slab[i] {
		sum += query[j] * x
	}
	return float64(sum)
}

// best are the k nearest vectors that keep lets through, nearest first; equal
// ones in the order of their numbers.
func (s *vectors) best(ctx context.Context, query []float32, k int, keep func(item int) bool) ([]ranked, error) {
	if len(s.slab) == 0 || k == 0 {
		return nil, nil
	}
	if len(query) == 0 && len(s.slab[0]) == 0 {
		return nil, nil
	}
	if len(query) != len(s.slab[0]) {
		return nil, fmt.Errorf("the question's vector has %d numbers, the passages' have %d: ingest again with the configured embedder", len(query), len(s.slab[0]))
	}
	var out []ranked
	if keep != nil {
		// chromem-go's where-filters cost more than they save.
		for i := range s.slab {
			if keep(i) {
				out = append(out, ranked{i, s.similarity(query, i)})
			}
		}
		return first(out, k), nil
	}
	found, err := s.query(ctx, query, k)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		i, err := strconv.Atoi(r.ID)
		if err != nil {
			return nil, fmt.Errorf("chromem-go returned the unknown id %q", r.ID)
		}
		out = append(out, ranked{i, s.similarity(query, i)})
	}
	return first(out, k), nil
}

// query asks chromem-go for the k nearest and everything equal to the last of
// them, as it returns ties in random order: it asks for more until the worst
// of the answer is worse than the k-th.
func (s *vectors) query(ctx context.Context, query []float32, k int) ([]chromem.Result, error) {
	for n := k + 8; ; n *= 4 {
		n = min(n, len(s.slab))
		found, err := s.store.QueryEmbedding(ctx, query, n, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("searching the vectors: %w", err)
		}
		if n == len(s.slab) || found[len(found)-1].Similarity < found[min(k, len(found))-1].Similarity {
			return found, nil
		}
	}
}

// first sorts rs by score, equal ones by number, and keeps k.
func first(rs []ranked, k int) []ranked {
	slices.SortFunc(rs, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.item, b.item))
	})
	return rs[:min(k, len(rs))]
}
