package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/telegramtest"
)

// TestPurgeErasesWhatTelegramOwes erases a document while answers that quote it
// wait to be sent, and while a person's reply to such an answer waits too.
func TestPurgeErasesWhatTelegramOwes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tg := telegramtest.New(t, telegramtest.Options{Limits: telegramtest.TelegramLimits})
		p := newProgram(t)
		p.telegramToken, p.telegramURL, p.telegramClient = tg.Token(), tg.URL(), tg.Client()
		docs := filepath.Join(t.TempDir(), "docs")
		writeDoc(t, docs, "lift.txt", lift)
		writeDoc(t, docs, "other.txt", "关于公园开放的通知\n发布日期：2024-05-07  来源：市园林局\n全市公园免费开放。\n")
		serve := func() (stop func()) {
			stop = p.serving(t, false, docs)
			time.Sleep(5 * time.Second)
			return stop
		}
		chat := tg.Private(tg.User(7001, "李雷", "zh-hans"))
		li := tg.User(7001, "李雷", "zh-hans")

		stop := serve()
		chat.Send(li, "电梯改造每台补贴多少?")
		time.Sleep(20 * time.Second)
		answer := chat.FromBot()[0]
		if !strings.Contains(answer.Text, "15万元") {
			t.Fatalf("the answer is:\n%s", chat.Screen())
		}
		tg.Fail(telegramtest.Fault{Method: "editMessageText", Kind: telegramtest.Internal, Times: 1000})
		chat.Send(li, "电梯改造的补贴是多少?", telegramtest.Reply(answer.ID))
		chat.Send(li, "补贴多少?", telegramtest.Reply(answer.ID))
		if _, err := chat.Press(li, answer.ID, "[1] 原文"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		stop()
		if !standsIn(t, p.data, "每台补贴15万元") {
			t.Fatal("no answer waits: the test tests nothing")
		}
		other := newProgram(t)
		root := other.root()
		root.SetArgs([]string{"docs", "remove", "lift.txt", "--purge", "--data", p.data})
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"15万元", "老旧住宅", "关于电梯改造补贴的通知", "市住房保障局"} {
			if standsIn(t, p.data, words) {
				t.Errorf("%s still stands in the database", words)
			}
		}
		tg.Heal()
		stop = serve()
		time.Sleep(time.Minute)
		stop()
		for _, m := range chat.FromBot()[1:] {
			if strings.Contains(m.Text, "15万元") || !strings.Contains(m.Text, "文件") {
				t.Errorf("after the purge people see:\n%s", m.Show())
			}
		}
	})
}

// standsIn reports whether words stand in any file of a folder, as they are or
// as JSON escapes them.
func standsIn(t *testing.T, dir, words string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), words) {
			return true
		}
	}
	return false
}
