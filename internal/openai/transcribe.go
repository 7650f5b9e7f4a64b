package openai

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	api "github.com/sashabaranov/go-openai"
)

// A Transcriber turns speech into text at a server with OpenAI's
// /audio/transcriptions. It is safe for concurrent use.
type Transcriber struct {
	model string
	api   *api.Client
}

// transcribeTimeout bounds one transcription; nothing is tried twice, since
// the person who speaks can.
const transcribeTimeout = time.Minute

// NewTranscriber checks the configuration, of which BaseURL, Key and
// HTTPClient count; it sends nothing.
func NewTranscriber(cfg Config, model string) (*Transcriber, error) {
	if model == "" {
		return nil, errors.New("openai: no model for speech is named")
	}
	cfg.ChatModel = model // a Client needs one
	c, err := New(cfg)
	if err != nil {
		return nil, err
	}
	conf := api.DefaultConfig(c.cfg.Key)
	conf.BaseURL = strings.TrimRight(c.where, "/")
	conf.HTTPClient = &hearer{&doer{http: c.http, where: c.where, key: c.cfg.Key}}
	return &Transcriber{model, api.NewClientWithConfig(conf)}, nil
}

// Transcribe is what is said in an audio file; its name tells the format.
func (t *Transcriber) Transcribe(ctx context.Context, name string, audio io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, transcribeTimeout)
	defer cancel()
	resp, err := t.api.CreateTranscription(ctx, api.AudioRequest{Model: t.model, FilePath: name, Reader: audio})
	if failed := new(Error); errors.As(err, &failed) {
		return "", failed
	}
	if err != nil {
		return "", errors.New("openai: the server's transcription cannot be understood") // its words may be the person's
	}
	return strings.TrimSpace(resp.Text), nil
}

// hearer sends the requests of a Transcriber; their replies are one JSON value.
type hearer struct{ *doer }

// Do implements go-openai's HTTPDoer.
func (h *hearer) Do(req *http.Request) (*http.Response, error) {
	const op = "transcription"
	resp, err := h.http.Do(req)
	if err != nil {
		return nil, netError(req.Context(), op, h.where, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		defer resp.Body.Close()
		return nil, h.refusal(op, resp)
	}
	return h.whole(req.Context(), op, resp)
}
