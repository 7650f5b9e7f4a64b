package retrieval

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// feedbackView has two passages that share the words of the question and what
// is said of it, and others.
func feedbackView(t *testing.T) *view {
	t.Helper()
	texts := []string{
		"青团用艾草汁和糯米粉揉成,蒸透以后冷藏。",
		"青团的皮要艾草汁和糯米粉,馅用豆沙。",
		"艾草汁焯水去涩,糯米粉过筛。",
		"图书馆周一闭馆。",
	}
	for i := range 30 {
		texts = append(texts, fmt.Sprintf("第%d条 各区应当建立台账,按季度报送。", i+1))
	}
	v := &view{}
	b := newBuild()
	for i, text := range texts {
		p := Passage{DocID: fmt.Sprint(i), Text: text}
		v.passages, v.docOf, v.from = append(v.passages, p), append(v.docOf, uint32(i)), append(v.from, uint32(i))
		b.add(&Document{ID: p.DocID}, []Passage{p}, nil)
	}
	v.segments = b.wait()
	v.join(Corpus{})
	return v
}

// TestFeedback finds the passage that says what the best ones say in other
// words than the question's, behind them and before what has nothing of it.
func TestFeedback(t *testing.T) {
	v := feedbackView(t)
	scores, _ := v.lexicalScores(queryTerms("青团有什么讲究?", singleWeight), v.body.living, nil)
	defer release(scores)
	best := v.ties.best(scores, 10, v.body.living)
	if len(best) != 3 || best[2].item != 2 {
		t.Errorf("found %v, want passages 0 and 1 and then 2", best)
	}
	if len(best) == 3 && best[2].score > best[1].score/4 {
		t.Errorf("a passage without a word of the question scores %.3f beside %.3f", best[2].score, best[1].score)
	}
}

// TestFeedbackIsFiltered takes no terms from passages that are not searched.
func TestFeedbackIsFiltered(t *testing.T) {
	v := feedbackView(t)
	scores, _ := v.lexicalScores(queryTerms("青团有什么讲究?", singleWeight), []run{{0, 1}, {2, len(v.passages)}}, nil)
	defer release(scores)
	if scores[2] != 0 {
		t.Errorf("a passage scores %.3f by the words of a single one", scores[2])
	}
}

// TestHeldAtMost leaves out no term that may weigh enough, and few others.
func TestHeldAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := &lexical{count: rapid.IntRange(1, 300_000).Draw(t, "passages")}
		df := rapid.IntRange(0, x.count).Draw(t, "of which hold the term")
		held := x.heldAtMost(x.idf(df))
		if held < df || held > df+2 {
			t.Errorf("at most %d passages hold a term with the idf of one that %d hold", held, df)
		}
	})
}
