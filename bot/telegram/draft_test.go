package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestDrafts: where the server has drafts, a private answer streams as one,
// and its first message is the finished answer; groups get edits.
func TestDrafts(t *testing.T) {
	play(t, telegramtest.Options{Drafts: true, Limits: telegramtest.TelegramLimits}, func(s *stage) {
		s.answer.pace = 1500 * time.Millisecond
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		c.Send(li, digital)
		wait(2500 * time.Millisecond)
		if got := c.FromBot(); len(got) != 0 {
			t.Errorf("before the answer there is\n%s", c.Screen())
		}
		wait(5 * time.Second)
		drafts := c.Drafts()
		if len(drafts) < 3 || drafts[0] != chinese.Looking || !strings.Contains(drafts[1], "[1]") || strings.Contains(drafts[1], "[2]") || !strings.Contains(drafts[2], "[2]") {
			t.Errorf("the drafts are %q", drafts)
		}
		if got := c.FromBot(); len(got) != 1 || !strings.Contains(got[0].Text, "[2]") || got[0].Edits != 1 {
			t.Errorf("people see\n%s", c.Screen())
		}
		g := s.tg.Group(-5, "群")
		g.Send(li, "/ask@policy_test_bot "+digital)
		wait(15 * time.Second)
		if len(g.Drafts()) != 0 || len(g.FromBot()) != 1 {
			t.Errorf("a group sees %q and\n%s", g.Drafts(), g.Screen())
		}
		if n := s.bot.Counts().Limited; n != 0 {
			t.Errorf("%d requests were too many", n)
		}
		// What is there at once needs no draft.
		s.answer.pace = 0
		n := len(c.Drafts())
		c.Send(li, unknown)
		wait(3 * time.Second)
		if len(c.Drafts()) != n {
			t.Errorf("an answer that was there at once was drafted: %q", c.Drafts()[n:])
		}
	})
}

// TestDraftsAreCutShort: an answer that was streaming when the bot ended is
// given after the next start, once.
func TestDraftsAreCutShort(t *testing.T) {
	play(t, telegramtest.Options{Drafts: true}, func(s *stage) {
		s.answer.pace = 20 * time.Second
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		c.Send(li, digital)
		wait(25 * time.Second)
		s.end()
		if got := c.FromBot(); len(got) != 0 || len(c.Drafts()) == 0 {
			t.Errorf("while it streams people see\n%s", c.Screen())
		}
		s.answer.pace = 0
		s.start()
		wait(10 * time.Second)
		if got := c.FromBot(); len(got) != 1 || !strings.Contains(got[0].Text, "[2]") {
			t.Errorf("after the restart people see\n%s", c.Screen())
		}
	})
}

// TestDraftsRefused: a server that refuses a draft is asked once more at the
// next start alone, and the answer comes all the same.
func TestDraftsRefused(t *testing.T) {
	play(t, telegramtest.Options{Drafts: true}, func(s *stage) {
		s.answer.pace = 1500 * time.Millisecond
		s.start()
		wait(time.Second)
		s.tg.Fail(telegramtest.Fault{Method: "sendMessageDraft", Kind: telegramtest.Refuse, Code: 404, Text: "Not Found", Times: 100})
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		for range 2 {
			c.Send(li, digital)
			wait(8 * time.Second)
		}
		if got := c.FromBot(); len(got) != 2 || !strings.Contains(got[0].Text, "[2]") || got[1].Edits < 2 {
			t.Errorf("people see\n%s", c.Screen())
		}
		if n := len(s.tg.Calls("sendMessageDraft")); n != 2 { // at the start, and the refused one
			t.Errorf("%d drafts were tried", n)
		}
	})
}
