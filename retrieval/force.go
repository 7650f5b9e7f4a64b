package retrieval

import (
	"cmp"
	"time"
)

// begins is the date from which a document speaks, as far as is known: the
// first day on which it is in force, or when it was published or made.
func (m Meta) begins() string {
	return cmp.Or(m.Effective.Value, m.Date.Value, m.Signed.Value)
}

// inForce reports whether a document was in force at the end of the period
// that asOf names. Of a date that says less than asOf, or more, what it has in
// common with asOf counts: 2023 had begun in 2023-06, and 2023-06-20 had by the
// end of 2023-06. A document whose beginning is unknown was in force at no time.
func inForce(m Meta, asOf string) bool {
	from, to := m.begins(), m.Expires.Value
	if from == "" || from > asOf && !samePeriod(from, asOf) {
		return false
	}
	last := lastDay(asOf)
	return to == "" || to >= last[:min(len(to), len(last))]
}

// lastDay is the last day of a year or month; anything else it leaves as it is.
func lastDay(date string) string {
	if _, err := time.Parse("2006", date); err == nil {
		return date + "-12-31"
	}
	if t, err := time.Parse("2006-01", date); err == nil {
		return t.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	return date
}
