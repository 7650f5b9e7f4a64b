package telegram

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParseCommand(t *testing.T) {
	cases := []struct {
		text, name, to, rest string
		ok                   bool
	}{
		{"/start", "start", "", "", true},
		{"/ASK@Policy_Test_Bot 什么 是\n好", "ask", "Policy_Test_Bot", "什么 是\n好", true},
		{"/ask\n\n问题", "ask", "", "问题", true},
		{"/ask@ 问题", "", "", "", false},
		{"/问 题", "", "", "", false},
		{"/", "", "", "", false},
		{"/ask，问题", "", "", "", false},
		{" /ask", "", "", "", false},
		{"/" + strings.Repeat("a", 65), "", "", "", false},
	}
	for _, c := range cases {
		name, to, rest, ok := parseCommand(c.text)
		if name != c.name || to != c.to || rest != c.rest || ok != c.ok {
			t.Errorf("%q: %q %q %q %v", c.text, name, to, rest, ok)
		}
	}
}

func TestTakeMention(t *testing.T) {
	cases := []struct {
		text, want string
		found      bool
	}{
		{"@policy_test_bot 问题", "问题", true},
		{"问@POLICY_test_bot，题", "问，题", true},
		{"@policy_test_bot2 问题", "@policy_test_bot2 问题", false},
		{"mail@policy_test_bot", "mail@policy_test_bot", false},
		{"@policy_test_bot@policy_test_bot", "@policy_test_bot", true},
		{"", "", false},
	}
	for _, c := range cases {
		if got, found := takeMention(c.text, "policy_test_bot"); got != c.want || found != c.found {
			t.Errorf("%q: %q %v", c.text, got, found)
		}
	}
}

func TestTextMention(t *testing.T) {
	self := &person{ID: 7}
	cases := map[string]struct {
		text           string
		offset, length int
		want           string
		found          bool
	}{
		"plain":           {"政策问答 你好", 0, 4, "你好", true},
		"behind an emoji": {"😀政策问答 你好", 2, 4, "😀 你好", true},
		"half an emoji":   {"😀政策", 1, 2, "😀政策", false},
		"beyond the end":  {"政策", 1, 9, "政策", false},
		"negative":        {"政策", -1, 1, "政策", false},
		"huge":            {"政策", 1 << 40, 1 << 40, "政策", false},
		"overflow":        {"政策", 1<<63 - 1, 1<<63 - 1, "政策", false},
		"to the end":      {"问 政策", 2, 2, "问", true},
	}
	for name, c := range cases {
		m := message{Text: c.text, Entities: []entity{{Type: "text_mention", Offset: c.offset, Length: c.length, User: self}}}
		if got, found := m.takeTextMention(7); got != c.want || found != c.found {
			t.Errorf("%s: %q %v", name, got, found)
		}
	}
}

// TestUnderstand tells what is meant for the bot from what is not.
func TestUnderstand(t *testing.T) {
	b := &Bot{self: person{ID: 7, Username: "policy_test_bot"}}
	ours := &message{ID: 5, From: &person{ID: 7}, Text: "答案"}
	theirs := &message{ID: 6, From: &person{ID: 8}, Text: "楼上的问题?"}
	topic := &message{ID: 2, From: &person{ID: 7}, TopicCreated: json.RawMessage(`{}`)}
	photo := json.RawMessage(`[{}]`)
	cases := map[string]struct {
		kind  string
		m     message
		meant bool
		want  request
	}{
		"private question":         {"private", message{Text: " 目标是多少? "}, true, request{text: "目标是多少?"}},
		"private photo":            {"private", message{Photo: photo}, true, request{command: "media", text: "photo"}},
		"private nothing":          {"private", message{}, false, request{}},
		"private too long":         {"private", message{Text: strings.Repeat("问", 1001)}, true, request{command: "long", text: strings.Repeat("问", 1001)}},
		"private unknown command":  {"private", message{Text: "/foo bar"}, true, request{command: "unknown", text: "bar"}},
		"private other's command":  {"private", message{Text: "/ask@other_bot x"}, false, request{}},
		"private caption":          {"private", message{Caption: "这是什么?"}, true, request{command: "media"}},
		"private animation":        {"private", message{Animation: photo, Document: photo}, true, request{command: "media", text: "video"}},
		"private venue":            {"private", message{Venue: photo, Location: photo}, true, request{command: "media", text: "location"}},
		"group caption":            {"group", message{Photo: photo, Caption: "@policy_test_bot 这是什么?"}, false, request{}},
		"group talk":               {"group", message{Text: "大家好"}, false, request{}},
		"group photo":              {"group", message{Photo: photo}, false, request{}},
		"group command":            {"supergroup", message{Text: "/ask 问题"}, true, request{text: "问题"}},
		"group named command":      {"group", message{Text: "/ask@Policy_Test_Bot 问题"}, true, request{text: "问题"}},
		"group ask without words":  {"group", message{Text: "/ask@policy_test_bot"}, true, request{command: "what"}},
		"group other's command":    {"group", message{Text: "/ask@other_bot 问题"}, false, request{}},
		"group unknown command":    {"group", message{Text: "/weather"}, false, request{command: "unknown"}},
		"group unknown, named":     {"group", message{Text: "/weather@policy_test_bot"}, true, request{command: "unknown"}},
		"group mention":            {"group", message{Text: "请问@policy_test_bot 目标?"}, true, request{text: "请问 目标?"}},
		"group mention, command":   {"group", message{Text: "@policy_test_bot /ask 目标?"}, true, request{text: "目标?"}},
		"group mention alone":      {"group", message{Text: "@policy_test_bot"}, true, request{command: "what"}},
		"group mention on another": {"group", message{Text: "@policy_test_bot", ReplyTo: theirs}, true, request{text: "楼上的问题?"}},
		"group reply to us":        {"group", message{Text: "那农村呢?", ReplyTo: ours}, true, request{text: "那农村呢?"}},
		"group reply to others":    {"group", message{Text: "那农村呢?", ReplyTo: theirs}, false, request{}},
		"topic that we opened":     {"supergroup", message{Text: "那农村呢?", ReplyTo: topic}, false, request{}},
		"channel":                  {"channel", message{Text: "/ask 问题"}, false, request{}},
	}
	for name, c := range cases {
		c.m.Chat = &chat{ID: 1, Type: c.kind}
		got, meant := b.understand(&c.m)
		if meant != c.meant || meant && got != c.want {
			t.Errorf("%s: %+v %v", name, got, meant)
		}
	}
}

func TestDecode(t *testing.T) {
	cases := map[string]struct {
		raw string
		id  int64
		ok  bool
	}{
		"message":          {`{"update_id":5,"message":{"message_id":1,"chat":{"id":2,"type":"private"},"text":"x"}}`, 5, true},
		"unknown kind":     {`{"update_id":5,"business_message":{"message_id":1}}`, 5, true},
		"odd unread field": {`{"update_id":5,"message":{"message_id":1,"chat":{"id":2,"location":7},"game":5}}`, 5, true},
		"text a number":    {`{"update_id":5,"message":{"message_id":1,"chat":{"id":2},"text":5}}`, 5, false},
		"id a string":      {`{"update_id":"5","message":{}}`, 5, false},
		"no id":            {`{"message":{}}`, 0, false},
		"no chat":          {`{"update_id":5,"message":{"message_id":1}}`, 5, false},
		"no sender":        {`{"update_id":5,"callback_query":{"id":"1"}}`, 5, false},
		"null":             {`null`, 0, false},
		"negative id":      {`{"update_id":-5}`, 0, false},
		"id too large":     {`{"update_id":99999999999999999999}`, 999999999999999999, false},
		"an array":         {`[{"update_id":5}]`, 5, false},
	}
	for name, c := range cases {
		_, id, err := decode([]byte(c.raw))
		if id != c.id || (err == nil) != c.ok {
			t.Errorf("%s: %d %v", name, id, err)
		}
	}
}

func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{
		`{"update_id":5,"message":{"message_id":1,"from":{"id":3},"chat":{"id":2,"type":"group"},"text":"😀/ask@b","entities":[{"type":"text_mention","offset":1,"length":9,"user":{"id":7}}]}}`,
		`{"update_id":5,"callback_query":{"id":"1","from":{"id":3},"data":"q","message":{"message_id":1,"chat":{"id":2}}}}`,
		`{"update_id":5,"message":{"message_id":1,"chat":{"id":2},"reply_to_message":{"message_id":0}}}`,
	} {
		f.Add([]byte(seed))
	}
	b := &Bot{self: person{ID: 7, Username: "b_bot"}, signer: signer{key: []byte("k")}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, id, err := decode(raw)
		if err != nil {
			return
		}
		if id <= 0 {
			t.Fatalf("an update without an id was taken: %q", raw)
		}
		u.lane()
		if u.Message != nil {
			r, meant := b.understand(u.Message)
			if meant && r.command == "" && (strings.TrimSpace(r.text) == "" || utf8.RuneCountInString(r.text) > maxQuestion) {
				t.Fatalf("%q is a question", r.text)
			}
		}
		if u.Callback != nil && u.Callback.Message != nil {
			if p, err := b.signer.read(holder{u.Callback.Message.Chat.ID, u.Callback.From.ID}, u.Callback.Data, time.Now()); err == nil {
				t.Fatalf("forged data %q was read as %+v", u.Callback.Data, p)
			}
		}
	})
}

func FuzzCommand(f *testing.F) {
	f.Add("/ask@b_bot 问题", 3, 4)
	f.Add("😀@B_BOT", 0, 2)
	f.Fuzz(func(t *testing.T, text string, offset, length int) {
		if name, _, rest, ok := parseCommand(text); ok && (name == "" || !strings.Contains(text, rest)) {
			t.Fatalf("%q: %q %q", text, name, rest)
		}
		if kept, found := takeMention(text, "b_bot"); !found && kept != strings.TrimSpace(text) {
			t.Fatalf("%q became %q without a mention", text, kept)
		}
		e := entity{Offset: offset, Length: length}
		if from, to, ok := e.covered(text); ok && units(text[from:to]) != length {
			t.Fatalf("%q: an entity of %d units covers %q", text, length, text[from:to])
		}
	})
}
