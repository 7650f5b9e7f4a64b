package bot

import (
	"context"
	"slices"

	"policybot/prompts"
	"policybot/retrieval"
)

// Bounds of a summary of a topic.
const (
	topicDocuments = 3
	linesPerTopic  = 2
)

// topical plans a summary of what several documents say on one thing; nil when
// they say too little of it.
func (a *Answerer) topical(ctx context.Context, o outlining, q Question) (*telling, error) {
	d := a.describedIn(o.object)
	topic := topicOf(o.object)
	if topic == "" {
		return nil, nil
	}
	own := func(doc *retrieval.Document) bool {
		fit, ok := d.placeFit(doc)
		_, inTime := d.timeFit(doc)
		return ok && inTime && (len(d.read.Places) == 0 || fit > 0)
	}
	hits, err := a.sideHits(ctx, topic, q.Filter, own)
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	var docs []*retrieval.Document
	for _, h := range hits {
		if !slices.Contains(docs, h.Doc) && len(docs) < topicDocuments {
			docs = append(docs, h.Doc)
		}
	}
	t := &telling{}
	wish := o.wish
	wish.Topic = topic
	names := sideNames(docs)
	for i, doc := range docs {
		own := slices.DeleteFunc(slices.Clone(hits), func(s prompts.Source) bool { return s.Doc != doc })
		t.request.Sources = append(t.request.Sources, own...)
		name := names[i]
		if len(docs) == 1 {
			name = ""
		}
		wish.Sides = append(wish.Sides, prompts.Side{Name: name, Sources: len(own)})
	}
	if wish.Lines == 0 {
		if wish.Lines = linesPerTopic * len(docs); len(docs) == 1 {
			wish.Lines = linesPerSide
		}
	}
	wish.Lines = max(wish.Lines, len(docs))
	t.request.Summary = &wish
	var sources []string
	for _, doc := range docs {
		sources = append(sources, described(doc, q.Text))
	}
	t.head = headOf(a.excerpts(), q.Text, sources, nil)
	return t, nil
}
