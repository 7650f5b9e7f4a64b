package ingest

import (
	"strings"
	"testing"
)

func TestMarkdownTables(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a table", "主要指标如下。\n\n单位：亿元\n\n| 指标 | 2025年 |\n|---|--:|\n| 产值 | 3 |\n| 投资 | 4 |\n\n以上。", "主要指标如下。\n单位：亿元\n指标：产值，2025年：3亿元\n指标：投资，2025年：4亿元\n以上。"},
		{"without bars at its sides", "指标 | 2025年\n--- | ---\n产值 | 3亿元", "指标：产值，2025年：3亿元"},
		{"a bar that is text", "| 指标 | 值 |\n|---|---|\n| 甲\\|乙 | 3 |", "指标：甲|乙，值：3"},
		{"cells that are missing", "| 指标 | 2024年 | 2025年 |\n|---|---|---|\n| 产值 | 3 |", "指标：产值，2024年：3"},
		{"cells too many", "| 指标 | 值 |\n|---|---|\n| 产值 | 3 | 4 |", "| 指标 | 值 |\n| 产值 | 3 | 4 |"},
		{"code", "```\n| 指标 | 值 |\n|---|---|\n| 产值 | 3 |\n```", "```\n| 指标 | 值 |\n| 产值 | 3 |\n```"},
		{"no rows", "| 指标 | 值 |\n|---|---|\n", "| 指标 | 值 |"},
		{"bars in a sentence", "甲 | 乙\n丙", "甲 | 乙丙"},
		{"behind front matter", "---\ntitle: 指标表\n---\n| 指标 | 值 |\n|---|---|\n| 产值 | 3 |", "指标：产值，值：3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse("a.md", []byte(c.src))
			if err != nil {
				t.Fatal(err)
			}
			checkParsed(t, "a.md", []byte(c.src), p)
			if p.Text != c.want {
				t.Errorf("got %q, want %q", p.Text, c.want)
			}
		})
	}
}

// Lines that could each begin a table, and none is one, are gone through once.
func TestMarkdownTablesWithoutEnd(t *testing.T) {
	src := strings.Repeat("a|b\n-|-\n", 300_000) + "a|b|c\n"
	if got := tellTables(src); got != src {
		t.Errorf("%d bytes of %d", len(got), len(src))
	}
}
