package bot

import (
	"context"
	"encoding/json"
	"iter"
)

// A Shaper is a Generator that tells how many tokens a call took, when the
// service says so, and that can have the service hold the model to a JSON
// schema; nil is none. told is called at most once, before the sequence ends.
type Shaper interface {
	StreamShaped(ctx context.Context, system, user string, schema json.RawMessage, told func(in, out int)) iter.Seq2[string, error]
}

// A Meter counts what is spent; *Spending is one.
type Meter interface {
	Allow(ctx context.Context, user string) error
	Add(ctx context.Context, user string, u ModelUse) error
}

// A metered is a Generator whose calls are counted for the person who asked,
// and not made when a limit is reached.
type metered struct {
	Generator
	meter Meter
}

// NewMetered counts gen's calls by m. They end with a *SpentError where m does
// not allow them.
func NewMetered(gen Generator, m Meter) Generator { return &metered{gen, m} }

// Stream implements Generator.
func (m *metered) Stream(ctx context.Context, system, user string) iter.Seq2[string, error] {
	return m.StreamShaped(ctx, system, user, nil, func(int, int) {})
}

// StreamShaped implements Shaper. A call that ends before the service tells its
// tokens is counted by its length; one that brought nothing is not.
func (m *metered) StreamShaped(ctx context.Context, system, user string, schema json.RawMessage, told func(in, out int)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		person := personOf(ctx)
		if err := m.meter.Allow(ctx, person); err != nil {
			yield("", err)
			return
		}
		var use ModelUse
		reply := m.Generator.Stream(ctx, system, user)
		if g, ok := m.Generator.(Shaper); ok {
			reply = g.StreamShaped(ctx, system, user, schema, func(in, out int) {
				if in > 0 && out >= 0 { // or it would give tokens back
					use.In, use.Out = int64(in), int64(out)
				}
				told(in, out)
			})
		}
		out := 0
		defer func() {
			if use.In == 0 && out == 0 {
				return
			}
			if use.Calls = 1; use.In == 0 {
				use.In, use.Out, use.Estimated = int64(tokens(system)+tokens(user)), int64(out), 1
			}
			// A count that fails must not take the answer with it.
			_ = m.meter.Add(ctx, person, use)
		}()
		for text, err := range reply {
			if text != "" {
				out += tokens(text)
			}
			if !yield(text, err) {
				return
			}
		}
	}
}

type personKey struct{}

// withPerson says in ctx who asks.
func withPerson(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, personKey{}, user)
}

func personOf(ctx context.Context) string {
	user, _ := ctx.Value(personKey{}).(string)
	return user
}
