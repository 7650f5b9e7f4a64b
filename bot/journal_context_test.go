package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/prompts"
)

// TestAroundMarksEveryQuote: all that the answer quotes on the page is marked,
// at its place and not where the same words stand first.
func TestAroundMarksEveryQuote(t *testing.T) {
	f := newFixture(t)
	sources := f.put(t, "a.txt", "补贴。先说补贴。", "住房补贴六千元，另有租房补贴。", "后一段补贴八千元。")
	second := prompts.Cite{Source: 2, Quote: "租房补贴", Start: sources[1].Start + strings.Index(sources[1].Text, "租房补贴")}
	second.End = second.Start + len(second.Quote)
	own := cite(sources, 2, "住房补贴六千元")
	own.Source = 1
	third := cite(sources, 3, "补贴八千元")
	a := answer("补贴多少？", []prompts.Source{sources[1], sources[1], sources[2]},
		prompts.Claim{Text: "六千元。", Cites: []prompts.Cite{own}}, prompts.Claim{Text: "租房补贴。", Cites: []prompts.Cite{second, third}})
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{"住房补贴六千元=1 租房补贴=0 补贴八千元=0", "住房补贴六千元=0 租房补贴=2 补贴八千元=0", "住房补贴六千元=0 租房补贴=0 补贴八千元=3"} {
		e, err := f.journal.Context(t.Context(), id, n+1)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range e.Marks {
			got = append(got, fmt.Sprintf("%s=%d", (e.Before + e.Quote + e.After)[m.Start:m.End], m.Source))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("source %d marks %v, not %s", n+1, got, want)
		}
	}
}

// TestAroundTurnsThroughTheDocument: the pages before and after a quote are
// the whole document, without a gap or a repetition.
func TestAroundTurnsThroughTheDocument(t *testing.T) {
	f := newFixture(t)
	var paragraphs []string
	for i := range 60 {
		paragraphs = append(paragraphs, fmt.Sprintf("第%d段。", i)+strings.Repeat("这里说了些什么。", i*7%90))
	}
	paragraphs = append(paragraphs, strings.Repeat("没有换行的一长段。", 900), strings.Repeat("一", 5000))
	sources := f.put(t, "a.txt", paragraphs...)
	a := answer("问？", sources[30:31], prompts.Claim{Text: "第30段。", Cites: []prompts.Cite{cite(sources[30:31], 1, "第30段。")}})
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	page := func(n int) (string, bool, bool) {
		t.Helper()
		e, err := f.journal.Around(t.Context(), id, 1, n)
		if err != nil {
			t.Fatal(err)
		}
		text := e.Before + e.Quote + e.After
		if k := utf8.RuneCountInString(text); k > 1500 || k == 0 || !utf8.ValidString(text) {
			t.Errorf("page %d has %d characters", n, k)
		}
		for _, m := range e.Marks {
			if text[m.Start:m.End] != "第30段。" || n != 0 {
				t.Errorf("page %d marks %q", n, text[m.Start:m.End])
			}
		}
		return strings.Trim(text, "…"), e.Earlier, e.Later
	}
	whole, earlier, later := page(0)
	for n := 1; later; n++ {
		var more string
		more, _, later = page(n)
		whole += "\n" + more
	}
	for n := -1; earlier; n-- {
		var more string
		more, earlier, _ = page(n)
		whole = more + "\n" + whole
	}
	// A paragraph may be cut between two of its sentences.
	flat := func(s string) string { return strings.ReplaceAll(s, "\n", "") }
	if flat(whole) != flat(strings.Join(paragraphs, "\n")) {
		t.Error("the pages are not the document")
	}
	for _, beyond := range []int{99, -99} {
		page(beyond)
	}
}
