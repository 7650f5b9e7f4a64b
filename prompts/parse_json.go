package prompts

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// How the braces of a text stand.
type braces int

const (
	unclosed braces = iota
	closed
	tooDeep
)

// balanced finds the end of the object that s begins with, by its braces and
// brackets outside of strings. size is the object's length in bytes.
func balanced(s string) (size int, state braces) {
	depth, inString, escaped := 0, false, false
	for i, r := range s {
		if inString {
			switch {
			case escaped:
				escaped = false
			case r == '\\':
				escaped = true
			case r == '"':
				inString = false
			}
			continue
		}
		switch r {
		case '"':
			inString = true
		case '{', '｛', '[':
			if depth++; depth > maxDepth {
				return 0, tooDeep
			}
		case '}', '｝', ']':
			if depth--; depth <= 0 {
				return i + len(string(r)), closed
			}
		}
	}
	return 0, unclosed
}

// decode reads an object: as JSON, or else as what it was meant to be.
func decode(s string) (map[string]any, bool) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var v map[string]any
	if dec.Decode(&v) == nil && !dec.More() {
		return v, v != nil
	}
	r := &relaxed{s: []rune(s)}
	got, ok := r.value(0)
	r.blank()
	object, isObject := got.(map[string]any)
	return object, ok && isObject && r.at == len(r.s)
}

// A relaxed reads JSON as models write it: with trailing or missing commas,
// single, full-width or curly quotation marks, unescaped ones inside a string,
// bare keys, line breaks in strings, Python's True and None.
type relaxed struct {
	s  []rune
	at int
}

func (r *relaxed) peek() rune {
	if r.at < len(r.s) {
		return r.s[r.at]
	}
	return 0
}

func (r *relaxed) blank() {
	for r.at < len(r.s) && (unicode.IsSpace(r.s[r.at]) || r.s[r.at] == '\ufeff') {
		r.at++
	}
}

// commas skips blanks and any commas.
func (r *relaxed) commas() {
	for r.blank(); strings.ContainsRune(",，", r.peek()) && r.at < len(r.s); r.blank() {
		r.at++
	}
}

const quoteMarks = `"'“”＂‘`

func (r *relaxed) value(depth int) (any, bool) {
	r.blank()
	c := r.peek()
	switch {
	case depth > maxDepth || r.at >= len(r.s):
		return nil, false
	case c == '{' || c == '｛':
		return r.object(depth)
	case c == '[' || c == '［':
		return r.array(depth)
	case strings.ContainsRune(quoteMarks, c):
		return r.text(false)
	}
	return r.bare(",，}｝]］\n")
}

func (r *relaxed) object(depth int) (any, bool) {
	r.at++
	out := make(map[string]any)
	for {
		r.commas()
		c := r.peek()
		switch {
		case r.at >= len(r.s):
			return nil, false
		case c == '}' || c == '｝':
			r.at++
			return out, true
		}
		var key any
		var ok bool
		if strings.ContainsRune(quoteMarks, c) {
			key, ok = r.text(true)
		} else {
			key, ok = r.bare(":：,，{}[]\n ")
		}
		name, isText := key.(string)
		r.blank()
		if !ok || !isText || r.peek() != ':' && r.peek() != '：' {
			return nil, false
		}
		r.at++
		if out[name], ok = r.value(depth + 1); !ok {
			return nil, false
		}
	}
}

func (r *relaxed) array(depth int) (any, bool) {
	r.at++
	out := []any{}
	for {
		r.commas()
		switch c := r.peek(); {
		case r.at >= len(r.s):
			return nil, false
		case c == ']' || c == '］':
			r.at++
			return out, true
		}
		v, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		out = append(out, v)
	}
}

// bare reads a value or key without quotation marks, up to one of the stops.
func (r *relaxed) bare(stops string) (any, bool) {
	start := r.at
	for r.at < len(r.s) && !strings.ContainsRune(stops, r.s[r.at]) {
		r.at++
	}
	word := strings.TrimSpace(string(r.s[start:r.at]))
	switch strings.ToLower(word) {
	case "":
		return nil, false
	case "null", "none":
		return nil, true
	case "true":
		return true, true
	case "false":
		return false, true
	}
	if _, err := strconv.ParseFloat(word, 64); err == nil {
		return json.Number(word), true
	}
	return word, true
}

// text reads a string. Its closing mark is the first that is followed by what
// may follow a key or a value; others are part of the text.
func (r *relaxed) text(key bool) (any, bool) {
	closers := map[rune]string{'“': `”“"`, '”': `”“"`, '‘': `’'`, '\'': `'’`}[r.peek()]
	if closers == "" {
		closers = `"＂`
	}
	var b strings.Builder
	for r.at++; r.at < len(r.s); r.at++ {
		c := r.s[r.at]
		switch {
		case c == '\\' && r.at+1 < len(r.s):
			r.at++
			b.WriteRune(r.escape())
		case strings.ContainsRune(closers, c) && r.closes(key):
			r.at++
			return b.String(), true
		default:
			b.WriteRune(c)
		}
	}
	return nil, false
}

// escape is the character that the escape at r.at stands for.
func (r *relaxed) escape() rune {
	switch c := r.s[r.at]; c {
	case 'n', 'r':
		return '\n'
	case 't', 'b', 'f':
		return ' '
	case 'u':
		if one, ok := r.hex(r.at + 1); ok {
			r.at += 4
			if two, ok := r.hex(r.at + 3); utf16.IsSurrogate(one) && ok && r.s[r.at+1] == '\\' && r.s[r.at+2] == 'u' {
				r.at += 6
				return utf16.DecodeRune(one, two)
			}
			return one
		}
		return c
	default:
		return c
	}
}

func (r *relaxed) hex(at int) (rune, bool) {
	if at+4 > len(r.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.s[at:at+4]), 16, 16)
	return rune(n), err == nil
}

// closes reports whether the quotation mark at r.at ends a key or a value.
func (r *relaxed) closes(key bool) bool {
	ahead := relaxed{s: r.s, at: r.at + 1}
	ahead.blank()
	c := ahead.peek()
	switch {
	case key:
		return c == ':' || c == '：'
	case ahead.at >= len(r.s):
		return true
	case strings.ContainsRune("}｝]］", c):
		return true
	case c == ',' || c == '，':
		ahead.at++
		ahead.blank()
		return strings.ContainsRune(quoteMarks+"{｛[［}｝]］", ahead.peek()) || unicode.IsDigit(ahead.peek()) || ahead.bareKey()
	}
	return false
}

// bareKey reports whether a word of Latin letters and a colon stand at r.at.
func (r *relaxed) bareKey() bool {
	at := r.at
	for at < len(r.s) && (r.s[at] == '_' || r.s[at] < unicode.MaxASCII && unicode.IsLetter(r.s[at])) {
		at++
	}
	return at > r.at && at < len(r.s) && r.s[at] == ':'
}
