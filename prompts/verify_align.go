package prompts

import (
	"fmt"
	"sort"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
)

// An alignment maps a claim that keeps to a quote's wording onto the quote,
// so that what was changed shows by its place: 1月、2月 told as 2月、2月 has no
// figure that is not quoted.
type alignment struct {
	claim, quote han.Folded
	to           []int // the quote's rune for each rune of the claim, -1 for none
	matched      int
}

// shortest is the least length of a piece that counts as the same wording,
// maxCells bounds the work on one pair of texts.
const (
	shortest = 2
	maxCells = 1 << 21
)

// align finds the longest common pieces of claim and quote, in order, as
// Ratcliff and Obershelp's pattern matching does.
func align(claim, quote string) *alignment {
	a := &alignment{claim: han.Fold(claim), quote: han.Fold(quote)}
	a.to = make([]int, len(a.claim.Runes))
	for i := range a.to {
		a.to[i] = -1
	}
	if len(a.claim.Runes)*len(a.quote.Runes) <= maxCells {
		a.match(0, len(a.claim.Runes), 0, len(a.quote.Runes))
	}
	return a
}

func (a *alignment) match(c0, c1, q0, q1 int) {
	for c1-c0 >= shortest && q1-q0 >= shortest {
		at, in, n := longestCommon(a.claim.Runes[c0:c1], a.quote.Runes[q0:q1])
		if n < shortest {
			return
		}
		at, in = at+c0, in+q0
		for k := range n {
			a.to[at+k] = in + k
		}
		a.matched += n
		a.match(c0, at, q0, in)
		c0, q0 = at+n, in+n
	}
}

// longestCommon is the first longest piece that two texts share.
func longestCommon(a, b []rune) (at, in, n int) {
	row := make([]int, len(b)+1)
	for i, x := range a {
		prev := 0
		for j, y := range b {
			keep := row[j+1]
			if x == y {
				row[j+1] = prev + 1
				if row[j+1] > n {
					n = row[j+1]
					at, in = i-n+1, j-n+1
				}
			} else {
				row[j+1] = 0
			}
			prev = keep
		}
	}
	return at, in, n
}

// close reports whether the claim keeps to the quote's wording.
func (a *alignment) close() bool { return a.matched*10 >= len(a.claim.Runes)*7 }

// whole reports whether the claim is a piece of the quote as it stands, from
// one mark of punctuation to another.
func (a *alignment) whole() bool {
	trim := strings.Trim(a.claim.String(), "。.;,!? ")
	quote := a.quote.String()
	for from := 0; trim != ""; {
		i := strings.Index(quote[from:], trim)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(trim)
		if edge(quote[:i], true) && edge(quote[end:], false) {
			return true
		}
		from = end
	}
	return false
}

func edge(rest string, before bool) bool {
	if rest == "" {
		return true
	}
	rs := []rune(rest)
	r := rs[0]
	if before {
		r = rs[len(rs)-1]
	}
	return strings.ContainsRune("。,;:!?\n", r)
}

// region is where in the quote the claim's runes [a, b) would stand: between
// the pieces that match before and behind. ok is false when those are too far
// off to tell.
func (a *alignment) region(from, to int) (x, y int, ok bool) {
	left, right := from-1, to
	for left >= 0 && a.to[left] < 0 {
		left--
	}
	for right < len(a.to) && a.to[right] < 0 {
		right++
	}
	if from-1-left > 4 || right-to > 4 || left < 0 && right >= len(a.to) {
		return 0, 0, false
	}
	x, y = 0, len(a.quote.Runes)
	if left >= 0 {
		x = a.to[left] + 1
	}
	if right < len(a.to) {
		y = a.to[right]
	}
	if left < 0 {
		x = max(0, y-(to-from)-8)
	}
	if right >= len(a.to) {
		y = min(len(a.quote.Runes), x+(to-from)+8)
	}
	return x, y, y >= x && y-x <= to-from+14
}

// runes turns byte offsets of the text that f was folded from to runes of f.
func runes(f han.Folded, start, end int) (int, int) {
	n := len(f.Runes)
	return sort.SearchInts(f.Offset[:n], start), sort.SearchInts(f.Offset[:n], end)
}

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
			told, stands := strings.Trim(string(a.claim.Runes[i:j]), "()、.,:"), strings.Trim(string(a.quote.Runes[x:y]), "()、.,:")
			if numeral(told) && numeral(stands) && told != stands && len(quantity.Find(told)) == 0 && len(quantity.Find(stands)) == 0 {
				return "figure", fmt.Sprintf("%q stands where the quote has %q", told, stands)
			}
		}
		i = j
	}
	return "", ""
}

func numeral(s string) bool {
	return s != "" && strings.Trim(s, "0123456789〇零一二三四五六七八九十百") == ""
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
	if len([]rune(stands)) < 2 || len([]rune(stands)) > 8 || hasAny(stands, pointers) != "" || strings.Contains(p.claim.folded, stands) {
		return false
	}
	if strings.IndexFunc(stands, func(r rune) bool { return !han.IsHan(r) }) >= 0 {
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
