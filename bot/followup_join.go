package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

var (
	timeSaid = regexp.MustCompile(`(?:到|至|截至)?(?:20[0-9]{2}年?(?:[0-9]{1,2}月)?|“?十[三四五六]五”?(?:时期|期间)?|今年|去年|明年)(?:上半年|下半年|年?底前?|末|初)?`)
	onlyTime = regexp.MustCompile(`^` + timeSaid.String() + `(?:的|时|目标|的?情况)*$`)
	countAsk = regexp.MustCompile(`哪(?:[一二两三四五六七八九十百]+|[0-9]+)(大|个|项|类|种|条|方面|块|家)`)
	manyOf   = regexp.MustCompile(`(多少|^几|[^哪]几)(名|套|个|项|家|户|人|岁|张|件|座|所|条|位|万|亿)?([\p{Han}“”]{2,})$`)
	asksNoun = regexp.MustCompile(`(?:多少|几|哪|什么|如何|怎么|怎样|谁|何时|吗|多久|多大|多长)`)
	verbTail = regexp.MustCompile(`(?:的?(?:目标|定位|要求|标准)|(?:分别|各)?是|为|有|叫|要|将|会[要能将]|[将能会]会|应该?|需要?|计划|打算|准备|力争|会?(?:突破|达到|完成|实现|包括|包含|集成|推出|推进|实施|担任)|(?:打造|建设|建|培育|发展|变|做|定位|升级)?成为?|在)$`)
	// nounEnd are words that end in what else is a verb's sign: 全会, 主要.
	nounEnd   = regexp.MustCompile(`(?:[全大年峰论协商员工议社机都晚盛届次一二三四五六七八九十]会|[主重需必纲首概摘紧]要|[可功智职性技]能|[所拥享共]有|[认作行]为|[因但可总都就还也]是|[存所内潜现]在|[上中下初每本]将)$`)
	wholeYear = regexp.MustCompile(`20[0-9]{2}`)
	saidVerb  = regexp.MustCompile(`(?:提出|提到|召开|举行|明确|要求|推出|发布|印发)(?:了|过)?$`)
	yesNo     = regexp.MustCompile(`(?:是不是|是否|有没有|能不能)|(?:了)?吗$`)
	whichDoc  = regexp.MustCompile(`^哪(?:一)?(?:篇|份|个|些)(文章|报道|文件|新闻|方案|通知|报告)(?:里|中)?(.+)$`)
	// measure is a follow-up's subject that measures the subject before: 增速.
	measure     = regexp.MustCompile(`^(?:年均|平均)?(?:` + measures + `|\p{Han}{1,3}率)$`)
	measureTail = regexp.MustCompile(`的?(?:` + measures + `|\p{Han}{2}率)((?:到|至|截至)?20[0-9]{2}年[底末]?)?$`)
	// pointedTo is what a pointing word names itself: 这次会议.
	pointedTo = regexp.MustCompile(`^[这那].*(会议|活动|项目|平台)$`)
	// endsMeasured is a subject that is measured rather than counted.
	endsMeasured = regexp.MustCompile(`(?:` + measures + `|\p{Han}{2}率)$`)
	whatIs       = regexp.MustCompile(`^什么(?:是|叫)(.+)$`)

	englishIt    = regexp.MustCompile(`(?i)\b(it|its|they|them|their|he|she|his|her|this|that)\b`)
	englishOwn   = regexp.MustCompile(`(?i)^(?:its|their|his|her) `)
	englishAbout = regexp.MustCompile(`(?i)^(?:and |what about |how about |and what about |and for )+(?:the |in |for )?(.+?)\??$`)
	englishWhich = regexp.MustCompile(`(?i)^(?:which|what) (article|document|report|plan|notice|news|story)(?: \w+)?? (.+?)\??$`)
)

// measures are what is measured of a thing.
const measures = `增加值|总产值|产值|增速|增幅|增长|占比|比重|比例|总量|总额|规模|数量|人数`

// join puts a follow-up and the question before it, which stands alone, together.
func join(q, before string) string {
	if !han.HasHan(q) && !han.HasHan(before) {
		return joinEnglish(q, before)
	}
	folded := foldQuestion(q)
	before = strings.TrimRight(han.Simplify(before), "?？。 ")
	switch {
	case asksWhy.MatchString(folded):
		return "为什么" + strings.TrimSpace(retrieval.Asked(yesNo.ReplaceAllString(before, ""))) + "?"
	case asksMore.MatchString(folded):
		return before + "?"
	case asksHowMore.MatchString(folded):
		return lengthOf(folded) + before + "?"
	}
	folded = published.ReplaceAllString(strings.TrimRight(folded, "?？。!！ "), "的发布时间是什么时候")
	if at := thirdPerson.FindStringIndex(folded); at != nil {
		return withSubject(folded, at, before)
	}
	if strings.HasSuffix(folded, "呢") || !asksNoun.MatchString(folded) {
		subject := strings.TrimSpace(closer.ReplaceAllString(opener.ReplaceAllString(folded, ""), ""))
		if subject == "" {
			return before + "?"
		}
		if !asksNoun.MatchString(subject) {
			return inPlaceOf(before, subject) + "?"
		}
		folded = subject
	}
	subject := subjectOf(before)
	if askedWhen.MatchString(folded) {
		subject = strings.Trim(timeSaid.ReplaceAllString(subject, ""), " ,，的")
	}
	return subject + "," + opener.ReplaceAllString(folded, "") + "?"
}

// lengthOf is a follow-up on an answer's length (再详细一点) as a summary reads it.
func lengthOf(folded string) string {
	switch {
	case strings.Contains(folded, "详细") || strings.Contains(folded, "具体"):
		return "详细"
	case strings.Contains(folded, "简"):
		return "简要"
	}
	return strings.TrimRight(folded, "?？。呢吗说讲概括总结")
}

// withSubject puts the subject of the question before in the place of a word
// that points to it.
func withSubject(q string, at []int, before string) string {
	subject := subjectOf(before)
	if m := pointedTo.FindStringSubmatch(q[at[0]:at[1]]); m != nil && !strings.Contains(before, m[1]) {
		subject += "的" + m[1]
	}
	rest := strings.TrimPrefix(q[at[1]:], "的")
	if at[0] == 0 && utf8.RuneCountInString(subject) <= subjectRunes {
		if rest != q[at[1]:] {
			return subject + "的" + rest + "?"
		}
		return subject + rest + "?"
	}
	return subject + "," + q[:at[0]] + rest + "?"
}

// subjectRunes is how long a subject may be that stands in a sentence itself.
const subjectRunes = 16

// subjectOf is what a question speaks of: its words before what it asks.
func subjectOf(q string) string {
	q = strings.TrimRight(han.Simplify(strings.TrimSpace(q)), "?？。!！ ")
	if m := whichDoc.FindStringSubmatch(q); m != nil {
		return strings.TrimSpace(retrieval.Asked(m[2])) + "的" + m[1]
	}
	if m := whatIs.FindStringSubmatch(q); m != nil {
		return m[1]
	}
	if o, ok := outliningOf(q); ok {
		return o.object
	}
	head, _ := predicate(q)
	head = saidVerb.ReplaceAllString(head, "")
	if utf8.RuneCountInString(head) < 2 {
		head = strings.TrimSpace(retrieval.Asked(q))
	}
	return strings.Trim(yesNo.ReplaceAllString(head, ""), " ,，的")
}

// predicate cuts a question where what it asks begins: 城镇居民收入|目标是多少.
func predicate(q string) (head, rest string) {
	at := asksNoun.FindStringIndex(q)
	if at == nil {
		return q, ""
	}
	cut := at[0]
	for {
		m := verbTail.FindStringIndex(q[:cut])
		if m == nil || m[0] == 0 || nounEnd.MatchString(q[:cut]) {
			break
		}
		cut = m[0]
	}
	return q[:cut], q[cut:]
}

// inPlaceOf puts a bare subject (农村居民, 到2025年底, 杭州市) in the place of
// what is like it in the question before.
func inPlaceOf(before, subject string) string {
	if onlyTime.MatchString(subject) {
		return inTime(before, subject)
	}
	if at := places.Find(subject); len(at) == 1 && at[0].Start == 0 && at[0].End == len(subject) {
		if old := places.Find(before); len(old) > 0 {
			return before[:old[0].Start] + subject + before[old[len(old)-1].End:]
		}
		return subject + before
	}
	if s, ok := contrasted(before, strings.TrimSuffix(subject, "的")); ok {
		return s
	}
	open := countAsk.ReplaceAllString(before, "哪几${1}")
	if s, ok := replaceLike(open, subject); ok {
		return s
	}
	head, rest := predicate(open)
	if measure.MatchString(subject) && rest != "" {
		return measureTail.ReplaceAllString(head, "${1}") + subject + rest
	}
	if m := manyOf.FindStringSubmatchIndex(before); m != nil {
		if endsMeasured.MatchString(subject) {
			return prefixOf(head, subject) + subject + "是多少"
		}
		return before[:m[6]] + subject
	}
	if rest == "" || utf8.RuneCountInString(head) < 2 {
		return subject + " " + before
	}
	if i := strings.LastIndex(head, "的"); i > 0 {
		rest = head[i:] + rest // 云栖小镇的定位: the thing, not what is asked of it
	}
	return prefixOf(head, subject) + subject + rest
}

// contrasts are words that stand for each other in one question: 农村 for 城镇.
var contrasts = [][]string{
	{"城镇", "农村", "城市", "乡村", "城区", "郊区"}, {"国有", "民营", "外资"}, {"公办", "民办"}, {"男性", "女性"}, {"男", "女"},
	{"企业", "个人", "单位"}, {"小学", "初中", "高中", "大学", "幼儿园"}, {"上半年", "下半年"}, {"线上", "线下"}, {"中央", "地方"},
	{"第一", "第二", "第三", "第四", "第五"}, {"一级", "二级", "三级", "四级"},
}

// contrasted puts a subject that is nothing but a word of contrast in the place
// of its like in the question before.
func contrasted(before, subject string) (string, bool) {
	for _, group := range contrasts {
		if !slices.Contains(group, subject) {
			continue
		}
		for _, like := range group {
			if like != subject && strings.Contains(before, like) {
				return strings.Replace(before, like, subject, 1), true
			}
		}
	}
	return "", false
}

// inTime puts another time in a question's, or before it.
func inTime(before, subject string) string {
	old := timeSaid.FindStringIndex(before)
	switch {
	case old == nil:
		return subject + before
	case !wholeYear.MatchString(subject) || !strings.HasPrefix(before[old[0]:], "到") || strings.HasPrefix(subject, "到"):
		return before[:old[0]] + strings.TrimSuffix(subject, "的目标") + before[old[1]:]
	}
	return before[:old[0]] + "到" + strings.TrimSuffix(subject, "的目标") + before[old[1]:]
}

// prefixOf is the place and time that a question begins with, as far as its
// new subject does not say another.
func prefixOf(head, subject string) string {
	end := 0
	for {
		rest := head[end:]
		if at := timeSaid.FindStringIndex(rest); at != nil && at[0] == 0 {
			end += at[1]
			continue
		}
		if ms := places.Find(rest); len(ms) > 0 && ms[0].Start == 0 && len(places.Find(subject)) == 0 {
			end += ms[0].End
			continue
		}
		if strings.HasPrefix(rest, "现任") {
			end += len("现任")
			continue
		}
		return head[:end]
	}
}

// replaceLike puts subject in the place of the words of q that end like it:
// 农村居民 for 城镇居民.
func replaceLike(q, subject string) (string, bool) {
	rs := []rune(subject)
	for n := len(rs) - 1; n >= 2; n-- {
		tail := string(rs[len(rs)-n:])
		i := strings.Index(q, tail)
		if i < 0 {
			continue
		}
		start := i
		for k := len(rs) - n; k > 0 && start > 0; k-- {
			r, w := utf8.DecodeLastRuneInString(q[:start])
			if !han.IsHan(r) && !unicode.IsDigit(r) || strings.ContainsRune(particles, r) {
				break
			}
			start -= w
		}
		for start > 0 && unicode.IsDigit(rune(q[start-1])) && unicode.IsDigit(rs[0]) {
			start-- // the number goes with what it counts
		}
		return q[:start] + subject + q[i+len(tail):], true
	}
	return "", false
}

// joinEnglish is join for English.
func joinEnglish(q, before string) string {
	before = strings.TrimRight(strings.TrimSpace(before), "?. ")
	switch folded := foldQuestion(q); {
	case asksMore.MatchString(folded):
		return before + "?"
	case asksHowMore.MatchString(folded):
		return before + " in detail?"
	case q == "":
		return before
	}
	subject := ""
	if m := englishWhich.FindStringSubmatch(before); m != nil {
		subject = "the " + m[1] + " that " + m[2]
	} else if ms := places.Find(before); len(ms) > 0 {
		subject = before[ms[0].Start:ms[0].End]
	}
	if m := englishAbout.FindStringSubmatch(q); m != nil && !englishAsks.MatchString(m[1]) {
		m[1] = englishOwn.ReplaceAllString(m[1], "")
		if ms := places.Find(m[1]); len(ms) == 1 && subject != "" && ms[0].End-ms[0].Start >= len(m[1])-1 {
			return strings.Replace(before, subject, m[1], 1) + "?"
		}
		if i := strings.Index(before, subject+"'s "); subject != "" && i >= 0 {
			goal := ""
			if strings.Contains(before, "target") && !strings.Contains(m[1], "target") {
				goal = " target"
			}
			return before[:i] + subject + "'s " + m[1] + goal + "?"
		}
		return m[1] + " " + before + "?"
	}
	q = opener.ReplaceAllString(strings.ToLower(q[:1])+q[1:], "")
	if at := englishIt.FindStringIndex(q); at != nil && subject != "" {
		if strings.EqualFold(q[at[0]:at[1]], "its") || strings.EqualFold(q[at[0]:at[1]], "their") {
			subject += "'s"
		}
		return q[:at[0]] + subject + strings.TrimRight(q[at[1]:], "?") + "?"
	}
	return before + ", " + q
}

var englishAsks = regexp.MustCompile(`(?i)^(?:how|what|when|who|where|which|why|does|do|did|is|are|will|can)\b`)
