package telegram

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"policybot/internal/telegramtest"
)

func TestAllowList(t *testing.T) {
	play(t, telegramtest.Options{ReadsGroups: true}, func(s *stage) {
		s.adjust = func(c *Config) { c.Allowed, c.Admins = []int64{1, -5}, []int64{9} }
		s.start()
		li, amy, admin := s.tg.User(1, "李雷", "zh"), s.tg.User(2, "Amy", "en"), s.tg.User(9, "管理员", "zh")
		mine, hers, his := s.tg.Private(li), s.tg.Private(amy), s.tg.Private(admin)
		inside, outside := s.tg.Group(-5, "邻里"), s.tg.Group(-6, "别处")
		mine.Send(li, digital)
		his.Send(admin, digital)
		inside.Send(amy, "@policy_test_bot "+digital)
		for range 5 {
			hers.Send(amy, digital)
			outside.Send(amy, "@policy_test_bot "+digital)
		}
		wait(30 * time.Second)
		s.answered(mine)
		s.answered(his)
		s.answered(inside)
		if all := hers.FromBot(); len(all) != 1 || !strings.Contains(all[0].Text, "编号 2 ") {
			t.Errorf("an outsider sees\n%s", hers.Screen())
		}
		if n := len(outside.FromBot()); n != 0 {
			t.Errorf("%d messages in a group that the bot is not for", n)
		}
		p := hers.PressData(amy, 6, mine.FromBot()[0].Keyboard[0][0].Data)
		wait(5 * time.Second)
		if text, ok := p.Answered(); !ok || text != english.BadButton {
			t.Errorf("an outsider's press was answered %q", text)
		}
	})
}

func TestPaceOfAPerson(t *testing.T) {
	play(t, telegramtest.Options{ReadsGroups: true}, func(s *stage) {
		s.adjust = func(c *Config) { c.Limits = Limits{Person: 3, Group: 5} }
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c, group := s.tg.Private(li), s.tg.Group(-5, "群")
		for range 8 {
			c.Send(li, digital)
		}
		wait(18 * time.Second)
		all := c.FromBot()
		if len(all) != 4 || !strings.HasPrefix(all[3].Text, "问得有点快，请 ") || !strings.Contains(all[3].Text, "秒") {
			t.Fatalf("a hurried person sees\n%s", c.Screen())
		}
		wait(time.Minute)
		c.Send(li, digital)
		wait(10 * time.Second)
		if all := c.FromBot(); len(all) != 5 || !strings.Contains(all[4].Text, "[1]") {
			t.Errorf("after the wait:\n%s", c.Screen())
		}
		for i := range 7 { // each person is slow, the group is not
			u := s.tg.User(int64(100+i), "u", "zh")
			group.Send(u, "@policy_test_bot "+digital)
		}
		wait(time.Minute)
		answers := 0
		for _, m := range group.FromBot() {
			if strings.Contains(m.Text, "[1]") {
				answers++
			}
		}
		if answers != 5 || len(group.FromBot()) != 6 {
			t.Errorf("%d answers, %d messages in the group", answers, len(group.FromBot()))
		}
	})
}

// TestLimiter: never more than the burst and what a minute gives, and who obeys
// the wait is let in.
func TestLimiter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 20).Draw(t, "most")
		l := newLimiter(Limits{Person: most})
		now := time.Unix(1_700_000_000, 0)
		start, taken := now, 0
		for range rapid.IntRange(1, 100).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
			wait, _, ok := l.take(1, 0, now)
			if ok {
				taken++
			} else if again, _, ok := l.take(1, 0, now.Add(wait+time.Microsecond)); !ok {
				t.Fatalf("after the wait of %v it is another %v", wait, again)
			} else {
				now = now.Add(wait + time.Microsecond)
				taken++
			}
			if limit := float64(most) * (1 + now.Sub(start).Minutes()); float64(taken) > limit+1e-6 {
				t.Fatalf("%d taken within %v at %d a minute", taken, now.Sub(start), most)
			}
		}
	})
}

func TestAdmins(t *testing.T) {
	play(t, telegramtest.Options{ReadsGroups: true}, func(s *stage) {
		realThing(s)
		real := s.adjust
		s.adjust = func(c *Config) { real(c); c.Admins = []int64{9} }
		admin, li := s.tg.User(9, "管理员", "zh"), s.tg.User(1, "李雷", "zh")
		his, mine, group := s.tg.Private(admin), s.tg.Private(li), s.tg.Group(-5, "群")
		s.start() // after the chats: a menu needs its chat
		for _, q := range []string{"西湖区人均预期寿命的目标是多少岁?", "怎样煮片儿川?", "怎样煮片儿川？", "怎样给猫洗澡?"} {
			mine.Send(li, q)
			wait(10 * time.Second)
		}
		s.press(mine, li, s.last(mine).ID, "👎")
		wait(5 * time.Second)
		ask := func(c *telegramtest.Chat, u *telegramtest.User, text string, opts ...telegramtest.SendOption) string {
			t.Helper()
			c.Send(u, text, opts...)
			wait(5 * time.Second)
			if len(c.FromBot()) == 0 {
				return ""
			}
			return s.last(c).Text
		}
		if got := ask(his, admin, "/stats"); !strings.HasPrefix(got, "近 7 天：提问 4，其中未能回答 3；👍 0，👎 1") {
			t.Errorf("/stats: %s", got)
		}
		if got := ask(his, admin, "/gaps"); got != "没答上来的问题：2 个，共问了 3 次；近 7 天问过的有 2 个，问过不止一次的有 1 个。" {
			t.Errorf("/gaps: %s", got)
		}
		if got := ask(his, admin, "/stats", telegramtest.Forwarded()); got != chinese.Unknown {
			t.Errorf("a forwarded command: %s", got)
		}
		if got := ask(mine, li, "/stats"); got != chinese.Unknown {
			t.Errorf("another person's /stats: %s", got)
		}
		if got := ask(group, admin, "/gaps"); got != "" {
			t.Errorf("/gaps in a group: %s", got)
		}
		menu := s.tg.Commands(`{"type":"chat","chat_id":9}`, "")
		if !strings.Contains(menu, "stats") || strings.Contains(s.tg.Commands(`{"type":"all_private_chats"}`, "")+s.tg.Commands(`{"type":"all_group_chats"}`, ""), "stats") {
			t.Errorf("the admin's menu is %s", menu)
		}
		for scope, want := range map[string]string{`{"type":"all_private_chats"}`: "forget", `{"type":"all_group_chats"}`: "ask"} {
			for _, lang := range []string{"", "en"} {
				if !strings.Contains(s.tg.Commands(scope, lang), want) {
					t.Errorf("%s in %q: %s", scope, lang, s.tg.Commands(scope, lang))
				}
			}
		}
	})
}
