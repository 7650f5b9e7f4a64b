package telegram

import (
	"fmt"
	"slices"
	"strings"

	"policybot/bot"
	"policybot/prompts"
)

const (
	maxTitle   = 60 // characters of a title or heading path that are shown
	maxHeading = 60
)

// renderClaims puts each claim on its line, with the numbers of its sources.
func renderClaims(t *styled, claims []prompts.Claim) {
	for i, c := range claims {
		if i > 0 {
			t.add(0, "\n")
		}
		t.add(0, strings.TrimSpace(c.Text), citeNumbers(c))
	}
}

func citeNumbers(c prompts.Claim) string {
	var numbers []int
	for _, cite := range c.Cites {
		numbers = append(numbers, cite.Source)
	}
	slices.Sort(numbers)
	out := ""
	for _, n := range slices.Compact(numbers) {
		out += fmt.Sprintf("[%d]", n)
	}
	return out
}

// renderAnswer is the finished answer as messages. It depends on the answer
// alone, so that the way back from a passage leads to the same text.
func renderAnswer(a *bot.Answer, echo bool) *outcome {
	w := wordsFor(a.Question, "")
	var t styled
	if echo {
		t.add(bold, w.Asked, clip(a.Question, maxQuestion))
		t.add(0, "\n\n")
	}
	claims := a.Claims
	if r := a.Refusal; r != nil {
		claims = r.Nearest
		t.add(0, strings.TrimSpace(r.Why), "\n", w.Searched(r.Documents, r.From, r.To))
		if len(claims) > 0 {
			t.add(0, "\n\n")
			t.add(bold, w.Nearest)
			t.add(0, "\n")
		}
	}
	renderClaims(&t, claims)
	if a.Note != "" {
		t.add(0, "\n\n")
		t.add(italic, a.Note)
	}
	renderSources(&t, w, a.Sources, claims)
	return &outcome{Parts: t.split(maxUnits), Receipt: a.ID, Sources: len(a.Sources), Echo: echo, Lang: w.Lang, From: revisionsOf(a)}
}

// renderSources lists the sources under the answer, each with the words that
// were quoted from it.
func renderSources(t *styled, w *words, sources []prompts.Source, claims []prompts.Claim) {
	if len(sources) == 0 {
		return
	}
	t.add(0, "\n\n")
	t.add(bold|folded, w.Sources)
	for i, s := range sources {
		t.add(folded, fmt.Sprintf("\n[%d] ", i+1), describe(w, s))
		for _, q := range quotesFrom(claims, i+1) {
			t.add(folded, "\n“", q, "”")
		}
	}
}

// quotesFrom are the different quotes that claims take from source n.
func quotesFrom(claims []prompts.Claim, n int) []string {
	var out []string
	for _, c := range claims {
		for _, cite := range c.Cites {
			if cite.Source == n && !slices.Contains(out, cite.Quote) {
				out = append(out, cite.Quote)
			}
		}
	}
	return out
}

// describe is a source in a line: title · date · place · heading. What is not
// known is left out.
func describe(w *words, s prompts.Source) string {
	parts := []string{w.Untitled}
	if s.Doc != nil {
		m := s.Doc.Meta
		if m.Title.Value != "" {
			parts[0] = clip(oneLine(m.Title.Value), maxTitle)
		}
		parts = append(parts, m.Date.Value, m.Place.Value)
	}
	parts = append(parts, clip(headingPath(s.Heading), maxHeading))
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

func headingPath(h []string) string {
	var out []string
	for _, one := range h {
		out = append(out, oneLine(one))
	}
	return strings.Join(out, " › ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip keeps the first n characters of s and shows that some are missing.
func clip(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return string(rs[:n-1]) + "…"
}

// renderProgress is what has been proven so far; nil when that is nothing.
func renderProgress(w *words, claims []prompts.Claim) styled {
	if len(claims) == 0 {
		return nil
	}
	var t styled
	renderClaims(&t, claims)
	tail := "\n\n" + w.Checking
	parts := t.split(maxUnits - units(tail))
	if len(parts) == 0 {
		return nil
	}
	t = parts[0]
	t.add(italic, tail)
	return t
}
