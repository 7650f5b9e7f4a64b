// Package nearness tells how near two Chinese words are in meaning: 工钱 and
// 薪酬. It cuts text into words and compares them by a table of small vectors,
// one a word, that gen made once from a language model; nothing is stored, and
// nothing but the table is read.
//
// The table is data/words.txt, a word and its frequency a line, and
// data/vectors.bin, Dim signed bytes a word in the same order.
package nearness

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/han"
)

var (
	//go:embed data/words.txt
	wordList string
	//go:embed data/vectors.bin
	vectors string
)

// Dim is how many numbers a word's vector has, and Scale what its length 1 is
// in them.
const (
	Dim   = 64
	Scale = 180
)

// Longest is how many characters a word of the table has at most.
const Longest = 4

// commonFrequency is the share of a text from which on a word is common: the
// weight a/(a+p) of smooth inverse frequency (Arora and others, 2017), with
// their a.
const commonFrequency = 1e-3

// A table is the embedded one, ready to be asked. It is read at the first use.
type table struct {
	index  map[string]int32
	share  []float64 // of each word among all words of a text
	chance []float64 // the logarithm of the same
}

var words = sync.OnceValue(func() *table { return readTable(wordList) })

// readTable reads lines of a word, a blank and its frequency; lines of another
// form are left out, which a test sees to that there are none of.
func readTable(list string) *table {
	n := strings.Count(list, "\n")
	t := &table{index: make(map[string]int32, n), share: make([]float64, 0, n), chance: make([]float64, 0, n)}
	total := 0.0
	for line := range strings.Lines(list) {
		word, frequency, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		f, err := strconv.ParseFloat(frequency, 64)
		if err != nil || f <= 0 {
			continue
		}
		t.index[word] = int32(len(t.share))
		t.share = append(t.share, f)
		total += f
	}
	for i, f := range t.share {
		t.share[i] = f / total
		t.chance = append(t.chance, math.Log(f/total))
	}
	return t
}

// A Word is a piece of a text.
type Word struct {
	Text  string
	Start int // its byte offset
	// Rarity is near 1 for a word that is rare in the language, near 0 for one
	// that every text has.
	Rarity float64
	// Known says that the table has it, so that it can be near others.
	Known bool
	id    int32
}

// strangeChance is the logarithm of the chance of a character that is no word
// of the table: below that of any word, so that words are preferred.
const strangeChance = -25

// Cut cuts the Chinese runs of a text, in simplified script, into the words
// that make it most probable; what is not Chinese is left out.
func Cut(text string) []Word {
	var out []Word
	for at := 0; at < len(text); {
		start, end := nextRun(text, at)
		out = words().cut(out, text, start, end)
		at = end
	}
	return out
}

// nextRun finds the first run of Chinese characters from a byte offset on.
func nextRun(text string, at int) (start, end int) {
	start = strings.IndexFunc(text[at:], han.IsHan)
	if start < 0 {
		return len(text), len(text)
	}
	start += at
	length := strings.IndexFunc(text[start:], func(r rune) bool { return !han.IsHan(r) })
	if length < 0 {
		return start, len(text)
	}
	return start, start + length
}

// cut appends the words of one run, found as the most probable way through it.
func (t *table) cut(out []Word, text string, start, end int) []Word {
	at := offsets(text, start, end)
	n := len(at) - 1
	best, from := make([]float64, n+1), make([]int, n+1)
	for j := 1; j <= n; j++ {
		best[j] = math.Inf(-1)
		for i := max(0, j-Longest); i < j; i++ {
			chance := math.Inf(-1)
			if id, ok := t.index[text[at[i]:at[j]]]; ok {
				chance = t.chance[id]
			} else if j == i+1 {
				chance = strangeChance
			}
			if s := best[i] + chance; s > best[j] {
				best[j], from[j] = s, i
			}
		}
	}
	first := len(out)
	for j := n; j > 0; j = from[j] {
		out = append(out, t.word(text[at[from[j]]:at[j]], at[from[j]]))
	}
	for i, j := first, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// offsets are the byte offsets of the characters of text[start:end], and end.
func offsets(text string, start, end int) []int {
	at := make([]int, 0, (end-start)/utf8.RuneLen('中')+1)
	for i := range text[start:end] {
		at = append(at, start+i)
	}
	return append(at, end)
}

func (t *table) word(s string, start int) Word {
	w := Word{Text: s, Start: start, Rarity: 1}
	if id, ok := t.index[s]; ok {
		w.Rarity, w.Known, w.id = commonFrequency/(commonFrequency+t.share[id]), true, id
	}
	return w
}

// A Text is the words that stand in a text.
type Text struct{ ids []int32 }

// Read finds the words that stand in a text in simplified script: those that
// it is cut into, and every longer one, also inside others.
func Read(text string) Text {
	t := words()
	seen := map[int32]bool{}
	for _, w := range Cut(text) {
		if w.Known {
			seen[w.id] = true
		}
	}
	for at := 0; at < len(text); {
		start, end := nextRun(text, at)
		runes := offsets(text, start, end)
		for i := range runes {
			for j := i + 2; j < len(runes) && j <= i+Longest; j++ {
				if id, ok := t.index[text[runes[i]:runes[j]]]; ok {
					seen[id] = true
				}
			}
		}
		at = end
	}
	out := Text{make([]int32, 0, len(seen))}
	for id := range seen {
		out.ids = append(out.ids, id)
	}
	return out
}

// Nearest is how near the word of the text is that is nearest to w: the cosine
// of their vectors, 1 for w itself, 0 where nothing is near or w is not known.
func (t Text) Nearest(w Word) float64 {
	if !w.Known {
		return 0
	}
	best := 0
	for _, id := range t.ids {
		if id == w.id {
			return 1
		}
		best = max(best, dot(w.id, id))
	}
	return min(1, float64(best)/(Scale*Scale))
}

// dot is the product of two words' vectors.
func dot(a, b int32) int {
	x, y := vectors[int(a)*Dim:][:Dim], vectors[int(b)*Dim:][:Dim]
	sum := int32(0)
	for i := range Dim {
		sum += int32(int8(x[i])) * int32(int8(y[i]))
	}
	return int(sum)
}
