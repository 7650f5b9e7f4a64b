package prompts

import (
	"slices"
	"strings"
	"unicode"

	"policybot/internal/han"
)

// An alignment keeps the order of the quote; tiles do not. A tile is a piece
// of the claim that stands in the quotes somewhere, as long as it can be, so
// that words which changed their places show.
type tile struct {
	from, to int   // runes of the claim
	at       []int // where it stands in the quotes' text
}

// A mosaic is the claim as tiles of the text of its quotes.
type mosaic struct {
	claim, quote []rune
	tiles        []tile
}

// mosaic lays the claim out in tiles of its quotes, from left to right, each
// the longest that fits.
func (p *proof) mosaic() *mosaic {
	m := &mosaic{claim: han.Fold(p.claim.text).Runes}
	for _, w := range p.wits {
		m.quote = append(append(m.quote, []rune(w.folded)...), '\n')
	}
	if len(m.claim)*len(m.quote) > maxCells {
		return m
	}
	for i := 0; i < len(m.claim); {
		t := m.longest(i)
		if t.to-t.from < shortest {
			i++
			continue
		}
		m.tiles = append(m.tiles, t)
		i = t.to
	}
	m.settle()
	return m
}

// settle takes from the places of each tile those within a longer tile that has
// but one: 教育 is not the one in 线上教育 where that is a tile too.
func (m *mosaic) settle() {
	for i := range m.tiles {
		t := &m.tiles[i]
		if len(t.at) < 2 {
			continue
		}
		free := slices.DeleteFunc(slices.Clone(t.at), func(q int) bool {
			return slices.ContainsFunc(m.tiles, func(o tile) bool {
				return len(o.at) == 1 && o.to-o.from > t.to-t.from && q >= o.at[0] && q < o.at[0]+o.to-o.from
			})
		})
		if len(free) > 0 {
			t.at = free
		}
	}
}

// longest is the longest tile that begins at rune i of the claim; it holds no
// mark that ends a clause.
func (m *mosaic) longest(i int) tile {
	t := tile{from: i, to: i}
	if !letterOrFigure(m.claim[i]) {
		return t
	}
	for q := range m.quote {
		n := 0
		for i+n < len(m.claim) && q+n < len(m.quote) && m.claim[i+n] == m.quote[q+n] && !isClauseEnd(m.claim[i+n]) {
			n++
		}
		switch {
		case n > t.to-t.from:
			t.to, t.at = i+n, []int{q}
		case n > 0 && n == t.to-t.from:
			t.at = append(t.at, q)
		}
	}
	return t
}

func isClauseEnd(r rune) bool { return isBreak(r) && r != '、' && r != '(' && r != ')' }

// telling reports whether a tile says something: it has two characters beside
// each other that are no common words.
func (m *mosaic) telling(t tile) bool { return content(m.claim[t.from:t.to]) != "" }

// content is what is left of text without the common words, runs of at least
// two letters.
func content(rs []rune) string {
	var out []rune
	run := 0
	for i, covered := range commonIn(rs) {
		if covered || !unicode.IsLetter(rs[i]) {
			run = 0
			continue
		}
		if run++; run == 2 {
			out = append(out, rs[i-1])
		}
		if run >= 2 {
			out = append(out, rs[i])
		}
	}
	return string(out)
}

// namesSome reports whether at least two letters of text are in no common word.
func namesSome(text string) bool {
	rs := []rune(text)
	n := 0
	for i, covered := range commonIn(rs) {
		if !covered && unicode.IsLetter(rs[i]) {
			n++
		}
	}
	return n >= 2
}

// commonIn marks the letters that common words cover.
func commonIn(rs []rune) []bool {
	l := words()
	covered := make([]bool, len(rs))
	for i := range rs {
		for n := min(l.longest, len(rs)-i); n > 0; n-- {
			if l.common[string(rs[i:i+n])] && (n > 1 || strings.ContainsRune(functionWords, rs[i])) {
				for k := i; k < i+n; k++ {
					covered[k] = true
				}
				break
			}
		}
	}
	return covered
}
