package retrieval_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"policybot/retrieval"
)

// sameView holds an index that followed changes against one that read the
// newest corpus whole: the same hits in the same order with the same scores.
func sameView(t *testing.T, followed *retrieval.Index, lib *retrieval.Library, words []string) {
	t.Helper()
	fresh := loadedFrom(t, withoutSnapshot{lib})
	if a, b := followed.Stats(), fresh.Stats(); a != b {
		t.Fatalf("stats after changes %+v, read whole %+v", a, b)
	}
	docs := func(x *retrieval.Index) (out []retrieval.Document) {
		for _, d := range x.Documents() {
			out = append(out, *d)
		}
		return out
	}
	if a, b := docs(followed), docs(fresh); !reflect.DeepEqual(a, b) {
		t.Fatalf("documents after changes %v, read whole %v", a, b)
	}
	for i, w := range words {
		for _, f := range []retrieval.Filter{{}, {Kinds: []string{retrieval.KindPolicy}}, {AsOf: "2024-06"}} {
			q := retrieval.Query{Text: w + words[(i+1)%len(words)], K: 12, Filter: f}
			a, b := hitLines(t, followed, q), hitLines(t, fresh, q)
			if !slices.Equal(a, b) {
				t.Fatalf("%s after changes:\n%s\nread whole:\n%s", q.Text, strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
		}
		if a, b := followed.Rarity(w), fresh.Rarity(w); a != b {
			t.Fatalf("rarity of %s after changes %v, read whole %v", w, a, b)
		}
		for _, d := range fresh.Documents() {
			if a, b := followed.Mentions(d.ID, w), fresh.Mentions(d.ID, w); a != b {
				t.Fatalf("%s mentions %s: after changes %v, read whole %v", d.Path, w, a, b)
			}
		}
	}
}

// withoutSnapshot is a library that is always read whole.
type withoutSnapshot struct{ pastStore }

type pastStore interface {
	retrieval.Store
	Earlier(ctx context.Context, version int64) iter.Seq2[retrieval.Entry, error]
}

// loadedFrom is an index of a store's current corpus.
func loadedFrom(t *testing.T, store retrieval.Store) *retrieval.Index {
	t.Helper()
	x := retrieval.NewIndex(retrieval.NewHashed())
	if err := x.Load(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	return x
}

func hitLines(t *testing.T, x *retrieval.Index, q retrieval.Query) (out []string) {
	t.Helper()
	hits, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s@%d-%d r%d %v %d %d %q %s %d %v", h.Doc.Path, h.Start, h.End, h.Revision, h.Score, h.LexicalRank, h.VectorRank,
			h.Heading, h.Text, h.Page, h.Ended))
	}
	return out
}

// TestFollowingChangesEqualsReadingWhole makes a library and changes it again
// and again, through many merges, while others search, and compares with
// starts from snapshots on the way.
func TestFollowingChangesEqualsReadingWhole(t *testing.T) {
	words := strings.Split("住房 教育 医疗 养老 交通 就业 数字经济 改革 2025年 20% 西湖区", " ")
	runs := 6
	if os.Getenv("POLICYBOT_SOAK") != "" {
		runs = 300
	} else if testing.Short() {
		runs = 2
	}
	for seed := range runs {
		followChanges(t, rand.New(rand.NewPCG(uint64(seed), 9)), seed%2*200, words)
	}
}

func followChanges(t *testing.T, dice *rand.Rand, least int, words []string) {
	lib, _ := openLibrary(t)
	x := loadedFrom(t, lib)
	x.KeepFrom(1)
	searched, done := x, make(chan struct{})
	var searching sync.WaitGroup
	searching.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if _, err := searched.Search(t.Context(), retrieval.Query{Text: "住房教育", K: 5}); err != nil {
					t.Error(err)
				}
			}
		}
	})
	defer searching.Wait()
	defer close(done)
	var there []string
	make := func(name string, changing bool) retrieval.Content {
		var paragraphs []string
		for range 1 + dice.IntN(3) {
			text := words[dice.IntN(len(words))] + words[dice.IntN(len(words))]
			if changing {
				text += []string{"甲", "乙", "丙", "丁"}[dice.IntN(4)]
			}
			paragraphs = append(paragraphs, text+"。")
		}
		c := content(name, paragraphs...)
		c.Meta.Date.Value = fmt.Sprintf("2024-%02d", 1+dice.IntN(12))
		c.Passages[0].Page, c.Passages[0].LastPage = 1, 2
		c.Meta.Kind.Value = []string{retrieval.KindPolicy, retrieval.KindNews}[dice.IntN(2)]
		return c
	}
	var all []retrieval.Content
	for i := range least + dice.IntN(61) {
		all = append(all, make(fmt.Sprintf("doc%03d", 2*i), false))
		there = append(there, all[i].Name)
	}
	publish(t, lib, retrieval.NewHashed(), "s", all)
	purged := false // since x was loaded
	for range 15 {
		var some []retrieval.Content
		var leave []string
		for range 1 + dice.IntN(3) {
			name := fmt.Sprintf("doc%03d", dice.IntN(131))
			at := slices.Index(there, name)
			if slices.ContainsFunc(some, func(c retrieval.Content) bool { return c.Name == name }) || slices.Contains(leave, name) {
				continue
			}
			if at >= 0 && dice.IntN(2) == 0 {
				leave, there = append(leave, name), slices.Delete(there, at, at+1)
				continue
			}
			if some = append(some, make(name, true)); at < 0 {
				there = append(there, name)
			}
		}
		publish(t, lib, retrieval.NewHashed(), "s", some, leave...)
		if at := dice.IntN(8 * len(there)); at < len(there) {
			if _, err := lib.Purge(t.Context(), there[at]); err != nil {
				t.Fatal(err)
			}
			there, purged = slices.Delete(there, at, at+1), true
		}
		if dice.IntN(4) > 0 {
			if err := x.Load(t.Context(), lib); err != nil {
				t.Fatal(err)
			}
			purged = false
		}
		if dice.IntN(4) == 0 {
			if err := x.Keep(t.Context()); err != nil && !purged {
				t.Fatal(err)
			}
		}
		if dice.IntN(8) == 0 {
			y := loadedFrom(t, lib) // from a snapshot, if there is one, and the changes since
			sameView(t, y, lib, words[:3])
			if dice.IntN(2) == 0 {
				x, purged = y, false
				x.KeepFrom(1)
			}
		}
	}
	if err := x.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	sameView(t, x, lib, words)
	sameView(t, loadedFrom(t, lib), lib, words)
}

// TestPurgedDocumentsLeaveTheView purges behind the back of a loaded index: the
// history that tells its changes forgets such documents.
func TestPurgedDocumentsLeaveTheView(t *testing.T) {
	lib, _ := openLibrary(t)
	publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content("a", "住房。"), content("b", "教育。"), content("c", "医疗。")})
	x := retrieval.NewIndex(retrieval.NewHashed())
	if err := x.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	id := x.Documents()[1].ID
	if _, err := lib.Purge(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	publish(t, lib, retrieval.NewHashed(), "s", []retrieval.Content{content("d", "养老。")})
	if err := x.Load(t.Context(), lib); err != nil {
		t.Fatal(err)
	}
	sameView(t, x, lib, []string{"住房", "教育", "医疗", "养老"})
	if x.Mentions(id, "教育") || x.Stats().Documents != 3 {
		t.Error("the purged document is still searched")
	}
}
