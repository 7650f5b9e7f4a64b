// Package openaitest is a model server for tests: it speaks the OpenAI HTTP
// API (chat, plain and streamed, embeddings, models), refuses what a strict
// server refuses, and fails the way real servers fail, by script.
//
// It stores nothing but the requests that it was sent.
package openaitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Key is the only key that a Server lets in.
const Key = "sk-test-51f0c2a9d4e87b36"

// The models that a Server knows.
const (
	ChatModel      = "scripted-chat"
	EmbeddingModel = "scripted-embedding"
)

// A Message is one message of a chat request.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// A Request is one accepted request, as the script sees it.
type Request struct {
	Path    string // without /v1: /chat/completions, /embeddings
	Model   string
	Stream  bool
	Message []Message
	// Temperature is nil when the request did not say one.
	Temperature *float64
	MaxTokens   int
	// Inputs are the texts of an embeddings request.
	Inputs     []string
	Encoding   string // float or base64
	Dimensions int
	// Raw is the body with all its fields.
	Raw map[string]json.RawMessage

	client <-chan struct{} // closed when the client goes
	server <-chan struct{} // closed when the server goes
}

// wait waits until the client or the server goes.
func (r *Request) wait() {
	select {
	case <-r.client:
	case <-r.server:
	}
}

// Text is the content of the last message with this role.
func (r *Request) Text(role string) string {
	for i := len(r.Message) - 1; i >= 0; i-- {
		if r.Message[i].Role == role {
			return r.Message[i].Content
		}
	}
	return ""
}

// A Reply writes the response to one accepted request.
type Reply func(w http.ResponseWriter, r *Request)

// A Server is a scripted model server. Its methods may be called at any time.
type Server struct {
	// URL is the base that a client is given; it ends in /v1.
	URL string
	// Dim is the length of the embeddings when a request asks for none.
	Dim int
	// MaxBatch is how many inputs one embeddings request may have (0: any),
	// refused in the words of DashScope, which allows 10.
	MaxBatch int
	// Models are further chat models that it knows, and AnyKey lets in requests
	// with any key or none.
	Models []string
	AnyKey bool
	// Refuse looks at each chat request first; a status other than 0 answers it
	// with this body instead of the script.
	Refuse func(h *http.Request, r *Request) (status int, body string)

	tb     testing.TB
	client *http.Client
	closed chan struct{}

	mu       sync.Mutex
	chat     []Reply
	embed    []Reply
	writer   func(*Request) string
	requests []*Request
	refused  int
}

// Refused is how many requests Refuse has answered.
func (s *Server) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// Start serves over TCP on this machine until the test ends.
func Start(tb testing.TB) *Server {
	s := newServer(tb)
	h := httptest.NewServer(s)
	s.URL, s.client = h.URL+"/v1", h.Client()
	tb.Cleanup(func() {
		close(s.closed)
		h.CloseClientConnections()
		h.Close()
	})
	return s
}

func newServer(tb testing.TB) *Server {
	return &Server{Dim: 64, tb: tb, closed: make(chan struct{})}
}

// HTTPClient reaches the server; a client with its own transport does so too
// when the server was made by Start.
func (s *Server) HTTPClient() *http.Client { return s.client }

// Script appends the replies to the next chat requests, one each.
func (s *Server) Script(replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat = append(s.chat, replies...)
}

// ScriptEmbeddings appends the replies to the next embeddings requests. When
// they are used up, the server embeds.
func (s *Server) ScriptEmbeddings(replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.embed = append(s.embed, replies...)
}

// Write has f write the replies to chat requests when the script is used up.
func (s *Server) Write(f func(*Request) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer = f
}

// Requests are the requests accepted so far, in order of arrival.
func (s *Server) Requests() []*Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Request(nil), s.requests...)
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	if got := h.Header.Get("Authorization"); !s.AnyKey && got != "Bearer "+Key && h.Header.Get("api-key") != Key {
		refuse(w, 401, "invalid_api_key", "Incorrect API key provided: "+strings.TrimPrefix(got, "Bearer ")+".")
		return
	}
	path := strings.TrimPrefix(h.URL.Path, "/v1")
	if strings.HasPrefix(path, "/openai/deployments/") { // Azure's way
		path = "/" + strings.SplitN(strings.TrimPrefix(path, "/openai/deployments/"), "/", 2)[1]
	}
	switch h.Method + " " + path {
	case "GET /models":
		writeJSON(w, 200, map[string]any{"object": "list", "data": []map[string]string{
			{"id": ChatModel, "object": "model"}, {"id": EmbeddingModel, "object": "model"},
		}})
	case "POST /chat/completions", "POST /embeddings":
		s.serve(w, h, path)
	default:
		refuse(w, 404, "unknown_url", "Unknown request URL: "+h.Method+" "+h.URL.Path)
	}
}

func (s *Server) serve(w http.ResponseWriter, h *http.Request, path string) {
	r, complaint := read(h, path)
	if complaint != "" {
		refuse(w, 400, "invalid_request_error", complaint)
		return
	}
	want := ChatModel
	if path == "/embeddings" {
		want = EmbeddingModel
	}
	if r.Model != want && !(path == "/chat/completions" && slices.Contains(s.Models, r.Model)) {
		refuse(w, 404, "model_not_found", fmt.Sprintf("The model `%s` does not exist.", r.Model))
		return
	}
	r.client, r.server = h.Context().Done(), s.closed
	if s.Refuse != nil && path == "/chat/completions" {
		if status, body := s.Refuse(h, r); status != 0 {
			s.mu.Lock()
			s.refused++
			s.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			send(w, body)
			return
		}
	}
	s.next(r)(w, r)
}

// next takes the reply to r off the script.
func (s *Server) next(r *Request) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	script := &s.chat
	if r.Path == "/embeddings" {
		script = &s.embed
	}
	if len(*script) > 0 {
		reply := (*script)[0]
		*script = (*script)[1:]
		return reply
	}
	switch {
	case r.Path == "/embeddings":
		return s.embeddings
	case s.writer != nil:
		text := s.writer
		return func(w http.ResponseWriter, r *Request) { Text(text(r))(w, r) }
	}
	s.tb.Errorf("openaitest: chat request %d is not in the script", len(s.requests))
	return Fail(500, "the script has no more replies", "")
}

// read reads a request as a strict server does; complaint says what is wrong.
func read(h *http.Request, path string) (r *Request, complaint string) {
	if ct := h.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		return nil, "Content-Type must be application/json"
	}
	body, err := io.ReadAll(io.LimitReader(h.Body, 32<<20))
	if err != nil {
		return nil, "the body could not be read"
	}
	r = &Request{Path: path}
	if err := json.Unmarshal(body, &r.Raw); err != nil {
		return nil, "We could not parse the JSON body of your request."
	}
	if path == "/embeddings" {
		return r, r.readEmbeddings(body)
	}
	return r, r.readChat(body)
}

func (r *Request) readChat(body []byte) (complaint string) {
	var b struct {
		Model               string    `json:"model"`
		Messages            []Message `json:"messages"`
		Stream              bool      `json:"stream"`
		Temperature         *float64  `json:"temperature"`
		MaxTokens           int       `json:"max_tokens"`
		MaxCompletionTokens int       `json:"max_completion_tokens"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&b); err != nil {
		return "We could not parse the JSON body of your request."
	}
	switch {
	case b.Model == "":
		return "you must provide a model parameter"
	case len(b.Messages) == 0:
		return "'messages' must not be empty"
	case b.Temperature != nil && (*b.Temperature < 0 || *b.Temperature > 2):
		return "'temperature' must be between 0 and 2"
	case b.Temperature != nil && *b.Temperature != 0 && *b.Temperature < 1e-6:
		return "'temperature' must be 0 or at least 1e-6"
	case b.MaxTokens < 0 || b.MaxTokens > 0 && b.MaxCompletionTokens > 0:
		return "'max_tokens' and 'max_completion_tokens' cannot be used together"
	}
	for i, m := range b.Messages {
		if m.Role != "system" && m.Role != "user" && m.Role != "assistant" {
			return fmt.Sprintf("'messages[%d].role' is not one of system, user, assistant", i)
		}
		if m.Content == "" {
			return fmt.Sprintf("'messages[%d].content' must not be empty", i)
		}
	}
	if b.Messages[len(b.Messages)-1].Role != "user" {
		return "the last message must be the user's"
	}
	if complaint := readFormat(r.Raw["response_format"]); complaint != "" {
		return complaint
	}
	r.Model, r.Message, r.Stream, r.Temperature = b.Model, b.Messages, b.Stream, b.Temperature
	r.MaxTokens = max(b.MaxTokens, b.MaxCompletionTokens)
	return ""
}

// schemaName is what a schema may be called.
var schemaName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// readFormat checks a response_format as OpenAI does; nil is none.
func readFormat(raw json.RawMessage) (complaint string) {
	if raw == nil {
		return ""
	}
	var f struct {
		Type   string `json:"type"`
		Schema *struct {
			Name   string         `json:"name"`
			Schema map[string]any `json:"schema"`
		} `json:"json_schema"`
	}
	switch err := json.Unmarshal(raw, &f); {
	case err != nil:
		return "Invalid type for 'response_format': expected an object."
	case f.Type == "text", f.Type == "json_object":
		return ""
	case f.Type != "json_schema" || f.Schema == nil:
		return "Missing required parameter: 'response_format.json_schema'."
	case !schemaName.MatchString(f.Schema.Name):
		return "Invalid 'response_format.json_schema.name'."
	case f.Schema.Schema["type"] != "object":
		return "Invalid schema for response_format: schema must be a JSON Schema of 'type: \"object\"'."
	}
	return ""
}

func (r *Request) readEmbeddings(body []byte) (complaint string) {
	var b struct {
		Model      string          `json:"model"`
		Input      json.RawMessage `json:"input"`
		Encoding   string          `json:"encoding_format"`
		Dimensions int             `json:"dimensions"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return "We could not parse the JSON body of your request."
	}
	var one string
	if json.Unmarshal(b.Input, &one) == nil {
		r.Inputs = []string{one}
	} else if json.Unmarshal(b.Input, &r.Inputs) != nil {
		return "'$.input' is invalid."
	}
	switch {
	case b.Model == "":
		return "you must provide a model parameter"
	case len(r.Inputs) == 0:
		return "'$.input' must not be empty"
	case b.Encoding != "" && b.Encoding != "float" && b.Encoding != "base64":
		return "'encoding_format' must be float or base64"
	case b.Dimensions < 0:
		return "'dimensions' must be positive"
	}
	for i, text := range r.Inputs {
		if strings.TrimSpace(text) == "" {
			return fmt.Sprintf("'$.input[%d]' must not be empty", i)
		}
	}
	r.Model, r.Encoding, r.Dimensions = b.Model, b.Encoding, b.Dimensions
	return ""
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{
		"message": message, "type": "invalid_request_error", "param": nil, "code": code,
	}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have gone
}
