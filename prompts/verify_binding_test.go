package prompts

import (
	"testing"

	"policybot/retrieval"
)

// Each quote stands alone, so that nothing but its own words decides. The
// places are invented.
func TestBinding(t *testing.T) {
	for _, tt := range []struct{ name, quote, claim, check string }{
		{"own subject", "甲中心建设了养老驿站,乙学院开办了护理课程", "乙学院开办了护理课程。", ""},
		{"other subject", "甲中心建设了养老驿站,乙学院开办了护理课程", "甲中心开办了护理课程。", "order"},
		{"subject carried on", "市养老协会发布服务标准,开展护理员培训", "市养老协会开展护理员培训。", ""},
		{"subject ends at the next one", "市养老协会发布服务标准,乙学院负责护理员培训,开展技能考核", "市养老协会开展技能考核。", "order"},
		{"agent", "由街道组织登记,由区民政局委托机构评估", "由街道委托机构评估。", "order"},
		{"topic", "对餐饮门店,实行备案管理;对理发门店,实行许可管理", "对理发门店,实行备案管理。", "order"},
		{"topic kept", "对餐饮门店,实行备案管理;对理发门店,实行许可管理", "对理发门店实行许可管理。", ""},
		{"exchanged", "推动传统渔港向现代渔港转变", "推动现代渔港向传统渔港转变。", "order"},
		{"list turned", "支持渔业合作社、农机合作社发展", "支持农机合作社、渔业合作社发展。", ""},
		{"steps exchanged", "申请人先缴存保证金，再签订合同", "申请人先签订合同，再缴存保证金。", "order"},
		{"item of the other list", "发展海藻、贝类等3个特色品种,推广网箱、围栏等2种养殖模式", "网箱属于特色品种。", "order"},
		{"item of its list", "发展海藻、贝类等3个特色品种,推广网箱、围栏等2种养殖模式", "海藻是特色品种之一。", ""},
		{"ban over its list", "不得出售、出租和转让养殖许可", "养殖许可可以出租。", "negation"},
		{"ban told whole", "不得出售、出租和转让养殖许可", "养殖许可不得出租、转让。", ""},
		{"negation of another clause", "禁渔期内渔船不得出海捕捞，可以在港内进行设备检修", "禁渔期内渔船不得进行设备检修。", "negation"},
		{"aim counted up", "力争累计建成渔港20个", "已累计建成渔港20个。", "modality"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			source := Source{Passage: retrieval.Passage{Text: tt.quote}, Doc: &retrieval.Document{}}
			v := Verify(Claim{Text: tt.claim, Cites: []Cite{{Source: 1, Quote: tt.quote}}}, []Source{source})
			if v.Check != tt.check {
				t.Errorf("%s\nof %s\ncheck %q (%s), want %q", tt.claim, tt.quote, v.Check, v.Reason, tt.check)
			}
		})
	}
}
