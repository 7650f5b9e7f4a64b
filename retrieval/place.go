package retrieval

import (
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
)

// How much of its score a passage keeps when its document is known to be of
// another place than the question names, and of one that only holds it.
const (
	elsewhere = 0.7
	above     = 0.95
)

// placed reorders ranked passages for a question that names places: a passage
// that does not name them, of a document that is known to be of another place,
// keeps a share of its score, in scores too. Where the question names several,
// the nearest counts.
func (v *view) placed(question string, rs []ranked, scores []float32) []ranked {
	mentions := places.Find(question)
	if len(mentions) == 0 {
		return rs
	}
	for i, r := range rs {
		near := 0.0
		for _, m := range mentions {
			share := nearness(v.places[v.docOf[r.item]], m.Places)
			if share < 1 && strings.Contains(v.passages[r.item].Text, han.Simplify(question[m.Start:m.End])) {
				share = 1
			}
			near = max(near, share)
		}
		rs[i].score *= near
		scores[r.item] = float32(rs[i].score)
	}
	return v.ties.first(rs, len(rs))
}

// nearness is the share for a document of place p and a name that may mean
// any of the places asked.
func nearness(p places.Place, asked []places.Place) float64 {
	if p.IsZero() {
		return 1
	}
	best := elsewhere
	for _, a := range asked {
		switch {
		case a.Contains(p):
			return 1
		case p.Contains(a):
			best = max(best, above)
		}
	}
	return best
}
