package prompts

import (
	_ "embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// checkFigures looks for every figure of the claim in its quotes: equal value,
// unit and bound. Dates are looked at by checkDates.
func (p *proof) checkFigures() (string, string) {
	for _, c := range p.claim.figures {
		if c.Kind == quantity.Date {
			continue
		}
		if check, reason := p.checkFigure(c); check != "" {
			return check, reason
		}
	}
	return p.checkRepeats()
}

// checkRepeats refuses a claim that tells a figure more often than its quotes:
// 3个月，可再延长3个月.
func (p *proof) checkRepeats() (string, string) {
	count := func(r *reading, c quantity.Quantity, w *witness) int {
		n := 0
		for _, q := range r.figures {
			if q.Kind == c.Kind && q.Kind != quantity.Date && p.sameFigure(c, q, w) {
				n++
			}
		}
		return n
	}
	for _, c := range p.claim.figures {
		if c.Kind != quantity.Amount || c.Weak || c.Unit == "大" {
			continue
		}
		quoted := 0
		for _, w := range p.wits {
			quoted += count(w.reading, c, w)
		}
		if told := count(p.claim, c, p.wits[0]); quoted > 0 && told > quoted && !p.calculates() {
			return "figure", fmt.Sprintf("%q is told %d times and stands %d times in the quotes", p.claim.text[c.Start:c.End], told, quoted)
		}
	}
	return "", ""
}

func (p *proof) checkFigure(c quantity.Quantity) (string, string) {
	told := p.claim.text[c.Start:c.End]
	bound := ""
	for _, w := range p.wits {
		for _, q := range w.figures {
			if q.Kind == quantity.Date || !p.sameFigure(c, q, w) {
				continue
			}
			if sameBound(c.Bound, q.Bound) || sameRange(c, q) || p.foreign && c.Bound == quantity.AtMost && q.Bound == quantity.Exact && p.within(c) {
				return "", ""
			}
			bound = w.text[q.Start:q.End]
		}
	}
	switch {
	case bound != "":
		return "bound", fmt.Sprintf("%q is bounded otherwise than %q in the quote", told, bound)
	case c.Weak && !p.otherCount(c), p.named(c), p.pointedAt(c), p.labelNear(c), p.derived(c), p.each(c):
		return "", ""
	}
	return "figure", fmt.Sprintf("%q does not stand in the quotes", told)
}

// within reports whether the English word before c is "within", which bounds a
// time that Chinese gives bare: 步行5分钟可达.
func (p *proof) within(c quantity.Quantity) bool {
	words := strings.Fields(strings.ToLower(p.claim.text[:c.Start]))
	return slices.Contains(words[max(0, len(words)-2):], "within")
}

// sameFigure reports whether the claim's figure c is the quote's figure q.
func (p *proof) sameFigure(c, q quantity.Quantity, w *witness) bool {
	if c.Kind != q.Kind && !p.ordinalPair(c, q) {
		return false
	}
	if c.Unit == "%" && q.Unit == "%" && c.Discount != q.Discount {
		return samePrice(c, q, p.claim.text, w.text)
	}
	if c.Value.Cmp(q.Value) != 0 {
		return false
	}
	return p.sameUnit(c, q) && (c.Per == "" || q.Per == "" || c.Per == q.Per)
}

// ordinalPair reports whether an ordinal and an amount can be the same: the
// ninth session is 九次会议, the 12th Committee 十二届.
func (p *proof) ordinalPair(c, q quantity.Quantity) bool {
	if c.Kind == quantity.Ordinal && q.Kind == quantity.Amount {
		return quantity.Labels(q.Unit) && (p.foreign || c.Unit == q.Unit)
	}
	if c.Kind == quantity.Amount && q.Kind == quantity.Ordinal {
		return quantity.Labels(c.Unit) && (p.foreign || c.Unit == q.Unit)
	}
	return false
}

// sameUnit reports whether two figures of equal value count the same.
func (p *proof) sameUnit(c, q quantity.Quantity) bool {
	if c.Unit == q.Unit {
		return true
	}
	if p.foreign {
		// English counts without measure words and tells ages without "years".
		loose := func(u string) bool { return quantity.Counted(u) || quantity.Labels(u) || u == "岁" }
		return loose(c.Unit) && loose(q.Unit) && (c.Unit == "" || q.Unit == "")
	}
	any := func(u string) bool { return u == "" || u == "个" || u == "项" || u == "大" }
	return quantity.Counted(c.Unit) && quantity.Counted(q.Unit) && (any(c.Unit) || any(q.Unit) || alike(c.Unit, q.Unit)) ||
		c.Kind == quantity.Ordinal && (c.Unit == "" || q.Unit == "")
}

//go:embed data/measures.txt
var measureTable string

var measures = sync.OnceValue(func() [][]string { return tableLines(measureTable) })

// alike reports whether two measure words count the same things: 16例患者 are
// 16名患者.
func alike(a, b string) bool {
	return slices.ContainsFunc(measures(), func(g []string) bool { return slices.Contains(g, a) && slices.Contains(g, b) })
}

// lowering are the words before a share that is taken off.
var lowering = []string{"下调", "降低", "下降", "减少", "降", "减免", "减征", "优惠", "下浮", "减"}

// samePrice compares a price left over (九折) with a share: 90% of it, or 10%
// taken off.
func samePrice(c, q quantity.Quantity, claim, quote string) bool {
	off, plain, text := c, q, quote
	if q.Discount {
		off, plain, text = q, c, claim
	}
	before := text[max(0, plain.Start-15):plain.Start]
	for _, w := range lowering {
		if i := strings.LastIndex(before, w); i >= 0 && !strings.ContainsAny(before[i+len(w):], "至到为，,") {
			sum := new(big.Rat).Add(off.Value, plain.Value)
			return sum.Cmp(big.NewRat(100, 1)) == 0
		}
	}
	return off.Value.Cmp(plain.Value) == 0
}

// sameBound compares what the claim and the quote say around a figure. 不少于,
// 至少, 以上 and 超过 are one direction; a bound that the quote has not, or that
// the claim drops, is no telling of the same figure.
func sameBound(c, q quantity.Bound) bool {
	near := func(b quantity.Bound) bool { return b == quantity.About || b == quantity.Near }
	switch {
	case c == q, c == quantity.About && q == quantity.Exact, c.Lower() && q.Lower(), c.Upper() && q.Upper(), near(c) && near(q):
		return true
	case c == quantity.Full && (q == quantity.Exact || q.Lower()), q == quantity.Full && (c == quantity.Exact || c.Lower()):
		return true // 满3个月: 3个月以上, and what 3个月 mostly means
	case c == quantity.Near && q == quantity.Less, c == quantity.Less && q == quantity.Near,
		c == quantity.Over && q == quantity.About, c == quantity.About && q == quantity.Over: // 近50 falls short of what 50多 exceeds
		return true
	}
	return false
}

// sameRange reports whether two figures end a range, which 内 bounds no
// further: 10到15天内.
func sameRange(c, q quantity.Quantity) bool {
	bounds := func(b quantity.Bound) bool { return b == quantity.Exact || b == quantity.AtMost }
	return c.Range && q.Range && !c.Open && !q.Open && bounds(c.Bound) && bounds(q.Bound)
}

// each reports whether "per 1,000" or 每1000人 stands for 每千 in a quote.
func (p *proof) each(c quantity.Quantity) bool {
	before := strings.TrimRight(strings.ToLower(p.claim.text[:c.Start]), " ")
	name := map[string]string{"100": "每百", "1000": "每千", "10000": "每万", "100000": "每十万", "1000000": "每百万"}[c.Value.RatString()]
	if name == "" || !strings.HasSuffix(before, " per") && !strings.HasSuffix(before, "每") {
		return false
	}
	if !p.foreign && c.Unit != "" {
		name += c.Unit
	}
	return slices.ContainsFunc(p.wits, func(w *witness) bool { return strings.Contains(w.folded, name) })
}

// pointedAt reports whether the figure stands with what it counts near a quote
// that only points there: 上述措施 for 24条措施.
func (p *proof) pointedAt(c quantity.Quantity) bool {
	counted := fold(p.claim.text[c.Start:c.End]) + firstRunes(fold(p.claim.text[c.End:]), 2)
	return slices.ContainsFunc(p.wits, func(w *witness) bool {
		return hasAny(w.folded, []string{"上述", "前述", "该", "这些", "此"}) != "" && w.around(counted)
	})
}

// otherCount reports whether a weak 一家 in the claim stands where the quotes
// count another number of the same: 4家.
func (p *proof) otherCount(c quantity.Quantity) bool {
	if c.Unit == "" || c.Unit == "个" {
		return false
	}
	for _, w := range p.wits {
		for _, q := range w.figures {
			if q.Kind != quantity.Amount || q.Unit != c.Unit || q.Value.Cmp(c.Value) == 0 {
				continue
			}
			told := false
			for _, o := range p.claim.figures {
				told = told || o.Kind == q.Kind && o.Unit == q.Unit && o.Value.Cmp(q.Value) == 0
			}
			if !told {
				return true
			}
		}
	}
	return false
}

// named reports whether the figure is part of a name in quotation marks that
// stands as it is in the passage or above it: “28条”.
func (p *proof) named(c quantity.Quantity) bool {
	text := p.claim.text
	for _, marks := range [][2]string{{"“", "”"}, {"「", "」"}, {"《", "》"}, {"\"", "\""}} {
		open := strings.LastIndex(text[:c.Start], marks[0])
		end := strings.Index(text[c.End:], marks[1])
		if open < 0 || end < 0 || marks[0] != marks[1] && strings.Contains(text[open:c.Start], marks[1]) {
			continue
		}
		name := fold(text[open+len(marks[0]) : c.End+end])
		for _, w := range p.wits {
			if w.around(name) {
				return true
			}
		}
	}
	if c.Kind != quantity.Ordinal {
		return false
	}
	// Part of a name without marks: 青岛第二中学, 广西首个“小汤山医院”.
	before, after := lastRunes(fold(text[:c.Start]), 2), firstRunes(fold(text[c.End:]), 2)
	name := before + fold(text[c.Start:c.End]) + after
	return utf8.RuneCountInString(before+after) == 4 && slices.ContainsFunc(p.wits, func(w *witness) bool { return w.around(name) })
}

// around reports whether folded text stands near the quote, before or above it.
func (w *witness) around(text string) bool {
	return strings.Contains(w.near.folded, text) || strings.Contains(w.about.folded, text) || strings.Contains(w.before.folded, text)
}

// labelNear reports whether the figure says no more than what it is called
// near the quote: 四大类企业, 第二批, 下午2点, the five-year plan of the heading.
func (p *proof) labelNear(c quantity.Quantity) bool {
	if c.Kind == quantity.Amount && c.Unit != "大" && c.Unit != "时" {
		return false
	}
	for _, w := range p.wits {
		for _, r := range []*reading{w.near, w.about} {
			for _, q := range r.figures {
				if q.Kind == c.Kind && q.Unit == c.Unit && q.Value.Cmp(c.Value) == 0 && c.Kind != quantity.Ordinal {
					return true
				}
			}
		}
	}
	return false
}
