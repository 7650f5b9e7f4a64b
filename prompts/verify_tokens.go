package prompts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"policybot/internal/han"
)

// token is a word in letters and figures that names a thing: 5G, N95, CZ380,
// R&D, 1000mg.
var token = regexp.MustCompile(`[A-Za-z0-9]*(?:[A-Za-z]+[0-9]+|[0-9]+[A-Za-z]+|[A-Z]{2,})[A-Za-z0-9]*`)

// checkTokens looks for the names of letters and figures in the claim; they
// may come from near the quote and above it. English telling is full of
// abbreviations of its own, so there only those with figures count.
func (p *proof) checkTokens() (string, string) {
	for _, t := range token.FindAllString(han.Squash(spaced(p.claim.text)).String(), -1) {
		if p.foreign && strings.Trim(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" || ordinalToken.MatchString(t) {
			continue
		}
		t = strings.ToLower(t)
		letters := strings.Trim(t, "0123456789")
		figures := strings.ContainsAny(t, "0123456789")
		if !slices.ContainsFunc(p.wits, func(w *witness) bool {
			// One that the quote has with another figure is not looked for further off.
			if !figures && strings.Contains(w.folded, t) { // GB in GB 2626, which folds to gb2626
				return true
			}
			return hasToken(w.folded, t) || hasToken(w.about.folded, t) || hasToken(w.near.folded, t) && (!figures || !strings.Contains(w.folded, letters))
		}) && words().groups[t] == nil {
			return "figure", fmt.Sprintf("%q does not stand in the quotes", t)
		}
	}
	return "", ""
}

var ordinalToken = regexp.MustCompile(`^[0-9]+(st|nd|rd|th|bn|mn|tn)$`)

// spaced puts marks for white space, which folding drops: words must not run
// together.
func spaced(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return '|'
		}
		return r
	}, text)
}

// hasToken reports whether t stands in text with no letter or figure beside it.
func hasToken(text, t string) bool {
	beside := func(s string, last bool) bool {
		if s == "" {
			return false
		}
		b := s[0]
		if last {
			b = s[len(s)-1]
		}
		return b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], t)
		if i < 0 {
			return false
		}
		i += from
		if !beside(text[:i], true) && !beside(text[i+len(t):], false) {
			return true
		}
		from = i + 1
	}
}
