package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Kind says what went wrong with a call, and so what to do about it.
type Kind string

// The kinds of error.
const (
	Auth        Kind = "auth"           // the key is wrong or may not do this
	Quota       Kind = "quota"          // the account's money or quota is used up
	Rate        Kind = "rate"           // too many requests; later it works
	Unavailable Kind = "unavailable"    // the server cannot be reached or fails
	Timeout     Kind = "timeout"        // the server took too long
	NotFound    Kind = "not found"      // no such model or address
	BadRequest  Kind = "bad request"    // the server refuses the request as it is
	Context     Kind = "context length" // the request is longer than the model takes
	Filtered    Kind = "filtered"       // the server's content filter stopped it
	Length      Kind = "length"         // the reply was cut at the length limit
	Truncated   Kind = "truncated"      // the reply stopped without an end
	BadReply    Kind = "bad reply"      // the reply is not what the API promises
	Canceled    Kind = "canceled"       // the caller gave up
	Paused      Kind = "paused"         // the server failed so often that it is left alone for a while
)

// advice is what an admin does next.
var advice = map[Kind]string{
	Auth:        "check the API key and that it may use this model",
	Quota:       "the account has no credit left: top it up, or configure another server",
	Rate:        "the server limits requests: try again later, or raise the key's limit",
	Unavailable: "check that the server runs and can be reached, and try again",
	Timeout:     "the server did not answer in time: try again, or raise the time limits",
	NotFound:    "check the model's name and the base URL (most end in /v1)",
	BadRequest:  "the server refuses the request: check the model and its options",
	Context:     "the request is too long for the model: send fewer passages, or use a model with a larger context",
	Filtered:    "the server's content filter stopped the request: ask in other words",
	Length:      "the reply was cut off: raise the reply's token limit",
	Truncated:   "the connection broke inside the reply: try again",
	BadReply:    "the server's reply cannot be understood: check that it speaks the OpenAI API",
	Canceled:    "the caller gave up",
	Paused:      "the server failed several calls in a row and is not asked for a while: see the errors before",
}

// An Error is a failed call. Its text holds neither the key nor any text of
// the request or of the server's message, which may repeat both.
type Error struct {
	Kind   Kind
	Op     string // chat or embeddings
	Where  string // the server's base URL without credentials
	Status int    // HTTP status; 0 if there was none
	Code   string // the server's error code, if it is a plain word
	Detail string // what was wrong, in our words; may be empty

	after time.Duration // Retry-After; 0 if the server named none
	hurt  bool          // what came was damaged on its way: the next reply may be whole
	about string        // the request field that the server complains about
	cause error         // a context or network error that holds no address
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "openai: %s at %s: %s", e.Op, e.Where, e.Kind)
	if e.Status != 0 {
		fmt.Fprintf(&b, ", status %d", e.Status)
	}
	if e.Code != "" {
		fmt.Fprintf(&b, " (%s)", e.Code)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	b.WriteString(": " + advice[e.Kind])
	return b.String()
}

// Unwrap is the context's or network's error, if that was the reason.
func (e *Error) Unwrap() error { return e.cause }

// Cut reports whether a reply began and was cut: what came may be used.
func (e *Error) Cut() bool { return e.Kind == Length || e.Kind == Truncated }

// TooLong reports whether a shorter request may succeed.
func (e *Error) TooLong() bool { return e.Kind == Context }

// RetryAfter is how long the server asked to wait; 0 if it did not say.
func (e *Error) RetryAfter() time.Duration { return e.after }

// passes reports whether the same request may succeed a little later.
func (e *Error) passes() bool {
	switch e.Kind {
	case Rate, Unavailable, Timeout, Truncated:
		return true
	}
	return e.hurt
}

// A complaint is an error as servers write it into a body.
type complaint struct{ code, kind, message, param string }

// plainWord is a code that can be shown.
var plainWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,47}$`)

// readComplaint reads the error out of a JSON body in the shapes of OpenAI,
// DashScope, vLLM, Ollama, llama.cpp and FastAPI. ok is false when there is none.
func readComplaint(body []byte) (c complaint, ok bool) {
	var top map[string]json.RawMessage
	if json.Unmarshal(body, &top) != nil {
		return c, false
	}
	word := func(m map[string]json.RawMessage, key string) string {
		var v any
		if json.Unmarshal(m[key], &v) != nil || v == nil {
			return ""
		}
		if s, isText := v.(string); isText {
			return s
		}
		return string(m[key])
	}
	inner := top
	if raw, has := top["error"]; has {
		var m map[string]json.RawMessage
		var s string
		switch {
		case json.Unmarshal(raw, &m) == nil && len(m) > 0:
			inner = m
		case json.Unmarshal(raw, &s) == nil && s != "":
			return complaint{message: s}, true
		default: // null, false or {}: some servers always send the field
			return c, false
		}
	} else if top["choices"] != nil || top["data"] != nil {
		return c, false
	}
	c = complaint{word(inner, "code"), word(inner, "type"), word(inner, "message") + word(inner, "detail"), word(inner, "param")}
	return c, c != complaint{}
}

// classify turns an HTTP status and the server's words into an Error.
func classify(op, where, key string, status int, c complaint) *Error {
	e := &Error{Op: op, Where: where, Status: status}
	for _, word := range []string{c.code, c.kind} {
		if e.Code == "" && plainWord.MatchString(word) && (key == "" || !strings.Contains(word, key)) {
			e.Code = word
		}
	}
	if n, err := strconv.Atoi(c.code); err == nil && n >= 400 && n < 600 && status < 400 {
		status = n // an error status inside a body with status 200
	}
	e.Kind = kindOf(status, strings.ToLower(c.code+" "+c.kind+" "+c.message))
	words := strings.ToLower(c.param + " " + c.message)
	for _, field := range []string{"temperature", "max_tokens", "stream_options"} {
		if e.Kind == BadRequest && strings.Contains(words, field) {
			e.about = field
		}
	}
	// llama.cpp and others fail with 500 on a schema that they cannot follow.
	for _, word := range []string{"response_format", "json_schema", "grammar"} {
		if (e.Kind == BadRequest || e.Kind == Unavailable) && strings.Contains(words, word) {
			e.about = "response_format"
		}
	}
	return e
}

// kindOf sorts a status and a server's lower-case words. The words come from
// the error pages of OpenAI, Azure, DeepSeek, DashScope, vLLM, llama.cpp and Ollama.
func kindOf(status int, words string) Kind {
	says := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(words, p) {
				return true
			}
		}
		return false
	}
	switch {
	case status == 413, says("context_length", "context length", "context window", "maximum context", "context size", "exceed_context",
		"input is too long", "prompt is too long", "range of input length", "longer than the maximum", "maximum input length", "too many tokens"):
		return Context
	case says("content_filter", "data_inspection_failed", "datainspectionfailed", "content management policy"):
		return Filtered
	case status == 402, says("insufficient_quota", "insufficient balance", "arrearage", "credit balance", "check your plan and billing"):
		return Quota
	case status == 401, status == 403, says("invalid_api_key", "invalidapikey", "incorrect api key", "unauthorized"):
		return Auth
	case status == 429, says("rate_limit", "rate limit", "throttling", "too many requests"):
		return Rate
	case status == 404, says("model_not_found", "model not exist"):
		return NotFound
	case status == 408, status == 425, status >= 500:
		return Unavailable
	case status >= 300:
		return BadRequest
	}
	return Unavailable // an error with status 200 that says nothing known
}

// retryAfter reads how long a server asks to wait, in milliseconds (OpenAI,
// Azure), seconds or as an HTTP date (RFC 9110, 10.2.3); 0 if it does not say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(min(ms, 1e9) * float64(time.Millisecond))
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 {
		return time.Duration(min(s, 1e6) * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// netError is an error of the connection, told without addresses: a URL may
// hold a password.
func netError(ctx context.Context, op, where string, err error) *Error {
	e := &Error{Kind: Unavailable, Op: op, Where: where}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	cause := context.Cause(ctx)
	var address *net.DNSError
	var dial *net.OpError
	var parse *url.Error
	switch {
	case errors.Is(cause, errSlowStart), errors.Is(cause, errIdle), errors.Is(cause, errDeadline):
		e.Kind, e.Detail = Timeout, cause.Error()
		e.cause = context.DeadlineExceeded
	case errors.Is(cause, context.DeadlineExceeded):
		e.Kind, e.cause = Timeout, context.DeadlineExceeded
	case cause != nil:
		e.Kind, e.cause = Canceled, context.Canceled
	case errors.As(err, &address):
		e.Detail = "the host's name is not known"
	case errors.As(err, &dial) && dial.Op == "dial":
		e.Detail = "no connection"
	case errors.As(err, &parse) && parse.Timeout():
		e.Kind = Timeout
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.As(err, &dial):
		e.Kind, e.Detail = Unavailable, "the connection broke"
	default:
		e.Detail = "the request failed"
	}
	return e
}
