package retrieval

import "context"

// search ranks the passages of v by a weighted sum of two scores: BM25 of the
// passage with what its document lends it, as a share of the best one's, and
// the cosine of its vector, times weight.
func (v *view) search(ctx context.Context, q Query, qvec []float32, weight float64) ([]Hit, error) {
	keep := v.keep(q.Filter)
	pool := max(minPool, 2*q.K)
	lex := v.lexicalScores(q.Text, keep)
	defer release(lex)
	byLex := v.placed(q.Text, v.ties.best(lex, 2*pool, keep), lex)
	byLex = byLex[:min(pool, len(byLex))]
	byVec, err := v.vectors.best(ctx, qvec, pool, keep)
	if err != nil {
		return nil, err
	}
	lexRank, vecRank := ranks(byLex), ranks(byVec)
	var fused []ranked
	add := func(item int) {
		s := weight * v.vectors.similarity(qvec, item)
		if len(byLex) > 0 {
			s += float64(lex[item]) / byLex[0].score
		}
		fused = append(fused, ranked{item, s})
	}
	for _, r := range byLex {
		add(r.item)
	}
	for _, r := range byVec {
		if lexRank[r.item] == 0 {
			add(r.item)
		}
	}
	var hits []Hit
	for _, r := range v.ties.first(fused, q.K) {
		hits = append(hits, Hit{
			Passage: v.passages[r.item], Doc: v.documents[v.docOf[r.item]], Score: r.score,
			LexicalRank: lexRank[r.item], VectorRank: vecRank[r.item],
		})
	}
	return hits, nil
}

// lexicalScores are the BM25 scores of all passages for a question, with the
// document's and its opening's score lent to every passage that has a term of
// the question, and what the best that keep lets through say beside it. The
// caller may release the result.
func (v *view) lexicalScores(question string, keep func(item int) bool) []float32 {
	terms := queryTerms(question, singleWeight)
	out := v.body.scores(terms)
	docs, openings := v.docs.scores(terms), v.openings.scores(terms)
	defer release(docs)
	defer release(openings)
	for i := range out {
		if out[i] > 0 {
			d := v.docOf[i]
			out[i] += docWeight*docs[d] + openingWeight*openings[d]
		}
	}
	v.addFeedback(out, terms, keep)
	return out
}

// ranks maps items to their places, from 1.
func ranks(rs []ranked) map[int]int {
	m := make(map[int]int, len(rs))
	for i, r := range rs {
		m[r.item] = i + 1
	}
	return m
}
