package ingest

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// extract reads the paragraphs of a file, in the way of its format.
func extract(name string, raw []byte) (original, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".shtml", ".xhtml":
		return htmlOriginal(raw)
	case ".pdf":
		return pdfOriginal(raw)
	case ".docx", ".docm":
		return docxOriginal(raw)
	case ".csv", ".tsv":
		return csvOriginal(raw)
	case ".xlsx", ".xlsm":
		return xlsxOriginal(raw)
	}
	src, charset, err := decode(raw)
	if err != nil {
		return original{}, err
	}
	stated, end, err := frontMatter(src)
	if err != nil {
		return original{}, fmt.Errorf("front matter: %w", err)
	}
	markdown := strings.EqualFold(path.Ext(name), ".md") || strings.EqualFold(path.Ext(name), ".markdown")
	if markdown {
		src = src[:end] + tellTables(src[end:])
	}
	if len(src) > maxText && markdown { // headings are told again in each row
		return original{}, fmt.Errorf("%w: its text is longer than %d MB; split the file", ErrTooMuch, maxText>>20)
	}
	o := original{text: src, charset: charset}
	if end > 0 {
		o.stated, o.lines = stated, []line{{end: end, known: known{why: reasonFrontMatter}}}
		src = withoutBlock(src, end)
	}
	if markdown {
		o.lines = append(o.lines, markdownLines(src)...)
	} else {
		o.lines = append(o.lines, textLines(src)...)
	}
	return o, nil
}

// A span of a line as it stands in the file.
type rawLine struct{ start, end int }

// rawLines cuts src at its line breaks.
func rawLines(src string) []rawLine {
	var out []rawLine
	for start := 0; start < len(src); {
		end, next := lineEnd(src, start)
		out = append(out, rawLine{start, end})
		start = next
	}
	return out
}

// lineEnd finds where the line at start ends and where the next begins.
func lineEnd(src string, start int) (end, next int) {
	i := strings.IndexFunc(src[start:], func(r rune) bool {
		return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
	})
	if i < 0 {
		return len(src), len(src)
	}
	_, n := utf8.DecodeRuneInString(src[start+i:])
	return start + i, start + i + n
}

// textLines reads plain text: a line is a paragraph, unless the text was
// wrapped at a column; a line that holds a whole document is cut where its
// paragraphs show.
func textLines(src string) []line {
	raw := rawLines(src)
	column := wrapColumn(src, raw)
	var out []line
	for i := 0; i < len(raw); i++ {
		start := raw[i].start
		for column > 0 && i+1 < len(raw) && wrapped(src, raw[i], raw[i+1], column) {
			i++
		}
		out = append(out, paragraphs(src, start, raw[i].end, len(out) == 0)...)
	}
	return out
}

// columns is the width of s on a terminal: two for an ideograph.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

// wrapColumn is the column at which a text was wrapped, 0 if it was not: half
// of its lines at least end just before it, and most of those in mid-sentence.
func wrapColumn(src string, raw []rawLine) int {
	const widest, fewest = 120, 8
	var widths []int
	column := 0
	for _, l := range raw {
		w := columns(strings.TrimRight(src[l.start:l.end], " \t"))
		if w > widest {
			return 0
		}
		widths = append(widths, w)
		column = max(column, w)
	}
	full, inside, all := 0, 0, 0
	for i, w := range widths {
		if w == 0 {
			continue
		}
		all++
		if w >= column*9/10 {
			full++
			if !endsSentence(strings.TrimRight(src[raw[i].start:raw[i].end], " \t")) {
				inside++
			}
		}
	}
	if column < 40 || all < fewest || full*2 < all || inside*2 < full {
		return 0
	}
	return column
}

// wrapped reports whether line a goes on in line b of a text that was wrapped
// at column.
func wrapped(src string, a, b rawLine, column int) bool {
	first, next := strings.TrimRight(src[a.start:a.end], " \t"), src[b.start:b.end]
	if strings.TrimSpace(next) == "" || columns(first) < column*17/20 {
		return false
	}
	indented := strings.HasPrefix(next, "　") || strings.HasPrefix(next, "  ") && !strings.HasPrefix(first, "  ")
	return !indented && markerOf(strings.TrimSpace(next)).kind == noMarker
}

// markdownLines reads Markdown: the lines of a paragraph or list item are one,
// headings, table rows and lines of code stay lines. The marks stay in the
// text, which is quoted letter for letter.
func markdownLines(src string) []line {
	var out []line
	open, fenced := -1, false // where the open paragraph begins
	end := 0
	flush := func() {
		if open >= 0 {
			out = append(out, paragraphs(src, open, end, len(out) == 0)...)
		}
		open = -1
	}
	for _, l := range rawLines(src) {
		text := strings.TrimSpace(src[l.start:l.end])
		fence := strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~")
		switch {
		case text == "":
			flush()
		case fenced || fence || strings.HasPrefix(text, "|") || strings.HasPrefix(text, "#"):
			flush()
			if p, ok := newLine(src, l.start, l.end); ok {
				out = append(out, p)
			}
		case open >= 0 && markerOf(text).kind == noMarker && !strings.HasPrefix(text, ">"):
			end = l.end
		default:
			flush()
			open, end = l.start, l.end
		}
		if fence {
			fenced = !fenced
		}
	}
	flush()
	return out
}
