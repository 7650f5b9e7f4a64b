package prompts

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/quantity"
)

//go:embed data/subjects.txt
var subjectTable string

var subjectWords = sync.OnceValue(func() map[string][]string { return sections(subjectTable) })

var (
	verbs = sync.OnceValue(func() index { return indexOf(subjectWords()["verb"]) })
	nouns = sync.OnceValue(func() index { return indexOf(subjectWords()["noun"]) })
)

// A saying is a clause with whom it speaks of: its subject and its topic,
// either of which it may have from a clause before it.
type saying struct {
	subject head // who does it
	topic   head // for whom: 对餐饮企业，
	rest    string
}

// A head is a subject or topic, empty if none is explicit, and the clause that
// it stands in.
type head struct{ text, within string }

// sayings cuts folded text into clauses with their subjects and topics. A new
// topic ends the subject before it.
func sayings(folded string) []saying {
	var out []saying
	for _, sentence := range strings.FieldsFunc(withoutBrackets(folded), func(r rune) bool { return strings.ContainsRune("。!?\n", r) }) {
		var now saying
		for _, c := range strings.FieldsFunc(sentence, isClauseEnd) {
			if topic := topicOf(c); topic != "" {
				if !hasVerb(topic[len(firstRunes(topic, 2)):]) { // 对楼宇制定方案 is all that the subject before it does
					now.subject = head{} // 对餐饮企业，: what follows is said of it
				}
				now.topic = head{topic, c}
			}
			subject, rest := subjectOf(c)
			if verb, said := behindSaying(rest); subject != "" && said != "" { // 某某要求市场消毒: the one who says so does nothing of it
				out = append(out, saying{subject: head{subject, c}, rest: verb})
				c, now.subject = said, head{}
				subject, rest = subjectOf(c)
			}
			if subject != "" {
				now.subject = head{subject, c}
			}
			now.rest = rest
			out = append(out, now)
		}
	}
	return out
}

// withoutBrackets is folded text without what stands in brackets: 县级以上(含县级)
// 部门 are 县级以上部门.
func withoutBrackets(folded string) string { return anyBrackets.ReplaceAllString(folded, "") }

// behindSaying cuts what begins with a verb of saying behind it; both are empty if it
// does not, or says too little.
func behindSaying(rest string) (verb, said string) {
	for _, w := range subjectWords()["say"] {
		if said, ok := strings.CutPrefix(rest, w); ok && utf8.RuneCountInString(said) >= shortestCase {
			return w, said
		}
	}
	return "", ""
}

// hasVerb reports whether a verb of two characters or more stands in text.
func hasVerb(text string) bool {
	for i := range text {
		if utf8.RuneCountInString(verbs().at(text[i:])) > 1 {
			return true
		}
	}
	return false
}

// topicOf is what a clause that begins with 对 speaks of, up to its first verb
// or its end.
func topicOf(clause string) string {
	clause = strings.TrimLeft(clause, " ")
	for _, w := range []string{"对于", "针对", "对"} {
		if rest, ok := strings.CutPrefix(clause, w); ok {
			if n := utf8.RuneCountInString(rest); n < 2 || !namesSome(rest) {
				return ""
			}
			return rest
		}
	}
	return ""
}

// longestSubject is the most characters that a subject has.
const longestSubject = 24

// subjectOf cuts a clause behind its subject: what stands before the first
// verb. It is empty for a clause that begins with a verb or a preposition.
func subjectOf(clause string) (subject, rest string) {
	words := subjectWords()
	bare := strings.TrimLeft(clause, " ")
	if agent, ok := strings.CutPrefix(bare, "由"); ok {
		bare = agent
	}
	for again := true; again; {
		again = false
		bare = strings.TrimLeft(bare, " ")
		if fs := quantity.Find(bare); len(fs) > 0 && fs[0].Start == 0 && fs[0].Kind == quantity.Date {
			bare, again = bare[fs[0].End:], true
		}
		for _, w := range words["lead"] {
			if strings.HasPrefix(bare, w) {
				bare, again = bare[len(w):], true
				break
			}
		}
	}
	for _, w := range words["case"] {
		if strings.HasPrefix(bare, w) {
			return "", clause
		}
	}
	n, quoted, noun := 0, 0, 0 // noun: where one that has a verb in it ends
	for i, r := range bare {
		switch {
		case strings.ContainsRune("“‘《「", r):
			quoted++
		case strings.ContainsRune("”’》」", r):
			quoted--
		}
		if w := nouns().at(bare[i:]); w != "" {
			noun = i + len(w)
		}
		if quoted <= 0 && i >= noun && verbs().at(bare[i:]) != "" { // not in a name: “亲清在线”
			subject = trimCommon(bare[:i])
			if n < 2 || !namesSome(subject) || isFigure(subject) {
				return "", clause
			}
			return subject, bare[i:]
		}
		if r == '了' && n > 3 { // 建设了: whatever the verb is, it has two characters
			subject = string([]rune(bare)[:n-2])
			return subject, strings.TrimPrefix(bare, subject)
		}
		if n++; n > longestSubject {
			break
		}
	}
	return "", clause
}

// isFigure reports whether text is a figure and nothing else.
func isFigure(text string) bool {
	fs := quantity.Find(text)
	return len(fs) > 0 && fs[0].Start == 0 && fs[len(fs)-1].End == len(text)
}

// counts reports whether a head begins with an amount: 12项改革项目 are what is
// done, whoever does it.
func counts(text string) bool {
	fs := quantity.Find(text)
	return len(fs) > 0 && fs[0].Start == 0 && fs[0].Kind == quantity.Amount
}

// points reports whether a short head stands for what was named before.
func points(text string) bool {
	return utf8.RuneCountInString(text) <= 8 && hasAny(text, pointers) != ""
}

// trimCommon is text without the common words that it ends with.
func trimCommon(text string) string {
	rs := []rune(strings.TrimRight(text, " "))
	l := words()
	for again := true; again; {
		again = false
		for n := min(4, len(rs)-1); n > 1; n-- {
			if l.common[string(rs[len(rs)-n:])] {
				rs, again = rs[:len(rs)-n], true
				break
			}
		}
	}
	return string(rs)
}
