package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

var (
	// National bodies: what they issue is in force everywhere.
	national = regexp.MustCompile(`^(?:中共中央|国务院|全国|国家|中国人民银行|中华人民共和国|最高人民|[\p{Han}]{2,10}部$|[\p{Han}]{2,8}部(?:办公厅|等| )|海关总署|银保监会|证监会|税务总局|应急管理部|中央)`)
	// The state's own bodies by their names, of which places have none.
	state = regexp.MustCompile(`^(?:中共中央|国务院|全国人(?:民代表大会|大)|全国政协|最高人民(?:法院|检察院)|中国人民银行|中国银保监会|中国证监会|中国银行保险监督管理委员会|中国证券监督管理委员会|海关总署|审计署|中央(?:政治局|网信办|宣传部|组织部|军委|文明办)|` +
		`国家(?:税务总局|发展改革委|发展和改革委员会|卫生健康委|民委|安全部|市场监督管理总局|医疗保障局|医保局|药品监督管理局|药监局|知识产权局|统计局|能源局|林业和草原局|铁路局|邮政局|文物局|中医药管理局|粮食和物资储备局|移民管理局|外汇管理局|广播电视总局|体育总局|信访局|乡村振兴局|数据局)|` +
		`(?:税务|市场监管|广电|体育)总局|应急管理部|(?:外交|国防|教育|科技|科学技术|工业和信息化|公安|民政|司法|财政|人力资源社会保障|人力资源和社会保障|自然资源|生态环境|住房城乡建设|住房和城乡建设|交通运输|水利|农业农村|商务|文化和旅游|退役军人事务)部)`)
	officeTail = regexp.MustCompile(`^[\p{Han}]{0,14}?(?:局|厅|委|政府|办公室|指挥部|领导小组|党委|法院|检察院|市长|省长|区长|县长|书记)`)
)

// Words by which a text speaks of its own county, city or province.
var (
	countyWords   = []string{"全区", "我区", "本区", "区委", "区政府", "区级", "我县", "全县", "本县", "县委", "县政府", "县级", "镇街"}
	cityWords     = []string{"我市", "全市", "本市", "市委", "市政府", "市级", "市域", "市区"}
	provinceWords = []string{"我省", "全省", "本省", "省委", "省政府", "省级", "自治区"}
)

// longEnough is the length in characters of the beginning of a document that
// tells which place it is about.
const longEnough = 20000

// place is the division that the document is for: the one its title names,
// its issuer's, or the one its text speaks of as its own.
func (p page) place(title, issuer string) retrieval.Field {
	if f := titlePlace(title, issuer, p.text); f.Value != "" {
		return f
	}
	if pl, words := officePlace(issuer); !pl.IsZero() {
		return retrieval.Field{Value: pl.String(), From: "issuer: " + words}
	}
	switch { // a report on the state's body need not be for the whole country
	case state.MatchString(issuer):
		return retrieval.Field{Value: retrieval.Nationwide, From: "issuer: " + state.FindString(issuer)}
	case national.MatchString(issuer) || national.MatchString(title) || strings.Contains(title, "全国"):
		return retrieval.Field{}
	}
	return textPlace(p.text)
}

// titlePlace is the place that a title speaks of: the only one it names, or
// the first of several that are not named in one breath. The text must name it
// too: a short name may be two words that met (延长|春节).
func titlePlace(title, issuer, text string) retrieval.Field {
	var found []places.Mention
	for _, m := range places.Find(title) {
		if toThere(title[:m.Start]) {
			continue // help sent there is told by those who send it
		}
		if !m.Within || officeTail.MatchString(title[m.End:]) {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		return retrieval.Field{}
	}
	first := found[0]
	if len(first.Places) != 1 || !named(first, title, text) {
		return retrieval.Field{}
	}
	if len(found) > 1 {
		between := title[first.End:found[1].Start]
		if between == "、" || between == "和" || between == "与" || between == "及" || between == " " {
			return retrieval.Field{}
		}
	}
	// A ministry that writes about a place is not that place's office.
	if office := officeOf(title).Value; national.MatchString(issuer) || national.MatchString(title) {
		if pl, _ := officePlace(office); pl.IsZero() {
			return retrieval.Field{}
		}
	}
	return retrieval.Field{Value: first.Places[0].String(), From: "title: " + title[first.Start:first.End]}
}

// toThere reports whether the words before a place make it where something
// is sent.
func toThere(before string) bool {
	for _, w := range []string{"支援", "驰援", "援助", "援", "赴", "来自", "抵达", "对口帮扶", "对口支援"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// named reports whether a text names the place of its title too, with other
// characters beside it: in 延长春节 there is no 长春, however often it stands.
func named(m places.Mention, title, text string) bool {
	place := m.Places[0]
	if strings.Contains(text, place.Name()) {
		return true
	}
	body := firstRunes(text[min(len(text), len(title)):], 2000)
	for _, n := range places.Find(body) {
		if len(n.Places) == 1 && place.Contains(n.Places[0]) && beside(body, n) != beside(title, m) {
			return true
		}
	}
	return false
}

// beside is the characters that stand before and behind a mention.
func beside(s string, m places.Mention) string {
	return lastRunes(s[:m.Start], 1) + "…" + firstRunes(s[m.End:], 1)
}

// officePlace is the place in the name of an office or of a local paper, and
// its words.
func officePlace(office string) (places.Place, string) {
	for _, m := range places.Find(office) {
		if len(m.Places) == 1 {
			return m.Places[0], office[m.Start:m.End]
		}
	}
	return places.Place{}, ""
}

// textPlace weighs the places that a text names. It needs a text that speaks
// of a place as its own (我市, 全区, the name of an office there), and one
// place well ahead of all others at that level.
func textPlace(text string) retrieval.Field {
	text = firstRunes(text, longEnough)
	weight := map[places.Place]int{}
	offices := 0
	for _, m := range places.Find(text) {
		if len(m.Places) != 1 {
			continue
		}
		w := 1
		if officeTail.MatchString(text[m.End:min(len(text), m.End+60)]) {
			w = 3
			offices++
		} else if m.Within {
			continue
		}
		weight[m.Places[0]] += w
	}
	county := countWords(text, countyWords)
	city := countWords(text, cityWords)
	province := countWords(text, provinceWords)
	if county+city+province == 0 && offices < 2 {
		return retrieval.Field{}
	}
	top, ahead := heaviest(weight, cityOf)
	if top.IsZero() || !ahead {
		if top, ahead = heaviest(weight, provinceOf); top.IsZero() || !ahead || city > province {
			return retrieval.Field{}
		}
	}
	autonomous := strings.HasSuffix(top.Province, "自治区")
	switch {
	case county > 0 && county >= city && county > province && !autonomous: // a district measures itself by its city: 走在全市前列
		return countyPlace(text, weight, top)
	case (province > city || autonomous && county > city) && top.Level() == places.City:
		top, ahead = heaviest(weight, provinceOf)
		if !ahead {
			return retrieval.Field{}
		}
	}
	return retrieval.Field{Value: top.String(), From: fmt.Sprintf("text: named %d times", weightOf(weight, top))}
}

// countyPlace is the county that a text of a county speaks of, inside city. A
// county that is named by its short name only, as 西湖 for 西湖区, is counted
// by that; it must lead the others by far.
func countyPlace(text string, weight map[places.Place]int, city places.Place) retrieval.Field {
	counts := map[places.Place]int{}
	for pl, w := range weight {
		if pl.Level() == places.County && city.Contains(pl) {
			counts[pl] += w
		}
	}
	short := map[places.Place]string{}
	for gram, n := range frequent(text, 5) {
		if pl := places.Parse(city.Name() + gram); pl.Level() == places.County {
			if n > counts[pl] {
				counts[pl], short[pl] = n, gram
			}
		}
	}
	top, ahead := heaviest(counts, func(p places.Place) places.Place { return p })
	if top.IsZero() || !ahead {
		return retrieval.Field{}
	}
	words := short[top]
	if words == "" {
		words = top.Name()
	}
	own := countyWords[slices.IndexFunc(countyWords, func(w string) bool { return strings.Contains(text, w) })]
	return retrieval.Field{Value: top.String(), From: fmt.Sprintf("text: %s %d times, %s, %s", words, counts[top], city.Name(), own)}
}

func countWords(text string, words []string) int {
	n := 0
	for _, w := range words {
		n += strings.Count(text, w)
	}
	return n
}

// frequent counts the words of two and three characters that stand in text at
// least so many times.
func frequent(text string, least int) map[string]int {
	counts := map[[3]rune]int{}
	var a, b rune // the two characters before
	for _, r := range text {
		if !han.IsHan(r) {
			a, b = 0, 0
			continue
		}
		if b != 0 {
			counts[[3]rune{b, r}]++
			if a != 0 {
				counts[[3]rune{a, b, r}]++
			}
		}
		a, b = b, r
	}
	words := map[string]int{}
	for g, n := range counts {
		if n >= least {
			words[strings.TrimRight(string(g[:]), "\x00")] = n
		}
	}
	return words
}

func cityOf(p places.Place) places.Place {
	if p.City == "" {
		return places.Place{}
	}
	p.County = ""
	return p
}

func provinceOf(p places.Place) places.Place {
	if p.City == p.Province {
		p.County = ""
		return p
	}
	return places.Place{Province: p.Province}
}

// heaviest is the place with the most weight when places are counted at the
// level that up raises them to, and whether it has twice what any other has.
func heaviest(weight map[places.Place]int, up func(places.Place) places.Place) (places.Place, bool) {
	sums := map[places.Place]int{}
	for p, w := range weight {
		if q := up(p); !q.IsZero() {
			sums[q] += w
		}
	}
	var top places.Place
	first, second := 0, 0
	for p, w := range sums {
		switch {
		case w > first || w == first && p.String() < top.String():
			top, first, second = p, w, max(first, second)
		case w > second:
			second = w
		}
	}
	return top, first >= 2*second && first > 2
}

func weightOf(weight map[places.Place]int, top places.Place) int {
	n := 0
	for p, w := range weight {
		if top.Contains(p) {
			n += w
		}
	}
	return n
}
