package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

// paragraphs is a parser that makes a passage of each line; a file that begins
// with "bad" cannot be read, one that begins with "panic" breaks the parser.
func paragraphs(version string, calls *[]string) *ingest.Parser {
	var mu sync.Mutex
	return &ingest.Parser{
		Version:  version,
		Supports: func(name string) bool { return strings.HasSuffix(name, ".txt") },
		Parse: func(name string, raw []byte) (*ingest.Parsed, error) {
			if calls != nil {
				mu.Lock()
				*calls = append(*calls, name)
				mu.Unlock()
			}
			if bytes.HasPrefix(raw, []byte("bad")) {
				return nil, fmt.Errorf("%s: no text in it", name)
			}
			if bytes.HasPrefix(raw, []byte("panic")) {
				panic("parser broke")
			}
			p := &ingest.Parsed{Text: string(raw), Charset: "utf-8"}
			p.Meta.Title = retrieval.Field{Value: "title", From: "test"}
			at := 0
			for line := range strings.Lines(p.Text) {
				if s := strings.TrimSuffix(line, "\n"); s != "" {
					p.Passages = append(p.Passages, retrieval.Passage{Heading: []string{"h"}, Start: at, End: at + len(s), Text: s})
				}
				at += len(line)
			}
			return p, nil
		},
	}
}

// hashes embeds a text as bytes of its hash; it fails after failAfter texts
// when that is not 0, and counts them.
type hashes struct {
	name      string
	n         int
	failAfter int
}

func (e *hashes) Model() string { return e.name }

func (e *hashes) Embed(_ context.Context, texts []string) ([][]float32, error) {
	var out [][]float32
	for _, t := range texts {
		if e.n++; e.failAfter != 0 && e.n > e.failAfter {
			return nil, errors.New("the provider is out of order")
		}
		sum := sha256.Sum256([]byte(e.name + t))
		v := make([]float32, 8)
		for i := range v {
			v[i] = float32(sum[i]) + 1
		}
		out = append(out, v)
	}
	return out, nil
}

func (e *hashes) EmbedQuery(ctx context.Context, q string) ([]float32, error) {
	v, err := e.Embed(ctx, []string{q})
	return v[0], err
}

// A bench is a library and a folder to sync into it.
type bench struct {
	t      testing.TB
	lib    *retrieval.Library
	conn   *sql.DB
	dir    string
	embed  *hashes
	parsed []string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	base := t.TempDir()
	b := &bench{t: t, dir: filepath.Join(base, "docs"), embed: &hashes{name: "e1"}}
	b.lib, b.conn = openLibrary(t, filepath.Join(base, "lib.db"))
	if err := os.Mkdir(b.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

func openLibrary(t testing.TB, file string) (*retrieval.Library, *sql.DB) {
	t.Helper()
	conn, err := db.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	lib, err := retrieval.OpenLibrary(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return lib, conn
}

func (b *bench) write(name, text string) {
	b.t.Helper()
	file := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) remove(name string) {
	b.t.Helper()
	if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) try(o ingest.Options) (ingest.Report, error) {
	b.parsed = nil
	if o.Parser == nil {
		o.Parser = paragraphs("1", &b.parsed)
	}
	if o.Paths == nil {
		o.Paths = []string{b.dir}
	}
	return ingest.Sync(b.t.Context(), b.lib, b.embed, o)
}

func (b *bench) sync(o ingest.Options) ingest.Report {
	b.t.Helper()
	r, err := b.try(o)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// searched is what the current corpus is searched for: path and text, a line
// for each passage.
func searched(t testing.TB, lib *retrieval.Library) string {
	t.Helper()
	c, err := lib.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for e, err := range lib.Entries(t.Context(), c.Version) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s: %s\n", e.Doc.Path, e.Text)
	}
	return out.String()
}

func (b *bench) wantSearched(want string) {
	b.t.Helper()
	if got := searched(b.t, b.lib); got != want {
		b.t.Errorf("searched:\n%swant:\n%s", got, want)
	}
}

// summary is a report's files, "status path (reason)" a line.
func summary(r ingest.Report) []string {
	var out []string
	for _, f := range r.Files {
		line := string(f.Status) + " " + f.Path
		if f.Was != "" {
			line += " was " + f.Was
		}
		if f.Reason != "" {
			line += " (" + f.Reason + ")"
		}
		out = append(out, line)
	}
	return out
}

func wantSummary(t testing.TB, r ingest.Report, want ...string) {
	t.Helper()
	if got := summary(r); !slices.Equal(got, want) {
		t.Errorf("report:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSyncAddsChangesRenamesAndRemoves(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲\n乙")
	b.write("sub/b.txt", "丙")
	b.write("c.txt", "丁")
	r := b.sync(ingest.Options{})
	wantSummary(t, r, "added a.txt", "added c.txt", "added sub/b.txt")
	if r.Embedded != 4 || r.Cached != 0 || r.Passages != 4 || r.After.Version != 1 {
		t.Errorf("first report: %+v", r)
	}
	b.wantSearched("a.txt: 甲\na.txt: 乙\nc.txt: 丁\nsub/b.txt: 丙\n")

	b.write("a.txt", "甲\n戊")
	if err := os.Rename(filepath.Join(b.dir, "sub/b.txt"), filepath.Join(b.dir, "moved.txt")); err != nil {
		t.Fatal(err)
	}
	b.remove("c.txt")
	r = b.sync(ingest.Options{})
	wantSummary(t, r, "changed a.txt", "removed c.txt", "renamed moved.txt was sub/b.txt")
	if r.Embedded != 1 || r.Cached != 2 || r.After.Version != 2 {
		t.Errorf("second report: %+v", r)
	}
	b.wantSearched("a.txt: 甲\na.txt: 戊\nmoved.txt: 丙\n")
}

func TestSyncOfUnchangedFolderDoesNothing(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	first := b.sync(ingest.Options{})
	embedded := b.embed.n
	r := b.sync(ingest.Options{})
	wantSummary(t, r, "unchanged a.txt")
	if r.After != first.After || b.embed.n != embedded || len(b.parsed) != 0 {
		t.Errorf("an unchanged folder: %+v, %d embedded, parsed %v", r, b.embed.n-embedded, b.parsed)
	}
}

func TestSyncReadsAgainWithNewParser(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.sync(ingest.Options{})
	r := b.sync(ingest.Options{Parser: paragraphs("2", &b.parsed)})
	wantSummary(t, r, "changed a.txt")
	if r.Embedded != 0 || r.Cached != 1 || r.After.Version != 2 {
		t.Errorf("with a new parser: %+v", r)
	}
}

func TestSyncEmbedsAgainWithNewEmbedder(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲\n乙")
	b.write("r.txt", "丙")
	b.sync(ingest.Options{})
	if _, err := b.lib.Retire(t.Context(), "r.txt"); err != nil {
		t.Fatal(err)
	}
	b.embed = &hashes{name: "e2", failAfter: 2}
	if _, err := b.try(ingest.Options{}); err == nil {
		t.Fatal("an embedder that fails did not fail the sync")
	}
	if c, _ := b.lib.Current(t.Context()); c.Embedder != "e1" {
		t.Errorf("a failed change of embedder published %v", c)
	}
	b.embed = &hashes{name: "e2"}
	r := b.sync(ingest.Options{})
	if r.Embedded != 3 || r.After.Embedder != "e2" {
		t.Errorf("after a change of embedder: %+v", r)
	}
	if _, err := b.lib.Restore(t.Context(), "r.txt"); err != nil {
		t.Fatal(err)
	}
	b.wantSearched("a.txt: 甲\na.txt: 乙\nr.txt: 丙\n")
	b.embed = &hashes{name: "e1"}
	if r := b.sync(ingest.Options{}); r.Embedded != 0 || r.Cached != 3 {
		t.Errorf("going back to the first embedder embedded again: %+v", r)
	}
}

func TestSyncResumesEmbedding(t *testing.T) {
	b := newBench(t)
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "第%d条\n", i)
	}
	b.write("a.txt", text.String())
	b.embed.failAfter = 150
	if _, err := b.try(ingest.Options{}); err == nil {
		t.Fatal("an embedder that fails did not fail the sync")
	}
	b.wantSearched("")
	b.embed = &hashes{name: "e1"}
	r := b.sync(ingest.Options{})
	if r.Embedded != 200-128 || r.Cached != 128 || len(b.parsed) != 0 {
		t.Errorf("the second try embedded %d, had %d and parsed %v", r.Embedded, r.Cached, b.parsed)
	}
}

func TestSyncKeepsWhatCannotBeRead(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("b.txt", "乙")
	b.write("p.txt", "丙")
	b.sync(ingest.Options{})
	b.write("a.txt", "bad now")
	b.write("p.txt", "panic now")
	b.write("n.txt", "bad from the start")
	b.write("b.txt", "乙乙")
	wantSummary(t, b.sync(ingest.Options{}),
		"failed a.txt (no text in it)", "changed b.txt", "failed n.txt (no text in it)",
		"failed p.txt (the program failed on this file (parser broke): please report it)")
	b.wantSearched("a.txt: 甲\nb.txt: 乙乙\np.txt: 丙\n")
}

// What stands in the way of a file is no reason to forget its document.
func TestSyncKeepsWhatIsHidden(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"big.txt", "link.txt", "sub/a.txt", "sub/b.txt", "gone.txt"} {
		b.write(name, name)
	}
	b.sync(ingest.Options{})
	b.remove("gone.txt")
	if err := os.Truncate(filepath.Join(b.dir, "big.txt"), ingest.MaxFileBytes+1); err != nil {
		t.Fatal(err)
	}
	b.remove("link.txt")
	if err := os.RemoveAll(filepath.Join(b.dir, "sub")); err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{"link.txt", "sub"} {
		if err := os.Symlink("/nowhere", filepath.Join(b.dir, link)); err != nil {
			t.Skip("no symlinks here:", err)
		}
	}
	r := b.sync(ingest.Options{})
	if r.Count(ingest.Failed) != 3 || r.Count(ingest.Removed) != 1 {
		t.Errorf("report:\n%s", strings.Join(summary(r), "\n"))
	}
	b.wantSearched("big.txt: big.txt\nlink.txt: link.txt\nsub/a.txt: sub/a.txt\nsub/b.txt: sub/b.txt\n")
}

func TestSyncSkipsAndRefuses(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write(".hidden.txt", "x")
	b.write(".git/config.txt", "x")
	b.write("x.zip", "x")
	b.write("README", "x")
	b.write("new\nline.txt", "x")
	b.write("gbk\xd6\xd0.txt", "x")
	b.write("../secret.txt", "secret")
	for link, to := range map[string]string{"out.txt": "../secret.txt", "etc": "/etc", "in.txt": "a.txt", "none.txt": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(b.dir, link)); err != nil {
			t.Skip("no symlinks here:", err)
		}
	}
	big, err := os.Create(filepath.Join(b.dir, "big.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(big.Truncate(ingest.MaxFileBytes+1), big.Close()); err != nil {
		t.Fatal(err)
	}
	const outside = "a link that leads out of the folder or nowhere: put the file itself here"
	wantSummary(t, b.sync(ingest.Options{}),
		"skipped .git (hidden)", "skipped .hidden.txt (hidden)", "skipped README (files without an extension are not supported)",
		"added a.txt", "failed big.txt (64 MB are more than the 64 that are read: split the file)",
		"failed etc ("+outside+")", "failed gbk\xd6\xd0.txt (its name is not UTF-8: rename it)",
		"skipped in.txt (a link to something else in the folder)",
		"failed new\nline.txt (its name has control characters: rename it)",
		"failed none.txt ("+outside+")", "failed out.txt ("+outside+")", "skipped x.zip (it is an archive: unpack it and add the files in it)")
	b.wantSearched("a.txt: 甲\n")
}

func TestSyncOfGoneFolderRemovesNothing(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.sync(ingest.Options{})
	b.remove("a.txt")
	if err := os.Remove(b.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := b.try(ingest.Options{}); err == nil || !strings.Contains(err.Error(), "check the path") {
		t.Errorf("a folder that is gone: %v", err)
	}
	b.wantSearched("a.txt: 甲\n")
}

func TestRetiredStaysRetired(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("b.txt", "乙")
	b.sync(ingest.Options{})
	if _, err := b.lib.Retire(t.Context(), "a.txt"); err != nil {
		t.Fatal(err)
	}
	b.wantSearched("b.txt: 乙\n")
	wantSummary(t, b.sync(ingest.Options{}), "retired a.txt", "unchanged b.txt")
	b.write("a.txt", "甲甲")
	wantSummary(t, b.sync(ingest.Options{}), "retired a.txt", "unchanged b.txt")
	if err := os.Rename(filepath.Join(b.dir, "a.txt"), filepath.Join(b.dir, "z.txt")); err != nil {
		t.Fatal(err)
	}
	wantSummary(t, b.sync(ingest.Options{}), "unchanged b.txt", "retired z.txt was a.txt")
	b.remove("z.txt")
	b.sync(ingest.Options{})
	b.write("z.txt", "回来")
	b.sync(ingest.Options{})
	b.wantSearched("b.txt: 乙\n")
	if _, err := b.lib.Restore(t.Context(), "z.txt"); err != nil {
		t.Fatal(err)
	}
	b.wantSearched("b.txt: 乙\nz.txt: 回来\n")
}

func TestPurgedStaysOut(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲的秘密")
	r := b.sync(ingest.Options{})
	if _, err := b.lib.Purge(t.Context(), "a.txt"); err != nil {
		t.Fatal(err)
	}
	id := r.Files[0].Doc
	reason := " (it was purged: `policybot docs restore " + id + "` lets it in again)"
	wantSummary(t, b.sync(ingest.Options{}), "skipped a.txt"+reason)
	b.write("copy.txt", "甲的秘密")
	b.write("a.txt", "甲改了")
	wantSummary(t, b.sync(ingest.Options{}), "skipped a.txt"+reason, "skipped copy.txt"+reason)
	b.wantSearched("")
	if _, err := b.lib.Restore(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.sync(ingest.Options{})
	b.wantSearched("a.txt: 甲改了\ncopy.txt: 甲的秘密\n")
}

func TestDryRunTellsTheSameAndChangesNothing(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲\n乙")
	b.write("b.txt", "丙")
	b.sync(ingest.Options{})
	b.write("a.txt", "甲\n丁")
	b.remove("b.txt")
	b.write("c.txt", "丙\n新")
	b.embed = &hashes{name: "e2"}
	dry := b.sync(ingest.Options{DryRun: true})
	if b.embed.n != 0 {
		t.Errorf("a dry run embedded %d texts", b.embed.n)
	}
	b.wantSearched("a.txt: 甲\na.txt: 乙\nb.txt: 丙\n")
	if counts, err := b.lib.Counts(t.Context()); err != nil || counts.Revisions != 2 {
		t.Errorf("a dry run left %+v, %v", counts, err)
	}
	if d := dry.Files[0].Diff; d == nil || len(d.Passages) != 2 || d.Passages[0].Was != "乙" || d.Passages[1].Now != "丁" {
		t.Errorf("the dry run tells of a.txt: %+v", d)
	}
	wet := b.sync(ingest.Options{})
	if !slices.Equal(summary(dry), summary(wet)) || dry.Embedded != wet.Embedded || dry.Cached != wet.Cached || dry.Passages != wet.Passages {
		t.Errorf("dry run:\n%+v\nthe run itself:\n%+v", dry, wet)
	}
}

func TestCancelLeavesTheOldVersion(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.sync(ingest.Options{})
	for i := range 5 {
		b.write(fmt.Sprintf("n%d.txt", i), fmt.Sprint("新", i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := ingest.Sync(ctx, b.lib, b.embed, ingest.Options{Paths: []string{b.dir}, Parser: paragraphs("1", nil),
		Progress: func(e ingest.Event) {
			if e.Stage == ingest.StageParse && e.Done == 3 {
				cancel()
			}
		}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled sync: %v", err)
	}
	b.wantSearched("a.txt: 甲\n")
	b.sync(ingest.Options{})
	if got := strings.Count(searched(t, b.lib), "\n"); got != 6 {
		t.Errorf("after the next sync %d passages are searched, want 6", got)
	}
}

func TestOneIngestAtATime(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	var second error
	b.sync(ingest.Options{Progress: func(e ingest.Event) {
		if e.Stage == ingest.StageEmbed {
			_, second = ingest.Sync(t.Context(), b.lib, b.embed, ingest.Options{Paths: []string{b.dir}})
		}
	}})
	if !errors.Is(second, retrieval.ErrIngesting) {
		t.Errorf("an ingest beside another: %v", second)
	}
}
