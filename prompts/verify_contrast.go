package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/quantity"
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
		if said := has(claim, group); said != "" && !saysAsMuch(said, quote) && len([]rune(said)) > 1 && !slices.ContainsFunc(p.wits, func(w *witness) bool { return !slices.Contains(universal, said) && has(w.about.folded, long) != "" }) {
			return "content", fmt.Sprintf("the quote does not say %s", said)
		}
	}
	if only := strings.NewReplacer("不仅", "").Replace(claim); strings.Contains(only, "仅") && !saysAsMuch("仅", quote) {
		return "content", "the quote does not say 仅"
	}
	if all := p.allOfSome(quote); all != "" {
		return "content", fmt.Sprintf("the quote does not say %s", all)
	}
	if what, ok := p.oneOfSeveral(quote); ok {
		return "content", fmt.Sprintf("the quote says %s之一", what)
	}
	return "", ""
}

// universal are the words that a heading cannot bear out: it says what a text is
// about and not that all of it is meant.
var universal = []string{"所有", "全部", "一切", "任何", "一律"}

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

// allOfSome is the word by which the claim tells of each of a number of things
// what the quote does not tell of all: 51个项目均为. A list told so (甲和乙都是) is
// told of nothing more.
func (p *proof) allOfSome(quote string) string {
	for _, all := range []string{"均为", "都是", "均是", "都为", "全是", "全为", "均属", "都属", "均系"} {
		before, _, ok := strings.Cut(p.claim.folded, all)
		if !ok || hasAny(quote, []string{"均", "都", "皆", "全部", "所有", "一律", "全是", "全为"}) != "" {
			continue
		}
		before = sentenceBefore(before)
		counted := slices.ContainsFunc(quantity.Find(before), func(f quantity.Quantity) bool { return f.Kind == quantity.Amount && !f.Weak })
		if counted && len(splitList(before)) < 2 {
			return all
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

// apartFrom is text without the words of other sides that have one of side in
// them: 没有 has 有.
func apartFrom(text string, side []string, sides [][]string) string {
	for _, other := range sides {
		for _, w := range other {
			if hasAny(w, side) != "" && !slices.Contains(side, w) {
				text = strings.ReplaceAll(text, w, "　")
			}
		}
	}
	return text
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
			if said = has(apartFrom(a, side, sides), side); said == "" {
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
