package quantity

import (
	"math/big"
	"strings"

	"policybot/internal/han"
)

// fraction reads 百分之十, 万分之三, 三分之一.
func (s *scan) fraction(i int) int {
	j := i
	for j < len(s.rs) && j-i < 6 && isChinese(s.rs[j]) {
		j++
	}
	if j == i || !hasPrefix(s.rest(j), "分之") {
		return i
	}
	var of *big.Rat
	switch string(s.rs[i:j]) {
	case "百":
		of = big.NewRat(100, 1)
	case "千":
		of = big.NewRat(1000, 1)
	case "万":
		of = big.NewRat(10000, 1)
	default:
		n, ok := chineseAt(s.rs, i)
		if !ok || n.value.Sign() == 0 {
			return i
		}
		of = n.value
	}
	n, ok := numberAt(s.rs, j+2)
	if !ok {
		return i
	}
	v := new(big.Rat).Mul(new(big.Rat).Quo(n.value, of), big.NewRat(100, 1))
	q := Quantity{Value: v, Unit: "%"}
	q.Discount = s.discounted(n.end)
	return s.put(q, i, n.end)
}

// ordinal reads 第二批, 第3个, 第十五个五年规划, 首批.
func (s *scan) ordinal(i int) int {
	if s.rs[i] == '首' {
		u := unitAt(s.rest(i + 1))
		if u == nil || u.class == 'm' || u.canon == "部" || u.canon == "张" || u.canon == "字" || u.canon == "时" || u.canon == "级" {
			return i
		}
		return s.put(Quantity{Kind: Ordinal, Value: big.NewRat(1, 1), Unit: u.canon, Weak: u.canon == "次"}, i, i+1+len(u.name))
	}
	if s.quarter(i) {
		return s.date(i)
	}
	n, ok := numberAt(s.rs, i+1)
	if !ok {
		return i
	}
	if k := fiveYears(s.rest(n.end)); k > 0 {
		return s.put(Quantity{Kind: Period, Value: n.value}, i, n.end+k)
	}
	q, end := Quantity{Kind: Ordinal, Value: n.value}, n.end
	if u := unitAt(s.rest(end)); u != nil {
		q.Unit, end = u.canon, end+len(u.name)
	}
	if strings.ContainsAny(q.Unit, "元%") {
		q.Unit, end = "", n.end
	}
	q.Weak = n.chinese && n.simple && q.Unit == "" && n.value.Cmp(big.NewRat(1, 1)) == 0
	return s.put(q, i, end)
}

// fiveYears is the length of 个五年规划 or 个五年计划 at rs, 0 if it is not there.
func fiveYears(rs []rune) int {
	for _, w := range []string{"个五年规划", "个五年计划", "个五年"} {
		if hasPrefix(rs, w) {
			return len([]rune(w))
		}
	}
	return 0
}

// doubling reads 翻番, 翻一番, 翻了两番, 翻倍, 倍增.
func (s *scan) doubling(i int) int {
	j := i + 1
	if s.rs[i] == '倍' {
		if hasPrefix(s.rest(j), "增") {
			return s.put(Quantity{Value: big.NewRat(2, 1), Unit: "倍"}, i, j+1)
		}
		return i
	}
	if hasPrefix(s.rest(j), "了") {
		j++
	}
	times := int64(1)
	if n, ok := numberAt(s.rs, j); ok && n.value.IsInt() && n.value.Cmp(big.NewRat(20, 1)) < 0 {
		times, j = n.value.Num().Int64(), n.end
	}
	switch {
	case hasPrefix(s.rest(j), "番"):
		return s.put(Quantity{Value: big.NewRat(1<<times, 1), Unit: "倍"}, i, j+1)
	case hasPrefix(s.rest(j), "倍"):
		return s.put(Quantity{Value: big.NewRat(1+times, 1), Unit: "倍"}, i, j+1)
	}
	return i
}

// half reads 半年, 半个月, 半数, 减半, 过半.
func (s *scan) half(i int) int {
	rest := s.rest(i)
	switch {
	case hasPrefix(rest, "减半"), hasPrefix(rest, "半数"):
		return s.put(Quantity{Value: big.NewRat(50, 1), Unit: "%"}, i, i+2)
	case hasPrefix(rest, "过半数"):
		return s.put(Quantity{Value: big.NewRat(50, 1), Unit: "%", Bound: More}, i, i+3)
	case hasPrefix(rest, "过半"):
		return s.put(Quantity{Value: big.NewRat(50, 1), Unit: "%", Bound: More}, i, i+2)
	case rest[0] != '半':
		return i
	}
	if i > 0 && strings.ContainsRune("上下前后", s.rs[i-1]) { // 上半年
		return i
	}
	if u := unitAt(rest[1:]); u != nil && (u.canon == "月" || u.canon == "分钟") && string(u.name) != "月" {
		v := new(big.Rat).Mul(big.NewRat(1, 2), u.factor)
		return s.put(Quantity{Value: v, Unit: u.canon}, i, i+1+len(u.name))
	}
	return i
}

// labelled reads what a Roman numeral labels: Ⅲ类, III级.
func (s *scan) labelled(i int, v *big.Rat, end int) int {
	u := unitAt(s.rest(end))
	if u == nil || u.class == 'm' {
		return i
	}
	return s.put(Quantity{Value: v, Unit: u.canon}, i, end+len(u.name))
}

// headed gives a figure without a unit the one that its heading has in
// brackets, 产值（亿元）：1200, and reports whether there is one.
func (s *scan) headed(q *Quantity, i int) bool {
	for i > 0 && strings.ContainsRune(" ≥≤<>≈约+-", s.rs[i-1]) {
		i--
	}
	if i < 5 || s.rs[i-1] != ':' || s.rs[i-2] != ')' {
		return false
	}
	open := i - 3
	for open > 0 && s.rs[open] != '(' && i-open < 16 {
		open--
	}
	if s.rs[open] != '(' || open == 0 || !han.IsHan(s.rs[open-1]) && !isLetter(s.rs[open-1]) {
		return false
	}
	scale, j := scaleAt(s.rs, open+1)
	u := unitAt(s.rest(j))
	if u == nil || u.canon == "月" {
		return false
	}
	end := j + len(u.name)
	per, k := s.per(end)
	if max(end, k) != i-2 {
		return false
	}
	q.Value = new(big.Rat).Mul(new(big.Rat).Mul(q.Value, scale), u.factor)
	q.Unit, q.Per = u.canon, per
	return true
}

// boundBefore is the bound told by the words that end at i.
func (s *scan) boundBefore(i int) Bound {
	for i > 0 && (s.rs[i-1] == ' ' || s.rs[i-1] == '$' || s.rs[i-1] == '¥') {
		i--
	}
	if i > 0 && isLetter(s.rs[i-1]) {
		return s.englishBoundBefore(i)
	}
	t := tables()
	before := s.rs[max(0, i-6):i]
	if b := strings.TrimSuffix(string(before), "人民币"); len(b) > 0 {
		before = []rune(b)
	}
	for _, w := range t.before {
		if !hasSuffix(before, w.text) {
			continue
		}
		if k := len(before) - len(w.text); k > 0 && len(w.text) == 1 && strings.ContainsRune("附最邻贴靠亲远赶高", before[k-1]) {
			continue // 附近3个, 最近3个月
		}
		return w.bound
	}
	for gap := 1; gap <= 8; gap++ {
		k := i - gap
		if k < 0 || strings.ContainsRune("，。、；：,.;:!?！？（）()“”《》 \n由从", s.rs[k]) || isDigit(s.rs[k]) {
			break // 最长年限从5年延长: what a change starts from is not bounded
		}
		for _, w := range t.reach {
			if hasSuffix(s.rs[max(0, k-4):k], w.text) && !strings.ContainsRune("的地区层楼端大部", s.rs[k]) && (gap <= 4 || !strings.ContainsRune("最至", w.text[0])) {
				return w.bound
			}
		}
	}
	return Exact
}

// boundAfter is the bound told by the words that begin at i, behind the unit.
func (s *scan) boundAfter(i int, q Quantity) Bound {
	rest := s.rest(i)
	if len(rest) > 0 && rest[0] == ' ' {
		return englishBoundAfter(rest)
	}
	for _, w := range []string{"(含)", "（含）", "(含", "（含", "及其", "及", "或", "含", "）", ")"} {
		if hasPrefix(rest, w) {
			rest = rest[len([]rune(w)):]
			break
		}
	}
	for _, w := range tables().after {
		if len(w.text) > len(rest) || !hasPrefix(rest, string(w.text)) {
			continue
		}
		switch string(w.text) {
		case "内", "之内":
			if Counted(q.Unit) || Labels(q.Unit) || q.Kind == Date || len(rest) > 1 && strings.ContainsRune("资容部外涵", rest[1]) {
				continue
			}
		case "多", "余", "来", "几": // read with the unit
			continue
		}
		return w.bound
	}
	return Exact
}
