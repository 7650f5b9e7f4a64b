package retrieval

import (
	"context"
	"strings"
	"testing"
	"time"
)

// A told document of the tests of this package.
type told struct {
	id, place, date, title, kind, number string
	replaces, effective, expires         string
	reprint                              int64
	heading                              []string
	passages                             []string
}

func (d told) document() *Document {
	f := func(v string) Field { return Field{Value: v} }
	out := &Document{ID: d.id, Path: d.id, Revision: 1, Reprint: d.reprint, Meta: Meta{Title: f(d.title), Place: f(d.place), Date: f(d.date),
		Kind: f(d.kind), Number: f(d.number), Effective: f(d.effective), Expires: f(d.expires)}}
	if d.replaces != "" {
		out.Meta.Replaces = []Field{f(d.replaces)}
	}
	return out
}

// indexOf is an index of documents whose passages are lines of a text, searched
// on 2024-07-01.
func indexOf(t *testing.T, docs ...told) *Index {
	t.Helper()
	x := NewIndex(NewHashed())
	x.now = func() time.Time { return time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC) }
	err := x.LoadEntries(context.Background(), Corpus{Version: 1, Embedder: x.emb.Model()}, func(yield func(Entry, error) bool) {
		for _, d := range docs {
			doc, at := d.document(), 0
			vs, _ := x.emb.Embed(context.Background(), d.passages)
			for i, text := range d.passages {
				p := Passage{DocID: d.id, Revision: 1, Heading: d.heading, Start: at, End: at + len(text), Text: text}
				if !yield(Entry{Passage: p, Doc: doc, Vector: vs[i], Gap: "\n"}, nil) {
					return
				}
				at += len(text) + 1
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func ask(t *testing.T, x *Index, q Query) []Hit {
	t.Helper()
	hits, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// ids are the documents of hits, each with those that reprint it.
func ids(hits []Hit) string {
	var out []string
	for _, h := range hits {
		s := h.Doc.ID
		for _, r := range h.Reprints {
			s += "=" + r.Doc.ID
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

const (
	lift    = "既有住宅加装电梯的,每台补助二十万元,由区财政承担,自竣工验收合格之日起三十日内申请,逾期不再受理,并且应当提交业主同意书。"
	library = "图书馆周一闭馆,其余时间早九点到晚九点开放,读者凭身份证入馆,自修室另设座位预约,每人每天一次,逾时自动取消预约资格。"
	desk    = "加装电梯的咨询电话设在街道。"
	editor  = "编后:加装电梯请先征求低层住户意见,本报将继续关注各小区的进展情况,欢迎读者来电来信反映身边的问题。"
)

func TestReprintsAreOneHit(t *testing.T) {
	x := indexOf(t,
		told{id: "first", reprint: 7, passages: []string{lift, library}},
		told{id: "other", passages: []string{desk}},
		told{id: "second", reprint: 7, passages: []string{library, lift, editor}},
	)
	hits := ask(t, x, Query{Text: "加装电梯补助多少?", K: 9})
	texts := map[string]string{}
	for _, h := range hits {
		for _, text := range strings.Split(h.Text, "\n") {
			if texts[text] != "" {
				t.Errorf("found twice: %s", text)
			}
			texts[text] = ids([]Hit{h})
		}
	}
	for text, want := range map[string]string{lift: "second=first", library: "second=first", desk: "other"} {
		if texts[text] != want {
			t.Errorf("found in %q, want %s: %s", texts[text], want, text)
		}
	}
	if !strings.HasPrefix(texts[editor], "second") {
		t.Errorf("what one document alone says is found in %q", texts[editor])
	}
	if r := hits[0].Reprints[0]; r.Text != lift || r.Start != 0 {
		t.Errorf("the reprint stands at %d: %s", r.Start, r.Text)
	}
	if got := ids(ask(t, x, Query{Text: "加装电梯补助多少?", K: 3, Filter: Filter{Docs: []string{"second"}}})); strings.Contains(got, "first") {
		t.Errorf("a search in one document found %q", got)
	}
}

func TestNeighboursAreOneHit(t *testing.T) {
	one, two, three := "电梯补助的标准是每台二十万元。", "电梯补助的申请在街道办理。", "公园全年开放。"
	x := indexOf(t,
		told{id: "a", heading: []string{"一、规定"}, passages: []string{one, two, three}},
		told{id: "b", passages: []string{"电梯要年检。"}})
	for k := 1; k <= 3; k++ {
		hits := ask(t, x, Query{Text: "电梯补助", K: k})
		h := hits[0]
		if h.Text != one+"\n"+two || h.Start != 0 || h.End != len(one)+1+len(two) {
			t.Errorf("K = %d: the first hit is %d to %d, %q", k, h.Start, h.End, h.Text)
		}
		if want := []string{"a", "a b", "a b a"}[k-1]; ids(hits) != want {
			t.Errorf("K = %d: hits %q, want %q", k, ids(hits), want)
		}
	}
}

// TestSectionsStayApart joins nothing over the end of a section, or what would
// be longer than two passages.
func TestSectionsStayApart(t *testing.T) {
	v := &view{gaps: []string{"\n", "\n", "", "", ""}, passages: []Passage{
		{DocID: "a", Heading: []string{"一"}, Start: 0, End: 3},
		{DocID: "a", Heading: []string{"二"}, Start: 4, End: 7},
		{DocID: "a", Heading: []string{"二"}, Start: 9, End: 12},
		{DocID: "a", Heading: []string{"二"}, Start: 12, End: 12 + joinedBytes},
		{DocID: "b", Heading: []string{"二"}, Start: 12 + joinedBytes, End: 13 + joinedBytes},
	}}
	for i := range v.passages[1:] {
		f := found{first: i, last: i}
		if v.joins(&f, i+1) {
			t.Errorf("passage %d was joined to the one before it", i+1)
		}
	}
}
