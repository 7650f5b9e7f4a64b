package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/retrieval"
)

var (
	ordinal = regexp.MustCompile(`^(第[一二三四五六七八九十]+[、,，]?|[（(]?[一二三四五六七八九十0-9]+[)）]?[、.．]|[一二三四五六七八九十]是)`)
	// countsItem reads the number at the head of an item, and its form.
	countsItem = regexp.MustCompile(`^(第|[（(])?([一二三四五六七八九十]{1,3}|[0-9]{1,2})([、,，.．)）是])`)
	// nounBehind and nounBefore match what a question asks which of.
	nounBehind = regexp.MustCompile(`哪(?:些|几|[一二两三四五六七八九十]+|[0-9]+)(?:个|项|种|类|条|点|大|方面|块|家)*的?(?:主要|重点|突出|具体)?(\p{Han}{2,6})[?？]?$`)
	nounBefore = regexp.MustCompile(`(\p{Han}{2})(?:都|主要|分别)?(?:有|是|包括|包含)(?:哪些|哪几[个项种类条点]|什么)[?？]?$`)
)

// thing is what a question asks which of, folded: 短板 of 要补齐哪些短板; "" if
// it does not say.
func (r reading) thing() string {
	for _, re := range []*regexp.Regexp{nounBehind, nounBefore} {
		if m := re.FindStringSubmatch(r.Folded); m != nil {
			return m[1]
		}
	}
	return ""
}

// numbered finds the things that a question asks for where a document numbers
// them: 第一、补齐…的短板。 第二、补齐…的短板。 Each item names the thing, and
// none is missing from the first to the last; nil where there are none.
func numbered(r reading, ps []piece) []piece {
	thing := r.thing()
	if r.Asks != asksList || thing == "" {
		return nil
	}
	type row struct{ doc, form string }
	rows := map[row][]piece{}
	var order []row
	for _, p := range ps {
		m := countsItem.FindStringSubmatch(p.folded)
		if m == nil || size(p.text) > itemRunes || !strings.Contains(p.folded, thing) {
			continue
		}
		key := row{p.src.DocID, m[1] + m[3]}
		if len(rows[key]) == 0 {
			order = append(order, key)
		}
		rows[key] = append(rows[key], p)
	}
	near := func(p piece) bool { return p.around >= itemAround }
	for _, key := range order {
		items := rows[key]
		if !slices.ContainsFunc(items, near) {
			continue
		}
		if inOne := wholeRow(r, items); inOne != nil {
			return inOne
		}
		if inOne := wholeRow(r, slices.DeleteFunc(items, func(p piece) bool { return !near(p) })); inOne != nil {
			return inOne // without another list of the document that is numbered alike
		}
	}
	return nil
}

// wholeRow is the items in their order when they count from one on without a
// gap, as many as are asked for; else nil.
func wholeRow(r reading, items []piece) []piece {
	items = slices.Clone(items)
	slices.SortStableFunc(items, inOrder)
	items = slices.CompactFunc(items, func(a, b piece) bool { return a.folded == b.folded })
	if len(items) < 2 || r.Count > 0 && len(items) != r.Count {
		return nil
	}
	for i, p := range items {
		if smallNumber(countsItem.FindStringSubmatch(p.folded)[2]) != i+1 {
			return nil
		}
	}
	return items
}

// numbersThings reports whether one of the passages found numbers things of
// the kind that is asked for; the others may be numbered elsewhere.
func numbersThings(r reading, hits []retrieval.Hit) bool {
	thing := r.thing()
	return thing != "" && slices.ContainsFunc(hits, func(h retrieval.Hit) bool {
		return slices.ContainsFunc(han.Sentences(h.Text), func(s han.Span) bool {
			line := fold(s.In(h.Text))
			return countsItem.MatchString(line) && strings.Contains(line, thing)
		})
	})
}

// countsThings reports whether a text names in marks just as many of the things
// asked for as a question says: “春风计划”和“秋实计划” for 哪两个计划.
func (r reading) countsThings(text string) bool {
	if r.Count < 2 {
		return false // most questions, and this is asked of every sentence
	}
	thing, n := r.thing(), 0
	if thing == "" {
		return false
	}
	for _, m := range quotedName.FindAllStringSubmatch(text, -1) {
		n += int(yes(strings.HasSuffix(fold(m[1]), thing)))
	}
	return n == r.Count
}

// Items told side by side are short, share something with the question, and
// one of the best of them shows their form.
const (
	itemRunes     = 60
	itemCover     = 0.2
	itemAround    = 0.42
	parallelLeads = 20
)

// parallel finds the things that a question asks for by number where a
// document tells them side by side in one form: eight headings “努力成为…的实践范例”.
// It returns nil where there are not just as many.
func parallel(r reading, ps []piece) []piece {
	if r.Count < 2 {
		return nil
	}
	short := slices.DeleteFunc(slices.Clone(ps), func(p piece) bool { return size(p.text) > itemRunes || p.cover < itemCover && p.around < itemAround })
	slices.SortStableFunc(short, func(a, b piece) int { return cmp.Compare(b.cover, a.cover) })
	for _, lead := range short[:min(parallelLeads, len(short))] {
		var items []piece
		for _, p := range short {
			if p.src.DocID != lead.src.DocID || slices.ContainsFunc(items, func(o piece) bool { return o.folded == p.folded }) {
				continue
			}
			if p.folded == lead.folded || sameForm(firstSentence(p), firstSentence(lead)) {
				items = append(items, p)
			}
		}
		if len(items) == r.Count {
			slices.SortStableFunc(items, inOrder)
			return items
		}
	}
	return nil
}

// firstSentence is a piece's folded text without its number and end mark.
func firstSentence(p piece) string {
	return strings.TrimRight(ordinal.ReplaceAllString(p.folded, ""), "。；;!！")
}

// sameForm reports whether two short texts begin and end alike.
func sameForm(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := min(len(x), len(y))
	pre, suf := 0, 0
	for pre < n && x[pre] == y[pre] {
		pre++
	}
	for suf < n-pre && x[len(x)-1-suf] == y[len(y)-1-suf] {
		suf++
	}
	return pre >= 2 && suf >= 2 && pre+suf >= 5 && pre+suf < max(len(x), len(y))
}
