package ingest

import (
	"math"

	"policybot/retrieval"
)

// The lengths of passages, in characters without white space.
const (
	wanted          = 380 // what a passage aims at
	longest         = 450 // of more than one sentence
	longestSentence = 800 // beyond it a sentence is cut at commas
)

// What it costs to begin a passage with a unit, against the cost of a passage
// of half the wanted length, .25.
var beginCost = [...]float64{
	opensClause:    4,
	opensItem:      1,
	opensSentence:  .7,
	opensParagraph: .25,
	opensPart:      .1,
	opensHeading:   0,
}

const (
	splitHeading = 50 // a heading apart from what it heads
	splitLead    = 2  // 如下： apart from what follows
	spanHeading  = .6 // a heading inside a passage, less if little stands before it
	little       = 150
	tooLong      = 20
)

// split cuts a cleaned text into passages: whole sentences, near the wanted
// length, beginning where the document's own parts begin. Of all ways to cut
// it takes the one of least cost, found backwards from the end.
//
// lines are the text's lines with what their format knows of them; nil for
// text that knows nothing.
func split(text string, lines []line) []retrieval.Passage {
	units := outline(text, lines)
	n := len(units)
	cost := make([]float64, n+1) // of cutting the units from i on
	next := make([]int, n)       // where the passage that begins at i ends
	for i := n - 1; i >= 0; i-- {
		cost[i] = math.Inf(1)
		runes, inside := 0, 0.0
		for j := i; j < n; j++ {
			u := units[j]
			runes += u.runes
			if j > i && runes > longest && (!units[j-1].heading || runes > 2*longest) {
				break
			}
			if j > i && u.heading && !units[j-1].heading {
				inside += spanHeading * min(1, float64(runes-u.runes)/little)
			}
			c := lengthCost(runes, j == i) + inside + cost[j+1]
			if j+1 < n {
				c += beginCost[units[j+1].opens]
				switch {
				case u.heading:
					c += splitHeading
				case u.leads:
					c += splitLead
				}
			}
			if c < cost[i] {
				cost[i], next[i] = c, j+1
			}
		}
	}
	var out []retrieval.Passage
	for i := 0; i < n; i = next[i] {
		start, end := units[i].start, units[next[i]-1].end
		p := retrieval.Passage{Heading: sharedPath(units[i:next[i]]), Start: start, End: end, Text: text[start:end]}
		p.Page, p.LastPage = units[i].page, units[next[i]-1].lastPage
		out = append(out, p)
	}
	return out
}

func lengthCost(runes int, alone bool) float64 {
	d := float64(runes-wanted) / wanted
	if runes > longest && !alone {
		return tooLong + d
	}
	if d > 0 {
		return d * d / 2
	}
	return d * d
}

// sharedPath is what the heading paths of some units have in common. A
// heading that leads on to another one is judged by that.
func sharedPath(units []unit) []string {
	for len(units) > 1 && units[0].heading {
		units = units[1:]
	}
	path := units[0].path
	for _, u := range units[1:] {
		k := 0
		for k < len(path) && k < len(u.path) && path[k] == u.path[k] {
			k++
		}
		path = path[:k]
	}
	return append([]string(nil), path...)
}
