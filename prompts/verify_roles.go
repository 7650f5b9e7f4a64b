package prompts

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Who does it and who gets it, where a claim's clause tells that by 由, 为 or 向
// and not by its subject.

// otherAgent finds a clause of the claim that says by 由 that one does what the
// quote says another does.
func (p *proof) otherAgent() (string, string) {
	for _, c := range strings.FieldsFunc(p.claim.folded, isClauseEnd) {
		agent, what, ok := agentOf(c)
		if !ok {
			continue
		}
		for _, w := range p.wits {
			mine, best, most := bigrams(what), head{}, 0
			for _, q := range strings.FieldsFunc(w.folded, isClauseEnd) {
				is, done, ok := agentOf(q)
				if !ok {
					is, done = subjectOf(q)
				}
				if n := shared(mine, bigrams(done)); n > most {
					best, most = head{is, is}, n
				}
			}
			if most >= 3 && most*2 >= len(mine) && w.conflict(head{agent, c}, best) {
				return "order", fmt.Sprintf("%q is told to do what the quote says %q does", agent, best.text)
			}
		}
	}
	return "", ""
}

// agentsExchanged finds a deed that the claim gives by 由 to another than the quote
// does.
func (w *witness) agentsExchanged(claim string) (agent, other, deed string) {
	quoted := byAgent(w.folded)
	told := byAgent(claim)
	for _, c := range told {
		if agent, other, deed = w.otherBy(c, quoted); agent != "" {
			return agent, other, deed
		}
	}
	for _, c := range told {
		if agent, other = otherThanSubject(c, w.sayings(), quoted); agent != "" {
			return agent, other, c.before
		}
	}
	return "", "", ""
}

// otherBy finds in a clause of the claim another agent than the quote gives by 由.
// Neither need be in a table: what both have in common behind 由 is the deed, and
// what stands before it is who does it.
func (w *witness) otherBy(c passive, quoted []passive) (agent, other, deed string) {
	best, said, is := 0, "", ""
	for _, q := range quoted {
		at, in, n := longestCommon([]rune(c.behind), []rune(q.behind))
		if n += shared(bigrams(c.before), bigrams(q.before)); n > best {
			best, said, is = n, string([]rune(c.behind)[:at]), string([]rune(q.behind)[:in])
		}
	}
	if best < leastDeed || !w.otherThan(said, is) {
		return "", "", ""
	}
	return said, is, c.behind[len(said):]
}

// otherThanSubject finds in a clause of the claim an agent that the quote lets do
// something else, where it has the deed of a subject.
func otherThanSubject(c passive, said []saying, quoted []passive) (agent, other string) {
	what := bigrams(c.before)
	for _, q := range said {
		n := shared(what, bigrams(q.rest))
		if q.subject.text == "" || strings.Contains(q.rest, "由") || n == 0 || n*2 < len(what) {
			continue
		}
		for _, o := range said {
			s := o.subject.text
			if s != "" && strings.HasPrefix(c.behind, s) && !strings.Contains(q.subject.text, s) && shared(what, bigrams(o.rest)) < n {
				return s, q.subject.text
			}
		}
		for _, o := range quoted {
			if k := commonStart(c.behind, o.behind); k > 2 && commonStart(c.behind, q.subject.text) == 0 && !strings.HasPrefix(o.before, c.before) {
				return firstRunes(c.behind, k), q.subject.text
			}
		}
	}
	return "", ""
}

// commonStart is how many characters two texts begin with alike.
func commonStart(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}

// leastDeed is how many characters of a deed must be the same to be one.
const leastDeed = 4

// otherThan reports whether an agent told is a thing of its own in the quote or
// near it, and none of the words for the one that the quote names.
func (w *witness) otherThan(told, is string) bool {
	told, is = trimAdverb(told), trimAdverb(is)
	n := utf8.RuneCountInString(told)
	if n < 2 || n > longestSubject || utf8.RuneCountInString(is) < 2 || points(told) || points(is) || hasEnding(told, "各方", "双方", "各自") || hasEnding(is, "各方", "双方", "各自") {
		return false
	}
	x, _ := apart(told, is)
	return x != "" && !strings.Contains(is, told) && words().stands(told, is) == "" &&
		(strings.Contains(w.folded, told) || strings.Contains(w.near.folded, told))
}

// trimAdverb is text without the words of manner that may stand between an
// agent and its deed, and the marks of a name.
func trimAdverb(text string) string {
	for _, w := range []string{"单方面", "单方", "共同", "联合", "统一", "负责", "分别", "直接", "具体"} {
		text = strings.TrimSuffix(text, w)
	}
	return strings.Trim(text, "“”‘’\"() ")
}

// A passive is a clause with 由: what stands before it and what behind.
type passive struct{ before, behind string }

// byAgent are the clauses of folded text that say by whom.
func byAgent(folded string) []passive {
	var out []passive
	for _, c := range strings.FieldsFunc(withoutBrackets(folded), isClauseEnd) {
		before, behind, ok := strings.Cut(c, "由")
		if ok && !hasEnding(before, "理", "自", "缘", "因") && !strings.HasPrefix(behind, "于") {
			out = append(out, passive{before, behind})
		}
	}
	return out
}

func hasEnding(text string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(text, e) })
}

// agentOf is who does something by 由 in a clause, and the clause without it.
func agentOf(clause string) (agent, what string, ok bool) {
	all := byAgent(clause)
	if len(all) == 0 {
		return "", "", false
	}
	agent, rest := subjectOf(all[0].behind)
	if agent == "" {
		return "", "", false
	}
	return agent, all[0].before + " " + rest, true
}

// receivers are the clauses of folded text that say to whom something is
// given: the text between 为, 向, 给 or 对 and a verb that gives.
func receivers(folded string) []saying {
	var out []saying
	for _, c := range strings.FieldsFunc(folded, isClauseEnd) {
		for i, r := range c {
			if !strings.ContainsRune("为向给对", r) {
				continue
			}
			rest := c[i+utf8.RuneLen(r):]
			at, verb := -1, ""
			for _, w := range subjectWords()["give"] {
				if k := strings.Index(rest, w); k > 0 && (at < 0 || k < at) {
					at, verb = k, w
				}
			}
			if at < 0 || utf8.RuneCountInString(rest[:at]) > longestSubject {
				continue
			}
			out = append(out, saying{subject: head{rest[:at], c}, rest: rest[at+len(verb):]})
			break
		}
	}
	return out
}

// otherReceiver finds a clause of the claim that lets one get what the quote
// gives another.
func (p *proof) otherReceiver() (string, string) {
	for _, c := range receivers(p.claim.folded) {
		for _, w := range p.wits {
			q, ok := sameSaying(c.rest, receivers(w.folded))
			if ok && w.conflict(c.subject, q.subject) {
				return "order", fmt.Sprintf("%q is told to get what the quote gives %q", c.subject.text, q.subject.text)
			}
		}
	}
	return "", ""
}

// lead is the clause before the quote in its sentence if it has no verb and so
// only says of whom or where the quote speaks: 疫情严重地区，….
func (w *witness) lead() string {
	before := strings.TrimRight(w.before.folded, ", ")
	if before == w.before.folded {
		return ""
	}
	before = clauseBefore(before)
	if hasVerb(before) || utf8.RuneCountInString(before) > longestSubject {
		return ""
	}
	return before
}
