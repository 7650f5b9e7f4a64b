package retrieval_test

import (
	"fmt"
	"strings"
	"testing"

	"policybot/retrieval"
)

// groups are the paths of the current documents, those of one group joined.
func groups(t *testing.T, lib *retrieval.Library) string {
	t.Helper()
	docs, err := lib.Documents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var order []int64
	paths := map[int64][]string{}
	for _, d := range docs {
		if paths[d.Reprint] == nil {
			order = append(order, d.Reprint)
		}
		paths[d.Reprint] = append(paths[d.Reprint], d.Path)
	}
	var out []string
	for _, g := range order {
		out = append(out, strings.Join(paths[g], "="))
	}
	return strings.Join(out, " ")
}

func TestReprintsAreGroupedAtPublish(t *testing.T) {
	lib, conn := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	const a = "为进一步支持中小企业稳定发展，经市政府研究同意，现就有关事项通知如下，请各有关单位结合实际认真贯彻执行，确保各项政策落到实处、取得实效。"
	const b = "全市公园绿地开放共享，每天开放时间不少于十二小时，各区应当及时公布开放名单，加强日常管理养护，保障市民游客安全，并报市园林主管部门备案。"
	want := func(groupsNow string) {
		t.Helper()
		if got := groups(t, lib); got != groupsNow {
			t.Errorf("the groups are %q, want %q", got, groupsNow)
		}
	}
	publish(t, lib, e, "s", []retrieval.Content{content("1", a), content("2", a, "（记者 张三）"), content("3", b), content("short", "一"), content("short2", "一")})
	want("1=2 3 short short2")
	// The document that began the group leaves it, and another joins.
	publish(t, lib, e, "s", []retrieval.Content{content("1", b, "转载"), content("4", a, "转载自某网")})
	want("1=3 2=4 short short2")
	// Another edition is no reprint, and a document none of its own old text.
	publish(t, lib, e, "s", []retrieval.Content{content("2", a+"补贴500元。"), content("4", a+"补贴800元。")})
	want("1=3 2 4 short short2")
	publish(t, lib, e, "other", []retrieval.Content{content("5", b)})
	want("1=3=5 2 4 short short2")
	publish(t, lib, e, "s", nil, "3", "1")
	publish(t, lib, e, "s", []retrieval.Content{content("3", b)})
	want("2 3=5 4 short short2")

	if _, err := lib.Purge(t.Context(), "3"); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := conn.QueryRow(`SELECT COUNT(*) FROM sketches WHERE revision NOT IN (SELECT id FROM revisions)`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d hashes of a purged document are left, %v", left, err)
	}
}

// Among many decisions on one form, which differ in a few words and figures, a
// reprint of an early one is found; what is kept to find it stays bounded; and
// revisions that are older than sketches are found too.
func TestReprintsAmongTextsOnOneForm(t *testing.T) {
	lib, conn := openLibrary(t)
	e := &countingEmbedder{name: "one"}
	form := strings.Repeat("经审查，申请人提交的材料齐全，符合法定形式，现依照有关规定准予行政许可，有效期自本决定书送达之日起计算，逾期应当重新申请。", 3)
	text := func(i int) string { return fmt.Sprintf("%s编号%d，核定面积%d平方米。", form, 1000+i, 37*i) }
	const forms = 120
	var contents []retrieval.Content
	for i := range forms {
		contents = append(contents, content(fmt.Sprintf("f%03d", i), text(i)))
	}
	publish(t, lib, e, "s", contents)
	if n := len(strings.Fields(groups(t, lib))); n != forms {
		t.Errorf("%d forms are %d groups", forms, n)
	}
	publish(t, lib, e, "s", []retrieval.Content{content("again", text(3)+"（转载）")})
	if got := groups(t, lib); !strings.Contains(got, "again=f003") {
		t.Errorf("a reprint of the fourth form is in no group with it: %s", got)
	}
	var most int
	if err := conn.QueryRow(`SELECT MAX(n) FROM (SELECT COUNT(*) n FROM sketches GROUP BY hash)`).Scan(&most); err != nil || most > 40 {
		t.Errorf("a band holds %d revisions, %v", most, err)
	}
	if _, err := conn.Exec(`UPDATE revisions SET sketch = NULL`); err != nil {
		t.Fatal(err)
	}
	publish(t, lib, e, "s", []retrieval.Content{content("late", text(forms-1)+"（来源：某网）")})
	if got := groups(t, lib); !strings.Contains(got, fmt.Sprintf("f%03d=late", forms-1)) {
		t.Errorf("a reprint of a revision without a sketch is in no group with it: %s", got)
	}
}
