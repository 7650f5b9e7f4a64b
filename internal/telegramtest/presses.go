package telegramtest

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"
)

// A callback is a pressed button.
type callback struct {
	id       string
	at       time.Time
	answered bool
	text     string
	alert    bool
}

// A Press is what a person sees after pressing a button.
type Press struct {
	s *Server
	c *callback
}

// Answered is the note that the bot showed, and whether it has answered.
func (p Press) Answered() (string, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.c.text, p.c.answered
}

// Press lets a person press the button with this label under a message.
func (c *Chat) Press(u *User, message int, label string) (Press, error) {
	for _, m := range c.Messages() {
		for _, row := range m.Keyboard {
			for _, b := range row {
				if m.ID == message && b.Text == label {
					return c.PressData(u, message, b.Data), nil
				}
			}
		}
	}
	return Press{}, fmt.Errorf("message %d has no button %q", message, label)
}

// PressData sends callback data that may stand on no button, as a forged
// client can.
func (c *Chat) PressData(u *User, message int, data string) Press {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	cb := &callback{id: strconv.Itoa(4_382_001_000 + len(s.callbacks)), at: time.Now()}
	s.callbacks[cb.id] = cb
	query := map[string]any{"id": cb.id, "from": u.user, "chat_instance": strconv.FormatInt(c.ID*7919, 10), "data": data}
	if m := c.find(message); m != nil {
		query["message"] = c.messageJSON(m, true)
	}
	s.push("callback_query", query)
	return Press{s, cb}
}

func (s *Server) answerCallbackQuery(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	cb := s.callbacks[params.Get("callback_query_id")]
	if cb == nil || cb.answered || time.Since(cb.at) > s.opts.CallbackTTL {
		return badRequest("Query is too old and response timeout expired or query ID is invalid")
	}
	if utf8.RuneCountInString(params.Get("text")) > 200 {
		return badRequest("MESSAGE_TOO_LONG")
	}
	cb.answered, cb.text, cb.alert = true, params.Get("text"), params.Get("show_alert") == "true"
	return ok(true)
}
