package retrieval_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policybot/retrieval"
)

// grep names the files beside and including file in which words stand.
func grep(t *testing.T, file string, words ...string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if strings.Contains(string(raw), w) {
				found = append(found, filepath.Base(f)+": "+w)
			}
		}
	}
	return found
}

func TestPurgeLeavesNoTextBehind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	lib, conn := openLibraryAt(t, file)
	e := &countingEmbedder{name: "one"}
	secret := content("保密文件", "绝密第一段", "共有的一段", strings.Repeat("绝密长段落。", 3000))
	secret.Removed = []retrieval.Removed{{Start: 0, End: 3, Reason: "spam", Text: "绝密广告"}}
	other := content("其他", "共有的一段", "公开")
	other.Meta.Title = secret.Meta.Title // so that the shared passages are embedded as one text
	other.Passages[0].Heading, other.Passages[1].Heading = nil, nil
	secret.Passages[1].Heading = nil
	other.Meta.Title.Value, secret.Meta.Title.Value = "通知", "通知"
	publish(t, lib, e, "s", []retrieval.Content{secret, other})
	secret2 := content("保密文件", "绝密第二版")
	publish(t, lib, e, "s", []retrieval.Content{secret2})
	words := []string{"绝密", "保密文件", string(secret.Raw[:20])}
	if len(grep(t, file, words...)) == 0 {
		t.Fatal("the text is not in the files to begin with: the test tests nothing")
	}
	var vectors int
	if err := conn.QueryRow(`SELECT COUNT(*) FROM vectors`).Scan(&vectors); err != nil {
		t.Fatal(err)
	}
	var erased string
	err := lib.Holds(t.Context(), "me", func(ctx context.Context, tx *sql.Tx, id string) error {
		erased = id
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := lib.Document(t.Context(), "保密文件")
	if err != nil {
		t.Fatal(err)
	}
	c, err := lib.Purge(t.Context(), "保密文件")
	if err != nil {
		t.Fatal(err)
	}
	if erased != id.ID {
		t.Errorf("the holder was asked to erase %q, want %q", erased, id.ID)
	}
	if found := grep(t, file, words...); found != nil {
		t.Errorf("purged text still stands in %q", found)
	}
	for v := int64(1); v <= c.Version; v++ {
		for _, line := range entryLines(t, lib, v) {
			if strings.Contains(line, "绝密") {
				t.Errorf("version %d still has %s", v, line)
			}
		}
	}
	var left int
	if err := conn.QueryRow(`SELECT COUNT(*) FROM vectors`).Scan(&left); err != nil {
		t.Fatal(err)
	}
	if left != 2 {
		t.Errorf("%d of %d vectors are left, want the other document's 2", left, vectors)
	}
	if _, err := lib.Text(t.Context(), id.ID, id.Revision); !errors.Is(err, retrieval.ErrNotFound) {
		t.Errorf("the purged text: %v", err)
	}
}

// A holder that fails keeps the document where it was.
func TestPurgeIsAllOrNothing(t *testing.T) {
	lib, _ := openLibrary(t)
	publish(t, lib, &countingEmbedder{name: "one"}, "s", []retrieval.Content{content("a", "一")})
	broken := errors.New("cannot erase")
	if err := lib.Holds(t.Context(), "me", func(context.Context, *sql.Tx, string) error { return broken }); err != nil {
		t.Fatal(err)
	}
	if _, err := lib.Purge(t.Context(), "a"); !errors.Is(err, broken) {
		t.Errorf("the purge: %v", err)
	}
	if lines := entryLines(t, lib, 1); len(lines) != 1 {
		t.Errorf("the failed purge left %q", lines)
	}
}

func TestVectorsOutliveTheirDocuments(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一", "二")})
	publish(t, lib, e, "s", nil, "a")
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一", "二")})
	if e.n != 2 {
		t.Errorf("%d texts were embedded, want 2", e.n)
	}
}
