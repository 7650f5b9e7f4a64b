package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"policybot/internal/han"
	"policybot/retrieval"
)

const (
	passageRunes = 340 // about what a passage of government text has
	docPassages  = 20  // passages of a made document
)

// A corpus is what is searched and what is asked of it.
type corpus struct {
	name      string
	texts     []string
	perDoc    int // passages of a document
	questions []string
}

// recombined makes a corpus of n passages from the sentences of the documents
// in dir, the same on every run.
func recombined(dir, questions string, n int) (corpus, error) {
	c := corpus{name: fmt.Sprintf("%d passages of recombined sentences", n), perDoc: docPassages}
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(paths) == 0 {
		return c, fmt.Errorf("no documents in %s: %v", dir, err)
	}
	var sentences []string
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return c, err
		}
		for _, s := range han.Sentences(string(raw)) {
			if t := s.In(string(raw)); han.HasHan(t) {
				sentences = append(sentences, t)
			}
		}
	}
	dice := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range n {
		b.Reset()
		for long := passageRunes/2 + dice.IntN(passageRunes); b.Len() < 3*long; {
			b.WriteString(sentences[dice.IntN(len(sentences))])
		}
		c.texts = append(c.texts, b.String())
	}
	err = eachLine(questions, func(q struct{ Question string }) { c.questions = append(c.questions, q.Question) })
	return c, err
}

// stored reads a corpus of passages, a document each, with questions beside it.
func stored(path string, most int) (corpus, error) {
	c := corpus{perDoc: 1}
	err := eachLine(path, func(p struct{ Text string }) { c.texts = append(c.texts, p.Text) })
	if err != nil {
		return c, err
	}
	questions := filepath.Join(filepath.Dir(path), "questions-dev.jsonl")
	err = eachLine(questions, func(q struct{ Question string }) { c.questions = append(c.questions, q.Question) })
	for len(c.questions) > most { // an even sample
		kept := c.questions[:0]
		for i, q := range c.questions {
			if i%2 == 0 {
				kept = append(kept, q)
			}
		}
		c.questions = kept
	}
	c.name = fmt.Sprintf("%d passages of %s", len(c.texts), filepath.Base(filepath.Dir(path)))
	return c, err
}

func eachLine[T any](path string, do func(T)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var x T
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		do(x)
	}
	return lines.Err()
}

// entries are the corpus's passages with the given vectors, or with empty ones.
func (c corpus) entries(vectors [][]float32) iter.Seq2[retrieval.Entry, error] {
	return func(yield func(retrieval.Entry, error) bool) {
		var doc *retrieval.Document
		at := 0
		for i, text := range c.texts {
			if i%c.perDoc == 0 {
				id := fmt.Sprintf("doc%07d", i/c.perDoc)
				doc, at = &retrieval.Document{ID: id, Path: id, Revision: 1}, 0
				if i/c.perDoc%20 == 0 { // what a filter of 5% keeps
					doc.Meta.Kind.Value = retrieval.KindPolicy
				}
			}
			e := retrieval.Entry{Doc: doc, Passage: retrieval.Passage{DocID: doc.ID, Revision: 1, Start: at, End: at + len(text), Text: text}}
			if vectors != nil {
				e.Vector = vectors[i]
			}
			if at += len(text); !yield(e, nil) {
				return
			}
		}
	}
}

// A given embedder knows every question's vector already, so that searches are
// measured without their embedding.
type given struct{ vectors map[string][]float32 }

func (given) Model() string { return "given" }

func (g given) Embed(context.Context, []string) ([][]float32, error) {
	return nil, fmt.Errorf("passages arrive with their vectors")
}

func (g given) EmbedQuery(_ context.Context, q string) ([]float32, error) { return g.vectors[q], nil }

// scattered are n unit vectors around as many centres as a corpus of that size
// has topics, the same on every run.
func scattered(n, dim int, seed uint64) [][]float32 {
	dice := rand.New(rand.NewPCG(7, 7))
	centres := make([][]float32, 200)
	for i := range centres {
		centres[i] = gaussian(dice, dim)
	}
	dice = rand.New(rand.NewPCG(seed, 7))
	out := make([][]float32, n)
	for i := range out {
		v, c := gaussian(dice, dim), centres[dice.IntN(len(centres))]
		var sum float64
		for j := range v {
			v[j] += c[j]
			sum += float64(v[j]) * float64(v[j])
		}
		for j := range v {
			v[j] *= float32(1 / math.Sqrt(sum))
		}
		out[i] = v
	}
	return out
}

func gaussian(dice *rand.Rand, dim int) []float32 {
	v := make([]float32, dim)
	for j := range v {
		v[j] = float32(dice.NormFloat64())
	}
	return v
}
