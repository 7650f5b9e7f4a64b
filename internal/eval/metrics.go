package eval

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Row is one metric. N is how many cases it is the mean of.
type Row struct {
	Name  string
	Value float64
	N     int
}

// A Score is what a run got.
type Score struct {
	// Missing are the ids of the set that the run does not have.
	Missing []string
	Rows    []Row
}

// Print writes one metric a line: name, value, count.
func (s Score) Print(w io.Writer) error {
	if n := len(s.Missing); n > 0 {
		if _, err := fmt.Fprintf(w, "missing from the run: %d ['%s']\n", n, strings.Join(s.Missing[:min(5, n)], "', '")); err != nil {
			return err
		}
	}
	for _, r := range s.Rows {
		if _, err := fmt.Fprintf(w, "%-34s %8s  n=%d\n", r.Name, three(r.Value), r.N); err != nil {
			return err
		}
	}
	return nil
}

func three(v float64) string {
	if math.IsNaN(v) {
		return "nan"
	}
	return fmt.Sprintf("%.3f", v)
}

func (s *Score) row(name string, value float64, n int) {
	s.Rows = append(s.Rows, Row{name, value, n})
}

// share adds a row with how many of xs hold.
func share[T any](s *Score, name string, xs []T, holds func(T) bool) {
	s.row(name, mean(xs, func(x T) float64 {
		if holds(x) {
			return 1
		}
		return 0
	}), len(xs))
}

func mean[T any](xs []T, of func(T) float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += of(x)
	}
	return sum / float64(len(xs)) // NaN of nothing
}

// percentile is the value below which the share p of xs lies.
func percentile(xs []float64, p float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(xs))
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*p))]
}

func (s *Score) times(ms []float64) {
	if len(ms) > 0 {
		s.row("ms p50", percentile(ms, .5), len(ms))
		s.row("ms p99", percentile(ms, .99), len(ms))
	}
}

// ScoreRanking scores rankings: recall is the share of a question's relevant
// passages among the first k, averaged over the questions; mrr@10 the inverse
// rank of the first relevant one among ten.
func ScoreRanking(set []Ranked, run []RankedLine) Score {
	var s Score
	lines := byID(run, func(l RankedLine) string { return l.ID })
	for _, q := range set {
		if _, ok := lines[q.ID]; !ok {
			s.Missing = append(s.Missing, q.ID)
		}
	}
	first := func(q Ranked, k int) []string {
		hits := lines[q.ID].Hits
		return hits[:min(k, len(hits))]
	}
	for _, k := range []int{1, 5, 10, 100} {
		s.row(fmt.Sprintf("recall@%d", k), mean(set, func(q Ranked) float64 {
			found := 0
			for _, id := range q.Relevant {
				if slices.Contains(first(q, k), id) {
					found++
				}
			}
			return float64(found) / float64(len(q.Relevant))
		}), len(set))
	}
	s.row("mrr@10", mean(set, func(q Ranked) float64 {
		at := slices.IndexFunc(first(q, 10), func(id string) bool { return slices.Contains(q.Relevant, id) })
		if at < 0 {
			return 0
		}
		return 1 / float64(at+1)
	}), len(set))
	s.times(collect(run, func(l RankedLine) float64 { return l.MS }))
	return s
}

// ScoreClaims scores verdicts: how many of the true claims were kept, and how
// many of the false ones rejected, each by kind. A claim that the run does
// not have counts as wrong.
func ScoreClaims(set []Given, run []VerdictLine) Score {
	var s Score
	lines := byID(run, func(l VerdictLine) string { return l.ID })
	for _, c := range set {
		if _, ok := lines[c.ID]; !ok {
			s.Missing = append(s.Missing, c.ID)
		}
	}
	right := func(c Given) bool {
		l, ok := lines[c.ID]
		return ok && l.Kept == c.True
	}
	for _, want := range []struct {
		truth bool
		name  string
	}{{true, "true claims kept"}, {false, "false claims rejected"}} {
		of := slices.DeleteFunc(slices.Clone(set), func(c Given) bool { return c.True != want.truth })
		share(&s, want.name, of, right)
		kinds, by := kindsOf(of, func(c Given) string { return c.Kind })
		for _, k := range kinds {
			share(&s, "  "+k, by[k], right)
		}
	}
	return s
}

func byID[T any](run []T, id func(T) string) map[string]T {
	m := make(map[string]T, len(run))
	for _, l := range run {
		m[id(l)] = l
	}
	return m
}

func collect[T, U any](xs []T, of func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, of(x))
	}
	return out
}

func chars(s string) int { return utf8.RuneCountInString(s) }
