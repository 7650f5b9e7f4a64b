package retrieval

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// rerankDepth is how many of the best hits a reranker orders, however many are
// asked for.
const rerankDepth = 30

// A Reranker scores texts against a question, the higher the better: by the
// texts' numbers, none for those that it leaves out.
type Reranker interface {
	Rerank(ctx context.Context, question string, texts []string) (map[int]float64, error)
}

// Rerank has r order the best hits of every search from now on; it must be
// called before the first. When r fails, the hits keep their order, and the log
// is told why.
func (x *Index) Rerank(r Reranker) { x.reranker = r }

// reranked orders hits by the reranker. Those that it does not score follow in
// the order that they had, and what is no longer in force stays behind what is.
func (x *Index) reranked(ctx context.Context, question string, hits []Hit) []Hit {
	best := hits[:min(rerankDepth, len(hits))]
	if x.reranker == nil || len(best) < 2 {
		return hits
	}
	texts := make([]string, len(best))
	for i, h := range best {
		texts[i] = h.Text
	}
	scores, err := x.reranker.Rerank(ctx, question, texts)
	if err != nil {
		if ctx.Err() == nil {
			x.log.Warn("reranker: the hits keep their order", "cause", err)
		}
		return hits
	}
	type scored struct {
		Hit
		score float64
	}
	order := make([]scored, len(best))
	for i, h := range best {
		s, ok := scores[i]
		if !ok || math.IsNaN(s) {
			s = math.Inf(-1)
		}
		order[i] = scored{h, s}
	}
	slices.SortStableFunc(order, func(a, b scored) int {
		if a.Ended != nil != (b.Ended != nil) {
			if a.Ended != nil {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.score, a.score)
	})
	// Scores go on ordering the hits: each place keeps the score that it had.
	out := slices.Clone(hits)
	for i, s := range order {
		s.Hit.Score = hits[i].Score
		out[i] = s.Hit
	}
	return out
}
