package retrieval_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"policybot/internal/db"
	"policybot/retrieval"
)

// TestMain also plays the program that TestKilledKeep kills.
func TestMain(m *testing.M) {
	if file := os.Getenv("POLICYBOT_KEEP_CHILD"); file != "" {
		keepForEver(file)
		return
	}
	goleak.VerifyTestMain(m)
}

// numbered are documents with numbers, of two passages each.
func numbered(from, to int) (all []retrieval.Content) {
	for i := from; i < to; i++ {
		all = append(all, content(fmt.Sprintf("doc%03d", i), fmt.Sprintf("第%d号文件谈住房和教育。", i), fmt.Sprintf("养老服务覆盖%d个街道。", i)))
	}
	return all
}

var keptWords = []string{"住房", "养老", "街道", "第7号"}

// opened is an index that has loaded a library, and why it did not use the
// snapshot, if it did not.
func opened(t *testing.T, lib *retrieval.Library) (x *retrieval.Index, anew string) {
	t.Helper()
	var log bytes.Buffer
	x = retrieval.NewIndex(retrieval.NewHashed())
	x.KeepFrom(1)
	x.LogTo(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err := x.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	return x, log.String()
}

// keptLibrary is a library with a snapshot of so many documents, and the file.
func keptLibrary(t *testing.T, docs int) (lib *retrieval.Library, snapshot string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lib.db")
	lib, _ = openLibraryAt(t, file)
	publish(t, lib, retrieval.NewHashed(), "s", numbered(0, docs))
	keep(t, lib)
	return lib, file + "-snapshot"
}

func keep(t *testing.T, lib *retrieval.Library) {
	t.Helper()
	x, _ := opened(t, lib)
	if err := x.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// fromSnapshot holds that a start reads the snapshot, and what it finds.
func fromSnapshot(t *testing.T, lib *retrieval.Library) *retrieval.Index {
	t.Helper()
	x, anew := opened(t, lib)
	if anew != "" {
		t.Fatalf("the snapshot was not read: %s", anew)
	}
	sameView(t, x, lib, keptWords)
	return x
}

// builtAnew holds that a start does not use the snapshot, for a reason, and
// what it finds.
func builtAnew(t *testing.T, lib *retrieval.Library, cause string) {
	t.Helper()
	x, anew := opened(t, lib)
	if !strings.Contains(anew, cause) || !strings.Contains(anew, "level=DEBUG") {
		t.Errorf("the index was built for the cause %q, want %q", anew, cause)
	}
	sameView(t, x, lib, keptWords)
}

func TestStartFromSnapshot(t *testing.T) {
	lib, file := keptLibrary(t, 70)
	fromSnapshot(t, lib)

	publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content("doc003", "住房改了。"), content("new", "养老来了。")}, "doc005")
	if _, err := lib.Retire(t.Context(), "doc009"); err != nil {
		t.Fatal(err)
	}
	before := stat(t, file)
	x := fromSnapshot(t, lib)
	if err := x.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := stat(t, file); os.SameFile(before, after) {
		t.Error("4 of 70 documents have changed and the snapshot was not written anew")
	}
	if info := stat(t, file); info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the snapshot: %v", info.Mode())
	}
	x = fromSnapshot(t, lib)
	publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content("doc003", "住房又改了。")})
	before = stat(t, file)
	if err := x.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	if err := x.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, stat(t, file)) {
		t.Error("the snapshot was written anew for one document of 70")
	}
	fromSnapshot(t, lib)
	publish(t, lib, retrieval.NewHashed(), "s", numbered(100, 300))
	builtOrRead, _ := opened(t, lib) // so much has come that reading everything is no slower
	sameView(t, builtOrRead, lib, keptWords)
}

func stat(t *testing.T, file string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestSmallIndexesAreNotKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	lib, _ := openLibraryAt(t, file)
	publish(t, lib, retrieval.NewHashed(), "s", numbered(0, 20))
	x := loadedFrom(t, lib)
	if err := x.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file + "-snapshot"); err == nil {
		t.Error("40 passages were written to a snapshot")
	}
	if err := retrieval.NewIndex(retrieval.NewHashed()).Keep(t.Context()); err != nil {
		t.Errorf("an index that has loaded nothing: %v", err)
	}
}

// TestSnapshotsOfNoUse has the file another one in every way: the index is built
// anew, and right, and the next Keep puts a good one in its place.
func TestSnapshotsOfNoUse(t *testing.T) {
	lib, file := keptLibrary(t, 40)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	with := func(at int, b byte) []byte {
		other := bytes.Clone(good)
		other[at] ^= b
		return other
	}
	_, otherFile := keptLibrary(t, 41)
	other, err := os.ReadFile(otherFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, cause string
		raw         []byte
	}{
		{"missing", "no such file", nil},
		{"empty", "cut off", []byte{}},
		{"another library's", "of another library", other},
		{"another format", "no snapshot of this kind of machine", with(0, 1)},
		{"its key", "table of contents is damaged", with(30, 1)},
		{"a column", "it is damaged", with(len(good)/2, 0x80)},
		{"the last byte", "it is damaged", with(len(good)-1, 1)},
		{"half", "its table of contents does not fit", good[:len(good)/2]},
		{"more", "another length", append(bytes.Clone(good), good...)},
		{"text", "no snapshot of this kind of machine", []byte(strings.Repeat("住房和教育。", 1000))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if tt.raw != nil {
				if err := os.WriteFile(file, tt.raw, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			builtAnew(t, lib, tt.cause)
			keep(t, lib)
			fromSnapshot(t, lib)
		})
	}
	t.Run("of another embedder", func(t *testing.T) {
		e := &countingEmbedder{name: "one"}
		publish(t, lib, e, "s", nil)
		x := retrieval.NewIndex(e)
		if err := x.Load(t.Context(), lib); err != nil {
			t.Fatal(err)
		}
		if s := x.Stats(); s.Documents != 40 || s.Corpus.Embedder != "one" {
			t.Errorf("%+v", s)
		}
		hitLines(t, x, retrieval.Query{Text: "住房", K: 5})
	})
}

// TestSnapshotOfAnotherPast has a library come back from a copy and go another
// way: versions, documents and revisions have the same numbers then.
func TestSnapshotOfAnotherPast(t *testing.T) {
	libraryWith := func(text string) (*retrieval.Library, string) {
		file := filepath.Join(t.TempDir(), "lib.db")
		lib, _ := openLibraryAt(t, file)
		all := numbered(0, 40)
		c := content("doc001", text)
		c.Raw = []byte("the same original") // as an older parser read it
		all[1] = c
		publish(t, lib, retrieval.NewHashed(), "s", all)
		keep(t, lib)
		return lib, file + "-snapshot"
	}
	_, theirs := libraryWith("住房甲甲。")
	time.Sleep(2 * time.Millisecond) // revisions are made at another time
	lib, file := libraryWith("住房乙乙。")
	raw, err := os.ReadFile(theirs)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	builtAnew(t, lib, "of another library")
}

// TestPurgeTakesTheSnapshot has a purge remove what was kept of a document, also
// what a stopped process left, and nobody write it again.
func TestPurgeTakesTheSnapshot(t *testing.T) {
	lib, file := keptLibrary(t, 40)
	if err := os.WriteFile(file+".new", []byte("what a killed process left"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, _ := opened(t, lib)
	other, _ := openLibraryAt(t, strings.TrimSuffix(file, "-snapshot")) // another process
	if _, err := other.Purge(t.Context(), "doc007"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + ".new"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s is still there after the purge", filepath.Base(name))
		}
	}
	if err := before.Keep(t.Context()); err == nil || !strings.Contains(err.Error(), "another library") {
		t.Errorf("keeping an index with the purged document: %v", err)
	}
	if found, _ := filepath.Glob(file + "*"); !slices.Equal(found, []string{file + ".lock"}) {
		t.Errorf("beside the library are %q", found)
	}
	if err := before.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	sameView(t, before, lib, keptWords)
	publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content("doc003", "住房改了。"), content("doc004", "住房改了。")})
	if err := before.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	if err := before.Keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if x := fromSnapshot(t, lib); x.Stats().Documents != 39 {
		t.Errorf("%d documents, want 39", x.Stats().Documents)
	}
}

// TestPurgeWaitsForTheSnapshot has a purge begin while another process writes.
func TestPurgeWaitsForTheSnapshot(t *testing.T) {
	lib, conn := openLibrary(t)
	publish(t, lib, retrieval.NewHashed(), "s", numbered(0, 3))
	unlock, err := db.Lock(t.Context(), conn, "snapshot")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := lib.Purge(ctx, "doc001"); err == nil {
		t.Error("the purge did not wait for who writes the snapshot")
	}
	if x := loadedFrom(t, lib); x.Stats().Documents != 3 {
		t.Error("the purge that gave up has purged")
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if _, err := lib.Purge(t.Context(), "doc001"); err != nil {
		t.Error(err)
	}
}

// keepForEver changes a library and keeps its index, again and again.
func keepForEver(file string) {
	ctx := context.Background()
	err := func() error {
		conn, err := db.Open(ctx, file)
		if err != nil {
			return err
		}
		lib, err := retrieval.OpenLibrary(ctx, conn)
		if err != nil {
			return err
		}
		for i := 0; ; i++ {
			x := retrieval.NewIndex(retrieval.NewHashed())
			x.KeepFrom(1)
			if err := x.Load(ctx, lib); err != nil {
				return err
			}
			if i == 0 {
				fmt.Println("ready")
			}
			for range 5 {
				if err := x.Keep(ctx); err != nil {
					return err
				}
				if err := os.Remove(file + "-snapshot"); err != nil {
					return err
				}
			}
			if err := x.Keep(ctx); err != nil {
				return err
			}
			if _, err := tryPublish(ctx, lib, retrieval.NewHashed(), "s", []retrieval.Content{
				content(fmt.Sprintf("doc%03d", i%30), fmt.Sprintf("住房第%d次，%d。", i, time.Now().UnixNano())),
				content(fmt.Sprintf("doc%03d", i%30+1), strings.Repeat("教育。", i%5+1)),
			}); err != nil {
				return err
			}
		}
	}()
	fmt.Println(err)
	os.Exit(1)
}

// TestKilledKeep kills a process that keeps its index at random moments. The
// next start must be right each time, and never fail.
func TestKilledKeep(t *testing.T) {
	kills := 6
	if os.Getenv("POLICYBOT_SOAK") != "" {
		kills = 200
	}
	file := filepath.Join(t.TempDir(), "lib.db")
	lib, _ := openLibraryAt(t, file)
	publish(t, lib, retrieval.NewHashed(), "s", numbered(0, 300))
	kept, left := 0, 0
	for range kills {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "POLICYBOT_KEEP_CHILD="+file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 6)
		if _, err := out.Read(line); err != nil || string(line) != "ready\n" {
			t.Fatalf("the child says %q, %v", line, err)
		}
		time.Sleep(time.Duration(rand.IntN(60_000)) * time.Microsecond)
		cmd.Process.Kill()
		if cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
			t.Fatal("the child failed by itself")
		}
		if _, err := os.Stat(file + "-snapshot.new"); err == nil {
			left++
		}
		x, anew := opened(t, lib)
		if anew == "" {
			kept++
		} else if !strings.Contains(anew, "no such file") {
			t.Errorf("a killed process left a snapshot of no use: %s", anew)
		}
		sameView(t, x, lib, keptWords[:1])
	}
	t.Logf("%d kills: %d left a snapshot, %d half of another beside it", kills, kept, left)
	keep(t, lib)
	fromSnapshot(t, lib)
	if _, err := os.Stat(file + "-snapshot.new"); err == nil {
		t.Error("the next Keep left the half that a killed one wrote")
	}
}

// TestSnapshotsSideBySide has two processes keep and load one library while a
// third changes it.
func TestSnapshotsSideBySide(t *testing.T) {
	lib, file := keptLibrary(t, 40)
	ctx, stop := context.WithCancel(t.Context())
	var keeping sync.WaitGroup
	for range 2 {
		other, _ := openLibraryAt(t, strings.TrimSuffix(file, "-snapshot"))
		keeping.Go(func() {
			for ctx.Err() == nil {
				x := retrieval.NewIndex(retrieval.NewHashed())
				x.KeepFrom(1)
				if err := x.Load(ctx, other); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				if err := x.Keep(ctx); err != nil && !errors.Is(err, db.ErrLocked) && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 6 {
		publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content(fmt.Sprintf("doc%03d", i), "住房改了。"), content("new", strings.Repeat("养老。", i+1))})
		x, _ := opened(t, lib)
		sameView(t, x, lib, keptWords[:2])
	}
	stop()
	keeping.Wait()
	keep(t, lib)
	fromSnapshot(t, lib)
}
