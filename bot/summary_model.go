package bot

import (
	"context"
	"iter"

	"policybot/prompts"
)

// Fits reports whether a request's messages are within the writer's budget.
func (w *ModelWriter) Fits(r prompts.Request) bool {
	m := prompts.Render(r)
	return tokens(m.System)+tokens(m.User) <= w.budget
}

// Summarize implements Summarizer. No source is left out: when the messages
// are too long for the model, it is asked for each half of them.
func (w *ModelWriter) Summarize(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) { w.summarize(ctx, r, 0, len(r.Sources), yield) }
}

// summarize asks for the sources from one index to another; it returns false
// when nothing more is to be yielded.
func (w *ModelWriter) summarize(ctx context.Context, r prompts.Request, from, to int, yield func(prompts.Claim, error) bool) bool {
	part := r
	part.Sources = r.Sources[from:to]
	if to-from < len(r.Sources) {
		part.Summary = partOf(*r.Summary, from, to)
	}
	given := false
	for c, err := range w.read(ctx, prompts.Render(part), part) {
		if err != nil && !given && to-from > 1 && tooLong(err) {
			middle := (from + to) / 2
			return w.summarize(ctx, r, from, middle, yield) && w.summarize(ctx, r, middle, to, yield)
		}
		given = true
		if err == nil {
			for i := range c.Cites {
				if c.Cites[i].Source > 0 { // a number that is no source's stays none
					c.Cites[i].Source += from
				}
			}
		}
		if !yield(c, err) || err != nil {
			return false
		}
	}
	return true
}

// partOf is a summary's wish for its sources from one index to another.
func partOf(wish prompts.Summary, from, to int) *prompts.Summary {
	all := 0
	sides := wish.Sides
	wish.Sides = nil
	for _, s := range sides {
		if n := min(to, all+s.Sources) - max(from, all); n > 0 {
			wish.Sides = append(wish.Sides, prompts.Side{Name: s.Name, Sources: n})
		}
		all += s.Sources
	}
	wish.Lines, wish.AtMost = max(1, wish.Lines*(to-from)/max(1, all)), false
	wish.Characters = wish.Characters * (to - from) / max(1, all)
	return &wish
}
