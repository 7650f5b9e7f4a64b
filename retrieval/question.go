package retrieval

import "strings"

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

// asked is the question without its asking words.
func asked(q string) string {
	for _, w := range asking {
		q = strings.ReplaceAll(q, w, " ")
	}
	return q
}

// queryTerms are the terms of a question, each once, in order.
func queryTerms(q string, single float64) []queryTerm {
	var out []queryTerm
	seen := map[term]int{}
	eachTerm(asked(q), func(t term) {
		if _, ok := seen[t]; ok {
			return
		}
		seen[t] = len(out)
		w := 1.0
		if t.single() {
			w = single
		}
		out = append(out, queryTerm{t, w})
	})
	return out
}
