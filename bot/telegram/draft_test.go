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

// TestDraftsUnknown: a server that does not know the method any more is left
// alone for an hour, and the answers come all the same.
func TestDraftsUnknown(t *testing.T) {
	play(t, telegramtest.Options{Drafts: true}, func(s *stage) {
		s.answer.pace = 1500 * time.Millisecond
		s.start()
		wait(time.Second)
		s.tg.Fail(telegramtest.Fault{Method: "sendMessageDraft", Kind: telegramtest.Refuse, Code: 404, Text: "Not Found"})
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
		wait(time.Hour)
		c.Send(li, digital)
		wait(8 * time.Second)
		if got := c.FromBot(); len(got) != 3 || got[2].Edits != 1 || len(c.Drafts()) == 0 {
			t.Errorf("an hour later people see\n%s\n%q", c.Screen(), c.Drafts())
		}
	})
}

// TestDraftsRefused: a chat that refuses a draft gets edits for a while, longer
// each time; the others keep theirs, unless all refuse.
func TestDraftsRefused(t *testing.T) {
	play(t, telegramtest.Options{Drafts: true}, func(s *stage) {
		s.answer.pace = 1500 * time.Millisecond
		odd := map[string]bool{"1": true}
		s.tg.FailWhen(func(c telegramtest.Call) *telegramtest.Fault {
			if c.Method != "sendMessageDraft" || !odd[c.Params.Get("chat_id")] {
				return nil
			}
			return &telegramtest.Fault{Kind: telegramtest.Refuse, Code: 400, Text: "Bad Request: TEXTDRAFT_PEER_INVALID"}
		})
		s.start()
		wait(time.Second)
		ask := func(id int64) (tried, edited int) {
			u := s.tg.User(id, "u", "zh")
			c := s.tg.Private(u)
			before := len(s.tg.Calls("sendMessageDraft"))
			c.Send(u, digital)
			wait(8 * time.Second)
			m := s.last(c)
			if !strings.Contains(m.Text, "[2]") {
				t.Errorf("%d sees\n%s", id, c.Screen())
			}
			return len(s.tg.Calls("sendMessageDraft")) - before, m.Edits
		}
		expect := func(id int64, when string, tried bool) {
			t.Helper()
			n, edits := ask(id)
			if id == 1 && tried && n != 1 || id != 1 && tried && n < 3 || !tried && (n != 0 || edits < 2) {
				t.Errorf("%s: %d drafts were tried for %d, whose answer had %d edits", when, n, id, edits)
			}
		}
		expect(1, "first", true)
		expect(1, "after a refusal", false)
		expect(2, "another chat", true)
		wait(10 * time.Minute)
		expect(1, "ten minutes later", true)
		wait(15 * time.Minute)
		expect(1, "the second time, 15 minutes later", false)
		wait(10 * time.Minute)
		delete(odd, "1")
		if n, _ := ask(1); n < 3 {
			t.Errorf("a chat that takes drafts again got %d", n)
		}
		odd["3"], odd["4"], odd["5"] = true, true, true
		for id := int64(3); id <= 5; id++ {
			ask(id)
		}
		expect(2, "after three chats in a row", false)
		wait(time.Hour)
		expect(2, "an hour later", true)
	})
}
