package retrieval_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"policybot/retrieval"
)

func TestOldVersionsStayReadable(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	v1 := publish(t, lib, e, "s", []retrieval.Content{content("b", "乙一", "乙二"), content("a", "甲一")})
	v2 := publish(t, lib, e, "s", []retrieval.Content{content("a", "甲改")}, "b")
	v3, err := lib.Retire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		version int64
		want    []string
	}{
		{v1.Version, []string{"a|0|甲一|[关于a]", "b|0|乙一|[关于b]", "b|7|乙二|[关于b]"}},
		{v2.Version, []string{"a|0|甲改|[关于a]"}},
		{v3.Version, nil},
	} {
		if got := entryLines(t, lib, step.version); !slices.Equal(got, step.want) {
			t.Errorf("version %d is %q, want %q", step.version, got, step.want)
		}
	}
}

// Each version is published as documents that all carry its number; a reader
// beside must never see two numbers, nor fewer documents.
func TestReadersSeeOneVersion(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	version := func(n int) (contents []retrieval.Content) {
		for d := range 5 {
			contents = append(contents, content(fmt.Sprint("d", d), fmt.Sprint("第", n, "版"), fmt.Sprint("第", n, "版")))
		}
		return contents
	}
	publish(t, lib, e, "s", version(0))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				readOneVersion(t, lib)
			}
		})
	}
	for n := range 25 {
		publish(t, lib, e, "s", version(n+1))
	}
	close(done)
	readers.Wait()
}

func readOneVersion(t *testing.T, lib *retrieval.Library) {
	c, err := lib.Current(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	texts, n := map[string]bool{}, 0
	for e, err := range lib.Entries(t.Context(), c.Version) {
		if err != nil {
			t.Error(err)
			return
		}
		texts[e.Text] = true
		n++
	}
	if len(texts) != 1 || n != 10 {
		t.Errorf("version %d is seen as %d passages of %v", c.Version, n, texts)
	}
}

func TestDocumentByAnyName(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("x/a.txt", "一"), content("y/a.txt", "二"), content("y/b.txt", "三", "四")})
	list, err := lib.Documents(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatalf("%d documents, %v", len(list), err)
	}
	b := list[2]
	if b.Passages != 2 || b.Path != "y/b.txt" || b.Bytes != len("三\n四\n") || b.Since.IsZero() {
		t.Errorf("listed as %+v", b)
	}
	for _, ref := range []string{b.ID, b.ID[:6], "y/b.txt", "s/y/b.txt", "b.txt"} {
		d, err := lib.Document(t.Context(), ref)
		if err != nil || d.ID != b.ID || d.Text != "三\n四\n" || len(d.Pieces) != 2 || d.Pieces[1].Text != "四" || d.Left {
			t.Errorf("%q is %+v, %v", ref, d, err)
		}
	}
	if _, err := lib.Document(t.Context(), "a.txt"); err == nil || !strings.Contains(err.Error(), "y/a.txt") {
		t.Errorf("an ambiguous name: %v", err)
	}
	for _, ref := range []string{"", "none", ".txt", "%", "' OR 1=1 --"} {
		if _, err := lib.Document(t.Context(), ref); !errors.Is(err, retrieval.ErrNotFound) {
			t.Errorf("%q: %v", ref, err)
		}
	}
	publish(t, lib, e, "s", nil, "y/b.txt")
	if d, err := lib.Document(t.Context(), b.ID); err != nil || !d.Left {
		t.Errorf("a document that left: %+v, %v", d, err)
	}
	if text, err := lib.Text(t.Context(), b.ID, b.Revision); err != nil || text != "三\n四\n" {
		t.Errorf("its text: %q, %v", text, err)
	}
}

func TestCounts(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一", "二"), content("b", "三")})
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一", "五")})
	c, err := lib.Retire(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	want := retrieval.Counts{Corpus: c, Documents: 1, Retired: 1, Passages: 2, Bytes: int64(len("一\n五\n")), Revisions: 3, Vectors: 4}
	if got, err := lib.Counts(t.Context()); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestRetireTwiceIsOneVersion(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一")})
	first, err := lib.Retire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := lib.Retire(t.Context(), "a"); err != nil || again != first {
		t.Errorf("the second time: %v, %v; the first %v", again, err, first)
	}
	if _, err := lib.Retire(t.Context(), "none"); !errors.Is(err, retrieval.ErrNotFound) {
		t.Errorf("an unknown document: %v", err)
	}
	back, err := lib.Restore(t.Context(), "a")
	if err != nil || len(entryLines(t, lib, back.Version)) != 1 {
		t.Errorf("restored: %v, %v", back, err)
	}
}

// A retirement beside an ingest counts, whichever is published first.
func TestRetireDuringAnIngest(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	publish(t, lib, e, "s", []retrieval.Content{content("a", "一")})
	d, err := lib.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	doc, err := lib.Document(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	rev, err := d.Put(t.Context(), "s", doc.ID, content("a", "二"))
	if err != nil {
		t.Fatal(err)
	}
	d.Place(doc.ID, rev, "a")
	if _, err := lib.Retire(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Publish(t.Context(), "one", "test"); err == nil {
		t.Fatal("passages without vectors were published")
	}
	missing, _, err := d.Missing(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.PutVectors(t.Context(), "one", missing, [][]float32{{1, 0, 0, 0, 0, 0, 0, 0}}); err != nil {
		t.Fatal(err)
	}
	c, err := d.Publish(t.Context(), "one", "test")
	if err != nil || c.Version != 3 {
		t.Fatalf("%v, %v", c, err)
	}
	if lines := entryLines(t, lib, c.Version); lines != nil {
		t.Errorf("the retired document is searched: %q", lines)
	}
}

func TestPutRefusesBrokenContents(t *testing.T) {
	lib, _ := openLibrary(t)
	d, err := lib.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for name, spoil := range map[string]func(*retrieval.Content){
		"outside":       func(c *retrieval.Content) { c.Passages[1].End = len(c.Text) + 1 },
		"other text":    func(c *retrieval.Content) { c.Passages[0].Text = "三" },
		"overlap":       func(c *retrieval.Content) { c.Passages[1] = c.Passages[0] },
		"empty":         func(c *retrieval.Content) { c.Passages[0].End, c.Passages[0].Text = 0, "" },
		"negative":      func(c *retrieval.Content) { c.Passages[0].Start = -1 },
		"not UTF-8":     func(c *retrieval.Content) { c.Text += "\xff" },
		"cut character": func(c *retrieval.Content) { c.Passages[0].End = 1; c.Passages[0].Text = c.Text[:1] },
	} {
		c := content("a", "一", "二")
		spoil(&c)
		if _, err := d.Put(t.Context(), "s", "id", c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPutVectorsRefusesBrokenVectors(t *testing.T) {
	lib, _ := openLibrary(t)
	publish(t, lib, &countingEmbedder{name: "one"}, "s", []retrieval.Content{content("old", "旧")})
	d, err := lib.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rev, err := d.Put(t.Context(), "s", "id", content("a", "一"))
	if err != nil {
		t.Fatal(err)
	}
	d.Place("id", rev, "a")
	missing, _, err := d.Missing(t.Context(), "one")
	if err != nil || len(missing) != 1 {
		t.Fatal(missing, err)
	}
	nan := float32(0)
	nan /= nan
	for name, vectors := range map[string][][]float32{
		"too few":      nil,
		"too many":     {make([]float32, 8), make([]float32, 8)},
		"empty":        {{}},
		"other length": {{1, 2}},
		"NaN":          {{nan, 0, 0, 0, 0, 0, 0, 0}},
	} {
		if err := d.PutVectors(t.Context(), "one", missing, vectors); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
