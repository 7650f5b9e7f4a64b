package retrieval

import (
	"math"
	"strings"

	"policybot/internal/han"
)

// asking are the words that make a sentence a question and say nothing of
// what it asks about, in simplified script, longest first where one holds
// another. They are left out of the search: in policy text they are rare, so
// that by frequency alone they would count the most.
var asking = []string{
	"请问一下", "请问", "想问", "我想知道", "告诉我", "麻烦", "能不能", "可不可以", "是不是", "有没有", "是否", "会不会", "要不要",
	"是什么", "有什么", "为什么", "什么样", "什么时候", "什么时间", "什么", "怎么样", "怎么办", "怎么", "怎样", "如何", "为何",
	"有哪些", "是哪些", "哪几个", "哪几项", "哪些", "哪个", "哪家", "哪里", "哪儿", "哪一", "哪",
	"是多少", "有多少", "多少", "几个", "几项", "是谁", "谁", "吗", "呢", "吧", "?", "？",
}

// Asked is the question without its asking words (what, which, how many, …).
func Asked(q string) string {
	for _, w := range asking {
		q = strings.ReplaceAll(q, w, " ")
	}
	return q
}

// officialMost is how many official terms, or phrases in English, join a search
// at most; those of the question's longest words come first.
const officialMost = 12

// queryTerms are the terms of a question, each once, in order: its own, and
// with less weight those that officials would use; with the same weight, shared
// among the terms of a phrase, those that an English question says in Chinese.
// A single character counts single; characters of official terms count nothing
// alone.
func queryTerms(q string, single float64) []queryTerm {
	var out []queryTerm
	seen := map[term]bool{}
	put := func(t term, w float64) {
		if !seen[t] && w > 0 {
			seen[t] = true
			out = append(out, queryTerm{t, w})
		}
	}
	eachTerm(Asked(q), func(t term) {
		if t.single() {
			put(t, single)
			return
		}
		put(t, 1)
	})
	addTerms := func(terms []string, weight float64) {
		for _, o := range terms {
			eachTerm(o, func(t term) {
				if !t.single() {
					put(t, weight/math.Sqrt(float64(len(terms))))
				}
			})
		}
	}
	official := searchLexicon().terms(q)
	addTerms(official[:min(officialMost, len(official))], officialWeight)
	if !han.HasHan(q) {
		wordings := english(q)
		for _, w := range wordings[:min(officialMost, len(wordings))] {
			addTerms(w.Terms, 1)
		}
	}
	return out
}
