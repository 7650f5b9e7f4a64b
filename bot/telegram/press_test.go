package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/telegramtest"
)

func TestForgedPresses(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li, amy := s.tg.User(1, "李雷", "zh"), s.tg.User(2, "Amy", "en")
		c, other := s.tg.Private(li), s.tg.Private(amy)
		c.Send(li, digital)
		other.Send(amy, "/help")
		wait(5 * time.Second)
		m := s.last(c)
		data := m.Keyboard[0][0].Data
		before := m.Show()
		for chat, presses := range map[*telegramtest.Chat][]string{
			c:     {"", "s", "x", strings.Repeat("x", 64), "sp1.receipt0001.AAAAAAAAAAA", data[:len(data)-1] + "!", "b" + data[1:], "q", "qp0..", "\xff\x00"},
			other: {data}, // another chat's button
		} {
			u := map[*telegramtest.Chat]*telegramtest.User{c: li, other: amy}[chat]
			for _, forged := range presses {
				p := chat.PressData(u, chat.FromBot()[0].ID, forged)
				wait(3 * time.Second)
				if text, ok := p.Answered(); !ok || text != map[*telegramtest.Chat]*words{c: chinese, other: english}[chat].BadButton {
					t.Errorf("%q: answered %v %q", forged, ok, text)
				}
			}
		}
		if s.last(c).Show() != before || len(s.book.thumbs) != 0 {
			t.Errorf("a forged press did something:\n%s", c.Screen())
		}
		if n := s.bot.Counts().Forged; n != 11 {
			t.Errorf("%d forged presses were counted", n)
		}
	})
}

func TestPresses(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		c.Send(li, digital)
		wait(5 * time.Second)
		id := s.last(c).ID
		press := func(label, note string) {
			t.Helper()
			p := s.press(c, li, id, label)
			wait(3 * time.Second)
			if text, ok := p.Answered(); !ok || text != note {
				t.Errorf("%s: answered %v %q, want %q", label, ok, text, note)
			}
		}
		press("👍", chinese.Thanks)
		press("👎", chinese.WhatsWrong)
		press(chinese.Reasons["outdated"], chinese.Thanks)
		if len(s.book.thumbs) != 1 {
			t.Errorf("%v", s.book.thumbs)
		}
		for who, good := range s.book.thumbs {
			if good || strings.HasSuffix(who, " 1") {
				t.Errorf("kept %q: %v", who, good)
			}
		}
		s.book.erased = true
		press("[2] 原文", chinese.Erased)
		s.book.erased = false

		// An expired query does not keep the passage from opening.
		s.tg.Fail(telegramtest.Fault{Method: "answerCallbackQuery", Kind: telegramtest.Refuse, Code: 400,
			Text: "Bad Request: query is too old and response timeout expired or query ID is invalid"})
		s.press(c, li, id, "[2] 原文")
		wait(3 * time.Second)
		if !strings.Contains(s.last(c).Show(), "_*"+districtQuote+"*_。R&D <经费> & 投入") {
			t.Errorf("the passage:\n%s", s.last(c).Show())
		}
		// A press is quick while an answer is being made.
		s.answer.pace = 5 * time.Second
		c.Send(li, unknown)
		wait(time.Second)
		press(chinese.Back, "")
		wait(20 * time.Second)
		s.book.receipts = map[string]*bot.Answer{}
		press("[1] 原文", chinese.NoReceipt)
		press("👍", chinese.NoReceipt)
		c.Delete(id)
		c.PressData(li, id, s.tg.Calls("editMessageText")[0].Params.Get("reply_markup"))
		wait(30 * time.Second)
		if !strings.Contains(s.last(c).Text, "现任西湖区区长") {
			t.Errorf("a press on a deleted message stopped the bot:\n%s", s.log)
		}
	})
}
