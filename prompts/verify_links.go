package prompts

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// officialLink matches the address of a government's page, whose names only
// governments get: a host under gov.cn, in plain ASCII, without a user before
// it and with nothing behind it that would make it another's.
var officialLink = regexp.MustCompile(`(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+gov\.cn(?::[0-9]{2,5})?(?:/[A-Za-z0-9._~/%?=&#-]*)?`)

// withoutOfficialLinks is a claim's text without the addresses of government
// pages that stand letter for letter in its quotes: those may be told. Any
// other link stays, and is refused as one.
func withoutOfficialLinks(c Claim) string {
	var out strings.Builder
	at := 0
	for _, m := range officialLink.FindAllStringIndex(c.Text, -1) {
		if partOfOther(c.Text, m[0], m[1]) || !quoted(c.Cites, c.Text[m[0]:m[1]]) {
			continue
		}
		out.WriteString(c.Text[at:m[0]])
		at = m[1]
	}
	out.WriteString(c.Text[at:])
	return out.String()
}

// partOfOther reports whether what looks like an address from lo to hi is a
// piece of a longer one: a@b.gov.cn, x.gov.cn.example, evil/?b.gov.cn.
func partOfOther(s string, lo, hi int) bool {
	const inAddress = "@./:?=&#%_~-\\"
	part := func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(inAddress, c) >= 0
	}
	if lo > 1 && s[lo-1] == ':' && s[lo-2] >= utf8.RuneSelf {
		lo-- // 地址:www.example.gov.cn
	}
	if lo > 0 && part(s[lo-1]) {
		return true
	}
	return hi < len(s) && part(s[hi])
}

func quoted(cites []Cite, s string) bool {
	for _, c := range cites {
		if strings.Contains(c.Quote, s) {
			return true
		}
	}
	return false
}
