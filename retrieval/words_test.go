package retrieval

import (
	"context"
	"testing"
)

// A spy is a model's embedder that counts questions.
type spy struct {
	Embedder
	asked int
}

func (s *spy) EmbedQuery(ctx context.Context, q string) ([]float32, error) {
	s.asked++
	return s.Embedder.EmbedQuery(ctx, q)
}

// TestWords: a search by words asks no embedder and no reranker, and finds what
// the words find; with the hashed vectors, which are words, it is like any other.
func TestWords(t *testing.T) {
	docs := []told{{id: "a", passages: []string{"居家养老服务补贴。居家养老。"}}, {id: "b", passages: []string{"居家养老服务的补贴另行通知。"}},
		{id: "c", passages: []string{"公园每天开放十二小时。"}}}
	x := indexOf(t, docs...)
	q := Query{Text: "居家养老补贴", K: 3}
	plain := ask(t, x, q)
	emb := &spy{Embedder: x.emb}
	x.emb = emb // no Hashed any more: its cosines count as a model's
	x.reranker = rerankerFunc(func([]string) (map[int]float64, error) {
		t.Error("a reranker was asked")
		return nil, nil
	})
	hits, err := Words{x}.Search(t.Context(), q)
	if err != nil || ids(hits) != "a b" || emb.asked != 0 {
		t.Errorf("found %s, %v, asking the embedder %d times", ids(hits), err, emb.asked)
	}
	for _, h := range hits {
		if h.VectorRank != 0 || h.Score <= 0 {
			t.Errorf("%s has rank %d by its vector, and score %g", h.DocID, h.VectorRank, h.Score)
		}
	}
	x = indexOf(t, docs...)
	if hits, err := (Words{x}).Search(t.Context(), q); err != nil || ids(hits) != ids(plain) || hits[0].Score != plain[0].Score {
		t.Errorf("with hashed vectors it found %s, %v; a plain search %s", ids(hits), err, ids(plain))
	}
}
