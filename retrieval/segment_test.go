package retrieval

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"policybot/internal/han"
)

// The simple way to the same: what the lexical side must equal, to the bit.

// eachTermSimply is eachTerm on the whole folded text.
func eachTermSimply(s string, yield func(term)) {
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
			if gap || at >= 0 && numericSimply(r) != numericSimply(m.Runes[i-1]) {
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
func numericSimply(r rune) bool { return unicode.IsDigit(r) || r == '.' }

// spaceBetween reports whether the original has white space directly before
// the folded rune i. Between Chinese characters it parts nothing that a line
// break inside a sentence would not; between words it parts them.
func spaceBetween(s string, m han.Folded, i int) bool {
	if m.Offset[i] == m.Offset[i-1] {
		return false // of one character
	}
	before := s[:m.Offset[i]]
	return before != strings.TrimRightFunc(before, unicode.IsSpace) && !han.IsHan(m.Runes[i-1])
}

// simpleLexical scores items by BM25 straight from their fields.
type simpleLexical struct {
	counts []map[term]float32
	length []float32
}

type field struct {
	text   string
	weight float32
}

func (x *simpleLexical) add(fields ...field) {
	counts, n := map[term]float32{}, float32(0)
	for _, f := range fields {
		eachTermSimply(f.text, func(t term) {
			counts[t] += f.weight
			if !t.single() {
				n += f.weight
			}
		})
	}
	x.counts, x.length = append(x.counts, counts), append(x.length, n)
}

func (x *simpleLexical) scores(q []queryTerm) []float32 {
	sum := 0.0
	for _, n := range x.length {
		sum += float64(n)
	}
	mean, n := max(1, sum/float64(max(1, len(x.length)))), float64(len(x.length))
	out := make([]float32, len(x.length))
	for _, t := range q {
		df := 0.0
		for _, c := range x.counts {
			if c[t.term] > 0 {
				df++
			}
		}
		w := float32(t.weight * math.Log(1+(n-df+0.5)/(df+0.5)) * (bm25K1 + 1))
		for i, c := range x.counts {
			norm := float32(bm25K1 * (1 - bm25B + bm25B*float64(x.length[i])/mean))
			out[i] += float32(w * (c[t.term] / (c[t.term] + norm)))
		}
	}
	return out
}

// words make texts in which terms meet, repeat and hide in other forms.
var words = strings.Split("住房 住 房 數字 数字 经济 經 2025年 4.3 . ％ ％２ R&D open data \n 　 ㎡ ﬁ é 。 ， 《 》 5G网 \xff 々 豈 ⼀", " ")

func someText(t *rapid.T, name string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, name), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
}

func TestTermsEqualSimpleOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, s := range []string{someText(t, "text", 20), rapid.String().Draw(t, "string"), string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))} {
			if got, want := termsBy(eachTerm, s), termsBy(eachTermSimply, s); !slices.Equal(got, want) {
				t.Fatalf("terms of %q: %v, want %v", s, got, want)
			}
		}
	})
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if s := "5" + string(r) + "住 x" + string(r) + "7"; r < 0x3200 || r > 0xa000 && r < 0x10000 || r%61 == 0 {
			if got, want := termsBy(eachTerm, s), termsBy(eachTermSimply, s); !slices.Equal(got, want) {
				t.Fatalf("terms of %q: %v, want %v", s, got, want)
			}
		}
		if isHan(r) != han.IsHan(r) {
			t.Fatalf("isHan(%U) = %v", r, isHan(r))
		}
	}
}

func termsBy(each func(string, func(term)), s string) (out []term) {
	each(s, func(t term) { out = append(out, t) })
	return out
}

// TestScoresEqualSimpleOnes holds segments of every size against BM25 as it is
// written down.
func TestScoresEqualSimpleOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBuild()
		b.most = rapid.IntRange(1, 6).Draw(t, "passages a segment")
		var body, docs, openings simpleLexical
		for i := range rapid.IntRange(0, 12).Draw(t, "documents") {
			d := &Document{ID: fmt.Sprint(i)}
			d.Meta.Title.Value, d.Meta.Place.Value = someText(t, "title", 3), someText(t, "place", 1)
			var passages []Passage
			var text string
			for range rapid.IntRange(1, 5).Draw(t, "passages") {
				p := Passage{Text: someText(t, "passage", 12) + "。", Heading: []string{someText(t, "heading", 2), "住房"}}
				if rapid.Bool().Draw(t, "sentence goes on") {
					p.Text = strings.TrimSuffix(p.Text, "。") + "房"
				}
				passages = append(passages, p)
				body.add(field{p.Text, 1}, field{strings.Join(p.Heading, "\n"), headingWeight})
				text += p.Text + "\n"
			}
			b.add(d, passages, nil)
			facts := d.Meta.Title.Value + "\n" + d.Meta.Place.Value
			docs.add(field{text, 1}, field{facts, 1})
			openings.add(field{facts + "\n" + string([]rune(text)[:min(openingRunes, len([]rune(text)))]), 1})
		}
		v := &view{segments: b.wait()}
		v.join(Corpus{})
		q := queryTerms(someText(t, "question", 10), singleWeight)
		for _, x := range []struct {
			name   string
			fast   *lexical
			simple simpleLexical
		}{{"passages", v.body, body}, {"documents", v.docs, docs}, {"openings", v.openings, openings}} {
			got, want := x.fast.scores(v.look(q), []run{{0, x.fast.items}}), x.simple.scores(q)
			if !slices.Equal(got, want) {
				t.Fatalf("scores of %s: %v, want %v", x.name, got, want)
			}
			for i, c := range x.simple.counts {
				for _, qt := range q {
					if x.fast.has(qt.term, i) != (c[qt.term] > 0) {
						t.Fatalf("has(%x, %d) of %s is wrong", qt.term, i, x.name)
					}
				}
			}
			release(got)
		}
	})
}

func TestBestEqualsSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOf(rapid.SampledFrom([]float32{0, 0, 1, 2, 3.5, 7})).Draw(t, "scores")
		kept := rapid.SampledFrom([]func(int) bool{nil, func(i int) bool { return i%3 > 0 }}).Draw(t, "filter")
		k := rapid.IntRange(0, 12).Draw(t, "k")
		var all []ranked
		for i, s := range scores {
			if s > 0 && (kept == nil || kept(i)) {
				all = append(all, ranked{i, float64(s)})
			}
		}
		if got, want := (tieOrder{}).best(scores, k, runsOf(len(scores), kept)), first(all, k); !slices.Equal(got, want) {
			t.Fatalf("best = %v, want %v", got, want)
		}
	})
}

// first sorts rs by score, equal ones by number, and keeps k.
func first(rs []ranked, k int) []ranked {
	slices.SortFunc(rs, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.item, b.item))
	})
	return rs[:min(k, len(rs))]
}
