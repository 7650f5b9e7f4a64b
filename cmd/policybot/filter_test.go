package main

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/places"
	"policybot/retrieval"
)

func TestDescribeReading(t *testing.T) {
	today := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	hangzhou := retrieval.Filter{Place: places.Parse("杭州市西湖区")}
	for _, tt := range []struct {
		question string
		filter   retrieval.Filter
		want     string
	}{
		{"补贴标准是多少?", retrieval.Filter{}, ""},
		{"杭州市西湖区的补贴标准是多少?", retrieval.Filter{}, "first of 杭州市西湖区, then 杭州市, then 浙江省"},
		{"补贴标准是多少?", hangzhou, "first of 杭州市西湖区, then 杭州市, then 浙江省"},
		{"2023年6月时的补贴标准是多少?", retrieval.Filter{}, "only what was in force as of 2023-06"},
		{"2023年6月时的补贴标准是多少?", retrieval.Filter{AsOf: "2022"}, ""},
		{"目前有效的补贴规定有哪些?", retrieval.Filter{}, "only what is in force today"},
		{"2022年以来发布的解读材料怎么说?", retrieval.Filter{}, "rather published from 2022; rather of the kind reading"},
	} {
		if got := describeReading(tt.question, tt.filter, today); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.question, got, tt.want)
		}
	}
	if got := describeReading("西湖区的补贴", retrieval.Filter{}, today); !strings.Contains(got, "; or ") {
		t.Errorf("a name of two places reads %q", got)
	}
}
