package bot

import "testing"

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
