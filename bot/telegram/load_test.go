package telegram

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

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
