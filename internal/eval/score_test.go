package eval

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
)

// The *.want files are what the question sets' own scorer prints for the runs
// beside them: the two must never differ.

func TestScoreAnswersAgreesWithTheScorer(t *testing.T) {
	set := read(t, "testdata/questions-dev.jsonl", ReadQuestions)
	run := read(t, "testdata/score/answers.run.jsonl", readLines)
	docs := seeds(t)
	t.Run("answers", func(t *testing.T) { agrees(t, "answers", ScoreAnswers(set, run, docs)) })
	t.Run("empty run", func(t *testing.T) { agrees(t, "empty", ScoreAnswers(set, nil, docs)) })
	t.Run("all answerable", func(t *testing.T) {
		yes := slices.DeleteFunc(slices.Clone(set), func(q Question) bool { return !q.Answerable })
		agrees(t, "answerable", ScoreAnswers(yes, run, docs))
	})
	t.Run("no wordings", func(t *testing.T) {
		plain := slices.Clone(set)
		for i := range plain {
			plain[i].AnswerHas = nil
		}
		agrees(t, "plain", ScoreAnswers(plain, run, docs))
	})
}

func TestScoreRankingAgreesWithTheScorer(t *testing.T) {
	set := read(t, "testdata/score/ranking.jsonl", ReadRanked)
	run := read(t, "testdata/score/ranking.run.jsonl", readRankings)
	s := ScoreRanking(set, run)
	if len(s.Missing) != 2 {
		t.Errorf("missing = %v, want the two questions that the run leaves out", s.Missing)
	}
	s.Missing = nil
	agrees(t, "ranking", s)
}

func TestScoreClaimsAgreesWithTheScorer(t *testing.T) {
	set := read(t, "testdata/claims-dev.jsonl", ReadGiven)
	run := read(t, "testdata/score/claims.run.jsonl", readVerdicts)
	s := ScoreClaims(set, run)
	if len(s.Missing) == 0 {
		t.Error("the run leaves claims out, and none is reported missing")
	}
	s.Missing = nil
	agrees(t, "claims", s)
}

func TestSays(t *testing.T) {
	for _, c := range []struct {
		text, want string
		says       bool
	}{
		{"超过20,000亿元", "2万亿", true},
		{"超过２万亿元", "2万亿", true},
		{"more than 2 trillion yuan", "2万亿", true},
		{"超过2亿元", "2万亿", false},
		{"占12.5%", "12.5%", true},
		{"占12.5％", "12.5%", true},
		{"數字經濟", "数字经济", true},
		{"国际 软件\n名城", "国际软件名城", true},
		{"", "7万", false},
		{"共17万人", "7万", false},
	} {
		if got := says(c.text, c.want); got != c.says {
			t.Errorf("says(%q, %q) = %v", c.text, c.want, got)
		}
	}
}

func TestPercentileOfNothing(t *testing.T) {
	if !math.IsNaN(percentile(nil, .5)) {
		t.Error("the median of nothing is a number")
	}
}

func agrees(t *testing.T, name string, s Score) {
	t.Helper()
	file := filepath.Join("testdata", "score", name+".want")
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := s.Print(&got); err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff(file, want, "printed", []byte(got.String())); d != nil {
		t.Errorf("the score differs from the scorer's:\n%s", d)
	}
}

func seeds(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../seeds/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no seeds: %v", err)
	}
	docs := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs[filepath.Base(f)] = string(raw)
	}
	return docs
}
