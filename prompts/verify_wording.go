package prompts

import (
	"fmt"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
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

// checkWording compares a claim that keeps to a quote's wording with it place
// by place: figures, negations and opposite words.
func (p *proof) checkWording() (string, string) {
	if p.foreign {
		return "", ""
	}
	for _, w := range p.wits {
		if !w.aligned.close() {
			continue
		}
		for _, check := range []func(*witness) (string, string){p.figuresInPlace, p.negationsInPlace, p.oppositesInPlace} {
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
		if !ok {
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
				bound = bound || sameBound(c.Bound, q.Bound) || c.Kind == quantity.Date
			}
		}
		told := p.claim.text[c.Start:c.End]
		switch {
		case found != "" && !same:
			return "order", fmt.Sprintf("%q stands where the quote has %q", told, found)
		case found != "" && !bound:
			return "bound", fmt.Sprintf("%q is bounded otherwise than %q in the quote", told, found)
		}
	}
	return p.numeralsInPlace(w)
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
		if ok && y > x && y-x < 8 {
			told, stands := strings.Trim(string(a.claim.Runes[i:j]), "()、.,:“”‘’\"'《》"), strings.Trim(string(a.quote.Runes[x:y]), "()、.,:“”‘’\"'《》")
			told, stands = differing(told, stands)
			if numeral(told) && numeral(stands) && told != stands && len(quantity.Find(told)) == 0 && len(quantity.Find(stands)) == 0 {
				return "figure", fmt.Sprintf("%q stands where the quote has %q", told, stands)
			}
		}
		i = j
	}
	return "", ""
}

// differing cuts off what two texts have in common at their ends.
func differing(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return string(x), string(y)
}

func numeral(s string) bool {
	return s != "" && strings.Trim(s, "0123456789〇零一二三四五六七八九十百千两") == ""
}

// negationsInPlace compares negations by where they stand.
func (p *proof) negationsInPlace(w *witness) (string, string) {
	a := w.aligned
	told, stands := negationRunes(a.claim), negationRunes(a.quote)
	for i := range told {
		x, y, ok := a.region(i, i+1)
		if told[i] && ok && !anyIn(stands, x-1, y+1) && !p.softened(a, i) {
			return "negation", fmt.Sprintf("the quote has no negation where the claim says %q", string(a.claim.Runes[i:min(len(told), i+5)]))
		}
	}
	back := make([]int, len(stands))
	for i := range back {
		back[i] = -1
	}
	for i, q := range a.to {
		if q >= 0 {
			back[q] = i
		}
	}
	b := &alignment{claim: a.quote, quote: a.claim, to: back}
	for i := range stands {
		x, y, ok := b.region(i, i+1)
		if stands[i] && ok && y-x <= 6 && !anyIn(told, x-1, y+1) && !p.softened(b, i) {
			return "negation", fmt.Sprintf("the quote says %q", string(a.quote.Runes[i:min(len(stands), i+5)]))
		}
	}
	return "", ""
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

// negationRunes marks the runes at which a negation begins.
func negationRunes(f han.Folded) []bool {
	marks := make([]bool, len(f.Runes))
	for _, n := range negations(f.String()) {
		marks[n.at] = true
	}
	return marks
}

func anyIn(marks []bool, from, to int) bool {
	for i := max(0, from); i < min(len(marks), to); i++ {
		if marks[i] {
			return true
		}
	}
	return false
}

// oppositesInPlace finds a word of the claim where the quote has one that
// excludes it.
func (p *proof) oppositesInPlace(w *witness) (string, string) {
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
		if ok {
			told := string(a.claim.Runes[max(0, i-2):min(len(a.to), j+2)])
			stands := string(a.quote.Runes[max(0, x-2):min(len(a.quote.Runes), y+2)])
			if said, found := opposite(told, stands, words().local); said != "" {
				return "content", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
			}
			if y-x == 1 && i > 0 && x > 0 && a.to[i-1] == x-1 && !words().common[string(a.quote.Runes[x:y])] {
				i, x = i-1, x-1 // 农发行 told as 农业银行: with the character they share
			}
			if p.replaced(string(a.claim.Runes[i:j]), string(a.quote.Runes[x:y]), w) {
				return "actor", fmt.Sprintf("the claim says %q where the quote says %q", string(a.claim.Runes[i:j]), string(a.quote.Runes[x:y]))
			}
		}
		i = j
	}
	return "", ""
}

// replaced reports whether the claim puts another name where the quote has
// one: a word that the quote does not know, is none of the common ones, and
// stands for nothing in it. A name may stand for 该公司 or 其.
func (p *proof) replaced(told, stands string, w *witness) bool {
	told, stands = strings.TrimFunc(told, isBreak), strings.TrimFunc(stands, isBreak)
	if len(places.Find(told)) > 0 || len(quantity.Find(told)) > 0 { // checked by themselves
		return false
	}
	if stands == "" || len([]rune(stands)) > 8 || hasAny(stands, pointers) != "" || strings.Contains(p.claim.folded, stands) {
		return false
	}
	if strings.IndexFunc(stands, func(r rune) bool { return !han.IsHan(r) }) >= 0 {
		return false
	}
	if words().common[stands] {
		return false
	}
	rs := []rune(told)
	inQuote := bigrams(w.folded)
	l := words()
	run := 0
	for i := 0; i < len(rs); {
		n := l.known(rs[i:], w.folded)
		if n == 0 && i+1 < len(rs) && inQuote[string(rs[i:i+2])] {
			n = 2
		}
		if n == 0 && han.IsHan(rs[i]) {
			if run++; run >= 2 {
				return true
			}
			i++
			continue
		}
		run = 0
		i += max(n, 1)
	}
	return false
}

// pointers stand in a text for what was named before.
var pointers = []string{"该", "本", "此", "其", "我", "上述", "这", "那", "前述", "全", "各"}

// opposite finds words of a and b that exclude each other, as data/contrast.txt
// groups them.
func opposite(a, b string, table [][][]string) (string, string) {
	has := hasAny
	for _, sides := range table {
		for i, side := range sides {
			said := has(a, side)
			if said == "" || has(b, side) != "" {
				continue
			}
			for j, other := range sides {
				if found := has(b, other); j != i && found != "" && has(a, other) == "" {
					return said, found
				}
			}
		}
	}
	return "", ""
}
