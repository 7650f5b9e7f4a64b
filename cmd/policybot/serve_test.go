package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/telegramtest"
)

// newProgram is a program with a data folder of its own and no settings.
func newProgram(t *testing.T) *program {
	t.Helper()
	p := &program{settings: settings{telegramPace: "0", retentionDays: "0"}, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, log: slog.New(slog.DiscardHandler)}
	p.data = t.TempDir()
	return p
}

// writeDoc writes a document into a folder.
func writeDoc(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// serving serves folders until stop is called, which waits for the end of it.
func (p *program) serving(t *testing.T, watch bool, folders ...string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- p.serveAll(ctx, folders, watch) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	}
}

// eventually reports whether something is done within half a minute.
func eventually(done func() bool) bool {
	for range 600 {
		if done() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

const lift = `关于电梯改造补贴的通知
发布日期：2024-05-06  来源：市住房保障局
对老旧住宅电梯改造，每台补贴15万元。
`

const park = `关于城市公园开放的公告
发布日期：2023-03-02  来源：市园林局
全市公园绿地开放共享，每天开放时间不少于12小时。
`

// TestServeTelegram answers in Telegram from end to end, and goes on doing so
// while the library changes under it.
func TestServeTelegram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tg := telegramtest.New(t, telegramtest.Options{Limits: telegramtest.TelegramLimits})
		p := newProgram(t)
		p.telegramToken, p.telegramURL, p.telegramClient = tg.Token(), tg.URL(), tg.Client()
		var logged bytes.Buffer
		p.log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		docs := filepath.Join(t.TempDir(), "docs")
		writeDoc(t, docs, "lift.txt", lift)

		stop := p.serving(t, true, docs)
		time.Sleep(5 * time.Second)
		li := tg.User(7001, "李雷", "zh-hans")
		chat := tg.Private(li)
		ask := func(question string) string {
			t.Helper()
			before := len(chat.Screen())
			chat.Send(li, question)
			time.Sleep(20 * time.Second)
			return chat.Screen()[before:]
		}
		if got := ask("电梯改造每台补贴多少?"); !strings.Contains(got, "15万元") || !strings.Contains(got, "[1]") ||
			!strings.Contains(got, "关于电梯改造补贴的通知") {
			t.Errorf("the answer is:\n%s", got)
		}

		// Another process withdraws the document: soon it is not cited.
		other := newProgram(t)
		other.data = p.data
		root := other.root()
		root.SetArgs([]string{"docs", "remove", "lift.txt", "--data", p.data})
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * lookForNews)
		if got := ask("电梯改造每台补贴多少?"); strings.Contains(got, "15万元") {
			t.Errorf("a withdrawn document is still cited:\n%s", got)
		}

		// A new file in the watched folder is read and cited, without a restart.
		writeDoc(t, docs, "park.txt", park)
		time.Sleep(10*time.Second + 2*lookForNews)
		if got := ask("公园每天开放时间不少于多少小时?"); !strings.Contains(got, "12小时") {
			t.Errorf("a file that came into the folder is not cited:\n%s", got)
		}

		stop()
		for _, secret := range []string{tg.Token(), "电梯改造"} {
			if strings.Contains(logged.String(), secret) {
				t.Errorf("%q is in the log:\n%s", secret, logged.String())
			}
		}
	})
}

func TestServeTelegramWithAWrongTokenSaysWhatToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tg := telegramtest.New(t, telegramtest.Options{})
		p := newProgram(t)
		p.telegramToken, p.telegramURL, p.telegramClient = "123:wrong", tg.URL(), tg.Client()
		docs := filepath.Join(t.TempDir(), "docs")
		writeDoc(t, docs, "lift.txt", lift)
		err := p.serveAll(t.Context(), []string{docs}, false)
		if err == nil || !strings.Contains(err.Error(), "@BotFather") || strings.Contains(err.Error(), "123:wrong") {
			t.Errorf("error = %v", err)
		}
	})
}
