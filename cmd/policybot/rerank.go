package main

import (
	"policybot/internal/rerank"
	"policybot/retrieval"
)

// newIndex is an empty index that a reranker orders, if one is set.
func (p *program) newIndex(emb retrieval.Embedder) (*retrieval.Index, error) {
	x := retrieval.NewIndex(emb)
	x.LogTo(p.log)
	if p.rerankURL == "" {
		return x, nil
	}
	r, err := rerank.New(rerank.Config{URL: p.rerankURL, Model: p.rerankModel, Key: p.rerankKey})
	if err != nil {
		return nil, hint(err, "set RERANK_URL, or unset it to work without a reranker")
	}
	x.Rerank(r)
	return x, nil
}
