package ingest

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
)

// spamMark stands in the cleaned text where injected spam stood. No quotation
// can span it, for it is not in the original.
const spamMark = "[…]"

// lures are words that only betting and porn sites advertise with; brands of
// Latin letters and digits glued to them are spam. helpers may stand in such
// an insertion too but prove nothing: policy texts write of 体育 and 彩票.
const (
	lures   = `投注|下注|博彩|娱乐城|棋牌|赌场|赌博|百家乐|老虎机|时时彩|六合彩|葡京|威尼斯人|金沙娱乐|皇冠体育|体育投注|真人娱乐|真人荷官|网投|外围|彩金|返水|捕鱼|德州扑克|牛牛|成人视频|成人网|无码|裸聊|约炮|色情|私服|代孕`
	helpers = `官方|官网|体育|娱乐|平台|开户|注册|下载|网址|网站|登录|登陆|手机版|客户端|真人|彩票|足球|电子|电竞|澳门|新葡京|皇冠|备用|入口|首页|中心|国际|集团|在线|线上|最新|版|直播|视频|高清|免费|送|APP|app|App`
)

var (
	lure     = regexp.MustCompile(lures)
	brand    = regexp.MustCompile(`[A-Za-z]+\d|\d+[A-Za-z]|\d{3,}|[A-Za-z]{3,}`)
	betBrand = regexp.MustCompile(`(?i)\d{2,}bet|bet\d{2,}|casino|bwin|yabo|w88|m88|ag8|188bet|365ba|fun88|1xbet|betway|888sport|pokerstars`)

	lureWords = strings.Split(lures, "|")
	// Every word that may stand in an insertion, longest first.
	spamWords = slices.SortedFunc(slices.Values(strings.Split(lures+"|"+helpers, "|")), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
)

// spamSpans finds insertions of spam in a line, as byte offsets, in order.
func spamSpans(text string) []han.Span {
	// Both are rare in a policy text, and quick to look for: a brand has letters,
	// or is glued.
	if !strings.ContainsFunc(text, isGlueOrLetter) || !hasAny(text, lureWords) {
		return nil
	}
	var out []han.Span
	for i := 0; i < len(text); i++ {
		if !isBrandRune(rune(text[i])) {
			continue
		}
		floor := 0
		if len(out) > 0 {
			floor = out[len(out)-1].End
		}
		s := insertionAt(text, floor, i)
		if isSpam(s.In(text)) {
			out = append(out, s)
		}
		i = s.End - 1
	}
	return trimRepeated(text, out)
}

func isGlueOrLetter(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' || r == '|' || r == '~' || r == '^'
}

func isBrandRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_'
}

// insertionAt is the run of brands, glue and words of advertising around byte
// i, which is of a brand, not before floor.
func insertionAt(text string, floor, i int) han.Span {
	start, end := i, i
	for {
		w := wordAt(func(w string) bool { return strings.HasSuffix(text[floor:start], w) })
		if w == 0 {
			break
		}
		start -= w
	}
	for end < len(text) {
		c := text[end]
		switch {
		case isBrandRune(rune(c)), strings.IndexByte("|~^", c) >= 0:
			end++
			continue
		case strings.IndexByte("-./", c) >= 0 && end+1 < len(text) && isBrandRune(rune(text[end+1])):
			end++
			continue
		}
		w := wordAt(func(w string) bool { return strings.HasPrefix(text[end:], w) })
		if w == 0 {
			break
		}
		end += w
	}
	return han.Span{Start: start, End: end}
}

// wordAt is the length of the longest word of an insertion that stands where
// there says, 0 for none.
func wordAt(there func(string) bool) int {
	if i := slices.IndexFunc(spamWords, there); i >= 0 {
		return len(spamWords[i])
	}
	return 0
}

// isSpam judges an insertion: it needs a brand of Latin letters or digits and
// a lure, and that they are glued by underscores, or that the brand itself is
// one of betting.
func isSpam(s string) bool {
	return lure.MatchString(s) && brand.MatchString(s) &&
		(strings.ContainsAny(s, "_|~^") && han.HasHan(s) || betBrand.MatchString(s))
}

// compared is how many insertions of a line are held against each other.
const compared = 32

// trimRepeated cuts insertions that begin alike to what they have in common:
// the words of the sentence behind them are not theirs.
func trimRepeated(text string, spans []han.Span) []han.Span {
	few := spans[:min(len(spans), compared)]
	for i, a := range few {
		for _, b := range few[i+1:] {
			n := commonPrefix(a.In(text), b.In(text))
			if n < 12 || !isSpam(text[a.Start:a.Start+n]) {
				continue
			}
			for j := range few {
				if commonPrefix(few[j].In(text), a.In(text)) >= n {
					few[j].End = few[j].Start + n
				}
			}
		}
	}
	return spans
}

// commonPrefix is the length in bytes of what a and b have in common at their
// starts, in whole characters.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}
