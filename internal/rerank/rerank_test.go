package rerank_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"policybot/internal/rerank"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "secret-key"

// strict serves /v1/rerank, and /rerank as TEI does, and refuses what the real
// ones refuse: other methods and paths, no key, unknown or missing fields, no
// documents. It answers with body, or scores the texts by their lengths.
func strict(t *testing.T, tei bool, status int, body string) (address string, asked *int) {
	asked = new(int)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		refuse := func(status int, why string) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"error":%q}`, why)
		}
		path := map[bool]string{true: "/rerank", false: "/v1/rerank"}[tei]
		switch {
		case r.Method != http.MethodPost:
			refuse(405, "method not allowed")
			return
		case r.URL.Path != path:
			refuse(404, "not found")
			return
		case r.Header.Get("Authorization") != "Bearer "+key:
			refuse(401, "invalid key")
			return
		case r.Header.Get("Content-Type") != "application/json":
			refuse(415, "expected application/json")
			return
		}
		raw, _ := io.ReadAll(r.Body)
		texts, why := readJina(raw)
		if tei {
			texts, why = readTEI(raw)
		}
		if why != "" {
			refuse(422, why)
			return
		}
		if status != 0 {
			w.WriteHeader(status)
			io.WriteString(w, body)
			return
		}
		var results []map[string]any
		for i, text := range texts {
			score := map[bool]string{true: "score", false: "relevance_score"}[tei]
			results = append(results, map[string]any{"index": i, score: float64(len(text)) / 100})
		}
		var reply any = map[string]any{"model": "m", "results": results, "usage": map[string]any{"total_tokens": 9}}
		if tei {
			reply = results
		}
		json.NewEncoder(w).Encode(reply)
	}))
	t.Cleanup(s.Close)
	return s.URL + map[bool]string{true: "", false: "/v1"}[tei], asked
}

func readJina(raw []byte) ([]string, string) {
	var ask struct {
		Model     string   `json:"model"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
		TopN      int      `json:"top_n"`
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&ask); err != nil || ask.Model == "" || ask.Query == "" || len(ask.Documents) == 0 || ask.TopN < 1 {
		return nil, "model, query, documents and top_n are required"
	}
	return ask.Documents, ""
}

func readTEI(raw []byte) ([]string, string) {
	var ask struct {
		Query    string   `json:"query"`
		Texts    []string `json:"texts"`
		Truncate bool     `json:"truncate"`
	}
	if err := json.Unmarshal(raw, &ask); err != nil || ask.Texts == nil {
		return nil, "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 60"
	}
	return ask.Texts, ""
}

func client(t *testing.T, c rerank.Config) *rerank.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c.Model, c.Key, c.HTTPClient, c.Deadline = "m", key, &http.Client{Transport: transport}, time.Minute
	out, err := rerank.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBothForms(t *testing.T) {
	for _, tei := range []bool{false, true} {
		address, asked := strict(t, tei, 0, "")
		c := client(t, rerank.Config{URL: address})
		for range 2 {
			got, err := c.Rerank(t.Context(), "q", []string{"aa", "b", "cccc"})
			if want := map[int]float64{0: .02, 1: .01, 2: .04}; err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("TEI %v: %v, %v, want %v", tei, got, err, want)
			}
		}
		if want := map[bool]int{true: 3, false: 2}[tei]; *asked != want {
			t.Errorf("TEI %v: asked %d times, want %d: its form is found once", tei, *asked, want)
		}
	}
}

func TestReplies(t *testing.T) {
	result := func(index int, score string) string {
		return fmt.Sprintf(`{"index":%d,"relevance_score":%s}`, index, score)
	}
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   map[int]float64
		err    string // part of it
	}{
		{"some of them", 200, `{"results":[` + result(1, "-3.5") + `]}`, map[int]float64{1: -3.5}, ""},
		{"with what is not asked for", 200, `{"id":1,"results":[{"index":0,"relevance_score":1,"document":{"text":"x"}}]}`, map[int]float64{0: 1}, ""},
		{"beyond the texts", 200, `{"results":[` + result(2, "1") + `]}`, nil, "text 2 of 2"},
		{"before them", 200, `{"results":[` + result(-1, "1") + `]}`, nil, "text -1 of 2"},
		{"twice", 200, `{"results":[` + result(0, "1") + "," + result(0, "2") + `]}`, nil, "twice"},
		{"no number", 200, `{"results":[` + result(0, "NaN") + `]}`, nil, "no list"},
		{"too great a number", 200, `{"results":[` + result(0, "1e999") + `]}`, nil, "no list"},
		{"no score", 200, `{"results":[{"index":0}]}`, nil, "without"},
		{"no index", 200, `{"results":[{"relevance_score":1}]}`, nil, "without"},
		{"nothing", 200, `{"results":[]}`, nil, "scored nothing"},
		{"null", 200, `null`, nil, "scored nothing"},
		{"an error that says it is none", 200, `{"error":{"message":"overloaded"}}`, nil, "scored nothing"},
		{"no JSON", 200, `<html>`, nil, "no list"},
		{"cut off", 200, `{"results":[` + result(0, "1"), nil, "no list"},
		{"huge", 200, `{"results":[` + strings.Repeat(" ", 2<<20), nil, "mebibyte"},
		{"refused", 401, `{"error":"` + key + `"}`, nil, "status 401"},
		{"moved", 307, ``, nil, "status 307"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address, asked := strict(t, false, tt.status, tt.body)
			now := time.Unix(1e9, 0)
			c := client(t, rerank.Config{URL: address, Now: func() time.Time { return now }})
			got, err := c.Rerank(t.Context(), "q", []string{"a", "b"})
			if tt.err == "" {
				if err != nil || !reflect.DeepEqual(got, tt.want) {
					t.Errorf("%v, %v, want %v", got, err, tt.want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), key) {
				t.Errorf("error %v, want one that says %q", err, tt.err)
			}
			if _, err := c.Rerank(t.Context(), "q", []string{"a", "b"}); err == nil || *asked != 1 {
				t.Errorf("asked %d times, %v: a server that failed is left alone", *asked, err)
			}
			now = now.Add(time.Minute)
			if c.Rerank(t.Context(), "q", []string{"a", "b"}); *asked != 2 {
				t.Errorf("asked %d times, want again after a while", *asked)
			}
		})
	}
}

// TestSilence gives up on a server that does not answer.
func TestSilence(t *testing.T) {
	quiet := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-quiet }))
	defer s.Close()
	defer close(quiet)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c, err := rerank.New(rerank.Config{URL: s.URL, Deadline: 10 * time.Millisecond, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rerank(t.Context(), "q", []string{"a", "b"}); err == nil || strings.Contains(err.Error(), s.URL) {
		t.Errorf("error %v, want one without the address", err)
	}
}

func TestAddresses(t *testing.T) {
	for _, bad := range []string{"", "localhost:8080", "ftp://x/rerank", "http://", "http://me:pw@host/rerank", "http://%zz"} {
		if _, err := rerank.New(rerank.Config{URL: bad}); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("New(%q): %v", bad, err)
		}
	}
}

func FuzzReplies(f *testing.F) {
	f.Add(`{"results":[{"index":0,"relevance_score":1}]}`)
	f.Add(`[{"index":1,"score":-2}]`)
	f.Fuzz(func(t *testing.T, body string) {
		address, _ := strict(t, false, 200, body)
		got, err := client(t, rerank.Config{URL: address}).Rerank(t.Context(), "q", []string{"a", "b"})
		if (err == nil) != (len(got) > 0) {
			t.Errorf("%v, %v", got, err)
		}
		for i := range got {
			if i < 0 || i > 1 {
				t.Errorf("text %d of 2", i)
			}
		}
	})
}
