package bot

import (
	"context"
	"errors"
	"fmt"
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
)

// An Excerpt is a quote among the paragraphs around it, as they stood in the
// document when it was cited. Before, Quote and After follow each other; where
// a long paragraph was cut, Before begins or After ends with "…".
type Excerpt struct {
	Doc                  retrieval.Document
	Heading              []string
	Before, Quote, After string
}

// Context is the quote of an answer's source, numbered from 1, with the text
// around it. The error is ErrNoReceipt for an unknown receipt or source, and
// ErrErased when the document was purged.
func (j *Journal) Context(ctx context.Context, id string, source int) (Excerpt, error) {
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
	start, end := quoteOf(a, source, text)
	return Excerpt{Doc: doc, Heading: p.Heading, Before: before(text[:start]), Quote: text[start:end], After: after(text[end:])}, nil
}

// quoteOf is where the first quote from a source stands in its document's
// text; the whole passage when there is none.
func quoteOf(a *Answer, source int, text string) (start, end int) {
	claims := a.Claims
	if a.Refusal != nil {
		claims = append(claims, a.Refusal.Nearest...)
	}
	for _, claim := range claims {
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

// before is the paragraphs at the end of s: the one that runs on, and those
// above it until there is enough.
func before(s string) string {
	at := len(s)
	for at > 0 {
		at = strings.LastIndexByte(s[:at-1], '\n') + 1
		if utf8.RuneCountInString(s[at:]) >= excerptRunes {
			break
		}
	}
	s = s[at:]
	if utf8.RuneCountInString(s) <= excerptLimit {
		return s
	}
	runes := []rune(s)
	tail := string(runes[len(runes)-excerptLimit:])
	if spans := han.Sentences(tail); len(spans) > 1 {
		tail = tail[spans[1].Start:]
	}
	return "…" + tail
}

// after is the paragraphs at the beginning of s, as before is those at the end.
func after(s string) string {
	at := 0
	for at < len(s) {
		next := strings.IndexByte(s[at:], '\n')
		if next < 0 {
			at = len(s)
			break
		}
		if at += next; utf8.RuneCountInString(s[:at]) >= excerptRunes {
			break
		}
		at++
	}
	s = s[:at]
	if utf8.RuneCountInString(s) <= excerptLimit {
		return s
	}
	head := string([]rune(s)[:excerptLimit])
	if spans := han.Sentences(head); len(spans) > 1 {
		head = head[:spans[len(spans)-2].End]
	}
	return head + "…"
}
