package bot_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/prompts"
	"policybot/retrieval"
)

type fixture struct {
	lib     *retrieval.Library
	journal *bot.Journal
	conn    *sql.DB
	file    string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{file: filepath.Join(t.TempDir(), "lib.db")}
	var err error
	if f.conn, err = db.Open(t.Context(), f.file); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.conn.Close() })
	if f.lib, err = retrieval.OpenLibrary(t.Context(), f.conn); err != nil {
		t.Fatal(err)
	}
	if f.journal, err = bot.OpenJournal(t.Context(), f.conn, f.lib); err != nil {
		t.Fatal(err)
	}
	return f
}

// put publishes a document with a passage for each paragraph, and returns the
// passages as they are searched.
func (f *fixture) put(t *testing.T, name string, paragraphs ...string) []prompts.Source {
	t.Helper()
	ctx := t.Context()
	d, err := f.lib.Draft(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c := retrieval.Content{Name: name, Parser: "1", Text: strings.Join(paragraphs, "\n"), Raw: []byte(strings.Join(paragraphs, "\r\n"))}
	c.Meta.Title = retrieval.Field{Value: "标题" + name}
	at := 0
	for _, p := range paragraphs {
		c.Passages = append(c.Passages, retrieval.Passage{Heading: []string{"一、" + name}, Start: at, End: at + len(p), Text: p})
		at += len(p) + 1
	}
	id := docID(t, f.lib, name)
	rev, err := d.Put(ctx, "s", id, c)
	if err != nil {
		t.Fatal(err)
	}
	d.Place(id, rev, name)
	missing, _, err := d.Missing(ctx, "m")
	if err != nil {
		t.Fatal(err)
	}
	vectors := make([][]float32, len(missing))
	for i := range vectors {
		vectors[i] = []float32{1, float32(i)}
	}
	if err := d.PutVectors(ctx, "m", missing, vectors); err != nil {
		t.Fatal(err)
	}
	corpus, err := d.Publish(ctx, "m", "test")
	if err != nil {
		t.Fatal(err)
	}
	var sources []prompts.Source
	for e, err := range f.lib.Entries(ctx, corpus.Version) {
		if err != nil {
			t.Fatal(err)
		}
		if e.DocID == id {
			sources = append(sources, prompts.Source{Passage: e.Passage, Doc: e.Doc})
		}
	}
	return sources
}

// docID is the ID of the document at a path, or the one that a new file there
// gets.
func docID(t *testing.T, lib *retrieval.Library, name string) string {
	t.Helper()
	d, err := lib.Document(t.Context(), name)
	if err == nil {
		return d.ID
	}
	id, err := lib.IDFor(t.Context(), "s", name)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// cite is a cite of the n-th source with a quote that stands in it.
func cite(sources []prompts.Source, n int, quote string) prompts.Cite {
	start := sources[n-1].Start + strings.Index(sources[n-1].Text, quote)
	return prompts.Cite{Source: n, Quote: quote, Start: start, End: start + len(quote)}
}

func answer(question string, sources []prompts.Source, claims ...prompts.Claim) *bot.Answer {
	a := &bot.Answer{Question: question, Search: question, Claims: claims, Sources: sources, Corpus: 1, Writer: "extractive"}
	for i, s := range sources {
		a.Hits = append(a.Hits, retrieval.Hit{Passage: s.Passage, Doc: s.Doc, Score: 1 / float64(i+1), LexicalRank: i + 1})
	}
	return a
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReceiptIsTheAnswerAgain(t *testing.T) {
	f := newFixture(t)
	sources := f.put(t, "a.txt", "住房补贴六千元。", "十二月底前完成。")
	a := answer("补贴多少？", sources, prompts.Claim{Text: "补贴六千元。", Cites: []prompts.Cite{cite(sources, 1, "六千元")}})
	a.Dropped = []bot.Dropped{{Claim: prompts.Claim{Text: "补贴七千元。"}, Verdict: prompts.Verdict{Check: "figure", Reason: "七千"}}}
	before := asJSON(t, a)
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if len(id) > 12 || url.PathEscape(id) != id {
		t.Errorf("the receipt's ID is %q", id)
	}
	if asJSON(t, a) != before {
		t.Error("Save changed the answer")
	}
	got, err := f.journal.Receipt(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := *a
	want.ID = id
	if !reflect.DeepEqual(got, &want) {
		t.Errorf("receipt:\n%s\nwant:\n%s", asJSON(t, got), asJSON(t, want))
	}
	if _, err := f.journal.Receipt(t.Context(), "nothing"); !errors.Is(err, bot.ErrNoReceipt) {
		t.Errorf("an unknown receipt: %v", err)
	}
}

func TestOldReceiptsOpenAfterReingest(t *testing.T) {
	f := newFixture(t)
	sources := f.put(t, "a.txt", "前一段。", "住房补贴六千元，另有租房补贴。", "后一段。")
	a := answer("补贴多少？", sources[1:2], prompts.Claim{Text: "补贴六千元。", Cites: []prompts.Cite{cite(sources[1:2], 1, "补贴六千元")}})
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	f.put(t, "a.txt", "全部改了，补贴八千元。")
	e, err := f.journal.Context(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	if e.Before != "前一段。\n住房" || e.Quote != "补贴六千元" || e.After != "，另有租房补贴。\n后一段。" || e.Doc.Meta.Title.Value != "标题a.txt" {
		t.Errorf("excerpt %+v", e)
	}
	for _, source := range []int{0, 2, -1} {
		if _, err := f.journal.Context(t.Context(), id, source); !errors.Is(err, bot.ErrNoReceipt) {
			t.Errorf("source %d: %v", source, err)
		}
	}
}

func TestContextCutsLongParagraphs(t *testing.T) {
	f := newFixture(t)
	long := strings.Repeat("这一句很长但是没有意思。", 300)
	sources := f.put(t, "a.txt", long+"重点在此。"+long)
	a := answer("重点？", sources, prompts.Claim{Text: "重点在此。", Cites: []prompts.Cite{cite(sources, 1, "重点在此。")}})
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.journal.Context(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(e.Before + e.Quote + e.After)); n > 1500 || n < 1000 {
		t.Errorf("the excerpt has %d characters", n)
	}
	if !strings.HasPrefix(e.Before, "…这一句") || !strings.HasSuffix(e.After, "意思。…") {
		t.Errorf("the excerpt is cut inside a sentence: %q … %q", e.Before[:30], e.After[len(e.After)-30:])
	}
}

func TestPurgeErasesReceipts(t *testing.T) {
	f := newFixture(t)
	secret := f.put(t, "secret.txt", "绝密数字是四万二千。")
	open := f.put(t, "open.txt", "公开数字是七。")
	sources := append(secret, open...)
	a := answer("数字？", sources,
		prompts.Claim{Text: "数字是四万二千。", Cites: []prompts.Cite{cite(sources, 1, "四万二千")}},
		prompts.Claim{Text: "数字是七。", Cites: []prompts.Cite{cite(sources, 2, "公开数字是七")}})
	a.Dropped = []bot.Dropped{{Claim: prompts.Claim{Text: "四万二千上下。"}}}
	a.Search = "四万二千是什么数字？"
	id, err := f.journal.Save(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.lib.Purge(t.Context(), "secret.txt"); err != nil {
		t.Fatal(err)
	}
	got, err := f.journal.Receipt(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Claims[0].Text != "[…]" || got.Claims[1].Text != "数字是七。" || got.Claims[1].Cites[0].Quote != "公开数字是七" || got.Sources[1].Text != "公开数字是七。" {
		t.Errorf("after the purge the receipt is:\n%s", asJSON(t, got))
	}
	if _, err := f.journal.Context(t.Context(), id, 1); !errors.Is(err, bot.ErrErased) {
		t.Errorf("the purged source: %v", err)
	}
	// The same answer, saved only now, must not bring the words back.
	if _, err := f.journal.Save(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(f.file + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "四万二千") {
			t.Errorf("purged words stand in the file%s", suffix)
		}
	}
}

func TestPurgeNeedsTheJournal(t *testing.T) {
	f := newFixture(t)
	f.put(t, "a.txt", "文。")
	alone, err := retrieval.OpenLibrary(t.Context(), f.conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alone.Purge(t.Context(), "a.txt"); err == nil || !strings.Contains(err.Error(), "journal") {
		t.Errorf("a purge without the journal: %v", err)
	}
	if _, err := f.lib.Document(t.Context(), "a.txt"); err != nil {
		t.Errorf("the refused purge erased the document: %v", err)
	}
}

func TestFeedbackTakesTheLastWordAndHidesUsers(t *testing.T) {
	f := newFixture(t)
	id, err := f.journal.SaveFor(t.Context(), "telegram:4242", answer("问？", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, good := range []bool{true, false} {
		if err := f.journal.Feedback(t.Context(), id, "telegram:4242", good, "因为"); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	var good bool
	var hash string
	if err := f.conn.QueryRow(`SELECT COUNT(*), MAX(good), MAX(user_hash) FROM feedback`).Scan(&n, &good, &hash); err != nil {
		t.Fatal(err)
	}
	if n != 1 || good || hash == "" || strings.Contains(hash, "4242") {
		t.Errorf("%d rows, good %v, user %q", n, good, hash)
	}
	if err := f.journal.Feedback(t.Context(), "nothing", "u", true, ""); !errors.Is(err, bot.ErrNoReceipt) {
		t.Errorf("feedback on nothing: %v", err)
	}
	if err := f.journal.Forget(t.Context(), "telegram:4242"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.journal.Receipt(t.Context(), id); !errors.Is(err, bot.ErrNoReceipt) {
		t.Errorf("a forgotten answer: %v", err)
	}
}

func TestGapsJoinLikeQuestions(t *testing.T) {
	f := newFixture(t)
	for _, q := range []string{"地铁票价多少？", "地鐵票價多少", "天气？", "地铁 票价多少!"} {
		a := answer(q, nil)
		a.Refusal = &bot.Refusal{Why: "没有"}
		if _, err := f.journal.Save(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.journal.Save(t.Context(), answer("答了的问题", nil)); err != nil {
		t.Fatal(err)
	}
	gaps, err := f.journal.Gaps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(gaps) != 2 || gaps[0].Count != 3 || gaps[1].Question != "天气？" || gaps[0].First.After(gaps[0].Last) || gaps[0].Answer == "" {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestAnswererKeepsInTheJournal(t *testing.T) {
	f := newFixture(t)
	var keep func(context.Context, *bot.Answer) (string, error) = f.journal.Save
	if id, err := keep(t.Context(), answer("问？", nil)); err != nil || id == "" {
		t.Errorf("%q, %v", id, err)
	}
}
