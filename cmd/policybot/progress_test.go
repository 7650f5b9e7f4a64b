package main

import (
	"strings"
	"testing"
	"time"
)

func TestMeterWithoutATerminalPrintsNowAndThen(t *testing.T) {
	var out strings.Builder
	m := newMeter(&out, "embed", false)
	now := m.last
	m.now = func() time.Time { return now }
	for i := range 10 {
		now = now.Add(2 * time.Second)
		if i < 5 {
			m.tell(i+1, 10)
		} else {
			m.tellOf(i+1, 10, "a\x1bb.txt")
		}
	}
	m.end()
	const want = "embed: 3 of 10\nembed: 6 of 10 ab.txt\nembed: 9 of 10 ab.txt\n"
	if out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestMeterOnATerminalIsABar(t *testing.T) {
	var out strings.Builder
	m := newMeter(&out, "embed", true)
	m.tellOf(1, 4, "notice.txt")
	m.tell(4, 4)
	m.end()
	if !strings.Contains(out.String(), "embed notice.txt") || !strings.Contains(out.String(), "\r") {
		t.Errorf("no bar was drawn: %q", out.String())
	}
}
