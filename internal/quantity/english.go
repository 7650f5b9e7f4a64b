package quantity

import (
	"math/big"
	"strings"
)

var months = map[string]int{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12}

var counting = map[string]int64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

var ordering = map[string]int64{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
	"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
	"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30}

var multiplying = map[string]int64{"double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twofold": 2, "triple": 3, "triples": 3,
	"tripled": 3, "tripling": 3, "treble": 3, "threefold": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4}

var englishScales = map[string]int64{"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "trillion": 1e12}

// englishUnits are the units that English names, singular, with the Chinese
// names whose unit and factor they have.
var englishUnits = map[string]string{"yuan": "元", "rmb": "元", "renminbi": "元", "dollar": "美元", "percent": "%", "pct": "%",
	"year": "年", "month": "个月", "week": "周", "day": "天", "hour": "小时", "minute": "分钟", "second": "秒", "kilometer": "公里",
	"kilometre": "公里", "meter": "米", "metre": "米", "hectare": "公顷", "mu": "亩", "ton": "吨", "tonne": "吨", "kilogram": "公斤",
	"liter": "升", "litre": "升", "milliliter": "毫升", "millilitre": "毫升", "times": "倍", "fold": "倍", "quarter": "个季度",
	"person": "人", "people": "人", "household": "户", "degree": "度", "working day": "个工作日"}

// wordAt is the word in letters at i, in lower case, and where it ends.
func (s *scan) wordAt(i int) (string, int) {
	j := i
	for j < len(s.rs) && isLetter(s.rs[j]) {
		j++
	}
	return strings.ToLower(string(s.rs[i:j])), j
}

// nextWord is the word behind one blank or hyphen at i.
func (s *scan) nextWord(i int) (string, int) {
	if i < len(s.rs) && (s.rs[i] == ' ' || s.rs[i] == '-') {
		return s.wordAt(i + 1)
	}
	return "", i
}

// english reads what begins with a word in letters at i, and passes the word.
func (s *scan) english(i int) int {
	if i > 0 && isDigit(s.rs[i-1]) {
		return s.skipNumeral(i)
	}
	word, end := s.wordAt(i)
	if month := months[word]; month > 0 && s.rs[i] < 'a' {
		if next := s.monthFirst(i, end, month); next > i {
			return next
		}
	}
	if v := multiplying[word]; v > 0 {
		return s.put(Quantity{Value: big.NewRat(v, 1), Unit: "倍"}, i, end)
	}
	if word == "half" || word == "halve" || word == "halved" {
		return s.put(Quantity{Value: big.NewRat(50, 1), Unit: "%"}, i, end)
	}
	if strings.Trim(word, "ivx") == "" && end-i <= 4 && s.rs[i] < 'a' && word != "" && end < len(s.rs) {
		if v := romanValue(word); v > 0 {
			if next := s.labelled(i, big.NewRat(v, 1), end); next > i {
				return next
			}
		}
	}
	if v, e, ordinal, ok := s.spelled(i); ok {
		if ordinal {
			return s.put(s.period(Quantity{Kind: Ordinal, Value: big.NewRat(v, 1)}, &e), i, e)
		}
		q := Quantity{Value: big.NewRat(v, 1), Weak: v == 1}
		e, _ = s.englishMeasure(&q, e)
		return s.put(q, i, e)
	}
	if end < len(s.rs) && isDigit(s.rs[end]) { // CZ380
		return s.skipNumeral(i)
	}
	return max(end, i+1)
}

// spelled reads seven, twenty-five, twenty-fifth, ninth at i.
func (s *scan) spelled(i int) (v int64, end int, ordinal, ok bool) {
	word, end := s.wordAt(i)
	if v, ok := ordering[word]; ok {
		return v, end, true, true
	}
	v, ok = counting[word]
	if !ok {
		return 0, i, false, false
	}
	if v >= 20 && end < len(s.rs) && s.rs[end] == '-' {
		next, e := s.wordAt(end + 1)
		if u := counting[next]; u > 0 && u < 10 {
			return v + u, e, false, true
		}
		if u := ordering[next]; u > 0 && u < 10 {
			return v + u, e, true, true
		}
	}
	return v, end, false, true
}

// period makes an ordinal before "Five-Year Plan" the number of the plan.
func (s *scan) period(q Quantity, end *int) Quantity {
	const plan = " five-year plan"
	if e := *end + len(plan); e <= len(s.rs) && strings.EqualFold(string(s.rs[*end:e]), plan) {
		q.Kind, *end = Period, e
	}
	return q
}

func romanValue(word string) int64 {
	for i, w := range []string{"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"} {
		if w == word {
			return int64(i + 1)
		}
	}
	return 0
}

// monthFirst reads June 28, 2020; June 28; June 2020; and, with the day
// already read as a figure, 28 June 2020.
func (s *scan) monthFirst(i, end, month int) int {
	d := Day{Month: month}
	j := end
	if n, ok := numberAt(s.rs, s.spaces(end)); ok && s.spaces(end) > end && n.value.IsInt() && !n.chinese {
		v := n.value.Num().Int64()
		switch {
		case n.digits <= 2 && v >= 1 && v <= 31:
			d.Day, j = int(v), n.end
			if w, e := s.wordAt(j); w == "st" || w == "nd" || w == "rd" || w == "th" {
				j = e
			}
			k := j
			if hasPrefix(s.rest(k), ",") {
				k++
			}
			if y, ok := numberAt(s.rs, s.spaces(k)); ok && y.digits == 4 && y.value.IsInt() && s.spaces(k) > k {
				d.Year, j = int(y.value.Num().Int64()), y.end
			}
		case n.digits == 4 && v >= firstYear && v <= lastYear:
			d.Year, j = int(v), n.end
		}
	}
	if k := len(s.out) - 1; k >= 0 && d.Day == 0 && s.out[k].End == i-1 && s.out[k].Unit == "" && s.out[k].Kind != Date &&
		s.out[k].Value.IsInt() && s.out[k].Value.Cmp(big.NewRat(31, 1)) <= 0 {
		d.Day = int(s.out[k].Value.Num().Int64())
		i = s.out[k].Start
		s.out = s.out[:k]
	}
	if d.Day == 0 && d.Year == 0 && month == 5 { // "may" at the head of a sentence
		return i
	}
	return s.put(Quantity{Kind: Date, Date: d}, i, j)
}

// suffixed reads an Arabic numeral with letters behind it: 12th, 2nd, 5bn.
func (s *scan) suffixed(i int, n number) int {
	word, end := s.wordAt(n.end)
	switch word {
	case "st", "nd", "rd", "th":
		q := s.period(Quantity{Kind: Ordinal, Value: n.value}, &end)
		return s.put(q, i, end)
	case "bn", "mn", "tn":
		q := Quantity{Value: new(big.Rat).Mul(n.value, big.NewRat(map[string]int64{"mn": 1e6, "bn": 1e9, "tn": 1e12}[word], 1))}
		end, _ = s.englishMeasure(&q, end)
		return s.put(q, i, end)
	}
	return i
}

// englishMeasure reads the scale and unit in words at end into q, with at
// most one word between them and the figure (10 mainland households has none).
func (s *scan) englishMeasure(q *Quantity, end int) (int, bool) {
	found := false
	word, e := s.nextWord(end)
	if v, ok := englishScales[word]; ok {
		q.Value = new(big.Rat).Mul(q.Value, big.NewRat(v, 1))
		end, found = e, true
		word, e = s.nextWord(end)
	}
	if word == "" {
		return end, found
	}
	next, ne := s.nextWord(e)
	switch {
	case (word == "percentage" || word == "percent") && (next == "points" || next == "point"):
		q.Unit = "百分点"
		return ne, true
	case word == "per" && next == "cent":
		q.Unit = "%"
		return ne, true
	case (word == "square" || word == "sq") && strings.HasPrefix(next, "kilom"):
		q.Unit, q.Value = "平方米", new(big.Rat).Mul(q.Value, big.NewRat(1e6, 1))
		return ne, true
	case (word == "square" || word == "sq") && strings.HasPrefix(next, "met"):
		q.Unit = "平方米"
		return ne, true
	case word == "cubic" && strings.HasPrefix(next, "met"):
		q.Unit = "立方米"
		return ne, true
	case word == "working" && strings.HasPrefix(next, "day"):
		q.Unit = "工作日"
		return ne, true
	}
	name, ok := englishUnits[word]
	if !ok {
		name, ok = englishUnits[strings.TrimSuffix(word, "s")]
	}
	if !ok {
		return end, found
	}
	if name == "年" && next == "old" || name == "年" && strings.HasPrefix(next, "of") {
		if next == "old" {
			q.Unit = "岁"
			return ne, true
		}
		if _, ag := s.nextWord(ne); ag > ne && strings.EqualFold(string(s.rs[ne+1:ag]), "age") {
			q.Unit = "岁"
			return ag, true
		}
	}
	u := unitAt([]rune(name))
	q.Unit, q.Value = u.canon, new(big.Rat).Mul(q.Value, u.factor)
	return e, true
}

// englishBefore and englishAfter are the words that bound a figure, longer
// ones before those that they end or begin with.
var englishBefore = []struct {
	text  string
	bound Bound
}{
	{"no more than", AtMost}, {"not more than", AtMost}, {"no less than", AtLeast}, {"not less than", AtLeast}, {"no fewer than", AtLeast},
	{"not fewer than", AtLeast}, {"no later than", AtMost}, {"no earlier than", AtLeast}, {"not earlier than", AtLeast},
	{"no higher than", AtMost}, {"no lower than", AtLeast}, {"not exceeding", AtMost}, {"not exceed", AtMost}, {"not to exceed", AtMost},
	{"not be less than", AtLeast}, {"not be more than", AtMost}, {"more than", More}, {"less than", Less}, {"fewer than", Less},
	{"higher than", More}, {"lower than", Less}, {"greater than", More}, {"at least", AtLeast}, {"at most", AtMost}, {"up to", AtMost},
	{"a maximum of", AtMost}, {"a minimum of", AtLeast}, {"as many as", AtMost}, {"under the age of", Less}, {"over the age of", More},
	{"capped at", AtMost}, {"exceeding", More}, {"exceeds", More}, {"exceeded", More}, {"exceed", More}, {"surpassing", More},
	{"surpasses", More}, {"surpassed", More}, {"surpass", More}, {"topping", More}, {"over", More}, {"above", More}, {"beyond", More},
	{"under", Less}, {"below", Less}, {"within", AtMost}, {"nearly", Near}, {"almost", Near}, {"close to", Near}, {"approximately", About},
	{"about", About}, {"around", About}, {"roughly", About}, {"some", About}, {"a further", Exact},
}

var englishAfter = []struct {
	text  string
	bound Bound
}{
	{" or more", AtLeast}, {" or above", AtLeast}, {" and above", AtLeast}, {" or over", AtLeast}, {" or older", AtLeast}, {" and over", AtLeast},
	{" or less", AtMost}, {" or fewer", AtMost}, {" or below", AtMost}, {" and below", AtMost}, {" or under", AtMost}, {" or younger", AtMost},
	{" at most", AtMost}, {" at least", AtLeast},
}

// englishBoundBefore is the bound told by the English words that end at i.
func (s *scan) englishBoundBefore(i int) Bound {
	before := " " + strings.ToLower(string(s.rs[max(0, i-20):i]))
	for _, drop := range []string{" a", " an", " the", " rmb", " us"} {
		before = strings.TrimSuffix(before, drop)
	}
	for _, w := range englishBefore {
		if strings.HasSuffix(before, " "+w.text) {
			return w.bound
		}
	}
	return Exact
}

func englishBoundAfter(rest []rune) Bound {
	after := strings.ToLower(string(rest[:min(len(rest), 12)]))
	for _, w := range englishAfter {
		if strings.HasPrefix(after, w.text) {
			return w.bound
		}
	}
	return Exact
}

// yearWords stand before a year that is written without a word for year.
var yearWords = map[string]bool{"in": true, "by": true, "of": true, "since": true, "until": true, "from": true, "to": true, "through": true,
	"end": true, "for": true, "during": true, "early": true, "late": true, "mid": true, "before": true, "after": true, "and": true, "the": true}

// bareYear reports whether the four figures at i are a year in English.
func (s *scan) bareYear(i int, n number) bool {
	if n.chinese || n.digits != 4 || n.end-i != 4 {
		return false
	}
	if v := n.value.Num().Int64(); v < 1900 || v > 2100 {
		return false
	}
	if i < 2 || s.rs[i-1] != ' ' && s.rs[i-1] != '-' {
		return false
	}
	j := i - 1
	for j > 0 && isLetter(s.rs[j-1]) {
		j--
	}
	return yearWords[strings.ToLower(string(s.rs[j:i-1]))]
}
