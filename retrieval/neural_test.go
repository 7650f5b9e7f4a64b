package retrieval_test

import (
	"context"
	"hash/crc64"
	"math"
	"math/rand/v2"
	"os"
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
