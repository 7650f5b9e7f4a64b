package prompts

import (
	"fmt"
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

// agentOf is who does something by 由 in a clause, and the clause without it.
func agentOf(clause string) (agent, what string, ok bool) {
	before, behind, ok := strings.Cut(clause, "由")
	if !ok || strings.HasSuffix(before, "理") || strings.HasPrefix(behind, "于") {
		return "", "", false
	}
	agent, rest := subjectOf(behind)
	if agent == "" {
		return "", "", false
	}
	return agent, before + " " + rest, true
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
	if i := strings.LastIndexFunc(before, isClauseEnd); i >= 0 {
		before = strings.TrimLeftFunc(before[i:], isClauseEnd)
	}
	if hasVerb("　　"+before) || utf8.RuneCountInString(before) > longestSubject {
		return ""
	}
	return before
}
