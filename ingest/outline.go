package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// A unit is the least piece of a text that is not cut: a sentence, or a whole
// heading.
type unit struct {
	start, end int
	runes      int      // white space aside
	path       []string // the headings it stands under, its own among them
	opens      opening
	heading    bool // a heading on a line of its own
	leads      bool // it announces what follows, with a colon
	// The pages on which its paragraph begins and ends; 0 without pages.
	page, lastPage int
}

// An opening says what begins with a unit.
type opening int

const (
	opensClause    opening = iota // a part of a sentence
	opensItem                     // a sentence behind a semicolon
	opensSentence                 // a sentence
	opensParagraph                // a line
	opensPart                     // a numbered paragraph
	opensHeading                  // a heading of its own
)

// A paragraph is one line of the cleaned text.
type paragraph struct {
	han.Span
	text   string
	runes  int
	marker marker
	known  known
}

// outline cuts a cleaned text into units and finds the headings each stands
// under.
func outline(text string, lines []line) []unit {
	ps := paragraphsOf(text, lines)
	first := 0 // the first line that reads as text; titles before it are no headings
	for first < len(ps) && !(hasStop(ps[first].text) && ps[first].runes >= 30) {
		first++
	}
	var units []unit
	var stack headings
	for i, p := range ps {
		if heads(ps, i, first) {
			continues := len(units) > 0 && units[len(units)-1].heading
			stack.push(p.marker, strings.TrimSpace(strings.TrimLeft(p.text, "#")), continues)
			units = append(units, unit{start: p.Start, end: p.End, runes: p.runes, path: stack.path(), opens: opensHeading, heading: true,
				page: p.known.page, lastPage: p.known.lastPage})
			continue
		}
		units = stack.sentences(units, p)
	}
	return units
}

// paragraphsOf cuts a text into its lines; lines, unless nil, says what their
// format knows of them, one by one.
func paragraphsOf(text string, lines []line) []paragraph {
	var ps []paragraph
	at, i := 0, 0
	for words := range strings.SplitAfterSeq(text, "\n") {
		if t := strings.TrimSpace(words); t != "" {
			start := at + strings.Index(words, t)
			p := paragraph{Span: han.Span{Start: start, End: start + len(t)}, text: t, runes: inkLength(t), marker: markerOf(t)}
			if i < len(lines) {
				p.known = lines[i].known
			}
			switch {
			case p.known.level > 0:
				p.marker = marker{kind: hash, number: p.known.level}
			case p.known.row:
				p.marker = marker{}
			}
			ps = append(ps, p)
		}
		at += len(words)
		i++
	}
	return ps
}

// inkLength is the number of characters of s, white space aside: the measure
// of passages.
func inkLength(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if plainAt(s, i) {
			i, n = i+3, n+1
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			n++
		}
		i += width
	}
	return n
}

// heads reports whether line i is a heading of what follows it.
func heads(ps []paragraph, i, first int) bool {
	p := ps[i]
	if p.marker.kind == hash {
		return true
	}
	if i+1 >= len(ps) || p.known.row || !headingShape(p.text) || onlyUnit.MatchString(p.text) || strings.Contains(p.text, spamMark) {
		return false
	}
	next := ps[i+1]
	switch p.marker.kind {
	case part, chapter, section:
		return true
	case dash, bullet, arabicParen, circled:
		return false
	case noMarker, bracketed:
		if i < first || endsSentence(p.text) && p.marker.kind == noMarker || isSignature(p.text) {
			return false
		}
		if i > 0 && strings.HasSuffix(ps[i-1].text, "：") || utf8.RuneCountInString(p.text) < 4 {
			return false
		}
		if next.marker.kind == noMarker && headingShape(next.text) && i+2 < len(ps) {
			next = ps[i+2] // two lines of heading
		}
		return next.runes >= 40 && hasStop(next.text) || next.marker.kind > hash && next.marker.kind < dash
	}
	return next.marker.kind != p.marker.kind
}

// isSignature reports whether a line is a date or a contact, as stand at the
// end of official documents.
func isSignature(s string) bool {
	return strings.HasSuffix(s, "日") && strings.Contains(s, "年") || strings.Contains(s, "印发") && strings.HasSuffix(s, "日印发")
}

// sentences appends the units of a paragraph. A short first sentence behind a
// number is a heading of the rest.
func (hs *headings) sentences(units []unit, p paragraph) []unit {
	spans := han.Sentences(p.text)
	if p.known.row && utf8.RuneCountInString(p.text) <= longest { // a figure keeps the names beside it
		spans = []han.Span{{Start: 0, End: len(p.text)}}
	}
	inline := inlineMarkers(p.text, spans)
	for i, s := range spans {
		m := inline[i]
		if i == 0 {
			m = p.marker
		}
		opens := opensSentence
		switch {
		case m.kind != noMarker:
			opens = opensPart
		case i == 0:
			opens = opensParagraph
		case strings.HasSuffix(p.text[:s.Start], "；") || strings.HasSuffix(p.text[:s.Start], ";"):
			opens = opensItem
		}
		words := s.In(p.text)
		if m.kind != noMarker && m.kind != bullet {
			hs.push(m, runIn(words, m, i+1 < len(spans)), false)
		}
		for j, piece := range clauses(words) {
			u := unit{start: p.Start + s.Start + piece.Start, end: p.Start + s.Start + piece.End, opens: opens, path: hs.path(), page: p.known.page, lastPage: p.known.lastPage}
			u.runes = inkLength(piece.In(words))
			u.leads = strings.HasSuffix(piece.In(words), "：") || strings.HasSuffix(piece.In(words), ":")
			if j > 0 {
				u.opens = opensClause
			}
			units = append(units, u)
		}
	}
	return units
}

// runIn is the heading that the first sentence of a numbered paragraph makes,
// or "" when it is too long, or all there is. An article of a law is called by
// its number.
func runIn(sentence string, m marker, more bool) string {
	if m.kind == article {
		return strings.TrimRight(sentence[:m.width], " 　、：:")
	}
	if n := utf8.RuneCountInString(sentence); !more || n > 50 || n < 4 || strings.Count(sentence, "，") > 3 {
		return ""
	}
	if m.kind == bracketed {
		return sentence[:m.width]
	}
	return strings.TrimRight(sentence, "。；;")
}

// inlineMarkers finds numbers at the heads of sentences inside a paragraph
// that are really in sequence: 一、 to open and 二、 behind it.
func inlineMarkers(text string, spans []han.Span) []marker {
	ms := make([]marker, len(spans))
	last := map[markerKind]int{}
	for i, s := range spans {
		m := markerOf(s.In(text))
		if m.kind < part || m.kind > circled {
			continue
		}
		if m.number == last[m.kind]+1 || m.number == 1 {
			ms[i] = m
			last[m.kind] = m.number
		}
	}
	return ms
}

// clauses cuts a sentence only when it is too long for any passage: behind
// commas, into pieces of a passage's length.
func clauses(sentence string) []han.Span {
	if utf8.RuneCountInString(sentence) <= longestSentence {
		return []han.Span{{Start: 0, End: len(sentence)}}
	}
	var out []han.Span
	start, n, cut := 0, 0, 0
	for i, r := range sentence {
		n++
		if strings.ContainsRune("，,；、 ", r) {
			cut = i + utf8.RuneLen(r)
		}
		if n >= longest && (cut > start || n >= longestSentence) {
			if cut <= start {
				cut = i
			}
			out = append(out, trimmed(sentence, start, cut))
			n = utf8.RuneCountInString(sentence[cut : i+utf8.RuneLen(r)])
			start = cut
		}
	}
	return append(out, trimmed(sentence, start, len(sentence)))
}

func trimmed(s string, start, end int) han.Span {
	t := strings.TrimSpace(s[start:end])
	start += strings.Index(s[start:end], t)
	return han.Span{Start: start, End: start + len(t)}
}

// headings is the stack of headings that are open at a point of the text.
type headings []struct {
	kind  markerKind
	level int
	words []string
}

// push opens a heading and closes those that it ends: the last one of its own
// kind, and what stands below that. A plain heading directly behind another
// one continues it.
func (hs *headings) push(m marker, words string, continues bool) {
	kind, level := m.kind, 0
	if kind == noMarker || kind == bracketed {
		kind = plain
	}
	if kind == hash {
		level = m.number
	}
	if top := len(*hs) - 1; continues && kind == plain && top >= 0 && (*hs)[top].kind == plain {
		(*hs)[top].words = append((*hs)[top].words[:len((*hs)[top].words):len((*hs)[top].words)], words)
		return
	}
	for i, h := range *hs {
		if h.kind == kind && h.level >= level || kind == hash && h.kind != hash {
			*hs = (*hs)[:i]
			break
		}
	}
	var ws []string
	if words != "" {
		ws = []string{words}
	}
	*hs = append(*hs, struct {
		kind  markerKind
		level int
		words []string
	}{kind, level, ws})
}

func (hs headings) path() []string {
	var path []string
	for _, h := range hs {
		path = append(path, h.words...)
	}
	return path
}
