package bot

import (
	"strings"
	"testing"
	"time"

	"policybot/prompts"
	"policybot/retrieval"
)

func TestAsOfIn(t *testing.T) {
	for _, c := range []struct{ q, rest, date string }{
		{"2023年6月时人才补贴标准是多少?", "人才补贴标准是多少?", "2023-06"},
		{"2023年的人才补贴标准是多少?", "2023年的人才补贴标准是多少?", ""},
		{"2023年6月有效的人才补贴有哪些?", "人才补贴有哪些?", "2023-06"},
		{"截至2023年6月30日仍有效的人才补贴有哪些?", "人才补贴有哪些?", "2023-06-30"},
		{"2022年底時現行的補貼標準是多少?", "补贴标准是多少?", "2022"},
		{"Which subsidies were in force in June 2023?", "Which subsidies were?", "2023-06"},
		{"到2025年新建多少套住房?", "到2025年新建多少套住房?", ""},
		{"截至2023年底完成了多少?", "截至2023年底完成了多少?", ""},
		{"2023年13月有效的补贴?", "补贴?", ""},
	} {
		if rest, date := asOfIn(c.q, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)); rest != c.rest || date != c.date {
			t.Errorf("asOfIn(%q, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) = %q, %q", c.q, rest, date)
		}
	}
}

// TestAsOf answers from what was in force then, says so, and says that it was
// replaced since.
func TestAsOf(t *testing.T) {
	x := library(t,
		paper{name: "old", title: "社区食堂补贴管理办法（试行）", date: "2021-05-01", passages: []string{"社区食堂每餐补贴3元。"}},
		paper{name: "new", title: "社区食堂补贴管理办法", date: "2024-05-01", passages: []string{"社区食堂每餐补贴5元。"}})
	for _, doc := range x.Documents() {
		if doc.ID == "new" {
			doc.Meta.Replaces = []retrieval.Field{{Value: "社区食堂补贴管理办法（试行）"}}
		}
	}
	a := New(Config{Search: x, View: x, Writer: NewExtractive(x), Now: func() time.Time { return time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC) }})
	var heads []string
	ans, err := a.Answer(t.Context(), Question{Text: "2022年有效的社区食堂每餐补贴多少元?", Head: func(s string) { heads = append(heads, s) }}, func(prompts.Claim) {})
	if err != nil {
		t.Fatal(err)
	}
	if ans.AsOf != "2022" || !strings.Contains(said(ans), "3元") || strings.Contains(said(ans), "5元") {
		t.Errorf("as of %s: %s", ans.AsOf, said(ans))
	}
	if len(heads) != 1 || heads[0] != "截至2022年有效的文件：" {
		t.Errorf("heads %q", heads)
	}
	if !strings.Contains(ans.Note, "之后已被《社区食堂补贴管理办法》（2024-05-01）取代") {
		t.Errorf("note %q", ans.Note)
	}
	if ans := ask(t, a, "社区食堂每餐补贴多少元?"); !strings.Contains(said(ans), "5元") || ans.AsOf != "" {
		t.Errorf("now: %s", said(ans))
	}
}
