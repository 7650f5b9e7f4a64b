package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"policybot/ingest"
)

// watching runs a Watch over a folder beside the test and counts its syncs;
// its first fails syncs fail.
func watching(t *testing.T, dir string, fails int32) *atomic.Int32 {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var n atomic.Int32
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ingest.Watch{Every: time.Second, Quiet: 3 * time.Second, Retry: time.Minute}.Run(ctx, []string{dir}, func(context.Context) error {
			if n.Add(1) <= fails {
				return errors.New("it failed")
			}
			return nil
		})
	}()
	t.Cleanup(func() { stop(); <-ended })
	return &n
}

// touch writes a file whose time is the bubble's.
func touch(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Time{}, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func wantSyncs(t *testing.T, n *atomic.Int32, want int32, when string) {
	t.Helper()
	synctest.Wait()
	if got := n.Load(); got != want {
		t.Errorf("%s: %d syncs, want %d", when, got, want)
	}
}

func TestWatchSyncsOnceFilesRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		touch(t, filepath.Join(dir, "a.txt"), "一")
		n := watching(t, dir, 0)
		wantSyncs(t, n, 1, "at the start")
		time.Sleep(time.Hour)
		wantSyncs(t, n, 1, "while nothing changes")
		for i := range 20 { // a copy that takes its time
			touch(t, filepath.Join(dir, fmt.Sprintf("copy%d.txt", i)), "二")
			time.Sleep(time.Second)
		}
		wantSyncs(t, n, 1, "while files come in")
		time.Sleep(10 * time.Second)
		wantSyncs(t, n, 2, "after they came in")
		touch(t, filepath.Join(dir, ".hidden"), "三")
		time.Sleep(time.Minute)
		wantSyncs(t, n, 2, "after a hidden file")
		if err := os.Remove(filepath.Join(dir, "a.txt")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		wantSyncs(t, n, 3, "after a removal")
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		wantSyncs(t, n, 4, "after the folder went")
	})
}

func TestWatchRepeatsWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		n := watching(t, dir, 2)
		time.Sleep(50 * time.Second)
		wantSyncs(t, n, 1, "before the retry")
		time.Sleep(20 * time.Second)
		wantSyncs(t, n, 2, "after the retry")
		touch(t, filepath.Join(dir, "a.txt"), "一")
		time.Sleep(10 * time.Second)
		wantSyncs(t, n, 3, "after a change")
		time.Sleep(time.Hour)
		wantSyncs(t, n, 3, "after it went well")
	})
}
