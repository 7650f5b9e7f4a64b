package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// flattened is the length in characters from which a line is looked at for
// paragraphs that were joined by white space.
const flattened = 100

// A gap is a run of white space inside a line.
type gap struct {
	start, end int // byte offsets in the original
	wide       bool
}

// paragraphs cuts one line of the original into its paragraphs. Short lines
// stay whole; in long ones a gap parts two paragraphs where the text around
// it shows that: after the end of a sentence, before a number or bullet,
// behind a numbered heading, around the title of a document's first line.
func paragraphs(src string, start, end int, first bool) []line {
	whole, ok := newLine(src, start, end)
	if !ok {
		return nil
	}
	gaps := gapsOf(src, whole.start, whole.end)
	if len(gaps) == 0 || whole.runes < flattened {
		return []line{whole}
	}
	pieces := make([]string, 0, len(gaps)+1)
	at := whole.start
	for _, g := range gaps {
		pieces = append(pieces, src[at:g.start])
		at = g.end
	}
	pieces = append(pieces, src[at:whole.end])

	head := 0
	if first {
		head = titlePieces(pieces)
	}
	var out []line
	from := whole.start
	began := 0 // the piece at which the open paragraph began
	for i, g := range gaps {
		if !parts(pieces, i, began, head, g.wide) {
			continue
		}
		if l, ok := newLine(src, from, g.start); ok {
			out = append(out, l)
		}
		from, began = g.end, i+1
	}
	if l, ok := newLine(src, from, whole.end); ok {
		out = append(out, l)
	}
	return out
}

// gapsOf finds the runs of white space between start and end, those aside
// that hold a line break, which joins. A gap is wide when it indents as
// Chinese paragraphs do, or is longer than one would type between words.
func gapsOf(src string, start, end int) []gap {
	var gaps []gap
	for i := start; i < end; {
		if plainAt(src, i) {
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(src[i:end])
		if !unicode.IsSpace(r) {
			i += n
			continue
		}
		g := gap{start: i}
		columns, joins := 0, false
		for i < end {
			r, n := utf8.DecodeRuneInString(src[i:end])
			if !unicode.IsSpace(r) && !han.Invisible(r) {
				break
			}
			columns++
			joins = joins || r == '\n' || r == '\r'
			if r == '\u3000' {
				columns++
			}
			i += n
		}
		g.end, g.wide = i, columns >= 4
		if !joins {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// parts decides whether the gap behind pieces[i] parts two paragraphs. began
// is the piece at which the paragraph so far began, head the number of pieces
// at the start of the document that are its title.
func parts(pieces []string, i, began, head int, wide bool) bool {
	before, after := pieces[i], pieces[i+1]
	if openBracket(before) {
		return false
	}
	if reporterOn(before, after) {
		return false
	}
	if isDateline(after) || bylineStart.MatchString(after) || dayAlone.MatchString(before) || signs(pieces[i+1:]) && !signs(pieces[i:]) {
		return true
	}
	if i > 0 && reporterOn(pieces[i-1], before) || i+2 < len(pieces) && reporterOn(after, pieces[i+2]) {
		return true
	}
	if i+1 < head {
		return titleParts(pieces, i)
	}
	switch {
	case i+1 == head, wide:
		return true
	case unicode.IsDigit(lastRune(before)) && unicode.IsDigit(firstRune(after)):
		return false
	case endsSentence(before):
		return true
	case lastRune(before) == '：' && utf8.RuneCountInString(before) >= 10:
		return true
	}
	if m := markerOf(after); m.kind != noMarker {
		above := markerOf(before).kind
		return m.kind != arabic || i > began || above != noMarker && above != arabic || lastRune(before) == '：'
	}
	// A heading of its own: it opens the paragraph, ends without a stop and
	// has a sentence behind it.
	return i == began && headingShape(before) && markerOf(before).width < len(before) && hasStop(after) && !unicode.IsDigit(lastRune(before)) &&
		(markerOf(before).kind != noMarker || utf8.RuneCountInString(before) >= 4 && utf8.RuneCountInString(after) >= 30)
}

// reporterOn reports whether two pieces together name the reporters alone.
func reporterOn(a, b string) bool {
	return (reporterRow.may(a) || reporterRow.may(b)) && reporterRow.MatchString(a+" "+b)
}

// signs reports whether pieces open with the names of offices and the date
// under which they sign.
func signs(pieces []string) bool {
	for i, p := range pieces {
		switch {
		case i > 0 && dayAlone.MatchString(p):
			return true
		case i >= 15 || hasStop(p) || !han.HasHan(p) || utf8.RuneCountInString(p) > 40:
			return false
		}
	}
	return false
}

// titlePieces counts the pieces that the title, the number and the office at
// the head of a document take up: those before the first that reads as text.
func titlePieces(pieces []string) int {
	for i, p := range pieces {
		if i > 8 {
			return 0
		}
		if i+1 < len(pieces) && titleWithComma(p, pieces[i+1]) {
			continue
		}
		if reads(p) || markerOf(p).kind != noMarker {
			return i
		}
		if i > 0 && endsQuestion(p) {
			return i + 1
		}
	}
	return 0
}

// reads reports whether a piece reads as running text: it has a stop inside
// or a comma in a long piece, or is a salutation or a dateline.
func reads(p string) bool {
	n := utf8.RuneCountInString(p)
	return strings.ContainsAny(p, "。；") || n >= 30 && strings.Contains(p, "，") && !endsQuestion(p) ||
		n >= 10 && strings.Contains(p, "，") && han.HasHan(p) && n > 60 ||
		strings.HasSuffix(p, "：") || strings.HasSuffix(p, ":") || isDateline(p) || n > 90
}

// titleWithComma reports whether a piece with a comma is yet a title: it does
// not end as a sentence does, and what follows it is text.
func titleWithComma(p, next string) bool {
	return utf8.RuneCountInString(p) <= 60 && !strings.ContainsAny(p, "。；") && !isDateline(p) && han.IsHan(lastRune(p)) &&
		strings.ContainsAny(next, "。；") && utf8.RuneCountInString(next) >= 30
}

// openBracket reports whether a bracket is left open at the end of s.
func openBracket(s string) bool {
	depth := 0
	for i := 0; i < len(s); {
		if plainAt(s, i) {
			i += 3
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch r {
		case '（', '(', '《', '“', '【', '〔':
			depth++
		case '）', ')', '》', '”', '】', '〕':
			depth = max(0, depth-1)
		}
	}
	return depth > 0
}

// titleParts decides where the head of a flattened document has a line break:
// around the document's number, before a title given twice, behind a title
// that ends as titles of documents do.
func titleParts(pieces []string, i int) bool {
	before, after := pieces[i], pieces[i+1]
	if isDocNumber(before) || isDocNumber(after) || markerOf(after).kind == bullet {
		return true
	}
	// A page gives its headline twice: as its own title, and above the text,
	// there with a kicker at times.
	if repeats(after, pieces[0]) || i == 0 && i+2 < len(pieces) && repeats(pieces[i+2], pieces[0]) {
		return true
	}
	return endsAsTitle(before) || endsQuestion(before)
}

// repeats reports whether a piece begins or ends with the same eight
// characters as the title.
func repeats(s, title string) bool {
	head, tail := firstRunes(title, 8), lastRunes(title, 8)
	return utf8.RuneCountInString(head) == 8 && (strings.HasPrefix(s, head) || strings.HasSuffix(s, tail))
}

func endsAsTitle(s string) bool {
	for _, w := range []string{"通知", "公告", "通告", "意见", "办法", "措施", "规定", "方案", "决定", "的函", "条例", "细则", "指引", "指南", "倡议书", "公开信"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

// endsSentence reports whether s ends where a sentence may: behind a stop and
// the quotation marks and brackets that close on it.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "”’」』）)\"'")
	return strings.ContainsRune("。！？；!?;…", lastRune(s)) && s != ""
}

func endsQuestion(s string) bool { return strings.ContainsRune("？?！!", lastRune(s)) && s != "" }

// hasStop reports whether s has the marks of a sentence in it.
func hasStop(s string) bool { return strings.ContainsAny(s, "，。；：！？,;") }
