package bot

import (
	"slices"

	"policybot/internal/quantity"
)

// datesIn are the dates of a text: 2021年底, 3月, 2020年2月17日, 2025年.
func datesIn(text string) []quantity.Day {
	var out []quantity.Day
	for _, q := range quantity.Find(text) {
		if q.Kind == quantity.Date && (q.Date.Year > 0 || q.Date.Month > 0 || q.Date.Part != "") {
			out = append(out, q.Date)
		}
	}
	return out
}

// A dating is how a piece stands to the dates of the question.
type dating int

const (
	undated   dating = iota // it tells none that could be compared
	ownDate                 // it tells a date of the question
	otherDate               // it tells others instead
)

// dated compares a piece with the dates that a question names. One that asks
// for a date is answered by another than it names.
func (r reading) dated(text string) dating {
	if len(r.Dates) == 0 {
		return undated
	}
	out := undated
	for _, told := range datesIn(text) {
		for _, asked := range r.Dates {
			switch {
			case sameDate(asked, told):
				return ownDate
			case rivalDates(asked, told):
				out = otherDate
			}
		}
	}
	return out
}

// sameDate reports whether a text's date is one asked for; a year that either
// does not tell is taken for the other's.
func sameDate(asked, told quantity.Day) bool {
	return sameYear(asked, told) && asked.Month == told.Month && asked.Day == told.Day && asked.Part == told.Part
}

// rivalDates reports whether two dates that are not the same are of one kind,
// such as two ends of years or two days.
func rivalDates(asked, told quantity.Day) bool {
	return (asked.Month > 0) == (told.Month > 0) && (asked.Day > 0) == (told.Day > 0) && (asked.Part != "") == (told.Part != "")
}

func sameYear(a, b quantity.Day) bool { return a.Year == 0 || b.Year == 0 || a.Year == b.Year }

// datesAsked are the dates that a question names finer than by the year.
func datesAsked(q string) []quantity.Day {
	return slices.DeleteFunc(datesIn(q), func(d quantity.Day) bool { return d.Month == 0 && d.Part == "" })
}

// byDate reports whether the question tells by a month or the end of a year
// which of several states it asks for. A day is mostly that of what happened,
// and the sentence that answers need not say it again.
func (r reading) byDate() bool {
	return slices.ContainsFunc(r.Dates, func(d quantity.Day) bool { return d.Day == 0 })
}

// datedFirst puts the best piece of the question's date before a better one of
// the same passage that is of none or of another: that is no state asked for.
func datedFirst(r reading, ps []piece) {
	if !r.byDate() || r.dated(ps[0].text) == ownDate {
		return
	}
	best := ps[0].source
	toFront(ps, func(p piece) bool { return p.source == best && r.missing(p) == "" && r.dated(p.text) == ownDate })
}
