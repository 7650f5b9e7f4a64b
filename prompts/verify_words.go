package prompts

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

//go:embed data/synonyms.txt
var synonymTable string

//go:embed data/common.txt
var commonTable string

//go:embed data/contrast.txt
var contrastTable string

//go:embed data/strict.txt
var strictTable string

// A lexicon is the tables of words, folded.
type lexicon struct {
	groups   map[string][][]string // a word's groups of synonyms
	common   map[string]bool
	longest  int          // of a word of common or groups, in runes
	contrast [][][]string // lines of groups of words
	local    [][][]string // contrast, and those that count place by place only
	strict   [][]string
}

var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{groups: map[string][][]string{}, common: map[string]bool{}}
	add := func(w string) { l.longest = max(l.longest, len([]rune(w))) }
	for _, g := range tableLines(synonymTable) {
		for _, w := range g {
			l.groups[w] = append(l.groups[w], g)
			add(w)
		}
	}
	for _, ws := range tableLines(commonTable) {
		for _, w := range ws {
			l.common[w] = true
			add(w)
		}
	}
	for _, section := range []string{"ban", "not", "harmless"} { // compared by themselves
		for _, w := range negationWords()[section] {
			if utf8.RuneCountInString(w) > 1 {
				l.common[w] = true
				add(w)
			}
		}
	}
	for _, line := range tableLines(contrastTable) {
		var sides [][]string
		for part := range strings.SplitSeq(strings.Join(line, " "), "|") {
			sides = append(sides, strings.Fields(part))
		}
		if sides[0][0] == "@" {
			sides[0] = sides[0][1:]
		} else {
			l.contrast = append(l.contrast, sides)
		}
		l.local = append(l.local, sides)
	}
	l.strict = tableLines(strictTable)
	return l
})

// known is the length of the word at rs that is common, or stands for
// something in quote; 0 if there is none.
func (l *lexicon) known(rs []rune, quote string) int {
	for n := min(l.longest, len(rs)); n > 0; n-- {
		w := string(rs[:n])
		if l.common[w] {
			return n
		}
		for _, g := range l.groups[w] {
			if hasAny(quote, g) != "" {
				return n
			}
		}
	}
	return 0
}

func tableLines(data string) [][]string {
	var out [][]string
	for line := range strings.Lines(data) {
		if f := strings.Fields(han.Simplify(strings.ToLower(line))); len(f) > 0 && f[0] != "#" {
			out = append(out, f)
		}
	}
	return out
}

// The least share of a claim's characters that must be borne out, and the
// share of its content that must stand in the quotes themselves. Measured on
// hand-written retellings and on sentences told about themselves.
const (
	leastBorne  = .70
	leastQuoted = .22
	fewest      = 3 // characters of content to speak of shares
)

// checkWords looks whether what the claim says in words stands in its quotes,
// or near and above them for who and when.
func (p *proof) checkWords() (string, string) {
	if p.foreign {
		return "", ""
	}
	var quote, evidence strings.Builder
	for _, w := range p.wits {
		quote.WriteString(w.folded + "\n")
		evidence.WriteString(w.folded + "\n" + w.near.folded + "\n" + w.about.folded + "\n")
	}
	if check, reason := p.checkContrast(quote.String()); check != "" {
		return check, reason
	}
	c := p.cover(quote.String(), evidence.String())
	if c.novel == "" {
		c.novel = p.unknown(p.maskedText(), quote.String(), p.evidence(), 3)
	}
	switch {
	case c.novel != "":
		p.doubt = Verdict{Check: "content", Reason: fmt.Sprintf("%q stands nowhere near the quotes", c.novel)}
	case c.borne < leastBorne:
		p.doubt = Verdict{Check: "content", Reason: fmt.Sprintf("only %.0f%% of the claim's words stand in its quotes and headings", 100*c.borne)}
	case c.quoted < leastQuoted:
		p.doubt = Verdict{Check: "content", Reason: fmt.Sprintf("only %.0f%% of the claim's words stand in its quotes", 100*c.quoted)}
	}
	return "", ""
}

// functionWords are the words of one character that carry no content alone.
const functionWords = particles + "要须应需可能会已曾仍再最很更较多余约近每各某该此这那其它又就则若如当用按据因为并而但且之所者过着给让使令"

// A coverage is how much of a claim its evidence bears out.
type coverage struct {
	borne, quoted float64
	novel         string // a word that stands nowhere
}

// cover marks each character of the claim by what bears it out.
func (p *proof) cover(quote, evidence string) coverage {
	rs := []rune(p.claim.folded)
	inQuote, inAll := bigrams(quote), bigrams(evidence)
	const (
		none = iota
		common
		alone // the character stands in the evidence, not its pair
		above
		quoted
		aside // figures, places, punctuation: other checks
	)
	marks := make([]int, len(rs))
	raise := func(i, m int) { marks[i] = max(marks[i], m) }
	for i, r := range rs {
		if !unicode.IsLetter(r) {
			marks[i] = aside
			continue
		}
		if strings.ContainsRune(evidence, r) {
			raise(i, alone)
		}
		if i+1 < len(rs) {
			pair := string(rs[i : i+2])
			if inQuote[pair] {
				raise(i, quoted)
				raise(i+1, quoted)
			} else if inAll[pair] {
				raise(i, above)
				raise(i+1, above)
			}
		}
	}
	l := words()
	for i := range rs {
		for n := min(l.longest, len(rs)-i); n > 0; n-- {
			w := string(rs[i : i+n])
			m := none
			if l.common[w] && (n > 1 || strings.Contains(functionWords, w)) {
				m = common
			}
			for _, g := range l.groups[w] {
				if slices.ContainsFunc(g, func(s string) bool { return strings.Contains(quote, s) }) {
					m = quoted
				} else if m < above && slices.ContainsFunc(g, func(s string) bool { return strings.Contains(evidence, s) }) {
					m = above
				}
			}
			for k := i; m > none && k < i+n; k++ {
				if marks[k] == alone && m == common {
					marks[k] = common
				}
				raise(k, m)
			}
		}
	}
	p.maskFigures(rs, marks, aside)
	return sum(rs, marks, none, common, alone, above, quoted, aside)
}

// maskedText is the claim, folded, without its places: they are checked by
// themselves.
func (p *proof) maskedText() string {
	text := p.claim.text
	for _, m := range slices.Backward(p.claim.places) {
		if !m.Within {
			text = text[:m.Start] + " | " + text[m.End:]
		}
	}
	return han.Fold(text).String()
}

// maskFigures sets aside figures and places: other checks look at them.
func (p *proof) maskFigures(rs []rune, marks []int, aside int) {
	f := han.Fold(p.claim.text)
	mask := func(start, end int) {
		for i := range rs {
			if f.Offset[i] >= start && f.Offset[i] < end {
				marks[i] = aside
			}
		}
	}
	for _, q := range p.claim.figures {
		mask(q.Start, q.End)
	}
	for _, m := range p.claim.places {
		if !m.Within {
			mask(m.Start, m.End)
		}
	}
}

// sum counts the marks: characters that only common words bear out do not
// count at all, lone characters count half.
func sum(rs []rune, marks []int, none, common, alone, above, quoted, aside int) coverage {
	var all, borne, inQuote float64
	var c coverage
	for i := 0; i < len(rs); i++ {
		switch marks[i] {
		case quoted:
			all, borne, inQuote = all+1, borne+1, inQuote+1
		case above:
			all, borne = all+1, borne+1
		case alone:
			all, borne = all+1, borne+.5
		case none:
			all++
		}
	}
	c.novel = novel(rs, marks, none, alone)
	if all < fewest { // figures and places alone: the other checks have compared them
		c.borne, c.quoted = 1, 1
		return c
	}
	c.borne, c.quoted = borne/all, inQuote/all
	return c
}

// novel is the first word that nothing bears out: two characters in a run
// that stand nowhere, or four whose pairs stand nowhere.
func novel(rs []rune, marks []int, none, alone int) string {
	for i := 0; i < len(rs); i++ {
		j, unknown := i, 0
		for j < len(rs) && (marks[j] == none || marks[j] == alone) {
			if marks[j] == none {
				unknown++
			}
			j++
		}
		if unknown >= 2 || j-i >= 4 {
			return string(rs[i:j])
		}
		i = max(i, j-1)
	}
	return ""
}

// checkContrast finds words of the claim that exclude what the quote says in
// their place, and words that say more than it: all, only, the largest.
func (p *proof) checkContrast(quote string) (string, string) {
	claim := p.claim.folded
	if said, found := opposite(claim, quote, words().contrast); said != "" {
		return "actor", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
	}
	has := hasAny
	claim = strings.NewReplacer("第一季", "一季", "第一条", "一条", "第一项", "一项").Replace(claim)
	if what := widened(claim, quote); what != "" {
		return "content", fmt.Sprintf("the quote does not say %s", what)
	}
	for _, group := range words().strict {
		long := slices.DeleteFunc(slices.Clone(group), func(w string) bool { return utf8.RuneCountInString(w) == 1 }) // 全 stands in 健全
		if said := has(claim, group); said != "" && !saysAsMuch(said, quote) && len([]rune(said)) > 1 && !slices.ContainsFunc(p.wits, func(w *witness) bool { return has(w.about.folded, long) != "" }) {
			return "content", fmt.Sprintf("the quote does not say %s", said)
		}
	}
	if only := strings.NewReplacer("不仅", "").Replace(claim); strings.Contains(only, "仅") && !saysAsMuch("仅", quote) {
		return "content", "the quote does not say 仅"
	}
	if what, ok := p.oneOfSeveral(quote); ok {
		return "content", fmt.Sprintf("the quote says %s之一", what)
	}
	return "", ""
}

// saysAsMuch reports whether quote has a word of a group that said is in.
func saysAsMuch(said, quote string) bool {
	return slices.ContainsFunc(words().strict, func(g []string) bool { return slices.Contains(g, said) && hasAny(quote, g) != "" })
}

// widened finds 所有 before what the quote tells only of some: 所有企业 of
// 小微企业均可.
func widened(claim, quote string) string {
	for _, all := range []string{"所有", "全部", "任何", "一切"} {
		_, behind, ok := strings.Cut(claim, all)
		what := firstRunes(behind, 2)
		if !ok || hasAny(quote, []string{"所有", "全部", "任何", "一切", "全体", "各", "每", "凡"}) != "" || !strings.Contains(quote, what) {
			continue
		}
		free := false
		for from := 0; ; {
			i := strings.Index(quote[from:], what)
			if i < 0 {
				break
			}
			from += i
			last, _ := utf8.DecodeLastRuneInString(quote[:from])
			free = free || from == 0 || !han.IsHan(last) || strings.ContainsRune("对向为给使让由和与及", last)
			from += len(what)
		}
		if !free {
			return all + what
		}
	}
	return ""
}

// oneOfSeveral finds what the quote says to be one of the most, and the claim to
// be the most.
func (p *proof) oneOfSeveral(quote string) (string, bool) {
	before, _, ok := strings.Cut(quote, "之一")
	what := lastRunes(before, 2)
	claim := p.claim.folded
	said := strings.Contains(claim, "最") || strings.Contains(claim, "第一")
	return what, ok && said && strings.Contains(claim, what) && !strings.Contains(claim, "之一") && !strings.Contains(claim, "其中")
}

// hasAny is the first of words that stands in text, empty if none does.
func hasAny(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// token is a word in letters and figures that names a thing: 5G, N95, CZ380,
// R&D, 1000mg.
var token = regexp.MustCompile(`[A-Za-z0-9]*(?:[A-Za-z]+[0-9]+|[0-9]+[A-Za-z]+|[A-Z]{2,})[A-Za-z0-9]*`)

// checkTokens looks for the names of letters and figures in the claim; they
// may come from near the quote and above it. English telling is full of
// abbreviations of its own, so there only those with figures count.
func (p *proof) checkTokens() (string, string) {
	for _, t := range token.FindAllString(han.Squash(spaced(p.claim.text)).String(), -1) {
		if p.foreign && strings.Trim(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" || ordinalToken.MatchString(t) {
			continue
		}
		t = strings.ToLower(t)
		letters := strings.Trim(t, "0123456789")
		figures := strings.ContainsAny(t, "0123456789")
		if !slices.ContainsFunc(p.wits, func(w *witness) bool {
			// One that the quote has with another figure is not looked for further off.
			if !figures && strings.Contains(w.folded, t) { // GB in GB 2626, which folds to gb2626
				return true
			}
			return hasToken(w.folded, t) || hasToken(w.about.folded, t) || hasToken(w.near.folded, t) && (!figures || !strings.Contains(w.folded, letters))
		}) && words().groups[t] == nil {
			return "figure", fmt.Sprintf("%q does not stand in the quotes", t)
		}
	}
	return "", ""
}

var ordinalToken = regexp.MustCompile(`^[0-9]+(st|nd|rd|th|bn|mn|tn)$`)

// spaced puts marks for white space, which folding drops: words must not run
// together.
func spaced(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return '|'
		}
		return r
	}, text)
}

// hasToken reports whether t stands in text with no letter or figure beside it.
func hasToken(text, t string) bool {
	beside := func(s string, last bool) bool {
		if s == "" {
			return false
		}
		b := s[0]
		if last {
			b = s[len(s)-1]
		}
		return b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], t)
		if i < 0 {
			return false
		}
		i += from
		if !beside(text[:i], true) && !beside(text[i+len(t):], false) {
			return true
		}
		from = i + 1
	}
}
