package places

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"

	"policybot/internal/han"
)

//go:embed data/divisions.txt
var divisions string

//go:embed data/former.txt
var former string

//go:embed data/english.txt
var english string

//go:embed data/wordlike.txt
var wordlike string

//go:embed data/generic.txt
var generic string

//go:embed data/crossings.txt
var crossings string

// An entry is a name and everything that it can mean.
type entry struct {
	runes  []rune // simplified
	places []Place
	// tied names count only directly behind the name of what they lie in: the
	// short names of counties, and names that are common words.
	tied bool
	// alone names count also where no Chinese character stands before them.
	alone         bool
	before, after string // characters that may not stand beside the name
}

const blockStart, blockEnd = 0x4e00, 0xa000

// A table finds names by their first two characters, longest first.
type table struct {
	byStart map[[2]rune][]*entry
	// Most characters of a text begin no name. Nearly all stand in the one block
	// of ideographs, where an index is faster than a map.
	inBlock [blockEnd - blockStart]bool
	english map[string][]Place // lower case
	words   int                // most words in an English name
}

// begins reports whether a name may begin with r.
func (t *table) begins(r rune) bool {
	return r >= blockEnd || r >= blockStart && t.inBlock[r-blockStart]
}

// at goes through the entries that rs begins with, longest first.
func (t *table) at(rs []rune) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		if len(rs) < 2 || !t.begins(rs[0]) {
			return
		}
		for _, e := range t.byStart[[2]rune(rs)] {
			if len(e.runes) <= len(rs) && slices.Equal(e.runes, rs[:len(e.runes)]) && !yield(e) {
				return
			}
		}
	}
}

// lines are the lines of a data file that are no comments.
func lines(data string) [][]string {
	var out [][]string
	for line := range strings.Lines(data) {
		if f := strings.Fields(line); len(f) > 0 && !strings.HasPrefix(line, "#") {
			out = append(out, f)
		}
	}
	return out
}

// codes reads the divisions under their codes. Rows that only group (市辖区,
// 县, 省直辖县级行政区划) are no places; what hangs under them belongs to the
// municipality, or directly to the province.
func codes() (map[string]Place, []string) {
	byCode := map[string]Place{}
	var order []string
	for _, f := range lines(divisions) {
		code, name := f[0], f[1]
		var p Place
		switch len(code) {
		case 2:
			p.Province = name
			if strings.HasSuffix(name, "市") {
				p.City = name
			}
		case 4:
			if name == "市辖区" || name == "县" || strings.Contains(name, "直辖县级") {
				continue
			}
			p = Place{Province: byCode[code[:2]].Province, City: name}
		default:
			above, ok := byCode[code[:4]]
			if !ok {
				above = byCode[code[:2]]
			}
			p = above
			p.County = name
		}
		byCode[code] = p
		order = append(order, code)
	}
	return byCode, order
}

// peoples are taken off the names of autonomous divisions for the short name,
// longest first: 延边朝鲜族自治州 is 延边.
var peoples = strings.Fields("柯尔克孜 达斡尔族 鄂温克族 土家族 哈尼族 哈萨克 傈僳族 拉祜族 东乡族 纳西族 景颇族 仫佬族 布朗族 " +
	"撒拉族 毛南族 仡佬族 阿昌族 普米族 塔吉克 保安族 裕固族 独龙族 朝鲜族 布依族 维吾尔 蒙古族 蒙古 回族 藏族 苗族 彝族 壮族 满族 侗族 " +
	"瑶族 白族 傣族 黎族 佤族 畲族 水族 土族 羌族 怒族 锡伯 各族")

// short is the name without its kind: 杭州市 is 杭州; empty if nothing of at
// least two characters is left.
func short(name string) string {
	for _, kind := range []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "新区", "林区", "地区", "省", "市", "县", "区", "盟", "旗"} {
		rest, ok := strings.CutSuffix(name, kind)
		if !ok {
			continue
		}
		for cut := strings.HasPrefix(kind, "自治"); cut; {
			cut = false
			for _, p := range peoples {
				if r, ok := strings.CutSuffix(rest, p); ok && r != "" && rest != "内蒙古" {
					rest, cut = r, true
					break
				}
			}
		}
		if len([]rune(rest)) >= 2 {
			return rest
		}
		return ""
	}
	return ""
}

var index = sync.OnceValue(func() *table {
	t := &table{byStart: map[[2]rune][]*entry{}, english: map[string][]Place{}}
	byName := map[string]*entry{}
	add := func(name string, p Place) *entry {
		name = han.Simplify(name)
		e := byName[name]
		if e == nil {
			e = &entry{runes: []rune(name)}
			byName[name] = e
			start := [2]rune(e.runes) // no name is shorter
			t.byStart[start] = append(t.byStart[start], e)
		}
		if !slices.Contains(e.places, p) {
			e.places = append(e.places, p)
		}
		return e
	}
	byCode, order := codes()
	names := func(p Place) {
		e := add(p.Name(), p)
		if p.Level() == County && len(e.runes) == 2 {
			e.tied, e.alone = true, true
		}
	}
	for _, code := range order {
		names(byCode[code])
	}
	for _, f := range lines(former) {
		above := only(byName[f[0]].places)
		names(Place{Province: above.Province, City: above.City, County: f[1]})
	}
	tie := func(list string) {
		for _, f := range lines(list) {
			for _, w := range f {
				if e := byName[han.Simplify(w)]; e != nil {
					e.tied, e.alone = true, false
				}
			}
		}
	}
	tie(generic)
	// Short names after the full ones, high levels first: a short name never
	// unties a full one, and 海南 is the province before the prefecture.
	for level := Province; level <= County; level++ {
		for _, code := range order {
			p := byCode[code]
			s := short(p.Name())
			if p.Level() != level || s == "" {
				continue
			}
			old := byName[han.Simplify(s)]
			e := add(s, p)
			if old == nil {
				e.tied = level == County
			}
		}
	}
	tie(wordlike)
	for _, f := range lines(crossings) {
		if e := byName[f[0]]; e != nil && len(f) == 3 {
			e.before, e.after = strings.Trim(f[1], "-"), strings.Trim(f[2], "-")
		}
	}
	for start, es := range t.byStart {
		if first := start[0]; first >= blockStart && first < blockEnd {
			t.inBlock[first-blockStart] = true
		}
		slices.SortStableFunc(es, func(a, b *entry) int { return len(b.runes) - len(a.runes) })
	}
	for _, f := range lines(english) {
		p, ok := byCode[f[0]]
		if !ok {
			continue
		}
		for name := range strings.SplitSeq(strings.ToLower(strings.Join(f[1:], " ")), ",") {
			t.english[name] = append(t.english[name], p)
			t.words = max(t.words, strings.Count(name, " ")+1)
		}
	}
	return t
})
