package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"policybot/ingest"
)

func (b *bench) wantTitle(path, title, from string) {
	b.t.Helper()
	d, err := b.lib.Document(b.t.Context(), path)
	if err != nil {
		b.t.Fatal(err)
	}
	if f := d.Meta.Title; f.Value != title || f.From != from {
		b.t.Errorf("%s has the title %q from %q, want %q from %q", path, f.Value, f.From, title, from)
	}
}

func TestSidecars(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("b.txt", "乙")
	b.write("b.txt.meta.yaml", "title: 乙的标题\n")
	b.write("sub/c.txt", "丙")
	b.write("sub/c.meta.json", `{"title": "丙的标题"}`)
	wantSummary(t, b.sync(ingest.Options{}), "added a.txt", "added b.txt", "added sub/c.txt")
	b.wantTitle("a.txt", "title", "test")
	b.wantTitle("b.txt", "乙的标题", "b.txt.meta.yaml, line 1")
	b.wantTitle("c.txt", "丙的标题", "c.meta.json, line 1")
	wantSummary(t, b.sync(ingest.Options{}), "unchanged a.txt", "unchanged b.txt", "unchanged sub/c.txt")

	// A changed sidecar is a changed document, and so are a new and a gone one.
	b.write("b.txt.meta.yaml", "# 改了\ntitle: 新的标题\n")
	b.write("a.meta.yml", "title: 甲的标题\n")
	b.remove("sub/c.meta.json")
	wantSummary(t, b.sync(ingest.Options{}), "changed a.txt", "changed b.txt", "changed sub/c.txt")
	b.wantTitle("b.txt", "新的标题", "b.txt.meta.yaml, line 2")
	b.wantTitle("a.txt", "甲的标题", "a.meta.yml, line 1")
	b.wantTitle("c.txt", "title", "test")

	// One that cannot be read keeps the document as it was.
	b.write("b.txt.meta.yaml", "title: x\nplace: 哪里\n")
	r := b.sync(ingest.Options{})
	if r.Count(ingest.Failed) != 1 || !strings.HasPrefix(r.Files[1].Reason, `b.txt.meta.yaml: line 2: key "place": `) {
		t.Errorf("a broken sidecar:\n%s", strings.Join(summary(r), "\n"))
	}
	b.wantTitle("b.txt", "新的标题", "b.txt.meta.yaml, line 2")
}

func TestSidecarsOfNoFileOrOfTwo(t *testing.T) {
	b := newBench(t)
	b.write("a.txt", "甲")
	b.write("a.x.txt", "乙")
	b.write("a.y.txt", "丙")
	b.write("gone.meta.yaml", "title: x\n")
	b.write("a.txt.meta.yaml", "title: 一\n")
	b.write("a.meta.json", `{"title": "二"}`)
	wantSummary(t, b.sync(ingest.Options{}),
		"added a.txt", "failed a.txt.meta.yaml (a.meta.json tells of a.txt already: keep one of the two)",
		"added a.x.txt", "added a.y.txt",
		"failed gone.meta.yaml (there is no file beside it that it could tell of)")
}

func TestSidecarOfAFileGivenAlone(t *testing.T) {
	b := newBench(t)
	one := b.place("up/one.txt", "一")
	b.place("up/one.txt.meta.yaml", "title: 一的标题\n")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{one}}), "added one.txt")
	b.wantTitle("one.txt", "一的标题", "one.txt.meta.yaml, line 1")
	wantSummary(t, b.sync(ingest.Options{Paths: []string{filepath.Join(filepath.Dir(one), "one.txt")}}), "unchanged one.txt")
}
