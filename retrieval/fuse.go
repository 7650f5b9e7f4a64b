package retrieval

import "context"

// search ranks the passages of v by a weighted sum of two scores: BM25 of the
// passage with what its document lends it, as a share of the best one's, and
// what the cosine of its vector has above that of the last of the nearest, times
// weight; of that it keeps what lean leaves it. (What even far passages have of
// a model's cosine would make lean's shares weigh more than they should.)
func (v *view) search(ctx context.Context, q *sought, qvec []float32, weight float64) ([]Hit, error) {
	keep, lean := v.keep(q), v.lean(q)
	pool := max(minPool, 2*q.K)
	lex := v.lexicalScores(q.Text, keep)
	defer release(lex)
	byLex := v.ties.best(lex, 2*pool, keep)
	if lean != nil {
		for i, r := range byLex {
			byLex[i].score *= lean(r.item)
		}
		v.ties.first(byLex, len(byLex))
	}
	byLex = byLex[:min(pool, len(byLex))]
	byVec, err := v.vectors.best(ctx, qvec, pool, keep)
	if err != nil {
		return nil, err
	}
	lexRank, vecRank := ranks(byLex), ranks(byVec)
	floor := 0.0
	if len(byVec) > 0 {
		floor = byVec[len(byVec)-1].score
	}
	var fused []ranked
	add := func(item int) {
		s := weight * max(0, v.vectors.similarity(qvec, item)-floor)
		if len(byLex) > 0 {
			s += float64(lex[item]) / byLex[0].score
		}
		if lean != nil {
			s *= lean(item)
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
	for _, f := range v.distinct(v.ties.first(fused, len(fused)), q.K) {
		h := v.hit(f, q.on())
		h.LexicalRank, h.VectorRank = lexRank[f.item], vecRank[f.item]
		hits = append(hits, h)
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
