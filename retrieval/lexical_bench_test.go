package retrieval

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"policybot/internal/han"
)

const benchPassages = 50_000

// benchDocs are documents of 20 passages each, recombined from the sentences
// of the seeds, the same on every run.
var benchDocs = sync.OnceValue(func() []written {
	var sentences []string
	paths, _ := filepath.Glob("../seeds/*.txt")
	for _, path := range paths {
		raw, _ := os.ReadFile(path)
		for _, s := range han.Sentences(string(raw)) {
			if t := s.In(string(raw)); han.HasHan(t) {
				sentences = append(sentences, t)
			}
		}
	}
	dice := rand.New(rand.NewPCG(1, 2))
	docs := make([]written, benchPassages/20)
	for i := range docs {
		for range 20 {
			var b strings.Builder
			for b.Len() < 1000 {
				b.WriteString(sentences[dice.IntN(len(sentences))])
			}
			docs[i].passages = append(docs[i].passages, Passage{Text: b.String()})
		}
	}
	return docs
})

func benchView() *view {
	b := newBuild()
	for i, d := range benchDocs() {
		b.add(&Document{ID: fmt.Sprint(i)}, d.passages, nil)
	}
	v := &view{segments: b.wait()}
	for i, d := range benchDocs() {
		v.from = append(v.from, uint32(len(v.passages)))
		v.passages = append(v.passages, d.passages...)
		for range d.passages {
			v.docOf = append(v.docOf, uint32(i))
		}
	}
	v.join(Corpus{})
	return v
}

func BenchmarkBuild(b *testing.B) {
	benchDocs()
	for b.Loop() {
		benchView()
	}
	b.ReportMetric(float64(benchPassages)*float64(b.N)/b.Elapsed().Seconds(), "passages/s")
}

var benchQuestions = []string{
	"到2025年杭州数字经济核心产业主营业务收入的目标是多少?",
	"西湖区在养老服务方面有哪些措施?",
	"2024年全市新增就业多少人",
	"老人去哪里吃饭?",
}

// BenchmarkBM25 is BM25 of the passages' words and nothing beside it, which is
// what other engines do with a question: the floor of BenchmarkLexical.
func BenchmarkBM25(b *testing.B) {
	v := benchView()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			scores := v.body.scores(v.look(queryTerms(benchQuestions[i%len(benchQuestions)], singleWeight)), v.body.living)
			v.ties.best(scores, 10, v.body.living)
			release(scores)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "questions/s")
}

func BenchmarkLexical(b *testing.B) {
	v := benchView()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		lex, _ := v.lexicalScores(queryTerms(benchQuestions[i%len(benchQuestions)], singleWeight), v.body.living, nil)
		v.ties.best(lex, 200, v.body.living)
		release(lex)
	}
}

func BenchmarkQueryTerms(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		queryTerms("到2025年杭州数字经济核心产业主营业务收入的目标是多少?", singleWeight)
	}
}
