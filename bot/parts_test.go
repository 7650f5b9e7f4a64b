package bot

import "testing"

// TestPartsAnswered answers each question within a question from the document
// of its place or year, also where the other's crowds the passages found.
func TestPartsAnswered(t *testing.T) {
	a := extractor(library(t,
		paper{name: "city2020", place: "宁波市", date: "2020-03-01", passages: []string{"2020年宁波市的主题是“美食之城”,社区食堂新建80家。"}},
		paper{name: "city2024", place: "宁波市", date: "2024-03-01", passages: []string{"2024年宁波市的主题是“长寿之城”,厨师招收350名。"}},
		paper{name: "district", place: "宁波市鄞州区", date: "2024-05-01", passages: []string{
			"社区食堂新建18家。", "推进“一号工程”,社区食堂补短板。", "社区食堂厨房改造要规范。", "社区食堂菜单要公开。", "社区食堂餐桌要干净。", "社区食堂价格要公道。",
			"社区食堂配送要准时。", "社区食堂食材要新鲜。", "社区食堂采购要阳光。", "社区食堂留样要齐全。", "社区食堂排队要有序。"}},
	))
	for _, tt := range []struct{ question, want string }{
		{"2020年和2024年宁波市的主题分别是什么?", "2020年宁波市的主题是“美食之城”,社区食堂新建80家。|2024年宁波市的主题是“长寿之城”,厨师招收350名。"},
		{"宁波市厨师招收的数量和鄞州区社区食堂新建数分别是多少?", "2024年宁波市的主题是“长寿之城”,厨师招收350名。|鄞州区：社区食堂新建18家。"},
		{"宁波市和鄞州区社区食堂新建分别是多少家?", "2020年宁波市的主题是“美食之城”,社区食堂新建80家。|鄞州区：社区食堂新建18家。"},
	} {
		if got := said(ask(t, a, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}
