package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// previewing has the stage's answerer answer what is typed too.
func previewing(s *stage) {
	before := s.adjust
	s.adjust = func(c *Config) {
		if before != nil {
			before(c)
		}
		c.Preview = c.Answerer
	}
}

// TestInline plays what people see who type behind the bot's name.
func TestInline(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		previewing(s)
		s.start()
		var screen strings.Builder
		note := func(title string, q *telegramtest.Typed) {
			screen.WriteString("=== " + title + "\n\n" + q.Show() + "\n")
		}
		li := s.tg.User(1001, "李雷", "zh-hans")
		hint := s.tg.Type(li, "")
		wait(time.Second)
		note("nothing typed yet", hint)

		var keys []*telegramtest.Typed
		for i := range []rune(digital) {
			keys = append(keys, s.tg.Type(li, string([]rune(digital)[:i+1])))
			time.Sleep(150 * time.Millisecond)
		}
		wait(2 * time.Second)
		for i, q := range keys[:len(keys)-1] {
			if q.Answer() != nil {
				t.Errorf("key %d was answered while its person typed on", i)
			}
		}
		if n := len(s.answer.questions()); n != 1 {
			t.Errorf("%d questions were searched for one that was typed", n)
		}
		whole := keys[len(keys)-1]
		note("an answer", whole)
		if a := whole.Answer(); a == nil || !a.Personal || a.CacheTime != inlineCache || len(a.Results) != 3 {
			t.Fatalf("the answer is %+v", a)
		}

		nothing := s.tg.Type(li, unknown)
		wait(2 * time.Second)
		note("nothing proven", nothing)
		if a := nothing.Answer(); len(a.Results) != 0 || a.CacheTime != 0 {
			t.Errorf("what is not proven is offered: %+v", a)
		}
		// The button opens the question itself.
		c := s.tg.Private(li)
		c.Send(li, "/start "+nothing.Answer().Start)
		wait(5 * time.Second)
		if got := s.last(c).Text; !strings.Contains(got, unknown) {
			t.Errorf("the button leads to\n%s", got)
		}
		golden(t, "inline.txt", screen.String())
		for _, what := range []string{digital} {
			if files := s.stands([]byte(what)); files != nil {
				t.Errorf("what was typed is kept in %v", files)
			}
		}
	})
}

func TestInlineIsNotForEveryone(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		previewing(s)
		inner := s.adjust
		s.adjust = func(c *Config) { inner(c); c.Allowed = []int64{1} }
		s.start()
		typed := s.tg.Type(s.tg.User(2, "路人", "zh-hant"), digital)
		wait(2 * time.Second)
		if a := typed.Answer(); a == nil || a.Button != traditional.InlineOutsider || len(a.Results) != 0 {
			t.Errorf("an outsider sees\n%s", typed.Show())
		}
		if n := len(s.answer.questions()); n != 0 {
			t.Errorf("%d questions of an outsider were searched", n)
		}
		mine := s.tg.Type(s.tg.User(1, "李雷", "zh"), digital)
		wait(2 * time.Second)
		if a := mine.Answer(); a == nil || len(a.Results) == 0 {
			t.Errorf("a person on the list sees\n%s", mine.Show())
		}
		s.bot.office.remember(3, roleBlocked)
		blocked := s.tg.Type(s.tg.User(3, "路人", "zh"), digital)
		wait(2 * time.Second)
		if a := blocked.Answer(); a != nil {
			t.Errorf("a blocked person sees\n%s", blocked.Show())
		}
	})
}

// TestSharedIsNoQuestion: what people share of an answer is not asked again,
// neither in the private chat nor in answer to a message of the bot's.
func TestSharedIsNoQuestion(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		previewing(s)
		s.start()
		li := s.tg.User(1001, "李雷", "zh-hans")
		typed := s.tg.Type(li, digital)
		wait(2 * time.Second)
		result := typed.Answer().Results[0]
		before := len(s.answer.questions())
		private, group := s.tg.Private(li), s.tg.Group(-5, "群")
		private.Share(li, result)
		group.Send(li, "/help@"+s.bot.self.Username)
		wait(2 * time.Second)
		group.Share(li, result, telegramtest.Reply(s.last(group).ID))
		wait(30 * time.Second)
		if n := len(s.answer.questions()) - before; n != 0 || len(private.FromBot()) != 0 || len(group.FromBot()) != 1 {
			t.Errorf("%d shared answers were asked again:\n%s\n%s", n, private.Screen(), group.Screen())
		}
	})
}

// TestInlineFailures: a query that cannot be answered costs nobody else theirs,
// and no words of it reach the log (see play).
func TestInlineFailures(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		previewing(s)
		s.start()
		li, amy := s.tg.User(1, "李雷", "zh"), s.tg.User(2, "Amy", "en")
		for name, fault := range map[string]telegramtest.Fault{
			"too old": {Method: "answerInlineQuery", Kind: telegramtest.Refuse, Code: 400, Text: "Bad Request: query is too old and response timeout expired or query ID is invalid"},
			"busy":    {Method: "answerInlineQuery", Kind: telegramtest.TooMany, RetryAfter: 3},
			"gateway": {Method: "answerInlineQuery", Kind: telegramtest.BadGateway},
			"hang":    {Method: "answerInlineQuery", Kind: telegramtest.Hang},
		} {
			s.tg.Fail(fault)
			s.tg.Type(li, digital)
			wait(20 * time.Second)
			again := s.tg.Type(li, digital)
			wait(2 * time.Second)
			if again.Answer() == nil {
				t.Errorf("after %s the next query is not answered", name)
			}
		}
		s.answer.panics = true
		s.tg.Type(li, digital)
		wait(2 * time.Second)
		s.answer.panics = false
		hers := s.tg.Type(amy, affordable)
		wait(2 * time.Second)
		if hers.Answer() == nil {
			t.Error("a panic took another person's answer")
		}
		// What runs when the bot stops does not hold it up.
		s.answer.pace = time.Hour
		s.tg.Type(li, digital)
		wait(time.Second)
		began := time.Now()
		s.end()
		if took := time.Since(began); took > time.Second {
			t.Errorf("stopping took %v", took)
		}
	})
}

// TestInlineOff: without a Preview nothing is answered, and nothing breaks.
func TestInlineOff(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		q := s.tg.Type(s.tg.User(1, "李雷", "zh"), digital)
		wait(2 * time.Second)
		if q.Answer() != nil {
			t.Error("a bot without inline mode answered")
		}
	})
}
