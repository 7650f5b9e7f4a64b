package bot

import (
	"slices"
	"strings"
)

// covered is the share of the question's content that stands in a folded text,
// in its own words or in officials' words for them.
func (r reading) covered(folded string) float64 {
	var have, all float64
	for _, g := range r.Grams {
		all += g.weight
		if r.Foreign {
			have += g.weight * r.saidInChinese(g.text, folded)
			continue
		}
		if r.says(g.text, folded) {
			have += g.weight
		}
	}
	return have / max(all, 1e-9)
}

// neighbours is how many sentences on each side stand around one.
const neighbours = 2

// saidIn is, for each of a passage's folded sentences, the share of the
// question's content in it, and in it with its headings and neighbours. Each
// sentence is searched once.
func (r reading) saidIn(texts []string, heads string) (alone, around []float64) {
	alone, around = make([]float64, len(texts)), make([]float64, len(texts))
	if r.Foreign { // parts of a term may stand in several sentences
		for i, t := range texts {
			alone[i] = r.covered(t)
			around[i] = r.covered(t + " " + heads + " " + strings.Join(texts[max(0, i-neighbours):min(len(texts), i+neighbours+1)], " "))
		}
		return alone, around
	}
	all := 0.0
	for _, g := range r.Grams {
		all += g.weight
		inHeads := r.says(g.text, heads)
		last := -neighbours - 1 // the sentence behind which the gram stands last
		for i, t := range texts {
			if !r.says(g.text, t) {
				continue
			}
			alone[i] += g.weight
			for j := max(0, i-neighbours, last+neighbours+1); j <= min(len(texts)-1, i+neighbours) && !inHeads; j++ {
				around[j] += g.weight
			}
			last = i
		}
		for i := range texts {
			around[i] += g.weight * yes(inHeads)
		}
	}
	for i := range texts {
		alone[i] /= max(all, 1e-9)
		around[i] /= max(all, 1e-9)
	}
	return alone, around
}

// says reports whether a folded text has a gram of the question, or officials'
// words for it.
func (r reading) says(gram, folded string) bool {
	return strings.Contains(folded, gram) || r.saidOfficially(gram, folded)
}

// saidOfficially reports whether a gram belongs to everyday words for which a
// folded text has an official term.
func (r reading) saidOfficially(gram, folded string) bool {
	for _, w := range r.Official {
		in := func(s string) bool { return strings.Contains(s, gram) }
		if slices.ContainsFunc(w.Said, in) && slices.ContainsFunc(w.Terms, func(t string) bool { return strings.Contains(folded, t) }) {
			return true
		}
	}
	return false
}
