package quantity

import (
	"math/big"
	"slices"
	"strings"

	"policybot/internal/han"
)

// Find reads the figures and dates in text, left to right, without overlaps.
//
// A numeral in Chinese figures counts only with a unit, measure word or scale
// (十二项, 一百二十万), or as digits of a year; so names such as 一网通办,
// 八八战略 and 五水共治 are none. Figures that are part of a word in letters
// (5G, CZ380) are none either. 第一 and 首批 are ordinals; a lone 一个 or
// "one" is Weak.
func Find(text string) []Quantity {
	s := newScan(text)
	for i := 0; i < len(s.rs); {
		if next := s.at(i); next > i {
			i = next
			continue
		}
		i++
	}
	for k := range s.out {
		s.out[k].Start, s.out[k].End = s.offsets[s.out[k].Start], s.offsets[s.out[k].End]
	}
	return s.out
}

// A scan reads one text. Positions count runes until Find turns them to bytes.
type scan struct {
	rs      []rune
	offsets []int
	out     []Quantity
}

// newScan folds script and width, rune for rune.
func newScan(text string) *scan {
	s := &scan{rs: []rune(han.Simplify(text)), offsets: make([]int, 0, len(text)/2)}
	for i := range text {
		s.offsets = append(s.offsets, i)
	}
	s.offsets = append(s.offsets, len(text))
	for i, r := range s.rs {
		switch {
		case r >= '！' && r <= '～':
			if r != '，' { // a clause mark, not a separator of thousands
				s.rs[i] = r - '！' + '!'
			}
		case r == '\u00a0' || r == '\u3000' || r == '\u2002':
			s.rs[i] = ' '
		case r == '﹪':
			s.rs[i] = '%'
		}
	}
	return s
}

// at reads what begins at rune i and returns where it ends, or i.
func (s *scan) at(i int) int {
	r := s.rs[i]
	switch {
	case r < 0x80 && !isDigit(r) && !isLetter(r):
		return i
	case isDigit(r):
		if next := s.date(i); next > i {
			return next
		}
		return s.amount(i)
	case isLetter(r):
		return s.english(i)
	case r >= 'Ⅰ' && r <= 'Ⅻ':
		return s.labelled(i, big.NewRat(int64(r-'Ⅰ')+1, 1), i+1)
	case isChinese(r):
		if next := s.date(i); next > i {
			return next
		}
		if next := s.fraction(i); next > i {
			return next
		}
		return s.amount(i)
	}
	switch r {
	case '第', '首':
		return s.ordinal(i)
	case '翻', '倍':
		return s.doubling(i)
	case '半', '减', '过':
		return s.half(i)
	case '今', '本', '当', '去', '上', '明', '前', '后', '次', '下':
		return s.date(i)
	}
	return i
}

func (s *scan) rest(i int) []rune { return s.rs[min(i, len(s.rs)):] }

// put records q over the runes [i, end) and returns end.
func (s *scan) put(q Quantity, i, end int) int {
	q.Start, q.End = i, end
	if q.Bound == Exact && q.Kind != Period {
		q.Bound = s.boundAfter(end, q)
	}
	if q.Kind != Period {
		// Of two that disagree (至多1米以上), the one before; 约9000余 is about.
		if b := s.boundBefore(i); q.Bound == Exact || q.Bound == Over && b != Exact || q.Bound.Lower() && b.Upper() || q.Bound.Upper() && b.Lower() {
			q.Bound = b
		}
	}
	if q.Bound == Exact && q.Kind == Amount {
		q.Bound = s.inherited(i, q)
	}
	s.out = append(s.out, q)
	return end
}

// inherited is the bound of the figure before in a list: 突破10万元、7万元.
func (s *scan) inherited(i int, q Quantity) Bound {
	if len(s.out) == 0 {
		return Exact
	}
	last := s.out[len(s.out)-1]
	if last.Kind != Amount || last.Unit != q.Unit || i-last.End > 60 {
		return Exact
	}
	gap := string(s.rs[last.End:i])
	english := strings.Contains(gap, " and ") && !strings.ContainsAny(gap, ".;") && !strings.Contains(gap, " to ") && !han.HasHan(gap)
	if slices.Contains([]string{"、", "和", "与", "及", "~", "-", "—"}, gap) || english {
		return s.boundBefore(last.Start)
	}
	return Exact
}

// spaces skips up to two blanks.
func (s *scan) spaces(i int) int {
	for k := 0; k < 2 && i < len(s.rs) && s.rs[i] == ' '; k++ {
		i++
	}
	return i
}

// idioms begin with a figure and are none, whatever follows.
var idioms = strings.Fields("一次性 一部分 一起 一时 一点 一方 一片 一体 一双 一对 一条龙 一站 一本 一步 一大 一批批 一天天 一级级 一张网 一个个 一项项 " +
	"一件件 一家家 一位位 一名名 三位一体 四位一体 五位一体 十字 八字 一部 一支支 一方面 一期一 两方 三方 两岸 一等 两级 一把 一套套 一字 一层层 三角 八角")

// notShare are words that begin with 成: 三成员 is not 30%.
const notShare = "立为功果员熟本都绩效就长品形套分年交人"

// amount reads a figure with its unit at i.
func (s *scan) amount(i int) int {
	n, ok := numberAt(s.rs, i)
	if !ok {
		return s.skipNumeral(i)
	}
	if !n.chinese {
		if i > 0 && isLetter(s.rs[i-1]) {
			return s.skipNumeral(i)
		}
		if n.end < len(s.rs) && isLetter(s.rs[n.end]) {
			if next := s.suffixed(i, n); next > i {
				return next
			}
			if unitAt(s.rest(n.end)) == nil {
				return s.skipNumeral(i)
			}
		}
	} else {
		for _, w := range idioms {
			if hasPrefix(s.rs[i:], w) {
				return i + len([]rune(w))
			}
		}
		if i > 0 && strings.ContainsRune("前后", s.rs[i-1]) && (hasPrefix(s.rs[i:], "一天") || hasPrefix(s.rs[i:], "一日")) {
			return n.end // 前一天 says when
		}
		if hasPrefix(s.rs[i:], "一半") {
			return s.put(Quantity{Value: big.NewRat(50, 1), Unit: "%"}, i, i+2)
		}
		if _, digit := digits[s.rs[i]]; !digit && s.rs[i] != '十' && (n.digits < 2 || i > 0 && strings.ContainsRune("数几上多若近每各成", s.rs[i-1])) {
			return n.end
		}
	}
	q := Quantity{Value: n.value}
	end, bare := s.measure(&q, n)
	if q.Unit == "" && !n.chinese && s.headed(&q, i) {
		bare = false
	}
	if bare && n.chinese && (n.simple || !strings.ContainsFunc(string(s.rs[i:n.end]), isScale)) {
		return n.end
	}
	if bare && s.bareYear(i, n) {
		return s.put(Quantity{Kind: Date, Date: Day{Year: int(n.value.Num().Int64())}}, i, end)
	}
	s.multiple(&q, i)
	if q.Unit == "%" && q.Value.Sign() > 0 && s.discounted(end) {
		q.Discount = true
	}
	q.Weak = n.chinese && s.rs[i] == '一' && n.digits == 1 && (Counted(q.Unit) || q.Unit == "次" || q.Unit == "批" || q.Unit == "类")
	if cur := s.currencyBefore(i); cur != "" && q.Unit == "" {
		q.Unit = cur
	}
	end = s.openRange(&q, i, end)
	return s.put(q, i, end)
}

// measure reads scale, 多 or 余, unit and 半 behind n into q; it returns where
// they end and whether there were none.
func (s *scan) measure(q *Quantity, n number) (int, bool) {
	end, j := n.end, s.spaces(n.end)
	over := func(j int) int {
		if j < len(s.rs) && strings.ContainsRune("多余馀几", s.rs[j]) && j+1 < len(s.rs) &&
			(isScale(s.rs[j+1]) || unitAt(s.rest(j+1)) != nil || s.rs[j] == '余' || s.rs[j] == '馀') {
			q.Bound = Over
			return j + 1
		}
		return j
	}
	bare := true
	j = over(j)
	if v, k := scaleAt(s.rs, j); k > j {
		q.Value = new(big.Rat).Mul(q.Value, v)
		end, j, bare = k, over(k), false
	}
	j = s.spaces(j)
	rest := s.rest(j)
	switch {
	case hasPrefix(rest, "成") && (len(rest) < 2 || !strings.ContainsRune(notShare, rest[1]) || hasPrefix(rest, "成人员")) && q.Value.Cmp(big.NewRat(10, 1)) <= 0:
		q.Value, q.Unit = new(big.Rat).Mul(q.Value, big.NewRat(10, 1)), "%"
		end = j + 1
		if len(rest) > 1 && digits[rest[1]] > 0 {
			q.Value.Add(q.Value, big.NewRat(digits[rest[1]], 1))
			end++
		}
		return end, false
	case hasPrefix(rest, "折") && !hasPrefix(rest, "折叠") && !hasPrefix(rest, "折合"):
		factor := int64(10)
		if q.Value.Cmp(big.NewRat(10, 1)) > 0 {
			factor = 1
		}
		q.Value, q.Unit, q.Discount = new(big.Rat).Mul(q.Value, big.NewRat(factor, 1)), "%", true
		return j + 1, false
	}
	u := unitAt(rest)
	if u == nil {
		if k, ok := s.englishMeasure(q, end); ok {
			return k, false
		}
		return end, bare
	}
	if u.canon == "月" && hasPrefix(rest, "月") { // a month of the calendar, not read as a date
		return end, bare
	}
	name := len(u.name)
	if u.canon == "个" && len(rest) > 2 && strings.ContainsRune("多半余", rest[1]) {
		if w := unitAt(append([]rune("个"), rest[2:]...)); w != nil && len(w.name) > 1 { // 3个多月, 两个半月
			if rest[1] == '半' {
				q.Value = new(big.Rat).Add(q.Value, big.NewRat(1, 2))
			} else {
				q.Bound = Over
			}
			u, name = w, len(w.name)+1
		}
	}
	if hasPrefix(rest[name:], "半") && (u.canon == "月" || u.canon == "分钟") {
		q.Value = new(big.Rat).Add(q.Value, big.NewRat(1, 2))
		name++
	}
	q.Unit = u.canon
	q.Value = new(big.Rat).Mul(q.Value, u.factor)
	end = j + name
	if u.class == 'm' && end < len(s.rs) && strings.ContainsRune("多余", s.rs[end]) && q.Bound == Exact &&
		(end+1 >= len(s.rs) || !strings.ContainsRune("元功种样层方个边少", s.rs[end+1])) {
		q.Bound = Over
	}
	if per, k := s.per(end); k > end {
		q.Per, end = per, k
	}
	return end, false
}

// per reads what a unit counts per: 件/万人, 元/平方米, 元每人.
func (s *scan) per(i int) (string, int) {
	if i >= len(s.rs) || s.rs[i] != '/' && s.rs[i] != '每' {
		return "", i
	}
	_, j := scaleAt(s.rs, i+1)
	u := unitAt(s.rest(j))
	if u == nil || s.rs[i] == '每' && j+len(u.name) < len(s.rs) && han.IsHan(s.rs[j+len(u.name)]) {
		return "", i
	}
	return string(s.rs[i+1:j]) + u.canon, j + len(u.name)
}

// multiple turns a growth by so many times into the multiple: 增长一倍 is 2 倍.
func (s *scan) multiple(q *Quantity, i int) {
	if q.Unit != "倍" {
		return
	}
	before := string(s.rs[max(0, i-6):i])
	for _, verb := range []string{"增长", "增加", "提高", "扩大", "提升", "上升", "高出", "多出", "增幅", "涨"} {
		if k := strings.LastIndex(before, verb); k >= 0 && !strings.ContainsAny(before[k:], "到至为是，,。、") {
			q.Value = new(big.Rat).Add(q.Value, big.NewRat(1, 1))
			return
		}
	}
}

// discounted reports whether the text behind a share says that it is a price
// left over: 按95%结算 is 九五折.
func (s *scan) discounted(end int) bool {
	for _, w := range []string{"结算", "计价", "计费", "计收", "收取", "计征", "优惠价"} {
		if hasPrefix(s.rest(end), w) || hasPrefix(s.rest(end), "的价格"+w) {
			return true
		}
	}
	return false
}

func (s *scan) currencyBefore(i int) string {
	before := strings.TrimRight(string(s.rs[max(0, i-5):i]), " ")
	switch {
	case strings.HasSuffix(before, "US$"), strings.HasSuffix(before, "$"):
		return "美元"
	case strings.HasSuffix(before, "¥"), strings.HasSuffix(before, "￥"), strings.HasSuffix(before, "RMB"), strings.HasSuffix(before, "CNY"), strings.HasSuffix(before, "人民币"):
		return "元"
	}
	return ""
}

// openRange gives the first figure of a range the unit of the second when it
// has none (40~60%, 1-2个), and marks both.
func (s *scan) openRange(q *Quantity, i, end int) int {
	if k := len(s.out) - 1; k >= 0 && s.out[k].Open && s.out[k].Kind == Amount && s.dash(s.out[k].End) == i {
		q.Range = true
		first := &s.out[k]
		if first.Unit == "" && q.Unit != "" {
			first.Unit, first.Per = q.Unit, q.Per
			first.Value = new(big.Rat).Mul(first.Value, s.scaling(i))
		}
	}
	if j := s.dash(end); j > end {
		if _, ok := numberAt(s.rs, j); ok {
			q.Open = true
		}
	}
	return end
}

// scaling is what scale and unit of the figure at i make of its numeral.
func (s *scan) scaling(i int) *big.Rat {
	n, ok := numberAt(s.rs, i)
	if !ok || n.value.Sign() == 0 {
		return big.NewRat(1, 1)
	}
	var q Quantity
	q.Value = n.value
	s.measure(&q, n)
	return new(big.Rat).Quo(q.Value, n.value)
}

// dash is the position behind a mark of range at i, or i.
func (s *scan) dash(i int) int {
	j := i
	for j < len(s.rs) && j-i < 2 && strings.ContainsRune("-~—–－～至到", s.rs[j]) {
		j++
	}
	return j
}

// skipNumeral passes a run of figures and letters that is no quantity.
func (s *scan) skipNumeral(i int) int {
	j := i
	for j < len(s.rs) && (isDigit(s.rs[j]) || isLetter(s.rs[j])) {
		j++
	}
	for j == i || j < len(s.rs) && isChinese(s.rs[i]) && isChinese(s.rs[j]) {
		j++
	}
	return j
}
