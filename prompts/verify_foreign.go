package prompts

import (
	_ "embed"
	"strings"
	"sync"

	"policybot/internal/quantity"
)

//go:embed data/bilingual.txt
var bilingualTable string

var bilingual = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for _, f := range tableLines(bilingualTable) {
		m[f[0]] = append(m[f[0]], f[1:]...)
	}
	return m
})

// translate gives the Chinese words that the English words of text stand for,
// apart from each other; other words are left out.
func translate(text string) string {
	var out []string
	for _, w := range wordPattern.FindAllString(strings.ToLower(text), -1) {
		out = append(out, bilingual()[w]...)
	}
	return strings.Join(out, "|")
}

// checkLanguage lets a claim in another language than its quotes pass only if
// something in it could be compared: the other checks have found nothing that
// disagrees, and here a figure, date or place agrees.
func (p *proof) checkLanguage() (string, string) {
	if !p.foreign {
		return "", ""
	}
	for _, f := range p.claim.figures {
		if !f.Weak && (f.Kind != quantity.Date || f.Date.Year+f.Date.Month+f.Date.Day > 0) {
			return "", ""
		}
	}
	if len(p.claim.places) > 0 {
		return "", ""
	}
	p.doubt = Verdict{Check: "language", Reason: "nothing in the claim can be compared with quotes in another language"}
	return "", ""
}

// checkForeignNegation compares only whether anything is negated at all.
func (p *proof) checkForeignNegation() (string, string) {
	negated := func(folded, text string) bool {
		if isChinese(text) {
			return len(negations(folded)) > 0
		}
		return englishNegates(text)
	}
	claim := negated(p.claim.folded, p.claim.text)
	quote := false
	for _, w := range p.wits {
		quote = quote || negated(w.folded, w.text)
	}
	if claim && !quote {
		return "negation", "the claim negates what the quote does not"
	}
	return "", ""
}

// englishNegates reports whether an English text negates, bounds such as "no
// more than" aside.
func englishNegates(text string) bool {
	low := " " + strings.ToLower(text) + " "
	for _, w := range negationWords()["english-harmless"] {
		low = strings.ReplaceAll(low, strings.ReplaceAll(w, "_", " "), " ")
	}
	for _, w := range negationWords()["english"] {
		if strings.Contains(low, strings.ReplaceAll(w, "_", " ")) {
			return true
		}
	}
	return false
}
