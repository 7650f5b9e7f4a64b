package telegram

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// verdict is what the ledger holds of one person on the first answer: "none",
// "good" or "bad".
func (s *stage) verdict(user int64) string {
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	good, given := s.book.thumbs["receipt0001 "+s.bot.signer.hash("user", fmt.Sprint(user))]
	switch {
	case !given:
		return "none"
	case good:
		return "good"
	}
	return "bad"
}

// TestReactions: a thumb under an answer counts like the buttons', a 👎 asks
// why, and taking it away takes the verdict back.
func TestReactions(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li := s.tg.User(1001, "李雷", "zh")
		c := s.tg.Private(li)
		c.Send(li, digital)
		wait(5 * time.Second)
		answer := s.last(c)
		for _, step := range []struct {
			emoji   []string
			verdict string
			asks    bool
		}{
			{[]string{"👍"}, "good", false},
			{[]string{"👍", "🎉"}, "good", false},
			{[]string{"👎"}, "bad", true},
			{nil, "none", true},
			{[]string{"🎉"}, "none", true},
			{[]string{"👎", "👍"}, "bad", true},
		} {
			c.React(li, answer.ID, step.emoji...)
			wait(3 * time.Second)
			if got := s.verdict(1001); got != step.verdict {
				t.Errorf("after %v the verdict is %s, not %s", step.emoji, got, step.verdict)
			}
			if asks := slices.Contains(s.last(c).Labels(), chinese.Reasons["wrong"]); asks != step.asks {
				t.Errorf("after %v the reason is asked: %v", step.emoji, asks)
			}
		}
		s.press(c, li, answer.ID, chinese.Reasons["outdated"])
		wait(3 * time.Second)
		if got := s.last(c); got.Show() != answer.Show() {
			t.Errorf("after the reason people see\n%s", got.Show())
		}
		// Emoji elsewhere mean nothing.
		c.React(li, c.Messages()[0].ID, "👎")
		c.Send(li, "/help")
		wait(3 * time.Second)
		c.React(li, s.last(c).ID, "👎")
		wait(3 * time.Second)
		if n := s.bot.Counts().Failures + s.bot.Counts().Quarantined; n != 0 {
			t.Errorf("%d failures", n)
		}
	})
}

// TestReactionsInGroups: each person has a verdict, where the bot may see it;
// who acts in the group's name has none; after a restart they count too.
func TestReactionsInGroups(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li, amy := s.tg.User(1001, "李雷", "zh"), s.tg.User(1002, "Amy", "en")
		g := s.tg.Supergroup(-1009, "群", false)
		g.Send(li, "/ask@policy_test_bot "+digital)
		wait(9 * time.Second)
		answer := s.last(g)
		g.React(amy, answer.ID, "👎")
		wait(3 * time.Second)
		if got := s.verdict(1002); got != "none" {
			t.Errorf("unseen, the verdict is %s", got)
		}
		g.Promote()
		s.end()
		s.start()
		wait(time.Second)
		g.ReactAnonymously(answer.ID, "👎")
		g.React(li, answer.ID, "👍")
		g.React(amy, answer.ID)
		g.React(amy, answer.ID, "👎")
		wait(5 * time.Second)
		if a, b := s.verdict(1001), s.verdict(1002); a != "good" || b != "bad" || len(s.book.thumbs) != 2 {
			t.Errorf("verdicts %s and %s of %d", a, b, len(s.book.thumbs))
		}
		if !strings.Contains(s.last(g).Show(), chinese.Reasons["incomplete"]) {
			t.Errorf("the group sees\n%s", s.last(g).Show())
		}
	})
}
