package eval

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"policybot/bot"
	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// An Answerer answers one question; *bot.Answerer is one.
type Answerer interface {
	Answer(ctx context.Context, q bot.Question, emit func(prompts.Claim)) (*bot.Answer, error)
}

// Progress is told after each line of a run how many are done; nil is silent.
type Progress func(done, of int)

func (p Progress) tell(done, of int) {
	if p != nil {
		p(done, of)
	}
}

// RunAnswers answers every question of the set in its order, one at a time so
// that the times mean something, and writes each line to out as it is made.
func RunAnswers(ctx context.Context, a Answerer, set []Question, out io.Writer, p Progress) ([]Line, error) {
	var run []Line
	for i, q := range set {
		answer, err := a.Answer(ctx, bot.Question{Text: q.Question, History: q.History}, nil)
		if err != nil {
			return run, fmt.Errorf("question %s: %w", q.ID, err)
		}
		line := NewLine(q.ID, answer)
		line.Hits = eachPrint(answer.Hits)
		if err := WriteJSON(out, line); err != nil {
			return run, fmt.Errorf("write the run: %w", err)
		}
		run = append(run, line)
		p.tell(i+1, len(set))
	}
	return run, nil
}

// rankDepth is how many passages a ranking has.
const rankDepth = 100

// RunRanking ranks passages, whose document IDs are the passages' ids, for
// every question of the set in its order. See Entries.
func RunRanking(ctx context.Context, s bot.Searcher, set []Ranked, out io.Writer, p Progress) ([]RankedLine, error) {
	var run []RankedLine
	for i, q := range set {
		began := time.Now()
		hits, err := s.Search(ctx, retrieval.Query{Text: q.Question, K: rankDepth})
		if err != nil {
			return run, fmt.Errorf("question %s: %w", q.ID, err)
		}
		line := RankedLine{ID: q.ID, MS: Milliseconds(time.Since(began)),
			Hits: collect(hits, func(h retrieval.Hit) string { return h.DocID })}
		if err := WriteJSON(out, line); err != nil {
			return run, fmt.Errorf("write the run: %w", err)
		}
		run = append(run, line)
		p.tell(i+1, len(set))
	}
	return run, nil
}

// embedBatch is how many passages are embedded in one call: enough to keep an
// embedder busy, and within what every known service takes in one request
// after its client has split it.
const embedBatch = 256

// Entries makes given passages into entries of an index, each a document of
// its own whose ID is the passage's id.
func Entries(ctx context.Context, pieces []Piece, emb retrieval.Embedder, p Progress) iter.Seq2[retrieval.Entry, error] {
	return func(yield func(retrieval.Entry, error) bool) {
		done := 0
		for batch := range slices.Chunk(pieces, embedBatch) {
			vectors, err := emb.Embed(ctx, collect(batch, func(x Piece) string { return x.Text }))
			if err != nil {
				yield(retrieval.Entry{}, fmt.Errorf("embed passages %s to %s: %w", batch[0].ID, batch[len(batch)-1].ID, err))
				return
			}
			for i, x := range batch {
				e := retrieval.Entry{
					Passage: retrieval.Passage{DocID: x.ID, Revision: 1, End: len(x.Text), Text: x.Text},
					Doc:     &retrieval.Document{ID: x.ID, Path: x.ID, Revision: 1},
					Vector:  vectors[i],
				}
				if !yield(e, nil) {
					return
				}
			}
			done += len(batch)
			p.tell(done, len(pieces))
		}
	}
}

// A Text is a document of the library with its passages, in order, and its
// cleaned text, which their offsets count in.
type Text struct {
	Doc      *retrieval.Document
	Passages []retrieval.Passage
	Text     string
}

// RunClaims verifies every claim of the set against the passages of the
// document that it names. docs has the documents by base name; a set that
// names others is an error that lists them.
//
// decide has the last word on claims that the checks left undecided; nil
// rejects them.
func RunClaims(set []Given, docs map[string]Text, decide func(prompts.Claim) bool, out io.Writer, p Progress) ([]VerdictLine, error) {
	var absent []string
	for _, c := range set {
		if _, ok := docs[c.Doc]; !ok && !slices.Contains(absent, c.Doc) {
			absent = append(absent, c.Doc)
		}
	}
	if len(absent) > 0 {
		return nil, &AbsentError{absent}
	}
	var run []VerdictLine
	for i, c := range set {
		v := verify(c, docs[c.Doc])
		v.OK = v.OK || v.Undecided && decide != nil && decide(v.Claim)
		line := VerdictLine{ID: c.ID, Kept: v.OK, Check: v.Check, Reason: v.Reason}
		if err := WriteJSON(out, line); err != nil {
			return run, fmt.Errorf("write the run: %w", err)
		}
		run = append(run, line)
		p.tell(i+1, len(set))
	}
	return run, nil
}

// AbsentError says which documents a set of claims names that the library
// does not have.
type AbsentError struct{ Docs []string }

func (e *AbsentError) Error() string {
	return fmt.Sprintf("the claims name %d documents that the library does not have: %s%s", len(e.Docs),
		strings.Join(e.Docs[:min(5, len(e.Docs))], ", "), map[bool]string{true: ", …"}[len(e.Docs) > 5])
}

// verify verifies a claim with its quote in each passage where the quote
// stands: a quote that is said twice is proven if either place proves it.
func verify(c Given, t Text) prompts.Verdict {
	doc := c.Meta.fill(t.Doc)
	var sources []prompts.Source
	for _, p := range t.Passages {
		sources = append(sources, prompts.Source{Passage: p, Doc: doc})
	}
	quote := han.Squash(c.Quote)
	places := standing(quote, sources)
	if len(places) == 0 {
		sources = append(sources, neighbours(t, doc)...)
		places = standing(quote, sources)
	}
	if len(places) == 0 {
		places = []int{1} // Verify itself says that the quote is not there
	}
	var first prompts.Verdict
	for i, at := range places {
		v := prompts.Verify(prompts.Claim{Text: c.Claim, Cites: []prompts.Cite{{Source: at, Quote: c.Quote}}}, sources)
		if v.OK {
			return v
		}
		if i == 0 {
			first = v
		}
	}
	return first
}

// standing are the numbers, from 1, of the sources that the quote stands in.
func standing(quote han.Folded, sources []prompts.Source) []int {
	var at []int
	for i, s := range sources {
		if start, _ := han.Squash(s.Text).Index(quote, 0); start >= 0 {
			at = append(at, i+1)
		}
	}
	return at
}

// neighbours are each two passages in a row as one, for quotes that run over
// the end of a passage.
func neighbours(t Text, doc *retrieval.Document) []prompts.Source {
	var joined []prompts.Source
	for i := 1; i < len(t.Passages); i++ {
		both := t.Passages[i-1]
		both.End = t.Passages[i].End
		if both.Start <= both.End && both.End <= len(t.Text) {
			both.Text = t.Text[both.Start:both.End]
			joined = append(joined, prompts.Source{Passage: both, Doc: doc})
		}
	}
	return joined
}

// fill is doc with the fields that it does not know taken from k.
func (k Known) fill(doc *retrieval.Document) *retrieval.Document {
	d := *doc
	for _, f := range []struct {
		field *retrieval.Field
		value string
	}{{&d.Meta.Title, k.Title}, {&d.Meta.Issuer, k.Issuer}, {&d.Meta.Author, k.Author},
		{&d.Meta.Date, k.Date}, {&d.Meta.Place, k.Place}} {
		if f.field.Value == "" && f.value != "" {
			*f.field = retrieval.Field{Value: f.value, From: "given with the claim"}
		}
	}
	return &d
}

// ByName puts documents under their base names; of two with one base name the
// first is kept.
func ByName(texts []Text) map[string]Text {
	m := make(map[string]Text, len(texts))
	for _, t := range texts {
		name := path.Base(t.Doc.Path)
		if _, ok := m[name]; !ok {
			m[name] = t
		}
	}
	return m
}
