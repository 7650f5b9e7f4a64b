package bot

import (
	"strings"
	"testing"

	"policybot/prompts"
	"policybot/retrieval"
)

// TestSpeaksOfDoing: who asks how a thing is done is told of the doing, in the
// question's words or near ones.
func TestSpeaksOfDoing(t *testing.T) {
	for _, c := range []struct {
		question, passage string
		want              bool
	}{
		{"失业金怎么领?", "对失业人员开展技能培训,提高其就业能力。", false},
		{"失业金怎么领?", "失业人员可向经办机构申领失业保险金。", true},
		{"快递丢了谁赔?", "党群服务中心为快递小哥集中启用。", false},
		{"快递丢了谁赔?", "快件丢失的,由经营企业予以赔偿。", true},
		{"工资会怎么涨?", "完善最低工资标准与经济增长联动机制。", true},
		{"停车难怎么办?", "新建停车位。", true},
		{"小区该如何治理?", "社区居委会、业委会、物业公司三方协同治理。", true},
		{"营业执照有什么用?", "推进公共场所建设。", true}, // asks for no doing
	} {
		if got := readQuestion(c.question).speaksOfDoing(fold(c.passage)); got != c.want {
			t.Errorf("%s of %s: %v", c.passage, c.question, got)
		}
	}
}

// TestTrimKeepsTheFigureAskedFor: neither an item's number nor a figure of
// another measure stands for the one that is asked for.
func TestTrimKeepsTheFigureAskedFor(t *testing.T) {
	text := "4.疫区返回人员管理:社区要发布告示,要求从疫区返回人员应立即到所在村支部或社区进行登记,并到本地卫生院或社区卫生服务中心进行体检,每天两次体检,同时主动自行隔离14天。"
	src := []prompts.Source{{Passage: retrieval.Passage{DocID: "d", Text: text}, Doc: &retrieval.Document{ID: "d"}}}
	rarity := func(words string) float64 { return 1 - 0.5*yes(strings.Contains(text, words)) }
	for question, want := range map[string]string{
		"湖北返回人员要隔离多少天?": "14天", "疫区返回人员每天要体检几次?": "两次", "疫区返回人员如何登记?": "登记",
	} {
		r := readQuestion(question)
		r.weigh(rarity)
		for _, p := range pieces(r, src) {
			if got := trim(r, p).text; !strings.Contains(got, want) {
				t.Errorf("%s is told %q", question, got)
			}
		}
	}
}
