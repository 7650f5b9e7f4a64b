package bot

import "testing"

// TestAboutPeople asks for somebody's office and for the office that is
// responsible, which must stand in the text.
func TestAboutPeople(t *testing.T) {
	a := extractor(library(t, paper{name: "a", place: "宁波市", date: "2024-01-01", passages: []string{
		"周小满表示,社区食堂今后还要增加夜宵和早点,让居民随时吃上热饭。“社区食堂越办越好。”甬江街道党工委书记周小满说。",
		"社区食堂的卫生由市场监督管理局负责检查。码头食堂的卫生每月检查两次,结果张榜公布。",
		"渔业码头夜间照明每天维护。",
	}}))
	for _, tt := range []struct{ question, want string }{
		{"周小满是谁?", "甬江街道党工委书记周小满说。"},
		{"社区食堂的卫生由谁负责?", "社区食堂的卫生由市场监督管理局负责检查。"},
		{"渔业码头夜间照明由谁负责?", "refused"},
	} {
		if got := said(ask(t, a, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}

func TestReadPeople(t *testing.T) {
	for question, want := range map[string]asking{
		"周小满是谁?": asksWho, "周小满担任什么职务?": asksWho, "社区食堂由谁负责?": asksWho,
		"社区食堂是为谁开办的?": asksWhat, "谁可以领取补贴?": asksWhat, "为什么开办社区食堂?": asksReason,
	} {
		if got := readQuestion(question).Asks; got != want {
			t.Errorf("%s asks %d, want %d", question, got, want)
		}
	}
	if got := readQuestion("周小满是谁?").person(); got != "周小满" {
		t.Errorf("the person asked for is %q", got)
	}
	if got := readQuestion("党委书记是谁?").person(); got != "" {
		t.Errorf("an office is taken for the person %q", got)
	}
}
