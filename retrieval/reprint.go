package retrieval

import (
	"slices"
	"unicode"

	"policybot/internal/han"
)

// Two texts are reprints of one another when they share reprintShare of all
// their shingles (pieces of shingleRunes letters and digits; Jaccard), and one
// has every figure that the other has, in the same order: a page that prints a notice again adds
// a byline with a date, while a new edition of the notice has another figure
// where the old one had its own.
//
// The share was chosen on 593 public policy pages, many of which print the
// same notice: 49 of their 175,528 pairs share .75 or more, every one of them
// the same text with another head, tail or byline; 1 pair shares between .60
// and .75, and below .62 stand reports and other notices on the same matter.
const (
	shingleRunes = 5
	reprintShare = 0.7
	// leastShingles is the length from which shares mean something.
	leastShingles = 30

	// A text's sketch is the minima of its shingles under bands*bandRows hash
	// functions, a hash for each band of bandRows minima. Two texts of share s
	// have a band in common with probability 1-(1-s^4)^16: .998 at .75, .64 at
	// .5, .03 at .2; what they really share decides.
	bands    = 16
	bandRows = 4
)

// shingles are the hashes of a text's shingles, sorted, each once; nil for a
// text that is too short to be compared.
func shingles(text string) []uint64 {
	var window [shingleRunes]rune
	var out []uint64
	n := 0
	for _, r := range han.Fold(text).Runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		copy(window[:], window[1:])
		window[shingleRunes-1] = r
		if n++; n >= shingleRunes {
			h := uint64(0)
			for _, w := range window {
				h = mix(h ^ uint64(w))
			}
			out = append(out, h)
		}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) < leastShingles {
		return nil
	}
	return out
}

// sketch is the hashes of the bands of a text's minima (MinHash: Broder,
// 1997); nil for a text that is too short to be compared.
func sketch(text string) []int64 {
	set := shingles(text)
	if set == nil {
		return nil
	}
	var minima [bands * bandRows]uint64
	for i := range minima {
		// The shingles are well mixed already, so a multiplication by an odd
		// number is another order of them.
		factor, least := mix(uint64(i+1))|1, uint64(1<<64-1)
		for _, x := range set {
			least = min(least, x*factor)
		}
		minima[i] = least
	}
	out := make([]int64, 0, bands)
	for b := range bands {
		h := uint64(b + 1)
		for _, m := range minima[b*bandRows : (b+1)*bandRows] {
			h = mix(h ^ m)
		}
		out = append(out, int64(h))
	}
	return out
}

// Reprinted reports whether two texts are near-identical and agree in their
// figures: one prints the other again.
func Reprinted(a, b string) bool {
	same, _ := reprinted(a, b)
	return same
}

// reprinted reports whether two texts are reprints of one another, and the
// share of their shingles.
func reprinted(a, b string) (bool, float64) {
	share := sharedShingles(shingles(a), shingles(b))
	if share < reprintShare {
		return false, share
	}
	x, y := figures(a), figures(b)
	return within(x, y) || within(y, x), share
}

func sharedShingles(a, b []uint64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both++
			i, j = i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// figures are the runs of digits in a text, in order, each with the character
// behind it, which may be its scale.
func figures(text string) (out []string) {
	rs := han.Fold(text).Runes
	for i := 0; i < len(rs); i++ {
		if rs[i] < '0' || rs[i] > '9' {
			continue
		}
		j := i
		for j < len(rs) && (rs[j] >= '0' && rs[j] <= '9' || rs[j] == '.') {
			j++
		}
		out = append(out, string(rs[i:min(j+1, len(rs))]))
		i = j
	}
	return out
}

// within reports whether part stands in whole, in its order, perhaps with
// others between.
func within(part, whole []string) bool {
	for _, f := range whole {
		if len(part) > 0 && part[0] == f {
			part = part[1:]
		}
	}
	return len(part) == 0
}
