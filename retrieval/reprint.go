package retrieval

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
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

	// A text's sketch is the minima of its shingles under minima hash functions.
	// Two texts of share s have a minimum in common with probability s.
	//
	// The minima are hashed in bands, by which texts find one another. Of bands
	// of bandRows minima, texts of share s have one in common with probability
	// 1-(1-s^4)^16: .998 at .75, .64 at .5, .03 at .2. Of the bands of wideRows,
	// and of all minima, only texts that are nearly the same have one in common:
	// they part reprints from the other texts that were made from one form.
	minima   = 64
	bandRows = 4
	wideRows = 16
	bands    = minima/bandRows + minima/wideRows + 1
	// leastAlike is how many minima of two texts are equal when it is worth while
	// to compare them: at a share of reprintShare fewer are with a probability of
	// .0003, at a share of .3 as many are with one of .0006.
	leastAlike = 32
)

// allShingles are the hashes of a text's shingles, in order.
func allShingles(text string) []uint64 {
	var window [shingleRunes]rune
	runes := han.Fold(strings.Map(withoutMarks, text)).Runes
	out := make([]uint64, 0, len(runes))
	n := 0
	for _, r := range runes {
		// All of the block of ideographs are letters.
		if (r < 0x4e00 || r > 0x9fff) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
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
	return out
}

// withoutMarks drops the most frequent marks, which are no letters and take
// long to fold.
func withoutMarks(r rune) rune {
	switch r {
	case '，', '。', '、', '；', '：', '“', '”', '（', '）', '《', '》', '！', '？':
		return -1
	}
	return r
}

// shingles are the hashes of a text's shingles, sorted, each once; nil for a
// text that is too short to be compared.
func shingles(text string) []uint64 {
	out := allShingles(text)
	slices.Sort(out)
	if out = slices.Compact(out); len(out) < leastShingles {
		return nil
	}
	return out
}

// A textSketch is what is kept of a text to find those that are nearly the
// same (MinHash: Broder, 1997); the zero sketch is of a text that is too short
// to be compared.
type textSketch struct {
	bands  []int64       // hashes of bands of minima
	minima [minima]uint8 // a byte of each minimum
}

// factors make the hash functions: the shingles are mixed well already, so a
// multiplication by an odd number is another order of them.
var factors = func() (fs [minima]uint64) {
	for i := range fs {
		fs[i] = mix(uint64(i+1)) | 1
	}
	return fs
}()

func sketch(text string) textSketch {
	set := allShingles(text)
	if !enough(set) {
		return textSketch{}
	}
	var least [minima]uint64
	for i := range least {
		least[i] = 1<<64 - 1
	}
	// Four minima at a time stay in registers, and some shingles in the cache.
	for some := range slices.Chunk(set, 1024) {
		for i := 0; i < minima; i += 4 {
			f, g, h, k := factors[i], factors[i+1], factors[i+2], factors[i+3]
			a, b, c, d := least[i], least[i+1], least[i+2], least[i+3]
			for _, x := range some {
				a, b, c, d = min(a, x*f), min(b, x*g), min(c, x*h), min(d, x*k)
			}
			least[i], least[i+1], least[i+2], least[i+3] = a, b, c, d
		}
	}
	var s textSketch
	for i, m := range least {
		s.minima[i] = uint8(mix(m))
	}
	for _, rows := range []int{bandRows, wideRows, minima} {
		for part := range slices.Chunk(least[:], rows) {
			h := uint64(len(s.bands) + 1)
			for _, m := range part {
				h = mix(h ^ m)
			}
			s.bands = append(s.bands, int64(h))
		}
	}
	return s
}

// enough reports whether a text has shingles enough to be compared. A few
// that are repeated are not.
func enough(set []uint64) bool {
	seen := map[uint64]bool{}
	for _, x := range set {
		if seen[x] = true; len(seen) >= leastShingles {
			return true
		}
	}
	return false
}

// alike is how many minima of two sketches are equal.
func (s textSketch) alike(t textSketch) int {
	n := 0
	for i := range s.minima {
		if s.minima[i] == t.minima[i] {
			n++
		}
	}
	return n
}

// bytes is the sketch as the library keeps it, empty for the zero sketch.
func (s textSketch) bytes() []byte {
	if s.bands == nil {
		return []byte{}
	}
	out := slices.Clone(s.minima[:])
	for _, h := range s.bands {
		out = binary.LittleEndian.AppendUint64(out, uint64(h))
	}
	return out
}

// readSketch reads what bytes wrote.
func readSketch(b []byte) (s textSketch, err error) {
	if len(b) == 0 {
		return s, nil
	}
	if len(b) != minima+8*bands {
		return s, fmt.Errorf("a sketch of %d bytes: ingest again", len(b))
	}
	copy(s.minima[:], b)
	for b = b[minima:]; len(b) > 0; b = b[8:] {
		s.bands = append(s.bands, int64(binary.LittleEndian.Uint64(b)))
	}
	return s, nil
}

// Reprinted reports whether two texts are near-identical and agree in their
// figures: one prints the other again.
func Reprinted(a, b string) bool {
	same, _ := reprintableOf(a).reprints(reprintableOf(b))
	return same
}

// A reprintable is a text as it is compared with many.
type reprintable struct {
	shingles []uint64
	figures  []string
}

func reprintableOf(text string) reprintable { return reprintable{shingles(text), figures(text)} }

// reprints reports whether two texts are reprints of one another, and the
// share of their shingles.
func (a reprintable) reprints(b reprintable) (bool, float64) {
	share := sharedShingles(a.shingles, b.shingles)
	return share >= reprintShare && (within(a.figures, b.figures) || within(b.figures, a.figures)), share
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
