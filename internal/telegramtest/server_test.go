package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type answer struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
	status int
}

// ask makes a request; pairs are names and values of parameters.
func ask(t *testing.T, s *Server, method string, pairs ...any) answer {
	t.Helper()
	a, err := try(s, s.Token(), method, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func try(s *Server, token, method string, pairs ...any) (a answer, err error) {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	resp, err := s.Client().PostForm(s.URL()+"/bot"+token+"/"+method, form)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	return a, json.NewDecoder(resp.Body).Decode(&a)
}

// on runs a test in a bubble, with a private chat 7.
func on(t *testing.T, o Options, do func(t *testing.T, s *Server, c *Chat, u *User)) {
	synctest.Test(t, func(t *testing.T) {
		s := New(t, o)
		u := s.User(7, "Ann", "en")
		do(t, s, s.Private(u), u)
	})
}

// TestRefusals: each request is refused with Telegram's code and words.
func TestRefusals(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		theirs := c.Send(u, "hello")
		ours := 2
		ask(t, s, "sendMessage", "chat_id", 7, "text", "first")
		long := strings.Repeat("😀", 2049)
		button := func(data string) string {
			return fmt.Sprintf(`{"inline_keyboard":[[{"text":"x","callback_data":%q}]]}`, data)
		}
		blocked := s.Private(s.User(8, "Bob", ""))
		blocked.Block()
		s.Group(-9, "g").Upgrade(-1009, false)
		forum := s.Supergroup(-1010, "f", true)
		cases := []struct {
			method string
			pairs  []any
			code   int
			want   string
		}{
			{"sendMessage", []any{"chat_id", 7}, 400, "Bad Request: message text is empty"},
			{"sendMessage", []any{"chat_id", 7, "text", " \n "}, 400, "Bad Request: text must be non-empty"},
			{"sendMessage", []any{"chat_id", 7, "text", long}, 400, "Bad Request: message is too long"},
			{"sendMessage", []any{"chat_id", 7, "text", "a\xff"}, 400, "Bad Request: strings must be encoded in UTF-8"},
			{"sendMessage", []any{"chat_id", 7, "text", "字<br>", "parse_mode", "HTML"}, 400, `Bad Request: can't parse entities: Unsupported start tag "br" at byte offset 3`},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "parse_mode", "RTF"}, 400, "Bad Request: unsupported parse_mode"},
			{"sendMessage", []any{"chat_id", 99, "text", "x"}, 400, "Bad Request: chat not found"},
			{"sendMessage", []any{"text", "x"}, 400, "Bad Request: chat_id is empty"},
			{"sendMessage", []any{"chat_id", 8, "text", "x"}, 403, "Forbidden: bot was blocked by the user"},
			{"sendMessage", []any{"chat_id", -9, "text", "x"}, 400, "Bad Request: group chat was upgraded to a supergroup chat"},
			{"sendMessage", []any{"chat_id", forum.ID, "text", "x", "message_thread_id", 5}, 400, "Bad Request: message thread not found"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "reply_markup", button(strings.Repeat("d", 65))}, 400, "Bad Request: BUTTON_DATA_INVALID"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "reply_markup", button("")}, 400, "Bad Request: BUTTON_DATA_INVALID"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x"}]]}`}, 400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "reply_markup", "{"}, 400, "Bad Request: can't parse reply keyboard markup JSON object"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "reply_parameters", `{"message_id":99}`}, 400, "Bad Request: message to be replied not found"},
			{"sendMessage", []any{"chat_id", 7, "text", "x", "disable_web_page_preview", true}, 400, `Bad Request: sendMessage has no parameter "disable_web_page_preview"`},
			{"editMessageText", []any{"chat_id", 7, "message_id", ours, "text", "first"}, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"},
			{"editMessageText", []any{"chat_id", 7, "message_id", 99, "text", "x"}, 400, "Bad Request: message to edit not found"},
			{"editMessageText", []any{"chat_id", 7, "message_id", theirs, "text", "x"}, 400, "Bad Request: message can't be edited"},
			{"editMessageText", []any{"chat_id", 7, "message_id", ours, "text", long}, 400, "Bad Request: MESSAGE_TOO_LONG"},
			{"editMessageReplyMarkup", []any{"chat_id", 7, "message_id", ours}, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"},
			{"deleteMessage", []any{"chat_id", 7, "message_id", 99}, 400, "Bad Request: message to delete not found"},
			{"sendChatAction", []any{"chat_id", 7, "action", "thinking"}, 400, "Bad Request: wrong parameter action in request"},
			{"setMyCommands", []any{"commands", `[{"command":"Ask","description":"x"}]`}, 400, "Bad Request: BOT_COMMAND_INVALID"},
			{"setMyCommands", []any{"commands", `[{"command":"ask","description":""}]`}, 400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"},
			{"answerCallbackQuery", []any{"callback_query_id", "1"}, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
			{"frobnicate", nil, 404, "Not Found: method not found"},
		}
		for _, tc := range cases {
			a := ask(t, s, tc.method, tc.pairs...)
			if a.OK || a.Code != tc.code || a.status != tc.code || a.Description != tc.want {
				t.Errorf("%s %.80v: %d %s, want %d %s", tc.method, tc.pairs, a.Code, a.Description, tc.code, tc.want)
			}
		}
		if a := ask(t, s, "sendMessage", "chat_id", -9, "text", "x"); a.Parameters.MigrateTo != -1009 {
			t.Errorf("migrate_to_chat_id is %d", a.Parameters.MigrateTo)
		}
		for token, want := range map[string]string{"110201543:wrong": "Unauthorized", "nonsense": "Not Found"} {
			if a, err := try(s, token, "getMe"); err != nil || a.Description != want {
				t.Errorf("token %s: %+v %v", token, a, err)
			}
		}
		if a := ask(t, s, "sendMessage", "chat_id", 7, "text", strings.Repeat("😀", 2048)); !a.OK {
			t.Errorf("4096 units: %s", a.Description)
		}
	})
}

type got struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Text string `json:"text"`
	} `json:"message"`
}

func updates(t *testing.T, a answer) (texts string, last int64) {
	t.Helper()
	var list []got
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatalf("%v: %s", err, a.Description)
	}
	for _, u := range list {
		last = u.ID
		if u.Message != nil {
			texts += u.Message.Text
		} else {
			texts += "?"
		}
	}
	return texts, last
}

func TestOffsets(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		for _, text := range []string{"a", "b", "c", "d"} {
			c.Send(u, text)
		}
		poll := func(want string, pairs ...any) int64 {
			t.Helper()
			texts, last := updates(t, ask(t, s, "getUpdates", pairs...))
			if texts != want {
				t.Errorf("getUpdates %v: %q, want %q", pairs, texts, want)
			}
			return last
		}
		last := poll("abcd")
		poll("abcd") // nothing was confirmed
		poll("ab", "limit", 2)
		poll("cd", "offset", last-1)
		poll("cd") // a and b are gone for good
		poll("cd", "offset", last+1000)
		poll("d", "offset", -1)
		poll("d", "offset", -5)
		poll("", "offset", last+1)
		s.Redeliver()
		poll("abcd")
		s.Duplicate(true)
		poll("aabbccdd")
		s.Duplicate(false)
		poll("", "offset", last+1, "allowed_updates", `["callback_query"]`)
		c.Send(u, "e")
		poll("")
		c.PressData(u, 1, "x")
		poll("?")
	})
}

func TestLongPoll(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		start := time.Now()
		if texts, _ := updates(t, ask(t, s, "getUpdates", "timeout", 50)); texts != "" || time.Since(start) != 50*time.Second {
			t.Errorf("an empty poll took %v", time.Since(start))
		}
		results := make(chan answer)
		go func() { results <- ask(t, s, "getUpdates", "timeout", 50) }()
		time.Sleep(10 * time.Second)
		c.Send(u, "x")
		if texts, _ := updates(t, <-results); texts != "x" || time.Since(start) != 60*time.Second {
			t.Errorf("%q after %v", texts, time.Since(start))
		}
		_, last := updates(t, ask(t, s, "getUpdates"))
		for range 2 {
			go func() { results <- ask(t, s, "getUpdates", "timeout", 50, "offset", last+1) }()
			time.Sleep(time.Second)
		}
		if first := <-results; first.Code != 409 || first.Description != conflictPoll {
			t.Errorf("the first of two polls: %d %s", first.Code, first.Description)
		}
		s.SetWebhook("https://example.org/hook")
		if second := <-results; second.Code != 409 || second.Description != conflictWebhook {
			t.Errorf("a poll when a webhook is set: %d %s", second.Code, second.Description)
		}
		if a := ask(t, s, "deleteWebhook"); !a.OK {
			t.Error(a.Description)
		}
		if a := ask(t, s, "getUpdates"); !a.OK {
			t.Error(a.Description)
		}
	})
}

func TestQuotas(t *testing.T) {
	on(t, Options{Limits: Limits{PerSecond: 3, ChatPerSecond: 1, GroupPerMinute: 4}}, func(t *testing.T, s *Server, c *Chat, u *User) {
		g := s.Group(-5, "g")
		send := func(chat int64) answer { return ask(t, s, "sendMessage", "chat_id", chat, "text", "x") }
		if a := send(7); !a.OK {
			t.Error(a.Description)
		}
		if a := send(7); a.Code != 429 || a.Parameters.RetryAfter != 1 || a.Description != "Too Many Requests: retry after 1" {
			t.Errorf("%d %s", a.Code, a.Description)
		}
		for id := range int64(3) {
			s.Private(s.User(100+id, "", ""))
			if a := send(100 + id); a.OK != (id < 2) {
				t.Errorf("message %d in one second: %v %s", id+2, a.OK, a.Description)
			}
		}
		for i := range 5 {
			time.Sleep(2 * time.Second)
			if a := send(g.ID); a.OK != (i < 4) {
				t.Errorf("message %d to the group: %v %s", i+1, a.OK, a.Description)
			} else if i == 4 && a.Parameters.RetryAfter != 52 {
				t.Errorf("the group must wait %d s", a.Parameters.RetryAfter)
			}
		}
		time.Sleep(51 * time.Second)
		if a := send(g.ID); a.OK {
			t.Error("a message one second too early was taken")
		}
		time.Sleep(time.Second)
		if a := send(g.ID); !a.OK {
			t.Error(a.Description)
		}
	})
}

func TestPrivacyMode(t *testing.T) {
	for reads, want := range map[bool]string{false: "/ask@policy_test_bot x|hey @Policy_Test_Bot|thanks|/next|", true: "hi|/ask@policy_test_bot x|/ask@other x|hey @Policy_Test_Bot|thanks|/next|/late|"} {
		on(t, Options{ReadsGroups: reads}, func(t *testing.T, s *Server, c *Chat, u *User) {
			g := s.Group(-5, "g")
			g.Send(u, "hi")
			g.Send(u, "/ask@policy_test_bot x")
			g.Send(u, "/ask@other x")
			g.Send(u, "hey @Policy_Test_Bot")
			ask(t, s, "sendMessage", "chat_id", -5, "text", "reply")
			g.Send(u, "thanks", Reply(5))
			ask(t, s, "sendMessage", "chat_id", -5, "text", "again")
			g.Send(u, "/next")
			g.Send(u, "/late")
			var list []got
			if err := json.Unmarshal(ask(t, s, "getUpdates").Result, &list); err != nil {
				t.Fatal(err)
			}
			texts := ""
			for _, m := range list {
				texts += m.Message.Text + "|"
			}
			if texts != want {
				t.Errorf("reading %v: %s", reads, texts)
			}
		})
	}
}

func TestCallbacks(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		ask(t, s, "sendMessage", "chat_id", 7, "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"go","callback_data":"d"}]]}`)
		if _, err := c.Press(u, 1, "stop"); err == nil {
			t.Error("a button that is not there was pressed")
		}
		press := func() (Press, string) {
			p, err := c.Press(u, 1, "go")
			if err != nil {
				t.Fatal(err)
			}
			var list []struct {
				Callback struct{ ID, Data string } `json:"callback_query"`
			}
			if err := json.Unmarshal(ask(t, s, "getUpdates", "offset", -1).Result, &list); err != nil || list[0].Callback.Data != "d" {
				t.Fatal(err, list)
			}
			return p, list[0].Callback.ID
		}
		p, id := press()
		if a := ask(t, s, "answerCallbackQuery", "callback_query_id", id, "text", "done"); !a.OK {
			t.Error(a.Description)
		}
		if text, ok := p.Answered(); !ok || text != "done" {
			t.Errorf("%q %v", text, ok)
		}
		_, id = press()
		time.Sleep(16 * time.Second)
		if a := ask(t, s, "answerCallbackQuery", "callback_query_id", id); !strings.Contains(a.Description, "query is too old") {
			t.Error(a.Description)
		}
	})
}

func TestFaults(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		send := func() (answer, error) { return try(s, s.Token(), "sendMessage", "chat_id", 7, "text", "x") }
		cut := func(kind FaultKind, applied bool) {
			t.Helper()
			before := len(c.FromBot())
			s.Fail(Fault{Method: "sendMessage", Kind: kind, Applied: applied, RetryAfter: 9, Code: 418, Text: "teapot"})
			a, err := send()
			if kind == TooMany && a.Parameters.RetryAfter != 9 || kind == Refuse && a.Description != "teapot" || kind == Internal && a.Code != 500 {
				t.Errorf("%d: %+v", kind, a)
			}
			if broken := kind == BadGateway || kind == Reset || kind == HalfBody; broken && err == nil {
				t.Errorf("kind %d was no fault", kind)
			}
			if now := len(c.FromBot()); (now > before) != applied {
				t.Errorf("kind %d, applied %v: %d messages became %d", kind, applied, before, now)
			}
			if a, err := send(); err != nil || !a.OK {
				t.Errorf("after kind %d: %+v %v", kind, a, err)
			}
		}
		for _, kind := range []FaultKind{BadGateway, Reset, HalfBody, TooMany, Internal, Refuse} {
			cut(kind, false)
			cut(kind, true)
		}
		s.Fail(Fault{Kind: Hang})
		s.Client().Timeout = time.Minute
		start := time.Now()
		if _, err := send(); err == nil || time.Since(start) != time.Minute {
			t.Errorf("a hang ended after %v: %v", time.Since(start), err)
		}
		s.Client().Timeout = 0
	})
}

func TestScreen(t *testing.T) {
	m := Message{
		Text:     "😀ab\nq1\nq2 link",
		Entities: []Entity{{Type: "bold", Offset: 2, Length: 2}, {Type: "underline", Offset: 3, Length: 1}, {Type: "expandable_blockquote", Offset: 5, Length: 5}, {Type: "text_link", Offset: 11, Length: 4, URL: "https://x.cn"}},
		Keyboard: [][]Button{{{Text: "1"}, {Text: "2"}}, {{Text: "up"}}},
	}
	want := "😀*a_b_*\n┃ q1\n┃ q2 «link→https://x.cn»\n[1] [2]\n[up]"
	if got := m.Show(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestOnARealPort: the server also serves other processes.
func TestOnARealPort(t *testing.T) {
	s := New(t, Options{})
	srv := httptest.NewServer(s)
	defer srv.Close()
	resp, err := http.Post(srv.URL+"/bot"+s.Token()+"/getMe", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(body), `"username":"policy_test_bot"`) {
		t.Errorf("%s", body)
	}
	http.DefaultClient.CloseIdleConnections()
}
