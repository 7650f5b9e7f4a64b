package prompts

import (
	"strings"
	"unicode/utf8"
)

// exchanged finds two pieces of the claim, each of which stands where the
// quote has the other: 从甲到乙 told as 从乙到甲.
func (m *mosaic) exchanged() (string, string) {
	telling, names := make([]bool, len(m.tiles)), make([]bool, len(m.tiles))
	for i, t := range m.tiles {
		telling[i] = m.telling(t)
		names[i] = telling[i] || m.names(t)
	}
	for i, x := range m.tiles {
		for k, y := range m.tiles[i+1:] {
			k += i + 1
			if !names[i] || !names[k] || !telling[i] && !telling[k] || m.listed(x, y) || !m.pivoted(x, y) {
				continue
			}
			one, other := m.fit(x, y), m.fit(y, x)
			gain := one.sum() + other.sum() - m.fit(x, x).sum() - m.fit(y, y).sum()
			if one.sum() > 0 && other.sum() > 0 && one.before+other.after > 0 && gain >= leastGain {
				return string(m.claim[x.from:x.to]), string(m.claim[y.from:y.to])
			}
		}
	}
	return "", ""
}

// names reports whether a tile of common words is more than a verb or function
// words: 企业 is, 申请 is not.
func (m *mosaic) names(t tile) bool {
	piece := m.claim[t.from:t.to]
	text := strings.TrimFunc(string(piece), func(r rune) bool { return !letterOrFigure(r) || strings.ContainsRune(functionWords, r) })
	return utf8.RuneCountInString(text) >= shortest && !hasVerb(text)
}

// leastGain is how many letters more must agree beside two pieces in each
// other's places than in their own.
const leastGain = 4

// pivoted reports whether y stands before x everywhere in the quotes, and
// something that says more than function words stands between the two here and
// there: without it one has only moved past the other.
func (m *mosaic) pivoted(x, y tile) bool {
	if !pivot(m.claim[x.to:y.from]) {
		return false
	}
	for _, a := range x.at {
		for _, b := range y.at {
			if a < b || !pivot(m.quote[min(a, b+y.to-y.from):a]) {
				return false
			}
		}
	}
	return true
}

func pivot(rs []rune) bool {
	for _, r := range rs {
		if isClauseEnd(r) || letterOrFigure(r) && !strings.ContainsRune("的了在是和与及由于之其", r) {
			return true
		}
	}
	return false
}

// listed reports whether only marks and conjunctions of a list part two tiles
// and what is between them: the order of a list says nothing.
func (m *mosaic) listed(x, y tile) bool {
	joint := func(rs []rune) bool {
		s := strings.Trim(string(rs), "“”‘’\"《》 ")
		return s != "" && strings.Trim(s, "、和与及以或并,") == ""
	}
	if joint(m.claim[x.to:y.from]) {
		return true
	}
	between := string(m.claim[x.to:y.from])
	return strings.HasPrefix(between, "、") && strings.ContainsAny(string([]rune(between)[max(0, len([]rune(between))-1):]), "、和与及或") &&
		!strings.ContainsFunc(between, isClauseEnd)
}

// beside counts letters that agree before and behind a piece; edges are the
// sides on which both texts end.
type beside struct{ before, after, edges int }

func (b beside) sum() int { return b.before + b.after + b.edges }

// fit is how well what stands beside x in the claim agrees with what stands
// beside y in the quotes, where that is best.
func (m *mosaic) fit(x, y tile) beside {
	var best beside
	for _, q := range y.at {
		before, edgeBefore := m.agree(x.from-1, q-1, -1)
		after, edgeAfter := m.agree(x.to, q+y.to-y.from, 1)
		if b := (beside{before, after, edgeBefore + edgeAfter}); b.sum() > best.sum() {
			best = b
		}
	}
	return best
}

// reach is how many letters beside a piece are compared.
const reach = 6

// agree counts the letters that are the same going from rune i of the claim
// and rune q of the quotes, marks aside; edge is 1 if both end there at once.
func (m *mosaic) agree(i, q, step int) (n, edge int) {
	for n < reach {
		for i >= 0 && i < len(m.claim) && !letterOrFigure(m.claim[i]) {
			i += step
		}
		for q >= 0 && q < len(m.quote) && !letterOrFigure(m.quote[q]) {
			q += step
		}
		endI, endQ := i < 0 || i >= len(m.claim), q < 0 || q >= len(m.quote)
		if endI && endQ && n == 0 {
			return 0, 1
		}
		if endI || endQ || m.claim[i] != m.quote[q] {
			break
		}
		n, i, q = n+1, i+step, q+step
	}
	return n, 0
}
