package openaitest

import (
	"fmt"
	"net/http"
	"strings"
)

// A Provider is what one service does otherwise than the others: what it
// refuses, in its own words, and how it writes a reply. The words are from the
// services' documentation and public reports.
type Provider struct {
	Name string
	// Model is the model's name there; a Server must know it.
	Model string
	// AzureVersion is the api-version that it needs; others have none.
	AzureVersion string
	// Keyless says that it asks for no key.
	Keyless bool
	// Refuse is for Server.Refuse; nil refuses nothing.
	Refuse func(h *http.Request, r *Request) (status int, body string)
	// Reply writes text and the tokens it took.
	Reply func(text string, in, out int) Reply
	// Refusals is how many requests a client loses until it knows the quirks.
	Refusals int
	// TooLong is its error for a request that is too long.
	TooLong Reply
}

// Providers are the services that people use.
func Providers() []Provider {
	return []Provider{
		{Name: "OpenAI", Model: "gpt-4o-mini", Reply: usageBehind,
			TooLong: body(400, `{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`)},
		{Name: "OpenAI, a model that reasons under another name", Model: "tuned-o5", Refuse: ownTemperature, Refusals: 2, Reply: usageBehind,
			TooLong: body(400, `{"error":{"message":"Input tokens exceed the configured limit of 272000 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`)},
		{Name: "Azure", Model: "my-deployment", AzureVersion: "2024-02-01", Refuse: azure, Refusals: 1, Reply: azureReply,
			TooLong: body(400, `{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}`)},
		{Name: "DeepSeek", Model: "deepseek-reasoner", Reply: deepSeek,
			TooLong: body(400, `{"error":{"message":"This model's maximum context length is 65536 tokens. However, you requested 70000 tokens.","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`)},
		{Name: "DashScope", Model: "qwen-plus", Reply: usageBehind,
			TooLong: body(400, `{"error":{"code":"invalid_parameter_error","param":null,"message":"<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]","type":"invalid_request_error"},"request_id":"r1"}`)},
		{Name: "Ollama", Model: "qwen2.5:0.5b", Keyless: true, Reply: usageBehind,
			TooLong: body(400, `{"error":{"message":"input length exceeds the context length","type":"invalid_request_error","param":null,"code":null}}`)},
		{Name: "vLLM", Model: "Qwen/Qwen2.5-7B-Instruct", Keyless: true, Reply: withoutDone,
			TooLong: body(400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages.","type":"BadRequestError","param":null,"code":400}`)},
		{Name: "llama.cpp", Model: "any.gguf", Keyless: true, Reply: llamaCpp,
			TooLong: body(400, `{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}`)},
		{Name: "a server that refuses stream_options", Model: "old", Refuse: noStreamOptions, Refusals: 1, Reply: noUsage,
			TooLong: body(413, `<html><body><h1>413 Request Entity Too Large</h1></body></html>`)},
		{Name: "content in parts", Model: "magistral", Reply: inParts,
			TooLong: body(400, `{"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","code":"3051"}`)},
	}
}

func body(status int, text string) Reply {
	return func(w http.ResponseWriter, _ *Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		send(w, text)
	}
}

func has(r *Request, field string) bool { return r.Raw[field] != nil }

func ownTemperature(_ *http.Request, r *Request) (int, string) {
	switch {
	case has(r, "max_tokens"):
		return 400, `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}`
	case has(r, "temperature"):
		return 400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}`
	}
	return 0, ""
}

// azure refuses what has not the form of its addresses and headers, and the
// field that came with a later api-version.
func azure(h *http.Request, r *Request) (int, string) {
	switch {
	case h.URL.Query().Get("api-version") == "" || !strings.Contains(h.URL.Path, "/openai/deployments/"+r.Model+"/"):
		return 404, `{"error":{"code":"404","message":"Resource not found"}}`
	case h.Header.Get("api-key") == "":
		return 401, `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}`
	case has(r, "stream_options"):
		return 400, `{"error":{"message":"Unrecognized request argument supplied: stream_options","type":"invalid_request_error","param":null,"code":null}}`
	}
	return 0, ""
}

func noStreamOptions(_ *http.Request, r *Request) (int, string) {
	if has(r, "stream_options") {
		return 422, `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}`
	}
	return 0, ""
}

// usageEvent is the event with no choices that ends a stream whose usage was
// asked for.
func usageEvent(model string, in, out int) string {
	return fmt.Sprintf("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":%q,\"choices\":[],"+
		"\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n", model, in, out, in+out)
}

func asksUsage(r *Request) bool {
	return strings.Contains(string(r.Raw["stream_options"]), "include_usage")
}

func usageBehind(text string, in, out int) Reply {
	return func(w http.ResponseWriter, r *Request) {
		b := event(r.Model, map[string]any{"role": "assistant", "content": ""}, "") +
			event(r.Model, map[string]any{"content": text}, "") + event(r.Model, map[string]any{}, "stop")
		if asksUsage(r) {
			b += usageEvent(r.Model, in, out)
		}
		stream(w, b+"data: [DONE]\n\n")
	}
}

func noUsage(text string, _, _ int) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": text}, "")+event(r.Model, map[string]any{}, "stop")+"data: [DONE]\n\n")
	}
}

func azureReply(text string, _, _ int) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, `data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}`+"\n\n"+
			event(r.Model, map[string]any{"content": text}, "")+
			event(r.Model, map[string]any{}, "stop")+"data: [DONE]\n\n")
	}
}

// deepSeek sends comments while it queues, thoughts apart, and the usage with
// the last event.
func deepSeek(text string, in, out int) Reply {
	return func(w http.ResponseWriter, r *Request) {
		b := strings.Repeat(": keep-alive\n\n", 20) + event(r.Model, map[string]any{"content": nil, "reasoning_content": "先想一想。"}, "") +
			event(r.Model, map[string]any{"content": text, "reasoning_content": nil}, "")
		last := strings.TrimSuffix(event(r.Model, map[string]any{"content": ""}, "stop"), "}\n\n")
		b += last + fmt.Sprintf(",\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n", in, out, in+out)
		stream(w, b+"data: [DONE]\n\n")
	}
}

func withoutDone(text string, in, out int) Reply {
	return rewrite(usageBehind(text, in, out), func(b string) string { return strings.TrimSuffix(b, "data: [DONE]\n\n") })
}

// llamaCpp loads its model first, and sends its timings with the last event.
func llamaCpp(text string, in, out int) Reply {
	loading := true
	return func(w http.ResponseWriter, r *Request) {
		if loading {
			loading = false
			body(503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`)(w, r)
			return
		}
		usageBehind(text, in, out)(w, r)
	}
}

// inParts sends content as an array of parts, thoughts among them.
func inParts(text string, in, out int) Reply {
	return func(w http.ResponseWriter, r *Request) {
		thought := []map[string]any{{"type": "thinking", "thinking": []map[string]string{{"type": "text", "text": "想"}}}}
		part := []map[string]any{{"type": "text", "text": text}}
		b := event(r.Model, map[string]any{"content": thought}, "") + event(r.Model, map[string]any{"content": part}, "") +
			event(r.Model, map[string]any{"content": ""}, "stop") + usageEvent(r.Model, in, out)
		stream(w, b+"data: [DONE]\n\n")
	}
}
