package bot

import (
	"regexp"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
)

// A part is a question within a question: “杭州市和西湖区分别是多少” asks for
// two figures, and so does “实施多少项改革,推进多少项任务”.
type part struct {
	text  string
	place places.Place // the part asks about this place alone
}

var (
	severally = regexp.MustCompile(`分别|各自|各是|各为|对比|比较|相比|respectively|compare`)
	twoYears  = regexp.MustCompile(`((?:19|20)[0-9]{2})年?(?:和|与|及|以及|、|跟)((?:19|20)[0-9]{2})年?`)
	askWord   = regexp.MustCompile(`多少|哪些|哪几|哪[一二两三四五六七八九十]|几[个项家名套所条户人天年月]|什么|如何|怎么|怎样|谁|何时`)
)

// partsOf takes a question apart; most have one part.
func partsOf(q string) []part {
	if ms := places.Find(q); len(ms) > 1 && severally.MatchString(han.Simplify(q)) {
		if out := eachOfItsOwn(q, ms); out != nil {
			return out
		}
		var out []part
		for _, m := range ms {
			if len(m.Places) == 0 {
				continue
			}
			out = append(out, part{text: severally.ReplaceAllString(aboutOne(q, ms, m), ""), place: among(m.Places, ms)})
		}
		if len(out) > 1 {
			return out
		}
	}
	if m := twoYears.FindStringSubmatchIndex(q); m != nil && severally.MatchString(han.Simplify(q)) {
		var out []part
		for _, at := range [][2]int{{m[2], m[3]}, {m[4], m[5]}} {
			out = append(out, part{text: q[:m[0]] + q[at[0]:at[1]] + "年" + severally.ReplaceAllString(q[m[1]:], "")})
		}
		return out
	}
	var out []part
	for _, c := range clauses(strings.TrimRight(q, "?？")) {
		text := strings.Trim(c.In(q), "，,；;、 ")
		switch {
		case askWord.MatchString(han.Simplify(text)):
			out = append(out, part{text: text})
		case len(out) > 0:
			out[len(out)-1].text += "," + text
		}
	}
	if len(out) < 2 {
		return []part{{text: q}}
	}
	// Words before the first part's question belong to every part, but each
	// part has its own; the first keeps what stands before it.
	if i := strings.Index(q, out[0].text); i > 0 {
		out[0].text = q[:i] + out[0].text
	}
	return out
}

// eachOfItsOwn takes a question apart that asks of each place for a thing of
// its own: 甲市的引才数量和乙区的新增就业目标分别是多少. It is nil where the places
// share what is asked.
func eachOfItsOwn(q string, ms []places.Mention) []part {
	end := severally.FindStringIndex(q)
	if end == nil || end[0] < ms[len(ms)-1].End {
		return nil
	}
	lead, tail := q[:ms[0].Start], q[end[1]:]
	var out []part
	for i, m := range ms {
		to := end[0]
		if i+1 < len(ms) {
			to = ms[i+1].Start
		}
		own := strings.TrimSpace(strings.TrimRight(q[m.End:to], ownEnd))
		if len(m.Places) == 0 || size(contentOf(foldQuestion(anyYear.ReplaceAllString(own, "")))) < ownThing {
			return nil
		}
		out = append(out, part{text: lead + q[m.Start:m.End] + own + tail, place: among(m.Places, ms)})
		lead = ""
	}
	return out
}

// aboutOne is a question about one of the places that it names side by side
// (甲市和乙区的…); the question as it is where they stand apart.
func aboutOne(q string, ms []places.Mention, one places.Mention) string {
	for i, m := range ms[1:] {
		if strings.Trim(q[ms[i].End:m.Start], ownEnd) != "" {
			return q
		}
	}
	return q[:ms[0].Start] + q[one.Start:one.End] + q[ms[len(ms)-1].End:]
}

// ownThing is how many characters a thing has at least that is asked of one
// place alone; ownEnd joins it to the next.
const (
	ownThing = 3
	ownEnd   = "和与及、,，;； "
)

// among picks of a name's possible places the one that fits the others named.
func among(ps []places.Place, ms []places.Mention) places.Place {
	for _, p := range ps {
		for _, m := range ms {
			for _, o := range m.Places {
				if o != p && o.Contains(p) {
					return p
				}
			}
		}
	}
	return ps[0]
}

// speaksOf reports whether a piece tells of place p: its document is p's, or
// it names p itself.
func (s piece) speaksOf(p places.Place) bool {
	if s.src.Doc.Meta.Jurisdiction() == p {
		return true
	}
	for _, m := range places.Find(s.text) {
		for _, o := range m.Places {
			if o == p {
				return true
			}
		}
	}
	return false
}
