package telegram

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// stands reports in which of the database's files some bytes stand.
func (s *stage) stands(what []byte) (files []string) {
	s.t.Helper()
	all, err := filepath.Glob(s.path + "*")
	if err != nil || len(all) == 0 {
		s.t.Fatal(all, err)
	}
	for _, f := range all {
		raw, err := os.ReadFile(f)
		if err != nil {
			s.t.Fatal(err)
		}
		if bytes.Contains(raw, what) {
			files = append(files, filepath.Base(f))
		}
	}
	return files
}

// TestForget looks into the bytes of the database for what a person left there.
func TestForget(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		realThing(s)
		s.start()
		const id, other = 7_000_000_001, 7_000_000_002
		li, amy := s.tg.User(id, "李雷", "zh"), s.tg.User(other, "Amy", "zh")
		c, g, hers := s.tg.Private(li), s.tg.Group(-5, "群"), s.tg.Private(amy)
		say := func(c *telegramtest.Chat, u *telegramtest.User, text string) {
			c.Send(u, text)
			wait(10 * time.Second)
		}
		say(c, li, "西湖区人均预期寿命的目标是多少岁?")
		s.press(c, li, s.last(c).ID, "👎")
		wait(5 * time.Second)
		say(c, li, "我家门口的秘密花园归谁管?")
		say(g, li, "@policy_test_bot 群里的秘密花园归谁管?")
		c.React(li, s.last(c).ID, "👎")
		say(c, li, "/place 杭州市西湖区")
		say(c, li, "/asof 2023-06")
		say(c, li, "/lang zh-hant")
		s.tg.Type(li, "我只是输入的秘密花园归谁?")
		say(hers, amy, "她的秘密花园归谁管?")
		s.tg.PushRaw(func(update int64) string {
			return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":"odd","from":{"id":7000000001}}}`, update)
		})
		wait(time.Minute)

		key := s.bot.signer.hash("user", "7000000001")
		number := make([]byte, 8)
		binary.BigEndian.PutUint64(number, id)
		left := [][]byte{[]byte("我家门口的秘密花园"), []byte("群里的秘密花园"), []byte("人均预期寿命的目标"), []byte(key), []byte("7000000001"), number[2:]}
		for _, what := range left {
			if s.stands(what) == nil && string(what) != key {
				t.Errorf("%q is not there to begin with: the test tests nothing", what)
			}
		}
		if files := s.stands([]byte("我只是输入的秘密花园")); files != nil {
			t.Errorf("what was only typed is kept in %v", files)
		}
		say(c, li, "/forget")
		m := s.last(c)
		// Nobody else can press it.
		p := c.PressData(amy, m.ID, m.Keyboard[0][0].Data)
		wait(3 * time.Second)
		if text, _ := p.Answered(); text != chinese.BadButton {
			t.Errorf("another person's press was answered %q", text)
		}
		s.press(c, li, m.ID, traditional.ForgetYes)
		wait(20 * time.Second)
		if got := s.last(c).Text; got != traditional.Forgotten {
			t.Errorf("after /forget people see %q", got)
		}
		for _, what := range left {
			if files := s.stands(what); files != nil {
				t.Errorf("%q still stands in %v", what, files)
			}
		}
		if s.stands([]byte("她的秘密花园")) == nil {
			t.Error("another person's question is gone too")
		}
		say(c, li, "/place")
		if got := s.last(c).Text; got != chinese.PlaceNone {
			t.Errorf("a forgotten person's settings are %q", got)
		}
	})
}

// TestSettings: a person's place narrows the question unless it names another,
// and the language counts everywhere.
func TestSettings(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		say := func(text string) string {
			t.Helper()
			c.Send(li, text)
			wait(5 * time.Second)
			return s.last(c).Text
		}
		place := func(question string) string {
			t.Helper()
			say(question)
			qs := s.answer.questions()
			return qs[len(qs)-1].Filter.Place.String()
		}
		if got := place("目标是多少?"); got != "" {
			t.Errorf("without a place it is %q", got)
		}
		if got := say("/place 杭州市西湖區"); !strings.Contains(got, "杭州市西湖区") {
			t.Errorf("setting a place: %s", got)
		}
		for question, want := range map[string]string{
			"目标是多少?": "杭州市西湖区", "杭州市的目标是多少?": "杭州市西湖区", "上海市的目标是多少?": "", "杭州市和宁波市的目标?": "",
		} {
			if got := place(question); got != want {
				t.Errorf("%s is narrowed to %q, want %q", question, got, want)
			}
		}
		c.Send(li, "/place")
		wait(5 * time.Second)
		s.press(c, li, s.last(c).ID, chinese.Clear)
		wait(5 * time.Second)
		if got := place("目标是多少?"); got != "" {
			t.Errorf("after taking it back it is %q", got)
		}
		say("/lang")
		s.press(c, li, s.last(c).ID, english.Name)
		wait(5 * time.Second)
		if got := say("/new"); got != english.Fresh {
			t.Errorf("in English: %s", got)
		}
		if got := say(unknown); !strings.Contains(got, "I searched 5 documents") || !strings.Contains(got, english.Nearest) {
			t.Errorf("in English: %s", got)
		}
		s.press(c, li, s.last(c).ID, "[1] source")
		wait(5 * time.Second)
		s.press(c, li, s.last(c).ID, english.Back)
		wait(5 * time.Second)
		if got := s.last(c).Text; !strings.Contains(got, "I searched 5 documents") {
			t.Errorf("the way back: %s", got)
		}
	})
}

func FuzzLinkedQuestion(f *testing.F) {
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("哪个街道有快递小哥小区?")))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("\u202e<b>x</b>")))
	f.Add("_")
	f.Add("")
	f.Add(strings.Repeat("A", 65))
	f.Fuzz(func(t *testing.T, payload string) {
		text, ok := linkedQuestion(payload)
		if !ok {
			return
		}
		if len(payload) > 64 || len(text) > 48 || strings.ContainsAny(text, "\n\x00\u202e\u200b") || strings.TrimSpace(text) != text || text == "" {
			t.Errorf("%q opens %q", payload, text)
		}
		if r, meant := (&Bot{}).understand(&message{ID: 1, Chat: &chat{ID: 1, Type: "private"}, Text: "/start " + payload}); !meant || r.command != "start" {
			t.Errorf("%q is %+v", payload, r)
		}
	})
}
