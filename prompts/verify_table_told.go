package prompts

import (
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// A mention is a name of a column or row in the claim, as runes of it.
type mention struct {
	from, to int
	name     string
}

// governing is the name along a dimension that the claim tells figure c of, ""
// when it does not tell, or when all entries have the same one.
func (t *tabled) governing(c quantity.Quantity, dimension string, all []entry) string {
	var names []string
	days := map[string]quantity.Day{}
	for _, e := range all {
		if n := e.names[dimension]; n != "" && !slices.Contains(names, n) {
			names = append(names, n)
			days[n] = e.when
		}
	}
	if len(names) < 2 {
		return ""
	}
	var ms []mention
	if dimension == whenDimension {
		ms = t.dates(days)
	} else {
		ms = t.mentions(names)
	}
	return t.governor(c, ms)
}

// dates are the dates of the claim that are those of columns or rows.
func (t *tabled) dates(of map[string]quantity.Day) []mention {
	var out []mention
	for _, f := range t.proof.claim.figures {
		if f.Kind != quantity.Date {
			continue
		}
		name := ""
		for n, d := range of {
			if !isDay(f.Date, d) {
				continue
			}
			if name != "" { // two of them: it tells neither
				name = ""
				break
			}
			name = n
		}
		if name != "" {
			from, to := runes(t.claim, f.Start, f.End)
			out = append(out, mention{from, to, name})
		}
	}
	return out
}

// isDay reports whether the date c of a claim is that of a heading: the end of
// a year is the year.
func isDay(c, heading quantity.Day) bool {
	if c.Relative || c.Year != heading.Year || c.Day != heading.Day && c.Day > 0 {
		return false
	}
	month := c.Month == heading.Month || heading.Month == 0 && c.Month == 12
	part := c.Part == heading.Part || heading.Part == "" && (c.Part == "底" || c.Part == "末")
	return month && part
}

// mentions finds names in the claim; a longer one covers those within it.
func (t *tabled) mentions(names []string) []mention {
	var out []mention
	put := func(piece []rune, name string) bool {
		found := false
		for i := 0; len(piece) > 0 && i+len(piece) <= len(t.claim.Runes); i++ {
			if !slices.Equal(t.claim.Runes[i:i+len(piece)], piece) {
				continue
			}
			found = true
			m := mention{i, i + len(piece), name}
			if !slices.ContainsFunc(out, func(o mention) bool { return m.from < o.to && o.from < m.to }) {
				out = append(out, m)
			}
		}
		return found
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	var missing []string
	for _, n := range names {
		plain := lastBrackets.ReplaceAllString(n, "")
		if !put([]rune(n), n) && !put([]rune(plain), n) && !put([]rune(anyBrackets.ReplaceAllString(n, "")), n) {
			missing = append(missing, n)
		}
	}
	for _, n := range missing {
		if piece := t.part(n, names); piece != nil {
			put(piece, n)
		}
	}
	slices.SortFunc(out, func(a, b mention) int { return a.from - b.from })
	return out
}

// part is the piece of a name by which the claim calls it: most of it, or what
// it does not share with the other names at its ends.
func (t *tabled) part(name string, names []string) []rune {
	rs := []rune(name)
	alone := func(piece []rune) bool {
		return !slices.ContainsFunc(names, func(o string) bool { return o != name && strings.Contains(o, string(piece)) })
	}
	if _, in, n := longestCommon(t.claim.Runes, rs); n >= 2 && n*5 >= len(rs)*3 && alone(rs[in:in+n]) {
		return rs[in : in+n]
	}
	before, after := len(rs), len(rs)
	for _, o := range names {
		if o == name {
			continue
		}
		other := []rune(o)
		i := 0
		for i < min(len(rs), len(other)) && rs[i] == other[i] {
			i++
		}
		k := 0
		for k < min(len(rs), len(other))-i && rs[len(rs)-1-k] == other[len(other)-1-k] {
			k++
		}
		before, after = min(before, i), min(after, k)
	}
	if piece := rs[before:max(before, len(rs)-after)]; len(piece) >= 2 && alone(piece) {
		return piece
	}
	return nil
}

// governor is the mention that figure c belongs to: the one in brackets behind
// it; in a list told in order (分别) the one in its place; else the last before
// it; else the first behind it.
func (t *tabled) governor(c quantity.Quantity, ms []mention) string {
	from, to := runes(t.claim, c.Start, c.End)
	if m, ok := t.bracketed(to, ms); ok {
		return m.name
	}
	start := t.sentence(from)
	if name, ok := t.inOrder(from, start, ms); ok {
		return name
	}
	name, behind := "", ""
	for i, m := range ms {
		switch {
		case m.from >= to:
			if behind == "" && !t.figureBetween(to, m.from) && t.sentence(m.from) == start {
				behind = m.name
			}
		case t.ofFigureBefore(m) || t.compared(i, ms, from):
		default:
			name = m.name
		}
	}
	if name == "" {
		return behind
	}
	return name
}

// sentence is where the sentence of rune i begins.
func (t *tabled) sentence(i int) int {
	for i > 0 && !strings.ContainsRune("。;!?\n", t.claim.Runes[i-1]) {
		i--
	}
	return i
}

// bracketed is the mention right behind rune at, in brackets: 5亿元（2020年）, or
// in English 5 in 2020.
func (t *tabled) bracketed(at int, ms []mention) (mention, bool) {
	for _, m := range ms {
		if m.from <= at {
			continue
		}
		between := string(t.claim.Runes[at:m.from])
		return m, between == "(" || t.foreign && (between == "in" || between == "by" || between == "for")
	}
	return mention{}, false
}

// ofFigureBefore reports whether a mention stands in brackets behind another
// figure, of which it tells.
func (t *tabled) ofFigureBefore(m mention) bool {
	return slices.ContainsFunc(t.proof.claim.figures, func(f quantity.Quantity) bool {
		_, to := runes(t.claim, f.Start, f.End)
		b, ok := t.bracketed(to, []mention{m})
		return f.Kind == quantity.Amount && ok && b == m
	})
}

// compared reports whether mention i only says what a figure is held against
// (较2020年提高到): one stands before it, and it does not lead to the figure.
func (t *tabled) compared(i int, ms []mention, from int) bool {
	m := ms[i]
	if i == 0 || m.from == 0 || !strings.ContainsRune("比较", t.claim.Runes[m.from-1]) || t.figureBetween(m.to, from) {
		return false
	}
	return !strings.HasPrefix(string(t.claim.Runes[m.to:from]), "的") || from-m.to > 4
}

func (t *tabled) figureBetween(from, to int) bool {
	return slices.ContainsFunc(t.proof.claim.figures, func(f quantity.Quantity) bool {
		a, b := runes(t.claim, f.Start, f.End)
		return f.Kind == quantity.Amount && a >= from && b <= to
	})
}

// inOrder is the mention in the place of the figure at rune from in a list that
// is told in order: 2020年、2025年分别为5亿元、8亿元. ok is false where there is no
// such list, or its lengths differ.
func (t *tabled) inOrder(from, start int, ms []mention) (string, bool) {
	respectively := strings.LastIndex(string(t.claim.Runes[start:from]), "分别")
	if respectively < 0 {
		return "", false
	}
	at := start + utf8.RuneCountInString(string(t.claim.Runes[start:from])[:respectively])
	place, list, last := -1, 0, at
	for _, f := range t.proof.claim.figures {
		a, b := runes(t.claim, f.Start, f.End)
		if f.Kind != quantity.Amount || a < at {
			continue
		}
		if list > 0 && a-last > 8 {
			break
		}
		if a == from {
			place = list
		}
		list, last = list+1, b
	}
	var before []string
	for _, m := range ms {
		if m.from >= start && m.to <= at {
			before = append(before, m.name)
		}
	}
	switch {
	case place < 0 || len(before) == 0:
		return "", false
	case len(before) == 1:
		return before[0], true
	case len(before) == list:
		return before[place], true
	}
	return "", len(before)%max(list, 1) != 0
}
