package prompts

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/han"
)

//go:embed data/synonyms.txt
var synonymTable string

//go:embed data/common.txt
var commonTable string

//go:embed data/contrast.txt
var contrastTable string

//go:embed data/strict.txt
var strictTable string

// A lexicon is the tables of words, folded.
type lexicon struct {
	groups   map[string][][]string // a word's groups of synonyms
	common   map[string]bool
	longest  int          // of a word of common or groups, in runes
	contrast [][][]string // lines of groups of words
	local    [][][]string // contrast, and those that count place by place only
	strict   [][]string
}

var words = sync.OnceValue(func() *lexicon {
	l := &lexicon{groups: map[string][][]string{}, common: map[string]bool{}}
	add := func(w string) { l.longest = max(l.longest, len([]rune(w))) }
	for _, g := range tableLines(synonymTable) {
		for _, w := range g {
			l.groups[w] = append(l.groups[w], g)
			add(w)
		}
	}
	for _, ws := range tableLines(commonTable) {
		for _, w := range ws {
			l.common[w] = true
			add(w)
		}
	}
	for _, section := range []string{"ban", "not", "harmless"} { // compared by themselves
		for _, w := range negationWords()[section] {
			if utf8.RuneCountInString(w) > 1 {
				l.common[w] = true
				add(w)
			}
		}
	}
	for _, line := range tableLines(contrastTable) {
		var sides [][]string
		for part := range strings.SplitSeq(strings.Join(line, " "), "|") {
			sides = append(sides, strings.Fields(part))
		}
		if sides[0][0] == "@" {
			sides[0] = sides[0][1:]
		} else {
			l.contrast = append(l.contrast, sides)
		}
		l.local = append(l.local, sides)
	}
	l.strict = tableLines(strictTable)
	return l
})

// An index finds words by what they begin with.
type index map[rune][]string // by first character; the first that fits is right

func indexOf(words []string) index {
	x := index{}
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		x[first] = append(x[first], w)
	}
	return x
}

// at is the word that text begins with, empty if none does.
func (x index) at(text string) string {
	first, _ := utf8.DecodeRuneInString(text)
	for _, w := range x[first] {
		if strings.HasPrefix(text, w) {
			return w
		}
	}
	return ""
}

// known is the length of the word at rs that is common, or stands for
// something in quote; 0 if there is none.
func (l *lexicon) known(rs []rune, quote string) int {
	for n := min(l.longest, len(rs)); n > 0; n-- {
		w := string(rs[:n])
		if l.common[w] {
			return n
		}
		for _, g := range l.groups[w] {
			if hasAny(quote, g) != "" {
				return n
			}
		}
	}
	return 0
}

// stands is a word of a that stands for one of b; empty if none does.
func (l *lexicon) stands(a, b string) string {
	rs := []rune(a)
	for i := range rs {
		for n := min(l.longest, len(rs)-i); n > 1; n-- {
			for _, g := range l.groups[string(rs[i:i+n])] {
				if hasAny(b, g) != "" {
					return string(rs[i : i+n])
				}
			}
		}
	}
	return ""
}

func tableLines(data string) [][]string {
	var out [][]string
	for line := range strings.Lines(data) {
		if f := strings.Fields(han.Simplify(strings.ToLower(line))); len(f) > 0 && f[0] != "#" {
			out = append(out, f)
		}
	}
	return out
}

// hasAny is the first of words that stands in text, empty if none does.
func hasAny(text string, words []string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}
