package telegramtest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An Entity is a marked stretch of a message's text, counted in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
	User   *user  `json:"user,omitempty"`
}

// Units is the length of s in UTF-16 units, as Telegram counts.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// MaxEntities is how many entities a message keeps; Telegram drops the rest
// without a word.
const MaxEntities = 100

var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "a": "text_link",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
	"tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// malformed is a parse error in Telegram's words, which begin in upper case.
func malformed(format string, args ...any) error { return fmt.Errorf(format, args...) }

type openTag struct {
	name, argument string
	offset         int // in UTF-16 units
	begin          int // in bytes of the result
}

// htmlParser walks a text as Telegram's server does (td/telegram/
// MessageEntity.cpp, parse_html): byte by byte, with its error texts.
type htmlParser struct {
	text   string
	i      int
	out    []byte
	units  int
	open   []openTag
	found  []Entity
	halves bool // a reference named half a surrogate pair
}

// ParseHTML reads parse_mode HTML. Its errors are Telegram's own words, with
// the byte offset at which the text went wrong.
func ParseHTML(text string) (string, []Entity, error) {
	p := &htmlParser{text: text}
	for p.i < len(text) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, malformed("Can't find end tag corresponding to start tag \"%s\"", p.open[n-1].name)
	}
	if p.halves {
		return "", nil, malformed("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
	}
	sortEntities(p.found)
	return string(p.out), p.found, nil
}

// at is the byte at i, and 0 at the end, as a C string has it.
func (p *htmlParser) at(i int) byte {
	if i < len(p.text) {
		return p.text[i]
	}
	return 0
}

func (p *htmlParser) step() error {
	switch c := p.text[p.i]; {
	case c == '&':
		if code, next := decodeReference(p.text, p.i); code != 0 {
			p.i = next
			p.units += 1
			if code > 0xffff {
				p.units++
			}
			p.halves = p.halves || code >= 0xd800 && code <= 0xdfff
			p.out = utf8.AppendRune(p.out, code)
			return nil
		}
	case c == '<' && p.at(p.i+1) == '/':
		return p.endTag()
	case c == '<':
		return p.startTag()
	}
	c := p.text[p.i]
	if utf8.RuneStart(c) {
		p.units++
		if c >= 0xf0 {
			p.units++
		}
	}
	p.out = append(p.out, c)
	p.i++
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' && c != '\f' || c == 0 }

func (p *htmlParser) skipSpace() {
	for p.at(p.i) != 0 && isSpace(p.at(p.i)) {
		p.i++
	}
}

func (p *htmlParser) startTag() error {
	begin := p.i
	p.i++
	for !isSpace(p.at(p.i)) && p.at(p.i) != '>' {
		p.i++
	}
	if p.at(p.i) == 0 {
		return malformed("Unclosed start tag at byte offset %d", begin)
	}
	name := strings.ToLower(p.text[begin+1 : p.i])
	if tags[name] == "" {
		return malformed("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	argument := ""
	for p.at(p.i) != '>' {
		p.skipSpace()
		if p.at(p.i) == '>' {
			break
		}
		if err := p.attribute(name, begin, &argument); err != nil {
			return err
		}
	}
	if name == "span" && argument != "spoiler" {
		return malformed("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.i++
	p.open = append(p.open, openTag{name, argument, p.units, len(p.out)})
	return nil
}

func (p *htmlParser) attribute(tag string, begin int, argument *string) error {
	from := p.i
	for !isSpace(p.at(p.i)) && !strings.ContainsRune("=>/\"'", rune(p.at(p.i))) {
		p.i++
	}
	name := p.text[from:p.i]
	if name == "" {
		return malformed("Empty attribute name in the tag \"%s\" at byte offset %d", tag, begin)
	}
	p.skipSpace()
	if p.at(p.i) != '=' {
		if p.at(p.i) == 0 {
			return malformed("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
		}
		if tag == "blockquote" && name == "expandable" {
			*argument = "1"
		}
		return nil
	}
	p.i++
	p.skipSpace()
	if p.at(p.i) == 0 {
		return malformed("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	value, err := p.attributeValue()
	if err != nil {
		return err
	}
	if p.at(p.i) == 0 {
		return malformed("Unclosed start tag at byte offset %d", begin)
	}
	switch {
	case tag == "a" && name == "href", tag == "tg-emoji" && name == "emoji-id":
		*argument = value
	case tag == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		*argument = value[len("language-"):]
	case tag == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		*argument = value[len("tg-"):]
	case tag == "blockquote" && name == "expandable":
		*argument = "1"
	}
	return nil
}

func (p *htmlParser) attributeValue() (string, error) {
	if c := p.at(p.i); c != '\'' && c != '"' {
		from := p.i
		for c := p.at(p.i); c == '.' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'; c = p.at(p.i) {
			p.i++
		}
		if !isSpace(p.at(p.i)) && p.at(p.i) != '>' {
			return "", malformed("Unexpected end of name token at byte offset %d", from)
		}
		return strings.ToLower(p.text[from:p.i]), nil
	}
	var value []byte
	end := p.at(p.i)
	for p.i++; p.at(p.i) != end && p.at(p.i) != 0; {
		if p.at(p.i) == '&' {
			if code, next := decodeReference(p.text, p.i); code != 0 {
				value, p.i = utf8.AppendRune(value, code), next
				continue
			}
		}
		value = append(value, p.at(p.i))
		p.i++
	}
	if p.at(p.i) == end {
		p.i++
	}
	return string(value), nil
}

func (p *htmlParser) endTag() error {
	begin := p.i
	if len(p.open) == 0 {
		return malformed("Unexpected end tag at byte offset %d", begin)
	}
	for p.i++; !isSpace(p.at(p.i)) && p.at(p.i) != '>'; {
		p.i++
	}
	name := strings.ToLower(p.text[begin+2 : p.i])
	p.skipSpace()
	if p.at(p.i) != '>' {
		return malformed("Unclosed end tag at byte offset %d", begin)
	}
	p.i++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return malformed("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == tag.offset {
		return nil
	}
	e := Entity{Type: tags[tag.name], Offset: tag.offset, Length: p.units - tag.offset}
	switch tag.name {
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "a":
		if e.URL = tag.argument; e.URL == "" {
			e.URL = string(p.out[tag.begin:])
		}
		if !strings.Contains(e.URL, ".") && !strings.Contains(e.URL, "://") {
			return nil // no link: Telegram drops the mark and keeps the words
		}
	}
	p.found = append(p.found, e)
	return nil
}

// decodeReference reads the character reference at i; 0 if there is none that
// Telegram knows. The semicolon may be missing.
func decodeReference(s string, i int) (code rune, next int) {
	end := i + 1
	at := func(j int) byte {
		if j < len(s) {
			return s[j]
		}
		return 0
	}
	if at(end) == '#' {
		end++
		base := 10
		if at(end) == 'x' {
			end++
			base = 16
		}
		for d := digit(at(end)); d < base; d = digit(at(end)) {
			if code = code*rune(base) + rune(d); code >= 0x10ffff {
				return 0, i
			}
			end++
		}
		if code == 0 || end-i >= 10 {
			return 0, i
		}
	} else {
		for c := at(end) | 0x20; c >= 'a' && c <= 'z'; c = at(end) | 0x20 {
			end++
		}
		switch s[i+1 : end] {
		case "lt":
			code = '<'
		case "gt":
			code = '>'
		case "amp":
			code = '&'
		case "quot":
			code = '"'
		default:
			return 0, i
		}
	}
	if at(end) == ';' {
		end++
	}
	return code, end
}

// digit is the value of a hexadecimal digit, and 99 for other bytes.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return 99
}

func sortEntities(es []Entity) {
	slices.SortStableFunc(es, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
}

// tidy does to a parsed text what Telegram does before it stores it: control
// characters become spaces, line separators and overlays go, the ends are
// trimmed, and entities beyond the hundredth are dropped.
func tidy(text string, es []Entity) (string, []Entity) {
	var out []rune
	moved := make([]int, 1, len(text)+1) // UTF-16 offset before -> after
	n := 0
	for _, r := range text {
		w := max(1, utf16.RuneLen(r))
		switch {
		case r == '\r', r >= 0x2028 && r <= 0x202e, r == 0x333, r == 0x33f, r == 0x30a:
		case r < ' ' && r != '\n':
			out, n = append(out, ' '), n+w
		default:
			out, n = append(out, r), n+w
		}
		for range w {
			moved = append(moved, n)
		}
	}
	clean := strings.TrimRight(string(out), " \n")
	end := Units(clean)
	kept := strings.TrimLeft(clean, " \n")
	cut := Units(clean) - Units(kept)
	var left []Entity
	for _, e := range es {
		from, to := moved[min(e.Offset, len(moved)-1)], moved[min(e.Offset+e.Length, len(moved)-1)]
		from, to = max(from, cut)-cut, min(to, end)-cut
		if from < to && len(left) < MaxEntities {
			e.Offset, e.Length = from, to-from
			left = append(left, e)
		}
	}
	return kept, left
}
