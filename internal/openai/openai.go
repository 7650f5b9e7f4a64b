// Package openai talks to model servers that speak the OpenAI HTTP API: it
// streams chat replies, makes embeddings and hears speech, and it is the only
// importer of go-openai. Retries, deadlines, redaction and the quirks of servers
// live here.
//
// It stores nothing but the batch size and the vector length that a server was
// found to have, in memory.
package openai

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	api "github.com/sashabaranov/go-openai"
)

// OpenAI is the base URL when none is configured.
const OpenAI = "https://api.openai.com/v1"

// A Config says which server and models to use. Zero values take the defaults.
type Config struct {
	BaseURL string // up to and without /chat/completions; default OpenAI
	Key     string // empty for servers that ask for none
	// APIVersion makes this Azure's API; the models are then deployments.
	APIVersion string

	ChatModel string
	MaxTokens int // of a reply; 0 leaves it to the server

	EmbeddingModel string
	Dimensions     int    // of the vectors; 0 is the model's own
	Encoding       string // of the vectors on the wire: float (default) or base64
	// QueryPrefix and PassagePrefix stand before the texts, for models that
	// were trained with them ("query: ", "passage: ").
	QueryPrefix, PassagePrefix string
	MaxBatch                   int // texts in one request at first; default 64
	MaxBatchTokens             int // in one request, by Count; default 100,000
	Parallel                   int // requests for embeddings at a time; default 4
	// What the account may send a minute to embed passages; 0 is no limit.
	RequestsPerMinute, TokensPerMinute int
	// Count estimates the tokens of a text; by default one for two bytes.
	Count func(text string) int

	// HTTPClient is used as it is, apart from redirects, which are not
	// followed: a question must not wander to another host.
	HTTPClient *http.Client

	FirstToken time.Duration // from request to first token; default 90s
	Idle       time.Duration // between tokens, keep-alives do not count; default 45s
	Deadline   time.Duration // of one call with all its retries; default 4m
	Tries      int           // of one call; default 4
	Wait       time.Duration // before the first retry, doubled for each; default 500ms
	// Failures is after how many failed calls in a row the chat model is not
	// asked for Pause; then one call tries it. Default 5 and 30s.
	Failures int
	Pause    time.Duration

	Log *slog.Logger // retries; default discards
}

// A Client is one model server. It is safe for concurrent use.
type Client struct {
	cfg   Config
	where string // the base URL without credentials, for errors
	api   *api.Client
	http  *http.Client
}

// New checks the configuration; it sends nothing.
func New(cfg Config) (*Client, error) {
	cfg = withDefaults(cfg)
	base, err := checkBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.ContainsFunc(cfg.Key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("openai: the API key has characters that no key has: check it for blanks and line breaks")
	case cfg.ChatModel == "" && cfg.EmbeddingModel == "":
		return nil, errors.New("openai: neither a chat model nor an embedding model is named: set one of them")
	case cfg.Encoding != "float" && cfg.Encoding != "base64":
		return nil, fmt.Errorf("openai: encoding %q of embeddings: choose float or base64", cfg.Encoding)
	}
	c := &Client{cfg: cfg, where: base.Scheme + "://" + base.Host + base.Path}
	h := *cfg.HTTPClient
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &h
	conf := api.DefaultConfig(cfg.Key)
	if cfg.APIVersion != "" {
		conf = api.DefaultAzureConfig(cfg.Key, "")
		conf.APIVersion = cfg.APIVersion
		conf.AzureModelMapperFunc = func(model string) string { return model }
	}
	conf.BaseURL = base.String()
	conf.HTTPClient = &doer{http: c.http, where: c.where, key: cfg.Key}
	c.api = api.NewClientWithConfig(conf)
	return c, nil
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Where is the server's address without credentials, for logs and status.
func (c *Client) Where() string { return c.where }

func withDefaults(cfg Config) Config {
	or := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	or(&cfg.FirstToken, 90*time.Second)
	or(&cfg.Idle, 45*time.Second)
	or(&cfg.Deadline, 4*time.Minute)
	or(&cfg.Wait, 500*time.Millisecond)
	or(&cfg.Pause, 30*time.Second)
	number := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	number(&cfg.Tries, 4)
	number(&cfg.Failures, 5)
	number(&cfg.MaxBatch, 64)
	number(&cfg.MaxBatchTokens, 100_000)
	number(&cfg.Parallel, 4)
	if cfg.BaseURL == "" {
		cfg.BaseURL = OpenAI
	}
	if cfg.Encoding == "" {
		cfg.Encoding = "float"
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	if cfg.Count == nil {
		cfg.Count = func(text string) int { return len(text)/2 + 1 }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Key = strings.TrimSpace(cfg.Key)
	return cfg
}

// checkBase reads a base URL. Its errors do not repeat it: it may hold a
// password.
func checkBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, errors.New("openai: the base URL cannot be read: write it like https://host/v1")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, errors.New("openai: the base URL must begin with http:// or https:// and name a host, like https://host/v1")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("openai: the base URL must end before ? and #: give the key as the API key")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	for _, end := range []string{"/chat/completions", "/embeddings"} {
		u.Path = strings.TrimSuffix(u.Path, end)
	}
	return u, nil
}
