package bert

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord in bytes is more than a piece of a word ever has.
const longestWord = 1 << 10

// A wordPiece is BERT's tokenizer: spaces and punctuation part words, each
// Chinese character is a word, and a word is the longest pieces that the
// vocabulary has, from the left (WordPiece).
type wordPiece struct {
	vocabulary     map[string]int32
	continuing     string // stands before pieces that do not begin a word
	longest        int    // bytes of the longest piece
	maxRunes       int    // longer words are unknown as a whole
	cls, sep, unk  int32
	clean, chinese bool
	lower, strip   bool
}

func readWordPiece(f tokenizerFile, lowercase *bool) (*wordPiece, error) {
	var n struct {
		Type         string `json:"type"`
		CleanText    bool   `json:"clean_text"`
		ChineseChars bool   `json:"handle_chinese_chars"`
		StripAccents *bool  `json:"strip_accents"`
		Lowercase    bool   `json:"lowercase"`
	}
	var vocabulary map[string]int32
	if err := errors.Join(unmarshal(f.Normalizer, &n), unmarshal(f.Model.Vocabulary, &vocabulary)); err != nil {
		return nil, err
	}
	parted, err := typeOf(f.PreTokenizer)
	switch {
	case err != nil:
		return nil, err
	case n.Type != "BertNormalizer" || parted != "BertPreTokenizer":
		return nil, errors.New("the tokenizer does not prepare texts as BERT does")
	case len(vocabulary) == 0 || len(vocabulary) > maxVocabulary:
		return nil, fmt.Errorf("the tokenizer has a vocabulary of %d words", len(vocabulary))
	}
	t := &wordPiece{
		vocabulary: vocabulary, continuing: f.Model.Continuing, maxRunes: f.Model.MaxRunes,
		clean: n.CleanText, chinese: n.ChineseChars, lower: n.Lowercase,
	}
	if lowercase != nil {
		t.lower = *lowercase
	}
	t.strip = t.lower
	if n.StripAccents != nil {
		t.strip = *n.StripAccents
	}
	if t.maxRunes <= 0 || t.maxRunes > longestWord {
		t.maxRunes = 100
	}
	for word, id := range t.vocabulary {
		if id < 0 || len(word) > longestWord {
			return nil, fmt.Errorf("the vocabulary has %q with the number %d", short(word), id)
		}
		t.longest = max(t.longest, len(word))
	}
	return t, t.findSpecial(f.Model.Unknown)
}

func (t *wordPiece) findSpecial(unknown string) error {
	for _, s := range []struct {
		word string
		id   *int32
	}{{"[CLS]", &t.cls}, {"[SEP]", &t.sep}, {unknown, &t.unk}} {
		id, ok := t.vocabulary[s.word]
		if !ok {
			return fmt.Errorf("the vocabulary lacks %q", short(s.word))
		}
		*s.id = id
	}
	return nil
}

// size is how many rows the vocabulary's numbers need.
func (t *wordPiece) size() int {
	var most int32
	for _, id := range t.vocabulary {
		most = max(most, id)
	}
	return int(most) + 1
}

func (t *wordPiece) encode(ids []int32, text string, limit int) []int32 {
	last := len(ids) + limit - 1
	ids = append(ids, t.cls)
	t.eachWord(text, func(word string) bool {
		ids = t.pieces(ids, word)
		return len(ids) < last
	})
	return append(ids[:min(len(ids), last)], t.sep)
}

// eachWord visits the words of text until visit returns false.
func (t *wordPiece) eachWord(text string, visit func(word string) bool) {
	if t.strip {
		text = norm.NFD.String(strings.ToValidUTF8(text, ""))
	}
	var word []byte
	end := func() bool {
		more := len(word) == 0 || visit(string(word))
		word = word[:0]
		return more
	}
	for _, r := range text {
		switch {
		case t.clean && dropped(r), t.strip && unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r):
			if !end() {
				return
			}
		case t.chinese && chineseCharacter(r), punctuation(r):
			if !end() || !visit(string(t.lowered(nil, r))) {
				return
			}
		default:
			word = t.lowered(word, r)
		}
	}
	end()
}

// lowered appends r in lower case, which may be several characters.
func (t *wordPiece) lowered(word []byte, r rune) []byte {
	switch {
	case !t.lower:
		return utf8.AppendRune(word, r)
	case r == 'İ': // the one character whose lower case is two
		return append(word, "i̇"...)
	}
	return utf8.AppendRune(word, unicode.ToLower(r))
}

// pieces appends the longest known pieces of word from the left, or the number
// of the unknown when they do not make up the whole word.
func (t *wordPiece) pieces(ids []int32, word string) []int32 {
	if utf8.RuneCountInString(word) > t.maxRunes {
		return append(ids, t.unk)
	}
	begin := len(ids)
	var piece []byte
	for from := 0; from < len(word); {
		piece = piece[:0]
		if from > 0 {
			piece = append(piece, t.continuing...)
		}
		prefix := len(piece)
		piece = append(piece, word[from:min(len(word), from+t.longest)]...)
		id, ok := t.vocabulary[string(piece)]
		for !ok && len(piece) > prefix {
			_, size := utf8.DecodeLastRune(piece[prefix:])
			piece = piece[:len(piece)-size]
			if len(piece) > prefix {
				id, ok = t.vocabulary[string(piece)]
			}
		}
		if !ok {
			return append(ids[:begin], t.unk)
		}
		ids, from = append(ids, id), from+len(piece)-prefix
	}
	return ids
}

// dropped reports whether cleaning a text takes r out: control, format and
// private characters, and what stands for broken bytes.
func dropped(r rune) bool {
	switch r {
	case '\t', '\n', '\r':
		return false
	case 0, utf8.RuneError:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

// punctuation is any of Unicode's, and all signs of ASCII.
func punctuation(r rune) bool {
	return r < 0x80 && r > ' ' && !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == 0x7f) || unicode.IsPunct(r)
}

// chineseCharacter is what BERT takes for one: the ideographs of CJK.
func chineseCharacter(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x4dbf, 0x4e00 <= r && r <= 0x9fff, 0xf900 <= r && r <= 0xfaff,
		0x20000 <= r && r <= 0x2a6df, 0x2a700 <= r && r <= 0x2b73f, 0x2b740 <= r && r <= 0x2b81f,
		0x2b920 <= r && r <= 0x2ceaf, 0x2f800 <= r && r <= 0x2fa1f:
		return true
	}
	return false
}
