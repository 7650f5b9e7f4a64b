package openai_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/openai"
)

// A meteredServer embeds texts and refuses what its account may not send: more
// requests or tokens in any minute than allowed, and anything while it asked
// to wait.
type meteredServer struct {
	requests, tokens int

	mu      sync.Mutex
	sent    []meteredRequest
	until   time.Time // of the wait it asked for
	refused int
	early   int // requests that were sent in such a wait
	widest  int // texts in one request
	busy    int
	busiest int
}

const askedWait, latency = 7 * time.Second, 300 * time.Millisecond

type meteredRequest struct {
	at     time.Time
	tokens int
}

func (m *meteredServer) RoundTrip(req *http.Request) (*http.Response, error) {
	var body struct{ Input []string }
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		return nil, err
	}
	m.mu.Lock()
	m.busy++
	m.busiest, m.widest = max(m.busiest, m.busy), max(m.widest, len(body.Input))
	now := time.Now()
	requests, tokens := 1, 0
	for _, text := range body.Input {
		tokens += len(text)
	}
	all := tokens
	for _, s := range m.sent {
		if now.Sub(s.at) < time.Minute {
			requests++
			all += s.tokens
		}
	}
	status, reply, header := 200, "", http.Header{"Content-Type": {"application/json"}}
	switch {
	case now.Before(m.until):
		if now.Sub(m.until.Add(-askedWait)) > latency { // the refusal was known
			m.early++
		}
		fallthrough
	case m.requests > 0 && requests > m.requests, m.tokens > 0 && all > m.tokens:
		m.refused++
		m.until = now.Add(askedWait)
		status, reply = 429, `{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}`
		header.Set("Retry-After", strconv.Itoa(int(askedWait.Seconds())))
	default:
		m.sent = append(m.sent, meteredRequest{now, tokens})
		var data []string
		for i := range body.Input {
			data = append(data, fmt.Sprintf(`{"index":%d,"embedding":[1,%d]}`, i, len(body.Input[i])))
		}
		reply = `{"data":[` + strings.Join(data, ",") + `]}`
	}
	m.mu.Unlock()
	time.Sleep(latency)
	m.mu.Lock()
	m.busy--
	m.mu.Unlock()
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(reply)), Request: req}, nil
}

func meteredEmbedder(t *testing.T, m *meteredServer, cfg openai.Config) *openai.Embedder {
	t.Helper()
	cfg.BaseURL, cfg.EmbeddingModel = "http://metered.test/v1", "m"
	cfg.HTTPClient = &http.Client{Transport: m}
	cfg.Count = func(text string) int { return len(text) }
	c, err := openai.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c.Embedder()
}

func TestEmbedderKeepsToTheAccountsLimits(t *testing.T) {
	texts := make([]string, 200)
	for i := range texts {
		texts[i] = strings.Repeat("x", 1+i%50)
	}
	for name, c := range map[string]struct {
		server  *meteredServer
		cfg     openai.Config
		refusal bool // the server may have to refuse
	}{
		"requests":       {&meteredServer{requests: 60}, openai.Config{MaxBatch: 2, RequestsPerMinute: 59}, false},
		"tokens":         {&meteredServer{tokens: 2000}, openai.Config{MaxBatch: 10, TokensPerMinute: 900}, false},
		"batch tokens":   {&meteredServer{}, openai.Config{MaxBatchTokens: 60}, false},
		"unknown limits": {&meteredServer{requests: 20}, openai.Config{MaxBatch: 2}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, start := c.server, time.Now()
				e := meteredEmbedder(t, m, c.cfg)
				var all sync.WaitGroup
				for part := range 4 { // as an ingest does
					all.Go(func() {
						mine := texts[part*50 : part*50+50]
						vectors, err := e.Embed(t.Context(), mine)
						if err != nil {
							t.Error(err)
							return
						}
						for i, v := range vectors {
							if len(v) != 2 || fmt.Sprintf("%.0f", v[1]/v[0]) != strconv.Itoa(len(mine[i])) {
								t.Errorf("text %d has the vector %v", i, v)
							}
						}
					})
				}
				all.Wait()
				if m.refused > 0 != c.refusal {
					t.Errorf("%d requests were refused", m.refused)
				}
				if m.early > 0 {
					t.Errorf("%d requests were sent while the server had asked to wait", m.early)
				}
				if took := time.Since(start); m.refused > len(m.sent) || took > 30*time.Minute {
					t.Errorf("%d requests were refused and %d taken in %v", m.refused, len(m.sent), took)
				}
				if m.busiest > e.Parallel() {
					t.Errorf("%d requests at a time", m.busiest)
				}
				if c.cfg.MaxBatchTokens > 0 && m.widest > 60 {
					t.Errorf("%d texts in one request", m.widest)
				}
			})
		})
	}
}
