package prompts

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"policybot/internal/places"
	"policybot/internal/quantity"
)

// Who did what: a claim may take the subject of one clause of its quote and
// what is said of another. Every word of it stands in the quote then. The
// checks here look at which words stand together.

// checkBinding compares who or what each clause is told of.
func (p *proof) checkBinding() (string, string) {
	if p.foreign || p.tabular() {
		return "", ""
	}
	m := p.mosaic()
	if x, y := m.exchanged(); x != "" {
		return "order", fmt.Sprintf("%q and %q have changed places", x, y)
	}
	for _, w := range p.wits {
		if item, of := otherList(p.claim.folded, w.folded); item != "" {
			return "order", fmt.Sprintf("%q is told to be of %q; the quote has it in another list", item, of)
		}
	}
	if check, reason := p.otherSubject(); check != "" {
		return check, reason
	}
	if check, reason := p.otherAgent(); check != "" {
		return check, reason
	}
	return p.otherReceiver()
}

// exchanged finds two pieces of the claim, each of which stands where the
// quote has the other: 从甲到乙 told as 从乙到甲.
func (m *mosaic) exchanged() (string, string) {
	for i, x := range m.tiles {
		for _, y := range m.tiles[i+1:] {
			if !m.telling(x) || !m.telling(y) || m.listed(x, y) || !m.pivoted(x, y) {
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

func letterOrFigure(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// A list is what a clause counts up before 等, and what it says they are.
type list struct {
	items []string
	of    string
}

// lists finds 甲、乙等某某 in folded text.
func lists(folded string) []list {
	var out []list
	for _, c := range strings.FieldsFunc(folded, isClauseEnd) {
		i := strings.Index(c, "等")
		if i < 0 || !strings.Contains(c[:i], "、") {
			continue
		}
		of := strings.TrimLeft(c[i+len("等"):], "0123456789一二三四五六七八九十百几多大个项类种")
		if len([]rune(of)) < 3 || strings.Contains(of, "、") {
			continue
		}
		items := splitList(c[:i])
		items[0] = withoutVerb(items[0])
		out = append(out, list{items, of})
	}
	return out
}

// withoutVerb is the first item of a list without the verbs that govern it.
func withoutVerb(item string) string {
	rs := []rune(item)
	for i := 0; i+2 < len(rs); i += 2 {
		w := string(rs[i : i+2])
		if !words().common[w] && !slices.Contains(subjectWords()["verb"], w) && !slices.Contains(subjectWords()["object"], w) {
			return string(rs[i:])
		}
	}
	return string(rs[max(0, len(rs)-2):])
}

// otherList finds an item that the claim tells to be of another list than the
// quote does.
func otherList(claim, quote string) (item, of string) {
	all := lists(quote)
	if len(all) < 2 {
		return "", ""
	}
	for _, c := range strings.FieldsFunc(claim, isClauseEnd) {
		var told []int
		for i, l := range all {
			if strings.Contains(c, l.of) {
				told = append(told, i)
			}
		}
		if len(told) != 1 {
			continue
		}
		own := strings.Join(all[told[0]].items, "、")
		for i, l := range all {
			if i == told[0] || l.of == all[told[0]].of {
				continue
			}
			for _, it := range l.items {
				if len([]rune(it)) >= 2 && strings.Contains(c, it) && !strings.Contains(own, it) {
					return it, all[told[0]].of
				}
			}
		}
	}
	return "", ""
}

//go:embed data/subjects.txt
var subjectTable string

var subjectWords = sync.OnceValue(func() map[string][]string { return sections(subjectTable) })

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
	for _, sentence := range strings.FieldsFunc(folded, func(r rune) bool { return strings.ContainsRune("。!?\n", r) }) {
		var now saying
		for _, c := range strings.FieldsFunc(sentence, isClauseEnd) {
			if topic := topicOf(c); topic != "" {
				if !hasVerb(topic) {
					now.subject = head{} // 对餐饮企业，: what follows is said of it
				}
				now.topic = head{topic, c}
			}
			subject, rest := subjectOf(c)
			if subject != "" {
				now.subject = head{subject, c}
			}
			now.rest = rest
			out = append(out, now)
		}
	}
	return out
}

// hasVerb reports whether what follows 对 goes on to a verb, and is all that the
// subject before it does: 对楼宇制定方案.
func hasVerb(topic string) bool {
	rs := []rune(topic)
	for i := 2; i < len(rs); i++ {
		for _, w := range subjectWords()["verb"] {
			if utf8.RuneCountInString(w) > 1 && strings.HasPrefix(string(rs[i:]), w) {
				return true
			}
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
	n, quoted := 0, 0
	for i, r := range bare {
		switch {
		case strings.ContainsRune("“‘《「", r):
			quoted++
		case strings.ContainsRune("”’》」", r):
			quoted--
		}
		for _, w := range words["verb"] {
			if quoted > 0 { // a name: “亲清在线”
				break
			}
			if strings.HasPrefix(bare[i:], w) {
				subject = trimCommon(bare[:i])
				if n < 2 || !namesSome(subject) || isFigure(subject) {
					return "", clause
				}
				return subject, bare[i:]
			}
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

// points reports whether a short head stands for what was named before.
func points(text string) bool {
	return utf8.RuneCountInString(text) <= 8 && hasAny(text, pointers) != ""
}

// otherSubject finds a clause of the claim that tells of one what the quote
// says of another.
func (p *proof) otherSubject() (string, string) {
	for _, c := range sayings(p.claim.folded) {
		for _, w := range p.wits {
			q, ok := sameSaying(c.rest, sayings(w.folded))
			if !ok {
				continue
			}
			told, is := c.topic, q.topic
			if !w.conflict(told, is) {
				told, is = c.subject, q.subject
				if is.text == "" {
					is = q.topic
				}
			}
			if w.conflict(told, is) && !strings.Contains(q.topic.text, told.text) {
				return "order", fmt.Sprintf("%q is told of what the quote says of %q", told.text, is.text)
			}
		}
	}
	return "", ""
}

// conflict reports whether the claim's head is another than the quote's.
func (w *witness) conflict(told, is head) bool {
	if told.text == "" || is.text == "" || points(told.text) || points(is.text) || strings.Contains(is.within, told.text) {
		return false
	}
	x, y := apart(told.text, is.text)
	if strings.Contains(w.lead(), told.text) {
		return false
	}
	return x != "" && w.knowsApart(x, y, told.text)
}

// sameSaying is the clause of the quote that the rest of a claim's clause
// tells; ok is false if none does clearly.
func sameSaying(rest string, quoted []saying) (saying, bool) {
	mine := bigrams(rest)
	var best saying
	most, second := 0, 0
	for _, q := range quoted {
		n := shared(mine, bigrams(q.rest))
		switch {
		case n > most:
			best, most, second = q, n, most
		case n > second:
			second = n
		}
	}
	return best, most >= 4 && most*2 >= len(mine) && most > second
}

// apart is what two subjects have different between what they begin and end
// with alike; empty where one only says more than the other.
func apart(a, b string) (string, string) {
	x, y := []rune(strings.Trim(a, "“”‘’\"")), []rune(strings.Trim(b, "“”‘’\""))
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	if len(x) == 0 || len(y) == 0 || shared(bigrams(string(x)), bigrams(string(y))) > 0 {
		return "", ""
	}
	return string(x), string(y)
}

// knowsApart reports whether the claim's subject is a thing of its own in or
// near the quote, and no other word for the quote's subject. A place says where
// and excludes only another place.
func (w *witness) knowsApart(told, is, subject string) bool {
	if here := places.Find(told); len(here) > 0 && here[0].Start == 0 && here[0].End == len(told) {
		there := places.Find(is)
		return len(there) > 0 && !meets(here[0].Places, there[0].Places)
	}
	if w.doc != nil && strings.Contains(w.doc.Meta.Place.Value, told) {
		return false
	}
	if !namesSome(told) || words().known([]rune(told), is) == utf8.RuneCountInString(told) {
		return false
	}
	return strings.Contains(w.folded, subject) || strings.Contains(w.near.folded, subject) || utf8.RuneCountInString(told) > 1 && strings.Contains(w.folded, told)
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
