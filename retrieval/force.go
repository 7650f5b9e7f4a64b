package retrieval

import (
	"cmp"
	"time"
	"unicode/utf8"
)

// begins is the date from which a document speaks, as far as is known: the
// first day on which it is in force, or when it was published or made.
func (m Meta) begins() string {
	return cmp.Or(m.Effective.Value, m.Date.Value, m.Signed.Value)
}

// An Ending says that a document is no longer in force.
type Ending struct {
	// Last is the last day on which it was in force, or the month or year.
	Last string
	// By is the document that ended it; nil for one that expired by its own words.
	By *Document
}

// ending is when and how a document ends, whether that has passed or not;
// replaced are the endings by other documents.
func (d *Document) ending(replaced map[*Document]Ending) Ending {
	e, ended := replaced[d]
	if last := d.Meta.Expires.Value; last != "" && (!ended || e.Last == "" || last < e.Last) {
		e = Ending{Last: last}
	}
	return e
}

// over reports whether a document that ends so was in force no longer at the
// end of the period that asOf names.
func (e Ending) over(asOf string) bool {
	if e.Last == "" {
		return false // as most are, whose date needs no reading
	}
	last := lastDay(asOf)
	return e.Last < last[:min(len(e.Last), len(last))]
}

// begunBy reports whether a document that begins then had begun by the end of
// the period that asOf names. Of a date that says less than asOf, or more, what
// it has in common with asOf counts: 2023 had begun in 2023-06, and 2023-06-20
// had by the end of 2023-06. A document whose beginning is unknown was in force
// at no time.
func begunBy(begins, asOf string) bool {
	return begins != "" && (begins <= asOf || samePeriod(begins, asOf))
}

// shortestName is how many characters a title has at least to name a document:
// a shorter one may be anybody's (通知公告).
const shortestName = 8

// replacements are the documents that others end, of those given: by the number
// or title that the others name. One that begins after the other ends it not,
// nor does one of another place by title alone.
func replacements(docs []*Document) map[*Document]Ending {
	by := map[string][]*Document{}
	for _, d := range docs {
		for _, r := range d.Meta.Replaces {
			by[r.Value] = append(by[r.Value], d)
		}
	}
	if len(by) == 0 {
		return nil
	}
	out := map[*Document]Ending{}
	for _, d := range docs {
		for _, o := range by[d.Meta.Number.Value] {
			d.endedBy(o, out)
		}
		if utf8.RuneCountInString(d.Meta.Title.Value) < shortestName {
			continue
		}
		for _, o := range by[d.Meta.Title.Value] {
			a, b := d.Meta.Jurisdiction(), o.Meta.Jurisdiction()
			if a.IsZero() || b.IsZero() || a == b {
				d.endedBy(o, out)
			}
		}
	}
	return out
}

// endedBy takes o for what ended d, unless another did earlier.
func (d *Document) endedBy(o *Document, out map[*Document]Ending) {
	from := o.Meta.begins()
	if o.ID == d.ID || from != "" && from < d.Meta.begins() {
		return
	}
	if e, ok := out[d]; ok && (from == "" || e.Last != "" && e.Last <= dayBefore(from)) {
		return
	}
	out[d] = Ending{Last: dayBefore(from), By: o}
}

// dayBefore is the day before a day, or the month or year before one; "" for
// anything else.
func dayBefore(date string) string {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, -1}, {"2006-01", 0, -1, 0}, {"2006", -1, 0, 0}} {
		if t, err := time.Parse(form.layout, date); err == nil {
			return t.AddDate(form.years, form.months, form.days).Format(form.layout)
		}
	}
	return ""
}

// lastDay is the last day of a year or month; anything else it leaves as it is.
func lastDay(date string) string {
	switch len(date) {
	case len("2006"):
		if _, err := time.Parse("2006", date); err == nil {
			return date + "-12-31"
		}
	case len("2006-01"):
		if t, err := time.Parse("2006-01", date); err == nil {
			return t.AddDate(0, 1, -1).Format(time.DateOnly)
		}
	}
	return date
}
