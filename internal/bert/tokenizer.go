package bert

import (
	"bytes"
	"encoding/json"
	"fmt"
)

const (
	// maxVocabulary bounds the words of a tokenizer; multilingual ones have
	// 250,000.
	maxVocabulary = 1 << 20
	// maxTokenizer is how many bytes the file of a tokenizer may have; that of
	// 250,000 words has 17 MB.
	maxTokenizer = 64 << 20
)

// A tokenizer cuts texts into the pieces that a model knows. It is safe for
// concurrent use.
type tokenizer interface {
	// encode appends the numbers of text's pieces to ids, between the mark of the
	// beginning and that of the end, at most limit numbers in all; what is longer
	// is cut off. Marks that stand in the text itself are text.
	encode(ids []int32, text string, limit int) []int32
	// size is how many rows the vocabulary's numbers need.
	size() int
}

// tokenizerFile is what is read of a tokenizer.json of the Tokenizers library,
// whose parts each have a type.
type tokenizerFile struct {
	AddedTokens []struct {
		ID      int32 `json:"id"`
		Special bool  `json:"special"`
	} `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Model         struct {
		Type       string          `json:"type"`
		Vocabulary json.RawMessage `json:"vocab"`
		// Of WordPiece:
		Unknown    string `json:"unk_token"`
		Continuing string `json:"continuing_subword_prefix"`
		MaxRunes   int    `json:"max_input_chars_per_word"`
		// Of Unigram:
		UnknownID *int32 `json:"unk_id"`
		Bytes     bool   `json:"byte_fallback"`
	} `json:"model"`
}

// readTokenizer reads a tokenizer.json. Lowercase overrules what it says of
// capital letters when it is not nil.
func readTokenizer(data []byte, lowercase *bool) (tokenizer, error) {
	var f tokenizerFile
	if err := unmarshal(data, &f); err != nil {
		return nil, err
	}
	kind := f.Model.Type
	if kind == "" { // older files do not say
		kind = "WordPiece"
		if bytes.HasPrefix(f.Model.Vocabulary, []byte("[")) {
			kind = "Unigram"
		}
	}
	switch {
	case kind == "WordPiece":
		return readWordPiece(f, lowercase)
	case kind == "Unigram" && lowercase == nil:
		return readUnigram(f)
	case kind == "Unigram":
		return nil, fmt.Errorf("a tokenizer of the type %q keeps to its file about capital letters", kind)
	}
	return nil, fmt.Errorf("the tokenizer is of the type %q, only WordPiece and Unigram are read", short(f.Model.Type))
}

// unmarshal reads a part of the file. What is absent leaves to as it is.
func unmarshal(part []byte, to any) error {
	if len(part) == 0 {
		return nil
	}
	if err := json.Unmarshal(part, to); err != nil {
		return fmt.Errorf("the tokenizer file cannot be read: %w", err)
	}
	return nil
}

// typeOf is the type of a part of the file, "" if it has none.
func typeOf(part []byte) (string, error) {
	var t struct {
		Type string `json:"type"`
	}
	err := unmarshal(part, &t)
	return t.Type, err
}
