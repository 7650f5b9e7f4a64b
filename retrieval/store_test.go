package retrieval_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"policybot/retrieval"
)

// A storeMaker is a store in which each of versions was published in turn, as
// all the documents there are, with vectors by e.
type storeMaker func(t *testing.T, e retrieval.Embedder, versions ...[]retrieval.Content) retrieval.Store

func TestLibraryIsAStore(t *testing.T) {
	storeConforms(t, func(t *testing.T, e retrieval.Embedder, versions ...[]retrieval.Content) retrieval.Store {
		lib, _ := openLibrary(t)
		var before []retrieval.Content
		for _, v := range versions {
			var gone []string
			for _, c := range before {
				if !slices.ContainsFunc(v, func(d retrieval.Content) bool { return d.Name == c.Name }) {
					gone = append(gone, c.Name)
				}
			}
			publish(t, lib, e, "s", v, gone...)
			before = v
		}
		return lib
	})
}

// storeConforms checks what every retrieval.Store promises.
func storeConforms(t *testing.T, make storeMaker) {
	e := &countingEmbedder{name: "one"}
	t.Run("empty", func(t *testing.T) {
		s := make(t, e)
		if c, err := s.Current(t.Context()); err != nil || c != (retrieval.Corpus{}) {
			t.Errorf("the current corpus is %v, %v", c, err)
		}
		if lines := entryLines(t, s, 0); lines != nil {
			t.Errorf("version 0 has %q", lines)
		}
	})
	t.Run("versions", func(t *testing.T) {
		s := make(t, e,
			[]retrieval.Content{content("b", "乙一", "乙二"), content("a", "甲一")},
			[]retrieval.Content{content("a", "甲改"), content("a/c", "丙")})
		c, err := s.Current(t.Context())
		if err != nil || c.Embedder != "one" {
			t.Fatalf("the current corpus is %v, %v", c, err)
		}
		want := []string{"a|0|甲改|[关于a]", "a/c|0|丙|[关于a/c]"}
		for range 2 {
			if got := entryLines(t, s, c.Version); !slices.Equal(got, want) {
				t.Errorf("entries %q, want %q", got, want)
			}
		}
	})
	t.Run("entries", func(t *testing.T) {
		entriesConform(t, make(t, e, []retrieval.Content{content("a", "一", "二", "三")}))
	})
	t.Run("unknown version", func(t *testing.T) {
		var got error
		for _, err := range make(t, e).Entries(t.Context(), 99) {
			got = err
		}
		if !errors.Is(got, retrieval.ErrNotFound) {
			t.Errorf("a version that never was: %v", got)
		}
	})
	t.Run("stop early", func(t *testing.T) {
		s := make(t, e, []retrieval.Content{content("a", "一", "二"), content("b", "三")})
		for range 20 { // an unfinished sequence must not hold anything
			for range s.Entries(t.Context(), 1) {
				break
			}
		}
	})
}

func entriesConform(t *testing.T, s retrieval.Store) {
	c, err := s.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var doc *retrieval.Document
	n := 0
	for e, err := range s.Entries(t.Context(), c.Version) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if doc != nil && e.Doc != doc {
			t.Error("passages of one document point to two")
		}
		doc = e.Doc
		if e.DocID != doc.ID || e.Revision != doc.Revision || len(e.Text) != e.End-e.Start {
			t.Errorf("the passage does not fit its document: %+v, %+v", e.Passage, *doc)
		}
		var sum float64
		for _, x := range e.Vector {
			sum += float64(x * x)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("the vector has length² %f", sum)
		}
	}
	if n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
}
