package main

import (
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"policybot/bot/telegram"
	"policybot/internal/telegramtest"
)

func TestTelegramAccess(t *testing.T) {
	s := settings{telegramAdmins: "1, 2", telegramAllow: "3 -1004", telegramPace: "5"}
	admins, allowed, pace, err := s.telegramAccess()
	if err != nil || !slices.Equal(admins, []int64{1, 2}) || !slices.Equal(allowed, []int64{3, -1004}) ||
		pace != (telegram.Limits{Person: 5, Group: 15}) {
		t.Errorf("%v %v %v %v", admins, allowed, pace, err)
	}
	for name, s := range map[string]settings{
		"TELEGRAM_ADMINS": {telegramAdmins: "@li", telegramPace: "5"},
		"TELEGRAM_ALLOW":  {telegramAllow: "0", telegramPace: "5"},
		"TELEGRAM_PACE":   {telegramPace: "many"},
	} {
		if _, _, _, err := s.telegramAccess(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWebhookPath(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "https://bot.example.org": "/", "https://bot.example.org/telegram": "/telegram",
	} {
		s := settings{telegramWebhook: address}
		if got, err := s.webhookPath(); err != nil || got != want {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
	for _, address := range []string{"http://bot.example.org/", "bot.example.org", "https://", "https://user:secret@bot.example.org/"} {
		s := settings{telegramWebhook: address}
		if _, err := s.webhookPath(); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestServeByWebhook posts a question to the program on a real port.
func TestServeByWebhook(t *testing.T) {
	tg := telegramtest.New(t, telegramtest.Options{})
	p := newProgram(t)
	p.telegramToken, p.telegramURL, p.telegramClient = tg.Token(), tg.URL(), tg.Client()
	p.telegramWebhook = "https://bot.example.org/telegram"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.telegramListen = listener.Addr().String()
	listener.Close()
	docs := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, docs, "lift.txt", lift)
	stop := p.serving(t, false, docs)
	li := tg.User(7001, "李雷", "zh-hans")
	chat := tg.Private(li)
	chat.Send(li, "电梯改造每台补贴多少?")
	hook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, _ := http.NewRequestWithContext(t.Context(), r.Method, "http://"+p.telegramListen+r.URL.Path, r.Body)
		to.Header = r.Header
		resp, err := http.DefaultClient.Do(to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
	})
	defer http.DefaultClient.CloseIdleConnections()
	if !eventually(func() bool {
		tg.Deliver(hook)
		all := chat.FromBot()
		return len(all) == 1 && strings.Contains(all[0].Text, "15万元")
	}) {
		t.Errorf("people see\n%s", chat.Screen())
	}
	stop()
}
