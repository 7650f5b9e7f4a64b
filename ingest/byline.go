package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

var (
	docNumber = regexp.MustCompile(`^[\p{Han}（）()]{1,16}[〔\[【（(﹝［]\s?(?:19|20)\d{2}\s?[〕\]】）)﹞］]\s?第?\s?\d{1,5}\s?号$|^(?:[\p{Han} ]{0,20}公告)?(?:19|20)\d{2}年第\s?\d{1,4}号$`)
	dateline  = sift(`^[（(]?(新华社|新华网|中新社|中新网|人民网|央视网|中国网|中证网|[\p{Han}]{2,8}(?:日报|晚报|晨报|时报|早报|商报|都市报|快报|在线|社|网))\s?([\p{Han}·]{0,8}?)((?:(?:19|20)\d{2}年)?\d{1,2}月\d{1,2}日)?\s?(?:电|讯)(?:[\s（(，]|$)`, "电", "讯")
	byline    = sift(`(?:来源|作者|编辑|责编|责任编辑|记者|通讯员|供稿|发布时间|发布日期|发文日期|成文日期|时间|日期|浏览|浏览次数|点击|点击数|阅读|阅读量|制图|摄影|校对|审核)\s?[:：]`,
		"来源", "作者", "编辑", "责编", "记者", "通讯员", "供稿", "时间", "日期", "浏览", "点击", "阅读", "制图", "摄影", "校对", "审核")
	factLine = regexp.MustCompile(`^(?:索\s?引\s?号|发布机构|发文机关|发文单位|主题分类|主\s?题\s?词|文\s?号|名\s?称|时\s?效|有效性|公开方式)\s?[:：]`)
	bareLine = regexp.MustCompile(`^[（(]?\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[）)]?$|^(?:制图|摄影|图|文|漫画)\s?[/／:： ]\s?\p{Han}{2,4}$|^(?:本报|本网|新华社)?(?:首席)?(?:记者|通讯员)\s\p{Han}{2,4}(?:[ 、]\p{Han}{2,4})*$`)

	bylineStart = regexp.MustCompile(`^(?:(?:信息|稿件|文章)?来源|作者|责任编辑|编辑|发布时间|发布日期|原标题|索\s*引\s*号|发布机构|发文机关|发文单位|发文日期|成文日期|主题分类|主\s*题\s*词|文\s*号|发文字号|名\s*称|时\s*效|有效性|公开方式)\s?[:：]`)
	dayAlone    = regexp.MustCompile(`^[（(]?(?:19|20)\d{2}年\s?\d{1,2}月\s?\d{1,2}日[）)]?$`)

	// Who wrote it: behind 作者, or in brackets behind 记者.
	authorLabel = sift(`作者\s?[:：]\s?(?:(?:本报|本网|见习|首席|实习|全媒体|融媒体)*(?:记者|通讯员|评论员)\s?)?([^\s:：|｜】\])）(（\[]{0,24}(?:[ 、，][\p{Han}·]{2,4})*)`, "作者")
	reporters   = sift(`[（(](?:[\p{Han}]{0,8}?)记者\s?[:：]?\s?((?:[\p{Han}·]{2,8}?)(?:[ 、，,][\p{Han}·]{2,8}?)*)(?:\s?(?:通讯员|报道|文/图|摄影|见习)[^）)]*)?[）)]`, "记者")
	reporterRow = sift(`^(?:本报|本网|新华社)?(?:首席)?记者\s?[:：]?\s?([\p{Han}·]{2,4}(?:[ 、][\p{Han}·]{2,4})*)$`, "记者")
	sourceLabel = sift(`(?:信息来源|稿件来源|文章来源|来源)\s?[:：]\s?([^\s|｜】\])）(（:：]{2,30})`, "来源")
	officeLabel = sift(`(?:发布机构|发文机关|发文单位)\s?[:：]\s?([^\s:：]{2,40})`, "发布机构", "发文")
	affiliation = sift(`[（(](?:作者|本文作者)(?:系|为|是|单位)[^）)]{2,80}[）)]`, "作者")
	afterName   = regexp.MustCompile(`(?:编辑|责任编辑|责编|来源|时间|发布|浏览|校对|审核|通讯员|日期|摄影).*$`)
	meeting     = sift(`(?:会议|大会|全会|全体会议|常务会|座谈会|推进会)[^。]{0,12}(?:举行|召开)|(?:举行|召开)[^。]{0,30}(?:会议|大会|全会|座谈会|推进会)|(?:大会|全会|会议)[^。]{0,20}(?:明确|强调|部署)|作[^。]{0,40}报告`, "举行", "召开", "明确", "强调", "部署", "报告")
	siteNamed   = sift(`与([\p{Han}A-Za-z]{2,10}?(?:网|在线|号|客户端))无关|(?:版权所有|主办)\s?[:：©]?\s?([\p{Han}A-Za-z]{2,12}?网)`, "网", "无关")
	officeEnd   = regexp.MustCompile(`(?:人民政府|办公厅|办公室|委员会|管委会|领导小组|指挥部|[局厅部委署院会行]|法院|检察院|总局|中心|大学|医院|工作组|机制|公司)$`)
	signedDate  = sift(`^(.{0,40}?)\s?((?:19|20)\d{2}年\s?\d{1,2}月\s?\d{1,2}日)$`, "日")
)

// bareOpeners are the characters with which a match of bareLine begins.
const bareOpeners = "（(0123456789制摄图文漫本新首记通"

// officeEnds are the characters with which a match of officeEnd ends.
const officeEnds = "府厅室会组部局委署院行心学制司"

// isDocNumber reports whether s is the number of an official document, such
// as 杭政〔2024〕12号.
func isDocNumber(s string) bool {
	return len(s) < 90 && strings.HasSuffix(s, "号") && docNumber.MatchString(s)
}

// isDateline reports whether s opens as an agency report does: 新华社杭州2月5日电.
func isDateline(s string) bool { return dateline.MatchString(firstRunes(s, 40)) }

// isByline reports whether a short line tells source, author or date.
func isByline(s string) bool {
	return len(s) < 300 && strings.ContainsAny(s, ":：/／ -年") &&
		(byline.MatchString(s) || factLine.MatchString(s) || officeOn(s) != "" || strings.ContainsRune(bareOpeners, firstRune(s)) && bareLine.MatchString(s))
}

// datedOffice matches a line on which an office and a day stand alone, as under
// the titles of official pages: 西湖区住建局 2024-03-01.
var datedOffice = sift(`^(\p{Han}{3,24})\s+[（(]?(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[）)]?$`, " ", "\t", "　")

// officeOn is the office of such a line, or "".
func officeOn(s string) string {
	if len(s) > 120 {
		return ""
	}
	if m := datedOffice.FindStringSubmatch(s); m != nil && isOffice(m[1]) {
		return m[1]
	}
	return ""
}

// isOffice reports whether a short line is the name of an office, or several.
func isOffice(s string) bool {
	return len(s) <= 150 && han.HasHan(s) && strings.ContainsRune(officeEnds, lastRune(s)) &&
		!strings.ContainsAny(s, "，。；：、？！《》“”0123456789") && officeEnd.MatchString(s)
}

// whereBylines are the places where a document names its author and source:
// the head, the last lines, and the first line of the text.
func (p page) whereBylines() []string {
	var out []string
	out = append(out, p.lines[:p.head]...)
	if p.head < len(p.lines) {
		out = append(out, firstRunes(p.lines[p.head], 80))
	}
	for _, l := range p.lines[min(p.head+1, len(p.lines)):min(p.head+3, len(p.lines))] {
		if isByline(l) { // below a dateline on a line of its own
			out = append(out, l)
		}
	}
	for i := max(p.head, min(p.tail, len(p.lines)-4)); i < len(p.lines); i++ {
		l := p.lines[i]
		if n := utf8.RuneCountInString(l); n > 80 { // a reporter may be named at the very end
			l = l[len(l)-len(lastRunes(l, 30)):]
		}
		out = append(out, l)
	}
	return out
}

func lastRunes(s string, n int) string {
	for i := len(s); i > 0; {
		if n == 0 {
			return s[i:]
		}
		_, w := utf8.DecodeLastRuneInString(s[:i])
		i -= w
		n--
	}
	return s
}

// author is who the byline names, without role; several are parted by spaces.
func (p page) author() retrieval.Field {
	for _, re := range []sifted{authorLabel, reporters, reporterRow} {
		for _, l := range p.bylines {
			for _, m := range re.FindAllStringSubmatch(l, -1) {
				if names := nameList(m[1]); names != "" {
					return retrieval.Field{Value: names, From: "byline: " + strings.TrimSpace(m[0])}
				}
			}
		}
	}
	return retrieval.Field{}
}

// nameList keeps the personal names of a byline: two to four characters each.
func nameList(s string) string {
	s = afterName.ReplaceAllString(s, "")
	var names []string
	for _, n := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" 、，,", r) }) {
		n = strings.TrimPrefix(strings.TrimPrefix(n, "首席记者"), "记者")
		if k := utf8.RuneCountInString(n); k < 2 || k > 4 && !strings.Contains(n, "·") || strings.ContainsFunc(n, func(r rune) bool { return !han.IsHan(r) && r != '·' }) {
			continue
		}
		names = append(names, n)
	}
	return strings.Join(names, " ")
}

// writerOf is the note that says who the writer of an opinion is, or "".
func writerOf(lines []string) string {
	for _, l := range lines {
		if len(l) < 400 {
			if m := affiliation.FindString(l); m != "" {
				return m
			}
		}
	}
	return ""
}

// reports is what shows that a reporter or a paper wrote the page, or "".
func (p page) reports() string {
	for _, l := range p.bylines {
		if m := dateline.FindString(l); m != "" {
			return "dateline: " + strings.TrimSpace(m)
		}
		for _, re := range []sifted{reporters, reporterRow} {
			if m := re.FindString(l); m != "" {
				return "byline: " + m
			}
		}
		if strings.Contains(l, "作者") && strings.Contains(l, "记者") {
			return "byline: " + l
		}
		if m := sourceLabel.FindStringSubmatch(l); m != nil && isPaper(m[1]) {
			return "byline: " + m[0]
		}
	}
	if p.head < len(p.lines) && strings.Contains(firstRunes(p.lines[p.head], 60), "记者") {
		return "text: " + firstRunes(p.lines[p.head], 30)
	}
	return ""
}

// isPaper reports whether a source is a paper or agency, not an office.
func isPaper(s string) bool {
	for _, w := range []string{"日报", "晚报", "晨报", "时报", "早报", "商报", "都市报", "快报", "新闻", "社", "网", "在线", "广播", "电视", "频道", "客户端", "青年报", "周刊"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// issuer is the paper or the office that speaks. A policy is its office's,
// whatever paper prints it.
func (p page) issuer(title, kind string) retrieval.Field {
	signed, titled, named := p.signer(), officeOf(title), p.source()
	labelled := p.labelledOffice()
	order := []retrieval.Field{named, labelled, signed, titled}
	if kind == retrieval.KindPolicy {
		order = []retrieval.Field{signed, titled, labelled, p.officeLine(), named}
	}
	return firstOf(order...)
}

// source is the paper of the byline or the dateline.
func (p page) source() retrieval.Field {
	for _, l := range p.bylines {
		if m := sourceLabel.FindStringSubmatch(l); m != nil {
			if v := strings.TrimRight(afterName.ReplaceAllString(m[1], ""), "，。、;；"); v != "" {
				return retrieval.Field{Value: v, From: "byline: " + m[0]}
			}
		}
	}
	for _, l := range p.bylines {
		if m := dateline.FindStringSubmatch(l); m != nil {
			return retrieval.Field{Value: m[1], From: "dateline: " + strings.TrimRight(m[0], " （(，")}
		}
	}
	return retrieval.Field{}
}

// signature is the line of the date under which an office signs, or -1.
func (p page) signature() int {
	for i := range p.lines {
		if i >= p.head && p.signs(i) {
			return i
		}
	}
	return -1
}

// signs reports whether line i is a signature: a date alone behind an office,
// or both on one line.
func (p page) signs(i int) bool {
	if !strings.HasSuffix(p.lines[i], "日") {
		return false
	}
	m := signedDate.FindStringSubmatch(p.lines[i])
	if m == nil {
		return false
	}
	if m[1] != "" {
		return isOffice(m[1])
	}
	return i > 0
}

// signer is the office that signs.
func (p page) signer() retrieval.Field {
	i := p.signature()
	if i < 0 {
		return retrieval.Field{}
	}
	office := signedDate.FindStringSubmatch(p.lines[i])[1]
	if office == "" && isOffice(p.lines[i-1]) {
		office = p.lines[i-1]
		// The name of the place may have a line of its own above the office.
		if j := i - 2; j >= p.head && places.Parse(p.lines[j]).Level() != places.None {
			return retrieval.Field{Value: p.lines[j] + office, From: "signature"}
		}
		for j := i - 2; j >= p.head && isOffice(p.lines[j]) && utf8.RuneCountInString(p.lines[j]) < 25; j-- {
			office = p.lines[j] + " " + office
		}
	}
	if office == "" {
		return retrieval.Field{}
	}
	return retrieval.Field{Value: office, From: "signature"}
}

// labelledOffice is the office that a page's table of facts names.
func (p page) labelledOffice() retrieval.Field {
	for _, l := range p.lines[:p.head] {
		if m := officeLabel.FindStringSubmatch(l); m != nil {
			return retrieval.Field{Value: m[1], From: "head: " + m[0]}
		}
	}
	return retrieval.Field{}
}

// officeLine is an office that has a line of the head to itself, or shares it
// with the day alone.
func (p page) officeLine() retrieval.Field {
	for _, l := range p.lines[:p.head] {
		if isOffice(l) {
			return retrieval.Field{Value: l, From: "head: " + l}
		}
		if office := officeOn(l); office != "" {
			return retrieval.Field{Value: office, From: "head: " + l}
		}
	}
	return retrieval.Field{}
}

// officeOf is the office with which the title of an official document begins:
// what stands before 关于 or 印发.
func officeOf(title string) retrieval.Field {
	for _, w := range []string{"关于", "印发", "转发"} {
		if i := strings.Index(title, w); i > 0 {
			if office := strings.TrimSpace(title[:i]); isOffice(office) {
				return retrieval.Field{Value: office, From: "title"}
			}
		}
	}
	return retrieval.Field{}
}

// site is where the page was taken from, where its own notes name it.
func (p page) site() retrieval.Field {
	for _, r := range p.removed {
		for _, m := range siteNamed.FindAllStringSubmatch(r.Text, -1) {
			return retrieval.Field{Value: m[1] + m[2], From: r.Reason + ": " + m[0]}
		}
	}
	return retrieval.Field{}
}
