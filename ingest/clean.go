package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

// Why cleaning takes something out.
const (
	reasonInvisible  = "invisible"
	reasonNavigation = "navigation"
	reasonContact    = "contact"
	reasonTool       = "page tool" // print, share, font size
	reasonLinks      = "link list"
	reasonRelated    = "related"
	reasonDisclaimer = "disclaimer"
	reasonSpam       = "spam"          // inside a sentence, marked there
	reasonAd         = "advertisement" // spam that is a line of its own
)

var (
	// Whole lines that are menu entries, wherever they stand outside the text.
	menuLine = regexp.MustCompile(`^[\[【(（|<>«»\s•·-]*(?:设为首页|加入收藏|收藏本[站页]|联系我们|关于我们|网站地图|网站首页|首页|返回|返回首页|返回顶部|返回列表|回到顶部|站内搜索|搜索|登录|注册|退出|无障碍(?:浏览)?|长者(?:模式|版)|关怀版|手机版|移动版|客户端|繁体(?:版|中文)?|简体(?:版|中文)?|English|RSS订阅|微博|微信|更多|上一[篇页条]|下一[篇页条]|[>》]+|\|)+[\]】)）|<>«»\s•·-]*$`)
	// Where the page stands in its site.
	trailLine = regexp.MustCompile(`^(?:您?(?:现在|当前|目前)?(?:的|所在的?)?位置(?:是|为)?|所在位置|所在栏目|当前栏目)\s*[:：]`)
	neighbour = regexp.MustCompile(`^(?:上一[篇条]|下一[篇条])\s*[:：]`)
	// Buttons.
	toolLine = regexp.MustCompile(`^[\[【(（]?(?:打印|打印本[页文]|打印此[页文]|关闭(?:窗口|本页|此页)?|【?关闭】?|收藏|分享|分享到|分享至|字[号体](?:大小)?|纠错|复制链接|语音播报|听新闻|(?:用?微信)?扫一?扫.{0,8}(?:打开|分享|关注|手机|阅读|查看|二维码).{0,8}|点击?[查下]?[看载]?(?:大图|全文)|责任编辑打分|点赞|评论|我要评论)[\]】)）]?\s*[:：]?(?:\s*[\[【(（]?(?:大|中|小|(?:打印|关闭)(?:窗口|本页|此页|本文)?|收藏|微信|微博|QQ|空间|朋友圈|QQ空间|新浪微博|复制链接|更多)[\]】)）]?)*$`)
	// Telephone and mail of the site itself, not of an office.
	siteContact = regexp.MustCompile(`^(?:(?:新闻|报料|爆料|投稿|读者|采编|广告|发行|订报|监督举报|违法和?不良信息举报|网站)(?:热线|电话|邮箱|信箱|中心|举报电话|合作热线)?)\s*[:：]?[\s\d\-—()（）+@A-Za-z._]{5,40}$`)
	// Openers of what sites say of themselves.
	siteSpeaks = regexp.MustCompile(`^(?:[*※(（【]?)(?:声明|免责声明|版权声明|特别声明|郑重声明|本[网站]声明|特别提示|免责条款|版权说明|注|温馨提示|提示|版权|版权所有|Copyright|copyright|COPYRIGHT|©|\(C\)|凡(?:本网|注明)|本网站?|本站|本文仅代表|以上(?:文章|内容)|文章来源|如有侵权|如涉及|未经|转载)`)
	// What only a site says of itself; two different ones make a disclaimer.
	siteWords = []string{"本站", "本网", "网站", "转载", "侵权", "版权", "著作权", "原创性", "真实性", "完整性", "及时性", "个人观点", "仅供参考", "删除", "更正", "自行核实", "存储空间", "授权", "自行发布", "All Rights Reserved", "all rights reserved"}
	siteName  = regexp.MustCompile(`(?:网|在线|日报|晚报|频道|客户端|政府|新闻)$`)
	recordNo  = sift(`ICP[备证]|公网安备|网站标识码|新闻信息服务许可证|增值电信业务`, "ICP", "公网安备", "网站标识码", "新闻信息服务许可证", "增值电信业务")
	// Headings of lists of other pages.
	relatedLine = regexp.MustCompile(`^[\s•·■◆【\[]*(?:(?:上周|本周|今日|一周|24小时|热门|最新|精彩|相关|推荐|延伸|阅读|更多|往期|编辑|新闻|图片|视频|点击|网友|热)*[:：]? ?(?:版权声明|热点|热榜|热搜|热门|推荐|阅读|阅读推荐|推荐阅读|排行榜?|新闻爆料|爆料|相关(?:新闻|阅读|链接|推荐|文章|报道)|猜你喜欢|大家都在看|专题|热图|要闻推荐|评论))[】\]]*\s*[:：]?$`)
)

// clean finds what of the original is not the document: it returns the lines
// that stay, with spam marked in their text, and what was removed, in order.
// What keep names stays as it stands.
func clean(src string, all []line, keep Keep) ([]line, []retrieval.Removed) {
	var kept []line
	var removed []retrieval.Removed
	take := func(start, end int, reason string) {
		removed = append(removed, retrieval.Removed{Start: start, End: end, Reason: reason})
	}
	var read []line // without what the format told to be no part of it
	for _, l := range all {
		if l.why != "" && !keep.has(l.why) {
			take(l.start, l.end, l.why)
		} else {
			read = append(read, l)
		}
	}
	all = read
	why := reasons(all)
	for i, l := range all {
		if why[i] != "" && !keep.has(why[i]) {
			take(l.start, l.end, why[i])
			continue
		}
		var spans []han.Span
		if !keep.Spam {
			spans = spamSpans(l.text)
		}
		if len(spans) == 0 {
			kept = append(kept, l)
			continue
		}
		if spans[0].Start == 0 && spans[0].End == len(l.text) {
			take(l.start, l.end, reasonAd)
			continue
		}
		var b strings.Builder
		at := 0
		for _, s := range unfold(src, l.start, spans) {
			take(s.Start, s.End, reasonSpam)
		}
		for _, s := range spans {
			b.WriteString(l.text[at:s.Start])
			b.WriteString(spamMark)
			at = s.End
		}
		b.WriteString(l.text[at:])
		l.text = b.String()
		kept = append(kept, l)
	}
	return kept, withInvisible(src, removed)
}

// withInvisible adds the invisible characters of src that stand outside of
// what is removed already.
func withInvisible(src string, removed []retrieval.Removed) []retrieval.Removed {
	slices.SortFunc(removed, func(a, b retrieval.Removed) int { return a.Start - b.Start })
	var out []retrieval.Removed
	next := 0
	for i := 0; i < len(src); {
		if next < len(removed) && i >= removed[next].Start {
			out = append(out, removed[next])
			i = max(i, removed[next].End)
			next++
			continue
		}
		if plainAt(src, i) {
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(src[i:])
		if !han.Invisible(r) {
			i += n
			continue
		}
		if k := len(out) - 1; k >= 0 && out[k].End == i && out[k].Reason == reasonInvisible {
			out[k].End += n
		} else {
			out = append(out, retrieval.Removed{Start: i, End: i + n, Reason: reasonInvisible})
		}
		i += n
	}
	out = append(out, removed[next:]...)
	for i, r := range out {
		out[i].Text = src[r.Start:r.End]
	}
	return out
}

// reasons says for each line why it is no part of the document, or "". What
// stands before the first paragraph and behind the last is judged by more
// rules than what stands between them.
func reasons(all []line) []string {
	why := make([]string, len(all))
	first, last := body(all)
	closing := last
	for i := last + 1; i < len(all); i++ {
		if isByline(all[i].text) && all[i].runes < 80 {
			closing = i
		}
	}
	related := false
	for i, l := range all {
		why[i] = anywhere(l)
		if why[i] == "" && last >= 0 && (i < first || i > last) {
			why[i] = outside(all, i)
		}
		if i > last && last >= 0 && relatedLine.MatchString(l.text) {
			related = true
			why[i] = reasonRelated
		}
		if why[i] != "" || i <= last || isByline(l.text) {
			continue
		}
		switch {
		case related && linkShape(l):
			why[i] = reasonRelated
		case i > closing && closing > last && last >= 0 && linkShape(l):
			why[i] = reasonNavigation
		}
	}
	return why
}

// body finds the first and the last line that read as the text of a document.
func body(all []line) (first, last int) {
	reads := func(i int) bool {
		return all[i].runes >= 30 && strings.ContainsAny(all[i].text, "，。；,") && outside(all, i) == "" && anywhere(all[i]) == ""
	}
	for first < len(all) && !reads(first) {
		first++
	}
	if first == len(all) {
		return first, -1
	}
	for last = len(all) - 1; !reads(last); {
		last--
	}
	return first, last
}

// anywhere judges a line by itself: it is a button or a menu entry wherever
// it stands.
func anywhere(l line) string {
	if l.runes > 60 {
		return ""
	}
	tight := strings.ReplaceAll(l.text, " ", "")
	switch {
	case toolLine.MatchString(l.text) || tight != l.text && toolLine.MatchString(tight):
		return reasonTool
	case menuLine.MatchString(tight) || trailLine.MatchString(l.text) || neighbour.MatchString(l.text):
		return reasonNavigation
	case siteContact.MatchString(l.text):
		return reasonContact
	case strings.Trim(tight, "|｜") == "":
		return reasonNavigation
	}
	return ""
}

// outside judges a line that stands before the first paragraph or behind the
// last.
func outside(all []line, i int) string {
	l := all[i]
	switch {
	case l.runes < 200 && recordNo.MatchString(l.text):
		return reasonDisclaimer
	case siteSpeaks.MatchString(l.text) && speaksOfSite(all, i):
		return reasonDisclaimer
	case i > 0 && strings.HasPrefix(all[i-1].text, "声明") && all[i-1].runes <= 3 && countSiteWords(l.text) >= 2:
		return reasonDisclaimer
	case linkFarm(l):
		return reasonLinks
	case strings.HasSuffix(l.text, "|") && l.runes <= 12 && i+1 < len(all) && strings.HasPrefix(all[i+1].text, "|"):
		return reasonNavigation // a menu with its bars
	case l.runes < 200 && countSiteWords(l.text) >= 4:
		return reasonDisclaimer
	}
	return ""
}

// speaksOfSite reports whether what a line opens is about a site: its words
// or, for an opener alone on its line, those of the next.
func speaksOfSite(all []line, i int) bool {
	if n := countSiteWords(all[i].text); n >= 2 {
		return true
	}
	return all[i].runes <= 8 && i+1 < len(all) && countSiteWords(all[i+1].text) >= 2
}

func countSiteWords(s string) int {
	n := 0
	for _, w := range siteWords {
		if strings.Contains(s, w) {
			n++
		}
	}
	return n
}

// linkFarm reports whether a line is a row of sites to click on: a menu that
// begins at home, or many short words parted by spaces or bars of which the
// first says that they are sites, or half are names of sites.
func linkFarm(l line) bool {
	if !han.HasHan(l.text) || strings.ContainsAny(l.text, "，。；、！？,;〔《") {
		return false
	}
	words := strings.FieldsFunc(l.text, func(r rune) bool { return strings.ContainsRune(" |｜", r) })
	sites := 0
	for _, w := range words {
		if utf8.RuneCountInString(w) > 9 || strings.ContainsAny(w, "0123456789") {
			return false
		}
		if siteName.MatchString(w) {
			sites++
		}
	}
	switch {
	case len(words) >= 3 && (words[0] == "首页" || words[0] == "网站首页"):
		return true
	case len(words) >= 5 && strings.ContainsAny(words[0], ":：") && strings.Contains(words[0], "网"):
		return true
	}
	return len(words) >= 6 && sites*2 >= len(words)
}

// linkShape reports whether a line could be a link's text: short and without
// a stop at its end.
func linkShape(l line) bool {
	return l.runes >= 2 && l.runes <= 40 && !strings.ContainsRune("（(", firstRune(l.text)) && !endsSentence(l.text) && !strings.ContainsAny(l.text, "。；")
}
