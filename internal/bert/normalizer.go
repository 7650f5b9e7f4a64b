package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A normalizer prepares a text, which is valid UTF-8, and gives such a one.
type normalizer func(text string) string

const (
	// maxSteps bounds how many steps may prepare a text, and maxNesting how deep
	// they are nested; usual files have two.
	maxSteps, maxNesting = 16, 4
	// longestText is how many bytes of a text are prepared, far more than become
	// the tokens that a model takes.
	longestText = 1 << 20
)

// readNormalizer reads the normalizer of a tokenizer.json. An absent one leaves
// texts as they are.
func readNormalizer(part json.RawMessage) (normalizer, error) {
	steps, err := readSteps(part, maxNesting)
	if len(steps) > maxSteps {
		return nil, fmt.Errorf("the tokenizer prepares texts in %d steps", len(steps))
	}
	return func(text string) string {
		for _, step := range steps {
			text = step(clip(text))
		}
		return clip(text)
	}, err
}

// clip is the beginning of text that is prepared, in whole characters.
func clip(text string) string {
	if len(text) <= longestText {
		return text
	}
	return strings.ToValidUTF8(text[:longestText], "")
}

func readSteps(part json.RawMessage, nesting int) ([]normalizer, error) {
	var f struct {
		Type     string            `json:"type"`
		Parts    []json.RawMessage `json:"normalizers"`
		Charsmap []byte            `json:"precompiled_charsmap"` // in base64
		Left     bool              `json:"strip_left"`
		Right    bool              `json:"strip_right"`
	}
	if err := unmarshal(part, &f); err != nil {
		return nil, err
	}
	one := func(n normalizer) ([]normalizer, error) { return []normalizer{n}, nil }
	switch f.Type {
	case "":
		return nil, nil
	case "Sequence":
		if nesting == 0 {
			return nil, errors.New("the tokenizer's normalizers are nested too deep")
		}
		var steps []normalizer
		for _, p := range f.Parts {
			more, err := readSteps(p, nesting-1)
			if err != nil {
				return nil, err
			}
			steps = append(steps, more...)
		}
		return steps, nil
	case "Precompiled":
		m, err := readCharsmap(f.Charsmap)
		if err != nil {
			return nil, err
		}
		return one(m.normalize)
	case "Replace":
		n, err := readReplacement(part)
		if err != nil {
			return nil, err
		}
		return one(n)
	case "Strip":
		return one(func(text string) string {
			if f.Left {
				text = strings.TrimLeftFunc(text, unicode.IsSpace)
			}
			if f.Right {
				text = strings.TrimRightFunc(text, unicode.IsSpace)
			}
			return text
		})
	case "NFC":
		return one(norm.NFC.String)
	case "NFD":
		return one(norm.NFD.String)
	case "NFKC":
		return one(norm.NFKC.String)
	case "NFKD":
		return one(norm.NFKD.String)
	}
	return nil, fmt.Errorf("the tokenizer prepares texts by %q, which is not known here", short(f.Type))
}

// runsOfSpaces is the one regular expression that is known, which the library's
// converter writes.
const runsOfSpaces = " {2,}"

// readReplacement reads what replaces a string, or runs of spaces.
func readReplacement(part json.RawMessage) (normalizer, error) {
	var f struct {
		Pattern struct {
			String string
			Regex  string
		} `json:"pattern"`
		Content string `json:"content"`
	}
	if err := unmarshal(part, &f); err != nil {
		return nil, err
	}
	content := strings.ToValidUTF8(f.Content, "")
	switch {
	case len(content) > utf8.UTFMax: // a step cannot make a long text of a short one
		return nil, fmt.Errorf("the tokenizer replaces a pattern by %d bytes", len(content))
	case f.Pattern.String != "" && f.Pattern.Regex == "":
		return func(text string) string { return strings.ReplaceAll(text, f.Pattern.String, content) }, nil
	case f.Pattern.String == "" && f.Pattern.Regex == runsOfSpaces:
		return func(text string) string { return replaceRuns(text, content) }, nil
	}
	return nil, fmt.Errorf("the tokenizer replaces the pattern %q, which is not known here", short(f.Pattern.Regex))
}

// replaceRuns replaces two and more spaces that follow each other.
func replaceRuns(text, content string) string {
	if !strings.Contains(text, "  ") {
		return text
	}
	var out strings.Builder
	for {
		at := strings.Index(text, "  ")
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:at])
		out.WriteString(content)
		text = strings.TrimLeft(text[at:], " ")
	}
}

// A wordSplitter cuts a text into words, each of which begins with a mark in
// the place of the space before it.
type wordSplitter struct {
	mark    string
	white   bool // all white space parts words, not only spaces
	prepend bool // a word that had no space before it gets the mark too
	whole   bool // what is marked is not cut at the marks
}

// readWordSplitter reads a pre-tokenizer that is a Metaspace, or that and a
// WhitespaceSplit before it.
func readWordSplitter(part json.RawMessage) (wordSplitter, error) {
	type metaspace struct {
		Type    string            `json:"type"`
		Parts   []json.RawMessage `json:"pretokenizers"`
		Mark    string            `json:"replacement"`
		Prefix  *bool             `json:"add_prefix_space"` // of older files
		Prepend string            `json:"prepend_scheme"`
		Split   *bool             `json:"split"`
	}
	f := metaspace{Mark: "▁"}
	if err := unmarshal(part, &f); err != nil {
		return wordSplitter{}, err
	}
	s := wordSplitter{}
	if f.Type == "Sequence" && len(f.Parts) == 2 {
		first, err := typeOf(f.Parts[0])
		if err != nil {
			return s, err
		}
		last := f.Parts[1]
		f = metaspace{Mark: "▁"}
		if s.white = first == "WhitespaceSplit"; s.white {
			if err := unmarshal(last, &f); err != nil {
				return s, err
			}
		}
	}
	if f.Type != "Metaspace" || len([]rune(f.Mark)) != 1 {
		return s, errors.New("the tokenizer does not part words as SentencePiece does")
	}
	s.mark, s.whole = f.Mark, f.Split != nil && !*f.Split
	switch {
	case f.Prepend == "":
		s.prepend = f.Prefix == nil || *f.Prefix
	case f.Prepend == "always", f.Prepend == "first" && !s.white: // all of the text is the first part
		s.prepend = true
	case f.Prepend == "never":
	default:
		return s, fmt.Errorf("the tokenizer marks words in the way %q, which is not known here", short(f.Prepend))
	}
	return s, nil
}

// each visits the words of text, none of which is empty, until visit returns
// false.
func (s wordSplitter) each(text string, visit func(word string) bool) {
	if !s.white {
		s.marked(text, visit)
		return
	}
	for word := range strings.FieldsSeq(text) {
		if !s.marked(word, visit) {
			return
		}
	}
}

// marked visits what a part of the text is cut into, and reports whether to go
// on.
func (s wordSplitter) marked(part string, visit func(word string) bool) bool {
	if part == "" {
		return true
	}
	part = strings.ReplaceAll(part, " ", s.mark)
	if s.prepend && !strings.HasPrefix(part, s.mark) {
		part = s.mark + part
	}
	for part != "" {
		end := len(part)
		if !s.whole {
			if next := strings.Index(part[1:], s.mark); next >= 0 {
				end = 1 + next
			}
		}
		if !visit(part[:end]) {
			return false
		}
		part = part[end:]
	}
	return true
}
