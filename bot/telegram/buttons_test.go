package telegram

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestButtonData: what we made is read back, and nothing else is: not with one
// byte changed, not in another chat, not with another key.
func TestButtonData(t *testing.T) {
	s := signer{key: []byte("one key")}
	rapid.Check(t, func(t *rapid.T) {
		chat := rapid.Int64().Draw(t, "chat")
		p := press{
			Act:     rapid.SampledFrom([]action{actSource, actBack, actGood, actBad, actAsk}).Draw(t, "act"),
			Echo:    rapid.Bool().Draw(t, "echo"),
			N:       rapid.IntRange(0, maxSources).Draw(t, "n"),
			Receipt: rapid.StringMatching(`[A-Za-z0-9_.-]{1,44}`).Draw(t, "receipt"),
		}
		data, ok := s.data(chat, p)
		if !ok || len(data) > 64 {
			t.Fatalf("%q has %d bytes", data, len(data))
		}
		if got, ok := s.read(chat, data); !ok || got != p {
			t.Fatalf("%+v was read as %+v, %v", p, got, ok)
		}
		if _, ok := s.read(chat+1, data); ok {
			t.Fatal("data of another chat was taken")
		}
		if _, ok := (signer{key: []byte("other")}).read(chat, data); ok {
			t.Fatal("data under another key was taken")
		}
		forged := []byte(data)
		forged[rapid.IntRange(0, len(data)-1).Draw(t, "at")] ^= byte(1 << rapid.IntRange(0, 6).Draw(t, "bit"))
		if _, ok := s.read(chat, string(forged)); ok {
			t.Fatalf("%q was taken for %q", forged, data)
		}
	})
}

func TestButtonsFit(t *testing.T) {
	s := signer{key: []byte("one key")}
	if keys := s.answerButtons(1, chinese, strings.Repeat("r", 60), 3, false); len(keys) != 0 {
		t.Errorf("a receipt that does not fit got buttons: %v", keys)
	}
	keys := s.answerButtons(1, chinese, "receipt", 90, false)
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
	if s.answerButtons(1, chinese, "", 3, false) != nil {
		t.Error("an answer without a receipt has buttons")
	}
}
