package openai

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	api "github.com/sashabaranov/go-openai"
)

// An Embedder asks the client's embedding model. It implements
// retrieval.Embedder and is safe for concurrent use.
type Embedder struct {
	c     *Client
	batch atomic.Int64  // the largest batch to send
	dim   atomic.Int64  // the length of the vectors; 0 until known
	slots chan struct{} // full while cfg.Parallel requests for passages are under way
	pace  pace
}

// Embedder is nil when no embedding model is configured.
func (c *Client) Embedder() *Embedder {
	if c.cfg.EmbeddingModel == "" {
		return nil
	}
	e := &Embedder{c: c, slots: make(chan struct{}, c.cfg.Parallel)}
	e.pace.requests, e.pace.tokens = c.cfg.RequestsPerMinute, c.cfg.TokensPerMinute
	e.batch.Store(int64(c.cfg.MaxBatch))
	e.dim.Store(int64(c.cfg.Dimensions))
	return e
}

// Model names the server, the model and all options that change its vectors.
func (e *Embedder) Model() string {
	cfg := e.c.cfg
	name := "openai:" + cfg.EmbeddingModel + "@" + strings.SplitN(e.c.where, "://", 2)[1]
	if cfg.Dimensions > 0 {
		name += fmt.Sprintf("/%d", cfg.Dimensions)
	}
	if cfg.QueryPrefix+cfg.PassagePrefix != "" {
		sum := sha256.Sum256([]byte(cfg.QueryPrefix + "\x00" + cfg.PassagePrefix))
		name += fmt.Sprintf("+%x", sum[:4])
	}
	return name
}

// Batch is how many texts the server is known to take in one request.
func (e *Embedder) Batch() int { return int(e.batch.Load()) }

// Parallel is how many requests for passages are sent at a time, over all calls
// of Embed: as many calls keep the server busy.
func (e *Embedder) Parallel() int { return cap(e.slots) }

// EmbedQuery implements retrieval.Embedder.
func (e *Embedder) EmbedQuery(ctx context.Context, question string) ([]float32, error) {
	inputs, err := e.inputs([]string{question}, e.c.cfg.QueryPrefix)
	if err != nil {
		return nil, err
	}
	out := make([][]float32, 1)
	if err := e.fill(ctx, inputs, out, e.request); err != nil {
		return nil, err
	}
	return out[0], nil
}

// Embed implements retrieval.Embedder: vectors of unit length and one size, in
// the order of the texts, or an error and none. It sends the texts in batches,
// a few at a time, and no faster than the account's limits allow; while the
// server asks to wait, no passage is sent by anyone. A batch that the server
// refuses is halved; a single text that is too long for the model is embedded
// by its beginning. Questions wait for none of this.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	inputs, err := e.inputs(texts, e.c.cfg.PassagePrefix)
	if err != nil || len(inputs) == 0 {
		return make([][]float32, len(texts)), err
	}
	out := make([][]float32, len(inputs))
	// The first batch goes alone: it finds out the batch size and the length.
	first := e.next(inputs)
	if err := e.fill(ctx, inputs[:first], out[:first], e.paced); err != nil {
		return nil, err
	}
	if err := e.rest(ctx, inputs[first:], out[first:]); err != nil {
		return nil, err
	}
	return out, nil
}

// next is how many of the inputs go into the next request.
func (e *Embedder) next(inputs []string) int {
	n, tokens := 0, 0
	for n < min(len(inputs), e.Batch()) {
		if tokens += e.c.cfg.Count(inputs[n]); tokens > e.c.cfg.MaxBatchTokens && n > 0 {
			break
		}
		n++
	}
	return n
}

// inputs are the texts as they are sent.
func (e *Embedder) inputs(texts []string, prefix string) ([]string, error) {
	inputs := make([]string, len(texts))
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			return nil, e.fail(BadRequest, fmt.Sprintf("text %d of %d is empty", i+1, len(texts)))
		}
		inputs[i] = prefix + strings.ToValidUTF8(text, "\ufffd")
	}
	return inputs, nil
}

// rest fills out, cfg.Parallel batches at a time, and stops at the first error.
func (e *Embedder) rest(ctx context.Context, inputs []string, out [][]float32) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan struct{}, e.c.cfg.Parallel)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for len(inputs) > 0 && ctx.Err() == nil {
		n := e.next(inputs)
		in, to := inputs[:n], out[:n]
		inputs, out = inputs[n:], out[n:]
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if err := e.fill(ctx, in, to, e.paced); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failed == nil {
					failed = err
					cancel(err)
				}
			}
		})
	}
	wait.Wait()
	if failed == nil && ctx.Err() != nil {
		return netError(ctx, "embeddings", e.c.where, ctx.Err())
	}
	return failed
}

// shortest is the length in characters below which a text is not cut further.
const shortest = 32

// A sender embeds inputs into out, of the same length, in one request.
type sender func(ctx context.Context, inputs []string, out [][]float32) error

// fill embeds inputs into out, of the same length, in as many requests as it takes.
func (e *Embedder) fill(ctx context.Context, inputs []string, out [][]float32, send sender) error {
	if size := e.Batch(); len(inputs) > size {
		if err := e.fill(ctx, inputs[:size], out[:size], send); err != nil {
			return err
		}
		return e.fill(ctx, inputs[size:], out[size:], send)
	}
	err := send(ctx, inputs, out)
	refused, ok := errors.AsType[*Error](err)
	if !ok || refused.Kind != BadRequest && refused.Kind != Context {
		return err
	}
	if len(inputs) == 1 {
		runes := utf8.RuneCountInString(inputs[0])
		if refused.Kind != Context || runes <= shortest {
			return err
		}
		e.c.cfg.Log.Warn("model server: a text is too long to be embedded whole; its beginning is embedded", "characters", runes/2)
		return e.fill(ctx, []string{string([]rune(inputs[0])[:runes/2])}, out, send)
	}
	half := len(inputs) / 2
	if err := e.fill(ctx, inputs[:half], out[:half], send); err != nil {
		return err
	}
	if err := e.fill(ctx, inputs[half:], out[half:], send); err != nil {
		return err
	}
	if refused.Kind == BadRequest { // nothing was wrong but the number of texts
		e.shrink(half)
	}
	return nil
}

// shrink remembers a batch size that was taken after a larger one was refused.
func (e *Embedder) shrink(size int) {
	for {
		now := e.batch.Load()
		if int64(size) >= now || e.batch.CompareAndSwap(now, int64(size)) {
			return
		}
	}
}

// refusals is how often passages may be refused for their number in a row, each
// time after the wait that the server asked for, before that is an error.
const refusals = 20

// paced is request within the account's limits. A refusal for the rate holds
// all passages back, and this batch is sent again.
func (e *Embedder) paced(ctx context.Context, inputs []string, out [][]float32) error {
	tokens := 0
	for _, text := range inputs {
		tokens += e.c.cfg.Count(text)
	}
	for again := 1; ; again++ {
		if err := e.pace.wait(ctx, tokens); err != nil {
			return netError(ctx, "embeddings", e.c.where, err)
		}
		select {
		case e.slots <- struct{}{}:
		case <-ctx.Done():
			return netError(ctx, "embeddings", e.c.where, ctx.Err())
		}
		refused, err := e.try(ctx, inputs, out, true)
		<-e.slots
		if refused == nil && err == nil {
			e.pace.taken()
		}
		switch {
		case refused == nil:
			return err
		case again == refusals:
			return refused
		}
		e.pace.refused(max(refused.after, e.c.cfg.Wait))
	}
}

// request embeds one batch in one request, with retries.
func (e *Embedder) request(ctx context.Context, inputs []string, out [][]float32) error {
	_, err := e.try(ctx, inputs, out, false)
	return err
}

// try is request, and gives a refusal for the rate back instead of trying again
// when the caller waits himself.
func (e *Embedder) try(ctx context.Context, inputs []string, out [][]float32, waits bool) (refused *Error, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, e.c.cfg.Deadline, errDeadline)
	defer cancel()
	vectors, err := retry(ctx, e.c, "embeddings", func() ([][]float32, error) {
		vectors, err := e.attempt(ctx, inputs)
		if known, ok := errors.AsType[*Error](err); ok && known.Kind == Rate && waits {
			refused = known
			return nil, nil
		}
		return vectors, err
	})
	copy(out, vectors)
	return refused, err
}

func (e *Embedder) attempt(ctx context.Context, inputs []string) ([][]float32, error) {
	cfg := e.c.cfg
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.FirstToken, errSlowStart)
	defer cancel()
	resp, err := e.c.api.CreateEmbeddings(ctx, api.EmbeddingRequest{
		Input: inputs, Model: api.EmbeddingModel(cfg.EmbeddingModel),
		EncodingFormat: api.EmbeddingEncodingFormat(cfg.Encoding), Dimensions: cfg.Dimensions,
	})
	switch known, ok := errors.AsType[*Error](err); {
	case ok:
		return nil, known
	case err != nil && ctx.Err() != nil:
		return nil, netError(ctx, "embeddings", e.c.where, err)
	case err != nil:
		return nil, e.fail(BadReply, "the vectors cannot be read as "+cfg.Encoding)
	case len(resp.Data) != len(inputs):
		return nil, e.fail(BadReply, fmt.Sprintf("%d vectors for %d texts", len(resp.Data), len(inputs)))
	}
	ordered := len(resp.Data) == 1
	for _, item := range resp.Data {
		ordered = ordered || item.Index != 0
	}
	out := make([][]float32, len(inputs))
	for i, item := range resp.Data {
		at := i // a server that numbers nothing sends them in order
		if ordered {
			at = item.Index
		}
		if at < 0 || at >= len(out) || out[at] != nil {
			return nil, e.fail(BadReply, "the vectors' numbers do not match the texts")
		}
		if out[at], err = e.unit(item.Embedding); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unit checks a vector and scales it to length 1.
func (e *Embedder) unit(v []float32) ([]float32, error) {
	if e.dim.CompareAndSwap(0, int64(len(v))); int64(len(v)) != e.dim.Load() || len(v) == 0 {
		return nil, e.fail(BadReply, fmt.Sprintf("a vector of %d numbers among vectors of %d", len(v), e.dim.Load()))
	}
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return nil, e.fail(BadReply, "a vector that has no length or no numbers")
	}
	scale := 1 / math.Sqrt(sum)
	unit := make([]float32, len(v))
	for i, x := range v {
		unit[i] = float32(float64(x) * scale)
	}
	return unit, nil
}

func (e *Embedder) fail(kind Kind, detail string) *Error {
	return &Error{Kind: kind, Op: "embeddings", Where: e.c.where, Detail: detail}
}

// checkEmbeddings finds what go-openai's decoding would hide: null for a number
// becomes 0 there, and a missing number of a vector becomes the first.
func checkEmbeddings(body []byte) (detail string) {
	var reply struct {
		Data []struct {
			Index     *int            `json:"index"`
			Embedding json.RawMessage `json:"embedding"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &reply) != nil {
		return "no list of vectors"
	}
	seen := make(map[int]bool, len(reply.Data))
	for _, item := range reply.Data {
		if item.Index != nil {
			if seen[*item.Index] {
				return "two vectors with one number"
			}
			seen[*item.Index] = true
		}
		if strings.HasPrefix(string(item.Embedding), "[") && strings.Contains(string(item.Embedding), "null") {
			return "a vector with null for a number"
		}
	}
	if len(seen) != 0 && len(seen) != len(reply.Data) {
		return "some vectors have no number"
	}
	return ""
}
