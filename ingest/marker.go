package ingest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A markerKind is one way in which documents number or mark their parts.
type markerKind int

const (
	noMarker     markerKind = iota
	hash                    // # to ######, Markdown
	part                    // 第一编, 第一部分
	chapter                 // 第一章
	section                 // 第一节
	article                 // 第一条
	ordinal                 // 第一、
	chinese                 // 一、
	chineseParen            // （一）
	arabic                  // 1. or 1、
	arabicParen             // （1） or 1）
	circled                 // ①
	dash                    // ——
	bullet                  // • ■ ◆ *
	bracketed               // 【…】
	plain                   // a heading without a mark
)

// A marker is the number or sign at the head of a line or sentence.
type marker struct {
	kind   markerKind
	number int // its place in the row; the level of a hash; 0 when it has none
	width  int // bytes
}

const numerals = "〇零一二三四五六七八九十百两\\d"

var markers = []struct {
	kind markerKind
	re   *regexp.Regexp
}{
	{part, regexp.MustCompile(`^第([` + numerals + `]{1,4})(?:编|部分|篇)[、：: ]?`)},
	{chapter, regexp.MustCompile(`^第([` + numerals + `]{1,4})章[、：: ]?`)},
	{section, regexp.MustCompile(`^第([` + numerals + `]{1,4})节[、：: ]?`)},
	{article, regexp.MustCompile(`^第([` + numerals + `]{1,5})条[、：:  ]?`)},
	{ordinal, regexp.MustCompile(`^第([` + numerals + `]{1,3})[、，,：:]`)},
	{chinese, regexp.MustCompile(`^([〇零一二三四五六七八九十百]{1,4})[、.．]`)},
	{chineseParen, regexp.MustCompile(`^[（(〔]([〇零一二三四五六七八九十百]{1,4})[）)〕]`)},
	{arabicParen, regexp.MustCompile(`^[（(]?(\d{1,3})[）)]`)},
	{arabic, regexp.MustCompile(`^(\d{1,3})(?:[.．](?:\D|$)|、)`)},
}

// markerOf reads the marker at the start of s.
func markerOf(s string) marker {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '#':
		return hashMarker(s)
	case r >= '①' && r <= '⑳':
		return marker{circled, int(r-'①') + 1, n}
	case strings.HasPrefix(s, "——"):
		return marker{kind: dash, width: len(s) - len(strings.TrimLeft(s, "—"))}
	case strings.ContainsRune("•●■□◆◇▲△★☆※▪◎➢·", r):
		return marker{kind: bullet, width: n}
	case (r == '*' || r == '-' || r == '+') && strings.HasPrefix(s[n:], " "):
		return marker{kind: bullet, width: n}
	case r == '【':
		if end := strings.Index(s, "】"); end > 0 && end < 90 {
			return marker{kind: bracketed, width: end + len("】")}
		}
		return marker{}
	case !strings.ContainsRune("第（(〔〇零一二三四五六七八九十百0123456789", r):
		return marker{}
	}
	for _, m := range markers {
		if g := m.re.FindStringSubmatchIndex(s); g != nil {
			width := g[1]
			if m.kind == arabic { // leave what follows the point
				width = g[3] + utf8.RuneLen(firstRune(s[g[3]:]))
			}
			return marker{m.kind, ordinalValue(s[g[2]:g[3]]), width}
		}
	}
	return marker{}
}

func hashMarker(s string) marker {
	level := len(s) - len(strings.TrimLeft(s, "#"))
	if level > 6 || !strings.HasPrefix(s[level:], " ") {
		return marker{}
	}
	return marker{hash, level, level + 1}
}

// ordinalValue reads 十二, 二十, 一百零三 or 12.
func ordinalValue(s string) int {
	total, digit := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digit = digit*10 + int(r-'0')
		case r == '十':
			total += max(digit, 1) * 10
			digit = 0
		case r == '百':
			total += max(digit, 1) * 100
			digit = 0
		case r == '两':
			digit = 2
		default:
			if i := strings.Index("〇一二三四五六七八九", string(r)); i >= 0 {
				digit = i / len("一")
			}
		}
	}
	return total + digit
}

// headingShape reports whether a line could be a heading: a few words, short,
// and without the stops of a sentence.
func headingShape(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 2 || n > 48 || strings.ContainsAny(s, "。；;") || strings.ContainsRune("，、：:,—", lastRune(s)) {
		return false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters >= 2 && !isByline(s)
}
