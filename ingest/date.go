package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"policybot/retrieval"
)

var (
	chineseDate = regexp.MustCompile(`([一二][〇○Ｏ零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日`)
	fullDate    = regexp.MustCompile(`((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})`)
	dateLabel   = sift(`(?:发布时间|发布日期|发文日期|成文日期|印发日期|时间|日期)\s?[:：]\s?((?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2})`, "时间", "日期")
	monthDay    = sift(`(\d{1,2})月(\d{1,2})日`, "月")
	leadDay     = regexp.MustCompile(`^([^。]{0,20}?)((?:(?:19|20)\d{2}年)?\d{1,2}月\d{1,2}日)`)
	sinceDay    = regexp.MustCompile(`^(?:\d{1,2}时)?(?:起|前|以来|之前|止|至|—|-|~)`)
	someMonth   = regexp.MustCompile(`^\d{1,2}月`)
	planDrawn   = sift(`(?:审议|通过|讨论|研究|起草)[^。]{0,40}制定[^。]{0,30}第([一二三四五六七八九十]{1,3})个五年(?:规划|计划)[^。]{0,24}建议`, "个五年")
	printedDay  = sift(`((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日印发`, "日印发")
)

// date is when the document was published: what a byline says; the date under
// which an office signs; a dateline; the day on which a report opens. Where
// only the day stands there, the year must follow from the text.
func (p page) date() retrieval.Field {
	for _, find := range []func() retrieval.Field{p.bylineDate, p.signedDate, p.datelineDate, p.leadDate, p.printedDate} {
		if f := find(); f.Value != "" {
			return f
		}
	}
	return retrieval.Field{}
}

func (p page) bylineDate() retrieval.Field {
	for _, find := range []func(string) string{dateLabel.FindString, fullDate.FindString} {
		for _, l := range append(append([]string(nil), p.lines[:p.head]...), p.lines[p.tail:]...) {
			if !isByline(l) {
				continue
			}
			m := find(l)
			if d := isoDate(fullDate.FindStringSubmatch(m)); d != "" {
				return retrieval.Field{Value: d, From: "byline: " + m}
			}
		}
	}
	return retrieval.Field{}
}

func (p page) signedDate() retrieval.Field {
	i := p.signature()
	if i < 0 {
		return retrieval.Field{}
	}
	m := fullDate.FindStringSubmatch(p.lines[i])
	return retrieval.Field{Value: isoDate(m), From: "signature: " + m[0] + "日"}
}

func (p page) printedDate() retrieval.Field {
	for _, l := range p.lines[p.head:] {
		if m := printedDay.FindStringSubmatch(l); m != nil && len(l) < 150 {
			return retrieval.Field{Value: isoDate(m), From: "text: " + m[0]}
		}
	}
	return retrieval.Field{}
}

func (p page) datelineDate() retrieval.Field {
	for _, l := range p.bylines {
		if m := dateline.FindStringSubmatch(l); m != nil && m[3] != "" {
			return p.withYear(m[3], "dateline: "+strings.TrimRight(m[0], " （(，"))
		}
	}
	return retrieval.Field{}
}

// leadDate is the day with which the first sentence of a report opens.
func (p page) leadDate() retrieval.Field {
	if p.head >= len(p.lines) {
		return retrieval.Field{}
	}
	if m := leadDay.FindStringSubmatch(p.lines[p.head]); m != nil && !strings.ContainsAny(lastRunes(m[1], 2), "自从至到") && !sinceDay.MatchString(p.lines[p.head][len(m[0]):]) {
		return p.withYear(m[2], "text: "+firstRunes(p.lines[p.head], 24)+"…")
	}
	return retrieval.Field{}
}

// withYear completes a day to a date; unknown when the text does not tell the
// year.
func (p page) withYear(day, from string) retrieval.Field {
	if d := isoDate(fullDate.FindStringSubmatch(day)); d != "" {
		return retrieval.Field{Value: d, From: from}
	}
	m := monthDay.FindStringSubmatch(day)
	if m == nil {
		return retrieval.Field{}
	}
	month, _ := strconv.Atoi(m[1])
	year, why := p.year(month)
	if year == 0 {
		return retrieval.Field{}
	}
	return retrieval.Field{Value: isoDate([]string{"", strconv.Itoa(year), m[1], m[2]}), From: from + "; year from " + why}
}

// year is the year in which the text was written, told by the text itself,
// and its words; 0 when it does not tell. month is the month of writing.
func (p page) year(month int) (int, string) {
	text := p.text
	if m := planDrawn.FindStringSubmatch(text); m != nil {
		// The proposal for a five-year plan is adopted in the year before the
		// plan begins; since the seventh (1986) they follow without a break.
		if n := ordinalValue(m[1]); n >= 7 {
			return 1986 + 5*(n-7) - 1, "text: " + m[0]
		}
	}
	best, words := 0, "" // the latest year that is no target
	later := true        // all that is said of it is of later months: it may be the year before
	for _, at := range yearsIn(text) {
		y, _ := strconv.Atoi(text[at[0] : at[0]+4])
		before, after := lastRunes(text[:at[0]], 4), firstRunes(text[at[1]:], 24)
		said := text[at[0]:at[1]] + firstRunes(after, 9)
		m, _ := strconv.Atoi(strings.TrimSuffix(someMonth.FindString(after), "月"))
		switch {
		case isTarget(before, after, m > 0 && m <= month):
			continue
		case closed(after):
			y, m = y+1, 0 // a year's whole figures are told in the next
		}
		if y < best {
			continue
		}
		ahead := m > month
		if y > best {
			best, words, later = y, said, ahead
		}
		later = later && ahead
	}
	if best == 0 || later {
		return 0, ""
	}
	return best, "text: " + words
}

// yearsIn finds the years of a text, such as 2024年.
func yearsIn(text string) (out [][2]int) {
	for i := 0; ; {
		n := strings.Index(text[i:], "年")
		if n < 0 {
			return out
		}
		if at := i + n - 4; at >= 0 && (text[at:at+2] == "19" || text[at:at+2] == "20") && isDigit(text[at+2]) && isDigit(text[at+3]) {
			out = append(out, [2]int{at, i + n + len("年")})
		}
		i += n + len("年")
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isTarget reports whether a year between these words may lie ahead: 到2025年.
// passed says that its month is not after the time of writing.
func isTarget(before, after string, passed bool) bool {
	if strings.HasSuffix(before, "截至") {
		return false
	}
	for _, w := range []string{"到", "至", "力争", "争取", "面向", "于", "截止"} {
		if strings.HasSuffix(before, w) && !passed {
			return true
		}
	}
	for _, w := range []string{"底前", "末前", "目标", "全年"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	if rest, ok := strings.CutPrefix(after, "前"); ok && !unicode.IsDigit(firstRune(rest)) {
		return true
	}
	return strings.Contains(after, "日前") || strings.Contains(after, "月前") || strings.Contains(after, "月底前")
}

// closed reports whether words behind a year say that it is over.
func closed(after string) bool {
	ends := strings.HasPrefix(after, "底") || strings.HasPrefix(after, "末")
	for _, w := range []string{"完成", "实现", "确保", "建成", "达到", "力争"} {
		if strings.Contains(after, w) {
			return false
		}
	}
	return ends || strings.HasPrefix(after, "度实") || strings.Contains(after, "实缴") || strings.Contains(after, "实际缴纳")
}

// arabicDates writes dates in Chinese numerals as they are compared:
// 二〇二四年二月七日 as 2024年2月7日.
func arabicDates(s string) string {
	if !numeralYear(s) {
		return s
	}
	return chineseDate.ReplaceAllStringFunc(s, func(d string) string {
		m := chineseDate.FindStringSubmatch(d)
		year := 0
		for _, r := range m[1] {
			year = year*10 + max(0, strings.IndexRune("〇一二三四五六七八九", r))/len("一")
		}
		if year < 1949 || year > 2199 {
			return d
		}
		return fmt.Sprintf("%d年%d月%d日", year, ordinalValue(m[2]), ordinalValue(m[3]))
	})
}

// numeralYear reports whether a year in Chinese numerals stands in s, or what
// looks like one.
func numeralYear(s string) bool {
	for {
		before, after, found := strings.Cut(s, "年")
		if !found || strings.ContainsRune("〇○Ｏ零一二三四五六七八九", lastRune(before)) {
			return found
		}
		s = after
	}
}

// isoDate writes a match of fullDate as 2024-02-19, "" when it is no date.
func isoDate(m []string) string {
	if len(m) != 4 {
		return ""
	}
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	if y == 0 || mo < 1 || mo > 12 || d < 1 || d > 31 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, mo, d)
}
