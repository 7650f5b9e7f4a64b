package openaitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// mostPieces is in how many pieces a text is streamed at most, so that tests
// with long replies spend their time on something else.
const mostPieces = 500

// Text answers with s, streamed in pieces of a few runes when a stream was
// asked for.
func Text(s string) Reply {
	var deltas []string
	runes := []rune(s)
	size := max(7, len(runes)/mostPieces+1)
	for len(runes) > 0 {
		n := min(size, len(runes))
		deltas = append(deltas, string(runes[:n]))
		runes = runes[n:]
	}
	return Deltas("stop", deltas...)
}

// Lines answers with lines, each ended by a line feed.
func Lines(lines ...string) Reply { return Text(strings.Join(lines, "\n") + "\n") }

// Deltas answers with these pieces of text and this finish_reason.
func Deltas(finish string, deltas ...string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		if !r.Stream {
			writeJSON(w, 200, completion(r.Model, strings.Join(deltas, ""), finish))
			return
		}
		var b strings.Builder
		b.WriteString(event(r.Model, map[string]any{"role": "assistant", "content": ""}, ""))
		for _, d := range deltas {
			b.WriteString(event(r.Model, map[string]any{"content": d}, ""))
		}
		b.WriteString(event(r.Model, map[string]any{}, finish))
		// The usage chunk that some servers send last has no choices.
		b.WriteString(`data: {"id":"c1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}` + "\n\n")
		b.WriteString("data: [DONE]\n\n")
		stream(w, b.String())
	}
}

// Truncated streams s and ends the response in good order without a
// finish_reason, as a proxy does that lost its upstream.
func Truncated(s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": s}, ""))
	}
}

// Done streams s and [DONE] without a finish_reason.
func Done(s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": s}, "")+"data: [DONE]\n\n")
	}
}

// KeepAlive sends n comment lines before each event of the reply that follows.
func KeepAlive(n int, then Reply) Reply {
	flood := strings.Repeat(": keep-alive\n\n", n)
	return rewrite(then, func(body string) string {
		return flood + strings.ReplaceAll(body, "\n\n", "\n\n"+flood)
	})
}

// Pieces sends the bytes of the reply that follows in pieces of size bytes,
// each flushed: lines and characters are cut anywhere.
func Pieces(size int, then Reply) Reply {
	return func(w http.ResponseWriter, r *Request) {
		c := capture(then, r)
		c.head(w)
		body := c.body.String()
		for len(body) > 0 {
			n := min(size, len(body))
			send(w, body[:n])
			body = body[n:]
		}
	}
}

// CRLF ends the lines of the reply that follows with CR LF, and leaves out the
// space after "data:", both of which the SSE format allows.
func CRLF(then Reply) Reply {
	return rewrite(then, func(body string) string {
		return strings.ReplaceAll(strings.ReplaceAll(body, "data: ", "data:"), "\n", "\r\n")
	})
}

// NoFinalNewline cuts the white space after the last event's line and the
// [DONE] line with it.
func NoFinalNewline(then Reply) Reply {
	return rewrite(then, func(body string) string {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(body), "data: [DONE]"))
	})
}

// OK answers with status 200 and this body, whatever it is.
func OK(contentType, body string) Reply {
	return func(w http.ResponseWriter, _ *Request) {
		w.Header().Set("Content-Type", contentType)
		send(w, body)
	}
}

// ErrorWith200 answers with status 200 and an error for a body, and echoes the
// last message in it.
func ErrorWith200(code, message string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		writeJSON(w, 200, map[string]any{"error": map[string]any{
			"message": message + ": " + r.Text("user"), "type": "server_error", "code": code,
		}})
	}
}

// ErrorInStream streams s, then an error event, and holds the connection open.
func ErrorInStream(s, code, message string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": s}, "")+
			fmt.Sprintf("data: {\"error\": {\"message\": %q, \"type\": \"server_error\", \"code\": %q}}\n\n", message, code))
		r.wait()
	}
}

// Fail answers with an error status; retryAfter is the header's value, if any.
// The message echoes the question and the key, as careless servers do.
func Fail(status int, message, retryAfter string) Reply {
	return FailCode(status, "", message, retryAfter)
}

// FailCode is Fail with an error code such as insufficient_quota.
func FailCode(status int, code, message, retryAfter string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		echo := r.Text("user") + strings.Join(r.Inputs, " ")
		refuse(w, status, code, message+" (key "+Key+", request: "+echo+")")
	}
}

// Hang answers nothing until the client goes.
func Hang() Reply {
	return func(_ http.ResponseWriter, r *Request) { r.wait() }
}

// HangAfter streams s and then nothing until the client goes.
func HangAfter(s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": s}, ""))
		r.wait()
	}
}

// KeepAliveForever streams s and then only comments until the client goes.
func KeepAliveForever(s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		stream(w, event(r.Model, map[string]any{"content": s}, ""))
		for send(w, ": keep-alive\n\n") {
			select {
			case <-r.server:
				return
			default:
			}
		}
	}
}

// Reset streams s and then breaks the connection.
func Reset(s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		if s != "" {
			stream(w, event(r.Model, map[string]any{"content": s}, ""))
		}
		panic(http.ErrAbortHandler)
	}
}

// Reasoning streams thoughts as reasoning_content, with content null, and then s.
func Reasoning(thoughts, s string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		var b strings.Builder
		for _, t := range strings.SplitAfter(thoughts, "。") {
			b.WriteString(event(r.Model, map[string]any{"content": nil, "reasoning_content": t}, ""))
		}
		b.WriteString(event(r.Model, map[string]any{"content": s, "reasoning_content": nil}, ""))
		b.WriteString(event(r.Model, map[string]any{"content": nil}, "stop") + "data: [DONE]\n\n")
		stream(w, b.String())
	}
}

// ToolCall streams a call of a tool that nobody offered.
func ToolCall(name, arguments string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		call := []map[string]any{{"index": 0, "id": "call_1", "type": "function",
			"function": map[string]string{"name": name, "arguments": arguments}}}
		stream(w, event(r.Model, map[string]any{"content": nil, "tool_calls": call}, "")+
			event(r.Model, map[string]any{}, "tool_calls")+"data: [DONE]\n\n")
	}
}

// LongLine streams one event whose text is n bytes long.
func LongLine(n int) Reply { return Deltas("stop", strings.Repeat("x", n)) }

// NotStreamed answers a streamed request with a plain completion, as servers
// do that cannot stream.
func NotStreamed(s string) Reply {
	return func(w http.ResponseWriter, r *Request) { writeJSON(w, 200, completion(r.Model, s, "stop")) }
}

func completion(model, text, finish string) map[string]any {
	return map[string]any{
		"id": "c1", "object": "chat.completion", "model": model,
		"choices": []map[string]any{{"index": 0, "finish_reason": finish,
			"message": map[string]string{"role": "assistant", "content": text}}},
	}
}

// event is one chunk of a stream as a server-sent event.
func event(model string, delta map[string]any, finish string) string {
	choice := map[string]any{"index": 0, "delta": delta, "finish_reason": nil}
	if finish != "" {
		choice["finish_reason"] = finish
	}
	b, err := json.Marshal(map[string]any{
		"id": "c1", "object": "chat.completion.chunk", "model": model, "choices": []any{choice},
	})
	if err != nil {
		panic(err) // a test gave a value that is no JSON
	}
	return "data: " + string(b) + "\n\n"
}

func stream(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/event-stream")
	send(w, body)
}

// send writes and flushes; false when the client has gone.
func send(w http.ResponseWriter, body string) bool {
	if _, err := w.Write([]byte(body)); err != nil {
		return false
	}
	return http.NewResponseController(w).Flush() == nil
}

// A captured is a response held back to be sent in another shape.
type captured struct {
	header http.Header
	status int
	body   strings.Builder
}

func capture(reply Reply, r *Request) *captured {
	c := &captured{header: make(http.Header), status: 200}
	reply(c, r)
	return c
}

func (c *captured) Header() http.Header         { return c.header }
func (c *captured) WriteHeader(status int)      { c.status = status }
func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }
func (c *captured) Flush()                      {}

func (c *captured) head(w http.ResponseWriter) {
	for k, v := range c.header {
		w.Header()[k] = v
	}
	w.WriteHeader(c.status)
}

func rewrite(then Reply, change func(string) string) Reply {
	return func(w http.ResponseWriter, r *Request) {
		c := capture(then, r)
		c.head(w)
		send(w, change(c.body.String()))
	}
}
