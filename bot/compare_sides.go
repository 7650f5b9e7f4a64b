package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"policybot/internal/places"
	"policybot/prompts"
	"policybot/retrieval"
)

// A side is one of the things compared: its name and what is told of it.
type side struct {
	name string
	hits []prompts.Source
}

// sidesOf finds what the library has on each side.
func (a *Answerer) sidesOf(ctx context.Context, c comparison, f retrieval.Filter) ([]side, error) {
	var out []side
	switch {
	case len(c.docs) > 1:
		var docs []*retrieval.Document
		for _, text := range c.docs {
			found := a.documentsNamed(ctx, text, f)
			if len(found) == 0 {
				out = append(out, side{name: text})
				continue
			}
			docs = append(docs, found[0])
		}
		for i, name := range sideNames(docs) {
			out = append(out, side{name: name, hits: a.wholeOf(docs[i])})
		}
		return out, nil
	case len(c.years) > 1:
		for _, y := range c.years[:min(sidesMost, len(c.years))] {
			in := f
			if in.From, in.To = y, y; len(c.at) == 1 {
				in.Place = c.at[0]
			}
			hits, err := a.sideHits(ctx, c.topic, in, func(*retrieval.Document) bool { return true })
			if err != nil {
				return nil, err
			}
			out = append(out, side{name: y + "年", hits: hits})
		}
		return out, nil
	}
	for i, p := range c.at[:min(sidesMost, len(c.at))] {
		in := f
		in.Place = p
		if len(c.years) == 1 {
			in.From, in.To = c.years[0], c.years[0]
		}
		own := func(doc *retrieval.Document) bool {
			at := doc.Meta.Jurisdiction()
			return at == p || p.Contains(at) && !slices.ContainsFunc(c.at, func(o places.Place) bool { return o != p && (o == at || o.Contains(at)) && p.Contains(o) })
		}
		hits, err := a.sideHits(ctx, c.topic, in, own)
		if err != nil {
			return nil, err
		}
		out = append(out, side{name: c.named[i], hits: hits})
	}
	return out, nil
}

// sideHits are the passages of one side that speak of the topic, in the order
// in which documents have them; without a topic, its newest document.
func (a *Answerer) sideHits(ctx context.Context, topic string, f retrieval.Filter, own func(*retrieval.Document) bool) ([]prompts.Source, error) {
	if topic == "" {
		var newest *retrieval.Document
		for _, doc := range a.View.Documents() {
			if f.Admits(doc) && own(doc) && (newest == nil || doc.Meta.Date.Value > newest.Meta.Date.Value) {
				newest = doc
			}
		}
		if newest == nil {
			return nil, nil
		}
		return a.wholeOf(newest), nil
	}
	hits, err := a.Search.Search(ctx, retrieval.Query{Text: topic, K: passagesSeek, Filter: f})
	if err != nil {
		return nil, fmt.Errorf("searching one side of the comparison: %w", err)
	}
	read := readQuestion(topic)
	read.weigh(a.View.Rarity)
	var out []prompts.Source
	for _, h := range hits {
		s := prompts.Source{Passage: h.Passage, Doc: h.Doc}
		if len(out) < passagesSide && own(h.Doc) && speaksOfTopic(read, s) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y prompts.Source) int {
		if x.DocID != y.DocID {
			return slices.IndexFunc(hits, func(h retrieval.Hit) bool { return h.DocID == x.DocID }) - slices.IndexFunc(hits, func(h retrieval.Hit) bool { return h.DocID == y.DocID })
		}
		return x.Start - y.Start
	})
	return out, nil
}

// speaksOfTopic reports whether a passage, with the headings above it, has
// enough of a topic's words.
func speaksOfTopic(read reading, s prompts.Source) bool {
	return read.covered(fold(s.Text+" "+strings.Join(s.Heading, " "))) >= topicEnough
}

// wholeOf are all the passages of a document.
func (a *Answerer) wholeOf(doc *retrieval.Document) []prompts.Source {
	var out []prompts.Source
	for _, p := range a.View.Passages(doc.ID) {
		out = append(out, prompts.Source{Passage: p, Doc: doc})
	}
	return out
}

// sideNames are the shortest names that tell documents apart: their places,
// else their dates, else their titles.
func sideNames(docs []*retrieval.Document) []string {
	for _, of := range []func(*retrieval.Document) string{
		func(d *retrieval.Document) string {
			if p := d.Meta.Jurisdiction(); !p.IsZero() {
				return p.Name()
			}
			return ""
		},
		func(d *retrieval.Document) string { return yearOf(d.Meta.Date.Value) },
		func(d *retrieval.Document) string { return d.Meta.Date.Value },
		titleOf,
	} {
		var names []string
		for _, d := range docs {
			if n := of(d); n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		if len(names) == len(docs) {
			return names
		}
	}
	var names []string
	for i, d := range docs {
		names = append(names, fmt.Sprintf("%s（%d）", titleOf(d), i+1))
	}
	return names
}

func yearOf(date string) string {
	if len(date) < 4 {
		return ""
	}
	return date[:4] + "年"
}

// titleRunes is how much of a title a name has at most.
const titleRunes = 24

func titleOf(d *retrieval.Document) string {
	title := []rune(d.Meta.Title.Value)
	if len(title) == 0 {
		return ""
	}
	if len(title) > titleRunes {
		return "《" + string(title[:titleRunes]) + "…》"
	}
	return "《" + string(title) + "》"
}
