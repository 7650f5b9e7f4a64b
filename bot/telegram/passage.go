package telegram

import (
	"fmt"
	"slices"
	"strings"

	"policybot/bot"
	"policybot/internal/han"
	"policybot/prompts"
)

// renderPassage shows source n of an answer: where it stands, the paragraphs
// with every quoted stretch marked, and the sentences that it supports.
func renderPassage(w *words, a *bot.Answer, n int, e bot.Excerpt) styled {
	claims := a.Claims
	if a.Refusal != nil {
		claims = a.Refusal.Nearest
	}
	m := e.Doc.Meta
	title := w.Untitled
	if m.Title.Value != "" {
		title = oneLine(m.Title.Value)
	}
	var t styled
	t.add(bold, fmt.Sprintf("[%d] %s", n, title))
	facts := []string{m.Date.Value, m.Place.Value, oneLine(m.Issuer.Value), oneLine(m.Site.Value)}
	facts = slices.Compact(slices.DeleteFunc(facts, func(s string) bool { return s == "" }))
	if len(facts) > 0 {
		t.add(0, "\n", strings.Join(facts, " · "))
	}
	if h := headingPath(e.Heading); h != "" {
		t.add(0, "\n")
		t.add(italic, h)
	}
	t.add(0, "\n\n")
	quotes := quotesFrom(claims, n)
	addMarked(&t, e.Before, quotes)
	t.add(bold|underline, e.Quote)
	addMarked(&t, e.After, quotes)
	if proven := provenBy(claims, n); len(proven) > 0 {
		t.add(0, "\n\n", w.Proves)
		for _, text := range proven {
			t.add(italic, "\n• "+text)
		}
	}
	return t.split(maxUnits)[0] // never empty: it begins with the number
}

// provenBy are the sentences that cite source n.
func provenBy(claims []prompts.Claim, n int) []string {
	var out []string
	for _, c := range claims {
		if slices.ContainsFunc(c.Cites, func(cite prompts.Cite) bool { return cite.Source == n }) {
			out = append(out, strings.TrimSpace(c.Text))
		}
	}
	return out
}

// addMarked adds text with the quotes in it marked.
func addMarked(t *styled, text string, quotes []string) {
	var spans []han.Span
	for _, q := range quotes {
		if i := strings.Index(text, q); q != "" && i >= 0 {
			spans = append(spans, han.Span{Start: i, End: i + len(q)})
		}
	}
	slices.SortFunc(spans, func(a, b han.Span) int { return a.Start - b.Start })
	at := 0
	for _, s := range spans {
		s.Start = max(s.Start, at)
		if s.Start >= s.End {
			continue
		}
		t.add(0, text[at:s.Start])
		t.add(bold|underline, s.In(text))
		at = s.End
	}
	t.add(0, text[at:])
}
