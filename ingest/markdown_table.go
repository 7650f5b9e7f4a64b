package ingest

import (
	"regexp"
	"strings"
)

// ruleRow is the line between the headings and the rows of a Markdown table.
var ruleRow = regexp.MustCompile(`^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$`)

// tellTables puts the rows of Markdown's tables, told with their headings, in
// the place of the tables. The rest stays as it is.
func tellTables(src string) string {
	if !strings.Contains(src, "|") {
		return src
	}
	var b strings.Builder
	raw := rawLines(src)
	line := func(i int) string { return strings.TrimFunc(src[raw[i].start:raw[i].end], blank) }
	at, above, fenced := 0, "", false
	for i := 0; i < len(raw); i++ {
		text := line(i)
		if strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~") {
			fenced = !fenced
		}
		n, ok := 0, false
		if !fenced && i+1 < len(raw) && strings.Contains(text, "|") && strings.Contains(line(i+1), "-") && ruleRow.MatchString(line(i+1)) {
			n, ok = markdownTable(len(raw), line, i)
		}
		if !ok {
			if text != "" {
				above = text
			}
			i += max(n-1, 0)
			continue
		}
		t := table{barCells(text, true)}
		for k := i + 2; k < i+n; k++ {
			row := barCells(line(k), false)
			for len(row) < len(t[0]) {
				row = append(row, cell{})
			}
			t = append(t, row[:len(t[0])])
		}
		captions, rows := t.lines(unitIn(above))
		b.WriteString(src[at:raw[i].start])
		b.WriteString("\n" + strings.Join(append(captions, rows...), "\n\n") + "\n\n")
		i += n - 1
		at = raw[i].end
		if b.Len() > maxText { // the file is refused
			break
		}
	}
	return b.String() + src[at:]
}

// markdownTable is how many lines belong to the table whose headings are the
// line first. ok is false when it has no rows, or rows with more cells than it
// has headings.
func markdownTable(lines int, line func(int) string, first int) (n int, ok bool) {
	width := len(barCells(line(first), true))
	if width < 2 || len(barCells(line(first+1), false)) != width {
		return 0, false
	}
	n = 2
	for ; first+n < lines && strings.Contains(line(first+n), "|"); n++ {
		if n > maxRows || len(barCells(line(first+n), false)) > width {
			return n, false
		}
	}
	return n, n > 2
}

// barCells cuts a row at its bars; one behind a backslash is text.
func barCells(text string, head bool) []cell {
	text = strings.TrimPrefix(text, "|")
	if strings.HasSuffix(text, "|") && !strings.HasSuffix(text, `\|`) {
		text = text[:len(text)-1]
	}
	var out []cell
	for part := range strings.SplitSeq(strings.ReplaceAll(text, `\|`, "\x00"), "|") {
		out = append(out, cell{text: cellText(strings.ReplaceAll(part, "\x00", "|")), head: head})
	}
	return out
}
