package retrieval_test

import (
	"fmt"
	"strings"
	"testing"

	"policybot/retrieval"
)

func dated(c retrieval.Content, date string) retrieval.Content {
	c.Meta.Date = retrieval.Field{Value: date}
	return c
}

// TestSearchAsOf finds what a document said before it was changed, when it is
// asked for a day before the change, and only then.
func TestSearchAsOf(t *testing.T) {
	lib, _ := openLibrary(t)
	e := retrieval.NewHashed()
	x := retrieval.NewIndex(e)
	other := dated(content("other", "图书馆全年开放。"), "2019-01-01")
	texts := func(question, asOf string) string {
		t.Helper()
		hits, err := x.Search(t.Context(), retrieval.Query{Text: question, K: 9, Filter: retrieval.Filter{AsOf: asOf}})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, h := range hits {
			if h.Doc.Path == "lunch" {
				out = append(out, fmt.Sprintf("%s %s", h.Doc.Meta.Date.Value, h.Text))
			}
		}
		return strings.Join(out, "|")
	}
	for _, version := range []retrieval.Content{
		dated(content("lunch", "助餐补贴每餐三元。"), "2020-05-01"),
		dated(content("lunch", "助餐补贴每餐五元。"), "2022-03-01"),
		dated(content("lunch", "助餐补贴每餐五元整。"), "2022-03-01"), // a word set right
		dated(content("lunch", "助餐补贴每餐八元。"), "2024-01-10"),
	} {
		publish(t, lib, e, "s", []retrieval.Content{version, other})
		if err := x.Load(t.Context(), lib); err != nil {
			t.Fatal(err)
		}
		texts("助餐补贴", "2023") // the next version is loaded into an index that has a past
	}
	for _, tt := range []struct{ question, asOf, want string }{
		{"助餐补贴", "", "2024-01-10 助餐补贴每餐八元。"},
		{"助餐补贴", "2024", "2024-01-10 助餐补贴每餐八元。"},
		{"助餐补贴", "2023-06", "2022-03-01 助餐补贴每餐五元整。"},
		{"2023年6月时的助餐补贴标准", "", "2022-03-01 助餐补贴每餐五元整。"},
		{"助餐补贴", "2022-02-28", "2020-05-01 助餐补贴每餐三元。"},
		{"助餐补贴", "2020-04", ""},
	} {
		if got := texts(tt.question, tt.asOf); got != tt.want {
			t.Errorf("%s as of %q: %q, want %q", tt.question, tt.asOf, got, tt.want)
		}
	}
	if n := x.Stats().Documents; n != 2 {
		t.Errorf("%d documents are searched, want 2", n)
	}

	// Vectors of another embedder are no obstacle, and what leaves has no past.
	one := &countingEmbedder{name: "one"}
	publish(t, lib, one, "s", []retrieval.Content{dated(content("lunch", "助餐补贴每餐九元。"), "2025-01-10"), other})
	for entry, err := range lib.Earlier(t.Context(), 5) {
		if err != nil || len(entry.Vector) == 0 || entry.Doc.Path != "lunch" {
			t.Errorf("%q of %s, vector of %d, %v", entry.Text, entry.Doc.Path, len(entry.Vector), err)
		}
	}
	publish(t, lib, one, "s", []retrieval.Content{other}, "lunch")
	for entry, err := range lib.Earlier(t.Context(), 6) {
		t.Errorf("%q, %v, of a document that left", entry.Text, err)
	}
}
