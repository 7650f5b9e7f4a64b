package telegram

import (
	"fmt"
	"slices"
	"strings"

	"policybot/bot"
	"policybot/prompts"
)

// The notes of an answer that every catalogue has words for.
const (
	noteCutShort = bot.NoteCutShort
	noteFallback = bot.NoteFallback
	noteUnproven = bot.NoteUnproven

	noteSpent      = bot.NoteSpent
	noteSpentYours = bot.NoteSpentYours
	noteForeign    = bot.NoteForeign
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

// numbered is [1][3], and [1]–[8] for numbers in a row.
func numbered(numbers []int) string {
	out := ""
	for i := 0; i < len(numbers); i++ {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		out += fmt.Sprintf("[%d]", numbers[i])
		if last-i >= 2 {
			out += fmt.Sprintf("–[%d]", numbers[last])
			i = last
		}
	}
	return out
}

// renderAnswer is the finished answer as messages. It depends on what it is
// given alone, so that the way back from a passage leads to the same text.
func renderAnswer(a *bot.Answer, w *words, echo bool) *outcome {
	var t styled
	if echo {
		t.add(bold, w.Asked, clip(a.Question, maxQuestion))
		t.add(0, "\n\n")
	}
	if a.AsOf != "" {
		t.add(italic, fmt.Sprintf(w.AsOfNote, a.AsOf))
		t.add(0, "\n\n")
	}
	claims := a.Claims
	if a.Refusal != nil {
		claims = a.Refusal.Nearest
		renderRefusal(&t, w, a.Refusal)
	}
	if a.Head != "" {
		t.add(italic, a.Head)
		t.add(0, "\n\n")
	}
	renderClaims(&t, claims)
	if a.Note != "" {
		t.add(0, "\n\n")
		t.add(italic, either(w.Notes[a.Note], a.Note))
	}
	renderSources(&t, w, a.Sources, claims)
	return &outcome{Parts: t.split(maxUnits), Receipt: a.ID, Sources: len(a.Sources), Echo: echo, Lang: w.Lang, From: revisionsOf(a)}
}

// renderRefusal says why there is no answer and what was searched, and heads
// the nearest facts if there are any.
func renderRefusal(t *styled, w *words, r *bot.Refusal) {
	t.add(0, either(w.Why[r.Reason], strings.TrimSpace(r.Why)), "\n", w.Searched(r.Documents, r.From, r.To))
	if len(r.Nearest) == 0 {
		t.add(0, "\n", w.Rephrase)
		return
	}
	t.add(0, "\n\n")
	t.add(bold, w.Nearest)
	t.add(0, "\n")
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// renderProgress is what has been proven so far; nil when that is nothing.
func renderProgress(w *words, claims []prompts.Claim) styled {
	if len(claims) == 0 {
		return nil
	}
	var t styled
	renderClaims(&t, claims)
	parts := t.split(maxUnits - units(w.Checking) - 2)
	if len(parts) == 0 {
		return nil
	}
	t = parts[0]
	t.add(0, "\n\n")
	t.add(italic, w.Checking)
	return t
}
