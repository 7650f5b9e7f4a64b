package retrieval_test

import (
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
