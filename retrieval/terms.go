package retrieval

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// A term is what the lexical index counts: a Chinese character, two that
// stand side by side, or a word of other script. The kinds share one number
// space: a character is its code point, a pair holds both code points, and a
// word is a hash with the top bit set.
type term uint64

const wordBit term = 1 << 63

func pair(a, b rune) term { return term(a)<<32 | term(b) }

// single reports whether t is one Chinese character.
func (t term) single() bool { return t>>32 == 0 }

// word hashes a word with 64-bit FNV-1a.
func word(rs []rune) term {
	h := uint64(14695981039346656037)
	var buf [utf8.UTFMax]byte
	for _, r := range rs {
		for _, b := range buf[:utf8.EncodeRune(buf[:], r)] {
			h = (h ^ uint64(b)) * 1099511628211
		}
	}
	return wordBit | term(h)
}

// A reader reads terms off texts; it keeps its memory from one to the next.
type reader struct {
	runes []rune // folded
	after []bool // white space stood directly before the original of the rune
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// eachTerm calls yield with every term of s, in order, after han.Fold. White
// space and punctuation part words and pairs.
func eachTerm(s string, yield func(term)) {
	d := readers.Get().(*reader)
	defer readers.Put(d)
	d.each(s, yield)
}

func (d *reader) each(s string, yield func(term)) {
	d.fold(s)
	var prev rune // the Chinese character directly before, or 0
	at := -1      // where the running word began
	flush := func(i int) {
		if at >= 0 {
			yield(word(d.runes[at:i]))
			at = -1
		}
	}
	for i, r := range d.runes {
		switch {
		case isHan(r):
			flush(i)
			yield(term(r))
			if prev != 0 {
				yield(pair(prev, r))
			}
			prev = r
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			// White space parts words. Between Chinese characters it parts
			// nothing, as a line break inside a sentence would not.
			gap := d.after[i] && i > 0 && !isHan(d.runes[i-1])
			if gap || at >= 0 && numeric(r) != numeric(d.runes[i-1]) {
				flush(i)
			}
			if at < 0 {
				at = i
			}
			prev = 0
		case r == '.' && at >= 0 && i+1 < len(d.runes) && unicode.IsDigit(d.runes[i-1]) && unicode.IsDigit(d.runes[i+1]):
			// A decimal point stays inside its number.
		default:
			flush(i)
			prev = 0
		}
	}
	flush(len(d.runes))
}

// numeric reports whether r belongs to a number; a point was let through only
// inside one.
func numeric(r rune) bool { return unicode.IsDigit(r) || r == '.' }

// isHan is han.IsHan, with a short way for nearly all Chinese characters.
func isHan(r rune) bool { return common(r) || r >= 0x2e80 && han.IsHan(r) }

func common(r rune) bool { return r >= firstCommon && r <= lastCommon }

// The block CJK Unified Ideographs, in which NFKC changes nothing.
const (
	firstCommon = 0x4e00
	lastCommon  = 0x9fff
)

// simple is the simplified form of each character of that block.
var simple = sync.OnceValue(func() []rune {
	var b strings.Builder
	for r := rune(firstCommon); r <= lastCommon; r++ {
		b.WriteRune(r)
	}
	return []rune(han.Simplify(b.String()))
})

// fold fills d with han.Fold of s; it goes through han.Fold itself for the few
// characters that are neither common Chinese nor ASCII.
func (d *reader) fold(s string) {
	d.runes, d.after = d.runes[:0], d.after[:0]
	table := simple()
	space := false
	put := func(r rune) {
		d.runes, d.after = append(d.runes, r), append(d.after, space)
		space = false
	}
	for _, r := range s {
		switch {
		case common(r):
			put(table[r-firstCommon])
		case unicode.IsSpace(r):
			space = true
		case r < utf8.RuneSelf:
			put(unicode.ToLower(r))
		case r == '，' || r == '。' || r == '、' || r == '；' || r == '：' || r == '“' || r == '”' || r == '《' || r == '》':
			put('，') // parts terms, whichever it is
		default:
			for _, f := range han.Fold(string(r)).Runes {
				put(f)
			}
			space = false // also when nothing is left of r
		}
	}
}
