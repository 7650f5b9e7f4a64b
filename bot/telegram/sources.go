package telegram

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

const (
	maxTitle   = 32 // characters of a title in the list of sources
	maxHeading = 28 // and of a heading
)

// A cited is a document with the sources of an answer that stand in it.
type cited struct {
	doc    *retrieval.Document
	id     string
	places []citedPlace
}

// A citedPlace is a heading with the numbers of the sources below it.
type citedPlace struct {
	heading string
	numbers []int
}

// renderSources lists the sources under the answer, a line for each document
// and one for each heading in it. The quoted words follow where the answer
// does not say them already; the buttons open them among their neighbours.
func renderSources(t *styled, w *words, sources []prompts.Source, claims []prompts.Claim) {
	if len(sources) == 0 {
		return
	}
	t.add(0, "\n\n")
	t.add(bold|folded, w.Sources)
	for _, d := range group(sources, claims) {
		about := aboutDocument(w, d.doc)
		if len(d.places) == 1 {
			p := d.places[0]
			t.add(folded, "\n"+numbered(p.numbers)+" "+dotted(about, p.heading))
			renderQuotes(t, p, claims)
			continue
		}
		t.add(folded, "\n"+about)
		for _, p := range d.places {
			t.add(folded, "\n"+strings.TrimSpace(numbered(p.numbers)+" "+p.heading))
			renderQuotes(t, p, claims)
		}
	}
}

// group puts the sources of one document together, and those below one heading.
func group(sources []prompts.Source, claims []prompts.Claim) (out []*cited) {
	for i, s := range sources {
		n := slices.IndexFunc(out, func(d *cited) bool { return d.id == s.DocID })
		if n < 0 {
			n = len(out)
			out = append(out, &cited{doc: s.Doc, id: s.DocID})
		}
		d, heading := out[n], dotted(lastHeading(s, claims, i+1), s.Pages())
		at := slices.IndexFunc(d.places, func(p citedPlace) bool { return p.heading == heading })
		if at < 0 {
			at = len(d.places)
			d.places = append(d.places, citedPlace{heading: heading})
		}
		d.places[at].numbers = append(d.places[at].numbers, i+1)
	}
	return out
}

// lastHeading is the innermost heading above a source, unless it says nothing
// new: the title again, or the very words that were cited.
func lastHeading(s prompts.Source, claims []prompts.Claim, n int) string {
	if len(s.Heading) == 0 {
		return ""
	}
	h := oneLine(s.Heading[len(s.Heading)-1])
	if s.Doc != nil && same(h, s.Doc.Meta.Title.Value) {
		return ""
	}
	if slices.ContainsFunc(quotesFrom(claims, n), func(q string) bool { return same(h, q) }) {
		return ""
	}
	return clip(h, maxHeading)
}

// renderQuotes adds the quotes of a place that no claim repeats word for word.
func renderQuotes(t *styled, p citedPlace, claims []prompts.Claim) {
	for _, n := range p.numbers {
		for _, q := range quotesFrom(claims, n) {
			if slices.ContainsFunc(provenBy(claims, n), func(text string) bool { return repeats(text, q) }) {
				continue
			}
			mark := ""
			if len(p.numbers) > 1 {
				mark = fmt.Sprintf("[%d] ", n)
			}
			t.add(folded, "\n"+mark+"“"+strings.TrimSpace(q)+"”")
		}
	}
}

// quotesFrom are the different quotes that claims take from source n.
func quotesFrom(claims []prompts.Claim, n int) []string {
	var out []string
	for _, c := range claims {
		for _, cite := range c.Cites {
			if cite.Source == n && !slices.Contains(out, cite.Quote) {
				out = append(out, cite.Quote)
			}
		}
	}
	return out
}

// provenBy are the sentences that cite source n.
func provenBy(claims []prompts.Claim, n int) []string {
	var out []string
	for _, c := range claims {
		if slices.ContainsFunc(c.Cites, func(cite prompts.Cite) bool { return cite.Source == n }) {
			out = append(out, strings.TrimSpace(c.Text))
		}
	}
	return out
}

// repeats reports whether a claim says a quote word for word.
func repeats(claim, quote string) bool {
	q := essence(quote)
	return q != "" && strings.Contains(essence(claim), q)
}

// same reports whether two texts have the same words.
func same(a, b string) bool { return essence(a) == essence(b) }

// essence is a text without its white space and the punctuation at its ends.
func essence(s string) string {
	return strings.TrimFunc(han.Squash(s).String(), func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
}

// aboutDocument is a document in a line: title · date · place. What is not
// known is left out; a file's name is the admin's, and never shown.
func aboutDocument(w *words, d *retrieval.Document) string {
	if d == nil {
		return w.Untitled
	}
	return dotted(clip(titleOf(w, d), maxTitle), d.Meta.Date.Value, d.Meta.Place.Value)
}

func titleOf(w *words, d *retrieval.Document) string {
	return either(oneLine(d.Meta.Title.Value), w.Untitled)
}

// dotted joins the parts that are not empty, each once.
func dotted(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" && !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip keeps the first n characters of s and shows that some are missing.
func clip(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	return string(rs[:n-1]) + "…"
}
