package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/db"
	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

const (
	// excerptRunes is how much text an excerpt shows before and after its
	// quote, when whole paragraphs are shorter than that.
	excerptRunes = 150
	// excerptLimit is how much it shows when a paragraph is longer. With the
	// quote it stays below Telegram's 4096.
	excerptLimit = 700
	// pageRunes and pageLimit are the same for a page before or after it.
	pageRunes = 500
	pageLimit = 1400
)

// An Excerpt is a quote among the paragraphs around it, as they stood in the
// document when it was cited. Before, Quote and After follow each other; where
// a long paragraph was cut, Before begins or After ends with "…". Of the pages
// before and after it, Before or After has the text, and Quote is empty.
type Excerpt struct {
	Doc                  retrieval.Document
	Heading              []string
	Before, Quote, After string
	// Marks are the stretches of Before, Quote and After together that the
	// answer quotes, in order; they do not overlap.
	Marks []Mark
	// Earlier and Later say that the document goes on before and after.
	Earlier, Later bool
}

// A Mark is a quoted stretch in bytes, and whose it is: Source is the number
// of the source that was asked for, or 0 for another one of the answer.
type Mark struct{ Start, End, Source int }

// Context is the quote of an answer's source, numbered from 1, with the text
// around it. The error is ErrNoReceipt for an unknown receipt or source, and
// ErrErased when the document was purged.
func (j *Journal) Context(ctx context.Context, id string, source int) (Excerpt, error) {
	return j.Around(ctx, id, source, 0)
}

// Around is Context, paged through: page 0 has the quote, 1 is what follows
// it, -1 what goes before, and so on; a page beyond the document is its last.
func (j *Journal) Around(ctx context.Context, id string, source, page int) (Excerpt, error) {
	a, err := readAnswer(ctx, j.conn, id)
	if err == nil && (source < 1 || source > len(a.Sources)) {
		err = ErrNoReceipt
	}
	if err != nil {
		return Excerpt{}, fmt.Errorf("source %d of receipt %q: %w", source, id, db.Explain(err))
	}
	p := a.Sources[source-1].Passage
	doc, text, err := j.texts.Revision(ctx, p.DocID, p.Revision)
	if errors.Is(err, retrieval.ErrNotFound) || err == nil && p.End > len(text) {
		err = ErrErased
	}
	if err != nil {
		return Excerpt{}, fmt.Errorf("source %d of receipt %q: %w", source, id, err)
	}
	e := Excerpt{Doc: doc, Heading: p.Heading}
	start, end := quoteOf(a, source, text)
	from, to := start-backward(text[:start], excerptRunes, excerptLimit), end+forward(text[end:], excerptRunes, excerptLimit)
	if page == 0 {
		e.Before, e.Quote, e.After = text[from:start], text[start:end], text[end:to]
	} else {
		if from, to = turn(text, from, to, page); page < 0 {
			e.Before = text[from:to]
		} else {
			e.After = text[from:to]
		}
	}
	e.Earlier, e.Later = strings.TrimSpace(text[:from]) != "", strings.TrimSpace(text[to:]) != ""
	shift := from
	if from > 0 && text[from-1] != '\n' {
		if page > 0 {
			e.After = "…" + e.After
		} else {
			e.Before = "…" + e.Before
		}
		shift -= len("…")
	}
	e.Marks = marksIn(a, source, text, from, to, shift)
	if to < len(text) && text[to] != '\n' {
		if page < 0 {
			e.Before += "…"
		} else {
			e.After += "…"
		}
	}
	return e, nil
}

// turn goes from a window of a text so many pages on, or back.
func turn(text string, from, to, page int) (int, int) {
	for ; page > 0 && strings.TrimSpace(text[to:]) != ""; page-- {
		from = to
		for text[from] == '\n' {
			from++
		}
		to = from + forward(text[from:], pageRunes, pageLimit)
	}
	for ; page < 0 && strings.TrimSpace(text[:from]) != ""; page++ {
		to = len(strings.TrimRight(text[:from], "\n"))
		from = to - backward(text[:to], pageRunes, pageLimit)
	}
	return from, to
}

// marksIn are the quotes of an answer that stand between from and to of a
// revision's text, as offsets behind shift. Those of the source come first
// where two overlap.
func marksIn(a *Answer, source int, text string, from, to, shift int) (out []Mark) {
	p := a.Sources[source-1].Passage
	add := func(own bool) {
		for _, claim := range claimsOf(a) {
			for _, c := range claim.Cites {
				if c.Source < 1 || c.Source > len(a.Sources) || (c.Source == source) != own {
					continue
				}
				if q := a.Sources[c.Source-1].Passage; q.DocID != p.DocID || q.Revision != p.Revision || !stands(c, text) {
					continue
				}
				m := Mark{max(c.Start, from) - shift, min(c.End, to) - shift, 0}
				if own {
					m.Source = source
				}
				out = addMark(out, m)
			}
		}
	}
	add(true)
	add(false)
	slices.SortFunc(out, func(a, b Mark) int { return a.Start - b.Start })
	return out
}

// addMark adds a mark to some that do not overlap: with those of the same
// source it becomes one, to another's it gives way.
func addMark(ms []Mark, m Mark) []Mark {
	meets := func(o Mark) bool { return m.Start < o.End && o.Start < m.End }
	if m.Start >= m.End || slices.ContainsFunc(ms, func(o Mark) bool { return meets(o) && o.Source != m.Source }) {
		return ms
	}
	ms = slices.DeleteFunc(ms, func(o Mark) bool {
		if !meets(o) {
			return false
		}
		m.Start, m.End = min(m.Start, o.Start), max(m.End, o.End)
		return true
	})
	return append(ms, m)
}

// claimsOf are the claims of an answer, or the nearest facts of its refusal.
func claimsOf(a *Answer) []prompts.Claim {
	if a.Refusal != nil {
		return slices.Concat(a.Claims, a.Refusal.Nearest)
	}
	return a.Claims
}

// quoteOf is where the first quote from a source stands in its document's
// text; the whole passage when there is none.
func quoteOf(a *Answer, source int, text string) (start, end int) {
	for _, claim := range claimsOf(a) {
		for _, c := range claim.Cites {
			if c.Source == source && stands(c, text) {
				return c.Start, c.End
			}
		}
	}
	p := a.Sources[source-1].Passage
	return p.Start, p.End
}

func stands(c prompts.Cite, text string) bool {
	return 0 <= c.Start && c.Start < c.End && c.End <= len(text) && text[c.Start:c.End] == c.Quote
}

// backward is how much of the end of s is shown: the paragraph that runs on,
// and those above it until there are enough characters; where that is more
// than most, whole sentences of it.
func backward(s string, enough, most int) int {
	at := len(s)
	for at > 0 {
		at = strings.LastIndexByte(s[:at-1], '\n') + 1
		if utf8.RuneCountInString(s[at:]) >= enough {
			break
		}
	}
	s = s[at:]
	if utf8.RuneCountInString(s) <= most {
		return len(s)
	}
	runes := []rune(s)
	tail := string(runes[len(runes)-most:])
	if spans := han.Sentences(tail); len(spans) > 1 {
		tail = tail[spans[1].Start:]
	}
	return len(tail)
}

// forward is how much of the beginning of s is shown, as backward is of its
// end.
func forward(s string, enough, most int) int {
	at := 0
	for at < len(s) {
		next := strings.IndexByte(s[at:], '\n')
		if next < 0 {
			at = len(s)
			break
		}
		if at += next; utf8.RuneCountInString(s[:at]) >= enough {
			break
		}
		at++
	}
	s = s[:at]
	if utf8.RuneCountInString(s) <= most {
		return len(s)
	}
	head := string([]rune(s)[:most])
	if spans := han.Sentences(head); len(spans) > 1 {
		head = head[:spans[len(spans)-2].End]
	}
	return len(head)
}
