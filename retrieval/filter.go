package retrieval

import (
	"slices"
	"unique"

	"policybot/internal/places"
)

// Traits are what filters ask of a document. A view has them side by side:
// to ask one Document after the other is to wait for the memory.
type traits struct {
	kind, date, begins string
	place              places.Place
}

// traitsOf shares the texts of equal traits.
func traitsOf(d *Document) traits {
	m := &d.Meta
	return traits{unique.Make(m.Kind.Value).Value(), unique.Make(m.Date.Value).Value(), unique.Make(m.begins()).Value(), m.Jurisdiction()}
}

// within are the passages of v that a search for s looks into.
func (v *view) within(s *sought) []run {
	if s.Filter.open() && !s.Current {
		return v.body.living
	}
	in := make([]run, 0, 256)
	for n := range v.traits {
		if !s.Filter.admitsTraits(&v.traits[n]) || v.dead != nil && v.dead[n] || !v.admits(s, uint32(n)) {
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

// admits reports whether a search for s looks into a document whose traits its
// filter lets through.
func (v *view) admits(s *sought, n uint32) bool {
	if len(s.Filter.Docs) > 0 && !slices.Contains(s.Filter.Docs, v.documents[n].ID) {
		return false
	}
	if !v.ends || s.Filter.AsOf == "" && !s.Current {
		return true
	}
	e := v.documents[n].ending(v.replaced)
	return (s.Filter.AsOf == "" || !e.over(s.Filter.AsOf)) && !(s.Current && e.over(s.today))
}

// open reports whether f lets everything through.
func (f *Filter) open() bool {
	return f.Place.IsZero() && f.From == "" && f.To == "" && f.AsOf == "" && f.Tier == "" && len(f.Kinds) == 0 && len(f.Docs) == 0
}

// admits reports whether f lets document d through, by what is known of d alone.
func (f *Filter) admits(d *Document) bool {
	t := traitsOf(d)
	return f.admitsTraits(&t) && (f.AsOf == "" || !d.ending(nil).over(f.AsOf)) && (len(f.Docs) == 0 || slices.Contains(f.Docs, d.ID))
}

// admitsTraits reports whether f lets a document through, but for its end and
// its ID. A fact that a filter asks for and that is unknown of the document keeps
// it out, but for the place: a document of unknown place may speak of any.
func (f *Filter) admitsTraits(t *traits) bool {
	switch {
	case len(f.Kinds) > 0 && !slices.Contains(f.Kinds, t.kind),
		!f.Place.IsZero() && !t.place.IsZero() && !f.Place.Contains(t.place) && !t.place.Contains(f.Place),
		!publishedWithin(t.date, f.From, f.To),
		f.AsOf != "" && !begunBy(t.begins, f.AsOf),
		f.Tier != "" && authority(t.kind) > authority(f.Tier):
		return false
	}
	return true
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
