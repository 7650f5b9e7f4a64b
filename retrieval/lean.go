package retrieval

import (
	"strings"
	"time"

	"policybot/internal/han"
	"policybot/internal/places"
)

// How much of its score a passage keeps when its document is known to be of
// another place than the question names, of one that only holds it, of one
// that holds that; to be in force no more; or not to be what the question asks
// for by date or kind.
const (
	elsewhere = 0.7
	above     = 0.95
	farAbove  = 0.92
	ended     = 0.5
	unwanted  = 0.8
)

// A sought is a query as it is searched, with what its words say.
type sought struct {
	Query
	Reading
	today  string // 2024-02-19
	wanted []want
}

// A want is a place whose documents go first.
type want struct {
	places []places.Place // all that its name may mean
	name   string         // as the question has it, simplified; "" if it does not
}

// newSought reads a query on the day of the search.
func newSought(q Query, today time.Time) *sought {
	s := &sought{Query: q, Reading: Read(q.Text, today), today: today.Format(time.DateOnly)}
	if s.Filter.AsOf == "" {
		s.Filter.AsOf = s.Reading.AsOf
	}
	for _, m := range s.Places {
		s.wanted = append(s.wanted, want{m.Places, han.Simplify(q.Text[m.Start:m.End])})
	}
	if len(s.wanted) == 0 && !q.Filter.Place.IsZero() {
		s.wanted = append(s.wanted, want{places: []places.Place{q.Filter.Place}})
	}
	return s
}

// on is the date for which it counts what is in force.
func (s *sought) on() string {
	if s.Filter.AsOf != "" {
		return s.Filter.AsOf
	}
	return s.today
}

// lean is the share of its score that each passage keeps for what is known of
// its document; nil when all keep everything.
func (v *view) lean(s *sought) func(item int) float64 {
	if len(s.wanted) == 0 && !v.ends && s.From == "" && s.To == "" && s.Tier == "" {
		return nil
	}
	return func(item int) float64 {
		n := v.docOf[item]
		d := v.documents[n]
		share := s.nearness(v.traits[n].place, v.passages[item].Text)
		if v.ends && d.ending(v.replaced).over(s.on()) {
			share *= ended
		}
		if date := d.Meta.Date.Value; date != "" && !publishedWithin(date, s.From, s.To) {
			share *= unwanted
		}
		if kind := d.Meta.Kind.Value; s.Tier != "" && kind != "" && kind != s.Tier {
			share *= unwanted
		}
		return share
	}
}

// nearness is the share for a passage of a document of place p. Where several
// places are wanted, the nearest counts, and a passage that names one is near.
func (s *sought) nearness(p places.Place, text string) float64 {
	if len(s.wanted) == 0 || p.IsZero() {
		return 1
	}
	near := 0.0
	for _, w := range s.wanted {
		share := nearness(p, w.places)
		if share < 1 && w.name != "" && strings.Contains(text, w.name) {
			share = 1
		}
		near = max(near, share)
	}
	return near
}

// nearness is the share for a document of place p and a name that may mean any
// of the places asked.
func nearness(p places.Place, asked []places.Place) float64 {
	best := elsewhere
	for _, q := range asked {
		switch {
		case q.Contains(p):
			return 1
		case p == q.Up():
			best = max(best, above)
		case p.Contains(q):
			best = max(best, farAbove)
		}
	}
	return best
}
