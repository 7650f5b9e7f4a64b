package telegram

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestButtonData: what we made is read back, and nothing else is: not with one
// bit changed, not in another chat, not by another person when it is for one,
// not with another key, not too late.
func TestButtonData(t *testing.T) {
	s, now := signer{key: []byte("one key")}, time.Now()
	rapid.Check(t, func(t *rapid.T) {
		h := holder{rapid.Int64().Draw(t, "chat"), rapid.Int64Range(1, 1<<52).Draw(t, "user")}
		p := press{
			Act:     rapid.SampledFrom([]action{actSource, actBack, actGood, actBad, actReason, actAsk, actList, actLang, actAnyward, actForget}).Draw(t, "act"),
			Echo:    rapid.Bool().Draw(t, "echo"),
			Lang:    rapid.SampledFrom(languages).Draw(t, "language").Lang,
			N:       rapid.IntRange(0, maxSources).Draw(t, "n"),
			Receipt: rapid.StringMatching(`[A-Za-z0-9_-]{0,40}`).Draw(t, "receipt"),
		}
		data, ok := s.data(h, p)
		if !ok || len(data) > 64 {
			t.Fatalf("%q has %d bytes", data, len(data))
		}
		if got, err := s.read(h, data, now); err != nil || got != p {
			t.Fatalf("%+v was read as %+v, %v", p, got, err)
		}
		if _, err := s.read(holder{h.Chat + 1, h.User}, data, now); !errors.Is(err, errForged) {
			t.Fatal("data of another chat was taken")
		}
		if _, err := s.read(holder{h.Chat, h.User + 1}, data, now); (err == nil) == p.Act.personal() {
			t.Fatalf("another person presses %c: %v", p.Act, err)
		}
		if _, err := (signer{key: []byte("other")}).read(h, data, now); !errors.Is(err, errForged) {
			t.Fatal("data under another key was taken")
		}
		forged := []byte(data)
		forged[rapid.IntRange(0, len(data)-1).Draw(t, "at")] ^= byte(1 << rapid.IntRange(0, 6).Draw(t, "bit"))
		if _, err := s.read(h, string(forged), now); !errors.Is(err, errForged) {
			t.Fatalf("%q was taken for %q", forged, data)
		}
		if _, err := s.read(h, data, now.Add(p.Act.life()+2*time.Minute)); !errors.Is(err, errExpired) {
			t.Fatalf("after its life it is read: %v", err)
		}
	})
}

func TestButtonsFit(t *testing.T) {
	s := signer{key: []byte("one key")}
	for _, asking := range []bool{false, true} {
		if keys := s.answerButtons(1, &outcome{Receipt: strings.Repeat("r", 60), Sources: 3}, asking); len(keys) != 0 {
			t.Errorf("a receipt that does not fit got buttons: %v", keys)
		}
		keys := s.answerButtons(1, &outcome{Receipt: "receipt", Sources: 90, Lang: "zh"}, asking)
		total := 0
		for _, row := range keys {
			total += len(row)
			if len(row) > 8 {
				t.Errorf("a row has %d buttons", len(row))
			}
		}
		if total > 100 {
			t.Errorf("%d buttons", total)
		}
		if s.answerButtons(1, &outcome{Sources: 3}, asking) != nil {
			t.Error("an answer without a receipt has buttons")
		}
	}
}
