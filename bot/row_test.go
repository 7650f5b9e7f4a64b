package bot

import "testing"

func TestRowsAreOneClause(t *testing.T) {
	for s, want := range map[string]int{
		"指标：产值，2020年：5亿元，2025年：8亿元":  1,
		"产值，2020年：5亿元，2025年：8亿元":     1,
		"第一，到2025年：产值5亿元，投资8亿元":      4,
		"负责人：张三，联系电话：12345，地址：某路1号。": 6,
	} {
		if got := clauses(s); len(got) != want {
			t.Errorf("%s has %d clauses, want %d", s, len(got), want)
		}
	}
}
