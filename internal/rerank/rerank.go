// Package rerank asks a model server to score texts against a question, in the
// form of POST /v1/rerank that Jina, Cohere, vLLM and Xinference share, or in
// that of Hugging Face's text-embeddings-inference (TEI), whose POST /rerank
// has other names. It stores nothing.
package rerank

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Limits of one call.
const (
	deadline = 3 * time.Second  // a question does not wait longer
	pause    = 30 * time.Second // in which a server that failed is not asked
	mostBody = 1 << 20          // bytes of a reply
)

// Config says which server scores. URL is required.
type Config struct {
	URL        string // up to and with /rerank, or up to and with /v1
	Model      string
	Key        string // empty for servers that ask for none
	HTTPClient *http.Client
	Deadline   time.Duration // of one call; default 3s
	Now        func() time.Time
}

// A Client is one server. It is safe for concurrent use.
type Client struct {
	cfg      Config
	endpoint string
	tei      atomic.Bool  // the server speaks TEI's form
	until    atomic.Int64 // unix nanoseconds before which it is not asked
}

// New checks the configuration.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, errors.New("the reranker's address is none: write it like http://localhost:8080/v1/rerank, without a name or password")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if !strings.HasSuffix(u.Path, "/rerank") {
		u.Path += "/rerank"
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = &http.Client{}
	}
	bare := *cfg.HTTPClient // a question must not wander to another host
	bare.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	cfg.HTTPClient = &bare
	if cfg.Deadline == 0 {
		cfg.Deadline = deadline
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Client{cfg: cfg, endpoint: u.String()}, nil
}

// Rerank scores texts against a question, the higher the better: a score for
// each text by its number, none for those that the server leaves out. Any reply
// that does not say that plainly is an error, after which the server is not
// asked for half a minute.
func (c *Client) Rerank(ctx context.Context, question string, texts []string) (map[int]float64, error) {
	if c.cfg.Now().UnixNano() < c.until.Load() {
		return nil, errors.New("the reranker failed a moment ago and is not asked yet")
	}
	within, cancel := context.WithTimeout(ctx, c.cfg.Deadline)
	defer cancel()
	status, body, err := c.post(within, question, texts)
	if err == nil && status == http.StatusUnprocessableEntity && bytes.Contains(body, []byte("texts")) && c.tei.CompareAndSwap(false, true) {
		status, body, err = c.post(within, question, texts)
	}
	var scores map[int]float64
	switch {
	case err != nil:
	case status != http.StatusOK:
		err = fmt.Errorf("the reranker answered with status %d: check RERANK_URL, RERANK_MODEL and RERANK_API_KEY", status)
	default:
		scores, err = read(body, len(texts))
	}
	if err != nil && ctx.Err() == nil {
		c.until.Store(c.cfg.Now().Add(pause).UnixNano())
	}
	return scores, err
}

func (c *Client) post(ctx context.Context, question string, texts []string) (status int, body []byte, err error) {
	ask := map[string]any{"query": question, "documents": texts, "top_n": len(texts)}
	if c.cfg.Model != "" {
		ask["model"] = c.cfg.Model
	}
	if c.tei.Load() {
		ask = map[string]any{"query": question, "texts": texts, "truncate": true}
	}
	raw, err := json.Marshal(ask)
	if err != nil {
		return 0, nil, fmt.Errorf("asking the reranker: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, errors.New("asking the reranker: its address is none")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if c.cfg.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.Key)
	}
	resp, err := c.cfg.HTTPClient.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address may hold a secret
		}
		return 0, nil, fmt.Errorf("asking the reranker: %w", err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, mostBody+1))
	if err == nil && len(body) > mostBody {
		err = errors.New("more than a mebibyte")
	}
	if err != nil {
		return 0, nil, fmt.Errorf("reading the reranker's reply: %w", err)
	}
	return resp.StatusCode, body, nil
}

// A result is one score of a reply; TEI calls it score.
type result struct {
	Index     *int     `json:"index"`
	Relevance *float64 `json:"relevance_score"`
	Score     *float64 `json:"score"`
}

// read takes the scores of n texts from a reply: an object with results, or
// TEI's bare list.
func read(body []byte, n int) (map[int]float64, error) {
	var results []result
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		err = json.Unmarshal(body, &results)
	} else {
		var reply struct{ Results []result }
		err = json.Unmarshal(body, &reply)
		results = reply.Results
	}
	if err != nil {
		return nil, errors.New("the reranker's reply is no list of results")
	}
	scores := make(map[int]float64, n)
	for _, r := range results {
		score := r.Relevance
		if score == nil {
			score = r.Score
		}
		switch {
		case r.Index == nil || score == nil || math.IsNaN(*score) || math.IsInf(*score, 0):
			return nil, errors.New("the reranker's reply has a result without a text or a score")
		case *r.Index < 0 || *r.Index >= n:
			return nil, fmt.Errorf("the reranker scored text %d of %d", *r.Index, n)
		}
		if _, twice := scores[*r.Index]; twice {
			return nil, fmt.Errorf("the reranker scored text %d twice", *r.Index)
		}
		scores[*r.Index] = *score
	}
	if len(scores) == 0 {
		return nil, errors.New("the reranker scored nothing")
	}
	return scores, nil
}
