package prompts

import (
	"strings"

	"policybot/internal/han"
)

// leastOfHead is the share of a quote's pairs of characters that a source's head
// has when the quote is taken from there.
const leastOfHead = 0.8

// headLabels are the words before the parts of a source's head, and before its
// text, in the messages.
const headLabels = "标题 发布 日期 地区 类型 位置 正文"

// WithoutHeadQuotes empties the quotes of a claim that are taken from the head
// of a source as the messages show it (title, issuer, date, place, heading) and
// do not stand in its passage, or are too short to count: small models copy what
// stands first. Such a quote
// says which source is meant and nothing else, so FillQuotes may look for the
// sentence. A quote that stands nowhere stays, and fails.
func WithoutHeadQuotes(c Claim, sources []Source) Claim {
	out := Claim{Text: c.Text, Cites: make([]Cite, len(c.Cites))}
	for i, k := range c.Cites {
		if n := headOf(k, sources); n > 0 {
			k.Source, k.Quote = n, ""
		}
		out.Cites[i] = k
	}
	return out
}

// headOf is the number of the source whose head a cite quotes, or 0.
func headOf(k Cite, sources []Source) int {
	long := len(han.Squash(k.Quote).Runes) >= MinQuote
	if k.Quote == "" || k.Source > len(sources) || long && holder(k.Quote, sources) > 0 {
		return 0
	}
	from, to := 1, len(sources)
	if k.Source > 0 {
		from, to = k.Source, k.Source
	}
	quoted := bigrams(han.Fold(k.Quote).String())
	for n := from; n <= to; n++ {
		s := show(n, sources[n-1])
		head := bigrams(han.Fold(strings.Join([]string{headLabels, s.Title, s.Issuer, s.Date, s.Place, s.Kind, s.Heading}, "\n")).String())
		shared := 0
		for pair := range quoted {
			if head[pair] {
				shared++
			}
		}
		if shared > 0 && float64(shared) >= leastOfHead*float64(len(quoted)) {
			return n
		}
	}
	return 0
}
