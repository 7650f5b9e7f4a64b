package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"policybot/ingest"
)

// conflicts are what a dry run finds, one line each.
func (b *bench) conflicts() (out []string) {
	b.t.Helper()
	parser := ingest.DefaultParser()
	for _, c := range b.sync(ingest.Options{DryRun: true, Parser: &parser}).Conflicts {
		out = append(out, fmt.Sprintf("%s, %s: %s", c.Path, c.Other, c.What))
	}
	return out
}

func TestDryRunTellsConflicts(t *testing.T) {
	b := newBench(t)
	parser := ingest.DefaultParser()
	doc := func(number, days, more string) string {
		return "关于社区食堂建设补贴的通知\n" + number + "\n各区人民政府：\n对新建的社区食堂，每家给予一次性建设补贴" + days +
			"，由所在地民政部门审核后发放，资金由市财政统筹安排，各区应当加强监督检查，确保资金专款专用。\n" + more + "\n杭州市民政局\n2024年2月7日\n"
	}
	b.write("old.txt", doc("杭民发〔2024〕3号", "5万元", ""))
	b.sync(ingest.Options{Parser: &parser})
	want := func(when string, lines ...string) {
		t.Helper()
		if got := b.conflicts(); !slices.Equal(got, lines) {
			t.Errorf("%s:\n%s\nwant:\n%s", when, strings.Join(got, "\n"), strings.Join(lines, "\n"))
		}
	}
	want("nothing is new")
	b.write("copy.txt", doc("杭民发〔2024〕3号", "5万元", "（编辑：张三）"))
	want("a reprint")
	b.write("other.txt", doc("杭民发〔2024〕3号", "8万元", ""))
	want("the same number and another figure",
		"copy.txt, docs/other.txt: both are called 杭民发〔2024〕3号, and their texts differ",
		"other.txt, docs/old.txt: both are called 杭民发〔2024〕3号, and their texts differ")
	b.remove("copy.txt")
	b.write("other.txt", doc("杭民发〔2025〕9号", "8万元", ""))
	want("the same title and another number")
	b.write("other.txt", doc("杭民发〔2025〕9号", "8万元", "本通知自发布之日起施行，《关于社区食堂建设补贴的通知》（杭民发〔2024〕3号）同时废止。"))
	want("an end", "other.txt, docs/old.txt: it ends 杭民发〔2024〕3号, which is still there")
	b.remove("old.txt")
	want("an end of what is gone")
	b.sync(ingest.Options{Parser: &parser})
	b.write("old.txt", doc("杭民发〔2024〕3号", "5万元", ""))
	want("what was ended comes back", "old.txt, docs/other.txt: the other ends it (杭民发〔2024〕3号)")
}
