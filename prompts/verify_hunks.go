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

// A hunk is a piece of the claim, runes [i, j), that does not stand in the
// quote, with what the quote has between the same neighbours, runes [x, y).
type hunk struct {
	i, j, x, y int
	told       string
	stands     string
}

// hunks are the pieces of the claim that differ, place names aside: places are
// checked by themselves.
func (p *proof) hunks(a *alignment) []hunk {
	var out []hunk
	for i := 0; i < len(a.to); i++ {
		if a.to[i] >= 0 {
			continue
		}
		j := i
		for j < len(a.to) && a.to[j] < 0 {
			j++
		}
		if x, y, ok := a.region(i, j); ok {
			from := p.behindPlace(a, i, j)
			h := hunk{i: from, j: j, x: x, y: y}
			if i == 0 { // before the first common piece: as much as the claim has
				h.x = max(x, y-(j-from)-1)
			}
			h.told, h.stands = trimBreaks(a.claim.Runes[from:j]), trimBreaks(a.quote.Runes[h.x:y])
			if i == 0 || j == len(a.to) {
				h.stands = nearPart(h.stands, i == 0)
				if i == 0 && y > 0 && isBreak(a.quote.Runes[y-1]) || j == len(a.to) && x < len(a.quote.Runes) && isBreak(a.quote.Runes[x]) {
					h.stands = ""
				}
			}
			out = append(out, h)
		}
		i = j
	}
	return out
}

func trimBreaks(rs []rune) string { return strings.TrimFunc(string(rs), isBreak) }

// nearPart is the part of text in the clause next to a common piece: the last
// clause before one, the first behind one.
func nearPart(text string, before bool) string {
	if before {
		return behindLast(text, isBreak)
	}
	if i := strings.IndexFunc(text, isBreak); i >= 0 {
		return text[:i]
	}
	return text
}

// behindPlace is where the hunk [i, j) goes on behind the place names in it.
func (p *proof) behindPlace(a *alignment, i, j int) int {
	for _, m := range p.claim.places {
		if x, y := runes(a.claim, m.Start, m.End); !m.Within && x < j && y > i {
			i = min(y, j)
		}
	}
	return i
}

// hunksInPlace looks at every piece of a claim's wording that is not the
// quote's: opposites, respelled words, other names, and things that nothing
// near the quote speaks of.
func (p *proof) hunksInPlace(w *witness) (string, string) {
	a := w.aligned
	if said, found := a.antonyms(shortest); said != "" {
		return "content", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
	}
	if told, stands := p.placesInPlace(a); told != "" {
		return "place", fmt.Sprintf("the claim says %q where the quote says %q", told, stands)
	}
	for _, h := range p.hunks(a) {
		told := string(a.claim.Runes[max(0, h.i-2):min(len(a.to), h.j+2)])
		stands := string(a.quote.Runes[max(0, h.x-2):min(len(a.quote.Runes), h.y+2)])
		if h.j > h.i {
			if said, found := opposite(told, stands, words().local); said != "" {
				return "content", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
			}
		}
		if h.i == 0 && h.j == 1 && h.y-h.x == 2 { // 骑行 for 步行 as the first word
			h.x++
		}
		if h.j-h.i == 1 && h.y-h.x == 1 && p.respelled(a, h.i, h.x, w) {
			return "actor", fmt.Sprintf("the claim says %q where the quote says %q", told, stands)
		}
		if lone := h.j-h.i == 1 && strings.ContainsRune("不未无没", a.claim.Runes[h.i]); !lone && h.y-h.x == 1 && h.i > 0 && h.x > 0 && a.to[h.i-1] == h.x-1 && !words().common[h.stands] {
			// 农发行 told as 农业银行: with the character they share
			h.i, h.x = h.i-1, h.x-1
			h.stands = string(a.quote.Runes[h.x:h.y])
		}
		h.told = w.withoutWords(h.i, h.j)
		first := !slices.ContainsFunc(a.to[:h.i], func(q int) bool { return q >= 0 })
		if first || h.j == len(a.to) { // a clause before or behind what is retold stands for nothing in it
			part := nearPart(h.told, first)
			if name := p.unknown(strings.Replace(h.told, part, " ", 1), w.folded, p.evidence(), 2); part != h.told && name != "" {
				return "content", fmt.Sprintf("%q stands nowhere near the quotes", name)
			}
			h.told = part
			if first && words().common[h.stands] { // what the claim begins with is said of 确保, and instead of no name
				h.stands = ""
			}
		}
		if first && w.speaks(p.claim.folded) {
			continue
		}
		if name := p.replaced(h.told, h.stands, w); name != "" {
			return "actor", fmt.Sprintf("the claim says %q where the quote says %q", name, h.stands)
		}
		if name := p.unknown(h.told, w.folded, p.evidence(), 2); h.stands == "" && name != "" {
			return "content", fmt.Sprintf("%q stands nowhere near the quotes", name)
		}
	}
	return "", ""
}

// speaks reports whether text begins with one whom the heading or the text near
// the quote names, and says what that one says: 商务部要求.
func (w *witness) speaks(text string) bool {
	who, rest := subjectOf(text)
	verb, _ := behindSaying(rest)
	return verb != "" && who != "" && (strings.Contains(w.about.folded, who) || strings.Contains(w.near.folded, who))
}

// divisions end the names of places.
const divisions = "省市县区镇乡村州盟旗"

// placesInPlace finds a place of the claim that stands where the quote has
// another, or the name of another division.
func (p *proof) placesInPlace(a *alignment) (told, stands string) {
	for _, m := range p.claim.places {
		i, j := runes(a.claim, m.Start, m.End)
		if m.Within || i >= j || slices.ContainsFunc(a.to[i:j], func(q int) bool { return q >= 0 }) {
			continue
		}
		x, y, ok := a.region(i, j)
		if !ok || i == 0 || j == len(a.to) || a.to[i-1] < 0 || a.to[j] < 0 {
			continue
		}
		here := string(a.quote.Runes[x:y])
		last, _ := utf8.DecodeLastRuneInString(here)
		end := a.claim.Runes[j-1]
		division := last == end && strings.ContainsRune(divisions, end) && utf8.RuneCountInString(here) > 2
		if others := places.Find(here); (len(others) > 0 && !meets(others[0].Places, m.Places) || division) && hasAny(here, pointers) == "" {
			return p.claim.text[m.Start:m.End], here
		}
	}
	return "", ""
}

// withoutWords is the claim's text between two runes, blanks for the longer
// words that are common or stand for something in the quote; such a word may
// begin or end outside: 直接送达 for 直达 has its 直 and 达 in the quote.
func (w *witness) withoutWords(from, to int) string {
	rs := w.aligned.claim.Runes
	out := slices.Clone(rs[from:to])
	l := words()
	for i := max(0, from-l.longest); i < to; i++ {
		n := l.known(rs[i:], w.folded)
		for k := max(i, from); n > 1 && k < min(i+n, to); k++ {
			out[k-from] = ' '
		}
	}
	return strings.TrimFunc(string(out), isBreak)
}

// antonymPairs are words of one character that turn what they are said of.
var antonymPairs = strings.Fields("高低 大小 多少 长短 快慢 增减 升降 强弱 优劣 新旧 好坏 好差 优差 前后 上下 内外 左右 先后 早晚 开关 买卖 松紧 宽窄 难易 轻重 远近 盈亏 涨跌 正负 公私 单双")

func antonym(a, b rune) bool {
	return slices.ContainsFunc(antonymPairs, func(pair string) bool { return pair == string([]rune{a, b}) || pair == string([]rune{b, a}) })
}

// antonyms finds a piece of at least so many characters that claim and quote
// have in common and that goes on, or begins, with opposite characters.
func (a *alignment) antonyms(least int) (string, string) {
	c, q := a.claim.Runes, a.quote.Runes
	for i, at := range a.to {
		if at < 0 || a.piece(i) < least {
			continue
		}
		if i+1 < len(c) && a.to[i+1] < 0 && at+1 < len(q) && antonym(c[i+1], q[at+1]) {
			return string(c[i+1]), string(q[at+1])
		}
		if i > 0 && a.to[i-1] < 0 && at > 0 && antonym(c[i-1], q[at-1]) {
			return string(c[i-1]), string(q[at-1])
		}
	}
	return "", ""
}

// piece is the length of the common piece that the claim's rune i is in.
func (a *alignment) piece(i int) int {
	from, to := i, i+1
	for from > 0 && a.to[from-1] >= 0 && a.to[from-1]+1 == a.to[from] {
		from--
	}
	for to < len(a.to) && a.to[to] == a.to[to-1]+1 {
		to++
	}
	return to - from
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

// replaced is the name that the claim puts where the quote has another: a word
// that the quote does not know, is none of the common ones, and stands for
// nothing in it. A name may stand for 该公司 or 其.
func (p *proof) replaced(told, stands string, w *witness) string {
	if here := places.Find(told); len(here) > 0 {
		// Places are checked by themselves, but not those in other names: 滨江新区.
		if there := places.Find(stands); len(there) > 0 && !meets(here[0].Places, there[0].Places) && !strings.Contains(p.claim.folded, stands) {
			return told
		}
		return ""
	}
	if len(quantity.Find(told)) > 0 {
		return ""
	}
	if stands == "" || utf8.RuneCountInString(stands) > 8 || hasAny(stands, pointers) != "" || hasAny(told, pointers) != "" || strings.Contains(p.claim.folded, stands) {
		return ""
	}
	if strings.ContainsFunc(stands, func(r rune) bool { return !han.IsHan(r) }) {
		return ""
	}
	if strings.Trim(stands, particles+"得能可因须应不未") == "" || utf8.RuneCountInString(stands) == 1 && words().common[stands] {
		return ""
	}
	name := p.unknown(told, stands, bigrams(w.folded), 2)
	if turned(name, stands) {
		return ""
	}
	return name
}

// turned reports whether a word of two characters has one of them in common
// with stands that is not the last of both: 查明 for 核查 tells the same, 学院 for
// 医院 does not.
func turned(name, stands string) bool {
	rs, other := []rune(name), []rune(stands)
	if len(rs) != 2 || len(other) < 2 {
		return false
	}
	if strings.ContainsRune(complements, rs[1]) && strings.ContainsRune(stands, rs[0]) {
		return true // 建起 for 建立
	}
	last := other[len(other)-1]
	if len(other) > 4 {
		return rs[0] == last
	}
	return rs[0] == last || strings.ContainsRune(string(other[:len(other)-1]), rs[1])
}

// complements stand behind a verb and say how it came out.
const complements = "起成好出到完得下入"

// unknown is the first run of at least so many Chinese characters in text that is
// no common word, stands for nothing in the quote, and has no pair in evidence.
func (p *proof) unknown(text, quote string, evidence map[string]bool, least int) string {
	for _, f := range quantity.Find(text) { // checked by themselves
		text = text[:f.Start] + strings.Repeat(" ", f.End-f.Start) + text[f.End:]
	}
	rs := []rune(text)
	l := words()
	run := 0
	for i := 0; i < len(rs); {
		n := l.known(rs[i:], quote)
		if n == 1 && (!strings.ContainsRune(particles, rs[i]) || run > 0 && strings.ContainsRune("前后中内时对等以向", rs[i])) {
			n = 0 // 前 of 学前 is no word by itself
		}
		if n == 0 && i+1 < len(rs) && evidence[string(rs[i:i+2])] {
			n = 2
		}
		if n == 0 && i > 0 && run == 0 && evidence[string(rs[i-1:i+1])] {
			n = 1 // 医 of 名中医, where 名中 was a pair
		}
		if n == 0 && han.IsHan(rs[i]) {
			if run++; run >= least && saysSomething(rs[i+1-run:i+1]) {
				return string(rs[i+1-run : i+1])
			}
			i++
			continue
		}
		run = 0
		i += max(n, 1)
	}
	return ""
}

// saysSomething reports whether at least half of the characters are no function
// words.
func saysSomething(rs []rune) bool {
	n := 0
	for _, r := range rs {
		if !strings.ContainsRune(functionWords+"不未无没", r) && !words().common[string(r)] { // negations are compared by themselves
			n++
		}
	}
	return n*2 >= len(rs)
}

// evidence is the pairs of characters in the quotes, near them and above them.
func (p *proof) evidence() map[string]bool {
	if p.pairs == nil {
		p.pairs = map[string]bool{}
		for _, w := range p.wits {
			for _, r := range []*reading{w.reading, w.near, w.about} {
				for k := range bigrams(r.folded) {
					p.pairs[k] = true
				}
			}
		}
	}
	return p.pairs
}

// particles are the words of one character that stand beside a name and are
// no part of one.
const particles = "的了在是和与及由对为将要把被等从向至到以也都共中内后前时"

// pointers stand in a text for what was named before.
var pointers = []string{"该", "本", "此", "其", "我", "上述", "这", "那", "前述", "全", "各", "他", "她", "它"}
