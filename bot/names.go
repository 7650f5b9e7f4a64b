package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/prompts"
)

var (
	quotedName = regexp.MustCompile(`[“《「『"]([^”》」』"]{2,30})[”》」』"]`)
	officeName = regexp.MustCompile(`\p{Han}{1,14}?(?:税务局|委员会|办公室|指挥部|联合会|红十字会|管理局|财政厅|银行|公司|集团|协会|中心|海关|法院|大学|学院|医院|总局|银保监会|证监会|国资委|卫健委|发改委|[^全内外本各]部|[^当结布格]局)`)
)

// naming says which of the sources have a name that a question puts in marks,
// in their text or headings; nil where the question has none or no source has.
func (r reading) naming(sources []prompts.Source) []bool {
	names := quotedName.FindAllStringSubmatch(r.Text, -1)
	if len(names) == 0 {
		return nil
	}
	out := make([]bool, len(sources))
	for i, s := range sources {
		around := fold(s.Text + " " + strings.Join(s.Heading, " ") + " " + s.Doc.Meta.Title.Value)
		out[i] = slices.ContainsFunc(names, func(m []string) bool { return strings.Contains(around, fold(m[1])) })
	}
	if !slices.Contains(out, true) {
		return nil
	}
	return out
}

// namesIn finds the names in a question that an answer's document must have:
// what stands in quotation marks, and offices and companies by the end of
// their names, of which the last four characters count (税务总局).
func namesIn(q string) []string {
	var out []string
	for _, m := range quotedName.FindAllStringSubmatch(q, -1) {
		out = append(out, m[1])
	}
	for _, m := range officeName.FindAllString(quotedName.ReplaceAllString(q, " "), -1) {
		m = strings.TrimLeft(m, particles)
		if rs := []rune(m); utf8.RuneCountInString(m) > 2 {
			out = append(out, string(rs[max(0, len(rs)-4):]))
		}
	}
	return out
}
