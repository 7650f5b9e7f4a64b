package bert

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// unknownPenalty is how much less than the rarest piece a character counts
	// that no piece has; SentencePiece's kUnkPenalty.
	unknownPenalty = 10
	// largestScore is far beyond any logarithm of a probability.
	largestScore = 1e6
)

// A unigram is the tokenizer of SentencePiece's unigram language model (Kudo,
// 2018), as the Tokenizers library computes it: a word is cut into the pieces
// whose scores, logarithms of their probabilities, have the highest sum.
type unigram struct {
	pieces       []string // in order, so that those with the same beginning stand together
	ids          []int32  // of pieces
	scores       []float64
	first        [257]int32 // the first piece that begins with a byte, or a higher one
	unknown      int32
	unknownScore float64
	single       *[256]int32 // the pieces of single bytes that stand for what is unknown, if there are any
	rows         int
	begin, end   int32
	normalize    normalizer
	words        wordSplitter
}

// readUnigram reads a tokenizer whose model is of the type Unigram.
func readUnigram(f tokenizerFile) (*unigram, error) {
	var vocabulary []scoredPiece
	if err := unmarshal(f.Model.Vocabulary, &vocabulary); err != nil {
		return nil, err
	}
	n, unknown := len(vocabulary), f.Model.UnknownID
	switch {
	case n == 0 || n > maxVocabulary:
		return nil, fmt.Errorf("the tokenizer has a vocabulary of %d words", n)
	case unknown == nil || *unknown < 0 || int(*unknown) >= n:
		return nil, errors.New("the tokenizer has no piece for what is unknown")
	}
	t := &unigram{unknown: *unknown, rows: n}
	marks := map[int32]bool{t.unknown: true}
	for _, added := range f.AddedTokens {
		if added.ID < 0 || int(added.ID) >= maxVocabulary {
			return nil, fmt.Errorf("the tokenizer has a mark with the number %d", added.ID)
		}
		if added.Special {
			marks[added.ID] = true
		}
	}
	if err := t.setPieces(vocabulary, marks); err != nil {
		return nil, err
	}
	if f.Model.Bytes {
		t.setBytes(vocabulary)
	}
	var err error
	if t.begin, t.end, err = readMarks(f.PostProcessor); err != nil {
		return nil, err
	}
	t.rows = max(t.rows, int(t.begin)+1, int(t.end)+1)
	if t.normalize, err = readNormalizer(f.Normalizer); err != nil {
		return nil, err
	}
	t.words, err = readWordSplitter(f.PreTokenizer)
	return t, err
}

// A scoredPiece is an entry of the vocabulary: ["piece", score].
type scoredPiece struct {
	piece string
	score float64
}

// UnmarshalJSON reads the two values.
func (p *scoredPiece) UnmarshalJSON(b []byte) error {
	comma := bytes.LastIndexByte(b, ',')
	if comma < 1 || b[0] != '[' {
		return errors.New("an entry of the vocabulary is not a piece and its score")
	}
	score, err := strconv.ParseFloat(string(bytes.TrimSpace(b[comma+1:len(b)-1])), 64)
	if err != nil {
		return fmt.Errorf("an entry of the vocabulary has no score: %w", err)
	}
	p.score = score
	piece := bytes.TrimSpace(b[1:comma])
	if last := len(piece) - 1; last > 0 && piece[0] == '"' && piece[last] == '"' && !bytes.ContainsAny(piece[1:last], `"\`) {
		p.piece = strings.ToValidUTF8(string(piece[1:last]), "\ufffd") // all but a few, in a tenth of the time
		return nil
	}
	return json.Unmarshal(piece, &p.piece)
}

// setPieces puts the pieces in order. Marks are no pieces of a text.
func (t *unigram) setPieces(vocabulary []scoredPiece, marks map[int32]bool) error {
	order := make([]int32, 0, len(vocabulary))
	lowestScore := math.Inf(1)
	for i, p := range vocabulary {
		if !(math.Abs(p.score) <= largestScore) || len(p.piece) > longestWord {
			return fmt.Errorf("the vocabulary has %q with the score %g", short(p.piece), p.score)
		}
		lowestScore = min(lowestScore, p.score)
		if p.piece != "" && !marks[int32(i)] {
			order = append(order, int32(i))
		}
	}
	t.unknownScore = lowestScore - unknownPenalty
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(vocabulary[a].piece, vocabulary[b].piece), cmp.Compare(a, b))
	})
	for _, id := range order {
		p := vocabulary[id]
		if last := len(t.pieces) - 1; last >= 0 && t.pieces[last] == p.piece { // the library keeps the last one
			t.ids[last], t.scores[last] = id, p.score
			continue
		}
		t.pieces, t.ids, t.scores = append(t.pieces, p.piece), append(t.ids, id), append(t.scores, p.score)
	}
	for c, i := 0, 0; c < len(t.first); c++ {
		for i < len(t.pieces) && int(t.pieces[i][0]) < c {
			i++
		}
		t.first[c] = int32(i)
	}
	return nil
}

// setBytes finds the pieces of single bytes, such as <0x0A>. If one is absent
// none is used.
func (t *unigram) setBytes(vocabulary []scoredPiece) {
	ids := map[string]int32{}
	for i, p := range vocabulary {
		ids[p.piece] = int32(i)
	}
	var single [256]int32
	for c := range single {
		id, ok := ids[fmt.Sprintf("<0x%02X>", c)]
		if !ok {
			return
		}
		single[c] = id
	}
	t.single = &single
}

func (t *unigram) size() int { return t.rows }

func (t *unigram) encode(ids []int32, text string, limit int) []int32 {
	last := len(ids) + limit - 1
	ids = append(ids, t.begin)
	var l lattice
	t.words.each(t.normalize(strings.ToValidUTF8(clip(text), "\ufffd")), func(word string) bool {
		ids = t.cut(ids, word, &l)
		return len(ids) < last
	})
	return append(ids[:min(len(ids), last)], t.end)
}

// A lattice is the memory in which a word is cut: of the best way to each of
// its bytes the score, where its last piece begins and which one it is.
type lattice struct {
	score []float64
	from  []int32
	piece []int32
}

// cut appends the pieces of word, which is valid UTF-8. Unknown characters
// that follow each other are one.
func (t *unigram) cut(ids []int32, word string, l *lattice) []int32 {
	n := len(word) + 1
	l.score = slices.Grow(l.score[:0], n)[:n]
	l.from, l.piece = slices.Grow(l.from[:0], n)[:n], slices.Grow(l.piece[:0], n)[:n]
	for i := range l.from {
		l.from[i] = -1
	}
	l.score[0] = 0
	for at, r := range word {
		width := utf8.RuneLen(r)
		if !t.reach(l, word, at, width) {
			l.improve(at, at+width, l.score[at]+t.unknownScore, t.unknown)
		}
	}
	begin := len(ids)
	for to := len(word); to > 0; {
		from := int(l.from[to])
		if l.piece[to] != t.unknown {
			ids, to = append(ids, l.piece[to]), from
			continue
		}
		for from > 0 && l.piece[from] == t.unknown {
			from = int(l.from[from])
		}
		ids, to = t.appendUnknown(ids, word[from:to]), from
	}
	slices.Reverse(ids[begin:])
	return ids
}

// reach takes all pieces that word has at a place, and reports whether one of
// them is the one character there, of so many bytes.
func (t *unigram) reach(l *lattice, word string, at, width int) (single bool) {
	low, high := int(t.first[word[at]]), int(t.first[int(word[at])+1])
	for length := 1; low < high; length++ {
		if len(t.pieces[low]) == length {
			l.improve(at, at+length, l.score[at]+t.scores[low], t.ids[low])
			single = single || length == width
			low++
		}
		if at+length == len(word) {
			break
		}
		// All pieces from low to high begin with the same length bytes and have
		// more.
		next := word[at+length]
		low += sort.Search(high-low, func(i int) bool { return t.pieces[low+i][length] >= next })
		high = low + sort.Search(high-low, func(i int) bool { return t.pieces[low+i][length] > next })
	}
	return single
}

// improve keeps a way to a place if it is the first or better than the one
// there.
func (l *lattice) improve(from, to int, score float64, piece int32) {
	if l.from[to] < 0 || score > l.score[to] {
		l.score[to], l.from[to], l.piece[to] = score, int32(from), piece
	}
}

// appendUnknown appends, from the last to the first, what stands for unknown
// characters.
func (t *unigram) appendUnknown(ids []int32, characters string) []int32 {
	if t.single == nil {
		return append(ids, t.unknown)
	}
	for i := len(characters) - 1; i >= 0; i-- {
		ids = append(ids, t.single[characters[i]])
	}
	return ids
}

// readMarks reads which marks stand before and after a text.
func readMarks(part json.RawMessage) (begin, end int32, err error) {
	var f struct {
		Type   string `json:"type"`
		Single []struct {
			Mark *struct {
				ID string `json:"id"`
			} `json:"SpecialToken"`
			Sequence *struct{} `json:"Sequence"`
		} `json:"single"`
		Marks map[string]struct {
			IDs []int32 `json:"ids"`
		} `json:"special_tokens"`
		// Of RobertaProcessing, a mark and its number:
		First []any `json:"cls"`
		Last  []any `json:"sep"`
	}
	if err := unmarshal(part, &f); err != nil {
		return 0, 0, err
	}
	var first, last []int32
	switch s := f.Single; {
	case f.Type == "RobertaProcessing":
		first, last = numberOf(f.First), numberOf(f.Last)
	case f.Type == "TemplateProcessing" && len(s) == 3 && s[0].Mark != nil && s[1].Sequence != nil && s[2].Mark != nil:
		first, last = f.Marks[s[0].Mark.ID].IDs, f.Marks[s[2].Mark.ID].IDs
	default:
		return 0, 0, errors.New("the tokenizer does not put one mark before a text and one after it")
	}
	if len(first) != 1 || len(last) != 1 || min(first[0], last[0]) < 0 || max(first[0], last[0]) >= maxVocabulary {
		return 0, 0, errors.New("the tokenizer's marks before and after a text have no numbers")
	}
	return first[0], last[0], nil
}

// numberOf is the number of a pair of a mark and its number.
func numberOf(pair []any) []int32 {
	if len(pair) != 2 {
		return nil
	}
	number, ok := pair[1].(float64)
	if !ok || !(math.Abs(number) < maxVocabulary) {
		return nil
	}
	return []int32{int32(number)}
}
