package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"policybot/internal/db"
	"policybot/prompts"
	"policybot/retrieval"
)

// A typist is a generator that writes one text and, with usage, tells what it
// took.
type typist struct {
	text  string
	usage [2]int
	fail  error
	asked int
}

func (g *typist) Model() string { return "typist" }

func (g *typist) Stream(ctx context.Context, system, user string) iter.Seq2[string, error] {
	return g.StreamShaped(ctx, system, user, nil, func(int, int) {})
}

func (g *typist) StreamShaped(_ context.Context, _, _ string, _ json.RawMessage, told func(in, out int)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		g.asked++
		if g.text != "" && !yield(g.text, nil) {
			return
		}
		if g.fail != nil {
			yield("", g.fail)
			return
		}
		if g.usage != [2]int{} {
			told(g.usage[0], g.usage[1])
		}
	}
}

// spending is a count in a journal of its own, with a clock that the test sets.
func spending(t *testing.T, l Limits) (*Spending, *time.Time) {
	t.Helper()
	now := time.Date(2024, 3, 1, 22, 0, 0, 0, time.FixedZone("", 8*3600))
	conn, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "policybot.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	lib, err := retrieval.OpenLibrary(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	j, err := OpenJournal(t.Context(), conn, lib)
	if err != nil {
		t.Fatal(err)
	}
	return NewSpending(j, l, func() time.Time { return now }), &now
}

func TestSpendingLimits(t *testing.T) {
	ctx := t.Context()
	s, now := spending(t, Limits{Person: 100, Everyone: 250, In: 1, Out: 4})
	add := func(user string, in, out int64) {
		t.Helper()
		if err := s.Add(ctx, user, ModelUse{Calls: 1, In: in, Out: out}); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(user string) (spent *SpentError) {
		t.Helper()
		if err := s.Allow(ctx, user); err != nil && !errors.As(err, &spent) {
			t.Fatal(err)
		}
		return spent
	}
	forget := func(user string) {
		t.Helper()
		err := db.Tx(ctx, s.conn, func(tx *sql.Tx) error { return forgetSpending(ctx, tx, s.hash(user), now.Format(dayFormat)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	add("li", 60, 39)
	if e := refused("li"); e != nil {
		t.Errorf("99 of 100 tokens: %v", e)
	}
	add("li", 1, 0)
	midnight := time.Date(2024, 3, 2, 0, 0, 0, 0, now.Location())
	if e := refused("li"); e == nil || !e.Person || !e.Until.Equal(midnight) {
		t.Errorf("100 of 100 tokens: %v", e)
	}
	if e := refused("han"); e != nil {
		t.Errorf("another person: %v", e)
	}
	forget("li")
	if e := refused("li"); e == nil {
		t.Error("a limit was forgotten with the person")
	}
	add("han", 100, 0)
	add("mei", 50, 0)
	if e := refused("wang"); e == nil || e.Person {
		t.Errorf("everyone's share is used up: %v", e)
	}
	*now = midnight
	if e := refused("li"); e != nil {
		t.Errorf("the day after: %v", e)
	}
	forget("li")
	use, err := s.used(ctx, `day >= ?`, "")
	if cost := use.cost(s.limits); err != nil || use != (ModelUse{Calls: 4, In: 211, Out: 39}) || cost != (211+4*39)/1e6 {
		t.Errorf("used %+v for %v, %v", use, cost, err)
	}
	if use, err := s.used(ctx, `day >= ?`, now.Format(dayFormat)); err != nil || use.Calls != 0 {
		t.Errorf("used today %+v, %v", use, err)
	}
}

func TestSpendingCost(t *testing.T) {
	s, _ := spending(t, Limits{Cost: 0.5, In: 2, Out: 8})
	if err := s.Add(t.Context(), "", ModelUse{Calls: 1, In: 200_000, Out: 12_000}); err != nil {
		t.Fatal(err)
	}
	if err := s.Allow(t.Context(), ""); err != nil {
		t.Errorf("0.496 of 0.5: %v", err)
	}
	if err := s.Add(t.Context(), "li", ModelUse{Calls: 1, Out: 500}); err != nil {
		t.Fatal(err)
	}
	var spent *SpentError
	if err := s.Allow(t.Context(), "li"); !errors.As(err, &spent) || spent.Person {
		t.Errorf("0.5 of 0.5: %v", err)
	}
}

func TestMeter(t *testing.T) {
	broken := errors.New("broken")
	for name, tt := range map[string]struct {
		gen  typist
		want ModelUse
	}{
		"told":      {typist{text: "答案", usage: [2]int{30, 5}}, ModelUse{Calls: 1, In: 30, Out: 5}},
		"estimated": {typist{text: "答案"}, ModelUse{Calls: 1, In: 6, Out: 3, Estimated: 1}},
		"absurd":    {typist{text: "答案", usage: [2]int{30, -500}}, ModelUse{Calls: 1, In: 6, Out: 3, Estimated: 1}},
		"cut":       {typist{text: "答", fail: broken}, ModelUse{Calls: 1, In: 6, Out: 2, Estimated: 1}},
		"nothing":   {typist{fail: broken}, ModelUse{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := spending(t, Limits{})
			for _, err := range NewMetered(&tt.gen, s).Stream(t.Context(), "规则", "问题") {
				if err != nil && !errors.Is(err, broken) {
					t.Fatal(err)
				}
			}
			if got, err := s.used(t.Context(), `day >= ?`, ""); err != nil || got != tt.want {
				t.Errorf("counted %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// A person whose share is used up gets the documents' own words, and is told
// why and until when; others get the model.
func TestSpentShare(t *testing.T) {
	s, _ := spending(t, Limits{Person: 40})
	quote := "数字经济核心产业增加值突破1000亿元"
	gen := &typist{text: `{"text":"数字经济核心产业增加值突破1000亿元。","cites":[{"source":1,"quote":"` + quote + `"}]}` + "\n", usage: [2]int{30, 20}}
	x := library(t, paper{name: "plan", date: "2021-01-01", passages: []string{"到2025年，" + quote + "。"}})
	c := Config{Search: x, View: x, Writer: NewExtractive(x)}
	c.Fallback, c.Writer = c.Writer, NewModelWriter(NewMetered(gen, s), 0)
	a := New(c)
	for i, tt := range []struct{ user, writer, note string }{
		{"li", "typist", ""}, {"li", "extractive", NoteSpentYours}, {"han", "typist", ""}, {"li", "extractive", NoteSpentYours},
	} {
		got, err := a.Answer(t.Context(), Question{Text: "数字经济核心产业增加值的目标是多少?", User: tt.user}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Writer != tt.writer || got.Note != tt.note || len(got.Claims) == 0 {
			t.Errorf("question %d by %s: %s, %q, %d claims", i, tt.user, got.Writer, got.Note, len(got.Claims))
		}
	}
	if gen.asked != 2 {
		t.Errorf("the model was asked %d times", gen.asked)
	}
}

// A model that takes too long for a question is given up.
func TestDeadline(t *testing.T) {
	x := library(t, paper{name: "plan", date: "2021-01-01", passages: []string{"到2025年，数字经济核心产业增加值突破1000亿元。"}})
	c := Config{Search: x, View: x, Writer: NewExtractive(x)}
	c.Fallback, c.Writer, c.Deadline = c.Writer, stuck{}, time.Millisecond
	got, err := New(c).Answer(t.Context(), Question{Text: "数字经济核心产业增加值的目标是多少?"}, nil)
	if err != nil || got.Note != NoteFallback || len(got.Claims) == 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

type stuck struct{}

func (stuck) Name() string { return "stuck" }

func (stuck) Write(ctx context.Context, _ prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		<-ctx.Done()
		yield(prompts.Claim{}, ctx.Err())
	}
}
