package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policybot/ingest"
)

// place writes a file beside the bench's folder and returns its path.
func (b *bench) place(name, text string) string {
	b.t.Helper()
	b.write(filepath.Join("..", name), text)
	return filepath.Join(b.dir, "..", name)
}

func (b *bench) wantError(o ingest.Options, part string) {
	b.t.Helper()
	before := searched(b.t, b.lib)
	if _, err := b.try(o); err == nil || !strings.Contains(err.Error(), part) {
		b.t.Errorf("%v: %v, want an error with %q", o.Paths, err, part)
	}
	b.wantSearched(before)
}

func TestFilesGivenOneByOne(t *testing.T) {
	b := newBench(t)
	one, two := b.place("up/one.txt", "一"), b.place("down/two.txt", "二")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{one, two, one}}), "added one.txt", "added two.txt")
	b.place("up/one.txt", "一改")
	if err := os.Remove(two); err != nil {
		t.Fatal(err)
	}
	wantSummary(t, b.sync(ingest.Options{Paths: []string{one}}), "changed one.txt")
	b.wantSearched("one.txt: 一改\ntwo.txt: 二\n")
	// The same name again is the same document, wherever it comes from.
	wantSummary(t, b.sync(ingest.Options{Paths: []string{b.place("new/two.txt", "二改")}}), "changed two.txt")
	b.wantSearched("one.txt: 一改\ntwo.txt: 二改\n")
	b.wantError(ingest.Options{Paths: []string{one, b.place("new/one.txt", "别的")}}, "two files are called one.txt")
	b.wantError(ingest.Options{Paths: []string{two}}, "check the path")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{b.place("up/letter.pdf", "x")}}), "failed letter.pdf (.pdf files are not supported)")
}

func TestAFileOfAFolderIsItsDocument(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("sub/b.txt", "乙")
	b.write("sub/c.txt", "丙")
	b.sync(ingest.Options{})
	b.write("a.txt", "甲改")
	b.write("sub/b.txt", "乙改")
	b.remove("sub/c.txt")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{filepath.Join(b.dir, "sub")}}), "changed sub/b.txt", "removed sub/c.txt")
	b.wantSearched("a.txt: 甲\nsub/b.txt: 乙改\n")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{filepath.Join(b.dir, "a.txt")}}), "changed a.txt")
	b.wantSearched("a.txt: 甲改\nsub/b.txt: 乙改\n")
}

func TestSyncRemovesWithinItsSourceOnly(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.sync(ingest.Options{Paths: []string{b.dir, b.place("up.txt", "上传")}})
	other := filepath.Dir(b.place("other/a.txt", "另一个"))
	b.sync(ingest.Options{Paths: []string{other}})
	b.remove("a.txt")
	wantSummary(t, b.sync(ingest.Options{}), "removed a.txt")
	b.wantSearched("a.txt: 另一个\nup.txt: 上传\n")
}

func TestMovedFolderIsTheSameSource(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	first := b.sync(ingest.Options{})
	moved := filepath.Join(filepath.Dir(b.dir), "checkout", "docs")
	if err := os.MkdirAll(filepath.Dir(moved), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(b.dir, moved); err != nil {
		t.Fatal(err)
	}
	r := b.sync(ingest.Options{Paths: []string{moved}})
	wantSummary(t, r, "unchanged a.txt")
	if r.After != first.After {
		t.Errorf("moving a folder made %v of %v", r.After, first.After)
	}
}

func TestFoldersOfOneName(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.sync(ingest.Options{})
	twin := filepath.Dir(b.place("elsewhere/docs/z.txt", "别处"))
	b.wantError(ingest.Options{Paths: []string{twin}}, "--source NAME")
	if err := os.Rename(b.dir, b.dir+"-away"); err != nil {
		t.Fatal(err)
	}
	b.wantError(ingest.Options{Paths: []string{twin}}, "no file in common")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{twin}, Source: "twin"}), "added z.txt")
	b.wantSearched("a.txt: 甲\nz.txt: 别处\n")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{twin}, Source: "docs"}), "removed a.txt", "added z.txt")
}

func TestFoldersInFolders(t *testing.T) {
	b := newBench(t)
	inner := filepath.Dir(b.place("docs/inner/b.txt", "内"))
	b.sync(ingest.Options{Paths: []string{inner}})
	b.write("a.txt", "外")
	wantSummary(t, b.sync(ingest.Options{}), "added a.txt", `skipped inner (it is the folder of the source "inner")`)
	b.wantSearched("a.txt: 外\nb.txt: 内\n")
	fresh := newBench(t)
	third := filepath.Dir(fresh.place("docs/third/x.txt", "x"))
	fresh.wantError(ingest.Options{Paths: []string{fresh.dir, third}}, "one holds the other")
	twin := filepath.Dir(fresh.place("elsewhere/docs/z.txt", "z"))
	fresh.wantError(ingest.Options{Paths: []string{fresh.dir, twin}}, "would both be the source")
	fresh.wantError(ingest.Options{Paths: []string{fresh.dir, twin}, Source: "x"}, "would both be the source")
}

func TestNamesThatAreTaken(t *testing.T) {
	b := newBench(t)
	up := b.place("up/one.txt", "一")
	b.wantError(ingest.Options{Paths: []string{filepath.Dir(b.place("files/a.txt", "甲"))}}, "choose another with --source")
	b.sync(ingest.Options{Paths: []string{up}, Source: "letters"})
	b.wantError(ingest.Options{Paths: []string{filepath.Dir(b.place("letters/a.txt", "甲"))}}, "choose another with --source")
	b.write("a.txt", "甲")
	b.sync(ingest.Options{})
	b.wantError(ingest.Options{Paths: []string{up}, Source: "docs"}, "put the file there")
	b.wantError(ingest.Options{Paths: []string{}}, "name a folder or a file")
}

func TestLinkedFolderIsItsTarget(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	link := filepath.Join(filepath.Dir(b.dir), "link")
	if err := os.Symlink(b.dir, link); err != nil {
		t.Skip("no symlinks here:", err)
	}
	b.sync(ingest.Options{})
	wantSummary(t, b.sync(ingest.Options{Paths: []string{link}}), "unchanged a.txt")
}
