package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"policybot/bot"
	"policybot/internal/eval"
)

// realQuestions are those of the seeds' set that a real model is asked: facts,
// lists, other words, several documents, a follow-up, and what must be refused.
var realQuestions = []string{"d001", "d003", "d009", "d012", "d016", "d017", "d024", "d027", "d035", "d038", "d040", "d042", "d044"}

// TestRealModel asks a real model server and writes down, question by question,
// what it claimed, what was dropped and why, and what the person saw. It needs
//
//	POLICYBOT_MODEL_URL   http://localhost:8080/v1
//	POLICYBOT_MODEL_NAME  the model's name there, and the transcript's
//
// and takes MODEL_CONTEXT, MODEL_DEADLINE, and POLICYBOT_MODEL_ASK for some of
// the questions alone; with -update the transcript is written to testdata/model.
func TestRealModel(t *testing.T) {
	url, name := os.Getenv("POLICYBOT_MODEL_URL"), os.Getenv("POLICYBOT_MODEL_NAME")
	if url == "" || name == "" {
		t.Skip("no model server: POLICYBOT_MODEL_URL and POLICYBOT_MODEL_NAME are not both set")
	}
	p := newProgram(t)
	p.openaiURL, p.chatModel, p.modelContext, p.modelDeadline = url, name, os.Getenv("MODEL_CONTEXT"), os.Getenv("MODEL_DEADLINE")
	if err := p.ingestAll(t.Context(), []string{filepath.Join("..", "..", "seeds")}); err != nil {
		t.Fatal(err)
	}
	l, err := p.openReady(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // it was only read
	answerer, err := p.answerer(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := readSet(filepath.Join("..", "..", "internal", "eval", "testdata", "questions-dev.jsonl"), "set of questions", eval.ReadQuestions)
	if err != nil {
		t.Fatal(err)
	}
	set = slices.DeleteFunc(set, func(q eval.Question) bool { return !slices.Contains(realQuestions, q.ID) })
	set = append(set, eval.Question{ID: "summary", Question: "用三句话总结2024年新春第一会", Answerable: true})

	if only := os.Getenv("POLICYBOT_MODEL_ASK"); only != "" {
		set = slices.DeleteFunc(set, func(q eval.Question) bool { return !slices.Contains(strings.Split(only, ","), q.ID) })
	}

	file := filepath.Join("testdata", "model", strings.ReplaceAll(name, "/", "-")+".txt")
	told := newTranscript(name)
	for _, q := range set {
		var seen bytes.Buffer
		out := newPrinter(&seen, q.Question)
		a, err := answerer.Answer(t.Context(), bot.Question{Text: q.Question, History: q.History, Head: out.head}, out.claim)
		if err != nil {
			t.Fatalf("%s: %v", q.ID, err)
		}
		if err := out.rest(a); err != nil {
			t.Fatal(err)
		}
		for _, c := range a.Claims {
			for _, cite := range c.Cites {
				if s := a.Sources[cite.Source-1]; !strings.Contains(s.Text, cite.Quote) {
					t.Errorf("%s: %q does not stand in its passage", q.ID, cite.Quote)
				}
			}
		}
		told.take(q, a, seen.String())
		t.Logf("%s %s: %d claims by %s, %d dropped, %s", q.ID, q.Question, len(a.Claims), a.Writer, len(a.Dropped), a.Took)
		if *update {
			if err := os.WriteFile(file, []byte(told.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Log(told.sum())
}

// A transcript is what a model wrote and what became of it.
type transcript struct {
	strings.Builder
	name                               string
	asked, refused, byModel, byExcerpt int
	proven                             int
	dropped                            map[string]int // by check
	right, answerable, rightlyRefused  int
}

func newTranscript(name string) *transcript {
	return &transcript{name: name, dropped: map[string]int{}}
}

func (w *transcript) take(q eval.Question, a *bot.Answer, seen string) {
	w.asked++
	fmt.Fprintf(w, "\n== %s  %s\n", q.ID, strings.Join(append(slices.Clone(q.History), q.Question), " → "))
	if a.Search != q.Question {
		fmt.Fprintf(w, "searched: %s\n", a.Search)
	}
	for _, d := range a.Dropped {
		w.dropped[d.Verdict.Check]++
		fmt.Fprintf(w, "dropped   %s\n          %s: %s\n", line(d.Claim.Text), d.Verdict.Check, line(d.Verdict.Reason))
	}
	if a.Writer == w.name {
		for _, c := range a.Claims {
			w.proven++
			fmt.Fprintf(w, "proven    %s\n", line(c.Text))
		}
	}
	switch {
	case a.Refusal != nil:
		w.refused++
	case a.Writer == w.name:
		w.byModel++
	default:
		w.byExcerpt++
	}
	if q.Answerable && len(q.AnswerHas) > 0 {
		w.answerable++
		if q.RightlyAnswered(eval.NewLine(q.ID, a).Text()) {
			w.right++
		}
	}
	if !q.Answerable && a.Refusal != nil {
		w.rightlyRefused++
	}
	fmt.Fprintf(w, "seen\n")
	for s := range strings.Lines(seen) {
		fmt.Fprintf(w, "          %s\n", strings.TrimSpace(s))
	}
}

// sum is the transcript in figures.
func (w *transcript) sum() string {
	var reasons []string
	all := 0
	for _, check := range slices.Sorted(maps.Keys(w.dropped)) {
		all += w.dropped[check]
		reasons = append(reasons, fmt.Sprintf("%s %d", check, w.dropped[check]))
	}
	return fmt.Sprintf("%d questions: %d answered by the model, %d by the documents' own words in its stead, %d refused.\n"+
		"%d claims of the model: %d proven, %d dropped (%s).\n%d of %d answers are right; %d of what must be refused is.\n",
		w.asked, w.byModel, w.byExcerpt, w.refused, w.proven+all, w.proven, all, strings.Join(reasons, ", "), w.right, w.answerable, w.rightlyRefused)
}

// String is the figures and what they are made of.
func (w *transcript) String() string {
	return "What " + w.name + " wrote about seeds/, and what became of it.\n" + w.sum() + w.Builder.String()
}
