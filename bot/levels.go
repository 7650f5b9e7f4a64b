package bot

import (
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
	"policybot/prompts"
	"policybot/retrieval"
)

// sameThing is how much of a question's content the words must have that two
// figures share, for them to be of the same thing.
const sameThing = 0.5

// otherLevels are the claims on a figure that was asked for without a place, or
// for a place, where documents of a level above or below tell one for the same
// thing: the higher level first, each under its place. A district's figure is
// told beside its city's, but one who asks for the district gets that alone.
// Without any it is the claim as it is.
func (d *draft) otherLevels(c prompts.Claim, own *retrieval.Document) []toldBy {
	out := []toldBy{{c, own}}
	at := own.Meta.Jurisdiction()
	if d.answer.Writer != extractive || len(d.answer.Claims) > 0 || at.IsZero() {
		return out
	}
	read := readQuestion(d.req.Question)
	if read.Asks != asksAmount || read.Result || read.Contact || !read.asksAbout(at) || len(partsOf(d.req.Question)) > 1 {
		return out
	}
	thing := read.longestRun(fold(c.Cites[0].Quote))
	if size(thing) < nameLeast || read.covered(thing) < sameThing || !figureOf(read, c.Cites[0].Quote, thing) {
		return out
	}
	for _, s := range d.req.Sources {
		if s.Doc == nil || len(out) > conflictMost || !besideLevel(read, at, s.Doc.Meta.Jurisdiction()) || slices.ContainsFunc(out, func(t toldBy) bool { return sameLevel(t.doc, s.Doc) }) {
			continue
		}
		if other, doc := d.figureAt(read, s.Doc.Meta.Jurisdiction(), thing); doc != nil {
			out = append(out, toldBy{other, doc})
		}
	}
	if len(out) == 1 {
		return out
	}
	out[0].claim = under(at.Name(), c, d.req.Sources)
	slices.SortStableFunc(out, func(a, b toldBy) int {
		return int(yes(holds(b.doc, a.doc)) - yes(holds(a.doc, b.doc)))
	})
	d.answer.noteFigures(d.req.Asked, out[0].doc, out[1].doc)
	return out
}

// asksAbout reports whether a question is about a place or one that holds it,
// and about no other, or about none.
func (r reading) asksAbout(p places.Place) bool {
	return len(r.Places) == 0 || len(r.Places) == 1 && slices.ContainsFunc(r.Places[0].Places, func(o places.Place) bool { return o == p || o.Contains(p) })
}

// besideLevel reports whether a figure of one place is told beside one of
// another: the question is about both, and the one holds the other.
func besideLevel(r reading, at, other places.Place) bool {
	return !other.IsZero() && at != other && (at.Contains(other) || other.Contains(at)) && r.asksAbout(other)
}

// holds reports whether one document's place holds the other's.
func holds(a, b *retrieval.Document) bool {
	return a.Meta.Jurisdiction().Contains(b.Meta.Jurisdiction())
}

// sameLevel reports whether two documents are of one place or one text.
func sameLevel(a, b *retrieval.Document) bool {
	return a.Meta.Jurisdiction() == b.Meta.Jurisdiction() || a.Reprint != 0 && a.Reprint == b.Reprint
}

// figureAt finds the sentence of a place's sources that tells the most figures
// for a thing and speaks of no other place, told under the place.
func (d *draft) figureAt(r reading, at places.Place, thing string) (best prompts.Claim, doc *retrieval.Document) {
	most, verifier := 0, prompts.NewVerifier(d.req.Sources)
	for i := range d.req.Sources {
		s := &d.req.Sources[i]
		if s.Doc == nil || s.Doc.Meta.Jurisdiction() != at {
			continue
		}
		for _, span := range han.Sentences(s.Text) {
			p := piece{source: i, span: span, text: span.In(s.Text), src: s}
			p.folded = fold(p.text)
			if !figureOf(r, p.text, thing) || !inYears(r, p) || r.missing(p) != "" || speaksOfAnother(p.text, at) {
				continue
			}
			p = trim(r, p)
			if n := amounts(p.text); n > most && figureOf(r, p.text, thing) {
				if v := verifier.Verify(p.claimOf(at.Name())); v.OK {
					best, doc, most = v.Claim, s.Doc, n
				}
			}
		}
	}
	return best, doc
}

// speaksOfAnother reports whether a text names a place other than one.
func speaksOfAnother(text string, than places.Place) bool {
	return slices.ContainsFunc(places.Find(text), func(m places.Mention) bool { return !slices.Contains(m.Places, than) })
}

// amounts counts the figures of a text.
func amounts(text string) int {
	n := 0
	for _, q := range quantity.Find(text) {
		n += int(yes(isMeasured(q)))
	}
	return n
}

// figureOf reports whether a clause of a text has the words for a thing and a
// figure of the kind that is asked for.
func figureOf(r reading, text, thing string) bool {
	return slices.ContainsFunc(clauses(text), func(c han.Span) bool {
		clause := c.In(text)
		return strings.Contains(fold(clause), thing) && tellsAmount(r, piece{text: clause, folded: fold(clause)}) && hasAmount(clause)
	})
}
