package retrieval

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
)

//go:embed data/english.txt
var englishTable string

// Limits of the glossary's entries. A Chinese term is of the everyday table's
// length; a unit is a measure word, mostly of one character.
const (
	englishWords   = 6  // of a phrase
	englishPhrases = 8  // of an entry
	englishTerms   = 6  // of an entry
	englishUnits   = 3  // of an entry
	englishLongest = 24 // letters of a word
)

// A glossary leads from English words to the terms of Chinese documents. It is
// a tree: a phrase is the way from the root to its entry, a word a step.
type glossary struct {
	next  map[string]*glossary
	entry *englishEntry // nil where no phrase ends
}

type englishEntry struct{ terms, units []string }

// englishGlossary is the embedded table. Lines that are malformed are left out
// here; a test sees to it that there are none.
var englishGlossary = sync.OnceValue(func() *glossary {
	g, _ := parseEnglish(englishTable)
	return g
})

// english finds what Chinese documents call the things that an English
// question asks about. Longer phrases come first, of equally long ones in the
// order of the question, the names of places last; words do not overlap. Said
// holds a phrase's words as they stand in the question, in lower case. It must
// come as it was typed: without its spaces it has no words.
func english(question string) []Wording {
	mentions := places.Find(question)
	out := englishGlossary().wordings(withoutPlaces(question, mentions))
	for _, m := range mentions {
		var w Wording
		for _, word := range wordsOf(question[m.Start:m.End]) {
			w.Said = append(w.Said, word.said)
		}
		for _, p := range m.Places {
			if name := strings.TrimSuffix(strings.TrimSuffix(p.Name(), "市"), "省"); !slices.Contains(w.Terms, name) && len(w.Terms) < englishTerms {
				w.Terms = append(w.Terms, name)
			}
		}
		out = append(out, w)
	}
	return out
}

// withoutPlaces is the question with a mark that parts phrases in the place of
// each name, so that no word of West Lake District is read as one of its own.
func withoutPlaces(question string, mentions []places.Mention) string {
	var b strings.Builder
	at := 0
	for _, m := range mentions {
		b.WriteString(question[at:m.Start] + " ; ")
		at = m.End
	}
	return b.String() + question[at:]
}

func (g *glossary) wordings(text string) []Wording {
	words := wordsOf(text)
	taken := make([]bool, len(words))
	var out []Wording
	for size := englishWords; size > 0; size-- {
		for i := 0; i+size <= len(words); i++ {
			phrase := words[i : i+size]
			if slices.Contains(taken[i:i+size], true) {
				continue
			}
			e := g.find(phrase, true)
			if e == nil {
				continue
			}
			w := Wording{Terms: e.terms, Units: e.units}
			for j, word := range phrase {
				taken[i+j] = true
				w.Said = append(w.Said, word.said)
			}
			out = append(out, w)
		}
	}
	return out
}

// find is the entry of exactly this phrase, in whatever form its words are;
// nil for none. The form that comes first in bases wins.
func (g *glossary) find(phrase []englishWord, first bool) *englishEntry {
	if len(phrase) == 0 {
		return g.entry
	}
	if !first && phrase[0].apart {
		return nil
	}
	for _, b := range bases(phrase[0].said) {
		if next := g.next[b]; next != nil {
			if e := next.find(phrase[1:], false); e != nil {
				return e
			}
		}
	}
	return nil
}

// An englishWord is a word or number of a text in lower case.
type englishWord struct {
	said  string
	apart bool // more than a blank or hyphen stands between it and the last one
}

// wordsOf cuts text into words: letters and digits, with the marks inside
// numbers, of which the commas are left out. A possessive s is none.
func wordsOf(text string) []englishWord {
	var out []englishWord
	at := 0 // where what stands before the next word begins
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			i += w
			continue
		}
		end := i
		for end < len(text) {
			r, w := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) && !insideNumber(text, end) {
				break
			}
			end += w
		}
		before, said := text[at:i], strings.ReplaceAll(strings.ToLower(text[i:end]), ",", "")
		possessive := said == "s" && (strings.HasSuffix(before, "'") || strings.HasSuffix(before, "’"))
		if !possessive {
			out = append(out, englishWord{said, strings.Trim(before, " \t\n\u00a0-–'’/&") != ""})
			at = end
		} else if at < i {
			at = end
		}
		i = end
	}
	return out
}

// insideNumber reports whether the mark at i stands in a number: 2.5, 1,000.
func insideNumber(text string, i int) bool {
	digit := func(j int) bool { return j > 0 && j < len(text) && text[j] >= '0' && text[j] <= '9' }
	switch {
	case i == 0 || text[i-1] < '0' || text[i-1] > '9':
		return false
	case text[i] == '.':
		return digit(i + 1)
	}
	return text[i] == ',' && digit(i+1) && digit(i+2) && digit(i+3) && !digit(i+4)
}

func isWordRune(r rune) bool { return !han.IsHan(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// parseEnglish reads a table of the form that the head of data/english.txt
// describes. The glossary has every good line; the error names every bad one.
func parseEnglish(table string) (*glossary, error) {
	g := &glossary{}
	return g, readTable(table, "english.txt:", g.add)
}

// add puts one line into the glossary, or nothing of it and says why.
func (g *glossary) add(line string) error {
	left, right, ok := strings.Cut(line, "=")
	if !ok || strings.Contains(right, "=") {
		return fmt.Errorf("%q has not exactly one =", line)
	}
	e, err := parseEnglishEntry(strings.Fields(right))
	if err != nil {
		return err
	}
	var keys [][]string
	for phrase := range strings.SplitSeq(left, ",") {
		key, err := g.key(phrase)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(keys, func(k []string) bool { return slices.Equal(k, key) }) {
			return fmt.Errorf("%q stands twice", strings.TrimSpace(phrase))
		}
		keys = append(keys, key)
	}
	if len(keys) > englishPhrases {
		return fmt.Errorf("%d phrases, want 1 to %d", len(keys), englishPhrases)
	}
	for _, key := range keys {
		g.at(key).entry = e
	}
	return nil
}

// key is a phrase of the table in words, which must not have an entry yet.
func (g *glossary) key(phrase string) ([]string, error) {
	phrase = strings.TrimSpace(phrase)
	words := wordsOf(phrase)
	if len(words) < 1 || len(words) > englishWords {
		return nil, fmt.Errorf("%q has %d words, want 1 to %d", phrase, len(words), englishWords)
	}
	var key []string
	for i, w := range words {
		if i > 0 && w.apart || len(w.said) > englishLongest {
			return nil, fmt.Errorf("%q is not a phrase", phrase)
		}
		key = append(key, spelled(w.said))
	}
	known := g
	for _, word := range key {
		if known = known.next[word]; known == nil {
			return key, nil
		}
	}
	if known.entry != nil {
		return nil, fmt.Errorf("%q has an entry already", phrase)
	}
	return key, nil
}

// at is the node of a phrase, which is made where there is none.
func (g *glossary) at(key []string) *glossary {
	for _, word := range key {
		if g.next == nil {
			g.next = map[string]*glossary{}
		}
		if g.next[word] == nil {
			g.next[word] = &glossary{}
		}
		g = g.next[word]
	}
	return g
}

// parseEnglishEntry reads terms and, marked by @, units.
func parseEnglishEntry(fields []string) (*englishEntry, error) {
	e := &englishEntry{}
	for _, f := range fields {
		unit, isUnit := strings.CutPrefix(f, "@")
		word := fold(unit)
		switch {
		case !isUnit && checkLength(word) != nil:
			return nil, checkLength(word)
		case strings.ContainsFunc(word, func(r rune) bool { return !han.IsHan(r) && !isLatin(byte(min(r, 127))) && r != '.' && r != '&' }):
			return nil, fmt.Errorf("%q is not a term", f)
		case word == "" || !isUnit && slices.Contains(e.terms, word) || isUnit && slices.Contains(e.units, word):
			return nil, fmt.Errorf("%q stands twice", f)
		case isUnit:
			e.units = append(e.units, word)
		default:
			e.terms = append(e.terms, word)
		}
	}
	if len(e.terms) > englishTerms || len(e.units) > englishUnits || len(e.terms)+len(e.units) == 0 {
		return nil, fmt.Errorf("%d terms and %d units, want 1 to %d and at most %d", len(e.terms), len(e.units), englishTerms, englishUnits)
	}
	return e, nil
}
