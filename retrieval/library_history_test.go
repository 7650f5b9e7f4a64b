package retrieval_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"policybot/retrieval"
)

// told is a history, a line each version, oldest first.
func told(t *testing.T, lib *retrieval.Library) (lines []string) {
	t.Helper()
	versions, err := lib.History(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range slices.Backward(versions) {
		if v.When.IsZero() || v.Embedder == "" {
			t.Errorf("version %d has no time or embedder: %+v", v.Version, v)
		}
		cause, _, _ := strings.Cut(v.Cause, " ")
		line := fmt.Sprintf("%d %s:", v.Version, cause)
		for _, c := range v.Changes {
			line += fmt.Sprintf(" %s %s,", c.Change, c.Path)
		}
		lines = append(lines, line)
	}
	return lines
}

func revert(t *testing.T, lib *retrieval.Library, e retrieval.Embedder, version int64) retrieval.Corpus {
	t.Helper()
	d, err := lib.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Revert(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	c, err := d.Publish(t.Context(), e.Model(), fmt.Sprintf("rollback to %d", version))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHistoryTellsWhatChanged(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	if lines := told(t, lib); lines != nil {
		t.Errorf("an empty library has the history %q", lines)
	}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一"), content("b", "二")})
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一改"), content("c", "三")}, "b")
	if _, err := lib.Retire(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if _, err := lib.Restore(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	revert(t, lib, e, 1)
	revert(t, lib, e, 4)
	want := []string{"1 test: added a, added b,", "2 test: changed a, removed b, added c,",
		"3 retire: withdrawn c,", "4 restore: restored c,",
		"5 rollback: changed a, added b, removed c,", "6 rollback: changed a, removed b, added c,"}
	if got := told(t, lib); !slices.Equal(got, want) {
		t.Errorf("the history is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if newest, err := lib.History(t.Context(), 2); err != nil || len(newest) != 2 || newest[0].Version != 6 {
		t.Errorf("the newest two are %v, %v", newest, err)
	}
	if _, err := lib.Purge(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for _, line := range told(t, lib) {
		if strings.Contains(line, " a,") {
			t.Errorf("the history still tells of a purged document: %s", line)
		}
	}
}

func TestRevert(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一"), content("b", "二")})
	if _, err := lib.Retire(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一改"), content("c", "三")}, "b")
	now := publish(t, lib, e, "other", []retrieval.Content{content("d", "四")})
	wanted := map[int64][]string{}
	for v := int64(1); v <= now.Version; v++ {
		wanted[v] = entryLines(t, lib, v)
	}
	for _, v := range []int64{1, 4, 2, 3, 1} {
		c := revert(t, lib, e, v)
		if got := entryLines(t, lib, c.Version); !slices.Equal(got, wanted[v]) {
			t.Errorf("rolled back to %d: %q, want %q", v, got, wanted[v])
		}
		if again := revert(t, lib, e, v); again != c {
			t.Errorf("rolling back to where it is made %v of %v", again, c)
		}
	}
	for v, want := range wanted {
		if got := entryLines(t, lib, v); !slices.Equal(got, want) {
			t.Errorf("version %d is %q now, was %q", v, got, want)
		}
	}
	d, err := lib.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, v := range []int64{0, -1, 99} {
		if err := d.Revert(t.Context(), v); !errors.Is(err, retrieval.ErrNotFound) {
			t.Errorf("version %d: %v", v, err)
		}
	}
}

func TestRevertDoesNotBringBackWhatWasPurged(t *testing.T) {
	lib, conn := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "绝密"), content("b", "二")})
	if err := lib.Holds(t.Context(), "me", func(context.Context, *sql.Tx, string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := lib.Purge(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	c := revert(t, lib, e, 1)
	if got, want := entryLines(t, lib, c.Version), []string{"b|0|二|[关于b]"}; !slices.Equal(got, want) {
		t.Errorf("rolled back: %q, want %q", got, want)
	}
	var rows int
	if err := conn.QueryRow(`SELECT COUNT(*) FROM revisions WHERE text LIKE '%绝密%'`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d purged texts are back, %v", rows, err)
	}
}
