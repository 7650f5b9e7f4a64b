package retrieval_test

import (
	"context"
	"hash/crc64"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"policybot/internal/bert"
	"policybot/retrieval"
)

// loaded is an index of the seeds as e embeds them.
func loaded(t *testing.T, e retrieval.Embedder) *retrieval.Index {
	t.Helper()
	var texts []string
	all := seeds(t)
	for _, s := range all {
		texts = append(texts, retrieval.EmbeddedText(s.Doc.Meta, s.Passage))
	}
	vectors, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	x := retrieval.NewIndex(e)
	err = x.LoadEntries(t.Context(), retrieval.Corpus{Version: 1, Embedder: e.Model()}, func(yield func(retrieval.Entry, error) bool) {
		for i, s := range all {
			s.Vector = vectors[i]
			if !yield(s, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// lexicalOnly is an index of the seeds whose vectors tell nothing apart.
func lexicalOnly(t *testing.T) *retrieval.Index {
	same := make([]float32, 512)
	same[0] = 1
	return seedIndex(t, func(_ int, e *retrieval.Entry) { e.Vector = same })
}

// noise is a model of vectors that know nothing.
type noise struct{}

func (noise) Model() string { return "noise" }

func (noise) Embed(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, text := range texts {
		random := rand.New(rand.NewPCG(3, crc64.Checksum([]byte(text), crc64.MakeTable(crc64.ISO))))
		out[i] = make([]float32, 512)
		for k := range out[i] {
			out[i][k] = float32(random.NormFloat64() / math.Sqrt(512))
		}
	}
	return out, nil
}

func (n noise) EmbedQuery(ctx context.Context, q string) ([]float32, error) {
	vs, err := n.Embed(ctx, []string{q})
	return vs[0], err
}

// A model that knows nothing does little harm, at the weight that models have.
func TestNoiseDoesLittleHarm(t *testing.T) {
	lexical, blind := lexicalOnly(t), loaded(t, noise{})
	for _, k := range []int{1, 5, 10} {
		l, n := recall(t, lexical, k), recall(t, blind, k)
		if n < l-0.1 {
			t.Errorf("recall@%d: random vectors bring %.3f down to %.3f", k, l, n)
		}
	}
}

// alike is a model of many languages: all its cosines lie near together, and
// those of texts with some words a little above the others.
type alike struct{ words string }

func (alike) Model() string { return "alike" }

func (a alike) Embed(_ context.Context, texts []string) ([][]float32, error) {
	var out [][]float32
	for i, text := range texts {
		v := []float32{1, 0.0001 * float32(i%50)}
		if strings.Contains(text, a.words) {
			v[1] = 0.03
		}
		out = append(out, v)
	}
	return out, nil
}

func (alike) EmbedQuery(context.Context, string) ([]float32, error) { return []float32{1, 0.5}, nil }

// Of a question in English few words stand in the documents: a model that finds
// its passage is heard, however near together its cosines lie.
func TestEnglishQuestionsFollowTheModel(t *testing.T) {
	const words = "引力波"
	x := loaded(t, alike{words})
	for question, want := range map[string]bool{
		"Which potential big science projects want to settle in Hangzhou?": true,
		"杭州市数字经济核心产业2025年的目标是多少?":                                          false, // whose words stand elsewhere
	} {
		hits, err := x.Search(t.Context(), retrieval.Query{Text: question, K: 5})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.ContainsFunc(hits, func(h retrieval.Hit) bool { return strings.Contains(h.Text, words) })
		if found != want {
			t.Errorf("%s: the passage that the model names is among the first five: %v, want %v", question, found, want)
		}
	}
}

// TestNeuralFusionHelps holds the ranking with the local model's vectors
// against BM25 alone. The environment's POLICYBOT_TEST_MODEL names the model's
// folder.
func TestNeuralFusionHelps(t *testing.T) {
	dir := os.Getenv("POLICYBOT_TEST_MODEL")
	if dir == "" {
		t.Skip("POLICYBOT_TEST_MODEL names no model's folder: fusion with a real model is not tested")
	}
	m, err := bert.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	fused, lexical := loaded(t, m), lexicalOnly(t)
	for _, k := range []int{1, 5, 10} {
		f, l := recall(t, fused, k), recall(t, lexical, k)
		t.Logf("evidence recall@%d: fused %.3f, lexical alone %.3f", k, f, l)
		if f < l {
			t.Errorf("recall@%d: fused %.3f is below lexical alone %.3f", k, f, l)
		}
	}
}
