package prompts

import (
	"math/big"
	"regexp"
	"strings"

	"policybot/internal/han"
	"policybot/internal/quantity"
)

// derived reports whether the claim's figure c is the result of a calculation
// that the claim states and that checks out, over figures that stand in the
// quotes with the same unit: 增加了2000套（8000套-6000套=2000套）. The result
// may stand elsewhere in the claim too.
func (p *proof) derived(c quantity.Quantity) bool {
	fs := p.claim.figures
	for i := 0; i+2 < len(fs); i++ {
		a, b, sum := fs[i], fs[i+1], fs[i+2]
		if sum.Kind != quantity.Amount || sum.Unit != c.Unit || c.Kind != quantity.Amount || sum.Value.Cmp(c.Value) != 0 || !p.quoted(a) || !p.quoted(b) {
			continue
		}
		equals := strings.TrimSpace(han.Squash(p.claim.text[b.End:sum.Start]).String())
		if equals != "=" {
			continue
		}
		var v *big.Rat
		switch strings.TrimSpace(han.Squash(p.claim.text[a.End:b.Start]).String()) {
		case "+":
			v = new(big.Rat).Add(a.Value, b.Value)
		case "-", "–", "—", "−":
			v = new(big.Rat).Sub(a.Value, b.Value)
		default:
			continue
		}
		if a.Unit == b.Unit && b.Unit == sum.Unit && v.Cmp(sum.Value) == 0 {
			return true
		}
	}
	return false
}

// quoted reports whether the amount c stands in a quote.
func (p *proof) quoted(c quantity.Quantity) bool {
	if c.Kind != quantity.Amount {
		return false
	}
	for _, w := range p.wits {
		for _, q := range w.figures {
			if q.Kind == quantity.Amount && p.sameFigure(c, q, w) {
				return true
			}
		}
	}
	return false
}

// calculation is a calculation in brackets.
var calculation = regexp.MustCompile(`[（(][^（）()]*[=＝][^（）()]*[）)]`)

// calculates reports whether the claim states a calculation, which tells its
// figures again.
func (p *proof) calculates() bool {
	return strings.Contains(han.Squash(p.claim.text).String(), "=")
}
