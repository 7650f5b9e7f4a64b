package telegramtest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestWebhook: updates are posted in order with the secret, and what is not
// taken is posted again.
func TestWebhook(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		for params, want := range map[[2]string]string{
			{"http://x.example/", "s"}:    "Bad Request: bad webhook: HTTPS url must be provided for webhook",
			{"https://x.example/", "a b"}: "Bad Request: secret token contains unallowed characters",
			{"https://x.example/", "s"}:   "",
		} {
			if a := ask(t, s, "setWebhook", "url", params[0], "secret_token", params[1]); a.Description != want {
				t.Errorf("%q: %q", params, a.Description)
			}
		}
		ask(t, s, "setWebhook", "url", "https://x.example/hook", "secret_token", "s3cret", "allowed_updates", `["message"]`)
		c.Send(u, "one")
		c.Edit(u, 1, "uno") // not allowed
		c.Send(u, "two")
		var got []string
		fail := true
		hook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if r.URL.Path != "/hook" || r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "s3cret" || r.Method != http.MethodPost {
				t.Errorf("%s %s", r.Method, r.URL)
			}
			if fail = !fail; !fail {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			got = append(got, string(body))
		})
		if n := s.Deliver(hook); n != 0 || s.Pending() != 2 {
			t.Errorf("%d taken, %d wait", n, s.Pending())
		}
		if n := s.Deliver(hook); n != 1 || s.Pending() != 1 {
			t.Errorf("%d taken, %d wait", n, s.Pending())
		}
		if n := s.Deliver(hook); n != 1 || s.Pending() != 0 {
			t.Errorf("%d taken, %d wait", n, s.Pending())
		}
		if len(got) != 2 || !strings.Contains(got[0], `"one"`) || !strings.Contains(got[1], `"two"`) {
			t.Errorf("posted %q", got)
		}
		if a := ask(t, s, "getUpdates"); a.Code != 409 {
			t.Errorf("polling while a webhook is set: %+v", a)
		}
		ask(t, s, "deleteWebhook")
		c.Send(u, "three")
		if n := s.Deliver(hook); n != 0 {
			t.Errorf("%d taken without a webhook", n)
		}
	})
}

// TestEditsMenusAndOrder covers what people and tests may do besides.
func TestEditsMenusAndOrder(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		id := c.Send(u, "one")
		c.Edit(u, id, "uno")
		s.Scramble(true)
		a := ask(t, s, "getUpdates")
		text := string(a.Result)
		edited, first := strings.Index(text, "edited_message"), strings.Index(text, `"one"`)
		if edited < 0 || first < edited {
			t.Errorf("updates: %s", text)
		}
		if m := c.Messages()[0]; m.Text != "uno" || m.Edits != 1 {
			t.Errorf("%+v", m)
		}
		commands := `[{"command":"ask","description":"Ask"}]`
		for scope, want := range map[string]string{
			`{"type":"all_private_chats"}`:    "",
			`{"type":"chat","chat_id":7}`:     "",
			`{"type":"chat","chat_id":12345}`: "Bad Request: chat not found",
			`{"type":"everywhere"}`:           "Bad Request: unsupported type specified",
			`{`:                               "Bad Request: can't parse BotCommandScope JSON object",
		} {
			if a := ask(t, s, "setMyCommands", "commands", commands, "scope", scope); a.Description != want {
				t.Errorf("%s: %q", scope, a.Description)
			}
			if got := s.Commands(scope, ""); (got == commands) != (want == "") {
				t.Errorf("%s has %q", scope, got)
			}
		}
		if a := ask(t, s, "setMyCommands", "commands", commands, "language_code", "zh-hans"); a.Description != "Bad Request: LANG_CODE_INVALID" {
			t.Errorf("a language with a script: %q", a.Description)
		}
		s.Fail(Fault{Method: "getMe", Kind: Internal, Times: 3})
		ask(t, s, "getMe")
		if n := s.Armed(); n != 2 {
			t.Errorf("%d faults are armed", n)
		}
		s.Heal()
		if a := ask(t, s, "getMe"); !a.OK || s.Armed() != 0 {
			t.Errorf("after healing: %+v", a)
		}
	})
}
