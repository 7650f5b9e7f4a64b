// Package han reads Chinese text the way policybot compares it: characters
// folded to one form, and sentences found without cutting a quotation.
//
// It stores nothing. The table of traditional and simplified characters in
// data/ts.txt is made from OpenCC's TSCharacters (Apache-2.0), first reading
// of each character only; where simplified text itself keeps two characters
// apart that traditional text writes as one (著/着), both fold to the same.
package han

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/ts.txt
var tsTable string

// A script maps traditional characters to simplified ones. Nearly all stand in
// the one block of ideographs, where an index is faster than a map.
type script struct {
	block [blockEnd - blockStart]rune // 0 for what stays as it is
	rest  map[rune]rune
}

const blockStart, blockEnd = 0x4e00, 0xa000

var simplified = sync.OnceValue(func() *script {
	m := &script{rest: map[rune]rune{}}
	for line := range strings.Lines(tsTable) {
		rs := []rune(strings.TrimSpace(line))
		switch {
		case len(rs) != 2:
		case rs[0] >= blockStart && rs[0] < blockEnd:
			m.block[rs[0]-blockStart] = rs[1]
		default:
			m.rest[rs[0]] = rs[1]
		}
	}
	return m
})

// of is the simplified form of r, and whether r has another.
func (m *script) of(r rune) (rune, bool) {
	switch {
	case r < 0x3400:
		return r, false
	case r >= blockStart && r < blockEnd:
		if t := m.block[r-blockStart]; t != 0 {
			return t, true
		}
		return r, false
	}
	t, ok := m.rest[r]
	if !ok {
		t = r
	}
	return t, ok
}

// Simplify maps traditional characters to simplified ones, one for one, and
// leaves every other character alone.
func Simplify(s string) string {
	m := simplified()
	return strings.Map(func(r rune) rune {
		t, _ := m.of(r)
		return t
	}, s)
}

// SimplifiedRunes are the characters of Simplify(s).
func SimplifiedRunes(s string) []rune {
	m := simplified()
	rs := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		t, _ := m.of(r)
		rs = append(rs, t)
	}
	return rs
}

// IsTraditional reports whether s is written in traditional script: it has a
// character that only traditional text uses.
func IsTraditional(s string) bool {
	m := simplified()
	for _, r := range s {
		if _, ok := m.of(r); ok && r != '著' && r != '乾' && r != '瞭' {
			return true
		}
	}
	return false
}

// IsHan reports whether r is a Chinese character.
func IsHan(r rune) bool {
	return r >= blockStart && r < blockEnd || r >= 0x2e80 && unicode.Is(unicode.Han, r)
}

// HasHan reports whether s has a Chinese character.
func HasHan(s string) bool { return strings.ContainsFunc(s, IsHan) }

// Invisible reports whether r leaves no mark on a page: zero-width and
// directional controls, soft hyphens, tags, variation selectors and other
// control characters, white space aside.
func Invisible(r rune) bool {
	switch {
	case r > ' ' && r < 0x7f || r >= 0x2e80 && r < 0xe000 && r != '\u3164': // letters and ideographs, which are most
		return false
	case unicode.IsSpace(r):
		return false
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	}
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0'
}

// A Folded is a text in a folded form that remembers where each folded
// character came from.
type Folded struct {
	// Runes is the folded text.
	Runes []rune
	// Offset has, for each rune of Runes and once more for the end, the byte
	// offset in the original text at which the rune it came from begins.
	Offset []int
}

// String is the folded text.
func (f Folded) String() string { return string(f.Runes) }

// Index finds the first place at or after rune from where part stands in f;
// it returns rune positions, and -1, -1 when part is empty or absent.
func (f Folded) Index(part Folded, from int) (start, end int) {
	n := len(part.Runes)
	if n == 0 {
		return -1, -1
	}
outer:
	for i := from; i+n <= len(f.Runes); i++ {
		for j, r := range part.Runes {
			if f.Runes[i+j] != r {
				continue outer
			}
		}
		return i, i + n
	}
	return -1, -1
}

// Span maps the runes [start, end) of f back to byte offsets of the original.
func (f Folded) Span(start, end int) (int, int) {
	if end <= start {
		return f.Offset[start], f.Offset[start]
	}
	// The end of the rune that the last folded rune came from: the next
	// offset that differs, which skips white space that was dropped.
	return f.Offset[start], f.ends(end - 1)
}

func (f Folded) ends(i int) int {
	for j := i + 1; j < len(f.Offset); j++ {
		if f.Offset[j] != f.Offset[i] {
			return f.Offset[j]
		}
	}
	return f.Offset[len(f.Offset)-1]
}

// Squash is the form in which a quotation is compared with its source:
// Unicode NFKC, character by character, and no white space. Case, script and
// punctuation stay as they are.
func Squash(s string) Folded { return fold(s, false) }

// Fold is the form in which text is searched: Squash, and then lower case and
// simplified script.
func Fold(s string) Folded { return fold(s, true) }

func fold(s string, loose bool) Folded {
	m := simplified()
	f := Folded{Runes: make([]rune, 0, len(s)/2), Offset: make([]int, 0, len(s)/2+1)}
	put := func(r rune, at int) {
		if unicode.IsSpace(r) {
			return
		}
		if loose {
			r, _ = m.of(unicode.ToLower(r))
		}
		f.Runes = append(f.Runes, r)
		f.Offset = append(f.Offset, at)
	}
	for at, r := range s {
		if r >= blockStart && r < blockEnd {
			if loose {
				r, _ = m.of(r)
			}
			f.Runes, f.Offset = append(f.Runes, r), append(f.Offset, at)
			continue
		}
		if IsHan(r) && r < 0xF900 || r < utf8.RuneSelf {
			put(r, at)
			continue
		}
		for _, k := range norm.NFKC.String(string(r)) {
			put(k, at)
		}
	}
	f.Offset = append(f.Offset, len(s))
	return f
}

// A Span is a piece of a text, as byte offsets [Start, End).
type Span struct{ Start, End int }

// In is the piece of s that the span covers.
func (p Span) In(s string) string { return s[p.Start:p.End] }

// Sentences cuts s at the ends of its sentences: after 。！？；!?; and the
// closing quotation marks and brackets that follow them, and at line breaks.
// A full stop inside a book title or bracket does not end a sentence. The
// spans are in order, do not overlap, carry no white space at their ends, and
// together hold everything but white space.
func Sentences(s string) []Span {
	var out []Span
	start, depth := 0, 0
	flush := func(end int) {
		if t := strings.TrimSpace(s[start:end]); t != "" {
			at := start + strings.Index(s[start:end], t)
			out = append(out, Span{at, at + len(t)})
		}
		start = end
	}
	for i, r := range s {
		if i < start {
			continue
		}
		next := i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, w := utf8.DecodeRuneInString(s[i:])
			next = i + w
		}
		switch r {
		case '\n', '\r':
			depth = 0
			flush(next)
		case '《', '（', '(', '【', '「', '『', '〔':
			depth++
		case '》', '）', ')', '】', '」', '』', '〕':
			depth = max(0, depth-1)
		case '。', '！', '？', '；', '!', '?', ';':
			if depth > 0 {
				continue
			}
			for next < len(s) {
				c, w := utf8.DecodeRuneInString(s[next:])
				if !strings.ContainsRune("。！？!?”’」』）)\"'", c) {
					break
				}
				next += w
			}
			flush(next)
		}
	}
	flush(len(s))
	return out
}
