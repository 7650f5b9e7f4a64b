package bot

import (
	"strings"
	"testing"
)

// TestConflicts: another document's other value for the same thing is told
// beside the answer, the newer first, and nothing else is.
func TestConflicts(t *testing.T) {
	const question = "到2025年新建社区食堂多少家?"
	base := paper{name: "a", title: "食堂计划", place: "宁波市", date: "2021-05-01", passages: []string{"到2025年,全市新建社区食堂120家。"}}
	for _, c := range []struct {
		name     string
		other    paper
		question string
		says     string
		note     string
	}{
		{"newer", paper{place: "宁波市", date: "2023-05-01", passages: []string{"到2025年,全市新建社区食堂150家以上。"}}, question,
			"全市新建社区食堂150家以上。|2021-05-01：到2025年,全市新建社区食堂120家。", "两份文件的数字不同：宁波市 · 2023-05-01；宁波市 · 2021-05-01。"},
		{"district", paper{place: "宁波市鄞州区", date: "2020-05-01", passages: []string{"到2025年,全区新建社区食堂18家。"}}, question,
			"全市新建社区食堂120家。|鄞州区：到2025年,全区新建社区食堂18家。", "另一个口径"},

		{"the same value", paper{place: "宁波市", date: "2023-05-01", passages: []string{"到2025年,全市新建社区食堂不少于120家。"}}, question, "120", ""},
		{"another year", paper{place: "宁波市", date: "2023-05-01", passages: []string{"到2030年,全市新建社区食堂300家。"}}, question, "120", ""},
		{"another thing", paper{place: "宁波市", date: "2023-05-01", passages: []string{"到2025年,全市新建社区学校30家。"}}, question, "120", ""},
		{"another city", paper{place: "温州市", date: "2023-05-01", passages: []string{"到2025年,全市新建社区食堂90家。"}}, "宁波市" + question, "120", ""},
		{"no known place", paper{date: "2023-05-01", passages: []string{"到2025年,全市新建社区食堂90家。"}}, "宁波市" + question, "120", ""},
		{"a result", paper{place: "宁波市", date: "2023-05-01", passages: []string{"2025年,全市累计已有社区食堂110家。"}}, question, "120", ""},
		{"a district when the city's is not asked", paper{place: "宁波市", date: "2023-05-01", passages: []string{"社区食堂18家,各配2人。"}}, question, "120", ""},
	} {
		c.other.name = "b"
		ans := ask(t, extractor(library(t, base, c.other)), c.question)
		if c.note == "" && (ans.Note != "" || len(ans.Claims) > 2) || !strings.Contains(ans.Note, c.note) || !strings.Contains(said(ans), c.says) {
			t.Errorf("%s: says %s (%s)", c.name, said(ans), ans.Note)
		}
	}
}

// TestConflictOfAStretch tells a conflict once, with the sentence whose figure
// it is about, where several sentences are cited by one quote.
func TestConflictOfAStretch(t *testing.T) {
	a := extractor(library(t,
		paper{name: "a", place: "宁波市", date: "2021-05-01", passages: []string{"加快社区食堂建设,由街道统一管理。到2025年,全市新建社区食堂120家。社区食堂的菜价由街道核定并公示。"}},
		paper{name: "b", place: "宁波市", date: "2023-05-01", passages: []string{"到2025年,全市新建社区食堂150家以上。"}},
	))
	ans := ask(t, a, "2021年宁波市加快社区食堂建设有哪些措施?")
	if got := said(ans); strings.Count(got, "120家") != 1 || strings.Count(got, "150家") != 1 || strings.Contains(got, "：加快") {
		t.Errorf("says %s (%s)", got, ans.Note)
	}
	if first, last := ans.Claims[0], ans.Claims[len(ans.Claims)-1]; first.Cites[0].Quote != last.Cites[0].Quote {
		t.Errorf("the stretch is not cited as one: %v", ans.Claims)
	}
}

// TestMeasures reads what figures measure.
func TestMeasures(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"到2025年,全区生产总值突破", "", "生产总值"},
		{"新建车位", "", ""}, // two characters name too little
		{"力争地区生产总值达到", "", "地区生产总值"},
		{"全年新建配售型保障性住房不少于", "", "配售型保障性住房"},
		{"持续加快,2024年底前完成", "安置房建设,实现清零", "安置房建设"},
		{"数字经济核心产业增加值突破1000亿元、人均生产总值达到", "", "人均生产总值"},
		{"其中", "", ""},
	} {
		got := nameOfMeasure(c.before, c.after)
		if size(got) < nameLeast {
			got = ""
		}
		if got != c.want {
			t.Errorf("nameOfMeasure(%q, %q) = %q, want %q", c.before, c.after, got, c.want)
		}
	}
}
