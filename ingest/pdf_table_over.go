package ingest

import (
	"math"
	"slices"
)

// mostPages bounds on how many pages one row goes on.
const mostPages = 20

// goesOnIn reports whether the table goes on in n, the first of the next page:
// their columns are the same.
func (t pdfTable) goesOnIn(n pdfTable) bool { return sameEdges(t.edges, n.edges) }

func sameEdges(a, b []float64) bool {
	return len(a) > 0 && slices.EqualFunc(a, b, func(a, b float64) bool { return math.Abs(a-b) <= near })
}

// headedBy is the table with the headings of the one that it goes on from.
func (t pdfTable) headedBy(before pdfTable) pdfTable {
	heads := before.headings()
	rows := t.grid
	if n := t.repeats(heads); n < len(rows) {
		rows = rows[n:]
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

// joinTables makes rows whole that are cut by the end of a page, in tables that
// go on on the next.
func joinTables(pages []pageText) {
	var above *pdfTable // ends the pages so far
	var heads table
	for _, p := range pages {
		first, last := p.ends()
		if first == nil {
			above = nil
			continue
		}
		if above != nil && first.table != nil && above.goesOnIn(*first.table) {
			above.takeOver(first.table, heads)
			if first.table == last.table && len(first.table.grid) == 0 {
				continue // its row may go on still
			}
		} else if last.table != nil {
			heads = nil
		}
		if above = last.table; above != nil && (heads == nil || first.table != last.table) {
			heads = above.headings()
		}
	}
}

// ends are the first and the last line of a page, heads and feet aside; nil
// when there is none.
func (p pageText) ends() (first, last *printed) {
	for i := range p.lines {
		if p.lines[i].why != "" {
			continue
		}
		if last = &p.lines[i]; first == nil {
			first = last
		}
	}
	return first, last
}

// takeOver completes the last row of a table by the rest of it at the top of n,
// and the rows there by the name that they share with that row. heads are the
// headings of both.
func (t *pdfTable) takeOver(n *pdfTable, heads table) {
	at := n.repeats(heads)
	if len(t.tops) == 0 || len(n.tops) == 0 || at == len(n.grid) {
		return
	}
	last := t.grid[len(t.grid)-1]
	if len(heads) > 0 && sameTexts(last, heads[len(heads)-1]) {
		return
	}
	if t.pages < mostPages && t.cutIn(n.grid[at]) {
		for i, c := range n.grid[at] {
			if c.text != "" {
				last[i].text = linesText([]printed{{text: last[i].text}, {text: c.text}})
			}
		}
		t.pages++
		n.grid, n.tops = slices.Delete(n.grid, at, at+1), slices.Delete(n.tops, at, at+1)
		if at == len(n.grid) {
			n.grid, t.room = nil, n.room
			return
		}
	}
	below := at + 1 // the row behind those of the first name
	for below < len(n.grid) && n.tops[below] == n.tops[at] {
		below++
	}
	reachesDown := below > at+1 || len(t.tops) > 1 && t.tops[len(t.tops)-1] == t.tops[len(t.tops)-2]
	if first := n.grid[at][0]; first.text != "" || !reachesDown && t.nameless() {
		return
	}
	if _, alone := only(n.grid[at]); alone {
		return
	}
	for _, row := range n.grid[at:below] {
		row[0].text = last[0].text
	}
}

// cutIn reports whether a row is the rest of the table's last row: each of its
// texts goes on with one that fills its cell, or that stops between two
// sentences, and the name is missing; or all of them are cut in mid-sentence.
func (t *pdfTable) cutIn(row []cell) bool {
	last := t.grid[len(t.grid)-1]
	if len(last) != len(row) || last[0].text == "" {
		return false
	}
	goesOn := false
	for i, c := range row {
		above := last[i].text
		switch {
		case c.from > 0 || last[i].from > 0:
			return false
		case c.text == "":
			continue
		case above == "" || plainValue.MatchString(c.text):
			return false
		case row[0].text != "" && (t.room[i] > 1 || endsSentence(above)):
			return false
		case t.room[i] > 2 && !endsSentence(above):
			return false
		}
		goesOn = true
	}
	return goesOn
}

// nameless reports whether the table has rows without a name.
func (t *pdfTable) nameless() bool {
	return slices.ContainsFunc(t.grid, func(row []cell) bool { return row[0].text == "" })
}

// repeats is how many rows at the top of the table are headings of the one that
// it goes on from.
func (t *pdfTable) repeats(heads table) int {
	if len(t.grid) < len(heads) || !slices.EqualFunc(t.grid[:len(heads)], heads, sameTexts) {
		return 0
	}
	return len(heads)
}
