package telegram

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestConversation plays whole conversations and compares what people see.
func TestConversation(t *testing.T) {
	play(t, telegramtest.Options{Limits: telegramtest.TelegramLimits}, func(s *stage) {
		s.answer.pace = 700 * time.Millisecond
		s.start()
		var screen strings.Builder
		note := func(title string, chats ...*telegramtest.Chat) {
			screen.WriteString("=== " + title + "\n\n")
			for _, c := range chats {
				screen.WriteString(c.Screen())
			}
		}
		li := s.tg.User(1001, "李雷", "zh-hans")
		chat := s.tg.Private(li)
		chat.Send(li, "/start")
		wait(3 * time.Second)
		note("a greeting", chat)

		chat.Send(li, digital)
		wait(500 * time.Millisecond)
		note("a question, half a second later", chat)
		wait(450 * time.Millisecond)
		note("the first claim", chat)
		wait(5 * time.Second)
		answer := s.last(chat)
		note("the answer", chat)
		s.press(chat, li, answer.ID, "[1] 原文")
		wait(2 * time.Second)
		note("the first source", chat)
		s.press(chat, li, answer.ID, "[2] 原文")
		wait(2 * time.Second)
		note("the second source", chat)
		s.press(chat, li, answer.ID, chinese.Back)
		wait(2 * time.Second)
		if back := s.last(chat); back.Show() != answer.Show() {
			t.Errorf("the way back leads to\n%s\nnot\n%s", back.Show(), answer.Show())
		}
		p := s.press(chat, li, answer.ID, "👍")
		wait(2 * time.Second)
		if text, _ := p.Answered(); text != chinese.Thanks {
			t.Errorf("a thumb was answered %q", text)
		}
		chat.Send(li, unknown)
		wait(5 * time.Second)
		chat.Send(li, "/frobnicate")
		wait(2 * time.Second)
		chat.Send(li, "/help")
		wait(2 * time.Second)
		chat.Send(li, "/new")
		wait(2 * time.Second)
		chat.Send(li, "", telegramtest.Photo())
		wait(2 * time.Second)
		note("all of it", chat)

		amy := s.tg.User(1002, "Amy", "en")
		english := s.tg.Private(amy)
		english.Send(amy, "/start")
		wait(2 * time.Second)
		s.press(english, amy, s.last(english).ID, affordable)
		wait(5 * time.Second)
		note("in English, by a button", english)

		forum := s.tg.Supergroup(-1001234, "政策讨论", true)
		topic := forum.Topic("数字经济")
		forum.Send(li, "大家好", telegramtest.In(topic))
		forum.Send(li, "@policy_test_bot "+digital, telegramtest.In(topic))
		wait(10 * time.Second)
		forum.Send(amy, rural, telegramtest.In(topic), telegramtest.Reply(s.last(forum).ID))
		wait(10 * time.Second)
		note("a topic in a group", forum)
		golden(t, "conversation.txt", screen.String())
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run with -update to write it", err)
	}
	if got != string(want) {
		t.Errorf("people see something else than %s (run with -update to accept):\n%s", path, got)
	}
}
