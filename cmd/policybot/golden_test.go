package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"policybot/internal/eval"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds everything that the seeds' question set gets without a
// model: the metrics, each answer, each ranking and each verdict. A change of
// any of them is a diff to read; "make golden" takes it over.
func TestGolden(t *testing.T) {
	dir := t.TempDir()
	sets := filepath.Join("..", "..", "internal", "eval", "testdata")
	run := func(args ...string) string {
		t.Helper()
		var out, errs strings.Builder
		if code := Run(t.Context(), append(args, "--data", dir), nil, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("policybot %s: exit code %d\n%s", strings.Join(args, " "), code, errs.String())
		}
		return out.String()
	}
	run("ingest", filepath.Join("..", "..", "seeds"))
	answers, verdicts := filepath.Join(dir, "answers.jsonl"), filepath.Join(dir, "verdicts.jsonl")
	metrics := run("eval", filepath.Join(sets, "questions-dev.jsonl"), "--run", answers) + "\n" +
		run("eval", "--claims", filepath.Join(sets, "claims-dev.jsonl"), "--run", verdicts)

	golden(t, "metrics.txt", untimed(metrics))
	lines := readRun[eval.Line](t, answers)
	golden(t, "answers.txt", sketch(lines, sketchAnswer))
	golden(t, "rankings.txt", sketch(lines, sketchRanking))
	golden(t, "verdicts.txt", sketch(readRun[eval.VerdictLine](t, verdicts), sketchVerdict))
}

// golden compares got with a golden file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with make golden", err)
	}
	if d := diff.Diff(file, want, "now", []byte(got)); d != nil {
		t.Errorf("a result changed; if it is for the better, take it over with make golden:\n%s", d)
	}
}

// untimed leaves out the metrics that the machine makes.
func untimed(metrics string) string {
	kept := slices.DeleteFunc(strings.SplitAfter(metrics, "\n"), func(l string) bool { return strings.HasPrefix(l, "ms ") })
	return strings.Join(kept, "")
}

func readRun[T any](t *testing.T, file string) []T {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var run []T
	for l := range strings.Lines(string(raw)) {
		var one T
		if err := json.Unmarshal([]byte(l), &one); err != nil {
			t.Fatal(err)
		}
		run = append(run, one)
	}
	return run
}

func sketch[T any](run []T, one func(*strings.Builder, T)) string {
	var b strings.Builder
	for _, l := range run {
		one(&b, l)
	}
	return b.String()
}

func sketchAnswer(b *strings.Builder, l eval.Line) {
	fmt.Fprintf(b, "%s %s\n", l.ID, l.Question)
	if l.Search != l.Question {
		fmt.Fprintf(b, "  searched: %s\n", l.Search)
	}
	claims := l.Claims
	if l.Refused {
		fmt.Fprintf(b, "  refused: %s\n", l.Reason)
		claims = l.Nearest
	}
	for _, c := range claims {
		fmt.Fprintf(b, "  - %s\n", c.Text)
		for _, x := range c.Cites {
			fmt.Fprintf(b, "    %s %d-%d “%s”\n", x.Doc, x.Start, x.End, line(x.Quote))
		}
	}
	for _, d := range l.Dropped {
		fmt.Fprintf(b, "  dropped (%s: %s) %s\n", d.Check, d.Reason, line(d.Text))
	}
}

func sketchRanking(b *strings.Builder, l eval.Line) {
	fmt.Fprintf(b, "%s %s\n", l.ID, l.Question)
	for _, h := range l.Hits {
		fmt.Fprintf(b, "  %s %d-%d\n", h.Doc, h.Start, h.End)
	}
}

func sketchVerdict(b *strings.Builder, l eval.VerdictLine) {
	if l.Kept {
		fmt.Fprintf(b, "%s kept\n", l.ID)
	} else {
		fmt.Fprintf(b, "%s %s\n", l.ID, l.Check)
	}
}
