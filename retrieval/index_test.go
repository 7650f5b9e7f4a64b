package retrieval_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"policybot/ingest"
	"policybot/internal/embedtest"
	"policybot/internal/eval"
	"policybot/internal/places"
	"policybot/retrieval"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestHashedEmbedder(t *testing.T) { embedtest.Run(t, retrieval.NewHashed()) }

// A document for tests: a path, facts and passages.
type document struct {
	path, date, place, kind string
	passages                []string
}

func (d document) doc() *retrieval.Document {
	m := retrieval.Meta{Date: retrieval.Field{Value: d.date}, Place: retrieval.Field{Value: d.place}, Kind: retrieval.Field{Value: d.kind}}
	return &retrieval.Document{ID: d.path, Path: d.path, Meta: m}
}

func entries(docs []document) iter.Seq2[retrieval.Entry, error] {
	return func(yield func(retrieval.Entry, error) bool) {
		for _, d := range docs {
			doc, at := d.doc(), 0
			vs, _ := retrieval.NewHashed().Embed(context.Background(), d.passages)
			for i, p := range d.passages {
				e := retrieval.Entry{Passage: retrieval.Passage{DocID: doc.ID, Start: at, End: at + len(p), Text: p}, Doc: doc, Vector: vs[i]}
				if !yield(e, nil) {
					return
				}
				at += len(p)
			}
		}
	}
}

func index(t testing.TB, docs []document) *retrieval.Index {
	t.Helper()
	x := retrieval.NewIndex(retrieval.NewHashed())
	if err := x.LoadEntries(context.Background(), retrieval.Corpus{Version: 1, Embedder: retrieval.NewHashed().Model()}, entries(docs)); err != nil {
		t.Fatal(err)
	}
	return x
}

func search(t testing.TB, x *retrieval.Index, q retrieval.Query) []string {
	t.Helper()
	hits, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprintf("%s@%d", h.Doc.Path, h.Start))
	}
	return out
}

func TestSearchFinds(t *testing.T) {
	x := index(t, []document{
		{path: "housing", passages: []string{"全年新建配售型保障性住房不少于6000套。", "推进老旧小区改造。"}},
		{path: "lunch", passages: []string{"社区食堂为老年人提供助餐服务。", "R&D经费投入强度达到4.3%。"}},
	})
	for _, tt := range []struct{ question, want string }{
		{"新建多少套保障性住房?", "housing@0"},
		{"保障性住房新建多少套", "housing@0"},
		{"保障性住房", "housing@0"},
		{"新建保障性住房６０００套", "housing@0"},  // full width
		{"新建多少套保障性住房,老舊", "housing@0"}, // both scripts
		{"老舊小區", "housing@" + fmt.Sprint(len("全年新建配售型保障性住房不少于6000套。"))},
		{"r&d经费", "lunch@" + fmt.Sprint(len("社区食堂为老年人提供助餐服务。"))},
		{"4.3%", "lunch@" + fmt.Sprint(len("社区食堂为老年人提供助餐服务。"))},
		{"老人去哪里吃饭?", "lunch@0"}, // everyday words
	} {
		if got := search(t, x, retrieval.Query{Text: tt.question, K: 1}); len(got) != 1 || got[0] != tt.want {
			t.Errorf("Search(%q) = %v, want %s", tt.question, got, tt.want)
		}
	}
	for _, q := range []retrieval.Query{{Text: "", K: 5}, {Text: " \n", K: 5}, {Text: "住房", K: 0}, {Text: "住房", K: -1}} {
		if got := search(t, x, q); len(got) != 0 {
			t.Errorf("Search(%+v) = %v, want nothing", q, got)
		}
	}
}

func TestSearchFilters(t *testing.T) {
	x := index(t, []document{
		{path: "city", place: "杭州市", date: "2020-06-29", kind: retrieval.KindNews, passages: []string{"数字经济目标。"}},
		{path: "district", place: "杭州市西湖区", date: "2021", kind: retrieval.KindPolicy, passages: []string{"数字经济目标。"}},
		{path: "other", place: "上海市", date: "2024-02-19", kind: retrieval.KindNews, passages: []string{"数字经济目标。"}},
		{path: "unknown", passages: []string{"数字经济目标。"}},
	})
	for _, tt := range []struct {
		name   string
		filter retrieval.Filter
		want   string
	}{
		{"none", retrieval.Filter{}, "city district other unknown"},
		{"a district with what is above it", retrieval.Filter{Place: places.Parse("杭州市西湖区")}, "city district unknown"},
		{"a province with what is in it", retrieval.Filter{Place: places.Parse("浙江省")}, "city district unknown"},
		{"from a day", retrieval.Filter{From: "2021-03-01"}, "district other"},
		{"to a year", retrieval.Filter{To: "2020"}, "city"},
		{"a range", retrieval.Filter{From: "2020-06-29", To: "2021"}, "city district"},
		{"in force at the end of a day", retrieval.Filter{AsOf: "2020-06-29"}, "city"},
		{"before anything was", retrieval.Filter{AsOf: "2020-05"}, ""},
		{"in force at the end of a year", retrieval.Filter{AsOf: "2021"}, "city district"},
		{"a kind", retrieval.Filter{Kinds: []string{retrieval.KindPolicy}}, "district"},
		{"documents", retrieval.Filter{Docs: []string{"other", "city"}}, "city other"},
		{"nothing left", retrieval.Filter{Docs: []string{"none"}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := search(t, x, retrieval.Query{Text: "数字经济的目标", K: 10, Filter: tt.filter})
			for i := range got {
				got[i], _, _ = strings.Cut(got[i], "@")
			}
			slices.Sort(got)
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

// TestOrderIsTotal holds equal passages, whose scores tie in both searches,
// against the promise that they never change places.
func TestOrderIsTotal(t *testing.T) {
	var docs []document
	for i := range 60 {
		docs = append(docs, document{path: fmt.Sprintf("doc%02d", i), passages: []string{"同样的一句话。", "另一句同样的话,说的是住房。"}})
	}
	x := index(t, docs)
	want := search(t, x, retrieval.Query{Text: "住房的话", K: 15})
	if !slices.IsSorted(want) {
		t.Errorf("equal passages stand in the order %v", want)
	}
	for range 20 {
		if got := search(t, index(t, docs), retrieval.Query{Text: "住房的话", K: 15}); !slices.Equal(got, want) {
			t.Fatalf("the order changed:\n%v\n%v", want, got)
		}
	}
}

// TestPrefixes checks that asking for fewer hits gives the first of them.
func TestPrefixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(strings.Split("住房 教育 医疗 养老 交通 就业 数字 经济 改革 2025年 20% 西湖区", " ")), 1, 8)
		var docs []document
		for i := range rapid.IntRange(1, 12).Draw(t, "documents") {
			d := document{path: fmt.Sprintf("doc%02d", i)}
			for range rapid.IntRange(1, 4).Draw(t, "passages") {
				d.passages = append(d.passages, strings.Join(words.Draw(t, "passage"), "")+"。")
			}
			docs = append(docs, d)
		}
		x := retrieval.NewIndex(retrieval.NewHashed())
		if err := x.LoadEntries(context.Background(), retrieval.Corpus{Version: 1, Embedder: retrieval.NewHashed().Model()}, entries(docs)); err != nil {
			t.Fatal(err)
		}
		q := strings.Join(words.Draw(t, "question"), "")
		var before []retrieval.Hit
		for k := 1; k < 12; k++ {
			hits, err := x.Search(context.Background(), retrieval.Query{Text: q, K: k})
			if err != nil {
				t.Fatal(err)
			}
			if len(hits) > k || len(hits) < len(before) {
				t.Fatalf("%d hits for K = %d after %d", len(hits), k, len(before))
			}
			for i, b := range before {
				if hits[i].Doc.Path != b.Doc.Path || hits[i].Start != b.Start || hits[i].Score != b.Score {
					t.Fatalf("K = %d changed hit %d", k, i)
				}
			}
			before = hits
		}
	})
}

func TestLoadRefusesAnotherEmbedder(t *testing.T) {
	x := index(t, []document{{path: "a", passages: []string{"住房。"}}})
	err := x.LoadEntries(context.Background(), retrieval.Corpus{Version: 2, Embedder: "other"}, entries(nil))
	if err == nil || !strings.Contains(err.Error(), "ingest again") && !strings.Contains(err.Error(), "run ingest") {
		t.Errorf("err = %v, want one that says to ingest again", err)
	}
	if got := search(t, x, retrieval.Query{Text: "住房", K: 1}); len(got) != 1 {
		t.Error("the old view is gone after a failed load")
	}
}

// seeds parses the seed documents, without a library.
func seeds(t testing.TB) []retrieval.Entry {
	t.Helper()
	paths, err := filepath.Glob("../seeds/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no seeds: %v", err)
	}
	var out []retrieval.Entry
	for i, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ingest.Parse(filepath.Base(path), raw)
		if err != nil {
			t.Fatal(err)
		}
		doc := &retrieval.Document{ID: filepath.Base(path), Path: filepath.Base(path), Revision: int64(i + 1), Meta: p.Meta}
		for _, ps := range p.Passages {
			ps.DocID, ps.Revision = doc.ID, doc.Revision
			v, _ := retrieval.NewHashed().Embed(t.Context(), []string{ps.Text})
			out = append(out, retrieval.Entry{Passage: ps, Doc: doc, Vector: v[0]})
		}
	}
	return out
}

func seedIndex(t testing.TB, change func(i int, e *retrieval.Entry)) *retrieval.Index {
	t.Helper()
	x := retrieval.NewIndex(retrieval.NewHashed())
	all := seeds(t)
	err := x.LoadEntries(t.Context(), retrieval.Corpus{Version: 1, Embedder: retrieval.NewHashed().Model()}, func(yield func(retrieval.Entry, error) bool) {
		for i, e := range all {
			if change != nil {
				change(i, &e)
			}
			if !yield(e, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func questions(t testing.TB) []eval.Question {
	t.Helper()
	f, err := os.Open("../internal/eval/testdata/questions-dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	qs, err := eval.ReadQuestions(f)
	if err != nil {
		t.Fatal(err)
	}
	return qs
}

// TestSeedRankings writes down what the questions on the seeds find, so that a
// change of retrieval is a difference to read.
func TestSeedRankings(t *testing.T) {
	x := seedIndex(t, nil)
	var b strings.Builder
	for _, q := range questions(t) {
		fmt.Fprintf(&b, "%s %s\n", q.ID, q.Question)
		hits, err := x.Search(t.Context(), retrieval.Query{Text: q.Question, K: 5})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			start := []rune(strings.Join(strings.Fields(h.Text), " "))
			fmt.Fprintf(&b, "  %.3s@%-5d lexical %-2d vector %-2d %s\n", h.Doc.Path, h.Start, h.LexicalRank, h.VectorRank, string(start[:min(24, len(start))]))
		}
	}
	golden := "testdata/rankings.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("rankings differ from %s; run with -update and read the difference", golden)
	}
}

// TestFusionHelps holds the fused ranking against BM25 alone, for which every
// passage is given one and the same vector.
func TestFusionHelps(t *testing.T) {
	same := make([]float32, 512)
	same[0] = 1
	fused := seedIndex(t, nil)
	lexical := seedIndex(t, func(_ int, e *retrieval.Entry) { e.Vector = same })
	noise := rand.New(rand.NewPCG(1, 2))
	blind := seedIndex(t, func(_ int, e *retrieval.Entry) { // a vector side that knows nothing
		v := make([]float32, 512)
		v[noise.IntN(512)] = 1
		e.Vector = v
	})
	for _, k := range []int{1, 5, 10} {
		f, l, n := recall(t, fused, k), recall(t, lexical, k), recall(t, blind, k)
		t.Logf("evidence recall@%d: fused %.3f, lexical alone %.3f, with random vectors %.3f", k, f, l, n)
		if f < l {
			t.Errorf("recall@%d: fused %.3f is below lexical alone %.3f", k, f, l)
		}
		if n < l-0.05 {
			t.Errorf("recall@%d: random vectors bring %.3f down to %.3f", k, l, n)
		}
	}
}

// recall is the mean share of a question's evidence in its first k hits.
func recall(t *testing.T, x *retrieval.Index, k int) float64 {
	t.Helper()
	var sum, n float64
	for _, q := range questions(t) {
		if !q.Answerable || len(q.History) > 0 {
			continue
		}
		hits, err := x.Search(t.Context(), retrieval.Query{Text: q.Question, K: k})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, e := range q.Evidence {
			if slices.ContainsFunc(hits, func(h retrieval.Hit) bool {
				return h.Doc.Path == e.Doc && strings.Contains(squash(h.Text), squash(e.Text))
			}) {
				found++
			}
		}
		sum += float64(found) / float64(len(q.Evidence))
		n++
	}
	return sum / n
}

func squash(s string) string { return strings.Join(strings.Fields(s), "") }
