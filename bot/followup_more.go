package bot

import (
	"context"
	"slices"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// furtherPassages is how many passages are looked through for what was not
// told yet.
const furtherPassages = 2 * hitsPerQuestion

// further is what is found for a question that asks for more (还有呢): the
// passages for the question before, without the sentences that answered it.
// Without a record of that answer it is taken to be the one in the documents'
// own words, which is what the sentences nearest to the question are.
func (a *Answerer) further(ctx context.Context, search string, hits []retrieval.Hit, f retrieval.Filter) ([]retrieval.Hit, error) {
	told := sourcesOf(hits)
	var cites []prompts.Cite
	for c, err := range NewExtractive(a.View).Write(ctx, prompts.Request{Question: search, Sources: told}) {
		if err != nil {
			break // nothing was told
		}
		if v := prompts.Verify(c, told); v.OK {
			cites = append(cites, v.Claim.Cites...)
		}
	}
	more, err := a.more(ctx, hits, retrieval.Query{Text: search, K: furtherPassages, Filter: f})
	if err != nil {
		return nil, err
	}
	var out []retrieval.Hit
	for i, h := range more {
		var of []prompts.Cite
		for _, c := range cites {
			if c.Source == i+1 {
				of = append(of, c)
			}
		}
		if rest := untold(h.Passage, of); rest.Text != "" {
			h.Passage = rest
			out = append(out, h)
		}
	}
	return out[:min(hitsPerQuestion, len(out))], nil
}

// untold is the longest stretch of a passage's sentences that holds none of
// what cites quote.
func untold(p retrieval.Passage, cites []prompts.Cite) retrieval.Passage {
	if len(cites) == 0 {
		return p
	}
	best, from := han.Span{}, -1
	spans := han.Sentences(p.Text)
	for i, s := range spans {
		told := slices.ContainsFunc(cites, func(c prompts.Cite) bool { return c.Start < p.Start+s.End && c.End > p.Start+s.Start })
		switch {
		case told:
			from = -1
		case from < 0:
			from = i
		}
		if from >= 0 && s.End-spans[from].Start > best.End-best.Start {
			best = han.Span{Start: spans[from].Start, End: s.End}
		}
	}
	p.Start, p.End, p.Text = p.Start+best.Start, p.Start+best.End, best.In(p.Text)
	return p
}
