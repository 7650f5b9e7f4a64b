package bot

import "testing"

// TestChosen asks documents in which the sentence nearest in words is not the
// one that answers, or not the whole of it.
func TestChosen(t *testing.T) {
	for _, tt := range []struct {
		name, question string
		paper          paper
		want           string
	}{
		{"a sentence goes on behind a semicolon", "宁波市对租房家庭给予哪些补贴?",
			paper{passages: []string{"对租房家庭给予补贴：双职工家庭每月补贴八百元，补贴期限为两年；单亲家庭每月补贴一千元，补贴期限为三年。"}},
			"对租房家庭给予补贴：双职工家庭每月补贴八百元，补贴期限为两年；|单亲家庭每月补贴一千元，补贴期限为三年。"},
		{"what stands before words of the question alone", "社区食堂建设的重要保障是什么?",
			paper{passages: []string{"去年以来，全市各级财政、民政和街道共同努力，克服场地紧张、人手不足、菜价上涨等种种困难，在老旧小区、新建小区和城乡结合部分三批稳步推进，得到了居民的普遍欢迎，先后有上百名退休教师、医生、厨师报名担任志愿者，每天为行动不便的独居老人上门送餐，餐费由各户自行结算，逢年过节还组织包粽子、做汤圆等活动，街道补贴专款按月拨付并公开账目，成为社区食堂建设的重要保障。"}},
			"街道补贴专款按月拨付并公开账目，成为社区食堂建设的重要保障。"},
		{"not what only leads to it", "社区食堂如何申请开办?",
			paper{passages: []string{"为规范社区食堂的开办，根据有关规定，现就社区食堂申请开办有关事项通知如下：\n社区食堂的开办人向街道提出申请，街道在五日内核发证明。"}},
			"社区食堂的开办人向街道提出申请，街道在五日内核发证明。"},
		{"another item answers another question", "食堂选址原则是什么?",
			paper{passages: []string{"第一、明确食堂选址原则。选址以就近便民、通风采光、不扰邻居为先。\n第二、明确配餐标准。配餐以清淡为主。"}},
			"第一、明确食堂选址原则。|选址以就近便民、通风采光、不扰邻居为先。"},
		{"a preface leads into the next passage", "社区食堂开办申请事项是什么?",
			paper{passages: []string{"现就社区食堂开办申请事项通知如下：", "开办人向街道提出，街道在五日内核发证明。"}},
			"现就社区食堂开办申请事项通知如下|开办人向街道提出，街道在五日内核发证明。"},
		{"the place of a question is no news", "宁波市鄞州区下应街道社区食堂捐款账户信息是什么?",
			paper{passages: []string{"（一）宁波市鄞州区下应街道社区食堂捐款账户信息。\n1.银行转账\n开户名：下应街道食堂基金 账号：6222000011112222\n"}},
			"（一）宁波市鄞州区下应街道社区食堂捐款账户信息。|1.银行转账|开户名：下应街道食堂基金 账号：6222000011112222"},
		{"headings lead to what they head", "社区食堂捐款账户信息是什么?",
			paper{passages: []string{"社区食堂捐款账户信息\n1.银行转账\n开户名：宁波市社区食堂发展基金会 账号：6222000011112222\n"}},
			"社区食堂捐款账户信息|1.银行转账|开户名：宁波市社区食堂发展基金会 账号：6222000011112222"},
	} {
		p := tt.paper
		p.name, p.place, p.date = "a", "宁波市", "2024-01-01"
		p.passages = append(p.passages, "渔业码头夜间照明由港务公司负责维护。")
		if got := said(ask(t, extractor(library(t, p)), tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestDatesOfDocuments takes no date from a document's title or number.
func TestDatesOfDocuments(t *testing.T) {
	r := readQuestion("申报期限延长到哪天?")
	for text, want := range map[string]float64{
		"根据《关于2020年2月份申报期限的通知》（税总函〔2020〕27号）": 0,
		"申报期限延长至2月28日。":                       1,
	} {
		if got := shape(r, piece{text: text, folded: fold(text)}); got != want {
			t.Errorf("%s has the form of a date to %v, want %v", text, got, want)
		}
	}
}

// TestLeads tells sentences that only lead on, or say that a document was
// issued, from those that tell something.
func TestLeads(t *testing.T) {
	for _, tt := range []struct {
		text            string
		leads, announce bool
	}{
		{"现就社区食堂开办有关事项通知如下：", true, false},
		{"为规范社区食堂，保障就餐安全，现将有关要求通知如下。", true, true},
		{"市政府印发《关于扶持社区食堂的通知》，受到欢迎。", false, true},
		{"根据《食品安全条例》等有关规定，结合本市实际，制定本办法。", false, true},
		{"为老人开办社区食堂，每餐补助三元。", false, false},
		{"如下情形不予补助。", false, false},
	} {
		if leads, announce := preface.MatchString(tt.text), announces.MatchString(tt.text); leads != tt.leads || announce != tt.announce {
			t.Errorf("%s leads on: %v, announces: %v", tt.text, leads, announce)
		}
	}
}
