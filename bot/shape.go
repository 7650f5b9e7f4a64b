package bot

import (
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/nearness"
)

var (
	figure    = regexp.MustCompile(`[0-9]|[一二两三四五六七八九十百千万亿]+[个项家名套所条户人天年月岁倍成种类批座次件辆处块元亿万]|翻番|翻一番|百分之|过半|一半`)
	bareYear  = regexp.MustCompile(`(?:19|20)[0-9]{2}年?`)
	dateLike  = regexp.MustCompile(`[0-9]{1,4}年|[0-9]{1,2}月|[0-9]{1,2}日|[0-9]{4}-[0-9]{2}|年底|月底|期间|以前|之前|[0-9]+(天|个?工作日|小时)`)
	unitAsked = regexp.MustCompile(`(?:多少|几)([套个项家名所条户人天年月岁倍成种类批座次件辆处块元米公吨斤亩班册])`)
	nounAsked = regexp.MustCompile(`哪[一个家些]?(街道|单位|部门|机构|公司|企业|银行|学校|大学|局|委|医院|区|市|县|镇|村|省|文件|会议|报告|平台|系统)`)
	// documentName is a document's title or number, whose date is its own.
	documentName = regexp.MustCompile(`《[^》]*》|[〔\[](?:19|20)[0-9]{2}[〕\]]`)
	targetLike   = regexp.MustCompile(`力争|目标|将|计划|到20[0-9]{2}年|要|争取|努力|拟|预计|规划|不少于|以上|突破|达到`)
	resultLike   = regexp.MustCompile(`已|完成了|实现了|达到了|截至|累计|为[0-9]|增长[0-9]|打赢了|成就了|创下`)
	contacts     = regexp.MustCompile(`[0-9]{3,4}-?[0-9]{7,8}|1[0-9]{10}|\b(?:1[0-9]{4,5}|9[56][0-9]{3,4})\b|[\w.]+@[\w.]+|https?://|www\.|地址|路[0-9]+号`)
	naming       = regexp.MustCompile(`名称|名为|题为|称为|称作|命名|简称|叫做|取名`)
	companyLike  = regexp.MustCompile(`公司|集团|企业|[^工]厂|银行|合作社`)
	reasonLike   = regexp.MustCompile(`因为|由于|因此|为此|原因|鉴于|导致|造成|旨在|目的|以便|为了|从而|以适应|这就需要|面临|影响`)
	personLike   = regexp.MustCompile(`书记|主任|局长|部长|市长|区长|县长|主席|董事长|院长|所长|处长|经理|记者|作者|教授|代表`)
)

// askedProcedure matches questions for what a person does at an office: its
// last group is the doing, which an answer must speak of.
var askedProcedure = regexp.MustCompile(`(?:怎么|如何|怎样|怎么样|哪里|哪儿)(?:才|可以|能够|能|去|来|进行|网上|线上)*(申请|申领|申报|报名|领取|缴纳|查询|预约|提取|注册|登记|补办|报销|投诉|举报|办理)`)

// procedure is what the question asks how to do at an office, folded; "" if it
// asks nothing of the kind.
func (r reading) procedure() string {
	if m := askedProcedure.FindStringSubmatch(r.Folded); m != nil {
		return m[1]
	}
	return ""
}

// askedDoing matches a question that ends in what is done, or who does it: its
// group is the doing.
var askedDoing = regexp.MustCompile(`(?:怎么|如何|怎样|怎么样|谁)(?:才|可以|能够|能|会|要|该|应该|去|来|给)*([\p{Han}]{1,2}?)[了的吗呢啊?？。!！]*$`)

// doingEnough is how near a word of the passage must be to the doing: what is
// said of 失业金 without 领取 or its like says nothing of how to get it.
const doingEnough = 0.36

// doingRare is the rarity in the language of a doing that says something.
const doingRare = 0.6

// speaksOfDoing reports whether a passage speaks of what a question asks how to
// do; true when it asks nothing of the kind, or in words that say little (办,
// 做).
func (r reading) speaksOfDoing(passage string) bool {
	m := askedDoing.FindStringSubmatch(r.Folded)
	if m == nil || m[1] == "办" {
		return true
	}
	words := nearness.Cut(m[1])
	if len(words) != 1 || words[0].Rarity < doingRare {
		return true
	}
	return nearness.Read(passage).Nearest(words[0]) >= doingEnough
}

// shape says how much a piece has the form of what the question wants, from 0
// to 1: a figure for how much, a date for when, a row of things for which.
func shape(r reading, p piece) float64 {
	if r.Contact {
		return yes(contacts.MatchString(p.text))
	}
	switch r.Asks {
	case asksWhat:
		return yes(definesIt(p.folded, r.Defined))
	case asksAmount:
		if askedMoney.MatchString(r.Folded) {
			return yes(hasMoney(p.text))
		}
		if m := unitAsked.FindStringSubmatch(r.Folded); m != nil && hasFigureWith(p.folded, m[1]) {
			return 1
		}
		if slices.ContainsFunc(r.unitsAsked(), func(u string) bool { return hasFigureWith(p.folded, u) }) {
			return 1
		}
		// The number of an item, "4.", is no figure of what it says.
		if figure.MatchString(bareYear.ReplaceAllString(itemMark.ReplaceAllString(p.folded, ""), "")) {
			return 0.7
		}
	case asksWhen:
		if dateLike.MatchString(documentName.ReplaceAllString(p.folded, "")) {
			return 1
		}
	case asksWho:
		if m := nounAsked.FindStringSubmatch(r.Folded); m != nil {
			return yes(isA(p.folded, m[1]))
		}
		if r.Foreign && askedOffice.MatchString(strings.ToLower(r.Text)) {
			return yes(officeLike.MatchString(p.folded))
		}
		if name := r.person(); name != "" {
			return yes(entitled(p.folded, name))
		}
		if r.asksDuty() {
			return yes(officeLike.MatchString(p.folded))
		}
		return yes(personLike.MatchString(p.folded))
	case asksName:
		return yes(r.namesAnother(p.text))
	case asksList:
		if n := things(p.text); r.Count > 0 && n >= r.Count {
			return 1 - 0.4*yes(n > r.Count)
		}
		return min(1, 0.4*float64(strings.Count(p.text, "、"))+0.2*float64(strings.Count(p.text, "“")))
	case asksReason:
		return yes(reasonLike.MatchString(p.folded))
	case asksHow:
		return min(1, 0.5*float64(strings.Count(p.text, "，")+strings.Count(p.text, ",")))
	}
	return 0
}

// isA reports whether a folded text names something of the kind that a question
// asks which of: 哪个部门 is answered by 市财政局, 哪家企业 by a company.
func isA(folded, kind string) bool {
	switch kind {
	case "部门", "单位", "机构":
		return officeLike.MatchString(folded)
	case "公司", "企业":
		return companyLike.MatchString(folded)
	}
	return strings.Contains(folded, kind)
}

// namesAnother reports whether a text has a name in marks that the question
// does not have itself.
func (r reading) namesAnother(text string) bool {
	return slices.ContainsFunc(quotedName.FindAllStringSubmatch(text, -1), func(m []string) bool { return !strings.Contains(r.Folded, fold(m[1])) })
}

// things counts the things that a text tells in a row.
func things(text string) int {
	return 1 + strings.Count(text, "、") + strings.Count(text, "和") + strings.Count(text, "以及")
}

// hasFigureWith reports whether a number stands directly before the unit.
func hasFigureWith(folded, unit string) bool {
	for at := range occurrences(folded, unit) {
		if before := folded[:at]; strings.TrimRight(before, "0123456789一二两三四五六七八九十百千万亿余多") != before {
			return true
		}
	}
	return false
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// clauses cuts a sentence at its commas and semicolons, where they stand
// outside quotation marks and brackets; each clause holds its mark. The row of
// a table is one clause: its figures mean nothing without their headings.
func clauses(s string) []han.Span {
	if tableRow(s) {
		return []han.Span{{Start: 0, End: len(s)}}
	}
	var out []han.Span
	start, depth := 0, 0
	for i, r := range s {
		switch {
		case strings.ContainsRune("“《（(【「", r):
			depth++
		case strings.ContainsRune("”》）)】」", r):
			depth = max(0, depth-1)
		case strings.ContainsRune("，,；;：", r) && depth == 0:
			if r == ',' && digitsAround(s, i) {
				continue
			}
			end := i + len(string(r))
			out = append(out, han.Span{Start: start, End: end})
			start = end
		}
	}
	if start < len(s) {
		out = append(out, han.Span{Start: start, End: len(s)})
	}
	return out
}

// digitsAround reports whether the comma at i stands inside a number: 6,000.
func digitsAround(s string, i int) bool {
	digit := func(j int) bool { return j >= 0 && j < len(s) && s[j] >= '0' && s[j] <= '9' }
	return digit(i-1) && digit(i+1) && digit(i+2) && digit(i+3)
}
