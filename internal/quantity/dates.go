package quantity

import (
	"math/big"
	"strings"
)

// The years that a figure may name.
const firstYear, lastYear = 1840, 2199

// date reads a date or a part of one at i: 2020年3月29日, 3月底, 26日,
// 2020-06-29, 二〇二五年, 〇八年, 今年3月, 去年底, 十四五时期. It returns where
// the date ends, or i.
func (s *scan) date(i int) int {
	if k := s.plan(i); k > i {
		return k
	}
	if k := s.isoDate(i); k > i {
		return k
	}
	var d Day
	j := s.relative(i, &d)
	if j == i {
		j = s.year(i, &d)
	}
	if j > i && d.Part == "" || j == i && s.quarter(i) {
		j = s.part(j, &d)
	}
	if d.Part == "" && !d.MonthRelative {
		j = s.monthDay(j, &d)
	}
	if j == i {
		return i
	}
	return s.put(Quantity{Kind: Date, Date: d, Open: s.dash(j) > j, Bound: s.deadline(j)}, i, j)
}

// quarter reports whether a quarter of a year without the year is at i: 一季度.
func (s *scan) quarter(i int) bool {
	var d Day
	s.part(i, &d)
	return strings.HasSuffix(d.Part, "季度") && (i == 0 || !strings.ContainsRune("前后十", s.rs[i-1]))
}

// deadline is the bound told by 前 behind a date.
func (s *scan) deadline(i int) Bound {
	for _, w := range []string{"之前", "以前", "前"} {
		if hasPrefix(s.rest(i), w) && !hasPrefix(s.rest(i), "前后") && !hasPrefix(s.rest(i), "前期") && !hasPrefix(s.rest(i), "前瞻") {
			return AtMost
		}
	}
	return Exact
}

// plan reads 十四五 and 十五五: the five-year plans.
func (s *scan) plan(i int) int {
	rest := s.rest(i)
	if len(rest) < 3 || rest[0] != '十' || rest[2] != '五' || digits[rest[1]] == 0 {
		return i
	}
	if len(rest) > 3 && isChinese(rest[3]) {
		return i
	}
	return s.put(Quantity{Kind: Period, Value: big.NewRat(10+digits[rest[1]], 1)}, i, i+3)
}

// isoDate reads 2020-06-29, 2020/6/29 and 2020.6.29.
func (s *scan) isoDate(i int) int {
	var v [3]int
	j := i
	var sep rune
	for k := range v {
		if k > 0 {
			if j >= len(s.rs) || !strings.ContainsRune("-/.", s.rs[j]) || k == 2 && s.rs[j] != sep {
				return i
			}
			sep = s.rs[j]
			j++
		}
		from := j
		for j < len(s.rs) && isDigit(s.rs[j]) && j-from < 5 {
			v[k] = v[k]*10 + int(s.rs[j]-'0')
			j++
		}
		if k == 0 && j-from != 4 || j == from || k > 0 && j-from > 2 {
			return i
		}
	}
	if v[0] < firstYear || v[0] > lastYear || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31 || i > 0 && isDigit(s.rs[i-1]) {
		return i
	}
	return s.put(Quantity{Kind: Date, Date: Day{Year: v[0], Month: v[1], Day: v[2]}}, i, j)
}

// relatives are the words for a year or month told from when the text was written.
var relatives = []struct {
	word  string
	month bool
	shift int
}{
	{"今年", false, 0}, {"本年度", false, 0}, {"本年", false, 0}, {"当年", false, 0}, {"去年", false, -1}, {"上年度", false, -1}, {"上一年", false, -1}, {"上年", false, -1},
	{"前年", false, -2}, {"明年", false, 1}, {"次年", false, 1}, {"下年度", false, 1}, {"下一年", false, 1}, {"后年", false, 2},
	{"本月", true, 0}, {"当月", true, 0}, {"上个月", true, -1}, {"上月", true, -1}, {"下个月", true, 1}, {"下月", true, 1}, {"次月", true, 1},
}

func (s *scan) relative(i int, d *Day) int {
	for _, w := range relatives {
		if !hasPrefix(s.rest(i), w.word) {
			continue
		}
		// 以上年度 and 之前年 are cut through.
		if i > 0 && strings.ContainsRune("以之", s.rs[i-1]) {
			return i
		}
		d.Relative, d.MonthRelative, d.Shift = !w.month, w.month, w.shift
		return i + len([]rune(w.word))
	}
	return i
}

// year reads 2020年, 二〇二五年, 〇八年, 2020—2025年 (the first of the two).
func (s *scan) year(i int, d *Day) int {
	n, ok := numberAt(s.rs, i)
	if !ok || !n.value.IsInt() || n.digits == 0 || n.chinese && !n.simple {
		return i
	}
	if i > 0 && (isDigit(s.rs[i-1]) || isLetter(s.rs[i-1]) || s.rs[i-1] == '.' || s.rs[i-1] == '第') {
		return i
	}
	v := int(n.value.Num().Int64())
	switch {
	case n.digits == 2 && n.zero:
		v += 2000
	case n.digits == 2 && n.chinese && v >= 50:
		v += 1900
	case n.digits != 4:
		return i
	}
	if v < firstYear || v > lastYear {
		return i
	}
	j := s.spaces(n.end)
	if hasPrefix(s.rest(j), "年") && !hasPrefix(s.rest(j), "年来") && !hasPrefix(s.rest(j), "年多") {
		d.Year = v
		j++
		if hasPrefix(s.rest(j), "度") && !hasPrefix(s.rest(j), "度假") {
			j++
		}
		return j
	}
	// The first year of a range is written without 年.
	if k := s.dash(n.end); k > n.end || hasPrefix(s.rest(n.end), "、") {
		k = max(k, n.end+1)
		if m, ok := numberAt(s.rs, k); ok && m.digits == 4 && hasPrefix(s.rest(s.spaces(m.end)), "年") {
			d.Year = v
			return n.end
		}
	}
	return i
}

// parts of years and months, longest first.
var parts = strings.Fields("上半年 下半年 上半月 下半月 第一季度 第二季度 第三季度 第四季度 一季度 二季度 三季度 四季度 上旬 中旬 下旬 年底 年末 年初 年中 月底 月末 月初 底 末 初")

// part reads what of the year or month is meant.
func (s *scan) part(i int, d *Day) int {
	for _, w := range parts {
		if !hasPrefix(s.rest(i), w) {
			continue
		}
		end := i + len([]rune(w))
		if len([]rune(w)) == 1 && end < len(s.rs) && strings.ContainsRune("步始心衷次端级中", s.rs[end]) { // 年初步
			continue
		}
		p := strings.TrimLeft(w, "第")
		if p != "年中" {
			p = strings.TrimPrefix(strings.TrimPrefix(p, "年"), "月")
		}
		d.Part = strings.ReplaceAll(p, "末", "底")
		return end
	}
	return i
}

// monthDay reads 3月29日, 3月底, 3月 or, where no year stands before, 29日.
func (s *scan) monthDay(i int, d *Day) int {
	n, ok := numberAt(s.rs, s.spaces(i))
	if !ok || !n.value.IsInt() || n.value.Sign() <= 0 || i > 0 && (isDigit(s.rs[i-1]) || s.rs[i-1] == '.' || isLetter(s.rs[i-1])) {
		return i
	}
	v := n.value.Num().Int64()
	j := s.spaces(n.end)
	switch {
	case hasPrefix(s.rest(j), "月") && v <= 12:
		d.Month = int(v)
		j++
		if hasPrefix(s.rest(j), "份") {
			return s.part(j+1, d)
		}
		if k := s.part(j, d); k > j {
			return k
		}
		if m, ok := numberAt(s.rs, s.spaces(j)); ok && m.value.IsInt() && m.value.Sign() > 0 && m.value.Cmp(big.NewRat(31, 1)) <= 0 {
			k := s.spaces(m.end)
			if hasPrefix(s.rest(k), "日") || hasPrefix(s.rest(k), "号") {
				d.Day = int(m.value.Num().Int64())
				return k + 1
			}
			// 2月1-10日: the first day of a range.
			if e := s.dash(k); e > k {
				if m2, ok := numberAt(s.rs, e); ok && hasPrefix(s.rest(m2.end), "日") {
					d.Day = int(m.value.Num().Int64())
					return m.end
				}
			}
		}
		return j
	case hasPrefix(s.rest(j), "日") && v <= 31 && d.Year == 0 && !d.Relative && s.isDay(i, j):
		d.Day = int(v)
		return j + 1
	}
	return i
}

// isDay tells the 26th (26日) from a span of days (30日内).
func (s *scan) isDay(i, j int) bool {
	if i > 0 && strings.ContainsRune("每满共前后近第", s.rs[i-1]) {
		return false
	}
	after := s.rest(j + 1)
	for _, w := range []string{"内", "以内", "之内", "均", "游", "以上", "以下", "后", "前", "期限", "之", "的", "常"} {
		if hasPrefix(after, w) {
			return false
		}
	}
	return true
}
