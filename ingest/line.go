package ingest

import (
	"iter"
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
	known
}

// A known is what the format of a file tells of a line.
type known struct {
	level    int    // of a heading, 1 the highest; 0 when it is none
	page     int    // on which it begins, from 1; 0 without pages
	lastPage int    // on which it ends
	row      bool   // of a sheet, and so no title or byline
	why      string // it is no part of the document, for this reason
}

func newLine(src string, start, end int) (line, bool) {
	trimmed := strings.TrimLeftFunc(src[start:end], blank)
	start = end - len(trimmed)
	trimmed = strings.TrimRightFunc(trimmed, blank)
	if trimmed == "" {
		return line{}, false
	}
	l := line{start: start, end: start + len(trimmed), text: foldSpace(trimmed)}
	l.runes, _ = inkOf(l.text)
	return l, true
}

// plainAt reports whether the character at s[i] is one of U+4000 to U+CFFF, of
// which Chinese text mostly is: three bytes, and neither white space, nor
// invisible, nor a mark. It spares loops over long texts the decoding.
func plainAt(s string, i int) bool { return s[i] >= 0xe4 && s[i] <= 0xec && i+3 <= len(s) }

// blank reports whether r leaves no ink: white space or invisible.
func blank(r rune) bool {
	return (r <= ' ' || r >= 0x7f) && (unicode.IsSpace(r) || han.Invisible(r))
}

// foldSpace takes invisible characters out and folds each run of white space
// to one space, and to nothing where a line breaks between two ideographs.
func foldSpace(s string) string {
	if _, folded := inkOf(s); folded {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range visible(s) {
		if c.spaced {
			b.WriteByte(' ')
		}
		b.WriteRune(c.r)
	}
	return b.String()
}

// inkOf counts the characters of s up to the first that foldSpace would change,
// spaces aside, and reports whether there is none: all white space of s is
// single spaces between ink.
func inkOf(s string) (runes int, folded bool) {
	ink := false
	for i := 0; i < len(s); {
		if plainAt(s, i) {
			i, runes, ink = i+3, runes+1, true
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == ' ' && !ink || r != ' ' && blank(r) {
			return runes, false
		}
		if ink = r != ' '; ink {
			runes++
		}
		i += n
	}
	return runes, ink
}

// unfold finds the bytes of src that spans of foldSpace(src[from:]) were made
// from. The spans are in order and begin and end with ink.
func unfold(src string, from int, spans []han.Span) []han.Span {
	out := make([]han.Span, 0, len(spans))
	n, start := 0, -1
	for i, c := range visible(src[from:]) {
		if len(out) == len(spans) {
			break
		}
		if c.spaced {
			n++
		}
		if n >= spans[len(out)].Start && start < 0 {
			start = from + i
		}
		n += utf8.RuneLen(c.r)
		if n >= spans[len(out)].End {
			_, width := utf8.DecodeRuneInString(src[from+i:])
			out = append(out, han.Span{Start: start, End: from + i + width})
			start = -1
		}
	}
	return out
}

// An inked is a visible character, and whether a space stands before it.
type inked struct {
	r      rune
	spaced bool
}

// visible goes through the visible characters of s with their byte offsets.
func visible(s string) iter.Seq2[int, inked] {
	return func(yield func(int, inked) bool) {
		var last rune
		space, broken := false, false
		for i, r := range s {
			switch {
			case r > ' ' && r < 0x7f:
			case unicode.IsSpace(r):
				space, broken = true, broken || r == '\n' || r == '\r'
				continue
			case han.Invisible(r):
				continue
			}
			joined := broken && wide(last) && wide(r)
			if !yield(i, inked{r, space && last != 0 && !joined}) {
				return
			}
			last, space, broken = r, false, false
		}
	}
}

// wide reports whether r is an ideograph or a full-width mark: no space is
// typed beside it.
func wide(r rune) bool { return r >= 0x2e80 || r >= 0x2018 && r <= 0x201d }
