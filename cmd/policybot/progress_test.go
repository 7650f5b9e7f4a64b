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
		m.tell(i+1, 10)
	}
	m.end()
	const want = "embed: 3 of 10\nembed: 6 of 10\nembed: 9 of 10\n"
	if out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

func TestMeterOnATerminalIsABar(t *testing.T) {
	var out strings.Builder
	m := newMeter(&out, "embed", true)
	m.tell(1, 4)
	m.tell(4, 4)
	m.end()
	if !strings.Contains(out.String(), "embed") || !strings.Contains(out.String(), "\r") {
		t.Errorf("no bar was drawn: %q", out.String())
	}
}
