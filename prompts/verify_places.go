package prompts

import (
	"fmt"
	"regexp"
	"strings"

	"policybot/internal/places"
)

// A scope is a word for the whole of a division of some level.
type scope struct {
	word  string
	level places.Level // None for the whole country
}

// scopes are the words for the whole of a division, by its level; what they
// stand for follows from the document's place.
var scopes = []scope{
	{"全国", places.None}, {"我国", places.None}, {"全省", places.Province}, {"我省", places.Province}, {"本省", places.Province}, {"省内", places.Province},
	{"全自治区", places.Province}, {"全市", places.City}, {"我市", places.City}, {"本市", places.City}, {"全区", places.County}, {"我区", places.County},
	{"本区", places.County}, {"全县", places.County}, {"我县", places.County}, {"本县", places.County}, {"市委", places.City}, {"市政府", places.City},
	{"省委", places.Province}, {"省政府", places.Province}, {"区委", places.County}, {"区政府", places.County},
}

// whole is the division that a scope word means in a document of place home:
// the zero Place if home does not tell.
func whole(level places.Level, home places.Place) places.Place {
	if level == places.City && home.Level() == places.Province && home.City == home.Province {
		return home // 北京市
	}
	if level == places.County && home.Level() == places.Province && strings.HasSuffix(home.Province, "自治区") {
		return home // 全区 of an autonomous region
	}
	for p := home; !p.IsZero(); p = p.Up() {
		if p.Level() == level || level == places.City && p.Level() == places.County && strings.HasSuffix(p.County, "市") {
			return p
		}
	}
	return places.Place{}
}

// scopesIn are the scopes whose words stand in folded text.
func scopesIn(folded string) []scope {
	var found []scope
	for _, s := range scopes {
		if strings.Contains(folded, s.word) {
			found = append(found, s)
		}
	}
	return found
}

// home is the place that a quote speaks of when it names none: the document's,
// or else the last place that the passage names before it.
func (w *witness) home() places.Place {
	if w.doc != nil {
		if p := w.doc.Meta.Jurisdiction(); !p.IsZero() {
			return p
		}
	}
	for _, r := range []*reading{w.before, w.about} {
		for i := len(r.places) - 1; i >= 0; i-- {
			if m := r.places[i]; !m.Within && len(m.Places) == 1 {
				return m.Places[0]
			}
		}
	}
	return places.Place{}
}

// checkPlaces looks for every place of the claim in the quotes, in the heading
// and metadata, or as what 全市 and 我省 of the quote mean.
func (p *proof) checkPlaces() (string, string) {
	for _, m := range p.claim.places {
		if !p.placeStands(m) {
			return "place", fmt.Sprintf("the quotes are not about %s", p.claim.text[m.Start:m.End])
		}
	}
	if reason := p.scopeDiffers(); reason != "" {
		return "place", reason
	}
	if reason := p.placesTurned(); reason != "" {
		return "actor", reason
	}
	return "", ""
}

func (p *proof) placeStands(m places.Mention) bool {
	street := road.MatchString(p.claim.text[m.End:])
	if m.Within || street {
		name := fold(longName(p.claim.text[m.Start:]))
		for _, w := range p.wits {
			if strings.Contains(w.folded, name) || strings.Contains(w.about.folded, name) || street && strings.Contains(w.near.folded, name) {
				return true
			}
		}
		// The same school or paper without its place's name behind 省 or 市
		// is looked at as a place.
	}
	name := officeName(p.claim.text[m.Start:])
	for _, w := range p.wits {
		if name != "" && strings.Contains(sentenceBefore(w.before.folded), name) {
			return true
		}
		for _, c := range m.Places {
			if w.tellsOf(c, p.claim) {
				return true
			}
		}
	}
	return false
}

// road matches what follows a place's name in that of a street, which says
// nothing of the place: 南京西路, 北京街道.
var road = regexp.MustCompile(`^(?:[东南西北中][一二三]?|[一二三四五])?(?:路|街|大道|大街|公路)`)

// office matches the name of an office or a firm from its place on.
var office = regexp.MustCompile(`^\p{Han}{4,16}?(?:公安局|管理局|集团|公司|委员会|办公室|总局|医院|大学|学院|银行|海关|法院|检察院|协会|中心)`)

// officeName is the name of an office that text begins with, empty if there is
// none: it says who does something, wherever that is.
func officeName(text string) string { return office.FindString(fold(text)) }

// longName is the longer name that text begins with: 江苏银行.
func longName(text string) string {
	rs := []rune(text)
	for i, r := range rs {
		if i > 0 && (r == '行' || r == '学' || r == '报' || r == '路' || r == '街' || r == '道' || r == '券') {
			return string(rs[:i+1])
		}
		if i > 8 {
			break
		}
	}
	return string(rs[:min(4, len(rs))])
}

// tellsOf reports whether the quote, or what stands above it, tells of place c.
func (w *witness) tellsOf(c places.Place, claim *reading) bool {
	if names(w.reading, c) {
		return true
	}
	home := w.home()
	for _, s := range scopesIn(w.folded) {
		if whole(s.level, home) == c {
			return true
		}
	}
	scoped := len(scopesIn(w.folded)) > 0
	own := c == home
	if w.doc != nil {
		own = own || c == w.doc.Meta.Jurisdiction()
	}
	if own {
		return true
	}
	// 浙江 in 浙江杭州's or 西湖区's 浙江: the claim names the document's place
	// below it too, or the heading says it.
	if c.Contains(home) {
		for _, m := range claim.places {
			for _, q := range m.Places {
				if q == home && !wholeSaid(claim, c) {
					return true
				}
			}
		}
	}
	if onlyOne(w.about, c) && (!scoped || c.Level() == places.County) {
		return true
	}
	// A paragraph about one place: the last that is named before the quote,
	// or a place in the quote's own sentence, when the quote itself names none.
	// What lies above the document's own place is not what it speaks of.
	if scoped || len(w.places) > 0 || c.Contains(home) {
		return false
	}
	for i := len(w.near.places) - 1; i >= 0; i-- {
		m := w.near.places[i]
		if m.Within {
			continue
		}
		for _, q := range m.Places {
			if q == c || c.Contains(q) && q.Level() > c.Level() && home.IsZero() {
				return true
			}
		}
		return false
	}
	return false
}

// wholeSaid reports whether the claim says 全省 or 全市 of place c.
func wholeSaid(claim *reading, c places.Place) bool {
	for _, s := range scopesIn(claim.folded) {
		if s.level == c.Level() {
			return true
		}
	}
	return false
}

// names reports whether r names c, or a place in c together with it.
func names(r *reading, c places.Place) bool {
	for _, m := range r.places {
		for _, q := range m.Places {
			if q == c || c.Contains(q) && strings.Contains(r.text[m.Start:m.End], strings.TrimSuffix(strings.TrimSuffix(c.Name(), "市"), "省")) {
				return true
			}
		}
	}
	return false
}

// onlyOne reports whether r names c and no other place of its level.
func onlyOne(r *reading, c places.Place) bool {
	found := false
	for _, m := range r.places {
		for _, q := range m.Places {
			if q == c {
				found = true
			} else if q.Level() == c.Level() && len(m.Places) == 1 {
				return false
			}
		}
	}
	return found
}

// scopeDiffers compares 全国, 全省, 全市 and 全区 of claim and quotes.
func (p *proof) scopeDiffers() string {
	if p.foreign {
		return p.foreignScope()
	}
	for _, said := range scopesIn(p.claim.folded) {
		word, level := said.word, said.level
		ok := false
		for _, w := range p.wits {
			quoted := scopesIn(w.folded)
			for _, q := range quoted {
				ok = ok || q.level == level
			}
			ok = ok || strings.Contains(w.about.folded, word) || len(quoted) == 0 && strings.Contains(sentenceBefore(w.before.folded), word) || word == "我国" && len(quoted) == 0 && w.home().IsZero()
			if home := w.home(); level != places.None && !home.IsZero() && len(quoted) == 0 {
				ok = ok || whole(level, home) == home
			}
			// 山东全省 for 山东: the place itself stands in the quote.
			for _, m := range w.places {
				for _, q := range m.Places {
					ok = ok || level != places.None && q.Level() == level
				}
			}
		}
		if !ok {
			return fmt.Sprintf("the quotes do not speak of %s", word)
		}
	}
	// A narrower place told of what the quote says of the whole country.
	for _, w := range p.wits {
		if strings.Contains(w.folded, "全国") && !strings.Contains(p.claim.folded, "国") {
			for _, m := range p.claim.places {
				for _, c := range m.Places {
					if !names(w.reading, c) && c != w.home() {
						return "the quote speaks of 全国"
					}
				}
			}
		}
	}
	return ""
}

// foreignScope compares "province" and "nationwide" with 全省 and 全国.
func (p *proof) foreignScope() string {
	if isChinese(p.claim.text) {
		return ""
	}
	low := strings.ToLower(p.claim.text)
	for _, s := range []struct{ english, chinese string }{
		{"nationwide", "国"}, {"in the country", "国"}, {"in china", "国"}, {"national", "国"}, {"in the province", "省"}, {"provincewide", "省"},
		{"province-wide", "省"}, {"citywide", "市"}, {"city-wide", "市"}, {"in the city", "市"}, {"in the district", "区"},
	} {
		if !strings.Contains(low, s.english) {
			continue
		}
		ok := false
		for _, w := range p.wits {
			ok = ok || strings.Contains(w.folded+w.about.folded, s.chinese)
		}
		if !ok {
			return fmt.Sprintf("the quotes do not speak of anything %s", s.english)
		}
	}
	return ""
}

// placesTurned finds two places that changed sides: 重庆援助湖北 told as
// 湖北援助重庆.
func (p *proof) placesTurned() string {
	for i := 0; i+1 < len(p.claim.places); i++ {
		a, b := p.claim.places[i], p.claim.places[i+1]
		verb := bigrams(fold(p.claim.text[a.End:b.Start]))
		if len(verb) == 0 || len(p.claim.text[a.End:b.Start]) > 30 {
			continue
		}
		for _, w := range p.wits {
			at := w.standing()
			if w.inOrder(at, a, b) {
				continue
			}
			for k := 0; k+1 < len(at); k++ {
				x, y := at[k], at[k+1]
				if meets(x.places, b.Places) && meets(y.places, a.Places) && !meets(x.places, a.Places) &&
					shared(verb, bigrams(fold(w.text[x.end:y.start]))) > 0 {
					return fmt.Sprintf("the quote has %s before %s", p.claim.text[b.Start:b.End], p.claim.text[a.Start:a.End])
				}
			}
		}
	}
	return ""
}

// inOrder reports whether the quote has the place of a and then that of b
// somewhere too.
func (w *witness) inOrder(at []stand, a, b places.Mention) bool {
	for k, x := range at {
		for _, y := range at[k+1:] {
			if meets(x.places, a.Places) && meets(y.places, b.Places) {
				return true
			}
		}
	}
	return false
}

// A stand is where a place stands in a quote, by name or as 我市.
type stand struct {
	start, end int
	places     []places.Place
}

func (w *witness) standing() []stand {
	var out []stand
	for _, m := range w.places {
		out = append(out, stand{m.Start, m.End, m.Places})
	}
	for _, s := range scopes {
		if i := strings.Index(w.text, s.word); i >= 0 {
			if p := whole(s.level, w.home()); !p.IsZero() {
				out = append(out, stand{i, i + len(s.word), []places.Place{p}})
			}
		}
	}
	for i := range out {
		for j := i; j > 0 && out[j].start < out[j-1].start; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func meets(a, b []places.Place) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
