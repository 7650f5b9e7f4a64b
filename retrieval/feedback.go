package retrieval

import (
	"slices"
	"sync"
)

// What the best passages for a question say beside its words joins the search
// with a small weight (pseudo relevance feedback; Lavrenko and Croft,
// Relevance-Based Language Models, 2001). The values were chosen on questions
// about government documents and statutes: fewer passages or terms, or more
// weight, help statutes a little more and drown precise questions. Terms that
// many passages of a large corpus hold cost the most and tell the least.
const (
	feedbackPassages = 20  // from which terms are taken
	feedbackTerms    = 100 // that join at most
	feedbackWeight   = 0.1 // of all of them together, against the question's own
	feedbackLeast    = 2   // passages that must share a term
	feedbackShare    = 16  // passages, and room for feedbackRoom, of which one at most holds a term
	feedbackRoom     = 1000
)

// feedback collects the terms of passages. It keeps its memory.
type feedback struct {
	words   dictionary
	of      []fed    // by term
	touched []uint32 // terms of the running passage
	order   []int    // of terms
	reader  reader
}

// A fed term of the best passages.
type fed struct {
	weight   float64 // its share in each, weighted by the passages' scores
	passages int     // that hold it
	count    float32 // in the running passage
}

var feedbacks = sync.Pool{New: func() any { return &feedback{words: newDictionary()} }}

// addFeedback adds to scores, which are those of the question's terms, what
// the terms of the best of the passages in score.
func (v *view) addFeedback(scores []float32, terms []queryTerm, in []run) {
	best := v.ties.best(scores, feedbackPassages, in)
	if len(best) < feedbackLeast {
		return
	}
	v.body.add(scores, v.look(v.feedbackTerms(best, terms)), in)
}

// feedbackTerms are the terms that tell the best passages from others and are
// not among those of the question.
func (v *view) feedbackTerms(best []ranked, terms []queryTerm) []queryTerm {
	f := feedbacks.Get().(*feedback)
	defer feedbacks.Put(f)
	f.words.reset()
	f.of = f.of[:0]
	for _, r := range best {
		f.read(v.passages[r.item].Text, r.score, v.body.mean)
	}
	own, sum := 0.0, 0.0
	for _, t := range terms {
		own += t.weight
		if id, ok := f.words.find(t.term); ok {
			f.of[id].passages = 0
		}
	}
	most := worstFirst{}
	for _, id := range f.byPassages() {
		x := f.of[id]
		held := (v.body.count + feedbackRoom) / feedbackShare
		if len(most.items) == feedbackTerms {
			held = min(held, v.body.heldAtMost(most.items[0].score/x.weight))
		}
		if x.passages > held {
			continue
		}
		if df := v.body.df(f.words.terms[id], held); df <= held {
			most.offer(ranked{id, x.weight * v.body.idf(df)}, feedbackTerms)
		}
	}
	var out []queryTerm
	for _, r := range most.first(most.items, feedbackTerms) {
		out = append(out, queryTerm{f.words.terms[r.item], r.score})
	}
	for _, t := range out {
		sum += t.weight
	}
	for i := range out {
		out[i].weight *= feedbackWeight * own / sum
	}
	return out
}

// byPassages are the terms that feedbackLeast passages hold, those that the most
// do first: the sooner the others are seen to weigh too little.
func (f *feedback) byPassages() []int {
	var at [feedbackPassages + 1]int // where the next term of so many passages goes
	for _, x := range f.of {
		at[x.passages]++
	}
	n := 0
	for held := feedbackPassages; held >= feedbackLeast; held-- {
		at[held], n = n, n+at[held]
	}
	f.order = slices.Grow(f.order[:0], n)[:n]
	for id, x := range f.of {
		if x.passages >= feedbackLeast {
			f.order[at[x.passages]] = id
			at[x.passages]++
		}
	}
	return f.order
}

// read takes the pairs and words of a passage with its score; mean is the
// length of a passage in the middle.
func (f *feedback) read(text string, score, mean float64) {
	length := 0.0
	f.touched = f.touched[:0]
	f.reader.each(text, func(t term) {
		if t.single() {
			return
		}
		length++
		id := f.words.put(t)
		if int(id) == len(f.of) {
			f.of = append(f.of, fed{})
		}
		if f.of[id].count++; f.of[id].count == 1 {
			f.touched = append(f.touched, id)
		}
	})
	norm := float32(bm25K1 * (1 - bm25B + bm25B*length/mean))
	for _, id := range f.touched {
		x := &f.of[id]
		x.weight += score * float64(fraction(x.count, norm))
		x.passages++
		x.count = 0
	}
}
