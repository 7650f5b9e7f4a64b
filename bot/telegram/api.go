package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// DefaultEndpoint is Telegram's own Bot API.
	DefaultEndpoint = "https://api.telegram.org"
	// maxBody bounds what is read of one response: 100 updates of the largest
	// size are well below it.
	maxBody = 32 << 20
	// callTimeout bounds every request but the long poll.
	callTimeout = 20 * time.Second
)

// A callError says how a request to Telegram failed. It never carries the
// token, so that it may be logged and returned.
type callError struct {
	Method     string
	Code       int    // Telegram's error_code, or the HTTP status; 0 when there was no answer
	Text       string // Telegram's description, or what happened to the connection
	RetryAfter time.Duration
	MigrateTo  int64
	foreign    bool  // something else than a Bot API server answered
	cause      error // context.Canceled or context.DeadlineExceeded, or nil
}

func (e *callError) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("telegram %s: %s", e.Method, e.Text)
	}
	return fmt.Sprintf("telegram %s: %d %s", e.Method, e.Code, e.Text)
}

func (e *callError) Unwrap() error { return e.cause }

// says reports whether Telegram's description contains one of the phrases.
func (e *callError) says(phrases ...string) bool {
	text := strings.ToLower(e.Text)
	for _, p := range phrases {
		if strings.Contains(text, strings.ToLower(p)) {
			return true
		}
	}
	return false
}

// passing reports whether the same request may succeed later.
func (e *callError) passing() bool { return e.Code == 0 || e.Code >= 500 || e.foreign }

// api makes requests to one Bot API server as one bot.
type api struct {
	token    string
	endpoint string // as the library wants it: https://…/bot%s/%s
	client   *http.Client
	flying   chan struct{} // requests under way
}

// maxFlying is how many requests are under way at a time. Telegram takes thirty
// messages a second, so this many wait only while it hangs; and without it a
// rush would open a connection for each chat.
const maxFlying = 256

func newAPI(token, endpoint string, client *http.Client) (*api, error) {
	if endpoint == "" {
		endpoint = DefaultEndpoint
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("telegram: the API endpoint is not an http or https address; leave it empty for Telegram's own")
	}
	c := http.Client{Transport: transport()}
	if client != nil {
		c = *client
	}
	// A redirect would carry the token, which is part of the path, to another host.
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	base := strings.ReplaceAll(strings.TrimRight(endpoint, "/"), "%", "%%")
	return &api{token, base + "/bot%s/%s", &c, make(chan struct{}, maxFlying)}, nil
}

func transport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := standard.Clone()
	// The standard two would be opened anew all the time.
	t.MaxIdleConns, t.MaxIdleConnsPerHost = maxFlying, maxFlying
	return t
}

// exchange carries the library's requests: it adds what the library lacks, a
// context and a bound on the response, and notes the HTTP status.
type exchange struct {
	ctx    context.Context
	client *http.Client
	status int
}

// Do implements tgbotapi.HTTPClient.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	resp, err := x.client.Do(req.WithContext(x.ctx))
	if err != nil {
		return nil, err
	}
	x.status = resp.StatusCode
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxBody), resp.Body}
	return resp, nil
}

// call makes one request and decodes its result into result, unless that is
// nil. The error is a *callError.
func (a *api) call(ctx context.Context, timeout time.Duration, method string, params tgbotapi.Params, result any) error {
	leave, err := enter(ctx, a.flying)
	if err != nil {
		return a.explain(ctx, method, 0, err)
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	x := &exchange{ctx: ctx, client: a.client}
	lib := &tgbotapi.BotAPI{Token: a.token, Client: x}
	lib.SetAPIEndpoint(a.endpoint)
	resp, err := lib.MakeRequest(method, params)
	if err == nil && result != nil {
		err = json.Unmarshal(resp.Result, result)
	}
	if err == nil {
		return nil
	}
	return a.explain(ctx, method, x.status, err)
}

func (a *api) explain(ctx context.Context, method string, status int, err error) *callError {
	out := &callError{Method: method, Text: a.redact(err.Error())}
	var refused *tgbotapi.Error
	switch {
	case errors.As(err, &refused):
		out.Code, out.MigrateTo = refused.Code, refused.MigrateToChatID
		out.RetryAfter = time.Duration(refused.RetryAfter) * time.Second
		if out.Code == 0 {
			out.Code = status
		}
	case status >= 400:
		out.Code, out.Text, out.foreign = status, "the answer is not Telegram's", true
	case ctx.Err() != nil:
		out.cause = ctx.Err()
	}
	if out.Code == http.StatusTooManyRequests && out.RetryAfter <= 0 {
		out.RetryAfter = 5 * time.Second
	}
	return out
}

// redact takes the token out of a text: whole, escaped, and its secret half.
func (a *api) redact(text string) string {
	forms := []string{a.token, url.PathEscape(a.token), url.QueryEscape(a.token)}
	if _, secret, found := strings.Cut(a.token, ":"); found && secret != "" {
		forms = append(forms, secret)
	}
	for _, form := range forms {
		if form != "" {
			text = strings.ReplaceAll(text, form, "<token>")
		}
	}
	return text
}
