package prompts

import (
	"slices"
	"strings"
)

// A list is what a clause counts up before 等, and what it says they are.
type list struct {
	items []string
	of    string
}

// lists finds 甲、乙等某某 in folded text.
func lists(folded string) []list {
	var out []list
	for _, c := range strings.FieldsFunc(folded, isClauseEnd) {
		i := strings.Index(c, "等")
		if i < 0 || !strings.Contains(c[:i], "、") {
			continue
		}
		of := strings.TrimLeft(c[i+len("等"):], "0123456789一二三四五六七八九十百几多大个项类种")
		if len([]rune(of)) < 3 || strings.Contains(of, "、") {
			continue
		}
		items := splitList(c[:i])
		items[0] = withoutVerb(items[0])
		out = append(out, list{items, of})
	}
	return out
}

// withoutVerb is the first item of a list without the verbs that govern it.
func withoutVerb(item string) string {
	rs := []rune(item)
	for i := 0; i+2 < len(rs); i += 2 {
		w := string(rs[i : i+2])
		if !words().common[w] && !slices.Contains(subjectWords()["verb"], w) && !slices.Contains(subjectWords()["object"], w) {
			return string(rs[i:])
		}
	}
	return string(rs[max(0, len(rs)-2):])
}

// otherList finds an item that the claim tells to be of another list than the
// quote does.
func otherList(claim, quote string) (item, of string) {
	all := lists(quote)
	if len(all) < 2 {
		return "", ""
	}
	for _, c := range strings.FieldsFunc(claim, isClauseEnd) {
		var told []int
		for i, l := range all {
			if strings.Contains(c, l.of) {
				told = append(told, i)
			}
		}
		if len(told) != 1 {
			continue
		}
		own := strings.Join(all[told[0]].items, "、")
		for i, l := range all {
			if i == told[0] || l.of == all[told[0]].of {
				continue
			}
			for _, it := range l.items {
				if len([]rune(it)) >= 2 && strings.Contains(c, it) && !strings.Contains(own, it) {
					return it, all[told[0]].of
				}
			}
		}
	}
	return "", ""
}
