package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestFlows writes down what other transcripts do not show: answers that grow,
// what is spoken or no text, further questions, dates, languages, who is let in
// and slowed down, and the settings of a group.
func TestFlows(t *testing.T) {
	var screens strings.Builder
	scene := func(o telegramtest.Options, adjust func(*stage, *Config), do func(*recorder)) {
		play(t, o, func(s *stage) {
			realThing(s)
			real := s.adjust
			s.adjust = func(c *Config) { real(c); adjust(s, c) }
			s.start()
			li := s.tg.User(1001, "李雷", "zh-hans")
			r := &recorder{s: s, chat: s.tg.Private(li), who: li}
			do(r)
			screens.WriteString(r.String())
		})
	}
	const aim = "西湖区人均预期寿命的目标是多少岁?"
	scene(telegramtest.Options{}, func(_ *stage, c *Config) {
		c.Transcriber = hearing{"Ogg": aim, "noise": ""}
	}, func(r *recorder) {
		r.note("a further question")
		r.say(aim)
		r.tap(followUpsUnder(r.s.last(r.chat))[0])
		r.note("what was in force on a day")
		r.say("/asof")
		r.say("/asof 2023-06")
		r.say(aim)
		r.say("/asof")
		r.tap(chinese.AsOfClear)
		r.say("/asof 明天吧")
		r.note("a voice message")
		r.show(r.chat, func() { r.chat.Send(r.who, "", r.s.tg.Spoken("Ogg", 4)) })
		r.show(r.chat, func() { r.chat.Send(r.who, "", r.s.tg.Spoken("noise", 4)) })
		r.note("what is neither text nor voice")
		for _, field := range []string{"audio", "video", "sticker", "location", "contact", "poll", "story"} {
			r.WriteString("(" + field + ")\n")
			r.show(r.chat, func() { r.chat.Send(r.who, "", telegramtest.Carrying(field, map[string]any{})) })
		}
		r.note("another language")
		r.say("/lang")
		r.tap(english.Name)
		r.say(aim)
	})
	scene(telegramtest.Options{Drafts: true}, func(s *stage, c *Config) {
		s.answer.pace = 1500 * time.Millisecond
		c.Answerer, c.Receipts, c.Feedback, c.Texts = s.answer, s.book, s.book, nil
	}, func(r *recorder) {
		r.note("an answer that grows, as a draft")
		r.say(digital)
		for _, draft := range r.chat.Drafts() {
			r.WriteString("(draft)\n" + draft + "\n\n")
		}
	})
	scene(telegramtest.Options{}, func(_ *stage, c *Config) { c.Limits, c.Allowed = Limits{Person: 1}, []int64{1001} }, func(r *recorder) {
		r.note("too fast")
		r.say(aim)
		r.say(aim)
		r.note("whom the bot is not for")
		r.who = r.s.tg.User(1004, "韩梅梅", "zh-hans")
		r.chat = r.s.tg.Private(r.who)
		r.say(aim)
	})
	scene(telegramtest.Options{}, func(*stage, *Config) {}, func(r *recorder) {
		boss := r.s.tg.User(1005, "群主", "zh-hans")
		r.chat = r.s.tg.Supergroup(-1005, "邻里", false)
		r.chat.Member(boss, "creator")
		r.chat.Member(r.who, "member")
		r.note("the settings of a group")
		r.say("/settings@policy_test_bot")
		r.who = boss
		r.say("/settings@policy_test_bot")
		r.tap(english.Name)
		r.note("a question in it")
		r.say("/ask@policy_test_bot " + aim)
	})
	golden(t, "flows.txt", screens.String())
}
