package prompts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"policybot/internal/quantity"
	"policybot/retrieval"
)

// A day is a date with its years as far as the text and the document tell;
// several where 12月 of a January document can be either.
type day struct {
	quantity.Day
	years []int
	bound quantity.Bound
	at    int // where the date begins in its text, and where it ends
	end   int
}

// published is the document's date: zero parts where unknown.
func published(doc *retrieval.Document) quantity.Day {
	var d quantity.Day
	if doc == nil {
		return d
	}
	for i, part := range strings.SplitN(doc.Meta.Date.Value, "-", 3) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return d
		}
		*[]*int{&d.Year, &d.Month, &d.Day}[i] = n
	}
	return d
}

// days are the dates in figures, resolved: 今年 against the document's date, a
// day without a year against the date before it in the text, then against
// fallback years, then against the document's date.
func days(figures []quantity.Quantity, doc quantity.Day, fallback int) []day {
	var out []day
	last := quantity.Day{}
	for _, f := range figures {
		if f.Kind != quantity.Date {
			continue
		}
		d := day{Day: f.Date, bound: f.Bound, at: f.Start, end: f.End}
		switch {
		case d.MonthRelative:
			base := last
			if base.Month == 0 {
				base = doc
			}
			if base.Month > 0 && base.Year > 0 {
				m := base.Year*12 + base.Month - 1 + d.Shift
				d.Year, d.Month = m/12, m%12+1
			}
		case d.Relative && doc.Year > 0:
			d.Year = doc.Year + d.Shift
		}
		if d.Day.Day > 0 && d.Month == 0 && last.Month > 0 {
			d.Month = last.Month
		}
		switch {
		case d.Year > 0:
			d.years = []int{d.Year}
		case last.Year > 0:
			d.years = []int{last.Year}
		case fallback > 0:
			d.years = []int{fallback}
		case doc.Year > 0:
			d.years = []int{doc.Year}
			if doc.Month > 0 && d.Month > doc.Month+6 {
				d.years = append(d.years, doc.Year-1)
			}
		}
		if d.Year > 0 {
			last.Year = d.Year
		}
		if d.Month > 0 {
			last.Month = d.Month
		}
		out = append(out, d)
	}
	return out
}

// lately gives a day of the month alone, 29日, the month that a report of doc's
// date means by it: the last such day.
func (d day) lately(doc quantity.Day) day {
	if d.Month > 0 || d.Day.Day == 0 || doc.Day == 0 {
		return d
	}
	d.Month, d.years = doc.Month, []int{doc.Year}
	if d.Day.Day > doc.Day {
		d.Month--
	}
	if d.Month == 0 {
		d.Month, d.years = 12, []int{doc.Year - 1}
	}
	return d
}

// tells reports whether the claim's date c says no more than d, and the same.
func (d day) tells(c day) bool {
	if c.Year > 0 {
		ok := false
		for _, y := range d.years {
			ok = ok || y == c.Year
		}
		if !ok {
			return false
		}
	}
	if c.Relative && c.Year == 0 && !(d.Relative && d.Shift == c.Shift) {
		return false
	}
	if c.Part == "底" && c.Day.Day == 0 && d.Part == "" && d.lastDay() && (c.Month == d.Month || c.Month == 0 && d.Month == 12) {
		return true // 到7月底 for 至7月31日
	}
	if c.Month > 0 && c.Month != d.Month || c.Day.Day > 0 && c.Day.Day != d.Day.Day {
		return false
	}
	return c.Part == d.Part || c.Part == "" && d.Part != ""
}

// lastDay reports whether d is the last day of its month.
func (d day) lastDay() bool {
	if d.Month == 0 || len(d.years) == 0 {
		return false
	}
	return d.Day.Day == time.Date(d.years[0], time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// checkDates looks for every date of the claim in the quotes, or, where the
// quotes do not say when, near them, in the headings and in the metadata.
func (p *proof) checkDates() (string, string) {
	var doc quantity.Day
	if len(p.wits) > 0 {
		doc = published(p.wits[0].doc)
	}
	told := days(p.claim.figures, doc, 0)
	if len(told) == 0 {
		return "", ""
	}
	var quoted []day
	for _, w := range p.wits {
		for _, d := range days(w.figures, published(w.doc), yearBefore(w)) {
			quoted = append(quoted, d.lately(published(w.doc)))
		}
	}
	agrees := false
	for _, c := range told {
		for _, q := range quoted {
			agrees = agrees || q.tells(c) && c.Year > 0
		}
	}
	for _, c := range told {
		check, reason := p.checkDate(c, quoted, agrees)
		if check != "" {
			return check, reason
		}
	}
	return "", ""
}

func (p *proof) checkDate(c day, quoted []day, agrees bool) (string, string) {
	name := quantity.Quantity{Kind: quantity.Date, Date: c.Day}.String()
	bounded := false
	years, dated := false, false
	for _, q := range quoted {
		years = years || q.Year > 0
		dated = dated || q.Month > 0 || q.Day.Day > 0
		if !q.tells(c) {
			continue
		}
		if sameBound(c.bound, q.bound) || c.bound == quantity.Exact || q.bound == quantity.Exact {
			return "", ""
		}
		bounded = true
	}
	if bounded {
		return "bound", fmt.Sprintf("%s is bounded otherwise in the quote", name)
	}
	yearOnly := c.Month == 0 && c.Day.Day == 0
	if yearOnly && years && !agrees {
		return "year", fmt.Sprintf("the quotes tell another year than %s", name)
	}
	if !yearOnly && dated && !agrees {
		return "year", fmt.Sprintf("the quotes tell another date than %s", name)
	}
	for _, w := range p.wits {
		doc := published(w.doc)
		whole := day{Day: doc, years: []int{doc.Year}}
		if doc.Year > 0 && whole.tells(c) {
			return "", ""
		}
		for _, d := range days(w.about.figures, doc, 0) {
			if d.tells(c) {
				return "", ""
			}
		}
		// Near the quote the last date counts, and those of its own sentence.
		near := days(w.near.figures, doc, yearBefore(w))
		for i, d := range near {
			if d.tells(c) && (yearOnly && d.Year > 0 && i >= len(near)-2 || !yearOnly && i >= len(near)-3) {
				return "", ""
			}
		}
		if all := days(w.before.figures, doc, 0); len(near) == 0 && len(all) > 0 && all[len(all)-1].tells(c) {
			return "", ""
		}
	}
	return "year", fmt.Sprintf("%s stands neither in the quotes nor above them", name)
}

// yearBefore is the last year that the passage tells before the quote when
// the document's date is unknown, 0 if none.
func yearBefore(w *witness) int {
	if published(w.doc).Year > 0 {
		return 0
	}
	for _, r := range []*reading{w.before, w.near, w.about} {
		for i := len(r.figures) - 1; i >= 0; i-- {
			if f := r.figures[i]; f.Kind == quantity.Date && f.Date.Year > 0 {
				return f.Date.Year
			}
		}
	}
	return 0
}
