package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/prompts"
	"policybot/retrieval"
)

// answererFunc is an Answerer that is one function.
type answererFunc func(bot.Question) (*bot.Answer, error)

func (f answererFunc) Answer(_ context.Context, q bot.Question, _ func(prompts.Claim)) (*bot.Answer, error) {
	return f(q)
}

func document(name string) *retrieval.Document {
	d := &retrieval.Document{ID: "id-" + name, Path: "folder/" + name, Revision: 3}
	d.Meta.Title.Value = "标题 <一>"
	d.Meta.Date.Value = "2024-02"
	return d
}

func TestRunAnswersWritesTheRunInOrder(t *testing.T) {
	source := prompts.Source{Doc: document("a.txt"),
		Passage: retrieval.Passage{DocID: "id-a.txt", Revision: 3, Start: 9, End: 30, Text: "目标是突破7万元。"}}
	claims := []prompts.Claim{{Text: "突破7万元。", Cites: []prompts.Cite{{Source: 1, Quote: "突破7万元", Start: 18, End: 29}}}}
	answerer := answererFunc(func(q bot.Question) (*bot.Answer, error) {
		a := &bot.Answer{ID: "receipt", Question: q.Text, Search: strings.Join(append(q.History, q.Text), " "),
			Sources: []prompts.Source{source}, Writer: "extractive", Corpus: 4, Took: 1234567 * time.Nanosecond}
		if q.Text == "无?" {
			a.Refusal = &bot.Refusal{Why: "没有", Documents: 5, From: "2020", To: "2025", Nearest: claims}
			return a, nil
		}
		a.Claims = claims
		a.Hits = []retrieval.Hit{{Passage: source.Passage, Doc: source.Doc, Score: .5, LexicalRank: 1}}
		return a, nil
	})
	set := []Question{{ID: "q2", Question: "那农村呢?", History: []string{"城镇的目标?"}}, {ID: "q1", Question: "无?"}}
	var out bytes.Buffer
	var told []int
	run, err := RunAnswers(t.Context(), answerer, set, &out, func(done, _ int) { told = append(told, done) })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []int{1, 2}) {
		t.Errorf("progress = %v", told)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || len(run) != 2 {
		t.Fatalf("%d lines written, %d returned", len(lines), len(run))
	}
	if !strings.Contains(lines[0], "标题 <一>") {
		t.Errorf("markup is escaped: %s", lines[0])
	}
	var first, second Line
	for i, to := range []*Line{&first, &second} {
		if err := json.Unmarshal([]byte(lines[i]), to); err != nil {
			t.Fatal(err)
		}
	}
	if first.ID != "q2" || first.Search != "城镇的目标? 那农村呢?" || first.MS != 1.234 || first.Refused {
		t.Errorf("first line = %+v", first)
	}
	if c := first.Claims[0].Cites[0]; c.Doc != "a.txt" || c.Quote != "突破7万元" || c.Start != 18 || c.Date != "2024-02" {
		t.Errorf("cite = %+v", c)
	}
	if h := first.Hits[0]; h.Doc != "a.txt" || h.Path != "folder/a.txt" || h.Text == "" || h.LexicalRank != 1 {
		t.Errorf("hit = %+v", h)
	}
	if !second.Refused || len(second.Claims) != 0 || len(second.Nearest) != 1 || second.Searched.Documents != 5 {
		t.Errorf("refusal = %+v", second)
	}
	if !strings.Contains(lines[1], `"claims":[]`) {
		t.Errorf("no claims are not written as an empty list: %s", lines[1])
	}
}

func TestRunAnswersNamesTheQuestionThatFailed(t *testing.T) {
	broken := errors.New("broken")
	answerer := answererFunc(func(bot.Question) (*bot.Answer, error) { return nil, broken })
	_, err := RunAnswers(t.Context(), answerer, []Question{{ID: "q7", Question: "问?"}}, io.Discard, nil)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "q7") {
		t.Errorf("error = %v", err)
	}
}

func TestRunRankingRanksGivenPassages(t *testing.T) {
	emb := retrieval.NewHashed()
	x := retrieval.NewIndex(emb)
	pieces := []Piece{{"p1", "农村居民人均可支配收入突破7万元。"}, {"p2", "既有住宅加装电梯。"}, {"p3", "城市大脑数字界面。"}}
	if err := x.LoadEntries(t.Context(), retrieval.Corpus{Version: 1, Embedder: emb.Model()}, Entries(t.Context(), pieces, emb, nil)); err != nil {
		t.Fatal(err)
	}
	run, err := RunRanking(t.Context(), x, []Ranked{{ID: "r1", Question: "老房子加装电梯", Relevant: []string{"p2"}}}, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(run) != 1 || len(run[0].Hits) == 0 || run[0].Hits[0] != "p2" {
		t.Errorf("run = %+v, want p2 first", run)
	}
}

func twoPassages(text, first string) Text {
	n := len(first)
	return Text{Doc: document("a.txt"), Text: text, Passages: []retrieval.Passage{
		{DocID: "id-a.txt", Revision: 3, End: n, Text: text[:n]},
		{DocID: "id-a.txt", Revision: 3, Start: n, End: len(text), Text: text[n:]}}}
}

func TestRunClaimsVerifiesAgainstTheNamedDocument(t *testing.T) {
	const first, second = "全区生产总值力争突破3000亿元。", "农村居民人均可支配收入力争突破7万元。"
	docs := ByName([]Text{twoPassages(first+second, first)})
	const across = "力争突破3000亿元。农村居民人均可支配收入力争突破7万元"
	set := []Given{
		{ID: "kept", True: true, Claim: "农村居民人均可支配收入力争突破7万元。", Doc: "a.txt", Quote: "农村居民人均可支配收入力争突破7万元"},
		{ID: "figure", Claim: "农村居民人均可支配收入力争突破9万元。", Doc: "a.txt", Quote: "农村居民人均可支配收入力争突破7万元"},
		{ID: "absent", Claim: "全区生产总值力争突破3000亿元。", Doc: "a.txt", Quote: "全区生产总值已经突破3000亿元"},
		{ID: "across", True: true, Claim: "农村居民人均可支配收入力争突破7万元。", Doc: "a.txt", Quote: across},
	}
	run, err := RunClaims(set, docs, nil, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []VerdictLine{{ID: "kept", Kept: true}, {ID: "figure", Check: "figure"},
		{ID: "absent", Check: "quote"}, {ID: "across", Kept: true}} {
		got := run[i]
		if got.ID != want.ID || got.Kept != want.Kept || got.Check != want.Check {
			t.Errorf("verdict = %+v, want %+v", got, want)
		}
		if !got.Kept && got.Reason == "" {
			t.Errorf("%s was rejected without a reason", got.ID)
		}
	}
}

func TestRunClaimsNamesDocumentsThatAreNotThere(t *testing.T) {
	_, err := RunClaims([]Given{{ID: "c", Claim: "x", Doc: "b.txt", Quote: "y"}}, nil, nil, io.Discard, nil)
	var absent *AbsentError
	if !errors.As(err, &absent) || !slices.Equal(absent.Docs, []string{"b.txt"}) {
		t.Errorf("error = %v", err)
	}
}

func TestKnownFillsOnlyWhatIsUnknown(t *testing.T) {
	doc := document("a.txt")
	filled := Known{Title: "另一个", Place: "杭州市"}.fill(doc)
	if filled.Meta.Title.Value != "标题 <一>" || filled.Meta.Place.Value != "杭州市" {
		t.Errorf("filled = %+v", filled.Meta)
	}
	if doc.Meta.Place.Value != "" {
		t.Error("the library's own document was changed")
	}
}
