package retrieval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type rerankerFunc func(texts []string) (map[int]float64, error)

func (f rerankerFunc) Rerank(_ context.Context, _ string, texts []string) (map[int]float64, error) {
	return f(texts)
}

func TestRerank(t *testing.T) {
	docs := []told{
		{id: "a", passages: []string{"居家养老服务补贴。居家养老。"}}, {id: "b", passages: []string{"居家养老服务的补贴另行通知。"}},
		{id: "c", passages: []string{"补贴见附件一,请按季申报。"}}, {id: "d", expires: "2020-12-31", passages: []string{"补贴标准每人三百元,按月发放到人。"}},
	}
	for _, tt := range []struct {
		name   string
		scores map[int]float64
		err    error
		want   string
	}{
		{"turned round", map[int]float64{0: -1, 1: 0, 2: 5}, nil, "c b a d"},
		{"what is over stays behind", map[int]float64{0: 1, 1: 2, 2: 3, 3: 9}, nil, "c b a d"},
		{"some of them", map[int]float64{2: 1}, nil, "c a b d"},
		{"ties", map[int]float64{0: 1, 1: 1, 2: 1}, nil, "a b c d"},
		{"texts that are not there", map[int]float64{-1: 9, 70: 9, 1: 1}, nil, "b a c d"},
		{"no numbers", map[int]float64{0: math.NaN(), 1: math.Inf(1), 2: math.NaN()}, nil, "b a c d"},
		{"it fails", nil, errors.New("status 500"), "a b c d"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := indexOf(t, docs...)
			var log bytes.Buffer
			x.LogTo(slog.New(slog.NewTextHandler(&log, nil)))
			x.Rerank(rerankerFunc(func(texts []string) (map[int]float64, error) {
				if len(texts) != len(docs) {
					t.Errorf("asked about %d texts", len(texts))
				}
				return tt.scores, tt.err
			}))
			for k := 1; k <= len(docs); k++ {
				hits := ask(t, x, Query{Text: "居家养老补贴", K: k})
				if want := strings.Join(strings.Fields(tt.want)[:k], " "); ids(hits) != want {
					t.Errorf("K = %d: %s, want %s", k, ids(hits), want)
				}
				if !slices.IsSortedFunc(hits, func(a, b Hit) int { return int(math.Copysign(1, b.Score-a.Score)) }) {
					t.Errorf("K = %d: the scores order other hits", k)
				}
			}
			if told := strings.Contains(log.String(), "status 500"); told != (tt.err != nil) || strings.Contains(log.String(), "养老") {
				t.Errorf("log %q", &log)
			}
		})
	}
}

// TestRerankedHitsAreTheHits loses and invents none, whatever the scores.
func TestRerankedHitsAreTheHits(t *testing.T) {
	var docs []told
	for i := range 40 {
		docs = append(docs, told{id: fmt.Sprintf("d%02d", i), passages: []string{fmt.Sprintf("第%d项补贴按月发放。", i)}})
	}
	x := indexOf(t, docs...)
	plain := ask(t, x, Query{Text: "补贴怎么发放?", K: 40})
	rapid.Check(t, func(r *rapid.T) {
		scores := rapid.MapOf(rapid.IntRange(-2, 50), rapid.Float64()).Draw(r, "scores")
		x.Rerank(rerankerFunc(func([]string) (map[int]float64, error) { return scores, nil }))
		got, err := x.Search(t.Context(), Query{Text: "补贴怎么发放?", K: 40})
		if err != nil {
			r.Fatal(err)
		}
		want, have := strings.Fields(ids(plain)), strings.Fields(ids(got))
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(want, have) {
			r.Fatalf("the hits are %v, were %v", have, want)
		}
	})
}
