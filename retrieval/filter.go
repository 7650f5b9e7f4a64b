package retrieval

import "slices"

// within are the passages of v that a search for s looks into.
func (v *view) within(s *sought) []run {
	if s.Filter.open() && !s.Current {
		return v.body.living
	}
	var in []run
	for n, d := range v.documents {
		if v.dead != nil && v.dead[n] {
			continue
		}
		var e Ending
		if v.ends {
			e = d.ending(v.replaced)
		}
		if !s.Filter.admitsBut(d, e) || s.Current && e.over(s.today) {
			continue
		}
		from, to := int(v.from[n]), v.end(uint32(n))
		if last := len(in) - 1; last >= 0 && in[last].to == from {
			in[last].to = to
		} else {
			in = append(in, run{from, to})
		}
	}
	return in
}

// open reports whether f lets everything through.
func (f Filter) open() bool {
	return f.Place.IsZero() && f.From == "" && f.To == "" && f.AsOf == "" && f.Tier == "" && len(f.Kinds) == 0 && len(f.Docs) == 0
}

// admits reports whether f lets document d through, by what is known of d alone.
func (f Filter) admits(d *Document) bool { return f.admitsBut(d, d.ending(nil)) }

// admitsBut reports whether f lets document d through, which ends so. A fact
// that a filter asks for and that is unknown of the document keeps it out, but
// for the place: a document of unknown place may speak of any.
func (f Filter) admitsBut(d *Document, e Ending) bool {
	if !f.Place.IsZero() {
		if p := d.Meta.Jurisdiction(); !p.IsZero() && !f.Place.Contains(p) && !p.Contains(f.Place) {
			return false
		}
	}
	kind := d.Meta.Kind.Value
	switch {
	case !publishedWithin(d.Meta.Date.Value, f.From, f.To),
		f.AsOf != "" && !d.Meta.inForce(f.AsOf, e),
		f.Tier != "" && authority(kind) > authority(f.Tier),
		len(f.Kinds) > 0 && !slices.Contains(f.Kinds, kind):
		return false
	}
	return len(f.Docs) == 0 || slices.Contains(f.Docs, d.ID)
}

// publishedWithin reports whether a date lies between two, either of which may
// be open. An unknown date lies in no range.
func publishedWithin(date, from, to string) bool {
	if from != "" && (date == "" || date < from && !samePeriod(date, from)) {
		return false
	}
	return to == "" || date != "" && (date <= to || samePeriod(date, to))
}

// authority is a kind's place among Kinds; that of an unknown kind is behind
// them all.
func authority(kind string) int {
	if i := slices.Index(Kinds, kind); i >= 0 {
		return i
	}
	return len(Kinds)
}

// samePeriod reports whether of two dates one only says less: 2024 and 2024-02.
func samePeriod(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] == b[:n]
}
