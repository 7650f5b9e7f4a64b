//go:build unix

package ingest_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"policybot/ingest"
)

// Nobody writes to the pipe: to open it would wait for ever.
func TestPipeIsNotOpened(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	pipe := filepath.Join(b.dir, "pipe.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	wantSummary(t, b.sync(ingest.Options{}), "added a.txt", "skipped pipe.txt (not a file)")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{pipe}}), "failed pipe.txt (not a file)")
	if err := syscall.Mkfifo(pipe+".meta.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	b.sync(ingest.Options{Paths: []string{filepath.Join(b.dir, "a.txt")}})
	b.wantSearched("a.txt: 甲\n")
}
