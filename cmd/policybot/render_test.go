package main

import (
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/prompts"
	"policybot/retrieval"
)

func TestMarkedEndsEverySentenceInItsSources(t *testing.T) {
	cites := []prompts.Cite{{Source: 2}, {Source: 1}, {Source: 2}}
	for text, want := range map[string]string{
		"目标是7万元":              "目标是7万元[2][1]",
		"目标是7万元。城镇是10万元。":     "目标是7万元。[2][1]城镇是10万元。[2][1]",
		"The aim is 7.5 mu. ": "The aim is 7.5 mu.[2][1]",
		"一是甲；二是乙。 丙？":         "一是甲；二是乙。[2][1] 丙？[2][1]",
		"甲；乙；":                "甲；乙；[2][1]",
		"目标\x1b[2J是7万元。\n":    "目标[2J是7万元。[2][1]",
	} {
		if got := marked(prompts.Claim{Text: text, Cites: cites}); got != want {
			t.Errorf("marked(%q) = %q, want %q", text, got, want)
		}
	}
}

func render(t *testing.T, a *bot.Answer) string {
	t.Helper()
	var out strings.Builder
	p := newPrinter(&out, a.Question)
	for _, c := range a.Claims {
		p.claim(c)
	}
	if err := p.rest(a); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// income is an answer's source and a claim on it.
func income() (prompts.Source, prompts.Claim) {
	doc := &retrieval.Document{Path: "folder/plan.txt"}
	doc.Meta.Site.Value = "西湖区政府"
	doc.Meta.Date.Value = "2021-08"
	doc.Meta.Place.Value = "杭州市西湖区"
	s := prompts.Source{Doc: doc, Passage: retrieval.Passage{Heading: []string{"一、主要目标", "收入"}}}
	return s, prompts.Claim{Text: "农村居民收入突破7万元。", Cites: []prompts.Cite{{Source: 1, Quote: "突破\n7万元"}}}
}

func TestAnswerForPeople(t *testing.T) {
	s, c := income()
	got := render(t, &bot.Answer{Question: "农村居民呢?", Claims: []prompts.Claim{c}, Sources: []prompts.Source{s}, Note: "模型不可用"})
	const want = `农村居民收入突破7万元。[1]

说明：模型不可用

来源
[1] plan.txt · 西湖区政府 · 2021-08 · 杭州市西湖区 · 一、主要目标 › 收入
    “突破 7万元”
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestRefusalForPeople(t *testing.T) {
	s, c := income()
	a := &bot.Answer{Question: "How much in the city?", Sources: []prompts.Source{s},
		Refusal: &bot.Refusal{Why: "The documents do not say.", Documents: 5, From: "2020", To: "2025-03", Nearest: []prompts.Claim{c}}}
	const want = `No answer: The documents do not say.
Searched 5 documents (2020 to 2025-03).

Nearest facts (no answer):
· 农村居民收入突破7万元。[1]

Sources
[1] plan.txt · 西湖区政府 · 2021-08 · 杭州市西湖区 · 一、主要目标 › 收入
    “突破 7万元”
`
	if got := render(t, a); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestExplainTellsWhyClaimsWereDropped(t *testing.T) {
	s, c := income()
	a := &bot.Answer{Search: "农村居民收入", Corpus: 3, Writer: "extractive", Took: 1500 * time.Microsecond,
		Hits:    []retrieval.Hit{{Passage: s.Passage, Doc: s.Doc, Score: .5, LexicalRank: 2}},
		Dropped: []bot.Dropped{{Claim: c, Verdict: prompts.Verdict{Check: "figure", Reason: "7万 is not quoted"}}}}
	var out strings.Builder
	if err := newPrinter(&out, "").explain(a, retrieval.Filter{From: "2021", Docs: []string{"a1"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"searched for: 农村居民收入\n", "narrowed to: from 2021, document a1\n", "corpus 3, written by extractive, 1.5ms\n",
		"  1  score 0.5000  lexical 2  vector -  plan.txt", "dropped (figure: 7万 is not quoted)\n    农村居民收入突破7万元。\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestNoteOf(t *testing.T) {
	for _, tt := range []struct{ question, note, want string }{
		{"补贴多少?", bot.NoteFallback, "说明：模型没有给出可用的回答，以上是文件原话。"},
		{"补贴多少?", "注意：通知的有效期到2024-01-01，现已失效。", "说明：通知的有效期到2024-01-01，现已失效。"},
		{"How much?", bot.NoteFallback, "Note: " + bot.NoteFallback},
	} {
		if got := wordsFor(tt.question).noteOf(tt.note); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.question, got, tt.want)
		}
	}
}
