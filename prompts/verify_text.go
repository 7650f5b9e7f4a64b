package prompts

import (
	"strings"
	"unicode"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
	"policybot/retrieval"
)

// A reading is a text with the figures and places that stand in it.
type reading struct {
	text    string // the original; offsets of figures and places count in it
	folded  string // see fold
	figures []quantity.Quantity
	places  []places.Mention
	said    []saying // see sayings
}

// sayings are the sayings of the text, found once.
func (r *reading) sayings() []saying {
	if r.said == nil {
		r.said = sayings(r.folded)
	}
	return r.said
}

// fold is text in the form that is compared.
func fold(text string) string { return han.Fold(text).String() }

func read(text string) *reading {
	return &reading{text: text, folded: fold(text), figures: quantity.Find(text), places: places.Find(text)}
}

// A witness is one cite: the quote and what stands around it.
type witness struct {
	*reading
	// near is what the quote's sentence says before and behind it, and the
	// text before that back to the start of the paragraph but no further than
	// nearReach characters: who is spoken of, and when.
	near *reading
	// before is the passage up to the quote.
	before *reading
	// about is the heading path, title, issuer and place.
	about *reading
	doc   *retrieval.Document
	// aligned maps the claim's wording onto the quote's.
	aligned *alignment
	// source is the cite's, from is where the quote begins in its passage.
	source, from int
}

// nearReach is how many bytes before a quote still say what it is about.
const nearReach = 900

// A proof is a claim that is being checked, and its witnesses.
type proof struct {
	claim *reading
	wits  []*witness
	// foreign says that claim and quotes are in different languages.
	foreign bool
	pairs   map[string]bool // what evidence gives, once it was asked
	// doubt is what a check found that it could not compare; see Undecided.
	doubt Verdict
	// entries are the figures of the tables in the cited passages, settled
	// the claim's figures that are told of their own column and row, by where
	// they begin.
	entries []entry
	settled []int
	texts   []string // of the request's passages
}

func (v *Verifier) proof(c Claim) *proof {
	p := &proof{claim: read(c.Text), entries: entriesOf(c, v.sources)}
	for _, s := range v.sources {
		p.texts = append(p.texts, s.Text)
	}
	quoted := ""
	for _, cite := range c.Cites {
		if v.read[cite] == nil {
			v.read[cite] = readCite(cite, v.sources[cite.Source-1])
		}
		w := *v.read[cite]
		w.aligned = align(p.claim, cite.Quote)
		p.wits = append(p.wits, &w)
		quoted += cite.Quote
	}
	p.foreign = isChinese(c.Text) != isChinese(quoted)
	return p
}

// readCite reads a quote and what stands around it.
func readCite(cite Cite, s Source) *witness {
	from, to := cite.Start-s.Start, cite.End-s.Start
	about := append([]string{}, s.Heading...)
	if s.Doc != nil {
		m := s.Doc.Meta
		about = append(about, m.Title.Value, m.Issuer.Value, m.Site.Value, m.Author.Value, m.Place.Value)
	}
	return &witness{
		reading: read(cite.Quote), doc: s.Doc, source: cite.Source, from: from,
		before: read(s.Text[:from]), near: read(around(s.Text, from, to)), about: read(strings.Join(about, "\n")),
	}
}

// around is what stands near text[from:to]: the rest of its sentence, and the
// text before it.
func around(text string, from, to int) string {
	start := max(0, from-nearReach)
	for start > 0 && start < from && text[start]&0xC0 == 0x80 {
		start++
	}
	head := text[start:from]
	if i := strings.LastIndex(strings.TrimRight(head, "\n "), "\n"); i >= 0 && len(head)-i > 30 {
		head = head[i:]
	}
	tail := text[to:]
	if i := strings.IndexAny(tail, "。！？\n"); i >= 0 {
		tail = tail[:i]
	}
	if len(tail) > nearReach {
		tail = strings.ToValidUTF8(tail[:nearReach], "")
	}
	return head + "\n" + tail
}

// isChinese reports whether text is mainly Chinese: a Latin word counts as
// much as three characters.
func isChinese(text string) bool {
	hans, words, in := 0, 0, false
	for _, r := range text {
		switch {
		case han.IsHan(r):
			hans++
			in = false
		case unicode.IsLetter(r):
			if !in {
				words++
			}
			in = true
		default:
			in = false
		}
	}
	return hans > 0 && hans >= words
}

// A clause is a piece of text between marks of punctuation.
func clauses(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，。；：！？,;:!?\n", r) })
}

// clauseBefore is what text ends with, back to the end of the clause before.
func clauseBefore(text string) string { return behindLast(text, isClauseEnd) }

// sentenceBefore is what folded text ends with, back to the end of the sentence
// before.
func sentenceBefore(folded string) string { return behindLast(folded, isSentenceEnd) }

func isSentenceEnd(r rune) bool { return strings.ContainsRune("。!?;\n", r) }

// behindLast is what text ends with, back to the last of such marks.
func behindLast(text string, mark func(rune) bool) string {
	if i := strings.LastIndexFunc(text, mark); i >= 0 {
		return strings.TrimLeftFunc(text[i:], mark)
	}
	return text
}

func letterOrFigure(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// bigrams are the pairs of neighbouring letters in folded text; punctuation
// breaks them.
func bigrams(folded string) map[string]bool {
	m := map[string]bool{}
	var last rune
	for _, r := range folded {
		if !letterOrFigure(r) {
			last = 0
			continue
		}
		if last != 0 {
			m[string([]rune{last, r})] = true
		}
		last = r
	}
	return m
}

// shared counts the bigrams that stand in both.
func shared(a, b map[string]bool) int {
	if len(b) < len(a) {
		a, b = b, a
	}
	n := 0
	for k := range a {
		if b[k] {
			n++
		}
	}
	return n
}
