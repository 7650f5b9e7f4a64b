package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

func TestHistory(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li, amy := s.tg.User(1, "李雷", "zh"), s.tg.User(2, "Amy", "en")
		c, g := s.tg.Private(li), s.tg.Group(-5, "群")
		say := func(c *telegramtest.Chat, u *telegramtest.User, text string) {
			c.Send(u, text)
			wait(5 * time.Second)
		}
		last := func(want ...string) {
			t.Helper()
			qs := s.answer.questions()
			if got := qs[len(qs)-1].History; strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%s: history %q, want %q", qs[len(qs)-1].Text, got, want)
			}
		}
		say(c, li, "一?")
		last()
		say(g, li, "/ask@policy_test_bot 群一?")
		last()
		say(g, amy, "/ask@policy_test_bot 群二?")
		last() // another person
		say(g, li, "/ask@policy_test_bot 群三?")
		last("群一?")
		for _, q := range []string{"二?", "三?", "四?", "五?", "六?"} {
			say(c, li, q)
		}
		last("二?", "三?", "四?", "五?")
		say(c, li, "/new")
		say(c, li, "七?")
		last()
		wait(turnLife)
		say(c, li, "八?")
		last()
	})
}

func TestWordsFor(t *testing.T) {
	cases := []struct {
		text, language string
		want           *words
	}{
		{"目标是多少?", "en", chinese},
		{"目標是多少?", "en", chinese},
		{"R&D投入占GDP多少?", "en", chinese},
		{"What is the target?", "zh-hans", english},
		{"What is the 2025 target of 杭州市西湖区?", "zh", english},
		{"2025?", "en", english},
		{"2025?", "zh-TW", chinese},
		{"", "", chinese},
	}
	for _, c := range cases {
		if got := wordsFor(c.text, c.language); got != c.want {
			t.Errorf("%q, %q: %s", c.text, c.language, got.Lang)
		}
	}
}
