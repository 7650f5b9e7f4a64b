package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"policybot/internal/openaitest"
	"policybot/internal/telegramtest"
)

// TestPreviewsAskNoService: every key that a person types in inline mode, and
// every further question that is tried, is searched by words on this machine;
// the embedder and the reranker that are set up hear of what people asked alone.
func TestPreviewsAskNoService(t *testing.T) {
	model := openaitest.Start(t)
	var mu sync.Mutex
	var reranked []string
	reranker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Query     string   `json:"query"`
			Documents []string `json:"documents"`
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		reranked = append(reranked, q.Query)
		fmt.Fprint(w, `{"results":[`)
		for i := range q.Documents {
			fmt.Fprintf(w, `%s{"index":%d,"relevance_score":%d}`, strings.Repeat(",", min(i, 1)), i, -i)
		}
		fmt.Fprint(w, `]}`)
	}))
	defer reranker.Close()
	tg := telegramtest.New(t, telegramtest.Options{})
	p := newProgram(t)
	p.telegramToken, p.telegramURL, p.telegramClient = tg.Token(), tg.URL(), tg.Client()
	p.embedderKind, p.embeddingModel, p.openaiURL, p.openaiKey = embedOpenAI, openaitest.EmbeddingModel, model.URL, openaitest.Key
	p.rerankURL = reranker.URL + "/v1/rerank"
	stop := p.serving(t, false, filepath.Join("..", "..", "seeds"))
	until := func(what string, done func() bool) {
		t.Helper()
		if !eventually(done) {
			t.Fatalf("after half a minute there is no %s", what)
		}
	}
	heard := func() (embedded, ranked []string) {
		for _, r := range model.Requests() {
			embedded = append(embedded, r.Inputs...)
		}
		mu.Lock()
		defer mu.Unlock()
		return embedded, slices.Clone(reranked)
	}
	until("start", func() bool { return len(tg.Calls("setMyCommands")) > 0 })
	before, _ := heard()
	if len(before) == 0 {
		t.Error("nothing was embedded: the model is not in use")
	}

	li := tg.User(7001, "李雷", "zh-hans")
	typed := tg.Type(li, "到2025年杭州数字经济核心产业主营业务收入的目标是多少?")
	until("offer", func() bool { return typed.Answer() != nil })
	if !strings.Contains(typed.Show(), "2万亿元") {
		t.Errorf("a person who types is offered\n%s", typed.Show())
	}
	if embedded, ranked := heard(); len(embedded) != len(before) || len(ranked) != 0 {
		t.Errorf("typing had %q embedded and %q ranked", embedded[len(before):], ranked)
	}

	const question = "西湖区人均预期寿命的目标是多少岁?"
	chat := tg.Private(li)
	chat.Send(li, question)
	until("answer", func() bool {
		all := chat.FromBot()
		return len(all) == 1 && len(all[0].Keyboard) > 0
	})
	if m := chat.FromBot()[0]; !strings.Contains(m.Text, "84.7岁") || len(m.Keyboard) < 3 {
		t.Errorf("the answer, with further questions, is\n%s", m.Show())
	}
	embedded, ranked := heard()
	for _, text := range slices.Concat(embedded[len(before):], ranked) {
		if !strings.Contains(text, strings.TrimSuffix(question, "?")) {
			t.Errorf("a service heard of %q, which nobody asked", text)
		}
	}
	if len(ranked) == 0 || len(embedded) == len(before) {
		t.Error("the question reached no service")
	}
	stop()
}
