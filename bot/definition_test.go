package bot

import "testing"

func TestDefined(t *testing.T) {
	for question, want := range map[string]string{
		"东门小镇的定位是什么?": "东门小镇", "东门小镇要打造成什么?": "东门小镇", "“邻里通”是什么?": "邻里通", "“邻里通”是什么意思?": "邻里通",
		"什么是“一件事”改革?": "一件事改革", "何谓邻里通": "邻里通", "邻里通指的是什么?": "邻里通",
		"到2025年底要达到什么目标?": "", "社区食堂有什么优惠?": "", "社区食堂什么时候开放?": "",
	} {
		if got := definedIn(fold(question)); got != want {
			t.Errorf("%s asks the definition of %q, want %q", question, got, want)
		}
	}
	for text, want := range map[string]bool{
		"推动“邻里通”打造便民平台": true, "邻里通:上门服务": true, "用好邻里通资源,“邻里通”是便民平台": true, "用好邻里通资源": false, "便民平台": false,
	} {
		if got := definesIt(fold(text), "邻里通"); got != want {
			t.Errorf("%s defines it: %v, want %v", text, got, want)
		}
	}
}

// TestDefinition tells what a thing is rather than what has more of the
// question's words.
func TestDefinition(t *testing.T) {
	a := extractor(library(t, paper{name: "a", place: "宁波市", date: "2024-01-01", passages: []string{
		"发挥东门小镇资源优势,打造产业引擎,造福居民。", "积极推动西门小镇打造“影视基地”、东门小镇打造“国际茶乡”。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	if got, want := said(ask(t, a, "东门小镇要打造成什么?")), "积极推动西门小镇打造“影视基地”、东门小镇打造“国际茶乡”。"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	b := extractor(library(t, paper{name: "a", place: "宁波市", date: "2024-01-01", passages: []string{
		"近年来外卖增多,老人吃饭难,这是当前社区面临的实际问题。当下应该加快开办社区食堂,让老人安享晚年。", "今年引育厨师师傅15名、各类名师500名。统筹实施新计划,引进大学生35万名。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	for _, tt := range []struct{ question, want string }{
		{"为什么应该加快开办社区食堂?", "近年来外卖增多,老人吃饭难,这是当前社区面临的实际问题。|当下应该加快开办社区食堂,让老人安享晚年。"},
		{"今年引育多少名大学生?", "统筹实施新计划,引进大学生35万名。"},
	} {
		if got := said(ask(t, b, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}
