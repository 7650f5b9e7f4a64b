package retrieval

import (
	"hash/fnv"
	"strings"
	"unicode"

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

func word(rs []rune) term {
	h := fnv.New64a()
	h.Write([]byte(string(rs)))
	return wordBit | term(h.Sum64())
}

// eachTerm calls yield with every term of s, in order, after han.Fold. White
// space and punctuation part words and pairs.
func eachTerm(s string, yield func(term)) {
	m := han.Fold(s)
	var prev rune // the Chinese character directly before, or 0
	at := -1      // where the running word began
	flush := func(i int) {
		if at >= 0 {
			yield(word(m.Runes[at:i]))
			at = -1
		}
	}
	for i, r := range m.Runes {
		gap := i > 0 && spaceBetween(s, m, i)
		switch {
		case han.IsHan(r):
			flush(i)
			yield(term(r))
			if prev != 0 && !gap {
				yield(pair(prev, r))
			}
			prev = r
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap || at >= 0 && numeric(r) != numeric(m.Runes[i-1]) {
				flush(i)
			}
			if at < 0 {
				at = i
			}
			prev = 0
		case r == '.' && at >= 0 && i+1 < len(m.Runes) && unicode.IsDigit(m.Runes[i-1]) && unicode.IsDigit(m.Runes[i+1]):
			// A decimal point stays inside its number.
		default:
			flush(i)
			prev = 0
		}
	}
	flush(len(m.Runes))
}

// numeric reports whether r belongs to a number; a point was let through only
// inside one.
func numeric(r rune) bool { return unicode.IsDigit(r) || r == '.' }

// spaceBetween reports whether the original has white space directly before
// the folded rune i. Between Chinese characters it parts nothing that a line
// break inside a sentence would not; between words it parts them.
func spaceBetween(s string, m han.Folded, i int) bool {
	before := s[:m.Offset[i]]
	return before != strings.TrimRightFunc(before, unicode.IsSpace) && !han.IsHan(m.Runes[i-1])
}
