package prompts

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/quantity"
)

//go:embed data/negation.txt
var negationTable string

// words of data/negation.txt by their section.
var negationWords = sync.OnceValue(func() map[string][]string { return sections(negationTable) })

type negatingWords struct{ harmless, ban, not index }

var negating = sync.OnceValue(func() negatingWords {
	words := negationWords()
	return negatingWords{indexOf(words["harmless"]), indexOf(words["ban"]), indexOf(words["not"])}
})

// sections reads a data file whose lines begin with the name of a section; a
// section's words come longest first, so that the first that fits is right.
func sections(data string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(data) {
		f := strings.Fields(line)
		if len(f) > 1 && f[0] != "#" {
			m[f[0]] = append(m[f[0]], f[1:]...)
		}
	}
	for _, words := range m {
		slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	}
	return m
}

// A negation is a word that negates, and what stands behind it.
type negation struct {
	word   string
	target string // up to six characters, to the end of the clause
	clause string // all of the clause behind it
	// also is what else a list behind it negates: 出租 in 不得出售、出租和抛弃物资.
	also []string
	// reach is all of the clause behind a negation of something done in some
	// way, 不在…举办, whose verb stands further off; empty for others.
	reach string
	after bool // stands behind its verb: 覆盖不到
	ban   bool // forbids instead of stating: 不得, 严禁
	at    int  // rune at which the word begins
}

// negations finds what text negates. 不少于 is a bound and 不断, 不仅, 零就业家庭
// negate nothing.
func negations(folded string) []negation {
	words := negating()
	var out []negation
	at := 0
	for i := 0; i < len(folded); {
		rest := folded[i:]
		if asksWhether(folded, i) {
			i, at = i+len("不"), at+1
			continue
		}
		if n, ok := unreached(folded, i); ok {
			n.at = at
			out = append(out, n)
			i, at = i+len(n.word), at+utf8.RuneCountInString(n.word)
			continue
		}
		if w := words.harmless.at(rest); w != "" {
			i, at = i+len(w), at+utf8.RuneCountInString(w)
			continue
		}
		w := words.ban.at(rest)
		ban := w != ""
		if !ban {
			w = words.not.at(rest)
		}
		if w != "" {
			behind := rest[len(w):]
			out = append(out, negation{word: w, target: target(behind, 6), clause: target(behind, 60), also: listBehind(behind), reach: reachOf(behind), ban: ban, at: at})
			i, at = i+len(w), at+utf8.RuneCountInString(w)
			continue
		}
		_, size := utf8.DecodeRuneInString(rest)
		i, at = i+size, at+1
	}
	return out
}

// asksWhether reports whether 不 at i parts a verb from itself: 开不开餐 is 是否开餐.
func asksWhether(folded string, i int) bool {
	behind, ok := strings.CutPrefix(folded[i:], "不")
	if !ok || i == 0 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(folded[:i])
	next, _ := utf8.DecodeRuneInString(behind)
	return last == next && han.IsHan(last)
}

// unreached is the negation at i that some word bounds a figure with elsewhere:
// 覆盖不到 of 覆盖, 不满足 of 满足, 未达到标准.
func unreached(folded string, i int) (negation, bool) {
	if first, _ := utf8.DecodeRuneInString(folded[i:]); first != '不' && first != '未' {
		return negation{}, false
	}
	for _, w := range []string{"不到", "未达到", "未超过", "不满", "未满"} {
		behind, ok := strings.CutPrefix(folded[i:], w)
		if !ok {
			continue
		}
		if fs := quantity.Find(behind); len(fs) > 0 && (fs[0].Start == 0 || strings.HasPrefix(behind, "每")) {
			return negation{}, false
		}
		n := negation{word: w, target: target(behind, 6), clause: target(behind, 60)}
		switch w {
		case "不到":
			n.after = true
			if n.target = lastRunes(clauseBefore(folded[:i]), 2); utf8.RuneCountInString(n.target) < 2 {
				return negation{}, false
			}
		case "不满", "未满":
			if !strings.HasPrefix(behind, "足") {
				return negation{}, false
			}
			n.word, n.target, n.clause = strings.TrimSuffix(w, "满"), "满"+n.target, "满"+n.clause
		}
		return n, true
	}
	return negation{}, false
}

// reachOf is what stands behind a negation in its clause if it begins with a
// preposition.
func reachOf(behind string) string {
	if first, _ := utf8.DecodeRuneInString(behind); !strings.ContainsRune("在对向以将把因按为从", first) {
		return ""
	}
	if i := strings.IndexFunc(behind, isClauseEnd); i >= 0 {
		return behind[:i]
	}
	return behind
}

// reaches reports whether a negates, across a preposition, what b negates.
func (n negation) reaches(b negation) bool {
	return n.reach != "" && shared(bigrams(b.target), bigrams(n.reach)) > 0
}

// affirms is a clause of the claim, which negates nothing, that tells what q
// negates across a preposition.
func (p *proof) affirms(q negation, told []negation) string {
	if q.reach == "" || len(told) > 0 || hasAny(p.claim.folded, negationWords()["within"]) != "" {
		return ""
	}
	for _, c := range clauses(p.claim.folded) {
		mine := bigrams(c)
		if n := shared(mine, bigrams(q.reach)); n >= 4 && n*2 >= len(mine) {
			return c
		}
	}
	return ""
}

// listBehind is what follows the first item of a list that begins rest: items
// of two to four characters, as verbs in a row are, and the first two
// characters of the last, which its object follows.
func listBehind(rest string) []string {
	items := splitList(target(strings.NewReplacer("、", "和", "或者", "和", "或", "和").Replace(rest), 40))
	if len(items) < 2 {
		return nil
	}
	for i, it := range items {
		if n := utf8.RuneCountInString(it); n < 2 || n > 4 && i < len(items)-1 {
			return nil
		}
	}
	items[len(items)-1] = firstRunes(items[len(items)-1], 2)
	return items[1:]
}

// target is the start of rest to the end of the clause, at most n characters.
func target(rest string, most int) string {
	n := 0
	for i, r := range rest {
		if n == most || isBreak(r) || r == '.' {
			return rest[:i]
		}
		n++
	}
	return rest
}

// checkNegation compares what claim and quotes negate.
func (p *proof) checkNegation() (string, string) {
	if p.foreign {
		return p.checkForeignNegation()
	}
	told := negations(p.claim.folded)
	var quoted []negation
	text := ""
	for _, w := range p.wits {
		quoted = append(quoted, negations(w.folded)...)
		text += w.folded + "\n"
	}
	used := make([]bool, len(quoted))
	for _, c := range told {
		found := false
		for _, same := range []func(c, q negation) bool{closeNegation, sameNegation} {
			for i, q := range quoted {
				if !found && !used[i] && same(c, q) {
					used[i], found = true, true
				}
			}
		}
		if !found && !negatedOtherwise(c, text) {
			return "negation", fmt.Sprintf("the quotes do not say %q", c.word+c.target)
		}
		if q := affirmed(c, text); q != "" {
			return "negation", fmt.Sprintf("the claim says %q where the quote says %q", c.word+c.target, q)
		}
	}
	for i, q := range quoted {
		// What the quote negates and the claim tells without.
		head := firstRunes(q.target, 2)
		kept := slices.ContainsFunc(told, func(c negation) bool { return sameNegation(c, q) })
		if used[i] || kept || len([]rune(head)) < 2 || !strings.Contains(p.claim.folded, head) || unnegated(text, head) || negatedOtherwise(q, p.claim.folded) {
			continue
		}
		return "negation", fmt.Sprintf("the quote says %q", q.word+q.target)
	}
	for _, q := range quoted {
		if said := p.affirms(q, told); said != "" {
			return "negation", fmt.Sprintf("the claim says %q where the quote says %q", said, q.word+q.target)
		}
		if said := p.stops(q, told); said != "" {
			return "negation", fmt.Sprintf("the claim says %q where the quote says %q", said, q.word+q.target)
		}
		for _, item := range q.also {
			if strings.Contains(p.claim.folded, item) && !unnegated(text, item) && p.tells(item, told) {
				return "negation", fmt.Sprintf("the quote says %q of %q too", q.word, item)
			}
		}
	}
	return "", ""
}

// stops is the word by which a claim that negates nothing lets end what the
// quote says does not: 停止供应 for 不停供, 中断 for 不断档.
func (p *proof) stops(q negation, told []negation) string {
	if q.ban || len(told) > 0 {
		return ""
	}
	for _, w := range negationWords()["stop"] {
		if first, _ := utf8.DecodeRuneInString(w); strings.HasPrefix(q.target, string(first)) {
			if said := hasAny(p.claim.folded, negationWords()["stop"]); said != "" {
				return said
			}
		}
	}
	return ""
}

// tells reports whether the claim has item where none of its negations reach
// it.
func (p *proof) tells(item string, told []negation) bool {
	for _, c := range told {
		if strings.HasPrefix(c.target, item) || slices.Contains(c.also, item) || strings.Contains(c.clause, item) {
			return false
		}
	}
	return !negatedOtherwise(negation{target: item}, p.claim.folded)
}

// sameNegation reports whether two negations can be one: of a kind, with
// something in common behind them.
func sameNegation(c, q negation) bool {
	return closeNegation(c, q) || c.reaches(q) || q.reaches(c)
}

// exempt reports whether a and b exempt from what is laid down: 限制不适用 for
// 不受限制.
func exempt(a, b negation) bool {
	return a.word == "不适用" && strings.HasPrefix(b.word+b.target, "不受")
}

// closeNegation is sameNegation for what stands right behind both.
func closeNegation(c, q negation) bool {
	if exempt(c, q) || exempt(q, c) {
		return true
	}
	if c.word+c.target == q.word+q.target || c.ban && q.ban {
		return true
	}
	if shared(bigrams(c.target), bigrams(q.target)) > 0 {
		return true
	}
	a, b := c.verb(), q.verb()
	return len(a) > 0 && len(b) > 0 && a[0] == b[0]
}

// verb is what is negated, with the verb that a word such as 不收 has itself.
func (n negation) verb() []rune {
	w := []rune(n.word)
	if len(w) == 2 && strings.ContainsRune("收含计设享具适属存", w[1]) {
		return append(w[1:], []rune(n.target)...)
	}
	return []rune(n.target)
}

// affirmed is the clause of the quotes that says what the claim negates more
// clearly than any clause that negates; empty if there is none.
func affirmed(c negation, quotes string) string {
	said := c.clause
	for _, w := range []string{"即可", "就可", "便可", "也可", "即", "就"} { // 无需登记即可进入
		said, _, _ = strings.Cut(said, w)
	}
	mine := bigrams(said)
	best, most, negated := "", 0, 0
	for _, q := range clauses(quotes) {
		n := shared(mine, bigrams(q))
		switch {
		case len(negations(q)) > 0 || hasAny(q, negationWords()["within"]) != "":
			negated = max(negated, n)
		case n > most:
			best, most = q, n
		}
	}
	if most >= negated+3 {
		return best
	}
	return ""
}

// negatedOtherwise reports whether text says what c does with a word that
// negates on its own: 没有就业的家庭 for 零就业家庭.
func negatedOtherwise(c negation, text string) bool {
	head := bigrams(c.target)
	for _, w := range negationWords()["within"] {
		for from := 0; ; {
			i := strings.Index(text[from:], w)
			if i < 0 {
				break
			}
			i += from
			if shared(head, bigrams(firstRunes(text[i+len(w):], 6))) > 0 || shared(head, bigrams(lastRunes(text[:i], 6))) > 0 {
				return true
			}
			from = i + len(w)
		}
	}
	return false
}

func lastRunes(s string, n int) string {
	rs := []rune(s)
	return string(rs[max(0, len(rs)-n):])
}

// unnegated reports whether head stands in text somewhere without a negation
// before it too.
func unnegated(text, head string) bool {
	all := strings.Count(text, head)
	for _, n := range negations(text) {
		if strings.HasPrefix(n.target, head) || slices.Contains(n.also, head) {
			all--
		}
	}
	return all > 0
}

func firstRunes(s string, n int) string {
	rs := []rune(s)
	return string(rs[:min(n, len(rs))])
}
