package openai_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"policybot/internal/openai"
	"policybot/internal/openaitest"
)

var yesOrNo = json.RawMessage(`{"type":"object","properties":{"yes":{"type":"boolean"}},"required":["yes"],"additionalProperties":false}`)

// askShaped collects a reply to a request with a schema.
func askShaped(t *testing.T, chat *openai.Chat) (string, error) {
	t.Helper()
	var b strings.Builder
	for text, err := range chat.StreamShaped(t.Context(), "Answer.", secret, yesOrNo, func(int, int) {}) {
		if err != nil {
			return b.String(), err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// TestShaped sends a schema as it is, and asks without where a server refuses
// it, in whatever words, once.
func TestShaped(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   openai.Kind // of the error that stays, if one does
	}{
		"takes it":  {},
		"DeepSeek":  {status: 400, body: `{"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`},
		"OpenAI":    {status: 400, body: `{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","type":"invalid_request_error","param":"response_format","code":null}}`},
		"vLLM":      {status: 400, body: `{"object":"error","message":"The provided JSON schema contains features not supported by xgrammar.","type":"BadRequestError","param":null,"code":400}`},
		"llama.cpp": {status: 500, body: `{"error":{"code":500,"message":"failed to parse grammar","type":"server_error"}}`},
		"FastAPI":   {status: 422, body: `{"detail":[{"type":"extra_forbidden","loc":["body","response_format"],"msg":"Extra inputs are not permitted"}]}`},
		"wordless":  {status: 400, body: `bad request`},
		"no key":    {status: 401, body: `{"error":{"message":"Incorrect API key"}}`, kind: openai.Auth},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			if test.status != 0 {
				s.Refuse = func(_ *http.Request, r *openaitest.Request) (int, string) {
					if r.Raw["response_format"] == nil {
						return 0, ""
					}
					return test.status, test.body
				}
			}
			s.Write(func(*openaitest.Request) string { return `{"yes":true}` })
			chat := client(t, s, nil).Chat()
			for range 2 {
				if got, err := askShaped(t, chat); kindOf(err) != test.kind || err == nil && got != `{"yes":true}` {
					t.Errorf("%q, %v", got, err)
				}
			}
			switch {
			case test.kind != "":
			case test.status != 0 && s.Refused() != 1:
				t.Errorf("refused %d times", s.Refused())
			case test.status == 0:
				if raw := string(s.Requests()[0].Raw["response_format"]); !strings.Contains(raw, `"properties":{"yes":{"type":"boolean"}}`) || !strings.Contains(raw, `"json_schema"`) {
					t.Errorf("sent %s", raw)
				}
			}
		})
	}
}

// Requests that are refused at the same time all go on, each without the field.
func TestQuirksFoundAtOnce(t *testing.T) {
	s := openaitest.Start(t)
	const all = 8
	var arrived sync.WaitGroup
	arrived.Add(all)
	s.Refuse = func(_ *http.Request, r *openaitest.Request) (int, string) {
		if r.Raw["temperature"] == nil {
			return 0, ""
		}
		arrived.Done()
		arrived.Wait() // nobody is refused before everybody has asked
		return 400, `{"error":{"message":"temperature does not support 0","param":"temperature"}}`
	}
	s.Write(func(*openaitest.Request) string { return sentence })
	chat := client(t, s, nil).Chat()
	var asking sync.WaitGroup
	for range all {
		asking.Go(func() {
			for _, err := range chat.Stream(t.Context(), "Answer.", secret) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	asking.Wait()
}
