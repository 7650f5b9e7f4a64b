package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// extract reports whether the claim is a piece of a quote as it stands, which
// says nothing that the quote does not.
func (p *proof) extract() bool {
	for _, w := range p.wits {
		if w.aligned.whole() {
			return true
		}
	}
	return false
}

// leastTurned is how many characters beside an opposite must be the quote's own
// for it to stand in the quote's place, in a claim that is told freely.
const leastTurned = 4

// checkWording compares a claim that keeps to a quote's wording with it place
// by place: figures, negations and opposite words.
func (p *proof) checkWording() (string, string) {
	if p.foreign {
		return "", ""
	}
	for _, w := range p.wits {
		if p.tabular() {
			continue
		}
		if said, found := w.aligned.antonyms(leastTurned); said != "" {
			return "content", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
		}
		if !w.aligned.close() {
			continue
		}
		for _, check := range []func(*witness) (string, string){p.figuresInPlace, p.negationsInPlace, p.hunksInPlace} {
			if name, reason := check(w); name != "" {
				return name, reason
			}
		}
	}
	return "", ""
}

func (p *proof) figuresInPlace(w *witness) (string, string) {
	for _, c := range p.claim.figures {
		a, b := runes(w.aligned.claim, c.Start, c.End)
		x, y, ok := w.aligned.region(a, b)
		if !ok || p.settles(c) {
			continue
		}
		found, same, bound := "", false, false
		for _, q := range w.figures {
			qa, qb := runes(w.aligned.quote, q.Start, q.End)
			if q.Kind != c.Kind || qa >= y && qa > x || qb <= x {
				continue
			}
			found = w.text[q.Start:q.End]
			if c.Kind == quantity.Date && sameDay(c.Date, q.Date) || c.Kind != quantity.Date && p.sameFigure(c, q, w) {
				same = true
				bound = bound || sameBound(c.Bound, q.Bound) || sameRange(c, q) || c.Kind == quantity.Date
			}
		}
		told := p.claim.text[c.Start:c.End]
		switch {
		case found != "" && !same && (w.aligned.anchored(a, b) || !p.quoted(c) && !p.dated(c)):
			return "order", fmt.Sprintf("%q stands where the quote has %q", told, found)
		case found != "" && same && !bound:
			return "bound", fmt.Sprintf("%q is bounded otherwise than %q in the quote", told, found)
		}
	}
	return p.numeralsInPlace(w)
}

// dated reports whether the date c stands in a quote in full.
func (p *proof) dated(c quantity.Quantity) bool {
	return c.Kind == quantity.Date && slices.ContainsFunc(p.wits, func(w *witness) bool {
		return slices.ContainsFunc(w.figures, func(q quantity.Quantity) bool { return q.Kind == quantity.Date && q.Date == c.Date })
	})
}

// sameDay reports whether two dates do not contradict each other as written.
func sameDay(c, q quantity.Day) bool {
	differ := func(a, b int) bool { return a != b && a > 0 && b > 0 }
	return !differ(c.Month, q.Month) && !differ(c.Day, q.Day) &&
		(c.Relative || q.Relative || c.MonthRelative || q.MonthRelative || !differ(c.Year, q.Year))
}

// numeralsInPlace finds figures that were changed and that no reading of
// quantities covers: numbers of sections, rooms, telephones.
func (p *proof) numeralsInPlace(w *witness) (string, string) {
	a := w.aligned
	for i := 0; i < len(a.to); i++ {
		if a.to[i] >= 0 {
			continue
		}
		j := i
		for j < len(a.to) && a.to[j] < 0 {
			j++
		}
		x, y, ok := a.region(i, j)
		if j < len(a.to) && a.to[j] > 0 { // what touches the piece behind, however far off the one before is
			x, y, ok = max(x, a.to[j]-7), a.to[j], true
		}
		if ok && y > x && y-x < 8 {
			told, stands := lastNumeral(string(a.claim.Runes[i:j])), lastNumeral(string(a.quote.Runes[x:y]))
			if told != stands && told != "" && stands != "" && len(quantity.Find(told))+len(quantity.Find(stands)) == 0 {
				return "figure", fmt.Sprintf("%q stands where the quote has %q", told, stands)
			}
		}
		i = j
	}
	return "", ""
}

// lastNumeral is the numeral that text ends with, punctuation aside.
func lastNumeral(text string) string {
	text = strings.TrimRight(text, "()、.,:“”‘’\"'《》")
	return text[len(strings.TrimRight(text, "0123456789〇零一二三四五六七八九十百千两")):]
}

// negationsInPlace compares negations by where they stand. A ban may move: 禁止
// 个人举办聚餐 is 个人不得举办聚餐.
func (p *proof) negationsInPlace(w *witness) (string, string) {
	a, b := w.aligned, w.aligned.reversed()
	told, stands := negations(a.claim.String()), negations(a.quote.String())
	added := p.unmatched(a, told, stands, false)
	dropped := p.unmatched(b, stands, told, true)
	for _, n := range added {
		moved := slices.ContainsFunc(dropped, func(d negation) bool {
			return n.ban && d.ban && shared(bigrams(n.target), bigrams(d.clause)) > 0
		})
		passive := slices.ContainsFunc(stands, func(d negation) bool { return turnedPassive(n, d) || d.reaches(n) }) || displaced(n, told, stands)
		if !moved && !passive {
			return "negation", fmt.Sprintf("the quote has no negation where the claim says %q", n.word+n.target)
		}
	}
	for _, d := range dropped {
		moved := slices.ContainsFunc(added, func(n negation) bool { return n.ban && d.ban })
		passive := slices.ContainsFunc(told, func(n negation) bool { return turnedPassive(n, d) || d.reaches(n) || n.after && closeNegation(n, d) })
		if !moved && !passive {
			return "negation", fmt.Sprintf("the quote says %q", d.word+d.target)
		}
	}
	return "", ""
}

// displaced reports whether the negation n of one text stands in the other too,
// as often, in another place: 来源不明的货物 for 不明来源的货物.
func displaced(n negation, these, others []negation) bool {
	count := func(all []negation) int {
		k := 0
		for _, o := range all {
			if !o.ban && shared(bigrams(o.target), bigrams(n.target)) >= 2 {
				k++
			}
		}
		return k
	}
	return !n.ban && count(these) <= count(others)
}

// turnedPassive reports whether of two negations one is the passive of the
// other: 信用评价不受影响 for 不影响信用评价.
func turnedPassive(a, b negation) bool {
	for _, w := range []string{"受", "被", "会受", "会被"} {
		for _, pair := range [][2]negation{{a, b}, {b, a}} {
			verb, ok := strings.CutPrefix(pair[0].target, w)
			if ok && utf8.RuneCountInString(verb) >= 2 && strings.HasPrefix(pair[1].target, firstRunes(verb, 2)) {
				return true
			}
		}
	}
	return false
}

// unmatched are the negations of a's one text that the other has not in their
// place; with kept, only those whose object the other text keeps.
func (p *proof) unmatched(a *alignment, these, others []negation, kept bool) []negation {
	var out []negation
	for _, n := range these {
		x, y, ok := a.region(n.at, n.at+1)
		behind := n.at + utf8.RuneCountInString(n.word)
		if !ok || n.after || kept && (y-x > 6 || behind >= len(a.to) || a.to[behind] < 0) || p.softened(a, n.at) {
			continue
		}
		if !slices.ContainsFunc(others, func(o negation) bool { return o.at >= x-1 && o.at < y+1 }) {
			out = append(out, n)
		}
	}
	return out
}

// softened reports whether the other text says the same with a word that
// negates on its own (免, 零, 除外) near the place.
func (p *proof) softened(a *alignment, i int) bool {
	x, y, _ := a.region(i, i+1)
	near := string(a.quote.Runes[max(0, x-8):min(len(a.quote.Runes), y+8)])
	own := string(a.claim.Runes[max(0, i-8):min(len(a.claim.Runes), i+9)])
	for _, w := range negationWords()["within"] {
		if strings.Contains(near, w) && !strings.Contains(own, w) {
			return true
		}
	}
	return false
}
