package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/quantity"
)

// The figures of a table often have their unit elsewhere: in a line above it
// (单位：万元), in a column of units, or behind the row's name. Told by
// themselves they mean nothing, so the unit is put behind each figure of which
// it is certain that it has this unit.

var (
	// unitLine is a line, or the end of a table's caption, that gives the unit.
	unitLine = regexp.MustCompile(`(?:^|[（(\s])(?:计量|金额|数据)?单位\s*[:：]\s*([^，。；、:：（）()\s]{1,12}(?:[（(][^（）()]{1,4}[）)])?)\s*[）)]?$`)
	// onlyUnit begins a line that says nothing else.
	onlyUnit = regexp.MustCompile(`^[（(]?\s*(?:计量|金额|数据)?单位\s*[:：]`)
	// unitColumn is the heading of a column of units.
	unitColumn = regexp.MustCompile(`(?i)^(?:计量)?单位$|^units?$`)
	// bareFigure is a figure, or a range of them, without a unit.
	bareFigure = regexp.MustCompile(`^[-+−±<>≤≥≈约]?\s*\d[\d,，.．\s]*(?:[-~～—–至]\s*\d[\d,，.．\s]*)?$`)
	// inBrackets is what stands in brackets at the end of a heading.
	inBrackets    = regexp.MustCompile(`[（(]\s*([^（）()]{1,12}?)\s*[）)]$`)
	yearLike      = regexp.MustCompile(`^(?:19|20)\d\d$`)
	yearInHeading = regexp.MustCompile(`(?:19|20)\d\d年?[度末底初]?`)
	// countless columns hold numbers that measure nothing.
	countless = regexp.MustCompile(`序号|编号|代码|编码|排名|位次|名次|排序|年份|月份|日期|时间|时限|年限|电话|邮编|备注|说明|依据|页码`)
	ratio     = regexp.MustCompile(`比重|占比|比例|比率|百分比|增速|增长|增幅|同比|环比|指数|系数|得分|权重|倍数|率(?:$|[^先])`)
)

// dimensions are words that tell what a column counts, with parts of the units
// that it can then be counted in.
var dimensions = []struct {
	words *regexp.Regexp
	units []string
}{
	{regexp.MustCompile(`面积`), []string{"平方", "亩", "公顷", "㎡"}},
	{regexp.MustCompile(`里程|长度`), []string{"米", "里"}},
	{regexp.MustCompile(`人数|人口|人次`), []string{"人", "名", "口"}},
	{regexp.MustCompile(`户数`), []string{"户"}},
	{regexp.MustCompile(`套数`), []string{"套"}},
	{regexp.MustCompile(`[个家项件次台张座处]数`), []string{"个", "家", "项", "件", "次", "台", "张", "座", "处"}},
	{regexp.MustCompile(`金额|投资|产值|收入|支出|资金|预算|补助|经费|税|生产总值|增加值|利润|销售额|费用|营收`), []string{"元"}},
}

// isUnit reports whether s is nothing but a unit of measure: 万元, 套（间）, %.
func isUnit(s string) bool {
	s = inBrackets.ReplaceAllString(s, "")
	if s == "" || utf8.RuneCountInString(s) > 12 {
		return false
	}
	first, _, _ := strings.Cut(s, "/")
	text := "1" + first
	q := quantity.Find(text)
	return len(q) == 1 && q[0].Kind == quantity.Amount && q[0].Unit != "" && q[0].Start == 0 && q[0].End == len(text)
}

// unitIn is the unit that a line above a table, or its caption, gives for all
// of its figures; "" for none.
func unitIn(text string) string {
	if utf8.RuneCountInString(text) > 60 {
		return ""
	}
	if m := unitLine.FindStringSubmatch(text); m != nil && isUnit(m[1]) {
		return m[1]
	}
	return ""
}

// unitRowOf is the unit that a row above the headings gives, with its texts,
// "" when it gives none: 附表 | | 单位：万元.
func unitRowOf(row []cell) (unit string, texts []string) {
	for _, c := range row {
		if c.text == "" || c.from > 0 {
			continue
		}
		texts = append(texts, c.text)
		if u := unitIn(c.text); u != "" {
			unit = u
		}
	}
	if len(texts) > 3 {
		return "", nil
	}
	return unit, texts
}

// A unitRow tells the units of the figures in a row.
type unitRow struct {
	label string // what the row is about
	own   string // the unit that the row gives, in a column or behind its label
	table string // the unit of the whole table
}

func newUnitRow(row []cell, names []string, label, table string) unitRow {
	u := unitRow{label: label, table: table}
	for i, c := range row {
		if i < len(names) && unitColumn.MatchString(names[i]) && isUnit(c.text) {
			u.own = c.text
		}
	}
	if m := inBrackets.FindStringSubmatch(label); m != nil && u.own == "" && isUnit(m[1]) {
		u.own = m[1]
	}
	return u
}

// of is the unit of the figure text below a heading; "" where it has its own,
// or where none is certain.
func (u unitRow) of(heading, text string) string {
	unit := u.own
	if unit == "" {
		unit = u.table
	}
	if unit == "" || !bareFigure.MatchString(text) || countless.MatchString(heading) {
		return ""
	}
	if m := inBrackets.FindStringSubmatch(heading); m != nil && isUnit(m[1]) || strings.ContainsAny(heading, "%％‰") {
		return ""
	}
	if yearLike.MatchString(text) && strings.ContainsAny(yearInHeading.ReplaceAllString(heading, ""), "年时期") {
		return ""
	}
	about := heading
	if u.own == "" {
		about = u.label + " " + heading
	}
	isRatio := strings.ContainsAny(unit, "%％‰倍/") || strings.Contains(unit, "百分点") || unit == "分"
	if ratio.MatchString(about) && !isRatio {
		return ""
	}
	for _, d := range dimensions {
		if d.words.MatchString(about) && !slices.ContainsFunc(d.units, func(u string) bool { return strings.Contains(unit, u) }) && !(isRatio && ratio.MatchString(about)) {
			return ""
		}
	}
	return unit
}
