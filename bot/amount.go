package bot

import (
	"regexp"
	"slices"
	"strings"

	"policybot/internal/quantity"
)

// countable are the measure words that count the same things, so that 多少名
// is answered by 500人.
var countable = [][]string{{"名", "人", "位"}, {"家", "个", "所", "户"}, {"项", "个", "条", "件"}, {"套", "户", "间"}, {"种", "类", "个"}, {"座", "个", "处"}}

// askedMoney matches questions for a sum.
var askedMoney = regexp.MustCompile(`多少(钱|元|万元|亿元|资金|经费|费用|预算|补贴|补助|奖励)`)

// tellsAmount reports whether a piece has the figure that a question asks for:
// one with the measure word asked for, or where none is asked for, one in a
// clause that speaks of the thing asked about.
func tellsAmount(r reading, p piece) bool {
	units := r.unitsAsked()
	if m := unitAsked.FindStringSubmatch(r.Folded); m != nil {
		units = append(units, alike(m[1])...)
	}
	for _, u := range units {
		if hasFigureWith(p.folded, u) {
			return true
		}
	}
	if len(units) > 0 {
		return false
	}
	tells := hasAmount
	if askedMoney.MatchString(r.Folded) {
		tells = hasMoney
	}
	before := 0.0 // what the clause before said of the question
	for _, c := range clauses(p.text) {
		text := c.In(p.text)
		about := r.covered(fold(text))
		if about+before > 0 && tells(text) {
			return true
		}
		before = about
	}
	return false
}

// figureAmong is how many of the best pieces may be the one with the figure.
const figureAmong = 6

// figureFirst puts the first of the best pieces that still has a figure when it
// is trimmed to what answers before the others: a figure of something else in
// the sentence is none.
func figureFirst(r reading, ps []piece) {
	if r.Asks != asksAmount {
		return
	}
	toFront(ps[:min(figureAmong, len(ps))], func(p piece) bool { return r.missing(p) == "" && r.figured(trim(r, p)) })
}

// countedThing reads what a question asks the number of: 厨师 of 多少名厨师.
var countedThing = regexp.MustCompile(`(?:多少|[^哪]几)(?:名|套|个|项|家|户|张|件|座|所|条|位|台|辆|处|间|种|类|场|批|栋)(\p{Han}{2,8})[?？]?$`)

// countedFirst puts the best of the pieces that name the very thing that is
// counted before a better one that does not.
func countedFirst(r reading, ps []piece) {
	m := countedThing.FindStringSubmatch(r.Folded)
	if m == nil || r.Asks != asksAmount {
		return
	}
	toFront(ps[:min(figureAmong, len(ps))], func(p piece) bool { return r.missing(p) == "" && strings.Contains(p.folded, m[1]) })
}

// figured reports whether a piece has a figure in the form that is asked for.
func (r reading) figured(p piece) bool { return shape(r, p) > 0 }

// hasMoney reports whether a text has a sum of money.
func hasMoney(text string) bool {
	return slices.ContainsFunc(quantity.Find(text), func(q quantity.Quantity) bool { return q.Kind == quantity.Amount && q.Unit == "元" })
}

// ratioLike is a number that measures without a unit: 1.7, 15以上. A whole
// number alone may be a heading's.
var ratioLike = regexp.MustCompile(`[0-9]\.[0-9]|[0-9](?:以内|以上|以下|左右)|[0-9]+:[0-9]`)

// hasAmount reports whether a text has a figure that measures or counts.
func hasAmount(text string) bool {
	return ratioLike.MatchString(fold(text)) || slices.ContainsFunc(quantity.Find(text), isMeasured)
}

// isMeasured reports whether a quantity measures or counts something.
func isMeasured(q quantity.Quantity) bool {
	return q.Kind == quantity.Amount && !q.Weak && q.Unit != ""
}

// alike are the measure words that may stand for one.
func alike(unit string) []string {
	out := []string{unit}
	for _, group := range countable {
		for _, u := range group {
			if u == unit {
				out = append(out, group...)
				break
			}
		}
	}
	return out
}
