package prompts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// A quote may tell of several dates (到2021年底，基本建成…。到2022年底，全面建成…) or of
// several cases (不够处罚的，…；构成犯罪的，…). Each of them stands in a claim then,
// whatever else it tells. The check here looks at what each leads to.

// A stretch is what a text tells of one date or case: all from it to the next.
type stretch struct {
	day  // the date; its years are nil for a case
	lead string
	text string
}

// leastOther is how many more pairs of letters a claim must have in common with
// what the quote tells of another date or case to be told of the wrong one.
const leastOther = 2

// otherLead finds a date or a case of the claim that is told of what a quote
// tells of another one.
func (p *proof) otherLead() (string, string) {
	if p.foreign || p.tabular() {
		return "", ""
	}
	for _, w := range p.wits {
		doc := published(w.doc)
		told := stretches(p.claim, doc)
		if all := days(p.claim.figures, doc, 0); len(all) == 1 { // wherever it stands, all is told of it
			d := all[0]
			told = []stretch{{day: d, text: fold(p.claim.text[:d.at] + "，" + p.claim.text[d.end:])}}
		}
		if is := elsewhere(told, stretches(w.reading, doc), stretch.sameDate); is != nil {
			return "year", fmt.Sprintf("the quote tells that of another date: %s", quantity.Quantity{Kind: quantity.Date, Date: is.Day})
		}
		if is := elsewhere(cases(p.claim.folded), cases(w.folded), stretch.sameCase); is != nil {
			return "order", fmt.Sprintf("the quote tells that of another case: %q", is.lead)
		}
	}
	return "", ""
}

// elsewhere is the stretch of a quote that tells what one of the claim's does,
// when it is of another lead and what the quote tells of the same lead has less of
// it.
func elsewhere(told, quoted []stretch, same func(c, q stretch) int) *stretch {
	if len(quoted) < 2 {
		return nil
	}
	for _, c := range told {
		leads := make([]int, len(quoted))
		for i, q := range quoted {
			leads[i] = same(c, q)
		}
		nearest := slices.Max(leads)
		if nearest == 0 {
			continue
		}
		own, other := 0, 0
		var is *stretch
		for i, q := range quoted {
			n := alikeness(c.text, q.text)
			switch {
			case leads[i] == nearest:
				own = max(own, n)
			case n > other:
				other, is = n, &quoted[i]
			}
		}
		if other >= own+leastOther {
			return is
		}
	}
	return nil
}

// alikeness counts the pairs of letters that two texts share, and their figures.
func alikeness(a, b string) int {
	n := shared(bigrams(a), bigrams(b))
	for _, f := range quantity.Find(a) {
		for _, g := range quantity.Find(b) {
			if f.Value != nil && g.Value != nil && f.Unit == g.Unit && f.Value.Cmp(g.Value) == 0 {
				n += leastOther
				break
			}
		}
	}
	return n
}

func (c stretch) sameDate(q stretch) int {
	if q.tells(c.day) {
		return 1
	}
	return 0
}

// sameCase is how much the leads of two stretches have in common, if that is
// most of what the claim's says.
func (c stretch) sameCase(q stretch) int {
	if (len(negations(c.lead)) > 0) != (len(negations(q.lead)) > 0) {
		return 0
	}
	if n := alikeness(c.lead, q.lead); n*2 >= len(bigrams(c.lead)) {
		return n
	}
	return 0
}

// longestLead is how many characters may stand between the begin of a clause and
// a date that leads it: 力争到2025年.
const longestLead = 3

// stretches cuts a text at the dates that lead its clauses.
func stretches(r *reading, doc quantity.Day) []stretch {
	var out []stretch
	for _, d := range days(r.figures, doc, 0) {
		if utf8.RuneCountInString(clauseBefore(r.text[:d.at])) > longestLead {
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].text = fold(r.text[out[n-1].end:d.at])
		}
		out = append(out, stretch{day: d, text: fold(r.text[d.end:])})
	}
	return out
}

// shortestCase is the least length of a clause that names a case: 构成犯罪的.
const shortestCase = 4

// whose matches a clause that says of which it speaks: 具备条件的机构.
var whose = regexp.MustCompile(`\p{Han}的\p{Han}{2,6}$`)

// cases cuts folded text behind the clauses that name a case: those that end
// with 的, or begin a sentence and say of whose, and have more behind them.
func cases(folded string) []stretch {
	var out []stretch
	for sentence := range strings.FieldsFuncSeq(folded, isSentenceEnd) {
		open, first := false, true
		for c := range strings.FieldsFuncSeq(sentence, isClauseEnd) {
			n := len(out)
			begins := first && whose.MatchString(c)
			first = false
			switch {
			case (begins || strings.HasSuffix(c, "的")) && utf8.RuneCountInString(c) >= shortestCase:
				out, open = append(out, stretch{lead: c}), true
			case open:
				out[n-1].text += c + ","
			}
		}
	}
	return out
}
