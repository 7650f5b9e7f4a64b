package ingest

import (
	"regexp"
	"slices"
	"strings"

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
	// An insertion: words of the above, Latin brands and the glue between.
	insertion = regexp.MustCompile(`(?:[A-Za-z0-9][A-Za-z0-9.]*|` + lures + `|` + helpers + `|[_|~^]+|[-.·/](?:[A-Za-z0-9]))+`)
	lure      = regexp.MustCompile(lures)
	brand     = regexp.MustCompile(`[A-Za-z]+\d|\d+[A-Za-z]|\d{3,}|[A-Za-z]{3,}`)
	betBrand  = regexp.MustCompile(`(?i)\d{2,}bet|bet\d{2,}|casino|bwin|yabo|w88|m88|ag8|188bet|365ba|fun88|1xbet|betway|888sport|pokerstars`)
	// Any insertion has a lure or a bet brand in it: a quick way to see that
	// there is none.
	lureRunes = []string{"注", "彩", "娱", "棋牌", "赌", "百家乐", "老虎机", "葡京", "威尼斯", "网投", "外围", "返水", "捕鱼", "扑克", "牛牛", "成人", "无码", "裸", "约炮", "色情", "私服", "代孕"}
)

// spamSpans finds insertions of spam in a line, as byte offsets, in order.
func spamSpans(text string) []han.Span {
	if !slices.ContainsFunc(lureRunes, func(w string) bool { return strings.Contains(text, w) }) || !strings.ContainsAny(text, "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return nil
	}
	var out []han.Span
	for _, at := range insertion.FindAllStringIndex(text, -1) {
		s := text[at[0]:at[1]]
		if isSpam(s) {
			out = append(out, han.Span{Start: at[0], End: at[1]})
		}
	}
	return trimRepeated(text, out)
}

// isSpam judges an insertion: it needs a brand of Latin letters or digits and
// a lure, and that they are glued by underscores, or that the brand itself is
// one of betting.
func isSpam(s string) bool {
	return lure.MatchString(s) && brand.MatchString(s) &&
		(strings.ContainsAny(s, "_|~^") && han.HasHan(s) || betBrand.MatchString(s))
}

// trimRepeated cuts insertions that begin alike to what they have in common:
// the words of the sentence behind them are not theirs.
func trimRepeated(text string, spans []han.Span) []han.Span {
	for i, a := range spans {
		for _, b := range spans[i+1:] {
			n := commonPrefix(a.In(text), b.In(text))
			if n < 12 || !isSpam(text[a.Start:a.Start+n]) {
				continue
			}
			for j := range spans {
				if c := spans[j].In(text); commonPrefix(c, a.In(text)) >= n {
					spans[j].End = spans[j].Start + n
				}
			}
		}
	}
	return spans
}

// commonPrefix is the length in bytes of what a and b have in common at their
// starts, in whole characters.
func commonPrefix(a, b string) int {
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			return i
		}
	}
	return len(a)
}
