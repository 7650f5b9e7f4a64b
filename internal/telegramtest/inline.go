package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Typed is one line that a person typed behind the bot's name.
type Typed struct {
	s      *Server
	at     time.Time
	answer *InlineAnswer
}

// An InlineAnswer is what the bot offers for it.
type InlineAnswer struct {
	Results   []InlineResult
	CacheTime int // seconds
	Personal  bool
	Button    string // above the results; "" for none
	Start     string // the payload with which it opens the private chat
}

// An InlineResult is one article; Message is what it is when it is shared.
type InlineResult struct {
	ID, Title, About string
	Message          Message
}

// Type lets a person type text behind the bot's name. Every key that is
// pressed does.
func (s *Server) Type(u *User, text string) *Typed {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &Typed{s: s, at: time.Now()}
	id := strconv.Itoa(9_100_200_000 + len(s.typed))
	s.typed[id] = q
	s.push("inline_query", map[string]any{"id": id, "from": u.user, "query": text, "offset": "", "chat_type": "sender"})
	return q
}

// Answer is what the bot offers; nil while it has not answered.
func (q *Typed) Answer() *InlineAnswer {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	return q.answer
}

// Show is the offer as a person sees it, with each message as it is shared.
func (q *Typed) Show() string {
	a := q.Answer()
	if a == nil {
		return "(no answer)\n"
	}
	var b strings.Builder
	if a.Button != "" {
		fmt.Fprintf(&b, "[%s]\n", a.Button)
	}
	for _, r := range a.Results {
		fmt.Fprintf(&b, "▸ %s\n  %s\n", r.Title, r.About)
		for line := range strings.Lines(r.Message.Show()) {
			b.WriteString("    " + line)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Share puts a result into a chat, where the person could have typed it. The
// bot gets what is sent by way of it, whatever privacy mode says.
func (c *Chat) Share(u *User, r InlineResult, opts ...SendOption) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := r.Message
	m.From, m.Name = u.ID, u.FirstName
	m.add("via_bot", c.s.self)
	for _, o := range opts {
		o(&m)
	}
	c.add(&m)
	raw := c.messageJSON(&m, true)
	raw["from"] = u.user
	c.s.push("message", raw)
}

const maxInlineResults = 50

var startParameter = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (s *Server) answerInlineQuery(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(params.Get("results")), &list); err != nil || list == nil {
		return badRequest("Can't parse inline query results JSON object")
	}
	a := &InlineAnswer{Personal: params.Get("is_personal") == "true", CacheTime: number(params, "cache_time", 300, 0, 1<<31-1)}
	if len(list) > maxInlineResults {
		return badRequest("RESULTS_TOO_MUCH")
	}
	if len(params.Get("next_offset")) > 64 {
		return badRequest("NEXT_OFFSET_INVALID")
	}
	for _, raw := range list {
		r, bad := inlineResult(raw)
		if bad != nil {
			return *bad
		}
		if slices.ContainsFunc(a.Results, func(o InlineResult) bool { return o.ID == r.ID }) {
			return badRequest("RESULT_ID_DUPLICATE")
		}
		a.Results = append(a.Results, r)
	}
	if raw := params.Get("button"); raw != "" {
		var button struct {
			Text  string `json:"text"`
			Start string `json:"start_parameter"`
		}
		if bad := strictly([]byte(raw), &button); bad != nil {
			return *bad
		}
		if button.Text == "" || !startParameter.MatchString(button.Start) {
			return badRequest("START_PARAM_INVALID")
		}
		a.Button, a.Start = button.Text, button.Start
	}
	q := s.typed[params.Get("inline_query_id")]
	if q == nil || q.answer != nil || time.Since(q.at) > s.opts.CallbackTTL {
		return badRequest("Query is too old and response timeout expired or query ID is invalid")
	}
	q.answer = a
	return ok(true)
}

// inlineResult reads an article, the one kind of result that is modelled.
func inlineResult(raw []byte) (InlineResult, *reply) {
	no := func(text string) (InlineResult, *reply) { r := badRequest(text); return InlineResult{}, &r }
	var r struct {
		Type    string          `json:"type"`
		ID      string          `json:"id"`
		Title   string          `json:"title"`
		About   string          `json:"description"`
		Address string          `json:"url"`
		Markup  json.RawMessage `json:"reply_markup"`
		Content *struct {
			Text     string          `json:"message_text"`
			Mode     string          `json:"parse_mode"`
			Entities json.RawMessage `json:"entities"`
			Previews json.RawMessage `json:"link_preview_options"`
		} `json:"input_message_content"`
	}
	if bad := strictly(raw, &r); bad != nil {
		return InlineResult{}, bad
	}
	switch {
	case r.Type != "article":
		return no("Invalid inline query result type specified")
	case r.ID == "" || len(r.ID) > 64:
		return no("RESULT_ID_INVALID")
	case strings.TrimSpace(r.Title) == "":
		return no("ARTICLE_TITLE_EMPTY")
	case r.Content == nil:
		return no("Input message content is not specified")
	case !utf8.ValidString(r.Title + r.About):
		return no("Strings must be encoded in UTF-8")
	}
	values := url.Values{"text": {r.Content.Text}, "parse_mode": {r.Content.Mode}, "entities": {string(r.Content.Entities)}, "reply_markup": {string(r.Markup)}}
	body, es, bad := text(values)
	if bad != nil {
		return InlineResult{}, bad
	}
	if Units(body) > MaxText {
		return no("MESSAGE_TOO_LONG")
	}
	rows, bad := keyboard(values)
	if bad != nil {
		return InlineResult{}, bad
	}
	return InlineResult{ID: r.ID, Title: r.Title, About: r.About, Message: Message{Text: body, Entities: es, Keyboard: rows}}, nil
}

// strictly decodes an object and refuses fields that it does not have.
func strictly(raw []byte, into any) *reply {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		r := badRequest("Can't parse JSON object: " + err.Error())
		return &r
	}
	return nil
}
