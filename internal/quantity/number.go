package quantity

import (
	"math/big"
	"strings"
)

// digits are the Chinese figures; tens and myriads multiply what stands
// before them.
var (
	digits   = map[rune]int64{'零': 0, '〇': 0, '○': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '两': 2}
	tens     = map[rune]int64{'十': 10, '百': 100, '千': 1000}
	myriads  = map[rune]int64{'万': 1e4, '亿': 1e8}
	longest  = 40 // digits of a number that are read; more are an identifier
	maxRunes = 40
)

// A number is a numeral that was read.
type number struct {
	value   *big.Rat
	end     int
	chinese bool // written in Chinese figures
	simple  bool // Chinese figures without 十, 百, 千, 万: 二〇二五, 五
	digits  int  // how many figures, for years
	zero    bool // begins with 0 or 〇
}

func isChinese(r rune) bool {
	_, d := digits[r]
	_, t := tens[r]
	_, m := myriads[r]
	return d || t || m
}

// numberAt reads a numeral at rs[i:], in Arabic or Chinese figures, without
// the scale that may follow an Arabic one.
func numberAt(rs []rune, i int) (number, bool) {
	if i >= len(rs) {
		return number{}, false
	}
	if isDigit(rs[i]) {
		return arabicAt(rs, i)
	}
	if isChinese(rs[i]) {
		return chineseAt(rs, i)
	}
	return number{}, false
}

func arabicAt(rs []rune, i int) (number, bool) {
	j := i
	for j < len(rs) && isDigit(rs[j]) {
		j++
	}
	n := number{digits: j - i, zero: rs[i] == '0'}
	var b strings.Builder
	b.WriteString(string(rs[i:j]))
	for j-i <= 3 && b.Len() > 0 || strings.ContainsRune(b.String(), ',') {
		// 20,000: groups of three after a comma.
		if j+3 < len(rs) && rs[j] == ',' && isDigit(rs[j+1]) && isDigit(rs[j+2]) && isDigit(rs[j+3]) &&
			(j+4 >= len(rs) || !isDigit(rs[j+4])) {
			b.WriteString("," + string(rs[j+1:j+4]))
			j += 4
			continue
		}
		break
	}
	if j+1 < len(rs) && rs[j] == '.' && isDigit(rs[j+1]) {
		k := j + 1
		for k < len(rs) && isDigit(rs[k]) {
			k++
		}
		if k >= len(rs) || rs[k] != '.' || k+1 >= len(rs) || !isDigit(rs[k+1]) { // 1.2.3 is no decimal
			b.WriteString(string(rs[j:k]))
			j, n.digits = k, 0
		}
	}
	s := strings.ReplaceAll(b.String(), ",", "")
	if len(s) > longest {
		return number{}, false
	}
	v, ok := new(big.Rat).SetString(s)
	n.value, n.end = v, j
	return n, ok
}

func chineseAt(rs []rune, i int) (number, bool) {
	j := i
	for j < len(rs) && isChinese(rs[j]) {
		j++
	}
	if j-i > maxRunes {
		return number{}, false
	}
	part := rs[i:j]
	n := number{end: j, chinese: true, digits: len(part)}
	_, simple := digits[part[0]]
	for _, r := range part {
		if _, ok := digits[r]; !ok {
			simple = false
		}
	}
	if simple {
		n.simple, n.zero = true, digits[part[0]] == 0
		v := int64(0)
		if len(part) > 12 {
			return number{}, false
		}
		for _, r := range part {
			v = v*10 + digits[r]
		}
		n.value = big.NewRat(v, 1)
	} else {
		v, ok := structured(part)
		if !ok {
			return number{}, false
		}
		n.value = v
	}
	// 三点五
	if j+1 < len(rs) && rs[j] == '点' {
		if _, ok := digits[rs[j+1]]; ok {
			frac, scale := int64(0), int64(1)
			k := j + 1
			for k < len(rs) && k-j < 10 {
				d, ok := digits[rs[k]]
				if !ok || rs[k] == '两' {
					break
				}
				frac, scale = frac*10+d, scale*10
				k++
			}
			if k > j+1 && k < len(rs) && (isScale(rs[k]) || unitAt(rs[k:]) != nil && rs[k] != '分') {
				n.value.Add(n.value, big.NewRat(frac, scale))
				n.end, n.simple = k, false
			}
		}
	}
	return n, true
}

// structured reads 一百二十万, 两万亿, 十五, 一千零五; it refuses what is no
// number as written (三四十, 五六).
func structured(part []rune) (*big.Rat, bool) {
	total, section, current := new(big.Rat), new(big.Rat), int64(-1)
	lastTen := int64(1 << 40)
	for k, r := range part {
		if d, ok := digits[r]; ok {
			if current > 0 {
				return nil, false
			}
			current = d
			if k == len(part)-1 && k > 0 && lastTen > 10 && lastTen < 1<<40 && part[k-1] != '零' && part[k-1] != '〇' {
				// 一百二: the figure stands one place below.
				current = d * lastTen / 10
			}
			continue
		}
		if m, ok := tens[r]; ok {
			if m >= lastTen {
				return nil, false
			}
			lastTen = m
			if current < 1 {
				if k > 0 && part[k-1] != '零' && part[k-1] != '〇' {
					if _, my := myriads[part[k-1]]; !my {
						return nil, false
					}
				}
				current = 1
			}
			section.Add(section, big.NewRat(current*m, 1))
			current = -1
			continue
		}
		m := myriads[r]
		if current > 0 {
			section.Add(section, big.NewRat(current, 1))
		}
		current = -1
		if section.Sign() == 0 {
			if total.Sign() == 0 {
				section.SetInt64(1) // 万亿 and 亿 alone
			} else {
				// 两万亿: the scale multiplies everything before it.
				total.Mul(total, big.NewRat(m, 1))
				lastTen = 1 << 40
				continue
			}
		}
		section.Mul(section, big.NewRat(m, 1))
		total.Add(total, section)
		section = new(big.Rat)
		lastTen = 1 << 40
	}
	if current > 0 {
		section.Add(section, big.NewRat(current, 1))
	}
	return total.Add(total, section), true
}

func isScale(r rune) bool { return r == '万' || r == '亿' || r == '千' || r == '百' }

// scaleAt reads a scale behind an Arabic numeral: 万亿, 百万, 千; 1 if there
// is none. 百 and 千 count only before another scale, a unit or the end.
func scaleAt(rs []rune, i int) (*big.Rat, int) {
	v := big.NewRat(1, 1)
	j := i
	for j < len(rs) && j-i < 3 && isScale(rs[j]) {
		if hasPrefix(rs[j:], "千瓦") || hasPrefix(rs[j:], "千米") || hasPrefix(rs[j:], "千克") || hasPrefix(rs[j:], "百分") {
			break
		}
		if t, ok := tens[rs[j]]; ok {
			v.Mul(v, big.NewRat(t, 1))
		} else {
			v.Mul(v, big.NewRat(myriads[rs[j]], 1))
		}
		j++
	}
	return v, j
}
