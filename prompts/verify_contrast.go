package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
)

// checkContrast finds words of the claim that exclude what the quote says in
// their place, and words that say more than it: all, only, the largest.
func (p *proof) checkContrast(quote string) (string, string) {
	claim := p.claim.folded
	if said, found := opposite(claim, quote, words().contrast); said != "" {
		return "actor", fmt.Sprintf("the claim says %s where the quote says %s", said, found)
	}
	has := hasAny
	claim = strings.NewReplacer("第一季", "一季", "第一条", "一条", "第一项", "一项").Replace(claim)
	if what := widened(claim, quote); what != "" {
		return "content", fmt.Sprintf("the quote does not say %s", what)
	}
	for _, group := range words().strict {
		long := slices.DeleteFunc(slices.Clone(group), func(w string) bool { return utf8.RuneCountInString(w) == 1 }) // 全 stands in 健全
		if said := has(claim, group); said != "" && !saysAsMuch(said, quote) && len([]rune(said)) > 1 && !slices.ContainsFunc(p.wits, func(w *witness) bool { return has(w.about.folded, long) != "" }) {
			return "content", fmt.Sprintf("the quote does not say %s", said)
		}
	}
	if only := strings.NewReplacer("不仅", "").Replace(claim); strings.Contains(only, "仅") && !saysAsMuch("仅", quote) {
		return "content", "the quote does not say 仅"
	}
	if what, ok := p.oneOfSeveral(quote); ok {
		return "content", fmt.Sprintf("the quote says %s之一", what)
	}
	return "", ""
}

// saysAsMuch reports whether quote has a word of a group that said is in.
func saysAsMuch(said, quote string) bool {
	return slices.ContainsFunc(words().strict, func(g []string) bool { return slices.Contains(g, said) && hasAny(quote, g) != "" })
}

// widened finds 所有 before what the quote tells only of some: 所有企业 of
// 小微企业均可.
func widened(claim, quote string) string {
	for _, all := range []string{"所有", "全部", "任何", "一切"} {
		_, behind, ok := strings.Cut(claim, all)
		what := firstRunes(behind, 2)
		if !ok || hasAny(quote, []string{"所有", "全部", "任何", "一切", "全体", "各", "每", "凡"}) != "" || !strings.Contains(quote, what) {
			continue
		}
		free := false
		for from := 0; ; {
			i := strings.Index(quote[from:], what)
			if i < 0 {
				break
			}
			from += i
			last, _ := utf8.DecodeLastRuneInString(quote[:from])
			free = free || from == 0 || !han.IsHan(last) || strings.ContainsRune("对向为给使让由和与及", last)
			from += len(what)
		}
		if !free {
			return all + what
		}
	}
	return ""
}

// oneOfSeveral finds what the quote says to be one of the most, and the claim to
// be the most.
func (p *proof) oneOfSeveral(quote string) (string, bool) {
	before, _, ok := strings.Cut(quote, "之一")
	what := lastRunes(before, 2)
	claim := p.claim.folded
	said := strings.Contains(claim, "最") || strings.Contains(claim, "第一")
	return what, ok && said && strings.Contains(claim, what) && !strings.Contains(claim, "之一") && !strings.Contains(claim, "其中")
}

// opposite finds words of a and b that exclude each other, as data/contrast.txt
// groups them.
func opposite(a, b string, table [][][]string) (string, string) {
	has := hasAny
	for _, sides := range table {
		for i, side := range sides {
			said := has(a, side)
			if said == "" || has(b, side) != "" {
				continue
			}
			for j, other := range sides {
				if found := has(b, other); j != i && found != "" && has(a, other) == "" {
					return said, found
				}
			}
		}
	}
	return "", ""
}
