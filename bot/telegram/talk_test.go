package telegram

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"policybot/internal/han"
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

func TestChoose(t *testing.T) {
	cases := []struct {
		chosen, text, tag string
		want              *words
	}{
		{"", "目标是多少?", "en", chinese},
		{"", "目標是多少?", "en", traditional},
		{"", "目標是多少?", "zh-hans", traditional},
		{"", "那2025年呢?", "zh-hant", traditional},
		{"", "那2025年呢?", "en", chinese},
		{"", "R&D投入占GDP多少?", "en", chinese},
		{"", "What is the target?", "zh-hans", english},
		{"", "What is the 2025 target of 杭州市西湖区?", "zh", english},
		{"", "2025?", "en-GB", english},
		{"", "2025?", "de", english},
		{"", "2025?", "zh-TW", traditional},
		{"", "2025?", "zh_HK", traditional},
		{"", "2025?", "zh-Hant-MO", traditional},
		{"", "2025?", "zh-cn", chinese},
		{"", "", "", chinese},
		{"en", "目标是多少?", "zh", english},
		{"zh-hant", "What is the target?", "en", traditional},
		{"tlh", "目标是多少?", "en", chinese},
	}
	for _, c := range cases {
		if got := choose(c.chosen, c.text, c.tag); got != c.want {
			t.Errorf("%q, %q, %q: %s", c.chosen, c.text, c.tag, got.Lang)
		}
	}
}

// TestCatalogues: every language says everything.
func TestCatalogues(t *testing.T) {
	for _, w := range languages {
		v := reflect.ValueOf(*w)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s has no %s", w.Lang, v.Type().Field(i).Name)
			}
		}
		for name, keys := range map[string][2][]string{
			"media":   {slices.Sorted(maps.Keys(w.Media)), slices.Sorted(maps.Keys(chinese.Media))},
			"reasons": {slices.Sorted(maps.Keys(w.Reasons)), slices.Sorted(slices.Values(reasons))},
			"notes":   {slices.Sorted(maps.Keys(w.Notes)), slices.Sorted(maps.Keys(chinese.Notes))},
		} {
			if !slices.Equal(keys[0], keys[1]) {
				t.Errorf("%s: %s are %q, want %q", w.Lang, name, keys[0], keys[1])
			}
		}
		for why := range chinese.Why {
			if w.Why[why] == "" {
				t.Errorf("%s does not say %s", w.Lang, why)
			}
		}
		for _, c := range w.Commands {
			if !strings.Contains(w.Help, "/"+c.Name) && c.Name != "help" {
				t.Errorf("%s: the help does not tell of /%s", w.Lang, c.Name)
			}
		}
		if w != english && (han.IsTraditional(w.Help+w.Hello+w.ForgetWhat+w.PlaceIs) != (w == traditional)) {
			t.Errorf("%s is in the wrong script", w.Lang)
		}
	}
}
