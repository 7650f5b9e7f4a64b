package telegram

import (
	"slices"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// followUpsUnder are the further questions under a message.
func followUpsUnder(m telegramtest.Message) (out []string) {
	for _, label := range m.Labels() {
		if strings.HasSuffix(label, "？") || strings.HasSuffix(label, "?") {
			out = append(out, label)
		}
	}
	return out
}

// TestFollowUps presses every further question that is offered, and those
// under the answers to them: none is refused.
func TestFollowUps(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		realThing(s)
		s.start()
		li := s.tg.User(1001, "李雷", "zh-hans")
		c := s.tg.Private(li)
		c.Send(li, "西湖区人均预期寿命的目标是多少岁?")
		wait(5 * time.Second)
		var asked []string
		for at := 0; at < len(c.FromBot()) && len(asked) < 12; at++ {
			m := c.FromBot()[at]
			offered := followUpsUnder(m)
			if len(offered) > shownFollowUps {
				t.Errorf("%d questions are offered", len(offered))
			}
			for _, q := range offered {
				if slices.Contains(asked, q) {
					continue
				}
				asked = append(asked, q)
				s.press(c, li, m.ID, q)
				wait(5 * time.Second)
				got := s.last(c)
				if !strings.Contains(got.Text, q) || !strings.Contains(got.Text, "[1]") || strings.Contains(got.Text, chinese.Nearest) {
					t.Errorf("%q leads to\n%s", q, got.Show())
				}
			}
		}
		if len(asked) < 6 {
			t.Errorf("only %d further questions were offered: %v", len(asked), asked)
		}
		// They stay when the message becomes the passage and back, also after a restart.
		first := c.FromBot()[0]
		s.press(c, li, first.ID, "[1] 原文")
		wait(3 * time.Second)
		s.end()
		s.start()
		wait(time.Second)
		s.press(c, li, first.ID, chinese.Back)
		wait(3 * time.Second)
		if got := c.FromBot()[0]; got.Show() != first.Show() {
			t.Errorf("after the way back people see\n%s\nnot\n%s", got.Show(), first.Show())
		}

		g := s.tg.Supergroup(-1009, "群", false)
		g.Send(li, "/ask@policy_test_bot 西湖区人均预期寿命的目标是多少岁?")
		wait(10 * time.Second)
		if got := followUpsUnder(s.last(g)); len(got) != 0 {
			t.Errorf("a group is offered %v", got)
		}
	})
}

func TestTopics(t *testing.T) {
	for _, c := range []struct {
		heading, topic string
		form           form
	}{
		{"一、主要目标", "主要目标", formThing},
		{"（二）申请条件", "申请条件", formThing},
		{"第三章 法律责任", "法律责任", formThing},
		{"3.完善财政政策调节收入机制", "完善财政政策调节收入机制", formDoing},
		{"——深化改革开放", "深化改革开放", formDoing},
		{"保障措施", "保障措施", formThing},
		{"以创新驱动夯实发展根基", "以创新驱动夯实发展根基", formDoing},
		{"十大工程建设", "十大工程建设", formUnknown},
		{"附则", "", formUnknown},
		{"到2025年,全市新增住房不少于6000套。", "", formUnknown},
		{"Introduction to all", "", formUnknown},
		{"", "", formUnknown},
		{"一、", "", formUnknown},
	} {
		if got := topicOf(c.heading); got != c.topic || formOf(got) != c.form {
			t.Errorf("%q is %q, form %d", c.heading, got, formOf(got))
		}
	}
}
