package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// A line is a paragraph of the decoded original: the bytes [start, end) of it,
// and how they read with invisible characters taken out and each run of white
// space folded to one space.
type line struct {
	start, end int
	text       string
	runes      int // length of text, white space aside
}

func newLine(src string, start, end int) (line, bool) {
	piece := src[start:end]
	trimmed := strings.TrimFunc(piece, blank)
	if trimmed == "" {
		return line{}, false
	}
	start += strings.Index(piece, trimmed)
	l := line{start: start, end: start + len(trimmed), text: foldSpace(trimmed)}
	for _, r := range l.text {
		if r != ' ' {
			l.runes++
		}
	}
	return l, true
}

// blank reports whether r leaves no ink: white space or invisible.
func blank(r rune) bool { return unicode.IsSpace(r) || han.Invisible(r) }

// foldSpace takes invisible characters out and folds each run of white space
// to one space.
func foldSpace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
		case han.Invisible(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unfold finds the bytes of src that a span of foldSpace(src[from:]) was made
// from. The span begins and ends with ink.
func unfold(src string, from int, span han.Span) (start, end int) {
	n, space := 0, false
	start = -1
	for i, r := range src[from:] {
		switch {
		case unicode.IsSpace(r):
			space = true
		case han.Invisible(r):
		default:
			if space {
				n++
				space = false
			}
			if n >= span.Start && start < 0 {
				start = from + i
			}
			n += utf8.RuneLen(r)
			if n >= span.End {
				_, width := utf8.DecodeRuneInString(src[from+i:])
				return start, from + i + width
			}
		}
	}
	return max(start, from), len(src)
}

// lines cuts src at its line breaks, and a line that holds a whole document,
// as pages flattened by a scraper do, where its paragraphs show.
func lines(src string) []line {
	var out []line
	for start := 0; start < len(src); {
		end, next := lineEnd(src, start)
		out = append(out, paragraphs(src, start, end, len(out) == 0)...)
		start = next
	}
	return out
}

// lineEnd finds where the line at start ends and where the next begins.
func lineEnd(src string, start int) (end, next int) {
	i := strings.IndexFunc(src[start:], func(r rune) bool {
		return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
	})
	if i < 0 {
		return len(src), len(src)
	}
	_, n := utf8.DecodeRuneInString(src[start+i:])
	return start + i, start + i + n
}
