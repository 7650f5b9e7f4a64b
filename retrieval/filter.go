package retrieval

import "slices"

// keep tells which passages of v a filter lets through; nil lets all through.
func (v *view) keep(f Filter) func(item int) bool {
	if f.Place.IsZero() && f.From == "" && f.To == "" && f.AsOf == "" && len(f.Kinds) == 0 && len(f.Docs) == 0 {
		return nil
	}
	ok := make([]bool, len(v.documents))
	for i, d := range v.documents {
		ok[i] = f.admits(d)
	}
	return func(item int) bool { return ok[v.docOf[item]] }
}

// admits reports whether f lets document d through. A fact that a filter asks
// for and that is unknown of the document keeps it out, but for the place: a
// document of unknown place may speak of any.
func (f Filter) admits(d *Document) bool {
	if !f.Place.IsZero() {
		if p := d.Meta.Jurisdiction(); !p.IsZero() && !f.Place.Contains(p) && !p.Contains(f.Place) {
			return false
		}
	}
	date := d.Meta.Date.Value
	if f.From != "" && (date == "" || date < f.From && !samePeriod(date, f.From)) {
		return false
	}
	if f.To != "" && (date == "" || date > f.To && !samePeriod(date, f.To)) {
		return false
	}
	if f.AsOf != "" && !inForce(d.Meta, f.AsOf) {
		return false
	}
	if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, d.Meta.Kind.Value) {
		return false
	}
	return len(f.Docs) == 0 || slices.Contains(f.Docs, d.ID)
}

// samePeriod reports whether of two dates one only says less: 2024 and 2024-02.
func samePeriod(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}
