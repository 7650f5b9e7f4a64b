package retrieval

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// largeView has more passages than are scored in one step, three in a document,
// of words as frequent as those of a language: the n-th is in one of n places.
func largeView(t *testing.T) (v *view, words []string) {
	t.Helper()
	dice := rand.New(rand.NewPCG(5, 6))
	for i := range 400 {
		words = append(words, fmt.Sprintf("w%dx", i))
	}
	v = &view{}
	b := newBuild()
	for d := range promisingFrom/3 + 1000 {
		doc := &Document{ID: fmt.Sprint(d)}
		from := len(v.passages)
		v.from = append(v.from, uint32(from))
		for range 3 {
			var text strings.Builder
			for range 5 + dice.IntN(15) {
				text.WriteString(words[int(math.Pow(float64(len(words)), dice.Float64()))-1] + " ")
			}
			v.passages = append(v.passages, Passage{DocID: doc.ID, Text: text.String()})
			v.docOf = append(v.docOf, uint32(d))
		}
		b.add(doc, v.passages[from:], nil)
	}
	v.segments = b.wait()
	v.join(Corpus{})
	return v, words
}

// scoresPlainly are lexicalScores of all passages in, in one step.
func (v *view) scoresPlainly(terms []queryTerm, in []run) []float32 {
	q := v.look(terms)
	scores, of := v.body.scores(q, in), v.docsOf(in)
	docs, openings := v.docs.scores(q, of), v.openings.scores(q, of)
	for _, r := range in {
		v.lend(scores, r, docs, openings)
	}
	v.addFeedback(scores, terms, in)
	return scores
}

// TestPromising finds in two steps what one step finds, with the scores that it
// has there.
func TestPromising(t *testing.T) {
	v, words := largeView(t)
	dice := rand.New(rand.NewPCG(7, 8))
	for range 30 {
		var question strings.Builder
		for range 2 + dice.IntN(8) {
			question.WriteString(words[dice.IntN(len(words))] + " ")
		}
		in := v.body.living
		switch dice.IntN(3) { // some documents are not searched
		case 0:
			in = []run{{300, 9000}, {9300, len(v.passages)}}
		case 1:
			in = nil
			for from := 0; from < len(v.passages); from += 30 {
				in = append(in, run{from, min(from+27, len(v.passages))})
			}
		}
		terms := queryTerms(question.String(), singleWeight)
		also := []ranked{{item: 400}, {item: len(v.passages) - 1}}
		want := v.scoresPlainly(terms, in)
		got, scored := v.lexicalScores(terms, in, also)
		near := func(i int) bool { return math.Abs(float64(got[i]-want[i])) <= 1e-5*float64(want[i]) }
		for _, r := range scored {
			for i := r.from; i < r.to; i++ {
				if !near(i) {
					t.Fatalf("%s: passage %d scores %v in two steps and %v in one", &question, i, got[i], want[i])
				}
			}
		}
		for _, r := range also {
			if n := lengthOf(slices.Collect(cutRuns(scored, r.item, r.item+1))); n != 1 {
				t.Fatalf("%s: passage %d is not scored", &question, r.item)
			}
		}
		a, b := v.ties.best(got, 10, scored), v.ties.best(want, 10, in)
		for i := range b {
			if i >= len(a) || math.Abs(a[i].score-b[i].score) > 1e-5*b[i].score {
				t.Fatalf("%s: two steps find %v, one finds %v", &question, a, b)
			}
		}
		if n := lengthOf(scored); n > promisingFrom/4 && n < lengthOf(in) {
			t.Errorf("%s: %d passages are promising", &question, n)
		}
		release(want)
		release(got)
	}
}

// TestFewScores has for few items the scores that they have among all, to the
// bit.
func TestFewScores(t *testing.T) {
	v, words := largeView(t)
	dice := rand.New(rand.NewPCG(9, 10))
	for range 30 {
		terms := queryTerms(strings.Join([]string{words[0], words[dice.IntN(5)], words[dice.IntN(50)], words[dice.IntN(400)]}, " "), singleWeight)
		var items []int
		for i := range v.passages {
			if dice.IntN(40) == 0 || i < 30 {
				items = append(items, i)
			}
		}
		q := v.look(terms)
		few, all := v.body.scores(q, asRuns(items)), v.body.scores(q, v.body.living)
		for _, i := range items {
			if few[i] != all[i] {
				t.Fatalf("item %d scores %v among few and %v among all", i, few[i], all[i])
			}
		}
		release(few)
		release(all)
	}
}

// TestTally cuts where sorting all scores would, or a step below.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOf(rapid.Float32Range(0.02, 1000)).Draw(t, "scores")
		most := rapid.IntRange(1, 50).Draw(t, "most")
		var counts tally
		from := float32(0)
		for _, s := range scores {
			if s >= from {
				if counts.add(s); counts.n >= 2*most {
					from = counts.cut(most)
				}
			}
		}
		from = counts.cut(most)
		slices.Sort(scores)
		if len(scores) < most {
			if len(scores) > 0 && from > scores[0] {
				t.Errorf("leaves out %v of %d scores with the cut %v", scores[0], len(scores), from)
			}
			return
		}
		if last := scores[len(scores)-most]; from > last || from < last*31/32 {
			t.Errorf("cuts at %v, the last of %d is %v", from, most, last)
		}
	})
}

func TestAsRuns(t *testing.T) {
	got := asRuns([]int{0, 1, 1, 2, 5, 5, 7, 8})
	if want := []run{{0, 3}, {5, 6}, {7, 9}}; !slices.Equal(got, want) {
		t.Errorf("the runs are %v, want %v", got, want)
	}
}
