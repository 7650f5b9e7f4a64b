package openai_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"policybot/internal/openai"
	"policybot/internal/openaitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret stands in every question; it must come out nowhere.
const secret = "老张能领多少补贴"

// client is a client of s with short waits.
func client(t *testing.T, s *openaitest.Server, change func(*openai.Config)) *openai.Client {
	t.Helper()
	cfg := openai.Config{
		BaseURL: s.URL, Key: openaitest.Key, HTTPClient: s.HTTPClient(),
		ChatModel: openaitest.ChatModel, EmbeddingModel: openaitest.EmbeddingModel,
		Wait: time.Millisecond,
	}
	if change != nil {
		change(&cfg)
	}
	c, err := openai.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// ask collects a reply.
func ask(ctx context.Context, c *openai.Client) (string, error) {
	var b strings.Builder
	for text, err := range c.Chat().Stream(ctx, "Answer from the passages.", secret) {
		if err != nil {
			return b.String(), err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func kindOf(err error) openai.Kind {
	if e, ok := errors.AsType[*openai.Error](err); ok {
		return e.Kind
	}
	if err != nil {
		return openai.Kind("not classified: " + err.Error())
	}
	return ""
}

const sentence = `{"text":"到2025年,全区生产总值突破2000亿元。"}` + "\n"

func TestStream(t *testing.T) {
	fail := openaitest.Fail
	text, noJSON := openaitest.Text(sentence), openaitest.OK("text/event-stream", "data: {oops\n\n")
	for name, test := range map[string]struct {
		script []openaitest.Reply
		want   string
		kind   openai.Kind
	}{
		"whole":                           {script: []openaitest.Reply{text}, want: sentence},
		"empty":                           {script: []openaitest.Reply{openaitest.Text("")}},
		"keep-alive flood":                {script: []openaitest.Reply{openaitest.KeepAlive(1000, text)}, want: sentence},
		"bytes in threes":                 {script: []openaitest.Reply{openaitest.Pieces(3, text)}, want: sentence},
		"CR LF":                           {script: []openaitest.Reply{openaitest.CRLF(text)}, want: sentence},
		"no line feed at the end":         {script: []openaitest.Reply{openaitest.NoFinalNewline(text)}, want: sentence},
		"not streamed":                    {script: []openaitest.Reply{openaitest.NotStreamed(sentence)}, want: sentence},
		"reasoning":                       {script: []openaitest.Reply{openaitest.Reasoning("先想。再想。", sentence)}, want: sentence},
		"truncated":                       {script: []openaitest.Reply{openaitest.Truncated(sentence)}, want: sentence, kind: openai.Truncated},
		"done without finish_reason":      {script: []openaitest.Reply{openaitest.Done(sentence)}, want: sentence, kind: openai.Truncated},
		"reset in the middle":             {script: []openaitest.Reply{openaitest.Reset(sentence)}, want: sentence, kind: openai.Unavailable},
		"cut at the limit":                {script: []openaitest.Reply{openaitest.Deltas("length", sentence)}, want: sentence, kind: openai.Length},
		"filtered":                        {script: []openaitest.Reply{openaitest.Deltas("content_filter", sentence)}, want: sentence, kind: openai.Filtered},
		"another word for stop":           {script: []openaitest.Reply{openaitest.Deltas("eos", sentence)}, want: sentence},
		"tool call":                       {script: []openaitest.Reply{openaitest.ToolCall("rm", "{")}, kind: openai.BadReply},
		"a line too long":                 {script: []openaitest.Reply{openaitest.LongLine(2 << 20)}, kind: openai.BadReply},
		"an event that is no JSON":        {script: []openaitest.Reply{noJSON, noJSON, noJSON, noJSON}, kind: openai.BadReply},
		"an event that is no JSON, once":  {script: []openaitest.Reply{noJSON, text}, want: sentence},
		"an event of another shape":       {script: []openaitest.Reply{openaitest.OK("text/event-stream", `data: {"choices":7}`+"\n\n")}, kind: openai.BadReply},
		"a page with 200":                 {script: []openaitest.Reply{openaitest.OK("text/html", "<html>hello</html>"), text}, want: sentence},
		"error in the stream":             {script: []openaitest.Reply{openaitest.ErrorInStream(sentence, "server_error", "sorry, "+secret)}, want: sentence, kind: openai.Unavailable},
		"error in the stream before text": {script: []openaitest.Reply{openaitest.ErrorInStream("", "server_error", "sorry"), text}, want: sentence},
		"error with 200":                  {script: []openaitest.Reply{openaitest.ErrorWith200("InvalidApiKey", "sorry")}, kind: openai.Auth},
		"error with 200, passing":         {script: []openaitest.Reply{openaitest.ErrorWith200("server_error", "sorry"), text}, want: sentence},
		"error with 200 without braces":   {script: []openaitest.Reply{openaitest.OK("application/json", `{"error":"context length exceeded"}`)}, kind: openai.Context},
		"truncated before text":           {script: []openaitest.Reply{openaitest.Truncated(""), text}, want: sentence},
		"reset, then well":                {script: []openaitest.Reply{openaitest.Reset(""), text}, want: sentence},
		"503, 500, then well":             {script: []openaitest.Reply{fail(503, "busy", ""), fail(500, "oops", ""), text}, want: sentence},
		"429 for ever":                    {script: []openaitest.Reply{fail(429, "slow", ""), fail(429, "slow", ""), fail(429, "slow", ""), fail(429, "slow", "")}, kind: openai.Rate},
		"no credit":                       {script: []openaitest.Reply{openaitest.FailCode(429, "insufficient_quota", "pay", "")}, kind: openai.Quota},
		"402":                             {script: []openaitest.Reply{fail(402, "Insufficient Balance", "")}, kind: openai.Quota},
		"too long":                        {script: []openaitest.Reply{openaitest.FailCode(400, "context_length_exceeded", "maximum context", "")}, kind: openai.Context},
		"forbidden":                       {script: []openaitest.Reply{fail(403, "no", "")}, kind: openai.Auth},
		"moved":                           {script: []openaitest.Reply{fail(307, "over there", "")}, kind: openai.BadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			s.Script(test.script...)
			var log bytes.Buffer
			c := client(t, s, func(c *openai.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
			got, err := ask(t.Context(), c)
			if got != test.want || kindOf(err) != test.kind {
				t.Errorf("got %q, %v; want %q, kind %q", got, err, test.want, test.kind)
			}
			if n := len(s.Requests()); n != len(test.script) {
				t.Errorf("%d requests, want %d", n, len(test.script))
			}
			for _, bad := range []string{openaitest.Key, secret} {
				if strings.Contains(fmt.Sprintf("%v %+v %s", err, errors.Unwrap(err), log.String()), bad) {
					t.Errorf("%q came out: %v; log %s", bad, err, log.String())
				}
			}
		})
	}
}

func TestRequestOnTheWire(t *testing.T) {
	s := openaitest.Start(t)
	s.Write(func(r *openaitest.Request) string { return r.Text("system") + "|" + r.Text("user") })
	got, err := ask(t.Context(), client(t, s, func(c *openai.Config) { c.MaxTokens = 700 }))
	if want := "Answer from the passages.|" + secret; err != nil || got != want {
		t.Fatalf("got %q, %v", got, err)
	}
	r := s.Requests()[0]
	if r.Temperature == nil || *r.Temperature != 0 || string(r.Raw["temperature"]) != "0" {
		t.Errorf("temperature %s, want 0 sent", r.Raw["temperature"])
	}
	if !r.Stream || string(r.Raw["max_tokens"]) != "700" {
		t.Errorf("stream %v, max_tokens %s", r.Stream, r.Raw["max_tokens"])
	}
}

func TestFieldsThatAModelRefuses(t *testing.T) {
	s := openaitest.Start(t)
	s.Script(
		openaitest.Fail(400, "Unsupported value: 'temperature' does not support 0 with this model.", ""),
		openaitest.Fail(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", ""),
		openaitest.Text("one"), openaitest.Text("two"))
	chat := client(t, s, func(c *openai.Config) { c.MaxTokens = 700 }).Chat()
	for range 2 {
		for _, err := range chat.Stream(t.Context(), "s", "u") {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	requests := s.Requests()
	if len(requests) != 4 {
		t.Fatalf("%d requests, want 4: what was learned is kept", len(requests))
	}
	last := requests[3].Raw
	if last["temperature"] != nil || last["max_tokens"] != nil || string(last["max_completion_tokens"]) != "700" {
		t.Errorf("sent %s", last)
	}
}

func TestAuthAndNames(t *testing.T) {
	s := openaitest.Start(t)
	for name, test := range map[string]struct {
		change func(*openai.Config)
		kind   openai.Kind
	}{
		"wrong key": {func(c *openai.Config) { c.Key = "sk-wrong-and-secret" }, openai.Auth},
		"model":     {func(c *openai.Config) { c.ChatModel = "no-such-model" }, openai.NotFound},
		"path":      {func(c *openai.Config) { c.BaseURL = strings.TrimSuffix(s.URL, "/v1") + "/v2" }, openai.NotFound},
		"host": {func(c *openai.Config) {
			c.BaseURL, c.HTTPClient, c.Tries = "http://user:hunter2@127.0.0.1:1/v1", nil, 1
		}, openai.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t.Context(), client(t, s, test.change))
			if kindOf(err) != test.kind {
				t.Errorf("got %v, want kind %q", err, test.kind)
			}
			for _, bad := range []string{"sk-wrong", "hunter2", secret} {
				if strings.Contains(fmt.Sprintf("%+v", err), bad) {
					t.Errorf("%q came out: %v", bad, err)
				}
			}
		})
	}
}

func TestAzure(t *testing.T) {
	s := openaitest.Start(t)
	s.Script(openaitest.Text("well"))
	got, err := ask(t.Context(), client(t, s, func(c *openai.Config) {
		c.BaseURL, c.APIVersion = strings.TrimSuffix(s.URL, "/v1"), "2024-10-21"
	}))
	if got != "well" || err != nil {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestNew(t *testing.T) {
	for _, test := range []struct {
		change func(*openai.Config)
		want   string
	}{
		{func(c *openai.Config) { c.BaseURL = "ftp://host/v1" }, "https://host/v1"},
		{func(c *openai.Config) { c.BaseURL = "https://u:hunter2@ho st/v1" }, "https://host/v1"},
		{func(c *openai.Config) { c.BaseURL = "https://host/v1?key=hunter2" }, "end before ?"},
		{func(c *openai.Config) { c.Key = "sk-hunter2\nX: y" }, "line breaks"},
		{func(c *openai.Config) { c.ChatModel, c.EmbeddingModel = "", "" }, "neither"},
		{func(c *openai.Config) { c.Encoding = "hex" }, "float or base64"},
	} {
		cfg := openai.Config{BaseURL: "https://host/v1", ChatModel: "m"}
		test.change(&cfg)
		_, err := openai.New(cfg)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
	c, err := openai.New(openai.Config{BaseURL: "https://u:p@host/v1/chat/completions", ChatModel: "m"})
	if err != nil || c.Where() != "https://host/v1" || c.Embedder() != nil || c.Chat().Model() != "m" {
		t.Errorf("got %v, %v", c.Where(), err)
	}
}

// bubble runs test with a server over pipes, where time passes at once.
func bubble(t *testing.T, test func(t *testing.T, s *openaitest.Server)) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := openaitest.InMemory(t)
		defer stop()
		test(t, s)
	})
}

func TestRetryAfter(t *testing.T) {
	for name, after := range map[string]func() string{
		"seconds": func() string { return "7" },
		"date":    func() string { return time.Now().Add(7 * time.Second).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *openaitest.Server) {
				s.Script(openaitest.Fail(429, "slow down", after()), openaitest.Text("well"))
				begin := time.Now()
				got, err := ask(t.Context(), client(t, s, nil))
				if took := time.Since(begin); got != "well" || err != nil || took < 7*time.Second || took > 8*time.Second {
					t.Errorf("got %q, %v after %v", got, err, took)
				}
			})
		})
	}
}

func TestRetryAfterBeyondTheDeadline(t *testing.T) {
	bubble(t, func(t *testing.T, s *openaitest.Server) {
		s.Script(openaitest.Fail(429, "slow down", "3600"))
		begin := time.Now()
		_, err := ask(t.Context(), client(t, s, nil))
		e, ok := errors.AsType[*openai.Error](err)
		if !ok || e.Kind != openai.Rate || e.RetryAfter() != time.Hour || time.Since(begin) > time.Second {
			t.Errorf("got %v after %v", err, time.Since(begin))
		}
	})
}

func TestBackoffGrows(t *testing.T) {
	bubble(t, func(t *testing.T, s *openaitest.Server) {
		s.Script(openaitest.Fail(503, "", ""), openaitest.Fail(503, "", ""), openaitest.Fail(503, "", ""), openaitest.Text("well"))
		begin := time.Now()
		_, err := ask(t.Context(), client(t, s, func(c *openai.Config) { c.Wait = time.Second }))
		// 1, 2 and 4 seconds, each half to one and a half of it.
		if took := time.Since(begin); err != nil || took < 3500*time.Millisecond || took > 10500*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
	})
}

func TestHang(t *testing.T) {
	for name, test := range map[string]struct {
		script []openaitest.Reply
		want   string
		kind   openai.Kind
		took   time.Duration
	}{
		"before the first token": {[]openaitest.Reply{openaitest.Hang(), openaitest.Text("well")}, "well", "", 10 * time.Second},
		"always":                 {[]openaitest.Reply{openaitest.Hang(), openaitest.Hang(), openaitest.Hang()}, "", openai.Timeout, 25 * time.Second},
		"in the middle":          {[]openaitest.Reply{openaitest.HangAfter("half")}, "half", openai.Timeout, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *openaitest.Server) {
				s.Script(test.script...)
				begin := time.Now()
				got, err := ask(t.Context(), client(t, s, func(c *openai.Config) {
					c.FirstToken, c.Idle, c.Deadline = 10*time.Second, 5*time.Second, 25*time.Second
				}))
				took := time.Since(begin)
				if got != test.want || kindOf(err) != test.kind || took < test.took || took > test.took+time.Second {
					t.Errorf("got %q, %v after %v; want %q, %q after %v", got, err, took, test.want, test.kind, test.took)
				}
				if test.kind == openai.Timeout && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v is no deadline", err)
				}
			})
		})
	}
}

func TestKeepAliveIsNoProgress(t *testing.T) {
	s := openaitest.Start(t)
	s.Script(openaitest.KeepAliveForever("half"))
	got, err := ask(t.Context(), client(t, s, func(c *openai.Config) { c.Idle = 100 * time.Millisecond }))
	if got != "half" || kindOf(err) != openai.Timeout {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCallerGivesUp(t *testing.T) {
	bubble(t, func(t *testing.T, s *openaitest.Server) {
		s.Script(openaitest.HangAfter("half"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for _, err := range client(t, s, nil).Chat().Stream(ctx, "s", "u") {
			cancel()
			last = err
		}
		if kindOf(last) != openai.Canceled || !errors.Is(last, context.Canceled) {
			t.Errorf("got %v", last)
		}
	})
}

func TestReadingStops(t *testing.T) {
	bubble(t, func(t *testing.T, s *openaitest.Server) {
		s.Script(openaitest.HangAfter("half"))
		for text := range client(t, s, nil).Chat().Stream(t.Context(), "s", "u") {
			if text != "half" {
				t.Errorf("got %q", text)
			}
			break // the bubble fails if anything stays behind
		}
	})
}
