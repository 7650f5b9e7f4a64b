package retrieval

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/han"
)

// Three tables lead from everyday words: to what policy documents write, to what
// statutes write, and from the commonest words of all to what both write. The
// third only finds passages.
var (
	//go:embed data/everyday.txt
	everydayTable string
	//go:embed data/law.txt
	lawTable string
	//go:embed data/parties.txt
	partiesTable string
)

// Limits of the table: a word or term that is shorter says too little, one
// that is longer is a sentence that nobody repeats letter for letter.
const (
	everydayShortest = 2
	everydayLongest  = 12
	everydayWords    = 6
	everydayTerms    = 8

	// everydayGap is how many characters may stand between the two parts of a
	// pair: 老人(平时可以去哪里)吃饭. More, and the parts belong to two thoughts.
	everydayGap = 8
)

// A lexicon leads from everyday words to official terms, all in han.Fold's form.
type lexicon struct {
	words map[string][]string       // a guard leads to no terms
	pairs map[string][]everydayPair // by first part
}

// An everydayPair is a word in two parts, the second at most everydayGap
// characters behind the first in the same sentence.
type everydayPair struct {
	second string
	terms  []string
}

// everydayLexicon is the tables whose terms mean what was said, and
// searchLexicon all of them.
var (
	everydayLexicon = sync.OnceValue(func() lexicon { return joined(readEveryday(everydayTable), readEveryday(lawTable)) })
	searchLexicon   = sync.OnceValue(func() lexicon { return joined(everydayLexicon(), readEveryday(partiesTable)) })
)

// readEveryday reads an embedded table. Lines that are malformed are left out
// here; a test sees to it that there are none.
func readEveryday(table string) lexicon {
	lex, _ := parseEveryday(table)
	return lex
}

// joined is one lexicon of several, of which the earlier wins where both have a
// word.
func joined(several ...lexicon) lexicon {
	all := lexicon{map[string][]string{}, map[string][]everydayPair{}}
	for _, lex := range several {
		all.fill(lex)
	}
	return all
}

// fill adds from another lexicon the words and pairs that l does not know.
func (l lexicon) fill(other lexicon) {
	for word, terms := range other.words {
		if _, known := l.words[word]; !known {
			l.words[word] = terms
		}
	}
	for first, pairs := range other.pairs {
		for _, p := range pairs {
			if !l.hasPair(first, p.second) {
				l.pairs[first] = append(l.pairs[first], p)
			}
		}
	}
}

func (l lexicon) hasPair(first, second string) bool {
	return slices.ContainsFunc(l.pairs[first], func(p everydayPair) bool { return p.second == second })
}

// A Wording leads from words of a question to what officials call the same.
// All are in han.Fold's form.
type Wording struct {
	Said  []string // one word, or two that stand apart: 老人 … 吃饭; of an English phrase its words
	Terms []string // none stands in the question
	Units []string // measure words with which officials count it: 套 for homes
}

// Official finds what officials call the things that a question asks about in
// everyday words: 助餐服务 for 老人吃饭. The wordings of the longest words come
// first, of equally long ones in the order of the question; no term comes
// twice. Words do not overlap: a longer one keeps the shorter ones inside it
// from being read. Time is linear in the length of the question, which may come
// folded or as it was typed.
//
// A question without a Chinese character is read by the English glossary too,
// for which it must come as it was typed; its terms may come twice, since
// homes and housing are both 住房.
func Official(question string) []Wording {
	out := everydayLexicon().wordings(question)
	if !han.HasHan(question) {
		out = append(out, english(question)...)
	}
	return out
}

func (l lexicon) wordings(question string) []Wording {
	text := newRunes(han.Fold(question).String())
	found := append(l.findPairs(text), l.findWords(text)...)
	slices.SortStableFunc(found, func(a, b everydayMatch) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.start, b.start))
	})
	var out []Wording
	seen := map[string]bool{}
	for _, m := range found {
		w := Wording{Said: m.said}
		for _, term := range m.terms {
			if !seen[term] && !strings.Contains(text.s, term) {
				w.Terms = append(w.Terms, term)
			}
			seen[term] = true
		}
		if len(w.Terms) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// terms are the official terms of all wordings, in their order.
func (l lexicon) terms(question string) []string {
	var out []string
	for _, w := range l.wordings(question) {
		out = append(out, w.Terms...)
	}
	return out
}

// An everydayMatch is a place in a question, in characters: where it starts
// and how many it matched.
type everydayMatch struct {
	start, size int
	said        []string
	terms       []string
}

func (l lexicon) findWords(text runes) []everydayMatch {
	var found []everydayMatch
	taken := make([]bool, text.len())
	for size := everydayLongest; size >= everydayShortest; size-- {
		for i := 0; i+size <= text.len(); i++ {
			terms, ok := l.words[text.part(i, i+size)]
			if !ok || !text.whole(i, i+size) || slices.Contains(taken[i:i+size], true) {
				continue
			}
			for j := i; j < i+size; j++ {
				taken[j] = true
			}
			found = append(found, everydayMatch{i, size, []string{text.part(i, i+size)}, terms})
		}
	}
	return found
}

// findPairs takes no place from words: a pair tells what the question is
// about, and its parts may say more on their own.
func (l lexicon) findPairs(text runes) []everydayMatch {
	var found []everydayMatch
	for i := range text.len() {
		for size := everydayShortest; size <= everydayLongest && i+size <= text.len(); size++ {
			for _, p := range l.pairs[text.part(i, i+size)] {
				n := utf8.RuneCountInString(p.second)
				window := text.part(i+size, min(text.len(), i+size+everydayGap+n))
				if end := strings.IndexAny(window, "。！？!?；;"); end >= 0 {
					window = window[:end]
				}
				if strings.Contains(window, p.second) {
					found = append(found, everydayMatch{i, size + n, []string{text.part(i, i+size), p.second}, p.terms})
				}
			}
		}
	}
	return found
}

// runes is a text that is cut by characters without copying.
type runes struct {
	s  string
	at []int // the byte offset of each character, and the end
}

func newRunes(s string) runes {
	t := runes{s: s, at: make([]int, 0, len(s)/2+1)}
	for i := range s {
		t.at = append(t.at, i)
	}
	t.at = append(t.at, len(s))
	return t
}

func (t runes) len() int                   { return len(t.at) - 1 }
func (t runes) part(start, end int) string { return t.s[t.at[start]:t.at[end]] }

// whole reports whether [start, end) cuts no Latin word or number in two: the
// ai of email is none.
func (t runes) whole(start, end int) bool {
	cut := func(i int) bool {
		return i > 0 && i < t.len() && isLatin(t.s[t.at[i]-1]) && isLatin(t.s[t.at[i]])
	}
	return !cut(start) && !cut(end)
}

func isLatin(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

// parseEveryday reads a table of the form that the head of data/everyday.txt
// describes. The lexicon has every good line; the error names every bad one.
func parseEveryday(table string) (lexicon, error) {
	lex := lexicon{map[string][]string{}, map[string][]everydayPair{}}
	return lex, readTable(table, "line ", lex.add)
}

// readTable gives add each line of a table but blank ones and # comments. The
// error names every line that add refuses, by its number behind where.
func readTable(table, where string, add func(line string) error) error {
	var errs []error
	number := 0
	for line := range strings.Lines(table) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := add(line); err != nil {
			errs = append(errs, fmt.Errorf("%s%d: %w", where, number, err))
		}
	}
	return errors.Join(errs...)
}

// add puts one line into the lexicon, or nothing of it and says why.
func (l lexicon) add(line string) error {
	if guards, ok := strings.CutPrefix(line, "!"); ok {
		words := strings.Fields(guards)
		if err := l.check(words); err != nil {
			return err
		}
		for _, w := range words {
			l.words[fold(w)] = nil
		}
		return nil
	}
	left, right, ok := strings.Cut(line, "=")
	if !ok || strings.Contains(right, "=") {
		return fmt.Errorf("%q has not exactly one =", line)
	}
	words, terms := strings.Fields(left), strings.Fields(right)
	if err := checkEntry(words, terms); err != nil {
		return err
	}
	if err := l.check(words); err != nil {
		return err
	}
	for i := range terms {
		terms[i] = fold(terms[i])
	}
	for _, w := range words {
		if first, second, ok := strings.Cut(fold(w), "~"); ok {
			l.pairs[first] = append(l.pairs[first], everydayPair{second, terms})
		} else {
			l.words[fold(w)] = terms
		}
	}
	return nil
}

// checkEntry looks at one entry by itself: how much stands on each side, and
// that no term is named twice or leads to itself.
func checkEntry(words, terms []string) error {
	if n := len(words); n < 1 || n > everydayWords {
		return fmt.Errorf("%d everyday words, want 1 to %d", n, everydayWords)
	}
	if n := len(terms); n < 1 || n > everydayTerms {
		return fmt.Errorf("%d official terms, want 1 to %d", n, everydayTerms)
	}
	for i, t := range terms {
		if err := checkLength(t); err != nil {
			return err
		}
		if slices.Contains(terms[:i], t) {
			return fmt.Errorf("%q stands twice", t)
		}
		if slices.Contains(words, t) {
			return fmt.Errorf("%q leads to itself", t)
		}
	}
	return nil
}

// check looks at the words of one line: their length, and that none is known.
func (l lexicon) check(words []string) error {
	for i, w := range words {
		first, second, pair := strings.Cut(fold(w), "~")
		if err := checkLength(first); err != nil {
			return err
		}
		if pair && (second == "" || checkLength(first+second) != nil) {
			return fmt.Errorf("%q is not a pair of %d to %d characters", w, everydayShortest, everydayLongest)
		}
		_, known := l.words[first]
		if pair {
			known = l.hasPair(first, second)
		}
		if known || slices.Contains(words[:i], w) {
			return fmt.Errorf("%q has an entry already", w)
		}
	}
	return nil
}

func checkLength(word string) error {
	if n := utf8.RuneCountInString(word); n < everydayShortest || n > everydayLongest || strings.ContainsAny(word, "~!=#") {
		return fmt.Errorf("%q is not a word of %d to %d characters", word, everydayShortest, everydayLongest)
	}
	return nil
}

func fold(s string) string { return han.Fold(s).String() }
