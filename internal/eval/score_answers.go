package eval

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// shortestQuote is how many characters a quote must have to prove anything:
// shorter ones stand in too many places.
const shortestQuote = 6

// asked is a question with what the run says to it.
type asked struct {
	Question
	line Line
	text string // the answer: the claims' texts joined; empty if refused
}

// ScoreAnswers scores answers. docs has the texts of the documents by base
// name, in which quotes are looked up.
func ScoreAnswers(set []Question, run []Line, docs map[string]string) Score {
	var s Score
	lines := byID(run, func(l Line) string { return l.ID })
	var all []asked
	for _, q := range set {
		l, ok := lines[q.ID]
		if !ok {
			s.Missing = append(s.Missing, q.ID)
		}
		all = append(all, asked{q, l, l.Text()})
	}
	answerable := slices.DeleteFunc(slices.Clone(all), func(a asked) bool { return !a.Answerable })
	s.found(answerable, run)
	s.correct(answerable)
	s.lengths(all)
	s.refusals(all, answerable, run)
	s.proof(all, answerable, docs)
	s.times(collect(run, func(l Line) float64 { return l.MS }))
	return s
}

// found scores what was retrieved.
func (s *Score) found(answerable []asked, run []Line) {
	firstHits := func(a asked, k int) []Hit { return a.line.Hits[:min(k, len(a.line.Hits))] }
	for _, k := range []int{1, 5, 10} {
		s.row(fmt.Sprintf("evidence recall@%d", k), mean(answerable, func(a asked) float64 {
			found := 0.0
			for _, e := range a.Evidence {
				if slices.ContainsFunc(firstHits(a, k), func(h Hit) bool {
					return h.Doc == e.Doc && strings.Contains(normal(h.Text), normal(e.Text))
				}) {
					found++
				}
			}
			return found / float64(len(a.Evidence))
		}), len(answerable))
	}
	share(s, "document recall@5", answerable, func(a asked) bool {
		return slices.ContainsFunc(firstHits(a, 5), func(h Hit) bool {
			return slices.ContainsFunc(a.Evidence, func(e Evidence) bool { return e.Doc == h.Doc })
		})
	})
	var lengths []float64
	for _, l := range run {
		for _, h := range l.Hits[:min(10, len(l.Hits))] {
			lengths = append(lengths, float64(chars(normal(h.Text))))
		}
	}
	s.row("hit length, characters (mean)", mean(lengths, func(n float64) float64 { return n }), len(run))
}

// correct scores what was said: against the wordings that a right answer has
// where the set knows them, against the evidence's own words elsewhere.
func (s *Score) correct(answerable []asked) {
	has := slices.DeleteFunc(slices.Clone(answerable), func(a asked) bool { return len(a.AnswerHas) == 0 })
	if len(has) == 0 {
		gold := func(a asked) string { return normal(a.Evidence[0].Text) }
		share(s, "gold answer contained", answerable, func(a asked) bool { return strings.Contains(normal(a.text), gold(a)) })
		s.row("gold answer bigram recall", mean(answerable, func(a asked) float64 {
			hit, of := shared(gold(a), normal(a.text))
			return float64(hit) / float64(of)
		}), len(answerable))
		return
	}
	right := func(a asked) bool { return a.text != "" && a.RightlyAnswered(a.text) }
	share(s, "answer correct", has, right)
	kinds, by := kindsOf(has, func(a asked) string { return a.Kind })
	for _, k := range kinds {
		share(s, "  "+k, by[k], right)
	}
}

// RightlyAnswered reports whether an answer says one wording of each group of
// what a right answer has.
func (q Question) RightlyAnswered(text string) bool {
	return !slices.ContainsFunc(q.AnswerHas, func(group []string) bool {
		return !slices.ContainsFunc(group, func(want string) bool { return says(text, want) })
	})
}

func (s *Score) lengths(all []asked) {
	var lengths []float64
	for _, a := range all {
		if a.text != "" {
			lengths = append(lengths, float64(chars(normal(a.text))))
		}
	}
	if len(lengths) > 0 {
		s.row("answer characters (mean)", mean(lengths, func(n float64) float64 { return n }), len(lengths))
		s.row("answer characters (p90)", percentile(lengths, .9), len(lengths))
	}
}

func (s *Score) refusals(all, answerable []asked, run []Line) {
	silent := func(a asked) bool { return a.text == "" }
	share(s, "false refusals", answerable, silent)
	if none := len(all) - len(answerable); none > 0 {
		said, right := 0.0, 0.0
		for _, a := range all {
			if silent(a) {
				said++
				if !a.Answerable {
					right++
				}
			}
		}
		recall := right / float64(none)
		s.row("refused where it must", recall, none)
		f1 := 0.0
		if right > 0 {
			precision := right / said
			f1 = 2 * precision * recall / (precision + recall)
		}
		s.row("refusal F1", f1, none)
	}
	refused := slices.DeleteFunc(slices.Clone(run), func(l Line) bool { return !l.Refused })
	showing := 0.0
	if len(refused) > 0 {
		showing = mean(refused, func(l Line) float64 { return math.Min(1, float64(len(l.Claims))) })
	}
	s.row("refusals that show claims", showing, len(refused))
}

// proof scores the citations of what was said.
func (s *Score) proof(all, answerable []asked, docs map[string]string) {
	var said []Claim
	for _, a := range all {
		if a.text != "" {
			said = append(said, a.line.Claims...)
		}
	}
	if len(said) == 0 {
		return
	}
	texts := make(map[string]string, len(docs))
	for name, text := range docs {
		texts[name] = normal(text)
	}
	share(s, "quotes found in their document", said, func(c Claim) bool {
		return len(c.Cites) > 0 && !slices.ContainsFunc(c.Cites, func(x Cite) bool {
			quote := normal(x.Quote)
			return chars(quote) < shortestQuote || !strings.Contains(texts[x.Doc], quote)
		})
	})
	share(s, "figures found in their quotes", said, func(c Claim) bool {
		quoted := quantities(strings.Join(collect(c.Cites, func(x Cite) string { return x.Quote }), "\n"))
		for v := range quantities(c.Text) {
			if !quoted[v] && !isYear(v) {
				return false
			}
		}
		return true
	})
	share(s, "answers that cite the evidence", answerable, func(a asked) bool {
		return a.text != "" && slices.ContainsFunc(a.line.Claims, func(c Claim) bool {
			return slices.ContainsFunc(c.Cites, func(x Cite) bool { return slices.ContainsFunc(a.Evidence, x.proves) })
		})
	})
}

// proves reports whether the cite has the evidence in it, or half of its
// pairs of characters.
func (x Cite) proves(e Evidence) bool {
	if x.Doc != e.Doc {
		return false
	}
	quote, want := normal(x.Quote), normal(e.Text)
	if strings.Contains(quote, want) {
		return true
	}
	hit, of := shared(want, quote)
	return chars(quote) >= shortestQuote && float64(hit) >= .5*float64(of)
}
