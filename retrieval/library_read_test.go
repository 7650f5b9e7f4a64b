package retrieval_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"policybot/retrieval"
)

func TestOldVersionsStayReadable(t *testing.T) {
	lib, _ := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	if c, err := lib.Current(t.Context()); err != nil || c != (retrieval.Corpus{}) {
		t.Fatalf("an empty library has corpus %v, %v", c, err)
	}
	v1 := publish(t, lib, e, "s", []retrieval.Content{content("b", "乙一", "乙二"), content("a", "甲一")})
	v2 := publish(t, lib, e, "s", []retrieval.Content{content("a", "甲改")}, "b")
	for _, step := range []struct {
		version int64
		want    []string
	}{
		{0, nil},
		{v1.Version, []string{"a|0|甲一|[关于a]", "b|0|乙一|[关于b]", "b|7|乙二|[关于b]"}},
		{v2.Version, []string{"a|0|甲改|[关于a]"}},
	} {
		if got := entryLines(t, lib, step.version); !slices.Equal(got, step.want) {
			t.Errorf("version %d is %q, want %q", step.version, got, step.want)
		}
	}
	for _, err := range lib.Entries(t.Context(), 99) {
		if !errors.Is(err, retrieval.ErrNotFound) {
			t.Errorf("a version that never was gives %v", err)
		}
	}
}

func TestEntriesShareDocumentAndHaveUnitVectors(t *testing.T) {
	lib, _ := openLibrary(t)
	c := publish(t, lib, &countingEmbedder{name: "one"}, "s", []retrieval.Content{content("a", "一", "二", "三")})
	var doc *retrieval.Document
	for e, err := range lib.Entries(t.Context(), c.Version) {
		if err != nil {
			t.Fatal(err)
		}
		if doc != nil && e.Doc != doc {
			t.Error("passages of one document point to two")
		}
		doc = e.Doc
		var sum float64
		for _, x := range e.Vector {
			sum += float64(x * x)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("vector has length² %f", sum)
		}
	}
}
