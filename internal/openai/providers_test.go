package openai_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/openai"
	"policybot/internal/openaitest"
)

// TestProviders asks each kind of service, which refuses and sends what the
// real one does.
func TestProviders(t *testing.T) {
	for _, p := range openaitest.Providers() {
		t.Run(p.Name, func(t *testing.T) {
			s := openaitest.Start(t)
			s.Models, s.AnyKey, s.Refuse = []string{p.Model}, p.Keyless, p.Refuse
			c := client(t, s, func(c *openai.Config) {
				c.ChatModel, c.APIVersion, c.MaxTokens = p.Model, p.AzureVersion, 500
				if p.Keyless {
					c.Key = ""
				}
				if p.AzureVersion != "" {
					c.BaseURL = strings.TrimSuffix(s.URL, "/v1")
				}
			})
			reply := p.Reply(sentence, 321, 45)
			s.Script(reply, reply, reply)
			in, out := 0, 0
			chat := c.Chat()
			for round := range 2 {
				in, out = 0, 0
				var got strings.Builder
				for text, err := range chat.StreamShaped(t.Context(), "Answer.", secret, nil, func(i, o int) { in, out = i, o }) {
					if err != nil {
						t.Fatal(err)
					}
					got.WriteString(text)
				}
				if got.String() != sentence {
					t.Errorf("round %d: got %q", round, got.String())
				}
			}
			told := p.AzureVersion == "" && !strings.Contains(p.Name, "stream_options")
			if told && (in != 321 || out != 45) || !told && in+out != 0 {
				t.Errorf("usage %d and %d", in, out)
			}
			if s.Refused() != p.Refusals {
				t.Errorf("%d requests were refused, want %d: what a server does not take is remembered", s.Refused(), p.Refusals)
			}
		})
		t.Run(p.Name+", too long", func(t *testing.T) {
			s := openaitest.Start(t)
			s.Models, s.AnyKey = []string{p.Model}, true
			s.Script(p.TooLong)
			c := client(t, s, func(c *openai.Config) { c.ChatModel = p.Model })
			if _, err := ask(t.Context(), c); kindOf(err) != openai.Context {
				t.Errorf("got %v, want kind %s", err, openai.Context)
			}
		})
	}
}

// TestPause leaves a server alone that fails call after call, and asks it once
// when the time is up.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop := openaitest.InMemory(t)
		defer stop()
		c := client(t, s, func(c *openai.Config) { c.Tries, c.Failures, c.Pause = 1, 3, time.Minute })
		chat := c.Chat()
		once := func() openai.Kind {
			for _, err := range chat.Stream(t.Context(), "Answer.", secret) {
				if err != nil {
					return kindOf(err)
				}
			}
			return ""
		}
		down, well := openaitest.Fail(503, "busy", ""), openaitest.Text(sentence)
		s.Script(down, down, down, down, well, well)
		for i, want := range []openai.Kind{openai.Unavailable, openai.Unavailable, openai.Unavailable, openai.Paused, openai.Paused} {
			if got := once(); got != want {
				t.Errorf("call %d: %q, want %q", i, got, want)
			}
		}
		if n := len(s.Requests()); n != 3 {
			t.Errorf("%d requests, want 3", n)
		}
		time.Sleep(61 * time.Second)
		if got := once(); got != openai.Unavailable { // still down: one call finds out
			t.Errorf("after the pause: %q", got)
		}
		if got := once(); got != openai.Paused {
			t.Errorf("right after: %q", got)
		}
		time.Sleep(61 * time.Second)
		for range 2 {
			if got := once(); got != "" {
				t.Errorf("when it is back: %q", got)
			}
		}
	})
}

// TestNoPause keeps asking when only the requests are at fault.
func TestNoPause(t *testing.T) {
	s := openaitest.Start(t)
	c := client(t, s, func(c *openai.Config) { c.Tries, c.Failures = 1, 2 })
	long := openaitest.FailCode(400, "context_length_exceeded", "maximum context", "")
	s.Script(long, long, long, long)
	chat := c.Chat()
	for range 4 {
		for _, err := range chat.Stream(t.Context(), "Answer.", secret) {
			if kindOf(err) != openai.Context {
				t.Errorf("got %v", err)
			}
		}
	}
}
