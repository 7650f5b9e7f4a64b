package openai_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"policybot/internal/openai"
)

func TestTranscribe(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		body, want string
		kind       openai.Kind
	}{
		"speech":                 {200, `{"text":" 西湖区有哪些补贴? "}`, "西湖区有哪些补贴?", ""},
		"silence":                {200, `{"text":""}`, "", ""},
		"no key":                 {401, `{"error":{"message":"bad key sk-secret","type":"invalid_request_error","code":"invalid_api_key"}}`, "", openai.Auth},
		"down":                   {503, `<html>busy</html>`, "", openai.Unavailable},
		"an error that says 200": {200, `{"error":{"message":"no such model","code":"model_not_found"}}`, "", openai.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				f, head, err := r.FormFile("file")
				if err != nil || r.URL.Path != "/v1/audio/transcriptions" || r.FormValue("model") != "whisper-1" || r.Header.Get("Authorization") != "Bearer sk-secret" {
					t.Errorf("%s with %v, %v", r.URL.Path, r.Form, err)
					return
				}
				if raw, _ := io.ReadAll(f); string(raw) != "OggS…" || head.Filename != "voice.ogg" {
					t.Errorf("the file is %s, %q", head.Filename, raw)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			}))
			defer server.Close()
			tr, err := openai.NewTranscriber(openai.Config{BaseURL: server.URL + "/v1", Key: "sk-secret", HTTPClient: server.Client()}, "whisper-1")
			if err != nil {
				t.Fatal(err)
			}
			got, err := tr.Transcribe(t.Context(), "voice.ogg", strings.NewReader("OggS…"))
			var failed *openai.Error
			if got != c.want || (err != nil) != (c.kind != "") || err != nil && (!errors.As(err, &failed) || failed.Kind != c.kind) {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "sk-secret") {
				t.Errorf("the key is in the error: %v", err)
			}
		})
	}
	if _, err := openai.NewTranscriber(openai.Config{BaseURL: "http://localhost/v1"}, ""); err == nil {
		t.Error("a transcriber without a model")
	}
}
