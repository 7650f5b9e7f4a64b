package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"sync/atomic"
	"time"

	api "github.com/sashabaranov/go-openai"
)

// The reasons with which a call's context ends, told to the admin.
var (
	errSlowStart = errors.New("no token within the time for the first")
	errIdle      = errors.New("no token within the time between two")
	errDeadline  = errors.New("the whole call took too long")
)

// A Chat asks the client's chat model. It is safe for concurrent use.
type Chat struct {
	c *Client
	// What the server was found not to take: newer models accept only their own
	// temperature, and max_completion_tokens instead of max_tokens.
	ownTemperature, newMaxTokens atomic.Bool
	// Older and other servers refuse stream_options.
	noUsage atomic.Bool
	// Others refuse response_format, or a schema in it.
	noShape atomic.Bool
	circuit *circuit
}

// Chat is nil when no chat model is configured.
func (c *Client) Chat() *Chat {
	if c.cfg.ChatModel == "" {
		return nil
	}
	chat := &Chat{c: c, circuit: newCircuit(c.cfg)}
	// go-openai knows OpenAI's own models that take no temperature.
	probe := api.ChatCompletionRequest{Model: c.cfg.ChatModel, Temperature: 0.5}
	if api.NewReasoningValidator().Validate(probe) != nil {
		chat.ownTemperature.Store(true)
		chat.newMaxTokens.Store(true)
	}
	return chat
}

// Model is the name of the chat model.
func (c *Chat) Model() string { return c.c.cfg.ChatModel }

// Stream asks and gives the reply's text as it comes, in pieces of any length.
// The sequence ends without an error only if the server said that the reply is
// whole. Errors are of type *Error. Calls are tried again only until the first
// piece of text: what was given is never given twice. Reasoning that the
// server sends apart is left out. Nothing is sent before the sequence is read,
// and everything is closed when reading stops.
func (c *Chat) Stream(ctx context.Context, system, user string) iter.Seq2[string, error] {
	return c.StreamShaped(ctx, system, user, nil, func(int, int) {})
}

// StreamShaped is Stream that tells how many tokens the request and the reply
// had, reasoning included, when the server says so: once, before the end. Where
// schema is not nil the server is asked to let the model write nothing but JSON
// of it, as llama.cpp, vLLM, Ollama, OpenAI and others can. One that refuses is
// asked without, from then on; one may also take the schema and not heed it, so
// the reply needs the same care as any other.
//
// While the server fails call after call, calls fail at once with an *Error of
// kind Paused; see Config.Pause.
func (c *Chat) StreamShaped(ctx context.Context, system, user string, schema json.RawMessage, told func(in, out int)) iter.Seq2[string, error] {
	ask := request{system, user, schema}
	return func(yield func(string, error) bool) {
		done, err := c.circuit.enter(c.c.where)
		if err != nil {
			yield("", err)
			return
		}
		defer func() { done(err) }()
		ctx, cancel := context.WithTimeoutCause(ctx, c.c.cfg.Deadline, errDeadline)
		defer cancel()
		var r *reply
		var text string
		r, text, err = c.start(ctx, ask)
		if r != nil {
			defer r.close()
		}
		for err == nil {
			if !yield(text, nil) {
				return
			}
			text, err = r.next()
		}
		if r != nil && (r.in > 0 || r.out > 0) {
			told(r.in, r.out)
		}
		if err == io.EOF {
			err = nil
			return
		}
		yield("", err)
	}
}

// start asks until a first piece of text, or an empty reply's end, has come.
func (c *Chat) start(ctx context.Context, ask request) (r *reply, text string, err error) {
	_, err = retry(ctx, c.c, "chat", func() (struct{}, error) {
		for {
			fields := c.fields(ask)
			r, text, err = c.attempt(ctx, ask, fields)
			if !c.adapt(err, fields) {
				break
			}
		}
		if err == io.EOF { // a whole reply without text
			return struct{}{}, nil
		}
		return struct{}{}, err
	})
	if err == nil && text == "" {
		err = io.EOF
	}
	return r, text, err
}

// adapt reports whether err is a complaint about one of the fields that were
// sent and that can be sent otherwise, and remembers to do so. A complaint that
// names none is taken to be about the schema, if there was one: servers word it
// in many ways.
func (c *Chat) adapt(err error, fields map[string]any) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	about := e.about
	if about == "" && e.Kind == BadRequest {
		about = "response_format"
	}
	instead := map[string]*atomic.Bool{"temperature": &c.ownTemperature, "max_tokens": &c.newMaxTokens,
		"stream_options": &c.noUsage, "response_format": &c.noShape}[about]
	if _, sent := fields[about]; !sent {
		return false
	}
	instead.Store(true)
	return true
}

// A request is what one call asks; schema may be nil.
type request struct {
	system, user string
	schema       json.RawMessage
}

// attempt sends the request once and reads up to the first piece of text. The
// reply must be closed unless err is an *Error.
func (c *Chat) attempt(ctx context.Context, ask request, fields map[string]any) (*reply, string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	r := &reply{ctx: ctx, cancel: cancel, where: c.c.where, idle: c.c.cfg.Idle}
	r.timer = time.AfterFunc(c.c.cfg.FirstToken, func() { cancel(errSlowStart) })
	stream, err := c.c.api.CreateChatCompletionStream(withFields(ctx, fields), api.ChatCompletionRequest{
		Model: c.c.cfg.ChatModel,
		Messages: []api.ChatCompletionMessage{
			{Role: api.ChatMessageRoleSystem, Content: ask.system},
			{Role: api.ChatMessageRoleUser, Content: ask.user},
		},
	})
	if err != nil {
		err = r.explain(err)
		r.close()
		return nil, "", err
	}
	r.stream = stream
	text, err := r.next()
	if err != nil {
		r.close()
	}
	return r, text, err
}

// fields are those that go-openai would leave out or refuse to send.
func (c *Chat) fields(ask request) map[string]any {
	fields := make(map[string]any)
	if ask.schema != nil && !c.noShape.Load() {
		// Not strict: OpenAI's strict schemas are fewer than those that others take.
		fields["response_format"] = map[string]any{"type": "json_schema",
			"json_schema": map[string]any{"name": "reply", "strict": false, "schema": ask.schema}}
	}
	if !c.noUsage.Load() {
		fields["stream_options"] = map[string]bool{"include_usage": true}
	}
	if !c.ownTemperature.Load() {
		fields["temperature"] = 0
	}
	if n := c.c.cfg.MaxTokens; n > 0 && c.newMaxTokens.Load() {
		fields["max_completion_tokens"] = n
	} else if n > 0 {
		fields["max_tokens"] = n
	}
	return fields
}

// A reply is one stream being read.
type reply struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	where  string
	stream *api.ChatCompletionStream
	finish api.FinishReason
	// refusal is what the model wrote into the API's own field for refusals.
	refusal strings.Builder
	// in and out are the tokens that the server says it took; 0 until it does.
	in, out int
}

func (r *reply) close() {
	r.timer.Stop()
	r.cancel(context.Canceled)
	if r.stream != nil {
		_ = r.stream.Close() // the reply is over; nothing depends on it
		r.stream = nil
	}
}

// next is the next piece of text, io.EOF after a whole reply, or an *Error.
func (r *reply) next() (string, error) {
	for r.finish == "" {
		chunk, err := r.stream.Recv()
		if err != nil {
			return "", r.explain(err)
		}
		text := r.take(chunk)
		if r.finish == "" {
			r.timer.Reset(r.idle)
		} else {
			r.timer.Stop()
		}
		if text != "" {
			return text, nil
		}
	}
	if said := r.refusal.String(); said != "" {
		r.refusal.Reset()
		line, err := json.Marshal(map[string]string{"refuse": said})
		if err != nil {
			return "", r.explain(err)
		}
		return "\n" + string(line) + "\n", nil
	}
	r.awaitUsage()
	return "", r.end()
}

// usageWait is how long a whole reply is kept open for the event with its
// usage, which comes behind the last text.
const usageWait = 500 * time.Millisecond

// awaitUsage reads on for the usage. The reply is whole already: nothing that
// goes wrong here is an error.
func (r *reply) awaitUsage() {
	if r.in > 0 || r.out > 0 || r.finish == "" {
		return
	}
	r.timer.Reset(usageWait)
	defer r.timer.Stop()
	for range 8 {
		chunk, err := r.stream.Recv()
		if err != nil {
			return
		}
		if r.take(chunk); r.in > 0 || r.out > 0 {
			return
		}
	}
}

// take is the text of a chunk; it notes how the reply ends.
func (r *reply) take(chunk api.ChatCompletionStreamResponse) string {
	var text strings.Builder
	if u := chunk.Usage; u != nil {
		r.in, r.out = max(r.in, u.PromptTokens), max(r.out, u.CompletionTokens)
	}
	for _, choice := range chunk.Choices {
		if choice.Index != 0 {
			continue
		}
		text.WriteString(choice.Delta.Content)
		if r.refusal.Len() < maxError {
			r.refusal.WriteString(choice.Delta.Refusal)
		}
		if choice.FinishReason != "" && choice.FinishReason != api.FinishReasonNull {
			r.finish = choice.FinishReason
		}
	}
	return text.String()
}

// end is io.EOF if the finish_reason says that the reply is whole. Reasons
// that are not in OpenAI's list (eos, end_turn) are other servers' words for stop.
func (r *reply) end() error {
	e := &Error{Op: "chat", Where: r.where}
	switch r.finish {
	case api.FinishReasonLength, "max_tokens", "model_length":
		e.Kind = Length
	case api.FinishReasonContentFilter, "safety":
		e.Kind = Filtered
	case api.FinishReasonToolCalls, api.FinishReasonFunctionCall:
		e.Kind, e.Detail = BadReply, "the model calls a tool although none was offered"
	case "error", "abort", "cancelled", "insufficient_system_resource":
		e.Kind, e.Detail = Truncated, "the server broke the reply off"
	default:
		return io.EOF
	}
	return e
}

// explain turns what go-openai returned into an *Error.
func (r *reply) explain(err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if r.ctx.Err() == nil {
		if errors.Is(err, io.EOF) {
			return &Error{Kind: Truncated, Op: "chat", Where: r.where, Detail: "the reply ended without finish_reason"}
		}
		if _, ok := errors.AsType[*json.SyntaxError](err); ok {
			return &Error{Kind: BadReply, Op: "chat", Where: r.where, Detail: "an event that is no JSON", hurt: true}
		}
		if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return &Error{Kind: BadReply, Op: "chat", Where: r.where, Detail: "an event that is no chat completion"}
		}
	}
	return netError(r.ctx, "chat", r.where, err)
}
