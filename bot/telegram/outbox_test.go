package telegram

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestReserve: never more than Telegram allows within any second, in order,
// at once while little goes out, and no slower than it must be.
func TestReserve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPacer()
		now := time.Unix(1_700_000_000, 0)
		var at []time.Time
		n := rapid.IntRange(1, 200).Draw(t, "requests")
		for range n {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "ms")) * time.Millisecond)
			if rapid.Bool().Draw(t, "may be left out") {
				if p.tryReserve(now) {
					at = append(at, now)
				}
				continue
			}
			at = append(at, now.Add(p.reserve(now)))
		}
		if !slices.IsSortedFunc(at, time.Time.Compare) {
			t.Fatalf("out of order: %v", at)
		}
		for i := range at {
			if i >= overallQuota && at[i].Sub(at[i-overallQuota]) < overallWindow {
				t.Fatalf("%d requests within %v", overallQuota+1, at[i].Sub(at[i-overallQuota]))
			}
		}
	})
	p, now := newPacer(), time.Unix(1_700_000_000, 0)
	for i := range 28 * 60 {
		d := p.reserve(now)
		if i < overallAtOnce && d != 0 {
			t.Errorf("request %d of a quiet bot waits %v", i, d)
		}
		if i == 28*60-1 && d > 62*time.Second {
			t.Errorf("a minute's requests take %v", d)
		}
	}
}
