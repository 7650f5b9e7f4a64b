package telegram

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"policybot/internal/han"
)

const (
	// maxUnits is the longest message, in UTF-16 units after parsing:
	// core.telegram.org/bots/api#sendmessage.
	maxUnits = 4096
	// maxMarks stays below the 100 entities that Telegram keeps of a message;
	// the rest it drops without a word.
	maxMarks = 96
)

type style uint8

const (
	bold style = 1 << iota
	italic
	underline
	folded // in a quote that can be unfolded
)

// A run is a stretch of text in one style.
type run struct {
	Text  string `json:"t"`
	Style style  `json:"s,omitempty"`
}

// styled is a message as we mean it. HTML is made from it at the last moment,
// so no text of others can ever be markup.
type styled []run

func (t *styled) add(s style, parts ...string) {
	for _, p := range parts {
		if last := len(*t) - 1; last >= 0 && (*t)[last].Style == s {
			(*t)[last].Text += p
		} else if p != "" {
			*t = append(*t, run{p, s})
		}
	}
}

// plain is the text without its marks.
func (t styled) plain() string {
	var b strings.Builder
	for _, r := range t {
		b.WriteString(r.Text)
	}
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

var tagOf = []struct {
	style style
	tag   string
}{{bold, "b"}, {italic, "i"}, {underline, "u"}}

// html is the message for parse_mode HTML.
func (t styled) html() string {
	var b strings.Builder
	quoted := false
	for _, r := range t {
		if inQuote := r.Style&folded != 0; inQuote != quoted {
			b.WriteString(map[bool]string{true: "<blockquote expandable>", false: "</blockquote>"}[inQuote])
			quoted = inQuote
		}
		for _, s := range tagOf {
			if r.Style&s.style != 0 {
				b.WriteString("<" + s.tag + ">")
			}
		}
		b.WriteString(escaper.Replace(strings.ToValidUTF8(r.Text, "\ufffd")))
		for i := len(tagOf) - 1; i >= 0; i-- {
			if r.Style&tagOf[i].style != 0 {
				b.WriteString("</" + tagOf[i].tag + ">")
			}
		}
	}
	if quoted {
		b.WriteString("</blockquote>")
	}
	return b.String()
}

// units is the length of s in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// marks counts the entities that the message will have.
func (t styled) marks() int {
	n, quoted := 0, false
	for _, r := range t {
		if inQuote := r.Style&folded != 0; inQuote != quoted {
			quoted = inQuote
			if inQuote {
				n++
			}
		}
		for _, s := range tagOf {
			if r.Style&s.style != 0 {
				n++
			}
		}
	}
	return n
}

// cut is the piece of t between two byte offsets of its plain text, without
// white space at its ends.
func (t styled) cut(from, to int) styled {
	text := t.plain()[from:to]
	from += len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	to = max(from, to-(len(text)-len(strings.TrimRightFunc(text, unicode.IsSpace))))
	var out styled
	at := 0
	for _, r := range t {
		lo, hi := max(from-at, 0), min(to-at, len(r.Text))
		if lo < hi {
			out = append(out, run{r.Text[lo:hi], r.Style})
		}
		at += len(r.Text)
	}
	return out
}

func (t styled) fits(limit int) bool { return units(t.plain()) <= limit && t.marks() <= maxMarks }

var citeMarks = regexp.MustCompile(`^( *\[\d+\])+`)

// split cuts a message into parts that Telegram takes, each at most limit
// UTF-16 units and maxMarks marks: at the end of a sentence and its citation
// marks where it can, else at white space, else between two characters.
func (t styled) split(limit int) []styled {
	text := t.plain()
	var ends []int
	for _, s := range han.Sentences(text) {
		ends = append(ends, s.End+len(citeMarks.FindString(text[s.End:])))
	}
	sort.Ints(ends)
	var parts []styled
	for from := 0; from < len(text); {
		to := t.partEnd(text, from, limit, ends)
		if part := t.cut(from, to); len(part) > 0 {
			parts = append(parts, part)
		}
		from = to
	}
	return parts
}

// partEnd is where the part that begins at from ends.
func (t styled) partEnd(text string, from, limit int, ends []int) int {
	if t.cut(from, len(text)).fits(limit) {
		return len(text)
	}
	furthest := func(stops []int) int {
		i := sort.SearchInts(stops, from+1)
		stops = stops[i:]
		n := sort.Search(len(stops), func(j int) bool { return !t.cut(from, stops[j]).fits(limit) })
		if n == 0 {
			return 0
		}
		return stops[n-1]
	}
	if to := furthest(ends); to > 0 {
		return to
	}
	// One sentence longer than a message: look no further than it can reach.
	var spaces, runes []int
	for i, r := range text[from:] {
		if i > limit*utf8.UTFMax {
			break
		}
		if i > 0 {
			runes = append(runes, from+i)
			if unicode.IsSpace(r) {
				spaces = append(spaces, from+i)
			}
		}
	}
	if to := furthest(spaces); to > 0 && units(text[from:to]) > limit/2 {
		return to
	}
	if to := furthest(runes); to > 0 {
		return to
	}
	_, width := utf8.DecodeRuneInString(text[from:])
	return from + width
}
