package telegram

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"policybot/bot"
)

// renderPassage shows source p.N of an answer: where it stands, a page of the
// text around it with every quoted stretch marked, and, on the quote's own
// page, the sentences that it supports where they are in other words.
func renderPassage(w *words, a *bot.Answer, p press, e bot.Excerpt) styled {
	m := e.Doc.Meta
	var t styled
	t.add(bold, fmt.Sprintf("[%d] %s", p.N, titleOf(w, &e.Doc)))
	if facts := dotted(m.Date.Value, m.Place.Value, oneLine(m.Issuer.Value), oneLine(m.Site.Value)); facts != "" {
		t.add(0, "\n", facts)
	}
	if k := len(e.Heading); k > 0 && p.Page == 0 && !same(e.Heading[k-1], m.Title.Value) && !same(e.Heading[k-1], e.Quote) {
		t.add(0, "\n")
		t.add(italic, oneLine(e.Heading[k-1]))
	}
	t.add(0, "\n\n")
	addMarked(&t, e)
	if p.Page == 0 {
		addProven(&t, w, a, p.N)
	}
	return t.split(maxUnits)[0] // never empty: it begins with the number
}

// addMarked adds the text of an excerpt: the source's own words stand out
// more than what the answer quotes besides.
func addMarked(t *styled, e bot.Excerpt) {
	text := e.Before + e.Quote + e.After
	at := 0
	for _, m := range e.Marks {
		if m.Start < at || m.End > len(text) || m.Start > m.End {
			continue
		}
		t.add(0, text[at:m.Start])
		style := underline
		if m.Source != 0 {
			style |= bold
		}
		quote := strings.TrimRightFunc(text[m.Start:m.End], unicode.IsSpace)
		t.add(style, quote)
		at = m.Start + len(quote)
	}
	t.add(0, text[at:])
}

// addProven adds the sentences that source n supports, but for those that
// repeat it word for word.
func addProven(t *styled, w *words, a *bot.Answer, n int) {
	claims := a.Claims
	if a.Refusal != nil {
		claims = a.Refusal.Nearest
	}
	quotes := quotesFrom(claims, n)
	first := true
	for _, text := range provenBy(claims, n) {
		if slices.ContainsFunc(quotes, func(q string) bool { return repeats(q, text) }) {
			continue
		}
		if first {
			t.add(0, "\n\n", w.Proves)
			first = false
		}
		t.add(0, "\n• ")
		t.add(italic, text)
	}
}
