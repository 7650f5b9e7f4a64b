package ingest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

// TestFormatsInTheLibrary ingests a file of each format, and one that is
// damaged: the others come out of the library as Parse made them, pages and all.
func TestFormatsInTheLibrary(t *testing.T) {
	dir := t.TempDir()
	samples, err := filepath.Glob("testdata/formats/*.*")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]retrieval.Passage{}
	for _, name := range samples {
		if strings.HasSuffix(name, ".golden") || strings.HasSuffix(name, ".md") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		if err := os.WriteFile(filepath.Join(dir, base), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := ingest.Parse(base, raw)
		if err != nil {
			t.Fatal(err)
		}
		want[base] = p.Passages
	}
	for name, raw := range map[string]string{"bad.pdf": "%PDF-1.7", "bad.docx": "PK\x03\x04", "old.doc": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "policybot.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	lib, err := retrieval.OpenLibrary(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	report, err := ingest.Sync(t.Context(), lib, &hashes{name: "h"}, ingest.Options{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if added, failed, skipped := report.Count(ingest.Added), report.Count(ingest.Failed), report.Count(ingest.Skipped); added != len(want) || failed != 2 || skipped != 1 {
		t.Errorf("%d added, %d failed, %d skipped: %+v", added, failed, skipped, report.Files)
	}
	got := map[string][]retrieval.Passage{}
	for e, err := range lib.Entries(t.Context(), report.After.Version) {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Doc.Path] = append(got[e.Doc.Path], e.Passage)
	}
	for name, passages := range want {
		same := slices.EqualFunc(got[name], passages, func(a, b retrieval.Passage) bool {
			return a.Text == b.Text && a.Page == b.Page && a.LastPage == b.LastPage && slices.Equal(a.Heading, b.Heading)
		})
		if !same {
			t.Errorf("%s: %d passages in the library, %d parsed, or others", name, len(got[name]), len(passages))
		}
	}
}
