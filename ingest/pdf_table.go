package ingest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A pdfTable is a table on a page whose rows and columns are certain: its
// cells are parted by lines, or stand in columns that no text crosses.
type pdfTable struct {
	left, top, right, bottom float64
	grid                     table
	edges                    []float64 // of the columns, from left to right
	unit                     string    // given above it
	// What shows that rows are cut by the end of a page; of tables with lines.
	tops  []int     // by row: the row at which its first cell begins
	room  []float64 // by column: characters that fit behind the last row's text
	pages int       // on which the last row goes on
}

const (
	// near is how far apart two lines may be that are one, in points.
	near = 3.0
	// mostCells bounds the grid of one table on one page.
	mostCells = 10_000
	// mostTables bounds the groups of lines on one page that are tables.
	mostTables = 50
)

// ruledTables takes the tables whose cells are parted by lines out of a page,
// from the top down, and returns the other characters. A table beside which
// there is other text stays text. over are the edges of a table that may go on
// on this page.
func ruledTables(p pdfPage, over []float64) (tables []pdfTable, rest []pdfChar) {
	rest = p.Chars
	for _, rules := range connected(p.Rules) {
		if len(tables) == mostTables {
			break
		}
		t, inside, ok := ruledTable(rules, rest, over)
		if !ok {
			continue
		}
		var outside []pdfChar
		for i, c := range rest {
			if !inside[i] {
				outside = append(outside, c)
			}
		}
		rest = outside
		tables = append(tables, t)
	}
	slices.SortFunc(tables, func(a, b pdfTable) int { return int(math.Copysign(1, a.top-b.top)) })
	return tables, rest
}

// write writes the characters of each cell as its text. It reports false where
// a cell holds what must be several: the lines do not part all rows or columns.
func (t *pdfTable) write(cells [][]pdfChar, merged []int) bool {
	columns := len(t.edges) - 1
	whole := make([][]pdfChar, len(cells))
	for i, of := range merged {
		whole[of] = append(whole[of], cells[i]...)
	}
	texts := make([]string, len(cells))
	ends := make([]printed, len(cells)) // their last lines
	for i, chars := range whole {
		lines := finish(linesOf(runs(chars)), 0, 0)
		if severalCells(lines) {
			return false
		}
		texts[i] = cellText(linesText(lines))
		if len(lines) > 0 {
			ends[i] = lines[len(lines)-1]
		}
	}
	t.room = make([]float64, columns)
	for i, of := range merged {
		column := i % columns
		if column == 0 {
			t.grid, t.tops = append(t.grid, nil), append(t.tops, of/columns)
		}
		c := cell{text: texts[of]}
		if from := of % columns; from < column {
			c.from = from + 1
		}
		row := &t.grid[len(t.grid)-1]
		*row = append(*row, c)
		t.room[column] = (t.edges[column+1] - ends[of].right - 2*near) / max(ends[of].size, 1)
	}
	return true
}

// severalCells reports whether the lines of one cell are figures one below the
// other, or side by side with a wide gap.
func severalCells(lines []printed) bool {
	figures := 0
	for _, l := range lines {
		if bareFigure.MatchString(l.text) {
			figures++
		}
		if l.cells && slices.ContainsFunc(l.parts, func(r run) bool { return bareFigure.MatchString(r.text) }) {
			return true
		}
	}
	return figures > 1
}

// linesText joins the lines of a paragraph.
func linesText(lines []printed) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 && !wide(lastRune(lines[i-1].text)) && !wide(firstRune(l.text)) {
			b.WriteByte(' ')
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// isData reports whether a table has the facts of a table: texts in several
// columns and rows, none of which is most of a long text.
func (t pdfTable) isData() bool {
	total, largest, inked, wideRows := 0, 0, 0, 0
	for _, row := range t.grid {
		texts := 0
		for _, c := range row {
			if c.from > 0 || c.text == "" {
				continue
			}
			n := inkLength(c.text)
			texts, total, largest = texts+1, total+n, max(largest, n)
		}
		if texts > 1 {
			wideRows++
		}
		inked += texts
	}
	return wideRows >= 2 && inked >= 4 && (largest <= 400 || largest*3 < total && inked >= 6)
}

// tell writes a table row by row. before is the table that ended the page
// before, if nothing came between: this one may go on from it.
func (t *pdfTable) tell(c *composer, page int, before *pdfTable) *pdfTable {
	told := *t
	if before != nil && before.goesOnIn(told) {
		if len(t.grid) == 0 { // its one row is told with the page before
			return before
		}
		told, told.unit = told.headedBy(*before), before.unit
	} else if n := len(c.lines); n > 0 {
		told.unit = unitIn(c.lines[n-1].text)
	}
	captions, rows := told.grid.told(told.unit)
	for _, text := range captions {
		c.add(text, known{page: page, lastPage: page})
		told.unit = cmp.Or(unitIn(text), told.unit)
	}
	last := len(rows) - 1
	for i, row := range rows {
		ends := page
		if i == last {
			ends += t.pages
		}
		for _, text := range row {
			c.add(text, known{page: page, lastPage: ends, row: true})
		}
	}
	return &told
}

// between puts tables in their places between the lines of a page. Where the
// lines are in columns that the tables cross, each part of the page is read by
// itself.
func between(tables []pdfTable, lines []printed, rs []run) []printed {
	above := func(top, bottom float64, t pdfTable) bool { return (top+bottom)/2 < (t.top+t.bottom)/2 }
	for _, t := range tables {
		i := slices.IndexFunc(lines, func(l printed) bool { return !above(l.top, l.bottom, t) })
		if i < 0 || !slices.ContainsFunc(lines[i:], func(l printed) bool { return above(l.top, l.bottom, t) }) {
			continue
		}
		lines = nil
		for k := range len(tables) + 1 {
			var part []run
			for _, r := range rs {
				if (k == 0 || !above(r.top, r.bottom, tables[k-1])) && (k == len(tables) || above(r.top, r.bottom, tables[k])) {
					part = append(part, r)
				}
			}
			lines = append(lines, alignedTables(columnsOf(part, 0))...)
		}
		break
	}
	for i := range tables {
		t := &tables[i]
		at := slices.IndexFunc(lines, func(l printed) bool { return !above(l.top, l.bottom, *t) })
		if at < 0 {
			at = len(lines)
		}
		lines = slices.Insert(lines, at, printed{left: t.left, right: t.right, top: t.top, bottom: t.bottom, table: t})
	}
	return lines
}
