package bot

import (
	"math"
	"strings"

	"policybot/internal/nearness"
	"policybot/prompts"
	"policybot/retrieval"
)

// A question's word may stand in a passage as another word of near meaning:
// 工钱 as 薪酬. What that counts grows with how near the two are, and with
// how rare the question's own word is among the documents: where they have it
// elsewhere, its absence here says more. The values were chosen on public
// questions, lay ones about statutes among them; around them the results change
// little.
const (
	nearLeast   = 0.4 // nearness that counts nothing: words of one field have it
	nearMost    = 0.8 // nearness that counts in full: synonyms have it
	rarityPower = 1.5
	sayingLeast = 0.35 // the rarity in the language of a word that says something
)

// toldEnough is how much of a gram must be told for it not to be missed.
const toldEnough = 0.5

// A coverage is how far a piece tells the grams of a question: 1 for one that
// stands there, less for one of a word for which only a near one stands, else 0.
type coverage struct {
	reading  reading
	sentence []float64 // in the piece itself
	passage  []float64 // in its passage; at least as in the piece
	// gained and around are the shares of the question's content that near words
	// add to what stands in the piece, and in its passage.
	gained, around float64
}

// coverageOf holds the question, cut into words, against a piece and its folded
// passage.
func coverageOf(words saying, r reading, p piece, passage *told) coverage {
	c := coverage{reading: r, sentence: make([]float64, len(r.Grams)), passage: make([]float64, len(r.Grams))}
	anchored := false
	for i, g := range r.Grams {
		c.sentence[i], c.passage[i] = yes(r.says(g.text, p.folded)), yes(r.says(g.text, passage.folded))
		anchored = anchored || c.passage[i] > 0
	}
	if anchored { // near words alone are of the same field as often as of the same thing
		c.addNear(words, words.creditsIn(p.folded), passage.near)
	}
	return c
}

// addNear adds what near words count, for each word of the question, in the
// piece and in its passage.
func (c *coverage) addNear(words saying, sentence, passage []float64) {
	all := 0.0
	for i, g := range c.reading.Grams {
		all += g.weight
		before, beforeAround := c.sentence[i], c.passage[i]
		c.sentence[i] = max(before, words.share(g.text, sentence))
		c.passage[i] = max(beforeAround, c.sentence[i], words.share(g.text, passage))
		c.gained += g.weight * (c.sentence[i] - before)
		c.around += g.weight * (c.passage[i] - beforeAround)
	}
	c.gained /= max(all, 1e-9)
	c.around /= max(all, 1e-9)
}

// score is what near words add to a piece's score.
func (c coverage) score() float64 { return c.gained + aroundWeight*(c.around-c.gained) }

// A told is a folded passage, with its headings, and what its words count for
// those of a question.
type told struct {
	folded string
	near   []float64
}

func (s saying) told(src *prompts.Source) *told {
	folded := fold(src.Text + strings.Join(src.Heading, " "))
	return &told{folded, s.creditsIn(folded)}
}

// nearerAmong is how many of the best pieces are held against near words.
const nearerAmong = 20

// nearer adds to the scores of the best ranked pieces what near words tell in
// them and around them, and ranks them anew. A figure, date, person or name is
// that of the very thing that is asked about, not of one that is near it.
func nearer(v View, r reading, ps []piece) {
	words := sayingWords(v, r)
	if r.Asks.brief() || len(words.words) == 0 {
		return
	}
	passages := map[int]*told{}
	best := ps[:min(nearerAmong, len(ps))]
	for i, p := range best {
		if passages[p.source] == nil {
			passages[p.source] = words.told(p.src)
		}
		best[i].nearWords = coverageOf(words, r, p, passages[p.source]).score()
		best[i].score += best[i].nearWords
	}
	rank(best)
}

// covered is the share of the question's content that a folded passage has,
// with what near words in the piece add to it.
func (c coverage) covered(passage string) float64 {
	return c.reading.covered(passage) + min(c.gained, c.around)
}

// unknown is the share of the question's content that stands nowhere in the
// corpus, and for which nothing stands in the passage.
func (c coverage) unknown() float64 {
	all, told := 0.0, 0.0
	for i, g := range c.reading.Grams {
		all += g.weight
		told += unknownWeight * yes(g.strange) * c.passage[i]
	}
	return max(0, c.reading.Unknown-told) / max(all, 1e-9)
}

// missed is how many pairs of characters the longest run of the question's
// content has that its passage does not tell in any words.
func (c coverage) missed() int {
	return longestOf(len(c.passage), func(i int) bool { return c.passage[i] < toldEnough }, func(int) bool { return true })
}

// strange is the same for what stands nowhere in the corpus: a word such as
// 比特币 that the documents do not have is a run of pairs that they do not have.
func (c coverage) strange() int {
	grams := c.reading.Grams
	lacks := func(i int) bool { return grams[i].strange && c.passage[i] < toldEnough }
	return longestOf(len(grams), lacks, func(i int) bool {
		before := []rune(grams[i-1].text)
		return before[len(before)-1] == []rune(grams[i].text)[0]
	})
}

// longestOf is the length of the longest run of things that lack something,
// each joined to the one before it.
func longestOf(things int, lacks, joined func(i int) bool) int {
	longest, n := 0, 0
	for i := range things {
		switch {
		case !lacks(i):
			n = 0
		case n > 0 && joined(i):
			n++
		default:
			n = 1
		}
		longest = max(longest, n)
	}
	return longest
}

// A saying is the words of a question that say something.
type saying struct {
	asked string // the question that they are cut from
	words []nearness.Word
	most  []float64 // what a near word may count for each
}

// sayingWords cuts a question into them; one in English has none.
func sayingWords(v View, r reading) saying {
	s := saying{asked: retrieval.Asked(r.bare())}
	for _, w := range nearness.Cut(s.asked) {
		if w.Rarity >= sayingLeast {
			s.words = append(s.words, w)
			s.most = append(s.most, math.Pow(v.Rarity(w.Text), rarityPower))
		}
	}
	return s
}

// creditsIn is what the nearest word of a folded text counts for each word.
func (s saying) creditsIn(folded string) []float64 {
	text := nearness.Read(folded)
	out := make([]float64, len(s.words))
	for i, w := range s.words {
		near := (text.Nearest(w) - nearLeast) / (nearMost - nearLeast)
		out[i] = s.most[i] * max(0, min(1, near))
	}
	return out
}

// share is what a gram of the question gets of the words' credits: the mean
// over the words that it is part of.
func (s saying) share(gram string, credits []float64) float64 {
	start := strings.Index(s.asked, gram)
	if start < 0 {
		return 0
	}
	end, sum, n := start+len(gram), 0.0, 0.0
	for i, w := range s.words {
		if w.Start < end && start < w.Start+len(w.Text) {
			sum += credits[i]
			n++
		}
	}
	return sum / max(1, n)
}
