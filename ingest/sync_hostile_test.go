package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"policybot/ingest"
)

// A file of a gigabyte is refused by its size, not read to find it out.
func TestHugeFileIsNotRead(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	for _, name := range []string{"huge.txt", "a.txt.meta.yaml"} {
		b.write(name, "")
		if err := os.Truncate(filepath.Join(b.dir, name), 1<<30); err != nil {
			t.Skip("no sparse files here:", err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := b.sync(ingest.Options{})
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("refusing a huge file took %d MB", grown>>20)
	}
	wantSummary(t, r, "failed a.txt (a.txt.meta.yaml: 1024 MB are more than the 64 that are read: split the file)",
		"failed huge.txt (1024 MB are more than the 64 that are read: split the file)")
}

func TestLinksInCircles(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("sub/b.txt", "乙")
	for link, to := range map[string]string{"one.txt": "two.txt", "two.txt": "one.txt", "self": ".", "sub/up": "..", "sub/here.txt": "here.txt"} {
		if err := os.Symlink(to, filepath.Join(b.dir, link)); err != nil {
			t.Skip("no symlinks here:", err)
		}
	}
	r := b.sync(ingest.Options{})
	if r.Count(ingest.Added) != 2 || r.Count(ingest.Failed)+r.Count(ingest.Skipped) != 5 {
		t.Errorf("report:\n%s", strings.Join(summary(r), "\n"))
	}
	b.wantSearched("a.txt: 甲\nsub/b.txt: 乙\n")
	b.wantError(ingest.Options{Paths: []string{filepath.Join(b.dir, "one.txt")}}, "one.txt")
}

// An unreadable folder keeps its documents, and the others are read.
func TestUnreadableFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("sub/b.txt", "乙")
	b.write("sub/deep/c.txt", "丙")
	b.sync(ingest.Options{})
	sub := filepath.Join(b.dir, "sub")
	if err := os.Chmod(sub, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(sub, 0o755) })
	b.write("a.txt", "甲改")
	wantSummary(t, b.sync(ingest.Options{}), "changed a.txt", "failed sub (this user may not read it: change its permissions)")
	b.wantSearched("a.txt: 甲改\nsub/b.txt: 乙\nsub/deep/c.txt: 丙\n")
}

// A folder of many files that moves costs about what reading it costs: every
// file finds its document again at once.
func TestManyRenames(t *testing.T) {
	const files = 400
	b := newBench(t)
	for i := range files {
		b.write(fmt.Sprintf("old/%d.txt", i), fmt.Sprint("第", i, "号"))
	}
	b.sync(ingest.Options{})
	if err := os.Rename(filepath.Join(b.dir, "old"), filepath.Join(b.dir, "new")); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	r := b.sync(ingest.Options{})
	if n := r.Count(ingest.Renamed); n != files || r.Embedded != 0 {
		t.Errorf("%d of %d files are renamed, %d texts embedded", n, files, r.Embedded)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}
