package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/internal/telegramtest"
)

// soaking says that the long campaigns are wanted; otherwise tests play a
// sample of them.
func soaking() bool { return os.Getenv("POLICYBOT_SOAK") == "1" }

// TestSoakLoad has thousands of people ask within a minute, of a model that
// takes a second and a half, with Telegram's quotas on.
func TestSoakLoad(t *testing.T) {
	people := 250
	if soaking() {
		people = 10_000
	}
	began := time.Now()
	play(t, telegramtest.Options{Limits: telegramtest.TelegramLimits}, func(s *stage) {
		s.answer.pace = 500 * time.Millisecond // two claims and the end
		s.start()
		wait(time.Second)
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		first := time.Now()
		var chats []*telegramtest.Chat
		for i := range people {
			u := s.tg.User(int64(1_000_000+i), "u", "zh")
			c := s.tg.Private(u)
			chats = append(chats, c)
			c.Send(u, digital)
			time.Sleep(time.Minute / time.Duration(people))
		}
		peak := before.HeapInuse
		for range 15 * 6 {
			wait(10 * time.Second)
			if s.bot.Counts().Answers == int64(people) {
				break
			}
			if soaking() {
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapInuse)
			}
		}
		var took []time.Duration
		for _, c := range chats {
			all := c.FromBot()
			if len(all) != 1 || !strings.Contains(all[0].Text, "[2]") {
				t.Fatalf("a person sees\n%s", c.Screen())
			}
			took = append(took, all[0].Edited.Sub(c.Messages()[0].At))
		}
		slices.Sort(took)
		last := time.Since(first)
		if last > 15*time.Minute {
			t.Errorf("the last answer came after %v", last)
		}
		if n := s.bot.Counts().Limited; n != 0 {
			t.Errorf("%d requests were too many", n)
		}
		t.Logf("%d people: all answered within %v; an answer took %v at the median, %v at p99, %v at most; %d requests, none too many; heap from %d to %d MB with the stand-in for Telegram; %d answers at once at most",
			people, last.Round(time.Second), took[len(took)/2].Round(time.Second), took[len(took)*99/100].Round(time.Second), took[len(took)-1].Round(time.Second),
			len(s.tg.Calls()), before.HeapInuse>>20, peak>>20, s.answer.most)
	})
	t.Logf("it took %v of real time", time.Since(began).Round(time.Millisecond))
}

// onPort is a stand-in for Telegram on a real port.
func onPort(t *testing.T) (*telegramtest.Server, string) {
	tg := telegramtest.New(t, telegramtest.Options{})
	web := httptest.NewServer(tg)
	t.Cleanup(web.Close)
	t.Cleanup(web.CloseClientConnections)
	return tg, web.URL
}

// freshDB is the path of a new database with the bot's tables.
func freshDB(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// promptDB is a new database that commits as the program's does, and its
// folder.
func promptDB(t *testing.T) (*sql.DB, string) {
	t.Helper()
	path := freshDB(t)
	conn, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	prompt, err := db.Prompt(conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { prompt.Close() })
	return prompt, filepath.Dir(path)
}

// TestSoakLatency measures the bot's own share of an answer in real time, on a
// real port, with commits as the program makes them: from the moment a person
// asks to the finished answer, the model taking no time and no quota in the
// way. How the disk is just then is measured in between.
func TestSoakLatency(t *testing.T) {
	if !soaking() {
		t.Skip("it takes half a minute; set POLICYBOT_SOAK=1")
	}
	tg, url := onPort(t)
	conn, dir := promptDB(t)
	book := &ledger{receipts: map[string]*bot.Answer{}, thumbs: map[string]bool{}}
	b, err := New(t.Context(), Config{Token: tg.Token(), Endpoint: url, DB: conn, Receipts: book, Feedback: book,
		Answerer: &tellingModel{book: book}, Unpaced: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	const people, perSecond = 300, 10
	var chats []*telegramtest.Chat
	var flushes []time.Duration
	for i := range people {
		u := tg.User(int64(100+i), "u", "zh")
		chats = append(chats, tg.Private(u))
		chats[i].Send(u, fmt.Sprintf("问%03d?", i))
		time.Sleep(time.Second / perSecond / 2)
		flushes = append(flushes, flushOnce(t, dir))
		time.Sleep(time.Second / perSecond / 2)
	}
	time.Sleep(2 * time.Second)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for _, c := range chats {
		all := c.Messages()
		if len(all) != 2 || all[1].Edits != 1 {
			t.Fatalf("a person sees\n%s", c.Screen())
		}
		took = append(took, all[1].Edited.Sub(all[0].At))
	}
	t.Logf("%d questions at %d a second: own share %s; the disk flushes 16 kB in %s", people, perSecond, spread(took), spread(flushes))
	if own, floor := took[people*99/100], flushes[people*99/100]; own > 50*time.Millisecond && own > 2*floor {
		t.Errorf("own share %v at p99, more than 50 ms and than two flushes of the disk", own)
	}
}

// flushOnce is the time that the disk takes to keep 16 kB, four pages.
func flushOnce(t *testing.T, dir string) time.Duration {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, "floor"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	began := time.Now()
	if _, err := f.Write(make([]byte, 16<<10)); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// spread sorts times and tells of them.
func spread(times []time.Duration) string {
	slices.Sort(times)
	n := len(times)
	return fmt.Sprintf("%v at the median, %v at p99, %v at most", times[n/2].Round(time.Millisecond),
		times[n*99/100].Round(time.Millisecond), times[n-1].Round(time.Millisecond))
}

// TestSoakRush has thousands of people ask at once, in real time and on a real
// port, of a model that takes a second and a half, of a server without quotas:
// what is left is our own work. The bot is a process of its own, so that its
// memory can be told from that of the stand-in for Telegram; their time is one.
func TestSoakRush(t *testing.T) {
	people, memory := 200, 256<<20
	if soaking() {
		people = 10_000
	}
	tg, url := onPort(t)
	path := freshDB(t)
	var chats []*telegramtest.Chat
	for i := range people {
		u := tg.User(int64(100+i), "u", "zh")
		chats = append(chats, tg.Private(u))
		chats[i].Send(u, fmt.Sprintf("问%05d?", i))
	}
	seen, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer seen.Close()
	own := spent()
	began := time.Now()
	b := startVictim(t, url, path, "rush")
	for done := 0; done < people && time.Since(began) < 10*time.Minute; time.Sleep(100 * time.Millisecond) {
		if err := seen.QueryRow(`SELECT COUNT(*) FROM telegram_inbox WHERE state = 'done'`).Scan(&done); err != nil {
			b.kill()
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	own = spent() - own
	b.kill()
	for _, c := range chats {
		if all := c.FromBot(); len(all) != 1 || !strings.Contains(all[0].Text, "[1]") {
			t.Fatalf("a person sees\n%s", c.Screen())
		}
	}
	end := b.cmd.ProcessState
	peak := end.SysUsage().(*syscall.Rusage).Maxrss << 10
	t.Logf("%d people at once: all answered in %v; the bot took %v of processor time and %d MB at most, the stand-in for Telegram %v",
		people, took.Round(100*time.Millisecond), (end.UserTime() + end.SystemTime()).Round(100*time.Millisecond), peak>>20, own.Round(100*time.Millisecond))
	if peak > int64(memory) {
		t.Errorf("the bot took more than %d MB", memory>>20)
	}
}

// spent is the processor time of this process.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
