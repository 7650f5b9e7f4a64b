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
	askWord   = regexp.MustCompile(`多少|哪些|哪几|哪[一二两三四五六七八九十]|几[个项家名套所条户人天年月]|什么|如何|怎么|怎样|谁|何时`)
)

// partsOf takes a question apart; most have one part.
func partsOf(q string) []part {
	if ms := places.Find(q); len(ms) > 1 && severally.MatchString(han.Simplify(q)) {
		var out []part
		for _, m := range ms {
			if len(m.Places) == 0 {
				continue
			}
			out = append(out, part{text: q, place: among(m.Places, ms)})
		}
		if len(out) > 1 {
			return out
		}
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
