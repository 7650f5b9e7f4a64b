package prompts

import (
	"slices"
	"strings"

	"policybot/internal/han"
)

// leastOfHead is the share of a quote's pairs of characters that a source's head
// has when the quote is taken from there.
const leastOfHead = 0.8

// headLabels are the words before the parts of a source's head, and before its
// text, in the messages.
const headLabels = "标题 发布 日期 地区 类型 位置 正文"

// PlaceQuotes puts right what models do to quotes that they mean well: a quote
// that stands in another source than the one named gets that number, one whose
// letters and digits stand in a source between other marks (‘’ for “”, as JSON
// makes them write) gets the passage's own marks, and one that is taken from the
// head of a source as the messages show it (title, issuer, date, place, heading),
// as small models do, is emptied, so that FillQuotes may look for the sentence.
// A quote that stands nowhere stays, and fails. What is then cited twice is cited
// once. Nothing is proven by it: Verify judges the passage's own words.
func PlaceQuotes(c Claim, sources []Source) Claim {
	out := Claim{Text: c.Text}
	for _, k := range c.Cites {
		if k = placed(k, sources); !slices.Contains(out.Cites, k) {
			out.Cites = append(out.Cites, k)
		}
	}
	return out
}

func placed(k Cite, sources []Source) Cite {
	if k.Quote == "" || k.Source > len(sources) {
		return k
	}
	var own []Source
	if k.Source > 0 {
		own = sources[k.Source-1 : k.Source]
	}
	if len(han.Squash(k.Quote).Runes) >= MinQuote {
		if holder(k.Quote, own) > 0 {
			return k
		}
		if n := holder(k.Quote, sources); n > 0 {
			k.Source = n
			return k
		}
		if n, words := lettersIn(k.Quote, own); n > 0 {
			k.Quote = words
			return k
		}
		if n, words := lettersIn(k.Quote, sources); n > 0 {
			return Cite{Source: n, Quote: words}
		}
	}
	for n := range sources {
		if (k.Source == 0 || k.Source == n+1) && fromHead(k.Quote, show(n+1, sources[n])) {
			return Cite{Source: n + 1}
		}
	}
	if k.Source == 0 { // too short to prove anything, as Verify will say
		k.Source = holder(k.Quote, sources)
	}
	return k
}

// holder is the number of the first source with the quote in it, or 0.
func holder(quote string, sources []Source) int {
	words := han.Squash(quote).String()
	for i, s := range sources {
		if words != "" && strings.Contains(han.Squash(s.Text).String(), words) {
			return i + 1
		}
	}
	return 0
}

// lettersIn finds the first source that has a quote's letters and digits in
// their order, whatever stands between them, and its own words there; 0 if none.
func lettersIn(quote string, sources []Source) (n int, words string) {
	want, _ := letters(han.Squash(quote))
	if len(want) < MinQuote {
		return 0, ""
	}
	for i, s := range sources {
		text := han.Squash(s.Text)
		have, at := letters(text)
		before, _, found := strings.Cut(string(have), string(want))
		if found {
			first := len([]rune(before))
			start, end := text.Span(at[first], at[first+len(want)-1]+1)
			return i + 1, s.Text[start:end]
		}
	}
	return 0, ""
}

// letters are the letters and digits of a text, and which of its characters
// they are.
func letters(text han.Folded) (out []rune, at []int) {
	for i, r := range text.Runes {
		if letterOrFigure(r) {
			out, at = append(out, r), append(at, i)
		}
	}
	return out, at
}

// fromHead reports whether a quote is taken from a source's head.
func fromHead(quote string, s shownSource) bool {
	head := strings.Join([]string{headLabels, s.Title, s.Issuer, s.Date, s.Place, s.Kind, s.Heading}, "\n")
	quoted := bigrams(fold(quote))
	n := shared(quoted, bigrams(fold(head)))
	return n > 0 && float64(n) >= leastOfHead*float64(len(quoted))
}
