package bot_test

import (
	"strings"
	"testing"

	"policybot/bot"
	"policybot/internal/openaitest"
	"policybot/prompts"
	"policybot/retrieval"
)

var _ bot.Summarizer = (*bot.ModelWriter)(nil)

// TestModelSummarizesHalves: when a model takes less than was thought, it is
// asked for each half of the document, and no source is left out; its numbers
// count in the whole request.
func TestModelSummarizesHalves(t *testing.T) {
	s := openaitest.Start(t)
	long := openaitest.FailCode(400, "context_length_exceeded", "maximum context length", "")
	claim := func(n int) openaitest.Reply {
		return openaitest.Text(openaitest.Claim("每千人拥有婴幼儿照护设施托位数达到4.5个。", n, "每千人拥有婴幼儿照护设施托位数达到4.5个"))
	}
	s.Script(long, claim(2), long, claim(1), claim(1))
	r := request(8)
	r.Summary = &prompts.Summary{Lines: 8, Sides: []prompts.Side{{Sources: 8}}}
	got := collect(modelWriter(t, s, 0).Summarize(t.Context(), r))
	if got.err != nil || len(got.claims) != 3 {
		t.Fatalf("got %+v", got)
	}
	shown := map[string]bool{}
	for i, q := range s.Requests() {
		for _, p := range openaitest.Passages(q) {
			shown[p.Text] = shown[p.Text] || i > 0 && i != 2 // the two that were too long told nothing
		}
	}
	for i, src := range r.Sources {
		if !shown[src.Text] {
			t.Errorf("source %d was in no request that was answered", i+1)
		}
	}
	for i, want := range []int{2, 5, 7} {
		if n := got.claims[i].Cites[0].Source; n != want {
			t.Errorf("claim %d cites source %d, want %d", i, n, want)
		}
	}
}

// TestModelCondenses: a line of a model that merges sentences cites each, and is
// dropped when one of them does not bear it out.
func TestModelCondenses(t *testing.T) {
	x := indexOf(t, "滨海市海洋规划", "到2030年建成深水泊位12个。新造科考船3艘。", "修复岸线50公里。")
	s := openaitest.Start(t)
	s.Write(func(*openaitest.Request) string {
		return `{"text":"到2030年建成深水泊位12个，修复岸线50公里。","cites":[{"source":1,"quote":"到2030年建成深水泊位12个"},{"source":2,"quote":"修复岸线50公里"}]}` + "\n" +
			`{"text":"新造科考船5艘。","cites":[{"source":1,"quote":"新造科考船3艘"}]}`
	})
	a := bot.New(bot.Config{Search: x, View: x, Writer: modelWriter(t, s, 0)})
	ans, err := a.Answer(t.Context(), bot.Question{Text: "总结海洋规划"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(ans.Claims) != 1 || len(ans.Claims[0].Cites) != 2 || len(ans.Dropped) == 0 || ans.Dropped[0].Verdict.Check != "figure" {
		t.Errorf("claims %+v, dropped %+v", ans.Claims, ans.Dropped)
	}
	if !strings.HasPrefix(ans.Head, "以下概括《滨海市海洋规划》") {
		t.Errorf("head %q", ans.Head)
	}
	if sys := s.Requests()[0].Message[0].Content; !strings.Contains(sys, "文件概要") {
		t.Errorf("asked with %q", sys)
	}
}

// indexOf is an index of one document.
func indexOf(t *testing.T, title string, passages ...string) *retrieval.Index {
	t.Helper()
	emb := retrieval.NewHashed()
	x := retrieval.NewIndex(emb)
	doc := &retrieval.Document{ID: "doc", Path: "doc.txt", Revision: 1, Meta: retrieval.Meta{Title: retrieval.Field{Value: title}}}
	err := x.LoadEntries(t.Context(), retrieval.Corpus{Version: 1, Embedder: emb.Model()}, func(yield func(retrieval.Entry, error) bool) {
		at := 0
		for _, text := range passages {
			v, _ := emb.Embed(t.Context(), []string{text})
			p := retrieval.Passage{DocID: doc.ID, Revision: 1, Start: at, End: at + len(text), Text: text}
			if !yield(retrieval.Entry{Doc: doc, Passage: p, Vector: v[0]}, nil) {
				return
			}
			at += len(text) + 1
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}
