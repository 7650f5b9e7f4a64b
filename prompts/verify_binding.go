package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/places"
)

// Who did what: a claim may take the subject of one clause of its quote and
// what is said of another. Every word of it stands in the quote then. The
// checks here look at which words stand together.

// checkBinding compares who or what each clause is told of.
func (p *proof) checkBinding() (string, string) {
	if p.foreign || p.tabular() {
		return "", ""
	}
	m := p.mosaic()
	if x, y := m.exchanged(); x != "" {
		return "order", fmt.Sprintf("%q and %q have changed places", x, y)
	}
	for _, w := range p.wits {
		if agent, other, deed := w.agentsExchanged(p.claim.folded); agent != "" {
			return "order", fmt.Sprintf("%q is told to be done by %q; the quote says it of %q", deed, agent, other)
		}
		if item, of := otherList(p.claim.folded, w.folded); item != "" {
			return "order", fmt.Sprintf("%q is told to be of %q; the quote has it in another list", item, of)
		}
	}
	if check, reason := p.otherSubject(); check != "" {
		return check, reason
	}
	if check, reason := p.otherAgent(); check != "" {
		return check, reason
	}
	return p.otherReceiver()
}

// otherSubject finds a clause of the claim that tells of one what the quote
// says of another.
func (p *proof) otherSubject() (string, string) {
	for _, c := range sayings(p.claim.folded) {
		for _, w := range p.wits {
			q, ok := sameSaying(c.rest, w.sayings())
			if !ok {
				continue
			}
			told, is := c.topic, q.topic
			if !w.conflict(told, is) {
				told, is = c.subject, q.subject
				if is.text == "" {
					is = q.topic
				}
			}
			if w.conflict(told, is) && !strings.Contains(q.topic.text, told.text) {
				return "order", fmt.Sprintf("%q is told of what the quote says of %q", told.text, is.text)
			}
		}
	}
	return "", ""
}

// conflict reports whether the claim's head is another than the quote's.
func (w *witness) conflict(told, is head) bool {
	if told.text == "" || is.text == "" || counts(told.text) || slices.Contains(subjectWords()["measured"], is.text) || points(told.text) || points(is.text) || strings.Contains(is.within, told.text) {
		return false
	}
	x, y := apart(told.text, is.text)
	if strings.Contains(w.lead(), told.text) {
		return false
	}
	return x != "" && w.knowsApart(x, y, told.text)
}

// sameSaying is the clause of the quote that the rest of a claim's clause
// tells; ok is false if none does clearly.
func sameSaying(rest string, quoted []saying) (saying, bool) {
	mine := bigrams(rest)
	var best saying
	most, second := 0, 0
	for _, q := range quoted {
		n := shared(mine, bigrams(q.rest))
		switch {
		case n > most:
			best, most, second = q, n, most
		case n > second:
			second = n
		}
	}
	return best, most >= 4 && most*2 >= len(mine) && most > second
}

// apart is what two subjects have different between what they begin and end
// with alike; empty where one only says more than the other.
func apart(a, b string) (string, string) {
	x, y := []rune(strings.Trim(a, "“”‘’\"")), []rune(strings.Trim(b, "“”‘’\""))
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	if len(x) == 0 || len(y) == 0 || shared(bigrams(string(x)), bigrams(string(y))) > 0 {
		return "", ""
	}
	return string(x), string(y)
}

// knowsApart reports whether the claim's subject is a thing of its own in or
// near the quote, and no other word for the quote's subject. A place says where
// and excludes only another place.
func (w *witness) knowsApart(told, is, subject string) bool {
	if here := places.Find(told); len(here) > 0 && here[0].Start == 0 && here[0].End == len(told) {
		there := places.Find(is)
		return len(there) > 0 && !meets(here[0].Places, there[0].Places)
	}
	if w.doc != nil && strings.Contains(w.doc.Meta.Place.Value, told) {
		return false
	}
	if !namesSome(told) || words().known([]rune(told), is) == utf8.RuneCountInString(told) {
		return false
	}
	return strings.Contains(w.folded, subject) || strings.Contains(w.near.folded, subject) || utf8.RuneCountInString(told) > 1 && strings.Contains(w.folded, told)
}
