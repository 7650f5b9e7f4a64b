package openaitest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"policybot/internal/openaitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post sends body as a client does and returns the status and the body.
func post(t *testing.T, s *openaitest.Server, path, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.HTTPClient().Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, string(b) + "|" + err.Error()
	}
	return resp.StatusCode, string(b)
}

const chat = `{"model":"scripted-chat","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]`

func TestStrict(t *testing.T) {
	s := openaitest.Start(t)
	for name, test := range map[string]struct {
		path, key, body string
		status          int
		says            string
	}{
		"key":             {"/chat/completions", "sk-wrong", chat + "}", 401, "invalid_api_key"},
		"path":            {"/completions", openaitest.Key, chat + "}", 404, "unknown_url"},
		"model":           {"/chat/completions", openaitest.Key, strings.Replace(chat, "scripted", "other", 1) + "}", 404, "model_not_found"},
		"no JSON":         {"/chat/completions", openaitest.Key, "{", 400, "parse"},
		"no messages":     {"/chat/completions", openaitest.Key, `{"model":"scripted-chat","messages":[]}`, 400, "messages"},
		"role":            {"/chat/completions", openaitest.Key, `{"model":"scripted-chat","messages":[{"role":"boss","content":"x"}]}`, 400, "role"},
		"empty content":   {"/chat/completions", openaitest.Key, `{"model":"scripted-chat","messages":[{"role":"user","content":""}]}`, 400, "content"},
		"last message":    {"/chat/completions", openaitest.Key, `{"model":"scripted-chat","messages":[{"role":"system","content":"s"}]}`, 400, "last message"},
		"temperature":     {"/chat/completions", openaitest.Key, chat + `,"temperature":3}`, 400, "temperature"},
		"tiny":            {"/chat/completions", openaitest.Key, chat + `,"temperature":1e-45}`, 400, "temperature"},
		"both limits":     {"/chat/completions", openaitest.Key, chat + `,"max_tokens":1,"max_completion_tokens":1}`, 400, "max_tokens"},
		"no input":        {"/embeddings", openaitest.Key, `{"model":"scripted-embedding","input":[]}`, 400, "input"},
		"empty input":     {"/embeddings", openaitest.Key, `{"model":"scripted-embedding","input":["a"," "]}`, 400, "input[1]"},
		"encoding":        {"/embeddings", openaitest.Key, `{"model":"scripted-embedding","input":"a","encoding_format":"hex"}`, 400, "encoding_format"},
		"embedding model": {"/embeddings", openaitest.Key, `{"model":"scripted-chat","input":"a"}`, 404, "model_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, s, test.path, test.key, test.body)
			if status != test.status || !strings.Contains(body, test.says) {
				t.Errorf("got %d %s", status, body)
			}
		})
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d refused requests were recorded", n)
	}
}

func TestPlainAndStream(t *testing.T) {
	s := openaitest.Start(t)
	s.Write(func(r *openaitest.Request) string { return "答:" + r.Text("user") })
	status, body := post(t, s, "/chat/completions", openaitest.Key, chat+"}")
	if status != 200 || !strings.Contains(body, `"content":"答:u"`) || !strings.Contains(body, `"finish_reason":"stop"`) {
		t.Errorf("plain: %d %s", status, body)
	}
	status, body = post(t, s, "/chat/completions", openaitest.Key, chat+`,"stream":true,"temperature":0}`)
	if status != 200 || !strings.HasSuffix(body, "data: [DONE]\n\n") || strings.Count(body, `"finish_reason":"stop"`) != 1 {
		t.Errorf("stream: %d %s", status, body)
	}
	if r := s.Requests(); len(r) != 2 || r[0].Stream || !r[1].Stream || r[0].Temperature != nil || *r[1].Temperature != 0 {
		t.Errorf("recorded %+v", r)
	}
}

func TestFaults(t *testing.T) {
	whole := openaitest.Text("全文")
	for name, test := range map[string]struct {
		reply openaitest.Reply
		ok    func(status int, body string) bool
	}{
		"truncated":  {openaitest.Truncated("半"), func(_ int, b string) bool { return !strings.Contains(b, `"stop"`) && !strings.Contains(b, "|") }},
		"done":       {openaitest.Done("半"), func(_ int, b string) bool { return strings.Contains(b, "[DONE]") && !strings.Contains(b, `"stop"`) }},
		"keep-alive": {openaitest.KeepAlive(1000, whole), func(_ int, b string) bool { return strings.Count(b, ": keep-alive\n") >= 4000 }},
		"CR LF":      {openaitest.CRLF(whole), func(_ int, b string) bool { return strings.Count(b, "\n") == strings.Count(b, "\r\n") }},
		"no end":     {openaitest.NoFinalNewline(whole), func(_ int, b string) bool { return strings.HasSuffix(b, "}") }},
		"reset":      {openaitest.Reset("半"), func(_ int, b string) bool { return strings.Contains(b, "半") && strings.Contains(b, "EOF") }},
		"null":       {openaitest.Reasoning("想。", "全文"), func(_ int, b string) bool { return strings.Contains(b, `"content":null`) }},
		"error":      {openaitest.ErrorWith200("x", "y"), func(s int, b string) bool { return s == 200 && strings.Contains(b, `"error"`) }},
		"503":        {openaitest.Fail(503, "busy", "7"), func(s int, b string) bool { return s == 503 && strings.Contains(b, openaitest.Key) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			s.Script(test.reply)
			status, body := post(t, s, "/chat/completions", openaitest.Key, chat+`,"stream":true}`)
			if !test.ok(status, body) {
				t.Errorf("got %d %.600s", status, body)
			}
		})
	}
}

// Pieces cuts lines and characters, and loses nothing.
func TestPieces(t *testing.T) {
	s := openaitest.Start(t)
	s.Script(openaitest.Text("全文"), openaitest.Pieces(1, openaitest.Text("全文")))
	_, whole := post(t, s, "/chat/completions", openaitest.Key, chat+`,"stream":true}`)
	_, cut := post(t, s, "/chat/completions", openaitest.Key, chat+`,"stream":true}`)
	if whole != cut {
		t.Errorf("got %s, want %s", cut, whole)
	}
}

func TestEmbeddings(t *testing.T) {
	s := openaitest.Start(t)
	s.MaxBatch = 3
	body := `{"model":"scripted-embedding","input":["住房","补贴"],"dimensions":8}`
	status, first := post(t, s, "/embeddings", openaitest.Key, body)
	_, second := post(t, s, "/embeddings", openaitest.Key, body)
	if status != 200 || first != second {
		t.Errorf("%d: the same texts have the vectors %s and %s", status, first, second)
	}
	var got struct {
		Data []struct {
			Index     int
			Embedding []float32
		}
	}
	if err := json.NewDecoder(bytes.NewReader([]byte(first))).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if len(got.Data) != 2 || got.Data[1].Index != 1 || !slices.Equal(got.Data[1].Embedding, openaitest.Vector("补贴", 8)) {
		t.Errorf("got %+v", got)
	}
	_, encoded := post(t, s, "/embeddings", openaitest.Key, strings.Replace(body, "}", `,"encoding_format":"base64"}`, 1))
	if !strings.Contains(encoded, `"embedding":"`) {
		t.Errorf("base64: %s", encoded)
	}
	status, refused := post(t, s, "/embeddings", openaitest.Key, `{"model":"scripted-embedding","input":["a","b","c","d"]}`)
	if status != 400 || !strings.Contains(refused, "larger than 3") {
		t.Errorf("too many: %d %s", status, refused)
	}
	s.ScriptEmbeddings(s.Embeddings(func(items []openaitest.Item) []openaitest.Item {
		items[0].Vector[0] = float32(math.NaN())
		return items
	}))
	if _, nan := post(t, s, "/embeddings", openaitest.Key, body); !strings.Contains(nan, "null") {
		t.Errorf("NaN: %s", nan)
	}
}

func TestInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := openaitest.InMemory(t)
		defer stop()
		s.Script(openaitest.Text("全文"))
		if status, body := post(t, s, "/chat/completions", openaitest.Key, chat+"}"); status != 200 || !strings.Contains(body, "全文") {
			t.Errorf("got %d %s", status, body)
		}
	})
}
