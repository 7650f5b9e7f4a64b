package bot

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/prompts"
	"policybot/retrieval"
)

// TestOutliningOf tells questions for a whole document from those for a fact
// in one, by their form, and reads how long the answer shall be.
func TestOutliningOf(t *testing.T) {
	for _, c := range []struct {
		q      string
		form   outlineForm // 0: an ordinary question
		object string
		lines  int
		chars  int
	}{
		{"临江市规划讲了什么?", outlineAsked, "临江市规划", 0, 0},
		{"臨江市規劃講了什麼？", outlineAsked, "临江市规划", 0, 0},
		{"总结临江市老龄事业规划", outlineBidden, "临江市老龄事业规划", 0, 0},
		{"请帮我把老龄规划概括一下", outlineBidden, "老龄规划", 0, 0},
		{"用三句话总结老龄规划", outlineBidden, "老龄规划", 3, 0},
		{"100字以内概括老龄规划", outlineBidden, "老龄规划", 0, 100},
		{"简要概括一下老龄规划", outlineBidden, "老龄规划", shortLines, 0},
		{"老龄规划的主要内容是什么?", outlineNoun, "老龄规划", 0, 0},
		{"给我一份老龄规划的摘要", outlineBidden, "老龄规划", 0, 0},
		{"What is the Linjiang plan about?", outlineAsked, "the Linjiang plan", 0, 0},
		{"Summarize the Linjiang plan in 3 sentences", outlineBidden, "the Linjiang plan", 3, 0},
		{"Give me a summary of the plan in under 50 words", outlineBidden, "the plan", 0, 100},

		{q: "临江市每千名老人有多少张养老床位?"},
		{q: "谁写了这份规划?"},
		{q: "哪些内容是主要的?"},
		{q: "加装电梯要提交什么材料?"},
		{q: "通知内容是什么?"},
		{q: "《指引》包括哪些内容?"},
		{q: "How many nursing beds will there be?"},
	} {
		o, ok := outliningOf(c.q)
		if ok != (c.form != 0) || o.form != c.form || o.object != c.object || o.wish.Lines != c.lines || o.wish.Characters != c.chars {
			t.Errorf("outliningOf(%q) = %+v, %v", c.q, o, ok)
		}
	}
}

// TestSummaries are told over the whole document, in its order, and as long as
// asked.
func TestSummaries(t *testing.T) {
	a := extractor(library(t, harbour...))
	for _, c := range []struct {
		question string
		head     string // part of it; "" for an ordinary answer or refusal
		says     []string
	}{
		{"总结老龄事业规划", "《临江市老龄事业规划》", []string{"养老机构护理型床位", "补齐城区设施的短板；补齐农村照护的短板；补齐专业队伍的短板"}},
		{"宁波市规划讲了什么?", "《临江市老龄事业规划》", []string{"1.2万张"}},
		{"What is the Ningbo plan about?", "“临江市老龄事业规划”", []string{"1.2万张"}},
		{"总结2023年的规划", "《临江市老龄事业规划》", []string{"1.2万张"}},
		{"总结2019年的规划", "", []string{"refused"}},
		{"总结上海市的规划", "", []string{"refused"}},
		{"对比2023年和2024年的养老床位", "没有找到2024年", []string{"2023年：", "1.2万张"}},
		{"比较宁波市和鄞州区的电梯", "没有找到宁波市", []string{"鄞州区：", "加装电梯"}},
		{"每千名老年人拥有养老床位多少张?", "", []string{"45张"}},
	} {
		ans := ask(t, a, c.question)
		if c.head == "" && ans.Head != "" || !strings.Contains(ans.Head, c.head) {
			t.Errorf("%s: head %q, want %q in it", c.question, ans.Head, c.head)
		}
		for _, s := range c.says {
			if !strings.Contains(said(ans), s) {
				t.Errorf("%s: says %s, want %q in it", c.question, said(ans), s)
			}
		}
	}
	if ans := ask(t, a, "用一句话总结老龄事业规划"); len(ans.Claims) != 1 {
		t.Errorf("one sentence asked, got %s", said(ans))
	}
	ans := ask(t, a, "60字以内总结老龄事业规划")
	if n := utf8.RuneCountInString(strings.ReplaceAll(said(ans), "|", "")); n > 60 || ans.Refusal != nil {
		t.Errorf("60 characters asked, got %d: %s", n, said(ans))
	}
}

// TestSummariesNameEqualFits: of documents that fit as well the best is told
// and the others are named, and a purge of one finds the answer.
func TestSummariesNameEqualFits(t *testing.T) {
	twin := harbour[0]
	twin.name, twin.date = "plan2", "2021-03-01"
	ans := ask(t, extractor(library(t, append(slices.Clone(harbour), twin)...)), "总结老龄事业规划")
	if !strings.Contains(ans.Head, "同样符合的还有") || !strings.Contains(ans.Head, "2021-03-01") {
		t.Errorf("head %q does not name the other document", ans.Head)
	}
	if !slices.ContainsFunc(ans.Hits, func(h retrieval.Hit) bool { return h.DocID == "plan2" }) {
		t.Error("the hits lack the other document")
	}
}

// A condenser is a writer that condenses: it merges the first sentences of
// every two sources into a claim, and takes so many sources at a time.
type condenser struct {
	most  int
	asked [][]string // first headings or texts of each request's sources

}

func (*condenser) Name() string { return "condenser" }

func (w *condenser) Fits(r prompts.Request) bool { return len(r.Sources) <= w.most }

func (w *condenser) Write(context.Context, prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		yield(prompts.Claim{}, &prompts.Refusal{Why: "asked for an answer"})
	}
}

func (w *condenser) Summarize(_ context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	var texts []string
	for _, s := range r.Sources {
		texts = append(texts, s.Text)
	}
	w.asked = append(w.asked, texts)
	return func(yield func(prompts.Claim, error) bool) {
		for i := range r.Sources {
			quote, _, _ := strings.Cut(r.Sources[i].Text, "。")
			if !yield(prompts.Claim{Text: quote + "。", Cites: []prompts.Cite{{Source: i + 1, Quote: quote}}}, nil) {
				return
			}
		}
	}
}

// TestSummariesInBatches: a document that is longer than a request is told in
// several; none of its passages is left out or cut.
func TestSummariesInBatches(t *testing.T) {
	x := library(t, paper{name: "long", title: "滨海市海洋规划", passages: []string{
		"到2030年建成深水泊位12个。", "新造科考船3艘。", "培育海洋企业200家。", "修复岸线50公里。", "新增海洋公园4座。"}})
	w := &condenser{most: 2}
	ans := ask(t, New(Config{Search: x, View: x, Writer: w}), "总结海洋规划")
	if len(w.asked) != 3 || len(slices.Concat(w.asked...)) != 5 {
		t.Errorf("asked for %q", w.asked)
	}
	if len(ans.Claims) != 5 || ans.Claims[4].Cites[0].Source != 5 {
		t.Errorf("claims %+v", ans.Claims)
	}
	w = &condenser{most: 10}
	if ans = ask(t, New(Config{Search: x, View: x, Writer: w}), "用两句话总结海洋规划"); len(ans.Claims) != 2 {
		t.Errorf("two sentences asked, got %s", said(ans))
	}
}

// TestComparisonsLabelClaims: what a model writes on one side is told under
// the side's name, and cites that side alone.
func TestComparisonsLabelClaims(t *testing.T) {
	x := library(t,
		paper{name: "old", date: "2021-05-01", passages: []string{"全市新建公园12座,改造公园绿地30公顷。"}},
		paper{name: "new", date: "2023-05-01", passages: []string{"全市新建公园20座,提升公园管护水平。"}})
	ans := ask(t, New(Config{Search: x, View: x, Writer: &condenser{most: 10}}), "对比2021年和2023年的公园")
	if len(ans.Claims) != 2 || !strings.HasPrefix(ans.Claims[0].Text, "2021年：") || !strings.HasPrefix(ans.Claims[1].Text, "2023年：") {
		t.Errorf("says %s", said(ans))
	}
}
