package ingest

import (
	"slices"
	"strings"
	"unicode"
)

// alignedTables finds tables without lines: rows of short texts, the first of
// them headings, each text in a column that no other crosses. What could be a
// cell on several lines, or columns of text, stays lines.
func alignedTables(lines []printed) []printed {
	var out []printed
	for i := 0; i < len(lines); {
		n := partedRows(lines[i:])
		t, ok := alignedTable(lines[i:i+n], lines[i+n:])
		if !ok {
			out = append(out, lines[i:i+max(n, 1)]...)
			i += max(n, 1)
			continue
		}
		out = append(out, printed{left: t.left, right: t.right, top: t.top, bottom: t.bottom, table: &t})
		i += n
	}
	return out
}

// partedRows is how many of the first lines have several parts and stand close
// together, one below the other.
func partedRows(lines []printed) int {
	n := 0
	for n < len(lines) && len(lines[n].parts) > 1 {
		if n > 0 {
			if gap := lines[n].top - lines[n-1].bottom; gap < -1 || gap > 2.5*lines[n].size {
				break
			}
		}
		n++
	}
	return n
}

// A strip is what a column takes up from left to right.
type strip struct{ left, right float64 }

// alignedTable makes lines into a table. behind are the lines after them.
func alignedTable(lines, behind []printed) (t pdfTable, ok bool) {
	const fewest = 3 // the headings and two rows
	if len(lines) < fewest {
		return t, false
	}
	strips := make([]strip, len(lines[0].parts))
	whole, spaced := 0, 0
	for _, l := range lines {
		if l.cells {
			spaced++
		}
		if len(l.parts) > len(strips) {
			return t, false
		}
		if len(l.parts) < len(strips) {
			continue
		}
		whole++
		for i, r := range l.parts {
			if s := &strips[i]; s.right == 0 {
				*s = strip{r.left, r.right}
			} else {
				s.left, s.right = min(s.left, r.left), max(s.right, r.right)
			}
		}
	}
	for i := 1; i < len(strips); i++ {
		if strips[i].left < strips[i-1].right+near {
			return t, false
		}
	}
	if whole*3 < len(lines)*2 || spaced*2 < len(lines) || len(strips) > maxColumns {
		return t, false
	}
	for _, l := range lines {
		row, ok := inStrips(l.parts, strips)
		if !ok {
			return t, false
		}
		t.grid = append(t.grid, row)
	}
	first, last := lines[0], lines[len(lines)-1]
	t.left, t.right, t.top, t.bottom = strips[0].left, strips[len(strips)-1].right, first.top, last.bottom
	for _, s := range strips {
		t.edges = append(t.edges, s.left)
	}
	return t, readsAsHead(t.grid[0]) && t.grid.hasFigures() && !wrapsInto(lines, behind, strips)
}

// inStrips are the texts of a row in their columns; one that is missing leaves
// its column empty, but not the first.
func inStrips(parts []run, strips []strip) (row []cell, ok bool) {
	row = make([]cell, len(strips))
	for _, r := range parts {
		at := -1
		for i, s := range strips {
			if r.left <= s.right && r.right >= s.left {
				if at >= 0 || row[i].text != "" {
					return nil, false
				}
				at = i
			}
		}
		if at < 0 {
			return nil, false
		}
		row[at].text = cellText(r.text)
	}
	return row, row[0].text != ""
}

// hasFigures reports whether a column but the first holds nothing but figures,
// with or without units, below its heading.
func (t table) hasFigures() bool {
	for i := 1; i < len(t[0]); i++ {
		figures := 0
		for _, row := range t[1:] {
			switch text := row[i].text; {
			case text == "":
			case strings.ContainsFunc(text, unicode.IsDigit) && inkLength(text) <= 20:
				figures++
			default:
				figures = -len(t)
			}
		}
		if figures >= 2 {
			return true
		}
	}
	return false
}

// wrapsInto reports whether the line behind rows may be the rest of a cell: it
// stands as close as they do, and inside of their columns.
func wrapsInto(rows, behind []printed, strips []strip) bool {
	if len(behind) == 0 {
		return false
	}
	last, next := rows[len(rows)-1], behind[0]
	apart := 0.0
	for i := 1; i < len(rows); i++ {
		apart = max(apart, rows[i].top-rows[i-1].bottom)
	}
	if next.top-last.bottom > apart+1 || next.top < last.bottom-1 {
		return false
	}
	return slices.ContainsFunc(strips, func(s strip) bool { return next.left >= s.left-near && next.right <= s.right+near })
}
