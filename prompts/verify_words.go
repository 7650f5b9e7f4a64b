package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"policybot/internal/han"
)

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
	return fold(text)
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
