package ingest_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"policybot/ingest"
	"policybot/retrieval"
)

func countRows(t testing.TB, conn *sql.DB, query string) int {
	t.Helper()
	var n int
	if err := conn.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// entries are the current corpus's passages with headings and vectors.
func entries(t testing.TB, lib *retrieval.Library) string {
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
		fmt.Fprintf(&out, "%s %s %s %v %d %q %v\n", e.Doc.Source, e.Doc.Path, e.Doc.Hash, e.Heading, e.Start, e.Text, e.Vector)
	}
	return out.String()
}

// Whatever happens to the files of a folder, and whenever it is synced in
// between, the last sync leaves what a sync into an empty library would; and
// every version that was ever published still reads as it did, and can be
// rolled back to.
func TestSyncEqualsFreshIngest(t *testing.T) {
	if os.Getenv("POLICYBOT_SOAK") == "" {
		if err := flag.Set("rapid.checks", "25"); err != nil {
			t.Fatal(err)
		}
	}
	names := rapid.SampledFrom([]string{"a.txt", "b.txt", "c/d.txt", "c/e.txt", "f.md"})
	text := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"甲", "乙", "丙", "bad", ""}), 0, 3),
		func(lines []string) string { return strings.Join(lines, "\n") })
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		history := map[int64]string{}
		for range rapid.IntRange(1, 6).Draw(r, "rounds") {
			for range rapid.IntRange(0, 4).Draw(r, "edits") {
				edit(t, r, b, names, text)
			}
			report := b.sync(ingest.Options{})
			if report.Count(ingest.Failed) == 0 {
				fresh, _ := openLibrary(t, filepath.Join(t.TempDir(), "fresh.db"))
				if _, err := ingest.Sync(t.Context(), fresh, b.embed, ingest.Options{Paths: []string{b.dir}, Parser: paragraphs("1", nil)}); err != nil {
					t.Fatal(err)
				}
				if got, want := entries(t, b.lib), entries(t, fresh); got != want {
					r.Fatalf("after the sync:\n%s\na fresh ingest:\n%s", got, want)
				}
			}
			history[report.After.Version] = entries(t, b.lib)
		}
		for version, want := range history {
			var got strings.Builder
			for e, err := range b.lib.Entries(t.Context(), version) {
				if err != nil {
					r.Fatal(err)
				}
				fmt.Fprintf(&got, "%s %s %s %v %d %q %v\n", e.Doc.Source, e.Doc.Path, e.Doc.Hash, e.Heading, e.Start, e.Text, e.Vector)
			}
			if got.String() != want {
				r.Fatalf("version %d was:\n%s\nand is now:\n%s", version, want, got.String())
			}
			if version == 0 {
				continue
			}
			if _, err := ingest.Rollback(t.Context(), b.lib, b.embed, version, nil); err != nil {
				r.Fatal(err)
			}
			if got := entries(t, b.lib); got != want {
				r.Fatalf("rolled back to version %d:\n%s\nit was:\n%s", version, got, want)
			}
		}
	})
}

// edit writes, deletes or renames a file.
func edit(t *testing.T, r *rapid.T, b *bench, names *rapid.Generator[string], text *rapid.Generator[string]) {
	name := names.Draw(r, "name")
	switch rapid.SampledFrom([]string{"write", "write", "delete", "rename"}).Draw(r, "edit") {
	case "write":
		b.write(name, text.Draw(r, "text"))
	case "delete":
		os.Remove(filepath.Join(b.dir, name)) // it may not be there
	case "rename":
		to := filepath.Join(b.dir, names.Draw(r, "to"))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		os.Rename(filepath.Join(b.dir, name), to)
	}
}
