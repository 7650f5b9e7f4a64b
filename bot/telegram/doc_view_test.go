package telegram

import (
	"slices"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestDocuments plays how people look at the documents themselves, and at what
// was in force on a day.
func TestDocuments(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		lib, _ := realThing(s)
		s.start()
		var screen strings.Builder
		li := s.tg.User(1001, "李雷", "zh-hans")
		c := s.tg.Private(li)
		show := func(do func()) {
			before := map[int]string{}
			for _, m := range c.Messages() {
				before[m.ID] = m.Show()
			}
			do()
			wait(10 * time.Second)
			screen.WriteString(c.ScreenOf(func(m telegramtest.Message) bool { return before[m.ID] != m.Show() }))
		}
		say := func(text string) { show(func() { c.Send(li, text) }) }
		tap := func(label string) {
			screen.WriteString("[" + label + "]\n\n")
			show(func() { s.press(c, li, s.last(c).ID, label) })
		}
		say("/doc")
		tap("5")
		tap("2")
		tap(chinese.PageOn)
		tap(chinese.DocBack)
		tap(chinese.DocList)
		say("/doc 深化改革")
		tap(s.last(c).Labels()[0])
		say("/doc 火星移民")
		say("/doc 4")
		var id string
		for _, d := range s.bot.documents() {
			if strings.Contains(d.Meta.Title.Value, "八类") {
				id = d.ID
			}
		}
		if !strings.Contains(s.last(c).Text, "start="+docLink+id) {
			t.Errorf("the view has no link to %s:\n%s", id, s.last(c).Text)
		}
		say("/start " + docLink + id)
		say("/start " + docLink + "ffffffffffff")
		golden(t, "documents.txt", strings.ReplaceAll(screen.String(), "2000-01-01", "DATE"))

		// A document that is withdrawn opens no more, by any way.
		say("/doc 4")
		view := s.last(c)
		if _, err := lib.Retire(s.t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := s.index.Load(s.t.Context(), lib); err != nil {
			t.Fatal(err)
		}
		s.press(c, li, view.ID, chinese.DocRead)
		wait(3 * time.Second)
		if got := s.last(c).Text; got != chinese.DocGone {
			t.Errorf("a withdrawn document opens:\n%s", got)
		}
		say("/start " + docLink + id)
		if got := s.last(c).Text; strings.Contains(got, "八类") {
			t.Errorf("a withdrawn document opens by its link:\n%s", got)
		}
	})
}

func TestAsOf(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		for _, step := range []struct{ say, shows, asOf string }{
			{"/asof", chinese.AsOfNone, ""},
			{"/asof 昨天", "“昨天”不是日期", ""},
			{"/asof 2023-02-30", "不是日期", ""},
			{"/asof 2023年6月", "只看 2023-06 时", ""},
			{unknown, "区长", "2023-06"},
			{"/asof 2021 " + unknown, "区长", "2021"},
			{unknown, "区长", "2023-06"},
			{"/asof", "现在只看 2023-06 时", ""},
		} {
			n := len(s.answer.questions())
			c.Send(li, step.say)
			wait(5 * time.Second)
			if got := s.last(c).Text; !strings.Contains(got, step.shows) {
				t.Errorf("%q is answered\n%s", step.say, got)
			}
			got := ""
			if asked := s.answer.questions(); len(asked) > n {
				got = asked[n].Filter.AsOf
			}
			if got != step.asOf {
				t.Errorf("%q is asked as of %q, not %q", step.say, got, step.asOf)
			}
		}
		s.press(c, li, s.last(c).ID, chinese.AsOfClear)
		wait(3 * time.Second)
		c.Send(li, unknown)
		wait(5 * time.Second)
		asked := s.answer.questions()
		if last := asked[len(asked)-1]; last.Filter.AsOf != "" || last.Text != unknown {
			t.Errorf("after taking the date back, the question is %+v", last)
		}
		if !slices.Contains(chinese.menuNames(), "asof") {
			t.Error("the menu lacks /asof")
		}
	})
}

func (w *words) menuNames() (names []string) {
	for _, c := range w.Commands {
		names = append(names, c.Name)
	}
	return names
}

func TestTakeDate(t *testing.T) {
	for _, c := range []struct{ text, date, rest string }{
		{"2023", "2023", ""}, {"2023年", "2023", ""}, {"2023-6", "2023-06", ""}, {"2023年6月", "2023-06", ""},
		{"2023年6月5日", "2023-06-05", ""}, {"２０２３／６／５ 补贴多少？", "2023-06-05", "补贴多少？"},
		{"2023.06.05，有哪些补贴", "2023-06-05", "有哪些补贴"}, {"2023 GDP?", "2023", "GDP?"},
		{"2023-13", "", ""}, {"2023-02-29", "", ""}, {"2024-02-29", "2024-02-29", ""}, {"123", "", ""}, {"20235", "", ""}, {"", "", ""},
	} {
		date, rest, ok := takeDate(c.text)
		if date != c.date || rest != c.rest || ok != (c.date != "") {
			t.Errorf("%q is %q and %q, %v", c.text, date, rest, ok)
		}
	}
}
