package prompts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// Swapped figures are caught by what stands beside them: each figure is bound
// to the words of its own piece of the sentence (before and behind it, up to
// the next mark, conjunction or figure), and to the words that came before as
// far as its own are few. A claim's figure must not be bound to the words that
// the quote has beside another one.

// A bond is a figure with the words that it is bound to.
type bond struct {
	quantity.Quantity
	words map[string]float64 // bigrams, and neighbouring figures as "#…", by weight
	own   int                // characters in the figure's own piece before it
}

// checkOrder looks for figures told of the wrong thing.
func (p *proof) checkOrder() (string, string) {
	claim := p.claim
	if p.calculates() { // what is calculated again is told of nothing new
		claim = read(calculation.ReplaceAllString(claim.text, ""))
	}
	told := bonds(claim, p.foreign)
	for _, w := range p.wits {
		quoted := bonds(w.reading, false)
		if len(quoted) < 2 {
			continue
		}
		for _, c := range told {
			if claim == p.claim && (p.settles(c.Quantity) || p.inPlace(c, w)) {
				continue
			}
			if rival := p.misbound(c, quoted, w); rival != nil {
				return "order", fmt.Sprintf("%q is told of what the quote says of %q", claim.text[c.Start:c.End], w.text[rival.Start:rival.End])
			}
		}
	}
	return "", ""
}

// inPlace reports whether a figure stands amid the quote's own wording: then
// checkWording has compared it.
func (p *proof) inPlace(c bond, w *witness) bool {
	a, b := runes(w.aligned.claim, c.Start, c.End)
	x, y, ok := w.aligned.region(a, b)
	if !ok || p.foreign || !w.aligned.close() || !w.aligned.touches(a, b) {
		return false
	}
	for _, q := range w.figures {
		if qa, qb := runes(w.aligned.quote, q.Start, q.End); qa >= x-1 && qb <= y+1 && q.Kind == c.Kind && q.Kind != quantity.Date && p.sameFigure(c.Quantity, q, w) {
			return !p.leapt(c, a, qa, w)
		}
	}
	return false
}

// leapt reports whether words of the claim's clause before its figure, which
// begins at rune a, stand in the quote beyond another figure of the kind: 发现12项
// of 发现10项，消除12项.
func (p *proof) leapt(c bond, a, qa int, w *witness) bool {
	for i := a - 1; i >= 0 && !isClauseEnd(w.aligned.claim.Runes[i]); i-- {
		at := w.aligned.to[i]
		if at < 0 {
			continue
		}
		for _, r := range w.figures {
			from, to := runes(w.aligned.quote, r.Start, r.End)
			if from > at && to <= qa && r.Kind == c.Kind && r.Unit == c.Unit && !p.sameFigure(c.Quantity, r, w) {
				return true
			}
		}
	}
	return false
}

// touches reports whether a letter that stands in the quote is next to the
// claim's runes [from, to) on either side.
func (a *alignment) touches(from, to int) bool {
	return from > 0 && a.to[from-1] >= 0 || to < len(a.to) && a.to[to] >= 0
}

// telephone is the least length of a bare number that counts nothing.
const telephone = 7

// misbound is the quote's figure to whose words the claim's figure c is bound
// instead of to its own, nil if c is bound well.
func (p *proof) misbound(c bond, quoted []bond, w *witness) *bond {
	var own []bond
	for _, q := range quoted {
		if q.Kind == c.Kind && c.Kind != quantity.Date && p.sameFigure(c.Quantity, q.Quantity, w) {
			own = append(own, q)
		}
	}
	if len(own) == 0 {
		return nil
	}
	for i, rival := range quoted {
		if rival.Unit == "" && c.Unit != "" && rival.End-rival.Start >= telephone {
			continue
		}
		if c.Unit == "大" && rival.Unit != c.Unit && slices.ContainsFunc(own, func(q bond) bool { return q.Unit == c.Unit }) {
			continue // 六大类20条: the measure word parts them
		}
		if rival.Kind != c.Kind || p.sameFigure(c.Quantity, rival.Quantity, w) || !p.sameUnit(c.Quantity, rival.Quantity) {
			continue
		}
		wrong := true
		for _, q := range own {
			mine, mineBy := pull(c, q, rival)
			theirs, theirsBy := pull(c, rival, q)
			// Words lead; neighbouring figures decide where words cannot.
			wrong = wrong && theirs+theirsBy > mine+mineBy && (mine < 1 || theirs > mine)
		}
		if wrong {
			return &quoted[i]
		}
	}
	return nil
}

// pull is how strongly c is bound to what is beside q and not beside rival: by
// words, and by neighbouring figures.
func pull(c, q, rival bond) (words, figures float64) {
	for word, weight := range c.words {
		more := q.words[word] - rival.words[word]
		switch {
		case more <= 0:
		case strings.HasPrefix(word, "#"):
			figures += weight * more
		default:
			words += weight * more
		}
	}
	return words, figures
}

// bonds binds the figures of r to their words; foreign ones by the Chinese
// words that the English ones mean.
func bonds(r *reading, foreign bool) []bond {
	var out []bond
	fs := slices.DeleteFunc(slices.Clone(r.figures), func(f quantity.Quantity) bool { return f.Weak })
	for i, f := range fs {
		b := bond{Quantity: f, words: map[string]float64{}}
		left, right := 0, len(r.text)
		if i > 0 {
			left = fs[i-1].End
		}
		if i+1 < len(fs) {
			right = fs[i+1].Start
		}
		before, after := lastPiece(r.text[left:f.Start]), firstPiece(r.text[f.End:right])
		if i+1 < len(fs) && len(after) == right-f.End && leadsOn(after) {
			after = "" // 由5年|延长至8年: what leads to the next figure is its own
		}
		own := r.text[left:f.Start]
		if k := strings.LastIndexFunc(own, isBreak); k >= 0 {
			own = strings.TrimLeftFunc(own[k:], isBreak)
		}
		b.own = utf8.RuneCountInString(own)
		if opensClause(r.text[left:f.Start]) && utf8.RuneCountInString(after) >= leastBehind {
			before = "" // 面向机构发行，55亿元|通过电子渠道零售
		}
		b.add(before, 1, foreign)
		b.add(after, 1, foreign)
		whole := len(before) == f.Start-left
		if i > 0 && whole && fs[i-1].Kind != quantity.Date {
			b.words["#"+mark(fs[i-1])] = 4
		}
		if i > 0 && fs[i-1].Kind == quantity.Date {
			b.words["#"+mark(fs[i-1])] = 2
		}
		// The subject before, with less weight the further off it stands.
		weight := .5
		if len([]rune(before))+len([]rune(after)) < 6 {
			weight = .9
		}
		b.inherit(r, fs, i, f.Start-len(before), weight, foreign)
		out = append(out, b)
	}
	shareSubject(out)
	for i := range out {
		parallel(r, out, i)
	}
	return out
}

// leastBehind is how many characters must follow a figure that begins a
// clause to say what it is of.
const leastBehind = 4

// opensClause reports whether text ends where a clause does.
func opensClause(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, " "))
	return last != utf8.RuneError && isClauseEnd(last)
}

// shareSubject gives a figure that has no words of its own before it those of
// the figure before it that counts the same: 50人以上的，补助…；100人以上的，补助….
func shareSubject(all []bond) {
	for i := range all {
		if all[i].own >= 2 {
			continue
		}
		for k := i - 1; k >= 0; k-- {
			if all[k].Unit != all[i].Unit || all[k].Kind != all[i].Kind {
				continue
			}
			for w, weight := range all[k].words {
				if !strings.HasPrefix(w, "#") {
					all[i].words[w] = max(all[i].words[w], weight)
				}
			}
			break
		}
	}
}

// inherit adds the words of the pieces before from in the same sentence.
func (b *bond) inherit(r *reading, fs []quantity.Quantity, i, from int, weight float64, foreign bool) {
	start := strings.LastIndexAny(r.text[:from], "。；;\n") + 1
	rest := r.text[start:from]
	for rest != "" && weight > .1 {
		piece := lastPiece(rest)
		b.add(piece, weight, foreign)
		end := start + len(rest)
		for _, f := range fs[:i] {
			if f.Start >= end-len(piece) && f.End <= end && f.Kind != quantity.Date {
				b.words["#"+mark(f)] = max(b.words["#"+mark(f)], 4*weight)
			}
		}
		rest = rest[:len(rest)-len(piece)]
		rest = strings.TrimRightFunc(rest, isBreak)
		weight /= 2
	}
}

func (b *bond) add(text string, weight float64, foreign bool) {
	folded := fold(text)
	if foreign {
		folded = translate(text)
	}
	for k := range bigrams(folded) {
		b.words[k] = max(b.words[k], weight)
	}
}

// mark names a figure as a neighbour: by its value alone, units aside.
func mark(f quantity.Quantity) string {
	if f.Kind == quantity.Date {
		return f.String()
	}
	return f.Value.RatString()
}

// leadsOn reports whether text leads to the figure behind it.
func leadsOn(text string) bool {
	text = strings.TrimSpace(text)
	for _, w := range []string{"至", "到", "为", "成", "于", "降", "升", "增", "达", "占", "约", "近", "超过", "不超过", "不少于"} {
		if strings.HasSuffix(text, w) {
			return true
		}
	}
	return false
}

func isBreak(r rune) bool { return strings.ContainsRune("，。；：、！？,;:!?\n（）()", r) }

// conjunctions end a piece of a sentence like a mark does.
var conjunctions = []string{"和", "与", "以及", "并且", "并", "及", " and ", "，其中"}

// lastPiece is the end of text behind its last break; firstPiece the start
// before the first one.
func lastPiece(text string) string {
	cut := 0
	if i := strings.LastIndexFunc(text, isBreak); i >= 0 {
		cut = i + len(string([]rune(text[i:])[:1]))
	}
	for _, w := range conjunctions {
		if i := strings.LastIndex(text, w); i >= cut && i+len(w) < len(text) {
			cut = i + len(w)
		}
	}
	if strings.TrimSpace(text[cut:]) == "" {
		// Nothing between the break and the figure: the piece before it.
		if trimmed := strings.TrimRightFunc(text, func(r rune) bool { return isBreak(r) || r == ' ' }); trimmed != "" && trimmed != text {
			return lastPiece(trimmed) + text[len(trimmed):]
		}
	}
	return text[cut:]
}

func firstPiece(text string) string {
	cut := len(text)
	if i := strings.IndexFunc(text, isBreak); i >= 0 {
		cut = i
	}
	for _, w := range conjunctions {
		if i := strings.Index(text[:cut], w); i >= 0 {
			cut = i
		}
	}
	return text[:cut]
}

// parallel binds the figures of a list told in order (甲、乙和丙分别为1、2和3)
// to the items of the list before it.
func parallel(r *reading, all []bond, i int) {
	at := strings.LastIndex(r.text[:all[i].Start], "分别")
	if at < 0 || strings.ContainsAny(r.text[at:all[i].Start], "。；;\n") {
		return
	}
	var list []int // the figures behind 分别 that follow each other in a row
	for k := range all {
		if all[k].Start < at || all[k].Kind == quantity.Date {
			continue
		}
		if n := len(list); n > 0 && len([]rune(r.text[all[list[n-1]].End:all[k].Start])) > 6 {
			break
		}
		list = append(list, k)
	}
	place := slices.Index(list, i)
	start := strings.LastIndexAny(r.text[:at], "。；;，,\n") + 1
	items := splitList(strings.TrimLeft(r.text[start:at], "，, \n"))
	if place < 0 || len(list) < 2 || len(items) < len(list) {
		return
	}
	items = items[len(items)-len(list):]
	longest := 0
	for _, it := range items[:len(items)-1] {
		longest = max(longest, len([]rune(it)))
	}
	last := []rune(items[len(items)-1])
	tail := ""
	if len(last) > longest {
		items[len(items)-1], tail = string(last[:longest]), string(last[longest:])
	}
	words := map[string]float64{}
	b := bond{words: words}
	b.add(items[place], 2, false)
	b.add(tail+r.text[at:all[list[0]].Start], .5, false)
	for k := range maps.Keys(all[i].words) {
		if strings.HasPrefix(k, "#") {
			delete(all[i].words, k)
		}
	}
	all[i].words = words
}

// splitList cuts a list at its marks and conjunctions.
func splitList(text string) []string {
	for _, w := range []string{"以及", "和", "与", "及"} {
		text = strings.ReplaceAll(text, w, "、")
	}
	return slices.DeleteFunc(strings.Split(text, "、"), func(s string) bool { return strings.TrimSpace(s) == "" })
}
