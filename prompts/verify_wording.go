package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
		if !moved {
			return "negation", fmt.Sprintf("the quote has no negation where the claim says %q", n.word+n.target)
		}
	}
	for _, d := range dropped {
		moved := slices.ContainsFunc(added, func(n negation) bool { return n.ban && d.ban })
		if !moved {
			return "negation", fmt.Sprintf("the quote says %q", d.word+d.target)
		}
	}
	return "", ""
}

// unmatched are the negations of a's one text that the other has not in their
// place; with kept, only those whose object the other text keeps.
func (p *proof) unmatched(a *alignment, these, others []negation, kept bool) []negation {
	var out []negation
	for _, n := range these {
		x, y, ok := a.region(n.at, n.at+1)
		behind := n.at + utf8.RuneCountInString(n.word)
		if !ok || kept && (y-x > 6 || behind >= len(a.to) || a.to[behind] < 0) || p.softened(a, n.at) {
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
		if ok && !p.namesPlace(a, i, j) {
			told := string(a.claim.Runes[max(0, i-2):min(len(a.to), j+2)])
			stands := string(a.quote.Runes[max(0, x-2):min(len(a.quote.Runes), y+2)])
			if said, found := opposite(told, stands, words().local); said != "" {
				return "content", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
			}
			if y-x == 1 && i > 0 && x > 0 && a.to[i-1] == x-1 && !words().common[string(a.quote.Runes[x:y])] {
				i, x = i-1, x-1 // 农发行 told as 农业银行: with the character they share
			}
			if j-i == 1 && y-x == 1 && p.respelled(a, i, x, w) {
				return "actor", fmt.Sprintf("the claim says %q where the quote says %q", told, stands)
			}
			if p.replaced(string(a.claim.Runes[i:j]), string(a.quote.Runes[x:y]), w) {
				return "actor", fmt.Sprintf("the claim says %q where the quote says %q", string(a.claim.Runes[i:j]), string(a.quote.Runes[x:y]))
			}
		}
		i = j
	}
	return "", ""
}

// namesPlace reports whether a place's name reaches into the claim's runes
// [i, j): places are checked by themselves.
func (p *proof) namesPlace(a *alignment, i, j int) bool {
	return slices.ContainsFunc(p.claim.places, func(m places.Mention) bool {
		x, y := runes(a.claim, m.Start, m.End)
		return !m.Within && x < j && y > i
	})
}

// respelled reports whether one character of a word was exchanged for another
// that makes another word of it (中医, 西医), and not one of like meaning
// (运行, 运转).
func (p *proof) respelled(a *alignment, i, x int, w *witness) bool {
	is, was := a.claim.Runes[i], a.quote.Runes[x]
	l := words()
	if !han.IsHan(is) || !han.IsHan(was) || l.common[string(is)] || l.common[string(was)] {
		return false
	}
	for from := max(0, i-2); from <= i; from++ {
		for to := i + 1; to <= min(len(a.to), i+3); to++ {
			if to-from > 1 && l.known(a.claim.Runes[from:to], w.folded) == to-from {
				return false
			}
		}
	}
	return true
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
	if strings.Trim(stands, particles+"得能可因须应不未") == "" || len([]rune(stands)) == 1 && words().common[stands] {
		return false
	}
	rs := []rune(told)
	inQuote := bigrams(w.folded)
	l := words()
	run := 0
	for i := 0; i < len(rs); {
		n := l.known(rs[i:], w.folded)
		if n == 1 && !strings.ContainsRune(particles, rs[i]) {
			n = 0
		}
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

// particles are the words of one character that stand beside a name and are
// no part of one.
const particles = "的了在是和与及由对为将要把被等从向至到以也都共中内后前时"

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
