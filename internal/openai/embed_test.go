package openai_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/internal/openai"
	"policybot/internal/openaitest"
	"policybot/retrieval"
)

var _ retrieval.Embedder = (*openai.Embedder)(nil)

func texts(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("第%d条 %s", i, secret)
	}
	return out
}

// unit is the vector that the client must make of the server's.
func unit(text string, dim int) []float32 {
	v := openaitest.Vector(text, dim)
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / math.Sqrt(sum))
	}
	return v
}

func near(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x-y)) < 1e-6 })
}

func TestEmbed(t *testing.T) {
	for name, test := range map[string]struct {
		change   func(*openai.Config)
		server   func(*openaitest.Server)
		requests int // of all that were sent; 0 if that depends on the order
		batch    int // learned
	}{
		"float":        {requests: 4, batch: 64},
		"base64":       {change: func(c *openai.Config) { c.Encoding = "base64" }, requests: 4, batch: 64},
		"small server": {server: func(s *openaitest.Server) { s.MaxBatch = 10 }, batch: 8},
		"one at a time": {server: func(s *openaitest.Server) { s.MaxBatch = 1 }, batch: 1,
			change: func(c *openai.Config) { c.MaxBatch = 4 }},
		"any order": {server: func(s *openaitest.Server) {
			s.ScriptEmbeddings(s.Embeddings(func(items []openaitest.Item) []openaitest.Item {
				slices.Reverse(items)
				return items
			}))
		}, requests: 4, batch: 64},
		"dimensions": {change: func(c *openai.Config) { c.Dimensions = 16 }, requests: 4, batch: 64},
		"503 first": {server: func(s *openaitest.Server) { s.ScriptEmbeddings(openaitest.Fail(503, "busy", "")) },
			requests: 5, batch: 64},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			if test.server != nil {
				test.server(s)
			}
			e := client(t, s, test.change).Embedder()
			in := texts(200)
			got, err := e.Embed(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			dim := s.Dim
			if strings.Contains(e.Model(), "/16") {
				dim = 16
			}
			for i, v := range got {
				if !near(v, unit(in[i], dim)) {
					t.Fatalf("vector %d is not its text's", i)
				}
			}
			if n := len(s.Requests()); test.requests != 0 && n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			if e.Batch() != test.batch {
				t.Errorf("batch %d, want %d", e.Batch(), test.batch)
			}
		})
	}
}

func TestEmbedRefuses(t *testing.T) {
	change := func(f func([]openaitest.Item) []openaitest.Item) func(*openaitest.Server) openaitest.Reply {
		return func(s *openaitest.Server) openaitest.Reply { return s.Embeddings(f) }
	}
	first := func(x float32) func(*openaitest.Server) openaitest.Reply {
		return change(func(items []openaitest.Item) []openaitest.Item {
			items[0].Vector[0] = x
			return items
		})
	}
	reply := func(r openaitest.Reply) func(*openaitest.Server) openaitest.Reply {
		return func(*openaitest.Server) openaitest.Reply { return r }
	}
	for name, test := range map[string]struct {
		reply func(*openaitest.Server) openaitest.Reply
		kind  openai.Kind
	}{
		"one too few": {change(func(i []openaitest.Item) []openaitest.Item { return i[1:] }), openai.BadReply},
		"one number twice": {change(func(i []openaitest.Item) []openaitest.Item {
			i[0].Index = 1
			return i
		}), openai.BadReply},
		"a number out of range": {change(func(i []openaitest.Item) []openaitest.Item {
			i[0].Index = 9
			return i
		}), openai.BadReply},
		"NaN":      {first(float32(math.NaN())), openai.BadReply},
		"infinite": {first(float32(math.Inf(1))), openai.BadReply},
		"zero": {change(func(i []openaitest.Item) []openaitest.Item {
			clear(i[0].Vector)
			return i
		}), openai.BadReply},
		"two lengths": {change(func(i []openaitest.Item) []openaitest.Item {
			i[0].Vector = i[0].Vector[1:]
			return i
		}), openai.BadReply},
		"error with 200": {reply(openaitest.ErrorWith200("Arrearage", "pay")), openai.Quota},
		"no vectors":     {reply(openaitest.OK("application/json", `{"data":"none"}`)), openai.BadReply},
		"no JSON":        {reply(openaitest.OK("application/json", `<html>`)), openai.BadReply},
		"half JSON":      {reply(openaitest.OK("application/json", `{"data":[{"index":0,"embedding":[0.1,`)), openai.BadReply},
	} {
		for _, encoding := range []string{"float", "base64"} {
			t.Run(name+" "+encoding, func(t *testing.T) {
				s := openaitest.Start(t)
				s.ScriptEmbeddings(test.reply(s))
				e := client(t, s, func(c *openai.Config) { c.Encoding = encoding }).Embedder()
				got, err := e.Embed(t.Context(), texts(3))
				if got != nil || kindOf(err) != test.kind {
					t.Errorf("got %v, %v; want kind %q", got, err, test.kind)
				}
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("a text came out: %v", err)
				}
			})
		}
	}
}

func TestEmbedOneErrorAmongMany(t *testing.T) {
	s := openaitest.Start(t)
	well := s.Embeddings(func(i []openaitest.Item) []openaitest.Item { return i })
	s.ScriptEmbeddings(well, well, openaitest.Fail(401, "no longer", ""))
	s.ScriptEmbeddings(slices.Repeat([]openaitest.Reply{openaitest.Hang()}, 50)...) // until the error ends them
	e := client(t, s, func(c *openai.Config) { c.MaxBatch = 2 }).Embedder()
	if got, err := e.Embed(t.Context(), texts(100)); got != nil || kindOf(err) != openai.Auth {
		t.Errorf("got %d vectors, %v", len(got), err)
	}
	if n := len(s.Requests()); n > 3+4 { // at most the others in flight
		t.Errorf("%d requests: it went on after the error", n)
	}
}

func TestEmbedNothingAndEmpty(t *testing.T) {
	s := openaitest.Start(t)
	e := client(t, s, nil).Embedder()
	if got, err := e.Embed(t.Context(), nil); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := e.Embed(t.Context(), []string{"a", " \n"}); err == nil {
		t.Error("an empty text was embedded")
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// A text that is too long for the model is embedded by its beginning, and the
// others of its batch are not harmed.
func TestEmbedTooLong(t *testing.T) {
	s := openaitest.Start(t)
	limit := func(w http.ResponseWriter, r *openaitest.Request) {
		for _, in := range r.Inputs {
			if utf8.RuneCountInString(in) > 100 {
				openaitest.Fail(400, "This model's maximum context length is 100 tokens", "")(w, r)
				return
			}
		}
		s.Embeddings(func(i []openaitest.Item) []openaitest.Item { return i })(w, r)
	}
	s.ScriptEmbeddings(slices.Repeat([]openaitest.Reply{limit}, 20)...)
	e := client(t, s, nil).Embedder()
	long := strings.Repeat("长", 300)
	in := append(texts(5), long)
	got, err := e.Embed(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if !near(got[5], unit(long[:75*3], s.Dim)) || !near(got[4], unit(in[4], s.Dim)) {
		t.Error("wrong vectors")
	}
	if e.Batch() != 64 {
		t.Errorf("batch %d: one long text made all batches smaller", e.Batch())
	}
}

func TestEmbedQueryAndName(t *testing.T) {
	s := openaitest.Start(t)
	plain := client(t, s, nil).Embedder()
	prefixed := client(t, s, func(c *openai.Config) { c.QueryPrefix, c.PassagePrefix = "query: ", "passage: " }).Embedder()
	short := client(t, s, func(c *openai.Config) { c.Dimensions = 16 }).Embedder()
	if plain.Model() == prefixed.Model() || plain.Model() == short.Model() {
		t.Errorf("one name %q for different vectors", plain.Model())
	}
	q, err := prefixed.EmbedQuery(t.Context(), "住房")
	if err != nil || !near(q, unit("query: 住房", s.Dim)) {
		t.Errorf("the query's prefix is missing: %v", err)
	}
	p, err := prefixed.Embed(t.Context(), []string{"住房"})
	if err != nil || !near(p[0], unit("passage: 住房", s.Dim)) {
		t.Errorf("the passage's prefix is missing: %v", err)
	}
}

func BenchmarkEmbed(b *testing.B) {
	s := openaitest.Start(b)
	s.Dim = 1024
	c, err := openai.New(openai.Config{BaseURL: s.URL, Key: openaitest.Key, HTTPClient: s.HTTPClient(),
		EmbeddingModel: openaitest.EmbeddingModel, Encoding: "base64"})
	if err != nil {
		b.Fatal(err)
	}
	in := texts(256)
	for b.Loop() {
		if _, err := c.Embedder().Embed(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
