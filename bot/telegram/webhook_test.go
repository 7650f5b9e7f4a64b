package telegram

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestWebhook changes from polling to a webhook and back, with questions that
// come in between, and while the database takes nothing.
func TestWebhook(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		var chats []*telegramtest.Chat
		ask := func() {
			c := s.tg.Supergroup(int64(-100-len(chats)), "群", false)
			chats = append(chats, c)
			c.Send(li, "@policy_test_bot "+digital)
		}
		s.start()
		ask()
		wait(10 * time.Second)
		s.end()
		ask()

		s.adjust = func(c *Config) { c.Webhook = "https://bot.example.org/telegram" }
		s.start()
		wait(time.Second)
		if n := s.tg.Deliver(s.bot); n != 1 {
			t.Errorf("%d updates were taken", n)
		}
		ask()
		if _, err := s.conn.Exec(`CREATE TRIGGER full BEFORE INSERT ON telegram_inbox BEGIN SELECT RAISE(ABORT, 'disk full'); END`); err != nil {
			t.Fatal(err)
		}
		if n := s.tg.Deliver(s.bot); n != 0 {
			t.Errorf("%d updates were taken by a full disk", n)
		}
		if _, err := s.conn.Exec(`DROP TRIGGER full`); err != nil {
			t.Fatal(err)
		}
		s.tg.Deliver(s.bot)
		s.tg.Redeliver() // Telegram did not hear that they were taken
		s.tg.Deliver(s.bot)
		s.tg.PushRaw(func(int64) string { return `{"message":"no id"}` })
		s.tg.Deliver(s.bot)
		wait(time.Minute)
		last := s.bot
		s.end()
		ask()
		if n := s.tg.Deliver(last); n != 0 {
			t.Errorf("%d updates were taken after the end", n)
		}

		s.adjust = nil
		s.start()
		wait(10 * time.Second)
		ask()
		wait(time.Minute)
		for _, c := range chats {
			s.answered(c)
		}
		if n := s.tg.Pending(); n != 0 {
			t.Errorf("%d updates are left at Telegram", n)
		}
	})
}

// TestStrangersAtTheWebhook: without the secret nothing is read or told.
func TestStrangersAtTheWebhook(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.adjust = func(c *Config) { c.Webhook = "https://bot.example.org/telegram" }
		s.start()
		wait(time.Second)
		update := `{"update_id":5,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"text":"` + digital + `"}}`
		secret := s.bot.secret()
		cases := map[string]struct {
			method, secret, body string
			want                 int
		}{
			"no secret":     {http.MethodPost, "", update, http.StatusNotFound},
			"another":       {http.MethodPost, secret[1:] + "0", update, http.StatusNotFound},
			"longer":        {http.MethodPost, secret + "0", update, http.StatusNotFound},
			"GET":           {http.MethodGet, secret, "", http.StatusMethodNotAllowed},
			"GET, stranger": {http.MethodGet, "", "", http.StatusNotFound},
			"too large":     {http.MethodPost, secret, strings.Repeat(" ", maxUpdate) + update, http.StatusRequestEntityTooLarge},
			"no JSON":       {http.MethodPost, secret, "{", http.StatusOK}, // it is in the quarantine
		}
		for name, c := range cases {
			r := httptest.NewRequest(c.method, "https://bot.example.org/telegram", strings.NewReader(c.body))
			r.Header.Set(secretHeader, c.secret)
			w := httptest.NewRecorder()
			s.bot.ServeHTTP(w, r)
			if w.Code != c.want || w.Body.Len() != 0 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		wait(time.Minute)
		if got := s.bot.Counts(); got.Updates != 0 || got.Quarantined != 1 {
			t.Errorf("%+v", got)
		}
		if strings.Contains(s.log.String(), secret) {
			t.Error("the secret is in the log")
		}
	})
}
