package bot

import (
	"strings"

	"policybot/internal/places"
)

// Evidence is sufficient when a logistic regression says so. It was fitted on
// public questions about government documents, with the documents that answer
// and without them; where it is cut, one answerable question in twenty is
// refused and two of three unanswerable ones are.
const (
	evidenceBase   = -5.45
	perScore       = 1.7   // the best sentence's own score
	perPassage     = 1.85  // the share of the question's content in its passage
	perTitle       = 2.05  // the same in its document's title
	perRun         = 2.05  // the longest run of the question that its passage has, as a share
	perMissing     = -0.14 // each pair of characters of the longest run that it does not have
	perFirst       = 0.5   // it stands in the passage found first
	perUnknown     = -0.6  // the share of the question that stands nowhere in the corpus
	perStrange     = -0.35 // each pair of characters of the longest run that stands nowhere
	perNear        = 2.1   // how near its place is to the question's
	perHeld        = 0.85  // the share of the question's names that its document has
	evidenceEnough = -0.9
	missingMost    = 8
	strangeMost    = 4
	farEnough      = 0.5 // where the place is not even half the question's
	halfway        = 0.5
)

// evidence is the regression's log-odds that a piece answers.
func evidence(v View, r reading, p piece) float64 {
	title := fold(p.src.Doc.Meta.Title.Value)
	words := sayingWords(v, r)
	passage := words.told(p.src)
	c := coverageOf(words, r, p, passage)
	return evidenceBase + perScore*(p.score-p.nearWords+c.score()) +
		perPassage*c.covered(passage.folded) + perTitle*r.covered(title) + perRun*r.run(passage.folded) +
		perMissing*float64(min(missingMost, c.missed())) + perFirst*yes(p.source == 0) +
		perUnknown*c.unknown() + perStrange*float64(min(strangeMost, c.strange())) +
		perNear*p.near + perHeld*held(v, r, p)
}

// run is the length of the longest piece of the question that stands letter
// for letter in a folded text, as a share of the question.
func (r reading) run(folded string) float64 {
	return float64(size(r.longestRun(folded))) / float64(max(1, size(fold(r.bare()))))
}

// longestRun is that piece of the question, folded.
func (r reading) longestRun(folded string) string {
	asked := []rune(fold(r.bare()))
	at, longest := 0, 0
	for lo := range asked {
		for hi := lo + longest + 1; hi <= len(asked) && strings.Contains(folded, string(asked[lo:hi])); hi++ {
			at, longest = lo, hi-lo
		}
	}
	return string(asked[at : at+longest])
}

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

// An unfit is the best of the pieces that were dropped, and why it was.
type unfit struct {
	why   string
	score float64
}

// fit drops the pieces that speak of another place or year than the question
// does, and lowers those whose place is only near.
func fit(v View, r reading, ps []piece) (fitting []piece, best unfit) {
	best.why = whyNothing
	drop := func(p piece, why string) {
		if best.why == whyNothing || p.score > best.score {
			best = unfit{why, p.score}
		}
	}
	passages := map[int]string{} // folded, by source: a place is looked for in each of its sentences
	opens := map[int]string{}    // by source
	opening := func(p piece) string {
		if _, ok := opens[p.source]; !ok {
			opens[p.source] = openings(v, p.src)
		}
		return opens[p.source]
	}
	for _, p := range ps {
		if _, ok := passages[p.source]; !ok && len(r.Places) > 0 {
			passages[p.source] = fold(p.src.Text + strings.Join(p.src.Heading, " ") + p.src.Doc.Meta.Title.Value)
		}
		p.near = placeNear(v, r, p, passages[p.source])
		switch {
		case p.near == 0:
			drop(p, whyPlace)
		case !underYears(r, p, func() string { return opening(p) }):
			drop(p, whyYear)
		default:
			p.score -= 0.3 * (1 - p.near)
			fitting = append(fitting, p)
		}
	}
	return fitting, best
}

// placeNear says how well a piece's place is the question's: 1 for the place
// itself or no place asked, 0 for another, between for one that holds it. The
// folded passage is the piece's with its headings and title.
func placeNear(v View, r reading, p piece, passage string) float64 {
	near := 1.0
	for _, m := range r.Places {
		near = min(near, placeNearTo(v, r, m, p, passage))
	}
	return near
}

func placeNearTo(v View, r reading, m places.Mention, p piece, passage string) float64 {
	doc := p.src.Doc.Meta.Jurisdiction()
	best := 0.0
	for _, asked := range m.Places {
		name := r.nameOf(m, asked)
		named := strings.Contains(p.folded, name)
		inPassage := named || strings.Contains(passage, name)
		switch {
		case doc == asked:
			return 1
		case named && (r.covered(p.folded) > 0.5 || doc.IsZero() || doc.Contains(asked) || asked.Contains(doc)):
			return 1
		case doc.IsZero() && inPassage:
			best = max(best, 0.9)
		case doc.IsZero() && v.Mentions(p.src.DocID, name):
			best = max(best, 0.7)
		case doc.IsZero() && r.Asks != asksAmount: // a figure of nowhere is nobody's
			best = max(best, 0.1)
		case inPassage && (doc.Contains(asked) || asked.Contains(doc)):
			best = max(best, 0.8)
		case (doc.Contains(asked) || asked.Contains(doc)) && r.Asks != asksAmount:
			best = max(best, 0.3)
		}
	}
	return best
}

// held is the share of the names in a question that the piece's document has.
func held(v View, r reading, p piece) float64 {
	if len(r.Names) == 0 {
		return 1
	}
	n := 0.0
	for _, name := range r.Names {
		n += yes(v.Mentions(p.src.DocID, name))
	}
	return n / float64(len(r.Names))
}

// missing is the reason why a piece does not tell the kind of thing that a
// question asks for; "" when it does, or when any sentence may.
func (r reading) missing(p piece) string {
	if r.Contact {
		return unless(contacts.MatchString(p.text), whyContact)
	}
	if holder := r.holder(); holder != "" {
		return unless(namesHolder(p.folded, holder), whyPerson)
	}
	if done := r.procedure(); done != "" {
		return unless(strings.Contains(fold(p.src.Text), done), whyNothing)
	}
	if !r.speaksOfDoing(fold(p.src.Text + strings.Join(p.src.Heading, " "))) {
		return whyNothing
	}
	if r.Asks == asksName {
		return unless(r.namesAnother(p.text) || naming.MatchString(p.folded), whyNothing)
	}
	if r.Asks == asksAmount {
		return unless(tellsAmount(r, p), whyFigure)
	}
	return ""
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// tellingAmong is how many of the best pieces may be the one that tells.
const tellingAmong = 3

// nameShare is how much of what the best piece has of the question one must
// have that tells a name, or it tells another thing's.
const nameShare = 0.8

// tellingFirst puts the first of the best ranked pieces that tells the kind of
// thing asked for before the others.
func tellingFirst(r reading, ps []piece) {
	best := ps[0].cover
	toFront(ps[:min(tellingAmong, len(ps))], func(p piece) bool { return r.missing(p) == "" && (r.Asks != asksName || p.cover >= nameShare*best) })
}

// insufficient says why the best of ranked pieces do not answer; "" when they do.
func insufficient(v View, r reading, ps []piece) string {
	best := ps[0]
	missing, odds := r.missing(best), evidence(v, r, best)
	switch {
	case missing != "":
		return missing
	case r.heldLongAgo(v, best):
		return whyPerson
	case r.Result && targetLike.MatchString(best.folded) && !resultLike.MatchString(best.folded):
		return whyResult
	case best.near < halfway && !best.src.Doc.Meta.Jurisdiction().IsZero() && odds < farEnough:
		return whyPlace
	case r.Foreign && r.unknown() > unknownMost, odds < evidenceEnough:
		return whyNothing
	}
	return ""
}
