package retrieval

import (
	"context"

	"policybot/internal/han"
)

// search ranks the passages of v by a weighted sum of two scores: BM25 of the
// passage with what its document lends it, as a share of the best one's, and
// what the cosine of its vector has above that of the last of the nearest, times
// weight, which foreign may raise; of that it keeps what lean leaves it. (What
// even far passages have of a model's cosine would make lean's shares weigh more
// than they should.)
func (v *view) search(ctx context.Context, q *sought, qvec []float32, weight float64) ([]Hit, error) {
	in, lean := v.within(q), v.lean(q)
	pool := max(minPool, 2*q.K)
	var byVec []ranked
	if weight > 0 {
		var err error
		if byVec, err = v.vectors.best(ctx, qvec, pool, in); err != nil {
			return nil, err
		}
	}
	lex, in := v.lexicalScores(queryTerms(q.Text, singleWeight), in, byVec)
	defer release(lex)
	byLex := v.ties.best(lex, 2*pool, in)
	if lean != nil {
		for i, r := range byLex {
			byLex[i].score *= lean(r.item)
		}
		v.ties.first(byLex, len(byLex))
	}
	byLex = byLex[:min(pool, len(byLex))]
	lexRank, vecRank := ranks(byLex), ranks(byVec)
	floor := 0.0
	if len(byVec) > 0 {
		floor = byVec[len(byVec)-1].score
		weight = foreign(q.Text, weight, byVec[0].score-floor)
	}
	var fused []ranked
	add := func(item int) {
		s := 0.0
		if rank := vecRank[item]; rank > 0 { // others are no nearer than the last of the nearest
			s = weight * (byVec[rank-1].score - floor)
		}
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

// foreignShare is what the nearest passage's vector counts at least, as a share
// of the best BM25 score, for a question in another script than the documents'.
const foreignShare = 0.6

// foreign is the weight of a model's cosines for a question. One without Chinese
// characters has few words that stand in Chinese documents, and models of many
// languages give all texts cosines that lie near together: from the nearest
// passage to the last they make up foreignShare.
func foreign(question string, weight, spread float64) float64 {
	if weight < neuralWeight || spread <= 0 || han.HasHan(question) {
		return weight
	}
	return max(weight, foreignShare/spread)
}

// lexicalScores are the BM25 scores of passages for the terms of a question, with
// the document's and its opening's score lent to every passage that has one of
// them, and what the best of them say beside it. Scored are those of in that are
// promising and also those named. The scores of others mean nothing. The caller
// may release the result.
func (v *view) lexicalScores(terms []queryTerm, in []run, also []ranked) (scores []float32, scored []run) {
	all := v.look(terms)
	rare, common := all, []lookedUp(nil)
	large := lengthOf(in) > promisingFrom
	if large {
		rare, common = v.byRarity(all)
	}
	of := v.docsOf(in)
	scores = v.body.scores(rare, in)
	docs := v.docs.scores(rare, of)
	defer release(docs)
	if large {
		in = v.promising(scores, docs, in, also)
		of = v.docsOf(in)
		v.body.add(scores, common, in)
		v.docs.add(docs, common, of)
	}
	openings := v.openings.scores(all, of)
	defer release(openings)
	for _, r := range in {
		v.lend(scores, r, docs, openings)
	}
	v.addFeedback(scores, terms, in)
	return scores, in
}

// lend adds to the scores of passages what their documents and openings score.
func (v *view) lend(scores []float32, r run, docs, openings []float32) {
	for from := r.from; from < r.to; {
		d := v.docOf[from]
		to := min(r.to, v.end(d))
		if more := docWeight*docs[d] + openingWeight*openings[d]; more > 0 {
			for i, s := range scores[from:to] {
				if s > 0 {
					scores[from+i] = s + more
				}
			}
		}
		from = to
	}
}

// ranks maps items to their places, from 1.
func ranks(rs []ranked) map[int]int {
	m := make(map[int]int, len(rs))
	for i, r := range rs {
		m[r.item] = i + 1
	}
	return m
}
