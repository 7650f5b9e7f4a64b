package retrieval

import "context"

// meaning is the vector of a question, and how much its nearness counts; none
// where only words are asked for, unless the embedder knows nothing else.
func (x *Index) meaning(ctx context.Context, q Query) (vec []float32, weight float64, err error) {
	weight = neuralWeight
	if _, ok := x.emb.(Hashed); ok {
		weight = hashedWeight
	} else if q.WordsOnly {
		return nil, 0, nil
	}
	vec, err = x.emb.EmbedQuery(ctx, q.Text)
	return vec, weight, err
}

// Words searches an index by its words alone: no service is asked, whatever
// embeds and reranks. It is for what nobody asked yet.
type Words struct{ *Index }

// Search is Index.Search with Query.WordsOnly.
func (w Words) Search(ctx context.Context, q Query) ([]Hit, error) {
	q.WordsOnly = true
	return w.Index.Search(ctx, q)
}
