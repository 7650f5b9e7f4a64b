package bot

import (
	"context"
	"encoding/json"
	"errors"
	"iter"

	"policybot/prompts"
)

// How much a model needs its server to hold it to the format.
const (
	unshaped     int32 = iota // it keeps to it by itself, as far as is known
	shapedNeeded              // it does not, and does with a schema
	shapedNoUse               // it does not either way: the server heeds no schema
)

// read gives the claims of the reply to one request's messages, with their quotes
// put right and filled in. A model that does not keep to the format is asked
// once more with a schema, and from then on always, if that helps.
func (w *ModelWriter) read(ctx context.Context, m prompts.Messages, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		state := w.shape.Load()
		again := false
		for c, err := range w.readOnce(ctx, m, r, state == shapedNeeded) {
			if again = state == unshaped && errors.Is(err, prompts.ErrNoClaims); again {
				break
			}
			if !yield(c, err) {
				return
			}
		}
		if !again {
			return
		}
		state = shapedNeeded
		for c, err := range w.readOnce(ctx, m, r, true) {
			if errors.Is(err, prompts.ErrNoClaims) {
				state = shapedNoUse
			}
			w.shape.CompareAndSwap(unshaped, state)
			if !yield(c, err) {
				return
			}
		}
	}
}

// readOnce is read that asks once, with or without a schema.
func (w *ModelWriter) readOnce(ctx context.Context, m prompts.Messages, r prompts.Request, shaped bool) iter.Seq2[prompts.Claim, error] {
	var schema json.RawMessage
	if shaped {
		schema = prompts.Shape(r)
	}
	return func(yield func(prompts.Claim, error) bool) {
		for c, err := range prompts.Parse(untilLoop(stream(ctx, w.gen, m, schema))) {
			if err == nil {
				c = prompts.FillQuotes(prompts.PlaceQuotes(c, r.Sources), r.Sources)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// stream has gen reply, in JSON of the schema if there is one and it can.
func stream(ctx context.Context, gen Generator, m prompts.Messages, schema json.RawMessage) iter.Seq2[string, error] {
	if g, ok := gen.(Shaper); ok && schema != nil {
		return g.StreamShaped(ctx, m.System, m.User, schema, func(int, int) {})
	}
	return gen.Stream(ctx, m.System, m.User)
}

// misquoted reports whether claims failed for their quotes, which a schema
// would have kept from standing nowhere.
func misquoted(failed []Dropped) bool {
	for _, d := range failed {
		if d.Verdict.Check == "quote" || d.Verdict.Check == "source" {
			return true
		}
	}
	return false
}

// The least repetition that makes a reply a loop, and the longest piece that is
// looked for.
const (
	loopTimes  = 4
	loopLeast  = 600  // bytes of all repetitions
	loopLength = 1500 // bytes of one
	loopStep   = 256  // bytes between two looks
)

// errLoop says that a model repeats itself, which small ones do for ever.
var errLoop error = loopError{}

type loopError struct{}

// Error implements error.
func (loopError) Error() string {
	return "the model repeats itself without an end: try a larger one, or one that is less compressed"
}

// Cut reports that the claims before the error may be used.
func (loopError) Cut() bool { return true }

// untilLoop gives a reply until it begins to repeat itself, and closes it then.
func untilLoop(reply iter.Seq2[string, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var tail []byte
		unseen := 0
		for text, err := range reply {
			if !yield(text, err) {
				return
			}
			tail = append(tail, text...)
			tail = tail[max(0, len(tail)-loopTimes*loopLength):]
			if unseen += len(text); unseen >= loopStep {
				if unseen = 0; loops(tail) {
					yield("", errLoop)
					return
				}
			}
		}
	}
}

// loops reports whether the end of a text is one piece over and over.
func loops(text []byte) bool {
	for size := 1; size <= loopLength; size++ {
		all := max(loopTimes*size, loopLeast)
		if all > len(text) {
			return false
		}
		end := text[len(text)-all:]
		if string(end[size:]) == string(end[:all-size]) {
			return true
		}
	}
	return false
}
