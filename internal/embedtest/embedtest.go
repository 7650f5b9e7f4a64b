// Package embedtest checks that an embedder keeps its promises. Every
// implementation of retrieval.Embedder runs it.
package embedtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"policybot/retrieval"
)

// Run tests e, which must be able to embed a few dozen short texts.
func Run(t *testing.T, e retrieval.Embedder) {
	t.Helper()
	ctx := t.Context()
	if e.Model() == "" {
		t.Error("Model is empty; vectors could not be told apart from another embedder's")
	}
	texts := []string{"杭州市西湖区", "数字经济核心产业增加值突破1000亿元", "a", "", "。", "杭州市西湖区", "👍 emoji and\nnew lines"}
	for i := range 40 {
		texts = append(texts, fmt.Sprintf("第%d条 适用于本办法。", i))
	}
	vs, err := e.Embed(ctx, texts)
	if err != nil {
		t.Fatalf("Embed: %v", err)
	}
	if len(vs) != len(texts) {
		t.Fatalf("Embed gave %d vectors for %d texts", len(vs), len(texts))
	}
	for i, v := range vs {
		checkUnit(t, fmt.Sprintf("vector %d (%q)", i, texts[i]), v, len(vs[0]))
	}
	if !close(vs[0], vs[5]) {
		t.Error("the same text has two vectors")
	}
	one, err := e.Embed(ctx, texts[1:2])
	if err != nil || len(one) != 1 || !close(one[0], vs[1]) {
		t.Errorf("a text alone has another vector than among others (%v)", err)
	}
	q, err := e.EmbedQuery(ctx, "西湖区的目标是什么?")
	if err != nil {
		t.Fatalf("EmbedQuery: %v", err)
	}
	checkUnit(t, "a question's vector", q, len(vs[0]))
	if none, err := e.Embed(ctx, nil); err != nil || len(none) != 0 {
		t.Errorf("Embed of nothing = %v, %v", none, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if vs, err := e.Embed(cancelled, texts); err == nil && len(vs) != len(texts) {
		t.Error("Embed of a cancelled context gave some vectors and no error")
	}
}

func checkUnit(t *testing.T, what string, v []float32, dim int) {
	t.Helper()
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if len(v) != dim || dim == 0 {
		t.Errorf("%s has %d numbers, others %d", what, len(v), dim)
	}
	if math.IsNaN(sum) || math.Abs(sum-1) > 1e-3 {
		t.Errorf("%s has the squared length %g, want 1", what, sum)
	}
}

func close(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x-y)) < 1e-4 })
}
