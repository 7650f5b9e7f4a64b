package bot

import (
	"testing"

	"policybot/prompts"
)

// TestItems asks for things that a document numbers or names in marks.
func TestItems(t *testing.T) {
	plan := paper{name: "plan", place: "宁波市", date: "2024-01-01", passages: []string{
		"社区食堂要补齐影响就餐的突出短板,让老人吃得放心、吃得方便。",
		"在社区食堂建设中补齐短板\n第一、补齐场地不足的短板。场地由街道统一腾退。\n第二、补齐人手不足的短板。人手由社区统一招募。",
		"第三、补齐配送不足的短板。配送由志愿者承担。",
		"港口建设聘用了一百名工程师。今年实施“春风计划”和“秋实计划”,聘用厨师三百名。",
		"渔业码头夜间照明由港务公司负责维护。",
	}}
	a := extractor(library(t, plan))
	for _, tt := range []struct{ question, want string }{
		{"社区食堂要补齐哪些短板?", "第一、补齐场地不足的短板。|第二、补齐人手不足的短板。|第三、补齐配送不足的短板。"},
		{"社区食堂要补齐的短板有哪些?", "第一、补齐场地不足的短板。|第二、补齐人手不足的短板。|第三、补齐配送不足的短板。"},
		{"厨师聘用实施了哪两个计划?", "今年实施“春风计划”和“秋实计划”,聘用厨师三百名。"},
	} {
		if got := said(ask(t, a, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}

// TestNumberedWhole takes no list from which an item is missing, or of another
// number of items than is asked for.
func TestNumberedWhole(t *testing.T) {
	items := func(question string, lines ...string) int {
		x := library(t, paper{name: "a", place: "宁波市", passages: lines})
		r := readQuestion(question)
		r.weigh(x.Rarity)
		var ps []piece
		for i, p := range x.Passages("a") {
			ps = append(ps, piece{source: i, text: p.Text, folded: fold(p.Text), around: 1, src: &prompts.Source{Passage: p}})
		}
		return len(numbered(r, ps))
	}
	for _, tt := range []struct {
		question string
		lines    []string
		want     int
	}{
		{"要补齐哪些短板?", []string{"一是补齐场地短板。", "二是补齐人手短板。"}, 2},
		{"要补齐哪些短板?", []string{"一是补齐场地短板。", "三是补齐人手短板。"}, 0},
		{"要补齐哪三个短板?", []string{"一是补齐场地短板。", "二是补齐人手短板。"}, 0},
		{"要补齐哪些短板?", []string{"一是补齐场地短板。", "（二）补齐人手短板。"}, 0},
		{"要推进哪些任务?", []string{"一是补齐场地短板。", "二是补齐人手短板。"}, 0},
	} {
		if got := items(tt.question, tt.lines...); got != tt.want {
			t.Errorf("%s of %v: %d items, want %d", tt.question, tt.lines, got, tt.want)
		}
	}
}
