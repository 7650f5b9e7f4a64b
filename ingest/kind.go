package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/retrieval"
)

// noticeEnds end the titles of what offices tell people directly; a report
// has none of them at its end.
var noticeEnds = []string{"公开信", "倡议书", "告知书", "承诺书", "提示", "须知", "提醒", "一封信"}

// guideEnds end the titles of guides, unless they are headlines on them.
var guideEnds = []string{"指引", "指南", "清单", "目录", "方案", "要点", "流程", "手册"}

// answerEnds end the titles of pages on which an office answers questions.
var answerEnds = []string{"问题解答", "解答", "答疑", "常见问题", "热点问题", "问与答", "有问必答", "答复", "权威回应"}

var (
	// setsPolicy is a headline on what a leader or a meeting laid down.
	setsPolicy = regexp.MustCompile(`强调|主持召开|主持专题会|(?:调研|检查|督导|视察|督查)[^。]{0,30}(?:工作|情况|落实)|(?:会议|专题会|座谈会|推进会|领导小组)[^。]{0,12}(?:召开|举行|部署)|(?:召开|举行)[^。]{0,20}会`)
	// headline is a verb with which headlines tell what somebody did
	headline = regexp.MustCompile(`出台|推出|发文|上线|启动|开通|开辟|部署|发布|要求|开展|助力|全力|公布|实施`)
	laidDown = regexp.MustCompile(`(?:强调|指出|要求|部署)[,，：]`)
	// when a report says that it happened
	happened = regexp.MustCompile(`近日|日前|近期|昨[天日晚]|今[天日早]|连日来|截[至止]|(?:\d{1,2}月)?\d{1,2}日(?:上午|下午|晚|起|，|、|,|，|在|，)?`)
	// words with which a report tells what others said or laid down
	tells = sift(`据悉|据介绍|据了解|据统计|获悉|了解到|记者|表示[,，：]|介绍(?:说)?[,，：]|[他她]说|说[,，：][“"]|[”"]\p{Han}{2,12}(?:说|表示|介绍)|告诉|》(?:提出|明确|指出|要求|规定|强调)|\p{Han}{2,4}说[,，]`,
		"据悉", "据介绍", "据了解", "据统计", "获悉", "了解到", "记者", "表示", "介绍", "说", "告诉",
		"》提出", "》明确", "》指出", "》要求", "》规定", "》强调")
	asked = regexp.MustCompile(`^(?:Q\s?\d{0,2}|问|\d{1,3}|[一二三四五六七八九十]{1,3})\s?[:：.．、].{0,120}[？?]$`)
	reply = regexp.MustCompile(`^(?:A\s?\d{0,2}|答|回复)\s?[:：.．]`)
)

// kindByManner judges a page that neither its title's end nor a byline places:
// by how it speaks.
func (p page) kindByManner(title string) retrieval.Field {
	bare := strings.TrimRight(title, "）)》”？?！!")
	for _, w := range answerEnds {
		if strings.HasSuffix(bare, w) {
			return retrieval.Field{Value: retrieval.KindReading, From: "title: …" + w}
		}
	}
	if w := p.questions(); w != "" {
		return retrieval.Field{Value: retrieval.KindReading, From: w}
	}
	for _, w := range noticeEnds {
		if strings.HasSuffix(bare, w) {
			return retrieval.Field{Value: retrieval.KindPolicy, From: "title: …" + w}
		}
	}
	body := p.opening(longestReport)
	for _, w := range guideEnds {
		if strings.HasSuffix(bare, w) && !setsPolicy.MatchString(title) && !headline.MatchString(title) && len(tells.inLines(body, 2)) < 2 {
			return retrieval.Field{Value: retrieval.KindPolicy, From: "title: …" + w}
		}
	}
	if m := setsPolicy.FindString(title); m != "" && len(laidDown.FindAllString(body, 2)) > 0 {
		return retrieval.Field{Value: retrieval.KindReport, From: "title: " + m}
	}
	if w := tellsNews(body); w != "" {
		return retrieval.Field{Value: retrieval.KindNews, From: w}
	}
	if w := headline.FindString(title); w != "" && !strings.Contains(title, "关于") {
		return retrieval.Field{Value: retrieval.KindNews, From: "title: " + w}
	}
	return retrieval.Field{}
}

// questions is what shows that a page is questions with their answers, or "".
func (p page) questions() string {
	questions, replies := 0, 0
	first := ""
	for _, l := range p.lines {
		switch {
		case reply.MatchString(l):
			replies++
		case utf8.RuneCountInString(l) < 130 && asked.MatchString(l):
			if questions++; first == "" {
				first = l
			}
		}
	}
	if questions >= 3 || questions > 0 && replies >= 2 {
		return "text: " + firstRunes(first, 24)
	}
	return ""
}

// longestReport is how many bytes of a page show how it speaks; a longer one
// is no report.
const longestReport = 96 << 10

// opening is the first lines behind the page's head, some n bytes of them.
func (p page) opening(n int) string {
	var b strings.Builder
	for _, l := range p.lines[min(p.head, len(p.lines)):] {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		if rest := n - b.Len(); len(l) > rest {
			b.WriteString(strings.ToValidUTF8(l[:max(rest, 0)], ""))
			break
		}
		b.WriteString(l)
	}
	return b.String()
}

// tellsNews is what shows that a text tells what happened and what others
// said: a time near its beginning and telling words, or many of these.
func tellsNews(body string) string {
	const lead, many = 250, 3
	when := happened.FindString(firstRunes(body, lead))
	told := tells.inLines(body, many)
	switch {
	case when != "" && len(told) > 0:
		return fmt.Sprintf("text: %s, %s", when, told[0])
	case len(told) >= many:
		return "text: " + strings.Join(told, ", ")
	}
	return ""
}
