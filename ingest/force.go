package ingest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"policybot/internal/han"
	"policybot/internal/quantity"
	"policybot/retrieval"
)

const brackets = `[〔\[【（(﹝［]\s?((?:19|20)\d{2})\s?[〕\]】）)﹞］]`

var (
	// The forms of a document's number, wherever it stands.
	yearNumber  = sift(`(\p{Han}[\p{Han}（）() ]{0,15}?)\s?`+brackets+`\s?第?\s?(\d{1,5})\s?号`, "号")
	plainNumber = sift(`(\p{Han}[\p{Han} ]{0,30}公告)\s?((?:19|20)\d{2})\s?年\s?第\s?(\d{1,4})\s?号`, "公告")
	decree      = sift(`(\p{Han}[\p{Han} ]{1,20}令)\s?第\s?(\d{1,4})\s?号`, "令")
	numberLabel = sift(`(?:发文字号|文\s?件\s?编\s?号|文\s?号|公文字号)\s?(?:[:：]|[\]】])\s?(\S.*)$`, "号")

	signedLabel = sift(`(?:成文日期|成文时间)\s?(?:[:：]|[\]】])\s?((?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2})`, "成文")

	// What puts a document into force and ends it.
	aboutForce = []string{"施行", "实施", "执行", "生效", "失效", "废止", "有效期", "试行"}
	// A sentence without one of these tells nothing of that.
	forceWords = append([]string{"实行", "期", "暂定", "停止"}, aboutForce...)
	inForce    = regexp.MustCompile(`起(?:正式)?(?:开始)?(?:施行|实施|执行|生效)|起(?:试行|实行)|(?:施行|实施|生效|执行)(?:日期|时间)(?:为|是|[:：])`)
	fromIssue  = regexp.MustCompile(`自?(?:(?:发布|印发|公布|颁布|下发|发文)之日|即日)起(?:正式)?(?:施行|实施|执行|生效|试行)`)
	afterIssue = regexp.MustCompile(`自?(?:发布|印发|公布|颁布|下发)之日起(?:满)?([\d一二三四五六七八九十]{1,3})(?:日|天|个工作日)?后(?:正式)?(?:施行|实施|执行|生效)`)
	ownWords   = regexp.MustCompile(`本(?:通知|公告|通告|意见|办法|规定|决定|条例|细则|规划|方案|措施|政策|规则|文件|指引|指南|若干|规程|标准|实施|暂行|计划|令)`)
	forceLabel = regexp.MustCompile(`^[\[【]?(?:施行|实施|生效|失效|废止)(?:日期|时间)`)
	lasts      = sift(`(?:有效期|试行期|施行期|执行期|实施期|执行期限|实施期限|政策期限|有效期限|试行期限|期限|暂定|试行)(?:为|是|暂定|限|[:：])*\s?([\d一二三四五六七八九十两]{1,3})\s?(年|个月)`, "期", "暂定", "试行")
	until      = regexp.MustCompile(`(?:有效期|试行期|执行期限?|实施期限?|有效期限|施行|实施|执行|失效)[^。；]{0,14}$`)
	ended      = sift(`(?:同时|即行|即时|一并|均)?(?:予以)?(?:废止|失效|停止执行|停止施行|不再执行)`, "废止", "失效", "停止", "不再执行")
	notEnded   = regexp.MustCompile(`(?:尚未|未|不|没有|不得|如|若|逾期|自动|期满|到期|届满)\p{Han}{0,4}$`)
	titled     = regexp.MustCompile(`《([^》]{2,120})》(?:\s?[（(]([^（）()]*(?:[（(〔\[【][^（）()〕\]】]*[）)〕\]】])?[^（）()]*号)[）)])?`)
)

// longestNumber is how many characters a line has at most that is the number
// of a document; a longer line is not searched for one.
const longestNumber = 120

// number is the document's number, where its head or a label tells it.
func (p page) number(title string) retrieval.Field {
	for _, l := range p.lines[:min(len(p.lines), p.head+12)] {
		if len(l) >= 300 {
			continue
		}
		if m := numberLabel.FindStringSubmatch(l); m != nil {
			if n := readNumber(m[1]); n != "" {
				return retrieval.Field{Value: n, From: "head: " + strings.TrimSpace(firstRunes(m[0], 60))}
			}
		}
	}
	for i, l := range p.lines[:min(len(p.lines), p.head+8)] {
		bare := ""
		if len(l) <= 4*longestNumber {
			bare = foldDigits(strings.Trim(l, "（）() "))
		}
		if n := readNumber(bare); n != "" && (isDocNumber(bare) || whole(bare)) {
			if i > 0 && plainNumber.MatchString(bare) && isOffice(p.lines[i-1]) && !strings.Contains(n, p.lines[i-1]) {
				n = p.lines[i-1] + " " + n // 财政部 税务总局公告, on two lines
			}
			return retrieval.Field{Value: n, From: "number line: " + l}
		}
		if rest, ok := strings.CutPrefix(l, title); ok && title != "" {
			if n := readNumber(strings.TrimSpace(firstRunes(rest, longestNumber))); n != "" {
				return retrieval.Field{Value: n, From: "title line: " + strings.TrimSpace(firstRunes(rest, 40))}
			}
		}
	}
	return retrieval.Field{}
}

// whole reports whether s is nothing but a number of an official document.
func whole(s string) bool {
	for _, re := range []sifted{yearNumber, plainNumber, decree} {
		if at := re.FindStringIndex(s); at != nil && at[0] == 0 && at[1] == len(s) {
			return true
		}
	}
	return false
}

// readNumber is the first document number in s, in one form: 〔〕 about the
// year, no spaces, no 第 and no leading zeros; "" if there is none.
func readNumber(s string) string {
	s = foldDigits(s)
	tidy := func(n string) string { return strings.TrimLeft(n, "0") }
	if m := yearNumber.FindStringSubmatchIndex(s); m != nil {
		before := strings.Join(strings.Fields(s[m[2]:m[3]]), "")
		return before + "〔" + s[m[4]:m[5]] + "〕" + tidy(s[m[6]:m[7]]) + "号"
	}
	if m := plainNumber.FindStringSubmatch(s); m != nil {
		return m[1] + m[2] + "年第" + tidy(m[3]) + "号"
	}
	if m := decree.FindStringSubmatch(s); m != nil {
		return strings.Join(strings.Fields(m[1]), "") + "第" + tidy(m[2]) + "号"
	}
	return ""
}

// foldDigits writes full-width digits as ASCII ones.
func foldDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}

// signed is the day on which the document was made: the label of its table of
// facts, or the date under the signature.
func (p page) signed() retrieval.Field {
	for _, l := range slices.Concat(p.lines[:p.head], p.lines[p.tail:]) {
		if m := signedLabel.FindStringSubmatch(l); m != nil {
			return retrieval.Field{Value: isoDate(fullDate.FindStringSubmatch(m[1])), From: "head: " + m[0]}
		}
	}
	return p.signedDate()
}

// A force is from when to when a document is in force, and what it ends.
type force struct {
	effective, expires retrieval.Field
	replaces           []retrieval.Field
}

// force reads the clauses on the document's own force; the last word counts,
// since it stands at the end. published is when it was published, for clauses
// that count from then.
func (p page) force(published string) force {
	var f force
	for _, l := range slices.Backward(p.lines) {
		if !hasAny(l, aboutForce) {
			continue
		}
		for _, s := range slices.Backward(han.Sentences(l)) {
			if s := s.In(l); hasAny(s, forceWords) {
				f.read(s, published)
			}
		}
	}
	if f.effective.Value != "" && f.expires.Value != "" && f.expires.Value < f.effective.Value {
		f.expires = retrieval.Field{}
	}
	return f
}

// read takes what a sentence says that is not known yet.
func (f *force) read(s, published string) {
	words := "text: " + firstRunes(s, 60)
	own := ownWords.MatchString(s) || forceLabel.MatchString(s) || strings.HasPrefix(strings.TrimLeft(s[markerOf(s).width:], " "), "自")
	dates := days(s)
	if f.effective.Value == "" && own {
		f.effective = effective(s, dates, published, words)
	}
	if f.expires.Value == "" && own {
		f.expires = expires(s, dates, cmp.Or(f.effective.Value, published), words)
	}
	if len(f.replaces) == 0 {
		f.replaces = replaced(s)
	}
}

// A day in a text, as 2024-02-19, with where it stands.
type day struct {
	iso        string
	start, end int
}

// days are the whole dates of a sentence; one without a year has that of the
// date before it.
func days(s string) (out []day) {
	year := 0
	for _, q := range quantity.Find(s) {
		d := q.Date
		if q.Kind != quantity.Date || d.Relative || d.MonthRelative {
			continue
		}
		if d.Year > 0 {
			year = d.Year
		}
		if year == 0 || d.Month == 0 || d.Day == 0 {
			continue
		}
		iso := isoDate([]string{"", strconv.Itoa(year), strconv.Itoa(d.Month), strconv.Itoa(d.Day)})
		if iso != "" {
			out = append(out, day{iso, q.Start, q.End})
		}
	}
	return out
}

func effective(s string, dates []day, published, words string) retrieval.Field {
	if m := afterIssue.FindStringSubmatch(s); m != nil {
		return readFrom(addDays(published, ordinalValue(m[1])), words)
	}
	if fromIssue.MatchString(s) {
		return readFrom(published, words)
	}
	if !inForce.MatchString(s) {
		return retrieval.Field{}
	}
	for _, d := range dates {
		before, after := strings.TrimRight(s[:d.start], " "), strings.TrimLeft(s[d.end:], " ")
		begins := strings.HasPrefix(after, "起") || strings.HasPrefix(after, "零时起") || strings.HasPrefix(after, "0时起")
		if begins && inForce.MatchString(firstRunes(after, 12)) || strings.HasSuffix(before, "为") || strings.HasSuffix(before, "：") || strings.HasSuffix(before, ":") || forceLabel.MatchString(s) && !strings.HasPrefix(s, "失效") {
			return readFrom(d.iso, words)
		}
	}
	return retrieval.Field{}
}

// expires is the last day in force: a date up to which, or so many years from
// the first.
func expires(s string, dates []day, from, words string) retrieval.Field {
	for i, d := range dates {
		before := strings.TrimRight(s[:d.start], " 自")
		to := strings.HasSuffix(before, "至") || strings.HasSuffix(before, "到") || strings.HasSuffix(before, "—") || strings.HasSuffix(before, "-")
		term := s[:d.start]
		if i > 0 && to {
			term = s[:dates[i-1].start] + s[dates[i-1].end:d.start]
		}
		if to && until.MatchString(strings.TrimRight(term, " 至到—-")) {
			return readFrom(d.iso, words)
		}
	}
	if m := lasts.FindStringSubmatch(s); m != nil && from != "" {
		n, months := ordinalValue(m[1]), 12
		if m[2] != "年" {
			months = 1
		}
		if t, err := time.Parse(time.DateOnly, from); err == nil && n > 0 && n <= 50 {
			return readFrom(t.AddDate(0, n*months, -1).Format(time.DateOnly), words)
		}
	}
	return retrieval.Field{}
}

func readFrom(value, from string) retrieval.Field {
	if value == "" {
		return retrieval.Field{}
	}
	return retrieval.Field{Value: value, From: from}
}

func addDays(iso string, n int) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// replaced are the documents that a sentence says are ended: those named
// before the word, in its own sentence.
func replaced(s string) (out []retrieval.Field) {
	for _, at := range ended.FindAllStringIndex(s, -1) {
		if notEnded.MatchString(s[:at[0]]) {
			continue
		}
		for _, m := range titled.FindAllStringSubmatch(s[:at[0]], -1) {
			value := m[1]
			if n := readNumber(m[2]); n != "" {
				value = n
			}
			f := retrieval.Field{Value: value, From: "text: " + fmt.Sprintf("%s…%s", firstRunes(m[0], 80), s[at[0]:at[1]])}
			if !slices.ContainsFunc(out, func(o retrieval.Field) bool { return o.Value == value }) {
				out = append(out, f)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// language is the language and script of the text.
func language(lines []string) retrieval.Field {
	hanzi, traditional, latin := 0, 0, 0
	for _, l := range lines {
		simple := han.SimplifiedRunes(l)
		at := 0
		for _, r := range l {
			s := simple[at]
			at++
			switch {
			case han.IsHan(r):
				hanzi++
				if s != r {
					traditional++
				}
			case r < 0x250 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
				latin++
			}
		}
	}
	const few = 20
	switch {
	case hanzi+latin < few:
		return retrieval.Field{}
	case latin > hanzi*5:
		return retrieval.Field{Value: "en", From: fmt.Sprintf("text: %d Latin letters, %d Chinese characters", latin, hanzi)}
	case traditional*12 > hanzi:
		return retrieval.Field{Value: "zh-Hant", From: fmt.Sprintf("text: %d of %d characters are traditional", traditional, hanzi)}
	}
	return retrieval.Field{Value: "zh-Hans", From: fmt.Sprintf("text: %d Chinese characters, %d traditional", hanzi, traditional)}
}
