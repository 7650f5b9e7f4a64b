package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"policybot/prompts"
	"policybot/retrieval"
)

// TestSaidIn compares the shares found by one search of each sentence with
// those of the sentences joined.
func TestSaidIn(t *testing.T) {
	words := []string{"社区", "食堂", "老人", "吃饭", "助餐", "电梯", "加装", "码头", "服务", "目标", "，"}
	rapid.Check(t, func(t *rapid.T) {
		sentence := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 6).Draw(t, "words"), "")
		})
		texts := rapid.SliceOfN(sentence, 1, 9).Draw(t, "texts")
		heads := sentence.Draw(t, "heads")
		question := rapid.SampledFrom([]string{"老人吃饭有什么办法?", "社区食堂的服务目标是多少?", "码头加装电梯吗?", "How many community canteens?"}).Draw(t, "question")
		read := readQuestion(question)
		for i := range read.Grams {
			read.Grams[i].weight = rapid.Float64Range(0.1, 2).Draw(t, "weight")
		}
		alone, around := read.saidIn(texts, heads)
		for i, text := range texts {
			if want := read.covered(text); alone[i] != want {
				t.Fatalf("%s: sentence %d of %q has %v, want %v", question, i, texts, alone[i], want)
			}
			joined := text + " " + heads + " " + strings.Join(texts[max(0, i-neighbours):min(len(texts), i+neighbours+1)], " ")
			if want := read.covered(joined); around[i] != want {
				t.Fatalf("%s: around sentence %d of %q with %q stands %v, want %v", question, i, texts, heads, around[i], want)
			}
		}
	})
}

// BenchmarkExtractive answers from ten passages of 400 characters.
func BenchmarkExtractive(b *testing.B) {
	p := paper{name: "plan", title: "老龄事业规划", place: "宁波市", date: "2024-01-01"}
	for i := range 10 {
		var text strings.Builder
		for j := range 16 {
			fmt.Fprintf(&text, "第%d项任务要新建社区食堂%d家,为%d名老年人提供助餐服务。", i*16+j, 20+j, 300*j+i)
		}
		p.passages = append(p.passages, text.String())
	}
	x := library(b, p)
	hits, err := x.Search(context.Background(), retrieval.Query{Text: "宁波市新建社区食堂多少家?", K: hitsPerQuestion})
	if err != nil {
		b.Fatal(err)
	}
	w, r := NewExtractive(x), prompts.Request{Question: "宁波市新建社区食堂多少家?", Sources: sourcesOf(hits)}
	for b.Loop() {
		for _, err := range w.Write(context.Background(), r) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
