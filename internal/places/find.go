package places

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// A Mention is a place's name as it stands in a text.
type Mention struct {
	Start, End int     // byte offsets
	Places     []Place // every division the name can mean; several for 西湖区 or 鼓楼区 alone
	// Within says that the name begins a longer proper name, of a school, a
	// road, a bank, a paper: 江苏银行, 中山路, 浙江大学, 杭州日报.
	Within bool
}

// Find finds the names of divisions in text, longest first, left to right,
// without overlaps: full names (杭州市, 西湖区), names in a row that belong
// together (浙江省杭州市西湖区, 杭州西湖区) as one mention, and short names of
// provinces and prefecture cities (浙江, 杭州), in either script. A short
// county name (西湖, 建德) counts only where the name of its city or province
// stands directly before it, and so does a name that is a common word too
// (来宾, 新城区). In English, names of provinces and cities count alone, those
// of counties with District, County, City or Banner behind them.
//
// Find tells words apart by their neighbours only: 钱塘江西岸 is not 江西, but
// a rare running-together of two words may still be taken for a name.
func Find(text string) []Mention {
	t := index()
	rs, at := decode(text)
	var out []Mention
	for i := 0; i < len(rs); {
		r := rs[i]
		switch {
		case r >= 0x3400 && han.IsHan(r):
			if m, next := t.chain(rs, i); next > i {
				out = append(out, Mention{Start: at[i], End: at[next], Places: m, Within: within(rs[next:])})
				i = next
				continue
			}
		case r < utf8.RuneSelf && r >= 'A' && r <= 'Z' && (i == 0 || !isWord(rs[i-1])):
			if ps, next := t.latin(rs, i); next > i {
				out = append(out, Mention{Start: at[i], End: at[next], Places: ps})
				i = next
				continue
			}
		}
		i++
	}
	return out
}

// decode is text in simplified script, rune for rune, with each rune's byte
// offset in text and, last, text's length.
func decode(text string) ([]rune, []int) {
	rs := han.SimplifiedRunes(text)
	at := make([]int, 0, len(rs)+1)
	for i := range text {
		at = append(at, i)
	}
	return rs, append(at, len(text))
}

// chain reads a name at i and those that follow directly and lie in it.
func (t *table) chain(rs []rune, i int) ([]Place, int) {
	var above []Place
	end := i
	for end < len(rs) && t.begins(rs[end]) {
		ps, n := t.name(rs, end, above)
		if n == 0 {
			break
		}
		above, end = ps, end+n
	}
	return above, end
}

// name is the longest name at i that may stand there, below one of above if
// there are any; its places and length in runes, 0 for none.
func (t *table) name(rs []rune, i int, above []Place) ([]Place, int) {
	for e := range t.at(rs[i:]) {
		end := i + len(e.runes)
		if !e.fits(rs, i, end) {
			continue
		}
		ps := e.places
		if above != nil {
			ps = nil
			for _, p := range e.places {
				if slices.ContainsFunc(above, func(a Place) bool { return a != p && a.Contains(p) }) {
					ps = append(ps, p)
				}
			}
			if len(ps) == 0 {
				continue
			}
			// 杭州西湖 is the lake before it is the district, when it is part
			// of another name.
			if e.tied && within(rs[end:]) {
				continue
			}
		} else if e.tied && (!e.alone || i > 0 && han.IsHan(rs[i-1])) {
			continue
		}
		return ps, len(e.runes)
	}
	return nil, 0
}

// fits reports whether the characters beside rs[i:end] let the name stand.
func (e *entry) fits(rs []rune, i, end int) bool {
	if i > 0 && e.before != "" && strings.ContainsRune(e.before, rs[i-1]) {
		return false
	}
	if end == len(rs) {
		return true
	}
	if e.after != "" && strings.ContainsRune(e.after, rs[end]) {
		return false
	}
	switch rs[end-1] {
	case '区': // 西湖区域, 滨江区块
		return !strings.ContainsRune("域块间位", rs[end])
	case '市': // 杭州市场
		return rs[end] != '场' && rs[end] != '值'
	}
	return true
}

// longer are the words that make a place's name the beginning of another.
var longer = func() map[rune][][]rune {
	m := map[rune][][]rune{}
	for w := range strings.FieldsSeq("大学 学院 中学 小学 银行 日报 晚报 晨报 时报 商报 卫视 东路 西路 南路 北路 中路 路 大道 大街 街 证券 农商银行 " +
		"农信 农商行 龙井 大厦 宾馆 饭店 酒店 机场 火车站 高铁站 站 港 湾区 半岛 海峡 平原 三角洲") {
		r := []rune(w)
		m[r[0]] = append(m[r[0]], r)
	}
	return m
}()

func within(rest []rune) bool {
	if len(rest) == 0 {
		return false
	}
	for _, w := range longer[rest[0]] {
		if len(w) > len(rest) || !slices.Equal(w, rest[:len(w)]) {
			continue
		}
		if len(w) > 1 || len(rest) == 1 {
			return true
		}
		// 江西路 is a road; 杭州路径, 杭州街道, 杭州站稳, 杭州港口 are not names.
		return !strings.ContainsRune("径线由网道面区镇稳在位上口", rest[1])
	}
	return false
}

func isWord(r rune) bool { return unicode.IsLetter(r) && !han.IsHan(r) || unicode.IsDigit(r) }

// latin reads an English name at i: Hangzhou, Xi'an, Inner Mongolia, Xihu
// District.
func (t *table) latin(rs []rune, i int) ([]Place, int) {
	var ends []int // of the words at i
	for j := i; j < len(rs) && len(ends) <= t.words; {
		k := j
		for k < len(rs) && (isWord(rs[k]) || (rs[k] == '\'' || rs[k] == '’') && k+1 < len(rs) && isWord(rs[k+1]) && rs[k+1] != 's') {
			k++
		}
		if k == j {
			break
		}
		ends = append(ends, k)
		if k == len(rs) || rs[k] != ' ' && rs[k] != '\u00a0' && rs[k] != '-' {
			break
		}
		j = k + 1
	}
	for n := min(len(ends), t.words); n > 0; n-- {
		key := strings.ReplaceAll(strings.ToLower(string(rs[i:ends[n-1]])), "’", "'")
		ps := t.english[key]
		if len(ps) == 0 {
			continue
		}
		kind, end := "", ends[n-1]
		if len(ends) > n {
			kind = string(rs[ends[n-1]+1 : ends[n]])
			end = ends[n]
		}
		if ps := ofKind(ps, kind); len(ps) > 0 {
			return ps, end
		}
		if ps := ofKind(ps, ""); len(ps) > 0 {
			return ps, ends[n-1]
		}
	}
	return nil, i
}

// kinds are the English words behind a name, with the endings of the Chinese
// names that they stand for.
var kinds = map[string]string{
	"district": "区", "county": "县", "city": "市", "province": "省", "municipality": "市", "prefecture": "州盟区市",
	"banner": "旗", "region": "区",
}

// ofKind keeps the places that a name with this word behind it can mean. A
// bare name means a province or a prefecture.
func ofKind(ps []Place, kind string) []Place {
	endings, ok := kinds[strings.ToLower(kind)]
	if kind != "" && !ok {
		return nil
	}
	var out []Place
	for _, p := range ps {
		name := []rune(p.Name())
		if kind == "" && p.Level() < County || kind != "" && strings.ContainsRune(endings, name[len(name)-1]) {
			out = append(out, p)
		}
	}
	return out
}
