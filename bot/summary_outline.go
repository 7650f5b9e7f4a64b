package bot

import (
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/prompts"
)

// A section is a run of a request's sources, [from, to), below one heading.
type section struct{ from, to int }

// sectionsOf cuts sources at their first headings.
func sectionsOf(sources []prompts.Source) []section {
	var out []section
	key := func(s prompts.Source) string { return s.DocID + "\x00" + topHeading(s) }
	for i, s := range sources {
		if i > 0 && key(s) == key(sources[i-1]) {
			out[len(out)-1].to++
			continue
		}
		out = append(out, section{i, i + 1})
	}
	return out
}

func topHeading(s prompts.Source) string {
	if len(s.Heading) == 0 {
		return ""
	}
	return s.Heading[0]
}

// A chapter is what stands under one heading: its sentences, in order, and the
// label that its first line gets.
type chapter struct {
	label string
	in    []sentence
}

func (c chapter) size() int {
	n := 0
	for _, s := range c.in {
		n += size(s.text)
	}
	return n
}

// labelOf is what a chapter is headed by: the headings that all the sources
// under one first heading share, without numbers; the last of them where they
// are long, and "" where even that is.
func labelOf(top string, sources []prompts.Source) string {
	common := []string{top}
	first := true
	for _, o := range sources {
		switch {
		case topHeading(o) != top:
		case first:
			common, first = o.Heading, false
		default:
			n := 0
			for n < min(len(common), len(o.Heading)) && common[n] == o.Heading[n] {
				n++
			}
			common = common[:n]
		}
	}
	var parts []string
	for _, h := range common {
		parts = append(parts, bareItem(h))
	}
	for ; len(parts) > 0; parts = parts[1:] {
		if l := strings.Join(parts, "，"); size(l) <= labelRunes {
			return l
		}
	}
	return ""
}

const labelRunes = 36

// bareItem is a heading or the head of an item without its number and marks.
func bareItem(s string) string {
	return strings.Trim(itemMark.ReplaceAllString(strings.TrimSpace(s), ""), " 。.；;：:—")
}

// A sentence is one that a summary may tell.
type sentence struct {
	piece
	place   float64 // how far into the sources it stands, in bytes
	item    bool    // the head of an item of a list: 第一、…, 1.…, ——…
	opening bool    // it begins a paragraph
	weight  float64 // how well it stands for its chapter
	whole   float64 // and for all that is told
}

var (
	itemMark  = regexp.MustCompile(`^\s*(?:第[一二三四五六七八九十]+[、,，]|[（(][一二三四五六七八九十0-9]+[)）]|[一二三四五六七八九十]+、|[0-9]{1,2}[、.．]|[一二三四五六七八九十]+是|——|[①-⑩])`)
	leansBack = regexp.MustCompile(`^(?:此外|同时|其中|例如|比如|另外|为此|对此|因此|因而|所以|于是|具体|这|那|他|她|它|其|而|但|并|也|还|即|如|特别是|尤其|与此|在此|据此|接下来|下一步|当天|随后|据悉|据了解|记者)`)
	boilerRow = regexp.MustCompile(`(?:作者|记者|编辑|责编|来源|浏览|点击|打印|字体|分享|发布时间|发布日期|发文字号|索引号|制图|供图|摄影|通讯员|信息公开|公开方式|联系电话|邮箱|附件|主送|抄送)\s*[:：)）]|^[（(]?(?:作者|记者|本报|制图|通讯员)|^(?:[（(]此件|附件|抄送|特此)|^\S{0,12}(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}-[0-9]{2}-[0-9]{2}[ 0-9:]*)$`)
	addressee = regexp.MustCompile(`[：:]\s*$`)
	someoneIs = regexp.MustCompile(`[^，。]{0,20}(?:表示|认为|说道|说|告诉记者|介绍说|介绍)[，,：:。]|说。?$|^[“"]`)
	doesWhat  = regexp.MustCompile(`要|将|力争|重点|加快|推进|实施|明确|提出|规定|应当|不得|给予|开展|建立|决定`)
	dangling  = regexp.MustCompile(`[，,](?:为此|例如|比如|如|其中|同时|此外|即|并|而且)[，,]?$`)
	asksBack  = regexp.MustCompile(`[?？]`)
)

// The shares of a sentence's weight, against how central it is, and the bounds of what is told.
const (
	openingCounts = 0.35
	firstCounts   = 0.25 // the first sentence of its section
	figureCounts  = 0.15
	doingCounts   = 0.2
	titleCounts   = 2 // a word of a title or heading against one of the text
	leanLoss      = 0.45
	speechLoss    = 0.3
	askLoss       = 0.8
	shortLoss     = 0.6
	shortRunes    = 18
	cutLoss       = 1.2 // of a sentence that is cut off whole
	itemLoss      = 0.8
	lineRunes     = 120 // a line is cut to whole clauses beyond it
	lineLeast     = 14
	itemHeadRunes = 48
	itemsRunes    = 170
)

// chaptersOf are the chapters of whole documents, without what a summary never
// tells: headings, bylines, addresses. A heading may stand inside the passage
// before the first that is filed under it.
func chaptersOf(view View, sources []prompts.Source) []chapter {
	var out []chapter
	var all []sentence
	var ends []int // of the chapters, in all
	at, top := 0.0, ""
	begin := func(heading string) {
		if len(out) == 0 || heading != top {
			if len(out) > 0 {
				ends = append(ends, len(all))
			}
			out, top = append(out, chapter{label: labelOf(heading, sources)}), heading
		}
	}
	for i := range sources {
		s := &sources[i]
		begin(topHeading(*s))
		end := 0
		for j, span := range han.Sentences(s.Text) {
			text := span.In(s.Text)
			opens := j == 0 || strings.Contains(s.Text[end:span.Start], "\n")
			end = span.End
			if heading, ok := headingAhead(text, sources[i:]); ok {
				begin(heading)
				continue
			}
			if item := itemMark.MatchString(text); tellable(s, text, item) {
				p := piece{source: i, rank: j, span: span, text: text, folded: fold(text), src: s}
				all = append(all, sentence{piece: p, place: at + float64(span.Start), opening: opens, item: item && size(text) <= itemHeadRunes})
			}
		}
		at += float64(len(s.Text))
	}
	start := 0
	for i, end := range append(ends, len(all)) {
		out[i].in, start = all[start:end], end
	}
	weighSentences(view, all, out)
	return slices.DeleteFunc(out, func(c chapter) bool { return len(c.in) == 0 })
}

// headingAhead reports whether a line is the first heading of this source or
// of the next one that has another.
func headingAhead(text string, sources []prompts.Source) (string, bool) {
	if size(text) > headingRunes {
		return "", false
	}
	for i, s := range sources {
		top := topHeading(s)
		if top != "" && same(top, text) {
			return top, true
		}
		if i > 0 && top != topHeading(sources[0]) {
			break
		}
	}
	return "", false
}

const headingRunes = 80

// tellable reports whether a sentence may be told alone.
func tellable(s *prompts.Source, text string, item bool) bool {
	switch {
	case size(text) < lineLeast && !item, headline(text) && !item:
		return false
	case size(text) < 80 && boilerRow.MatchString(text), size(text) < 60 && addressee.MatchString(text):
		return false
	case strings.Contains(s.Doc.Meta.Title.Value, strings.Trim(text, " 。")):
		return false
	}
	return item || !slices.ContainsFunc(s.Heading, func(h string) bool { return same(h, text) })
}

// same reports whether two lines say the same but for marks and numbers.
func same(a, b string) bool { return fold(bareItem(a)) == fold(bareItem(b)) }

// weighSentences sets how well each sentence stands for its chapter and its
// document: by how much of what they speak of most it says itself.
func weighSentences(view View, all []sentence, chapters []chapter) {
	rarity := map[string]float64{}
	highest := 1e-9
	whole := centre(view, all, rarity)
	for _, g := range titleGrams(all) {
		whole[g.text] += titleCounts * view.Rarity(g.text)
	}
	for _, c := range chapters {
		own := centre(view, c.in, rarity)
		most := 0.0
		for i := range c.in {
			s := &c.in[i]
			s.whole = centrality(*s, whole)
			s.weight = centrality(*s, own) + s.whole
			most, highest = max(most, s.weight), max(highest, s.whole)
		}
		for i := range c.in {
			s := &c.in[i]
			s.weight = s.weight/max(most, 1e-9) + s.form(i == 0)
		}
	}
	for i, c := range chapters {
		for j := range c.in {
			s := &c.in[j]
			s.whole = s.whole/highest + s.form(j == 0) + firstCounts*yes(i+j == 0)
		}
	}
}

// form is what a sentence is worth for its place and form alone.
func (s sentence) form(first bool) float64 {
	return openingCounts*yes(s.opening) + firstCounts*yes(first) + figureCounts*yes(hasAmount(s.text)) + doingCounts*yes(doesWhat.MatchString(s.text)) -
		leanLoss*yes(leansBack.MatchString(s.folded)) - speechLoss*yes(someoneIs.MatchString(s.text)) - askLoss*yes(asksBack.MatchString(s.text)) - shortLoss*yes(size(s.text) < shortRunes)
}

// titleGrams are those of the titles and headings that sentences stand under.
func titleGrams(all []sentence) []gram {
	var out []gram
	seen := map[string]bool{}
	for _, s := range all {
		for _, head := range append([]string{s.src.Doc.Meta.Title.Value}, s.src.Heading...) {
			if !seen[head] {
				seen[head] = true
				out = append(out, grams(head)...)
			}
		}
	}
	return out
}

// centre counts what sentences speak of: each pair of characters by how often
// it stands in them and how rare it is elsewhere.
func centre(view View, in []sentence, rarity map[string]float64) map[string]float64 {
	m := map[string]float64{}
	for _, s := range in {
		for _, g := range grams(s.folded) {
			w, ok := rarity[g.text]
			if !ok {
				w = view.Rarity(g.text)
				rarity[g.text] = w
			}
			m[g.text] += w
		}
	}
	for g, w := range m {
		if w < 2*rarity[g] { // said once: no subject
			m[g] = w / 4
		}
	}
	return m
}

// centrality is how much of a centre a sentence holds, for its length.
func centrality(s sentence, centre map[string]float64) float64 {
	sum, n := 0.0, 0.0
	for _, g := range grams(s.folded) {
		sum += centre[g.text]
		n++
	}
	return sum / (n + 25) // short sentences are no better than their length
}

// worth is what a sentence is worth where a line has so much room: less when
// much of it must be cut off, or when it only heads an item.
func (s sentence) worth(room int) float64 {
	p, ok := s.told(room)
	if !ok {
		return s.weight - 2
	}
	lost := 1 - float64(size(p.text))/float64(size(s.text))
	return s.weight - cutLoss*lost - itemLoss*yes(s.item)
}

// told is a sentence as a line tells it: whole, or its first clauses where it
// is longer than room, never over a gap in the text.
func (s sentence) told(room int) (piece, bool) {
	p := s.piece
	cs := clauses(p.text)
	end := 0
	for i, c := range cs {
		clause := c.In(p.text)
		if strings.Contains(clause, gapMark) || size(p.text[:c.End]) > room && i > 0 {
			break
		}
		end = c.End
	}
	if end == 0 {
		return p, false
	}
	p.text = dangling.ReplaceAllString(strings.TrimSpace(p.text[:end]), "")
	p.span.End = p.span.Start + len(p.text)
	p.folded = fold(p.text)
	return p, size(p.text) >= lineLeast && (size(p.text) <= room || len(cs) == 1 && size(p.text) <= 2*room)
}
