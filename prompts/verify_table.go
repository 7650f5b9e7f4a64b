package prompts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/quantity"
)

// A row of a table stands in a passage as "heading：value，heading：value". What
// a figure of it means are the names of its column and its row, so a claim must
// not tell it of another column or row: neither of the quoted rows nor of
// their neighbours in the passage.

// An entry is a figure of a table with what names it: by dimension, the
// heading of its column, the date in that heading or in its row, and each text
// that its row has under a heading.
type entry struct {
	quantity.Quantity // offsets count in the text of source
	source            int
	quoted            bool
	names             map[string]string // folded; under whenDimension as quantity.Quantity.String has it
	when              quantity.Day
}

const (
	whenDimension   = "when"
	columnDimension = "column"
	// longestRow bounds a line that is read as a row, longestName the names in
	// it, in characters.
	longestRow, longestName = 800, 60
	// mostEntries bounds the figures of one claim's tables.
	mostEntries = 2000
)

var (
	serialHeading = regexp.MustCompile(`^(?:序号|编号|no\.?|#)$`)
	lastBrackets  = regexp.MustCompile(`\([^()]*\)$`)
	anyBrackets   = regexp.MustCompile(`\([^()]*\)`)
)

// entriesOf reads the rows in the passages that a claim cites.
func entriesOf(c Claim, sources []Source) []entry {
	var out []entry
	seen := map[int]bool{}
	for _, cite := range c.Cites {
		if seen[cite.Source] {
			continue
		}
		seen[cite.Source] = true
		s, at := sources[cite.Source-1], 0
		for line := range strings.Lines(s.Text) {
			for _, e := range rowEntries(line) {
				e.Start, e.End, e.source = e.Start+at, e.End+at, cite.Source
				e.quoted = slices.ContainsFunc(c.Cites, func(q Cite) bool {
					return q.Source == e.source && q.Start-s.Start <= e.Start && q.End-s.Start >= e.End
				})
				out = append(out, e)
			}
			if at += len(line); len(out) > mostEntries {
				return nil
			}
		}
	}
	return out
}

// rowEntries are the figures of a line, if it is a row of a table.
func rowEntries(line string) []entry {
	if !strings.Contains(line, "：") || strings.Contains(line, "。") || utf8.RuneCountInString(line) > longestRow {
		return nil
	}
	figures := quantity.Find(line)
	names := map[string]string{}
	var when quantity.Day
	var out []entry
	at := 0
	for i, piece := range strings.Split(strings.TrimRight(line, "\n"), "，") {
		heading, value, named := strings.Cut(piece, "：")
		if !named {
			heading, value = "", piece
		}
		from, to := at+len(piece)-len(value), at+len(piece)
		at = to + len("，")
		if utf8.RuneCountInString(heading) > longestName {
			continue
		}
		head := lastBrackets.ReplaceAllString(fold(heading), "")
		switch q, ok := onlyFigure(figures, line, from, to); {
		case serialHeading.MatchString(head):
		case ok && named:
			e := entry{Quantity: q, names: map[string]string{}}
			e.nameColumn(heading, head)
			out = append(out, e)
		case (named || i == 0) && utf8.RuneCountInString(value) <= longestName:
			names["row "+head] = fold(value)
			if d, ok := onlyDate(value); ok {
				when = d
			}
		}
	}
	if len(names) == 0 && len(out) < 2 {
		return nil
	}
	for i := range out {
		for k, v := range names {
			out[i].names[k] = v
		}
		if out[i].names[whenDimension] == "" && when != (quantity.Day{}) {
			out[i].setWhen(when)
		}
	}
	return out
}

// onlyFigure is the amount that a value consists of, but for words that bound
// it.
func onlyFigure(figures []quantity.Quantity, line string, from, to int) (quantity.Quantity, bool) {
	i := slices.IndexFunc(figures, func(q quantity.Quantity) bool { return q.Start >= from && q.End <= to })
	if i < 0 || figures[i].Kind != quantity.Amount || i+1 < len(figures) && figures[i+1].Start < to {
		return quantity.Quantity{}, false
	}
	q := figures[i]
	return q, utf8.RuneCountInString(line[from:q.Start])+utf8.RuneCountInString(line[q.End:to]) <= 4
}

// onlyDate is the date that a text consists of, but for what is said of it:
// 2025年目标 is none.
func onlyDate(text string) (quantity.Day, bool) {
	figures := quantity.Find(text)
	if len(figures) != 1 || figures[0].Kind != quantity.Date || figures[0].End-figures[0].Start < len(strings.TrimSpace(text)) {
		return quantity.Day{}, false
	}
	return figures[0].Date, true
}

// nameColumn takes the date and the rest of a column's heading for names.
func (e *entry) nameColumn(heading, folded string) {
	figures := quantity.Find(heading)
	dates := slices.DeleteFunc(figures, func(q quantity.Quantity) bool { return q.Kind != quantity.Date || q.Date.Relative })
	if len(dates) == 1 {
		e.setWhen(dates[0].Date)
		heading = heading[:dates[0].Start] + heading[dates[0].End:]
		folded = lastBrackets.ReplaceAllString(fold(heading), "")
	}
	e.names[columnDimension] = folded
}

func (e *entry) setWhen(d quantity.Day) {
	e.when = d
	e.names[whenDimension] = quantity.Quantity{Kind: quantity.Date, Date: d}.String()
}

// checkTable refuses figures of tables that are told of another column or row
// than theirs, and notes those that are told of their own.
func (p *proof) checkTable() (string, string) {
	if len(p.entries) == 0 {
		return "", ""
	}
	t := &tabled{proof: p, claim: han.Fold(p.claim.text)}
	for _, c := range p.claim.figures {
		if c.Kind != quantity.Amount || c.Weak {
			continue
		}
		check, reason := t.check(c)
		if check != "" {
			return check, reason
		}
	}
	return "", ""
}

// A tabled is a claim that tells of tables.
type tabled struct {
	*proof
	claim han.Folded
}

// check finds the entries of figure c and what the claim tells it of.
func (t *tabled) check(c quantity.Quantity) (string, string) {
	var own, all []entry
	for _, e := range t.entries {
		if !t.sameUnit(c, e.Quantity) {
			continue
		}
		all = append(all, e)
		if e.quoted && t.isEntry(c, e) {
			own = append(own, e)
		}
	}
	if len(own) == 0 || len(all) < 2 || t.besideTables(c) {
		return "", ""
	}
	told := map[string]string{} // by dimension
	for _, e := range all {
		for dimension := range e.names {
			if _, known := told[dimension]; !known {
				told[dimension] = t.governing(c, dimension, all)
			}
		}
	}
	rival := ""
	for _, e := range own {
		other := e.contradicts(told)
		if other == "" {
			if t.apart(e, c, all, told) {
				t.settled = append(t.settled, c.Start)
			}
			return "", ""
		}
		rival = other
	}
	return "order", fmt.Sprintf("%q is told of %q; in the table it stands elsewhere", t.proof.claim.text[c.Start:c.End], rival)
}

func (t *tabled) isEntry(c quantity.Quantity, e entry) bool {
	return t.sameFigure(c, e.Quantity, &witness{reading: &reading{text: t.texts[e.source-1]}})
}

// besideTables reports whether a quote tells the figure outside of its tables too.
func (t *tabled) besideTables(c quantity.Quantity) bool {
	for _, w := range t.wits {
		for _, q := range w.figures {
			in := func(e entry) bool { return e.source == w.source && e.Start == w.from+q.Start }
			if q.Kind == c.Kind && t.sameFigure(c, q, w) && !slices.ContainsFunc(t.entries, in) {
				return true
			}
		}
	}
	return false
}

// contradicts is the name that the claim tells a figure of instead of e's own,
// "" when there is none.
func (e entry) contradicts(told map[string]string) string {
	for dimension, name := range told {
		if own := e.names[dimension]; own != "" && name != "" && own != name {
			return name
		}
	}
	return ""
}

// apart reports whether what the claim tells c of sets e apart from every
// other figure that is quoted with it.
func (t *tabled) apart(e entry, c quantity.Quantity, all []entry, told map[string]string) bool {
	for _, o := range all {
		if !o.quoted || t.isEntry(c, o) {
			continue
		}
		differs := false
		for dimension, name := range told {
			differs = differs || name != "" && name == e.names[dimension] && o.names[dimension] != name
		}
		if !differs {
			return false
		}
	}
	return true
}

// settles reports whether the figure or date of the claim has been found to be
// told of its own column and row.
func (p *proof) settles(c quantity.Quantity) bool {
	if c.Kind == quantity.Date {
		return p.tabular()
	}
	return slices.Contains(p.settled, c.Start)
}

// tabular reports whether all figures of the claim are settled, so that what it
// says is held by the names of columns and rows and not by a quote's wording.
func (p *proof) tabular() bool {
	for _, c := range p.claim.figures {
		if c.Kind == quantity.Amount && !c.Weak && !quantity.Labels(c.Unit) && !slices.Contains(p.settled, c.Start) {
			return false
		}
	}
	return len(p.settled) > 0
}
