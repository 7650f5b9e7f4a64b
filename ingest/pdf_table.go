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
// there is other text stays text.
func ruledTables(p pdfPage) (tables []pdfTable, rest []pdfChar) {
	rest = p.Chars
	for _, rules := range connected(p.Rules) {
		if len(tables) == mostTables {
			break
		}
		t, inside, ok := ruledTable(rules, rest)
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

// gridOf writes the characters of each cell as its text. ok is false where a
// cell holds what must be several: the lines do not part all rows or columns.
func gridOf(cells [][]pdfChar, merged []int, columns int) (grid table, ok bool) {
	whole := make([][]pdfChar, len(cells))
	for i, of := range merged {
		whole[of] = append(whole[of], cells[i]...)
	}
	texts := make([]string, len(cells))
	for i, chars := range whole {
		lines := finish(linesOf(runs(chars)), 0, 0)
		if severalCells(lines) {
			return nil, false
		}
		texts[i] = cellText(linesText(lines))
	}
	for i, of := range merged {
		if i%columns == 0 {
			grid = append(grid, nil)
		}
		c := cell{text: texts[of]}
		if column := of % columns; column < i%columns {
			c.from = column + 1
		}
		row := &grid[len(grid)-1]
		*row = append(*row, c)
	}
	return grid, true
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
		told, told.unit = told.headedBy(*before), before.unit
	} else if n := len(c.lines); n > 0 {
		told.unit = unitIn(c.lines[n-1].text)
	}
	captions, rows := told.grid.lines(told.unit)
	for _, text := range captions {
		c.add(text, known{page: page, lastPage: page})
		told.unit = cmp.Or(unitIn(text), told.unit)
	}
	for _, text := range rows {
		c.add(text, known{page: page, lastPage: page, row: true})
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

// goesOnIn reports whether the table goes on in n, the first of the next page:
// their columns are the same.
func (t pdfTable) goesOnIn(n pdfTable) bool {
	return len(t.edges) > 0 && slices.EqualFunc(t.edges, n.edges, func(a, b float64) bool { return math.Abs(a-b) <= near })
}

// headedBy is the table with the headings of the one that it goes on from.
func (t pdfTable) headedBy(before pdfTable) pdfTable {
	heads := before.headings()
	rows := t.grid
	if len(rows) > len(heads) && slices.EqualFunc(rows[:len(heads)], heads, sameTexts) {
		rows = rows[len(heads):]
	}
	t.grid = slices.Concat(heads, rows)
	return t
}

func sameTexts(a, b []cell) bool {
	return slices.EqualFunc(a, b, func(a, b cell) bool { return a.text == b.text })
}

// headings are the rows of a table that are headings of its columns, marked so.
func (t pdfTable) headings() table {
	rows := t.grid
	for len(rows) > 0 {
		if _, alone := only(rows[0]); !alone {
			break
		}
		rows = rows[1:]
	}
	var heads table
	for _, row := range rows[:rows.headRows()] {
		marked := slices.Clone(row)
		for i := range marked {
			marked[i].head = true
		}
		heads = append(heads, marked)
	}
	return heads
}
