package prompts

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"policybot/internal/han"
	"policybot/internal/places"
)

// An alignment maps a claim that keeps to a quote's wording onto the quote,
// so that what was changed shows by its place: 1月、2月 told as 2月、2月 has no
// figure that is not quoted.
type alignment struct {
	claim, quote han.Folded
	to           []int // the quote's rune for each rune of the claim, -1 for none
	// counted are the claim's letters and figures, place names aside: a claim
	// may say where; matched are those of them that stand in the quote.
	counted, matched int
}

// shortest is the least length of a piece that counts as the same wording,
// maxCells bounds the work on one pair of texts.
const (
	shortest = 2
	maxCells = 1 << 21
)

// align finds the longest common pieces of claim and quote, in order, as
// Ratcliff and Obershelp's pattern matching does.
func align(claim *reading, quote string) *alignment {
	a := &alignment{claim: han.Fold(claim.text), quote: han.Fold(quote)}
	a.to = make([]int, len(a.claim.Runes))
	for i := range a.to {
		a.to[i] = -1
	}
	if len(a.claim.Runes)*len(a.quote.Runes) <= maxCells {
		a.match(0, len(a.claim.Runes), 0, len(a.quote.Runes))
	}
	for i, r := range a.claim.Runes {
		if !letterOrFigure(r) {
			continue
		}
		in := func(m places.Mention) bool { return a.claim.Offset[i] >= m.Start && a.claim.Offset[i] < m.End }
		switch {
		case a.to[i] >= 0:
			a.counted, a.matched = a.counted+1, a.matched+1
		case !slices.ContainsFunc(claim.places, in):
			a.counted++
		}
	}
	return a
}

func (a *alignment) match(c0, c1, q0, q1 int) {
	for c1-c0 >= shortest && q1-q0 >= shortest {
		at, in, n := longestCommon(a.claim.Runes[c0:c1], a.quote.Runes[q0:q1])
		if n < shortest {
			return
		}
		at, in = at+c0, in+q0
		for k := range n {
			a.to[at+k] = in + k
		}
		a.match(c0, at, q0, in)
		c0, q0 = at+n, in+n
	}
}

// longestCommon is the first longest piece that two texts share.
func longestCommon(a, b []rune) (at, in, n int) {
	row := make([]int, len(b)+1)
	for i, x := range a {
		prev := 0
		for j, y := range b {
			keep := row[j+1]
			if x == y {
				row[j+1] = prev + 1
				if row[j+1] > n {
					n = row[j+1]
					at, in = i-n+1, j-n+1
				}
			} else {
				row[j+1] = 0
			}
			prev = keep
		}
	}
	return at, in, n
}

// close reports whether the claim keeps to the quote's wording.
func (a *alignment) close() bool { return a.matched*100 >= a.counted*65 }

// whole reports whether the claim is a piece of the quote as it stands, from
// one mark of punctuation to another.
func (a *alignment) whole() bool {
	trim := strings.Trim(a.claim.String(), "。.;,!? ")
	quote := a.quote.String()
	for from := 0; trim != ""; {
		i := strings.Index(quote[from:], trim)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(trim)
		if edge(quote[:i], true) && edge(quote[end:], false) {
			return true
		}
		from = end
	}
	return false
}

func edge(rest string, before bool) bool {
	if rest == "" {
		return true
	}
	rs := []rune(rest)
	r := rs[0]
	if before {
		r = rs[len(rs)-1]
	}
	return strings.ContainsRune("。,;:!?\n", r)
}

// region is where in the quote the claim's runes [a, b) would stand: between
// the pieces that match before and behind. ok is false when those are too far
// off to tell.
func (a *alignment) region(from, to int) (x, y int, ok bool) {
	left, right := from-1, to
	for left >= 0 && a.to[left] < 0 {
		left--
	}
	for right < len(a.to) && a.to[right] < 0 {
		right++
	}
	if left >= 0 && from-1-left > 4 || right < len(a.to) && right-to > 4 || left < 0 && right >= len(a.to) {
		return 0, 0, false
	}
	x, y = 0, len(a.quote.Runes)
	if left >= 0 {
		x = a.to[left] + 1
	}
	if right < len(a.to) {
		y = a.to[right]
	}
	if left < 0 {
		x = max(0, y-(to-from)-8)
	}
	if right >= len(a.to) {
		y = min(len(a.quote.Runes), x+(to-from)+8)
	}
	return x, y, y >= x && y-x <= to-from+14
}

// anchored reports whether a common piece that touches the claim's runes
// [from, to) says more than a common word, so that it tells where they stand.
func (a *alignment) anchored(from, to int) bool {
	says := func(i, step int) bool {
		var rs []rune
		for ; i >= 0 && i < len(a.to) && a.to[i] >= 0 && len(rs) < reach; i += step {
			rs = append(rs, a.claim.Runes[i])
		}
		if step < 0 {
			slices.Reverse(rs)
		}
		return content(rs) != "" || strings.ContainsFunc(string(rs), unicode.IsDigit)
	}
	return says(from-1, -1) || says(to, 1)
}

// reversed is the alignment of the quote onto the claim.
func (a *alignment) reversed() *alignment {
	b := &alignment{claim: a.quote, quote: a.claim, to: make([]int, len(a.quote.Runes))}
	for i := range b.to {
		b.to[i] = -1
	}
	for i, q := range a.to {
		if q >= 0 {
			b.to[q] = i
		}
	}
	return b
}

// runes turns byte offsets of the text that f was folded from to runes of f.
func runes(f han.Folded, start, end int) (int, int) {
	n := len(f.Runes)
	return sort.SearchInts(f.Offset[:n], start), sort.SearchInts(f.Offset[:n], end)
}
