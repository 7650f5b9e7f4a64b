package telegram

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"policybot/bot"
	"policybot/internal/han"
)

// renderPassage shows source n of an answer: where it stands, the paragraphs
// with every quoted stretch marked, and the sentences that it supports where
// they are in other words.
func renderPassage(w *words, a *bot.Answer, n int, e bot.Excerpt) styled {
	claims := a.Claims
	if a.Refusal != nil {
		claims = a.Refusal.Nearest
	}
	m := e.Doc.Meta
	var t styled
	t.add(bold, fmt.Sprintf("[%d] %s", n, titleOf(w, &e.Doc)))
	if facts := dotted(m.Date.Value, m.Place.Value, oneLine(m.Issuer.Value), oneLine(m.Site.Value)); facts != "" {
		t.add(0, "\n", facts)
	}
	if k := len(e.Heading); k > 0 && !same(e.Heading[k-1], m.Title.Value) && !same(e.Heading[k-1], e.Quote) {
		t.add(0, "\n")
		t.add(italic, oneLine(e.Heading[k-1]))
	}
	t.add(0, "\n\n")
	quotes := quotesFrom(claims, n)
	addMarked(&t, e.Before, quotes)
	quote := strings.TrimRightFunc(e.Quote, unicode.IsSpace)
	t.add(bold|underline, quote)
	addMarked(&t, e.Quote[len(quote):]+e.After, quotes)
	var retold []string
	for _, text := range provenBy(claims, n) {
		if !slices.ContainsFunc(append(quotes, e.Quote), func(q string) bool { return repeats(q, text) }) {
			retold = append(retold, text)
		}
	}
	if len(retold) > 0 {
		t.add(0, "\n\n", w.Proves)
		for _, text := range retold {
			t.add(0, "\n• ")
			t.add(italic, text)
		}
	}
	return t.split(maxUnits)[0] // never empty: it begins with the number
}

// addMarked adds text with the quotes in it marked.
func addMarked(t *styled, text string, quotes []string) {
	var spans []han.Span
	for _, q := range quotes {
		if i := strings.Index(text, q); q != "" && i >= 0 {
			spans = append(spans, han.Span{Start: i, End: i + len(strings.TrimRightFunc(q, unicode.IsSpace))})
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
