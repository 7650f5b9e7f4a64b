package retrieval

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"
	"time"
)

// bare are the entries of documents with so many passages each, in which one
// in seven speaks of housing, without vectors.
func bare(documents, passages int, name string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for i := range documents {
			d := &Document{ID: fmt.Sprintf("%s%06d", name, i), Path: fmt.Sprintf("%06d%s", i, name)}
			for j := range passages {
				text := "教育。"
				if (i+j)%7 == 0 {
					text = "住房。"
				}
				if !yield(Entry{Passage: Passage{DocID: d.ID, Start: j, Text: text}, Doc: d}, nil) {
					return
				}
			}
		}
	}
}

// TestDocumentsBeyondASegment searches one document of more passages than a
// segment can number, and takes more than that out of a view.
func TestDocumentsBeyondASegment(t *testing.T) {
	const n = segmentMost + 4000
	one, err := newView(Corpus{}, bare(1, n, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if s := one.stats; s.Documents != 1 || s.Passages != n {
		t.Errorf("%+v, want 1 document of %d passages", s, n)
	}
	last := Passage{DocID: "a000000", Start: (n - 1) / 7 * 7}
	scores, _ := one.lexicalScores(queryTerms("住房", singleWeight), one.body.living, nil)
	for i, s := range scores {
		if s > 0 != (i%7 == 0) {
			t.Fatalf("passage %d has the score %v", i, s)
		}
	}
	if got := one.passages[last.Start]; got.Start != last.Start || got.Text != "住房。" {
		t.Errorf("the last passage on housing is %+v", got)
	}
	gone, err := one.changed(Corpus{Version: 2}, []string{"a000000"}, bare(3, 2, "b"))
	if err != nil {
		t.Fatal(err)
	}
	if gone.stats.Documents != 3 || gone.stats.Passages != 6 || gone.body.count != 6 {
		t.Errorf("%+v, %d counted, want 3 documents of 6 passages", gone.stats, gone.body.count)
	}

	many, err := newView(Corpus{}, bare(n, 1, "a"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range many.documents[:n-9] {
		ids = append(ids, d.ID)
	}
	few, err := many.changed(Corpus{Version: 2}, ids, bare(0, 0, ""))
	if err != nil {
		t.Fatal(err)
	}
	same, err := newView(Corpus{Version: 2}, few.entries(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []term{'住', '教', pair('住', '房')} {
		if a, b := few.body.df(w, math.MaxInt), same.body.df(w, math.MaxInt); a != b {
			t.Errorf("%x stands in %d passages after changes, %d read whole", w, a, b)
		}
	}
	hits := func(v *view) (out []int) {
		hs, err := v.search(t.Context(), newSought(Query{Text: "住房", K: 20}, time.Now()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hs {
			out = append(out, int(h.Doc.ID[6])<<32+int(h.Score*1e6))
		}
		return out
	}
	if a, b := hits(few), hits(same); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("hits after changes %v, read whole %v", a, b)
	}
}
