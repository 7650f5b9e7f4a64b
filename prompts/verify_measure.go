package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// What a figure measures: a claim may keep a figure with its unit and tell it of
// another rate or volume, of a stock instead of an increase, or hold two things
// against each other that the quote only gives side by side.

// checkMeasure compares what the figures of claim and quotes measure.
func (p *proof) checkMeasure() (string, string) {
	if p.foreign || p.tabular() {
		return "", ""
	}
	if said := p.compares(); said != "" {
		return "content", fmt.Sprintf("the quote does not say what is %s what", said)
	}
	for _, c := range p.claim.figures {
		if c.Kind != quantity.Amount || c.Weak {
			continue
		}
		told := p.claim.leading(c)
		var all []string
		for _, w := range p.wits {
			for _, q := range w.figures {
				if q.Kind == quantity.Amount && p.sameFigure(c, q, w) {
					all = append(all, w.leading(q))
				}
			}
		}
		if len(all) == 0 {
			continue
		}
		if said, is := p.otherMeasure(told, all); said != "" {
			return "content", fmt.Sprintf("%q measures %s; the quote has it for %s", p.claim.text[c.Start:c.End], said, is)
		}
		if said, is := otherGrowth(told, all); said != "" {
			return "content", fmt.Sprintf("the claim says %s %q where the quote says %s", said, p.claim.text[c.Start:c.End], is)
		}
	}
	return "", ""
}

// leading is what leads to a figure in its clause, from the figure before on.
func (r *reading) leading(q quantity.Quantity) string {
	from := 0
	for _, f := range r.figures {
		if f.End <= q.Start && !f.Weak {
			from = f.End
		}
	}
	return clauseBefore(fold(r.text[from:q.Start]))
}

// comparing are the words that hold one thing against another.
var comparing = []string{"高于", "低于", "多于", "少于", "大于", "小于", "快于", "慢于", "优于", "强于", "好于", "长于", "短于"}

// compares is the word by which the claim holds against each other two things
// that have no figure behind it, where the quotes hold nothing against anything.
func (p *proof) compares() string {
	for _, c := range clauses(p.claim.folded) {
		said := hasAny(c, comparing)
		_, behind, _ := strings.Cut(c, said)
		if said == "" || strings.HasPrefix(behind, "等于") || slices.ContainsFunc(quantity.Find(behind), func(f quantity.Quantity) bool { return !f.Weak }) {
			continue
		}
		if !slices.ContainsFunc(p.wits, func(w *witness) bool {
			return hasAny(w.folded, comparing) != "" || strings.ContainsAny(w.folded, "比较超过逊优胜最")
		}) {
			return said
		}
	}
	return ""
}

// ofRate ends the names of what a figure measures.
const ofRate = "率量额值"

// measureOf is what a figure behind text measures, two characters with the end of
// its name; empty if that is no rate or volume.
func measureOf(text string) string {
	for again := true; again; {
		again = false
		for _, w := range measureVerbs {
			if strings.HasSuffix(text, w) {
				text, again = strings.TrimSuffix(text, w), true
			}
		}
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	if !strings.ContainsRune(ofRate, last) {
		return ""
	}
	return lastRunes(text, 2)
}

// measureVerbs stand between what is measured and the figure.
var measureVerbs = []string{"达到", "达", "为", "是", "已", "已经", "约", "近", "超过", "突破", "将", "要", "不少于", "不低于", "至少", "力争", "提高到", "提升到", "到", "至", "了", " "}

// otherMeasure is what the claim's figure measures where the quotes have it for
// something else only, with what that is.
func (p *proof) otherMeasure(told string, quoted []string) (said, is string) {
	if said = measureOf(told); said == "" || words().common[said] || p.evidence()[said] {
		return "", ""
	}
	for _, q := range quoted {
		if is = measureOf(q); is == "" || words().common[is] || words().stands(lastRunes(told, 8), q) != "" && strings.HasSuffix(said, lastRunes(is, 1)) {
			return "", ""
		}
	}
	return said, is
}

// What is there in all, what came to it, and the characters of words that say
// something came to it.
var (
	ofStock  = []string{"共有", "现有", "拥有", "总数", "总量", "总共", "一共", "合计", "已有"}
	ofGrowth = []string{"新增", "净增", "增加", "新引进", "新引育"}
)

const growing = "增新添扩涨长升加提多建设招引"

// otherGrowth is the word by which the claim tells of all there is what the quotes
// tell of what came to it, or the other way round.
func otherGrowth(told string, quoted []string) (said, is string) {
	stock, growth := hasAny(told, ofStock), hasAny(told, ofGrowth)
	for _, q := range quoted {
		wasStock, wasGrowth := hasAny(q, ofStock), hasAny(q, ofGrowth)
		switch {
		case stock != "" && growth == "" && wasGrowth != "" && wasStock == "" && !strings.Contains(q, "累计"):
			said, is = stock, wasGrowth
		case growth != "" && stock == "" && !strings.ContainsAny(q, growing):
			said, is = growth, "nothing of growth"
		default:
			return "", ""
		}
	}
	return said, is
}
