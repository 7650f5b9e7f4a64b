package bot

import (
	"slices"
	"strings"

	"policybot/internal/places"
	"policybot/prompts"
)

// Evidence is sufficient when the pieces cover what the question is about:
// its places, its years, the kind of thing it asks for, and enough of its
// words. The thresholds are shares of the question's content, weighted by
// rarity; they were chosen on public questions, half of them unanswerable.
const (
	minCover  = 0.22 // in the sentence
	minAround = 0.42 // in the sentence, its headings and its neighbours
)

// The reasons of a refusal, as keys of its texts.
const (
	whyNothing = "nothing"
	whyPlace   = "place"
	whyYear    = "year"
	whyContact = "contact"
	whyFigure  = "figure"
	whyPerson  = "person"
	whyResult  = "result"
	whyForeign = "foreign"
)

// fit drops the pieces that speak of another place or year than the question
// does, and lowers those whose place is only near. It returns the reason when
// nothing is left.
func fit(r reading, ps []piece) ([]piece, string) {
	why := whyNothing
	if r.Foreign {
		why = whyForeign
	}
	var out []piece
	for _, p := range ps {
		near := nearness(r, p)
		if near == 0 {
			why = whyPlace
			continue
		}
		if !inYears(r, p) {
			why = whyYear
			continue
		}
		p.score -= 0.3 * (1 - near)
		out = append(out, p)
	}
	return out, why
}

// nearness says how well a piece's place is the question's: 1 for the place
// itself or no place asked, 0 for another, between for one that holds it.
func nearness(r reading, p piece) float64 {
	near := 1.0
	for _, m := range r.Places {
		near = min(near, nearnessTo(r, m, p))
	}
	return near
}

func nearnessTo(r reading, m places.Mention, p piece) float64 {
	doc := p.src.Doc.Meta.Jurisdiction()
	name := fold(r.Text[m.Start:m.End])
	named := strings.Contains(p.folded, name)
	inPassage := named || strings.Contains(fold(p.src.Text+strings.Join(p.src.Heading, " ")+p.src.Doc.Meta.Title.Value), name)
	best := 0.0
	for _, asked := range m.Places {
		switch {
		case doc == asked:
			return 1
		case named && (r.covered(p.folded) > 0.5 || doc.IsZero() || doc.Contains(asked) || asked.Contains(doc)):
			return 1
		case doc.IsZero() && inPassage:
			best = max(best, 0.9)
		case doc.IsZero():
			best = max(best, 0.4)
		case inPassage && (doc.Contains(asked) || asked.Contains(doc)):
			best = max(best, 0.8)
		case (doc.Contains(asked) || asked.Contains(doc)) && r.Asks != asksAmount:
			best = max(best, 0.3)
		}
	}
	return best
}

// inYears reports whether every year of the question stands in the piece, in
// its passage or headings, or is the document's own.
func inYears(r reading, p piece) bool {
	around := p.src.Text + strings.Join(p.src.Heading, " ") + p.src.Doc.Meta.Title.Value + p.src.Doc.Meta.Date.Value
	return !slices.ContainsFunc(r.Years, func(y string) bool { return !strings.Contains(around, y) })
}

// insufficient says why the best of ranked pieces do not answer; "" when they do.
func insufficient(r reading, ps []piece, sources []prompts.Source) string {
	best := ps[0]
	switch {
	case r.Contact != "" && !contacts.MatchString(best.text):
		return whyContact
	case r.holder() != "" && !slices.ContainsFunc(ps[:min(3, len(ps))], func(p piece) bool { return namesHolder(p.folded, r.holder()) }):
		return whyPerson
	case r.Asks == asksAmount && !slices.ContainsFunc(ps[:min(3, len(ps))], func(p piece) bool { return shape(r, p) > 0 }):
		return whyFigure
	case r.Result && targetLike.MatchString(best.folded) && !resultLike.MatchString(best.folded):
		return whyResult
	case best.cover < minCover || best.around < minAround && shape(r, best) < 1:
		return whyNothing
	}
	return ""
}
