package ingest

import (
	"cmp"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

// A page is what describe reads: the lines that stayed, which of them are the
// head above the text and the tail below it, and what was removed.
type page struct {
	name    string
	lines   []string
	text    string // lines, one below the other
	head    int    // lines[:head] stand above the text
	tail    int    // lines[tail:] stand below it
	bylines []string
	removed []retrieval.Removed
}

// describe finds what is known of a document. Every field says where it was
// read; what the document does not tell stays unknown.
func describe(name string, kept []line, removed []retrieval.Removed) retrieval.Meta {
	p := newPage(name, kept, removed)
	var m retrieval.Meta
	m.Title = p.title()
	m.Author = p.author()
	m.Site = p.site()
	m.Kind = p.kind(m.Title.Value)
	m.Issuer = p.issuer(m.Title.Value, m.Kind.Value)
	m.Date = p.date()
	m.Place = p.place(m.Title.Value, m.Issuer.Value)
	m.Number = p.number(m.Title.Value)
	m.Language = language(p.lines)
	if m.Kind.Value == retrieval.KindPolicy || m.Kind.Value == "" { // others speak of another document's force
		m.Signed = p.signed()
		f := p.force(cmp.Or(m.Signed.Value, m.Date.Value))
		m.Effective, m.Expires, m.Replaces = f.effective, f.expires, f.replaces
	}
	return m
}

func newPage(name string, kept []line, removed []retrieval.Removed) page {
	p := page{name: name, removed: removed, lines: make([]string, 0, len(kept))}
	for _, l := range kept {
		p.lines = append(p.lines, arabicDates(l.text))
	}
	p.text = strings.Join(p.lines, "\n")
	for p.head < len(p.lines) && !isText(p.lines[p.head]) {
		p.head++
	}
	p.tail = len(p.lines)
	for p.tail > p.head && !isText(p.lines[p.tail-1]) {
		p.tail--
	}
	p.bylines = p.whereBylines()
	return p
}

// isText reports whether a line is running text, not a title or byline.
func isText(s string) bool {
	n := utf8.RuneCountInString(s)
	if isByline(s) && n < 60 {
		return false
	}
	return isDateline(s) || n >= 25 && (strings.ContainsAny(s, "。；") || strings.HasSuffix(s, "：") || n > 90) || n >= 40 && strings.Contains(s, "，")
}

// title is the first line of the head that is no byline, number or heading of
// a part; without one, a file name in Chinese words.
func (p page) title() retrieval.Field {
	for i, l := range p.lines[:min(p.head, 6)] {
		m := markerOf(l)
		switch {
		case m.kind == hash:
			return retrieval.Field{Value: strings.TrimSpace(l[m.width:]), From: "heading"}
		case isByline(l) || isDocNumber(l) || utf8.RuneCountInString(l) < 3 || isOffice(l) && i+1 < p.head:
			continue
		case m.kind != noMarker && m.kind != bracketed && m.kind != chineseParen || strings.HasSuffix(l, "："):
			return p.fileTitle()
		}
		return retrieval.Field{Value: withoutNumber(l), From: "title line"}
	}
	return p.fileTitle()
}

// withoutNumber takes the document's number off a title that it is glued to.
func withoutNumber(title string) string {
	for _, w := range policyEnds {
		if i := strings.LastIndex(title, w); i > 0 && isDocNumber(strings.TrimSpace(title[i+len(w):])) {
			return title[:i+len(w)]
		}
	}
	return title
}

// fileTitle is the name of the file where that is a title, not a code.
func (p page) fileTitle() retrieval.Field {
	base := filepath.Base(strings.ReplaceAll(p.name, `\`, "/"))
	base = strings.TrimSuffix(base, filepath.Ext(base))
	n := 0
	for _, r := range base {
		if han.IsHan(r) {
			n++
		}
	}
	if n < 4 || n*2 < utf8.RuneCountInString(base) {
		return retrieval.Field{}
	}
	return retrieval.Field{Value: foldSpace(base), From: "file name"}
}

// A cue is a shape of title or text that tells a document's kind.
type cue struct {
	kind  string
	words []string
}

var titleCues = []cue{
	{retrieval.KindReading, []string{"解读", "问答", "答记者问", "一图读懂", "图解", "一问一答", "明白卡", "政策百问", "权威解答"}},
	{retrieval.KindOpinion, []string{"评论员", "时评", "短评", "社论", "快评", "刍议", "浅谈"}},
}

// policyEnds are the words with which the titles of official documents end;
// looseEnds end the headlines of reports too.
var (
	policyEnds = []string{"通知", "公告", "通告", "意见", "办法", "规定", "决定", "条例", "细则", "批复", "的函", "复函", "规划", "纲要", "令", "公示", "通报", "规则", "规程"}
	looseEnds  = []string{"方案", "措施", "要点", "指引", "指南", "目录", "标准", "计划", "建议", "政策"}
	published  = regexp.MustCompile(`(?:发布|出台|印发|公布|推出)[^，。]{0,6}《[^》]*》$`)
)

// kind judges what sort of document this is: by its title, by who signs it,
// by the way it reports.
func (p page) kind(title string) retrieval.Field {
	for _, c := range titleCues {
		for _, w := range c.words {
			if strings.Contains(title, w) {
				return retrieval.Field{Value: c.kind, From: "title: " + w}
			}
		}
	}
	reporter := p.reports()
	if w := writerOf(p.lines); w != "" {
		return retrieval.Field{Value: retrieval.KindOpinion, From: "text: " + w}
	}
	if w := p.policyCue(title, reporter != ""); w != "" {
		return retrieval.Field{Value: retrieval.KindPolicy, From: w}
	}
	if m := p.meets(); m != "" {
		return retrieval.Field{Value: retrieval.KindReport, From: "text: " + m}
	}
	if reporter != "" {
		return retrieval.Field{Value: retrieval.KindNews, From: reporter}
	}
	return p.kindByManner(title)
}

// meets is what shows at the beginning of a text that it reports on a meeting,
// of which the rest speaks too, or "".
func (p page) meets() string {
	if countWords(p.text, []string{"会议", "报告", "大会", "全会"}) < 2 {
		return ""
	}
	return meeting.FindString(firstRunes(p.opening(300*utf8.UTFMax), 300))
}

// policyCue is what shows that the page is the text of a policy, or "".
func (p page) policyCue(title string, reported bool) string {
	for _, l := range p.lines {
		if isDocNumber(l) {
			return "number: " + l
		}
	}
	signed := p.signature() >= 0
	bare := strings.TrimRight(title, "）)》”")
	if i := strings.LastIndexAny(bare, "（("); i > 0 && strings.HasSuffix(title, "）") {
		bare = bare[:i]
	}
	official := signed || !reported && !published.MatchString(title)
	for _, w := range policyEnds {
		if strings.HasSuffix(bare, w) && official {
			return "title: …" + w
		}
	}
	for _, w := range looseEnds {
		if strings.HasSuffix(bare, w) && official && (signed || strings.Contains(title, "关于") || strings.Contains(title, "印发")) {
			return "title: …" + w
		}
	}
	if reported {
		return ""
	}
	if signed {
		return "signature"
	}
	for _, r := range p.removed {
		if r.Reason == reasonNavigation && strings.Contains(r.Text, "政策文件") {
			return "menu: 政策文件"
		}
	}
	parts := 0
	for _, l := range p.lines {
		if m := markerOf(l); m.kind == chinese && m.number == parts+1 {
			parts++
		}
	}
	if parts >= 4 && title == "" {
		return "numbered parts"
	}
	return ""
}
