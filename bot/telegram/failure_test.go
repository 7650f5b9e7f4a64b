package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// answered checks that a chat shows the answer to digital once.
func (s *stage) answered(c *telegramtest.Chat) {
	s.t.Helper()
	n := 0
	for _, m := range c.FromBot() {
		if strings.Contains(m.Text, "超过2万亿元。[1]") && len(m.Keyboard) > 0 {
			n++
		}
	}
	if n != 1 {
		s.t.Errorf("the question has %d answers:\n%s\nlog:\n%s", n, c.Screen(), s.log)
	}
}

// TestFaultyTelegram: whatever goes wrong on the way, the question is answered
// once, and the token stays secret.
func TestFaultyTelegram(t *testing.T) {
	kinds := map[string]telegramtest.Fault{
		"bad gateway": {Kind: telegramtest.BadGateway}, "reset": {Kind: telegramtest.Reset}, "half a body": {Kind: telegramtest.HalfBody},
		"hang": {Kind: telegramtest.Hang}, "429": {Kind: telegramtest.TooMany, RetryAfter: 7}, "500": {Kind: telegramtest.Internal},
		"not modified": {Kind: telegramtest.Refuse, Code: 400, Text: "Bad Request: message is not modified: x", Applied: true},
	}
	for name, fault := range kinds {
		for _, method := range []string{"getUpdates", "sendMessage", "editMessageText", "getMe", "deleteWebhook", "setMyCommands", "sendChatAction"} {
			if fault.Kind == telegramtest.Refuse && method != "editMessageText" {
				continue
			}
			for _, applied := range []bool{false, true} {
				if applied && fault.Kind == telegramtest.TooMany || !applied && fault.Applied {
					continue // a 429 refuses, it does not lose an answer
				}
				t.Run(fmt.Sprintf("%s, %s, applied %v", name, method, applied), func(t *testing.T) {
					play(t, telegramtest.Options{}, func(s *stage) {
						f := fault
						f.Method, f.Applied, f.Times = method, applied, 2
						s.tg.Fail(f)
						s.answer.pace = 800 * time.Millisecond
						li := s.tg.User(1, "李雷", "zh")
						c := s.tg.Private(li)
						s.start()
						c.Send(li, digital)
						wait(5 * time.Minute)
						s.answered(c)
					})
				})
			}
		}
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.tg.Fail(telegramtest.Fault{Method: "editMessageText", Kind: telegramtest.TooMany, RetryAfter: 33})
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.start()
		c.Send(li, digital)
		wait(2 * time.Minute)
		edits := s.tg.Calls("editMessageText")
		if len(edits) != 2 || edits[1].At.Sub(edits[0].At) < 33*time.Second {
			t.Errorf("%d edits; the second came after %v", len(edits), edits[1].At.Sub(edits[0].At))
		}
		s.answered(c)
	})
}

func TestNoAvoidable429(t *testing.T) {
	play(t, telegramtest.Options{Limits: telegramtest.TelegramLimits}, func(s *stage) {
		s.answer.pace = 600 * time.Millisecond
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		var chats []*telegramtest.Chat
		group := s.tg.Group(-5, "群")
		for i := range 40 {
			chats = append(chats, s.tg.Private(s.tg.User(int64(1000+i), "u", "zh")))
		}
		for i, c := range chats {
			c.Send(s.tg.User(int64(1000+i), "u", "zh"), digital)
			group.Send(li, "/ask@policy_test_bot "+digital)
		}
		wait(10 * time.Minute)
		if n := s.bot.Counts().Limited; n != 0 {
			t.Errorf("%d requests were too many", n)
		}
		for _, c := range chats {
			s.answered(c)
		}
		if n := len(group.FromBot()); n != 40 {
			t.Errorf("%d answers in the group", n)
		}
		if s.answer.most > s.bot.Answering {
			t.Errorf("%d answers were made at once", s.answer.most)
		}
	})
}

func TestTokenRefused(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.adjust = func(c *Config) { c.Token = "110201543:wrong-secret" }
		s.start()
		wait(time.Minute)
		if err := s.stop(); !errors.Is(err, ErrToken) || strings.Contains(err.Error(), "wrong-secret") {
			t.Errorf("Run: %v", err)
		}
		s.stop = nil
	})
	for _, during := range []string{"a poll", "an answer"} {
		play(t, telegramtest.Options{}, func(s *stage) {
			li := s.tg.User(1, "李雷", "zh")
			c := s.tg.Private(li)
			s.answer.pace = time.Second
			s.start()
			wait(time.Second)
			if during == "an answer" {
				c.Send(li, digital)
				wait(500 * time.Millisecond)
			}
			s.tg.Revoke()
			wait(2 * time.Minute)
			if err := s.stop(); !errors.Is(err, ErrToken) {
				t.Errorf("revoked during %s: %v", during, err)
			}
			s.stop = nil
		})
	}
}

func TestConflicts(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.tg.SetWebhook("https://example.org/before")
		s.start()
		wait(time.Second)
		s.tg.SetWebhook("https://example.org/behind-our-back")
		c.Send(li, digital)
		wait(time.Minute)
		s.answered(c)
		s.tg.Fail(telegramtest.Fault{Method: "getUpdates", Kind: telegramtest.Refuse, Code: 409, Times: 5,
			Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"})
		c.Send(li, "/new")
		c.Send(li, "/help")
		wait(3 * time.Minute)
		if !strings.Contains(s.last(c).Text, "怎么用") {
			t.Errorf("after the conflict:\n%s", c.Screen())
		}
		if !strings.Contains(s.log.String(), "another program polls") {
			t.Error("the conflict is not in the log")
		}
	})
}

func TestBlocked(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.answer.pace = time.Second
		s.start()
		c.Send(li, digital)
		wait(500 * time.Millisecond)
		c.Block() // the placeholder stands, the answer cannot
		wait(time.Minute)
		if n := s.bot.Counts().Gone; n != 1 {
			t.Errorf("%d updates are undeliverable", n)
		}
		c.Unblock()
		c.Send(li, digital)
		wait(time.Minute)
		s.answered(c)
	})
}

func TestMigration(t *testing.T) {
	for _, told := range []bool{false, true} {
		play(t, telegramtest.Options{}, func(s *stage) {
			li := s.tg.User(1, "李雷", "zh")
			g := s.tg.Group(-5, "群")
			s.answer.pace = time.Second
			s.start()
			g.Send(li, "/ask@policy_test_bot "+unknown)
			wait(10 * time.Second)
			g.Send(li, "/ask@policy_test_bot "+digital)
			wait(500 * time.Millisecond)
			up := g.Upgrade(-1005, told)
			wait(time.Minute)
			s.answered(up)
			p := s.press(up, li, s.last(up).ID, "[1] 原文")
			wait(5 * time.Second)
			if _, ok := p.Answered(); !ok || !strings.Contains(s.last(up).Show(), "_*"+cityQuote) {
				t.Errorf("told %v: the source button does not work after the move:\n%s", told, up.Screen())
			}
			// The conversation moved along.
			up.Send(li, rural, telegramtest.Reply(s.last(up).ID))
			wait(10 * time.Second)
			qs := s.answer.questions()
			if h := qs[len(qs)-1].History; len(h) != 2 || h[1] != digital {
				t.Errorf("told %v: history after the move: %q", told, h)
			}
		})
	}
}

func TestDeletedPlaceholder(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.answer.pace = time.Second
		s.start()
		c.Send(li, digital)
		wait(500 * time.Millisecond)
		c.Delete(s.last(c).ID)
		wait(time.Minute)
		s.answered(c)
	})
}

func TestRefusedMarkup(t *testing.T) {
	cases := map[string]string{
		"markup":  "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 5",
		"unknown": "Bad Request: SOMETHING_NEW",
	}
	for name, text := range cases {
		play(t, telegramtest.Options{}, func(s *stage) {
			s.tg.Fail(telegramtest.Fault{Method: "editMessageText", Kind: telegramtest.Refuse, Code: 400, Text: text})
			li := s.tg.User(1, "李雷", "zh")
			c := s.tg.Private(li)
			s.start()
			c.Send(li, digital)
			wait(time.Minute)
			s.answered(c)
			if m := s.last(c); len(m.Entities) != 0 || strings.Contains(m.Text, "<") || !strings.Contains(m.Text, "“"+cityQuote+"”") {
				t.Errorf("%s: not plain:\n%s", name, m.Show())
			}
		})
	}
}

func TestAnswerFails(t *testing.T) {
	causes := map[string]func(*stage){
		"error":   func(s *stage) { s.answer.fail = errors.New("model said no to " + digital + " with " + s.tg.Token()) },
		"panic":   func(s *stage) { s.answer.panics = true },
		"timeout": func(s *stage) { s.answer.pace = time.Hour },
	}
	for name, cause := range causes {
		play(t, telegramtest.Options{}, func(s *stage) {
			cause(s)
			li := s.tg.User(1, "李雷", "zh")
			c := s.tg.Private(li)
			s.start()
			c.Send(li, digital)
			wait(5 * time.Minute)
			if m := s.last(c); m.Text != chinese.Failed || len(c.FromBot()) != 1 {
				t.Errorf("%s: people see\n%s", name, c.Screen())
			}
			s.answer.mu.Lock()
			s.answer.fail, s.answer.panics, s.answer.pace = nil, false, 0
			s.answer.mu.Unlock()
			c.Send(li, digital)
			wait(time.Minute)
			s.answered(c)
			if h := s.answer.questions()[len(s.answer.questions())-1].History; len(h) != 0 {
				t.Errorf("%s: the failure is in the history: %q", name, h)
			}
		})
	}
}

func TestUndecodableUpdates(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.tg.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"message":{"text":5}}`, id) })
		c.Send(li, digital)
		s.tg.PushRaw(func(id int64) string { return `{"message":"no id"}` })
		s.tg.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"message":7}`, id) })
		s.start()
		wait(2 * time.Minute)
		s.answered(c)
		if n := s.bot.Counts().Quarantined; n < 3 {
			t.Errorf("%d updates are in the quarantine", n)
		}
		c.Send(li, "/help")
		s.tg.PushRaw(func(id int64) string { return `{"message":"no id, alone at the end"}` })
		wait(2 * time.Minute)
		c.Send(li, "/new")
		wait(2 * time.Minute)
		if s.last(c).Text != chinese.Fresh {
			t.Errorf("stuck:\n%s\n%s", c.Screen(), s.log)
		}
	})
}

func TestDuplicates(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.tg.Duplicate(true)
		s.start()
		c.Send(li, digital)
		wait(time.Minute)
		s.tg.Redeliver()
		wait(time.Minute)
		s.end()
		s.tg.Redeliver()
		s.start()
		wait(time.Minute)
		s.answered(c)
		if n := len(s.answer.questions()); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestConfig(t *testing.T) {
	if _, err := New(context.Background(), Config{}); err == nil {
		t.Error("an empty configuration was taken")
	}
	for _, endpoint := range []string{"api.telegram.org", "ftp://x", "http://", "http://%zz"} {
		if _, err := newAPI("1:secret", endpoint, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestRedact(t *testing.T) {
	a := &api{token: "123:a/b c"}
	for _, text := range []string{"GET http://x/bot123:a/b c/getMe", "123%3Aa%2Fb+c", "123:a%2Fb%20c", "a/b c alone"} {
		if got := a.redact(text); strings.Contains(got, "a/b c") || strings.Contains(got, "a%2Fb") {
			t.Errorf("%s: %s", text, got)
		}
	}
}
