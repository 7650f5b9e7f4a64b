package ingest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// A Watch says how folders are watched. It asks the file system again and
// again instead of waiting to be told: that works on network shares and in
// containers, where nobody tells, needs no handle for each folder, and sees a
// file that was written while nobody watched.
type Watch struct {
	// Every is how long it rests between two looks, at least; a look that takes
	// long is followed by a rest ten times as long.
	Every time.Duration
	// Quiet is how long the files must have stayed as they are before they are
	// read, so that a copy of many files is read once and whole.
	Quiet time.Duration
	// Retry is how long it waits after a failure when nothing changes.
	Retry time.Duration
}

// DefaultWatch is quick enough for a person who waits and slow enough for a
// disk that sleeps.
var DefaultWatch = Watch{Every: 2 * time.Second, Quiet: 3 * time.Second, Retry: time.Minute}

// Run calls sync at once and then each time that files under paths have
// changed and come to rest, until ctx ends. A sync that fails is repeated, when
// the files change or after Retry; telling of the error is its own work.
func (w Watch) Run(ctx context.Context, paths []string, sync func(context.Context) error) {
	var done, last imprint // as last synced, and as last seen
	synced := false
	var again, since time.Time // when to repeat a failure; since when it is as last seen
	for ctx.Err() == nil {
		began := time.Now()
		now := sign(ctx, paths)
		looked := time.Since(began)
		if now != last {
			last, since = now, time.Now()
		}
		quiet := time.Since(since) >= w.Quiet
		due := !synced && again.IsZero() || now != done && quiet || !again.IsZero() && !time.Now().Before(again)
		if due && ctx.Err() == nil {
			done, synced, again = now, true, time.Time{}
			if err := sync(ctx); err != nil {
				again = time.Now().Add(w.Retry)
			}
		}
		rest(ctx, max(w.Every, 10*looked))
	}
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// A imprint stands for the names, sizes and times of files.
type imprint [sha256.Size]byte

// sign makes the imprint of all files under paths, without reading them. Links
// are not followed and hidden files are left out, as when they are read; what
// cannot be looked at counts as what it says.
func sign(ctx context.Context, paths []string) (s imprint) {
	sum := sha256.New()
	for _, p := range paths {
		top := p
		if real, err := filepath.EvalSymlinks(p); err == nil {
			top = real
		}
		err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				fmt.Fprintf(sum, "%q %v\n", name, err)
				return nil
			case name != top && strings.HasPrefix(entry.Name(), "."):
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			info, err := entry.Info()
			if err != nil {
				fmt.Fprintf(sum, "%q %v\n", name, err)
				return nil
			}
			if !entry.IsDir() { // a folder's own time changes with hidden files
				fmt.Fprintf(sum, "%q %d %d %v\n", name, info.Size(), info.ModTime().UnixNano(), info.Mode())
			}
			return nil
		})
		fmt.Fprintf(sum, "%q %v\n", p, err)
	}
	sum.Sum(s[:0])
	return s
}
