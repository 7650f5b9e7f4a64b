package openai

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The largest pieces of a response that are read into memory.
const (
	maxError = 64 << 10 // an error's body
	maxLine  = 1 << 20  // one event of a stream
	maxBody  = 64 << 20 // a whole body: 2,048 vectors of 3,072 numbers as text
)

// A doer sends go-openai's requests and gives it responses it can take: error
// statuses and error bodies become an *Error here, streams lose what go-openai
// stumbles over, and fields that it cannot send are put into the body.
type doer struct {
	http       *http.Client
	where, key string
}

type fieldsKey struct{}

// withFields has requests of this context send these JSON fields as well,
// such as "temperature": 0, which go-openai leaves out.
func withFields(ctx context.Context, fields map[string]any) context.Context {
	return context.WithValue(ctx, fieldsKey{}, fields)
}

// Do implements go-openai's HTTPDoer.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	op := "chat"
	if strings.HasSuffix(req.URL.Path, "/embeddings") {
		op = "embeddings"
	}
	if err := addFields(req); err != nil {
		return nil, &Error{Kind: BadRequest, Op: op, Where: d.where, Detail: "the request could not be written"}
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return nil, netError(req.Context(), op, d.where, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		defer resp.Body.Close()
		return nil, d.refusal(op, resp)
	}
	if op == "embeddings" {
		return d.whole(req.Context(), op, resp)
	}
	return d.events(req.Context(), op, resp)
}

// addFields merges the context's fields into the request's body.
func addFields(req *http.Request) error {
	fields, _ := req.Context().Value(fieldsKey{}).(map[string]any)
	if len(fields) == 0 {
		return nil
	}
	var body map[string]any
	dec := json.NewDecoder(req.Body)
	dec.UseNumber()
	if err := dec.Decode(&body); err != nil {
		return err
	}
	for k, v := range fields {
		body[k] = v
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req.ContentLength = int64(len(b))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	req.Body, _ = req.GetBody()
	return nil
}

// refusal reads a response with an error status.
func (d *doer) refusal(op string, resp *http.Response) *Error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxError)) // what came is enough
	c, ok := readComplaint(body)
	if !ok {
		c.message = string(body)
	}
	e := classify(op, d.where, d.key, resp.StatusCode, c)
	e.after = retryAfter(resp.Header, time.Now())
	if resp.StatusCode < 400 {
		e.Detail = "the server sends the request elsewhere; set the base URL to its final address"
	}
	return e
}

// whole reads a body that is one JSON value, and finds the error in it.
func (d *doer) whole(ctx context.Context, op string, resp *http.Response) (*http.Response, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, netError(ctx, op, d.where, err)
	case len(body) > maxBody:
		return nil, &Error{Kind: BadReply, Op: op, Where: d.where, Status: resp.StatusCode, Detail: fmt.Sprintf("longer than %d MB", maxBody>>20)}
	}
	if c, bad := readComplaint(body); bad {
		return nil, classify(op, d.where, d.key, resp.StatusCode, c)
	}
	if op == "embeddings" {
		if detail := checkEmbeddings(body); detail != "" {
			return nil, &Error{Kind: BadReply, Op: op, Where: d.where, Status: resp.StatusCode, Detail: detail}
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// events gives a stream of events as go-openai reads it. A body that is one
// JSON value is an error, or the reply of a server that does not stream, which
// becomes a stream of one event.
func (d *doer) events(ctx context.Context, op string, resp *http.Response) (*http.Response, error) {
	r := bufio.NewReaderSize(resp.Body, 16<<10)
	if !startsJSON(r) {
		resp.Body = &eventLines{ctx: ctx, doer: d, body: resp.Body, r: r}
		return resp, nil
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{r, resp.Body}
	resp, err := d.whole(ctx, op, resp)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, netError(ctx, op, d.where, err)
	}
	var reply struct {
		Choices []struct {
			Message json.RawMessage `json:"message"`
			Finish  json.RawMessage `json:"finish_reason"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(body, &reply); err != nil || len(reply.Choices) == 0 {
		return nil, &Error{Kind: BadReply, Op: op, Where: d.where, Status: resp.StatusCode, Detail: "neither a stream nor a completion"}
	}
	event, err := json.Marshal(map[string]any{"choices": []any{map[string]any{
		"index": 0, "delta": reply.Choices[0].Message, "finish_reason": reply.Choices[0].Finish,
	}}})
	if err != nil {
		return nil, &Error{Kind: BadReply, Op: op, Where: d.where, Status: resp.StatusCode, Detail: "a completion without a message"}
	}
	resp.Body = io.NopCloser(strings.NewReader("data: " + string(joinParts(event)) + "\n\ndata: [DONE]\n\n"))
	return resp, nil
}

// startsJSON reports whether the first byte that is not white space opens a
// JSON object; a line of an event stream never does.
func startsJSON(r *bufio.Reader) bool {
	for {
		b, err := r.Peek(1)
		if err != nil {
			return false
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			_, _ = r.Discard(1) // it was peeked
		default:
			return b[0] == '{'
		}
	}
}

// An eventLines is the body of an event stream with only its data lines, each
// ended. go-openai dies of 300 other lines, loses a last line without a line
// feed, and waits after an error event for one more line.
type eventLines struct {
	ctx  context.Context
	doer *doer
	body io.Closer
	r    *bufio.Reader
	out  []byte
	err  error
}

// Close implements [io.Closer].
func (e *eventLines) Close() error { return e.body.Close() }

// Read implements [io.Reader].
func (e *eventLines) Read(p []byte) (int, error) {
	for len(e.out) == 0 {
		if e.err != nil {
			return 0, e.err
		}
		e.next()
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

// next reads one line into out, or the end into err.
func (e *eventLines) next() {
	line, err := e.line()
	switch {
	case err == io.EOF:
		e.err = io.EOF
	case err != nil:
		e.err = netError(e.ctx, "chat", e.doer.where, err)
		return
	}
	data, ok := bytes.CutPrefix(bytes.TrimPrefix(line, []byte("\ufeff")), []byte("data:"))
	data = bytes.TrimSpace(data)
	if !ok || len(data) == 0 {
		return
	}
	if bytes.Contains(data, []byte(`"error"`)) {
		if c, bad := readComplaint(data); bad {
			e.err = classify("chat", e.doer.where, e.doer.key, 200, c)
			return
		}
	}
	e.out = append(append([]byte("data: "), joinParts(data)...), '\n')
}

// joinParts makes one string of content that is an array of parts, as Mistral
// sends it; parts that are no text are thoughts.
func joinParts(data []byte) []byte {
	if !bytes.Contains(data, []byte(`"content":[`)) && !bytes.Contains(data, []byte(`"content": [`)) {
		return data
	}
	var event map[string]json.RawMessage
	var choices []map[string]json.RawMessage
	if json.Unmarshal(data, &event) != nil || json.Unmarshal(event["choices"], &choices) != nil {
		return data
	}
	for _, choice := range choices {
		var delta map[string]json.RawMessage
		var parts []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		}
		if json.Unmarshal(choice["delta"], &delta) != nil || json.Unmarshal(delta["content"], &parts) != nil {
			continue
		}
		text := ""
		for _, p := range parts {
			if p.Type == "text" {
				text += p.Text
			}
		}
		delta["content"] = mustJSON(text)
		choice["delta"] = mustJSON(delta)
	}
	event["choices"] = mustJSON(choices)
	return mustJSON(event)
}

// mustJSON is for strings and for what was JSON before, which always marshal.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// line is the next line, without its end; at most maxLine bytes.
func (e *eventLines) line() ([]byte, error) {
	var line []byte
	for {
		part, err := e.r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, &Error{Kind: BadReply, Op: "chat", Where: e.doer.where, Detail: fmt.Sprintf("an event longer than %d MB", maxLine>>20)}
		}
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}
