package ingest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

// shelf is a library with a folder that is ingested into it.
type shelf struct {
	t   *testing.T
	lib *retrieval.Library
	emb retrieval.Embedder
	dir string
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	conn, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "lib.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	lib, err := retrieval.OpenLibrary(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return &shelf{t, lib, retrieval.NewHashed(), filepath.Join(t.TempDir(), "docs")}
}

func (s *shelf) write(name, text string) string {
	s.t.Helper()
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(s.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	return file
}

func (s *shelf) sync(o ingest.Options) ingest.Report {
	s.t.Helper()
	r, err := ingest.Sync(s.t.Context(), s.lib, s.emb, o)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *shelf) meta(ref string) retrieval.Meta {
	s.t.Helper()
	d, err := s.lib.Document(s.t.Context(), ref)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.Meta
}

const lifts = "关于老旧小区加装电梯的通知\n\n市建委 2023-03-02\n\n每台电梯补贴15万元，由各区负责落实。\n"

// What an admin sets right stays so when the folder is ingested again, when
// the file changes, and until it is taken back.
func TestRestate(t *testing.T) {
	s := newShelf(t)
	s.write("lift.txt", lifts)
	folder := ingest.Options{Paths: []string{s.dir}}
	s.sync(folder)
	read := s.meta("lift.txt")
	d, err := s.lib.Document(t.Context(), "lift.txt")
	if err != nil {
		t.Fatal(err)
	}
	set := func(key string, value *string) ingest.Reverted {
		t.Helper()
		r, err := ingest.Restate(t.Context(), s.lib, s.emb, d.ID, key, value)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	place, date := "杭州市西湖区", "2024年2月9日"
	if r := set("place", &place); r.After.Version != r.Before.Version+1 {
		t.Errorf("setting a place publishes %d after %d", r.After.Version, r.Before.Version)
	}
	if r := set("place", &place); r.After != r.Before {
		t.Error("setting it again publishes something")
	}
	set("date", &date)
	if m := s.meta("lift.txt"); m.Place.Value != place || m.Date.Value != "2024-02-09" || m.Title != read.Title || m.Place.From != "set by an admin" {
		t.Errorf("it reads %+v", m)
	}
	if r := s.sync(folder); r.Count(ingest.Unchanged) != 1 || r.After != r.Before {
		t.Errorf("the next ingest does %+v", r.Files)
	}
	s.write("lift.txt", lifts+"二〇二六年起停止受理。\n")
	if r := s.sync(folder); r.Count(ingest.Changed) != 1 {
		t.Errorf("a changed file: %+v", r.Files)
	}
	if m := s.meta("lift.txt"); m.Place.Value != place || m.Date.Value != "2024-02-09" {
		t.Errorf("after the change it reads %+v", m)
	}
	set("place", nil)
	set("date", nil)
	if m := s.meta("lift.txt"); m.Date != read.Date || m.Place != read.Place {
		t.Errorf("taken back it reads %+v, before %+v", m, read)
	}
	if stated, err := s.lib.Stated(t.Context()); err != nil || len(stated) != 0 {
		t.Errorf("left over: %v, %v", stated, err)
	}
	if r := s.sync(folder); r.Count(ingest.Unchanged) != 1 {
		t.Errorf("after taking back the ingest does %+v", r.Files)
	}
	for key, value := range map[string]string{"date": "gestern", "place": "亚特兰蒂斯", "colour": "red", "replaces": "x"} {
		if _, err := ingest.Restate(t.Context(), s.lib, s.emb, d.ID, key, &value); !errors.Is(err, ingest.ErrStated) {
			t.Errorf("%s=%s: %v", key, value, err)
		}
	}
	set("title", &place)
	if _, err := s.lib.Purge(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	if stated, err := s.lib.Stated(t.Context()); err != nil || len(stated) != 0 {
		t.Errorf("a purge leaves %v, %v", stated, err)
	}
}

// Files with a Root are read as if they stood in it, and the folder can be
// ingested as it is once they do.
func TestFilesOfARoot(t *testing.T) {
	s := newShelf(t)
	root := filepath.Join(t.TempDir(), "uploads")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	var read []string
	o := ingest.Options{Paths: []string{s.write("lift.txt", lifts)}, Source: "uploads", Root: root,
		Read: func(p string, c retrieval.Content) { read = append(read, p+" "+c.Meta.Title.Value) }}
	dry := o
	dry.DryRun = true
	if r := s.sync(dry); r.Count(ingest.Added) != 1 || len(read) != 1 || read[0] != "lift.txt 关于老旧小区加装电梯的通知" {
		t.Errorf("a dry run: %+v, %q", r.Files, read)
	}
	s.sync(o)
	if err := os.Rename(filepath.Join(s.dir, "lift.txt"), filepath.Join(root, "lift.txt")); err != nil {
		t.Fatal(err)
	}
	if r := s.sync(ingest.Options{Paths: []string{root}}); r.Count(ingest.Unchanged) != 1 || len(r.Files) != 1 {
		t.Errorf("the folder as it is: %+v", r.Files)
	}
	o.Paths = []string{s.write("lift.txt", lifts+"另有说明：补贴由区里先行垫付。\n")}
	if r := s.sync(o); r.Count(ingest.Changed) != 1 || len(r.Files) != 1 {
		t.Errorf("another version: %+v", r.Files)
	}
	d, err := s.lib.Document(t.Context(), "lift.txt")
	if err != nil {
		t.Fatal(err)
	}
	s.write("park.txt", "关于公园开放的公告\n\n公园每天开放时间不少于12小时。\n")
	s.sync(ingest.Options{Paths: []string{filepath.Join(s.dir, "park.txt")}})
	r, err := ingest.Rollback(t.Context(), s.lib, s.emb, 1, nil, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.lib.Document(t.Context(), "lift.txt")
	if err != nil || back.Revision == d.Revision || r.After.Version != 4 {
		t.Errorf("rolled back alone it is revision %d in version %d, %v", back.Revision, r.After.Version, err)
	}
	if _, err := s.lib.Document(t.Context(), "park.txt"); err != nil {
		t.Errorf("the other document is gone: %v", err)
	}
	if _, err := ingest.Rollback(t.Context(), s.lib, s.emb, 1, nil, "nothing"); err != nil {
		t.Errorf("a document that is in neither: %v", err)
	}
}
