package ingest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table reads a table: one of data row by row, one that only lays the page
// out like any other element.
func (p *pageReader) table(n *html.Node) {
	rows, caption := tableRows(n)
	if !isData(n, rows) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			p.paragraph(c)
		}
		return
	}
	unit := ""
	if len(p.blocks) > 0 {
		unit = unitIn(foldSpace(p.blocks[len(p.blocks)-1].text))
	}
	links := linkShare(n)
	var cells [][]spanned
	for _, row := range rows {
		var out []spanned
		for _, td := range row {
			out = append(out, spanned{
				text: cellText(textOf(td)),
				head: td.DataAtom == atom.Th || td.Parent != nil && td.Parent.Parent != nil && td.Parent.Parent.DataAtom == atom.Thead,
				cols: span(td, "colspan"), rows: span(td, "rowspan"),
			})
		}
		cells = append(cells, out)
	}
	captions, lines := fill(cells).lines(unit)
	for _, text := range slices.Concat([]string{caption}, captions, lines) {
		p.total += len(text)
		p.put(block{text: text, node: n, links: int(links * float64(inkLength(text))), row: true})
	}
}

// span reads how many columns or rows a cell takes up. HTML allows 1,000 and
// 65,534; a reader of tables needs fewer.
func span(n *html.Node, key string) int {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, key)))
	if err != nil || v < 1 {
		return 1
	}
	if key == "colspan" {
		return min(v, maxColumns)
	}
	return min(v, 4096)
}

// tableRows finds the cells of a table, row by row, and its caption.
func tableRows(n *html.Node) (rows [][]*html.Node, caption string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Caption:
			caption = cellText(textOf(c))
		case atom.Thead, atom.Tbody, atom.Tfoot:
			more, _ := tableRows(c)
			rows = append(rows, more...)
		case atom.Tr:
			var row []*html.Node
			for td := c.FirstChild; td != nil; td = td.NextSibling {
				if td.DataAtom == atom.Td || td.DataAtom == atom.Th {
					row = append(row, td)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows, caption
}

// isData reports whether a table is one of data: several columns, no table
// inside it, and no cell with so much text that it must be the page's body.
func isData(n *html.Node, rows [][]*html.Node) bool {
	columns, total, largest, cells := 0, 0, 0, 0
	for _, row := range rows {
		columns = max(columns, len(row))
		for _, td := range row {
			if contains(td, atom.Table) || contains(td, atom.Form) || contains(td, atom.H1) {
				return false
			}
			size := utf8.RuneCountInString(textOf(td))
			total += size
			largest = max(largest, size)
			cells++
		}
	}
	if columns < 2 || len(rows) < 2 || attr(n, "role") == "presentation" {
		return false
	}
	return largest <= 400 || largest*3 < total && cells >= 6
}

func contains(n *html.Node, a atom.Atom) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == a || contains(c, a) {
			return true
		}
	}
	return false
}

// textOf is the shown text below an element, its parts set off by spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case b.Len() > maxText:
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && (quiet[n.DataAtom] || hides(n)):
		default:
			if n.Type == html.ElementNode && !inline[n.DataAtom] {
				b.WriteByte(' ')
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
			if n.Type == html.ElementNode && !inline[n.DataAtom] {
				b.WriteByte(' ')
			}
		}
	}
	walk(n)
	return b.String()
}

// linkShare is the share of an element's text that is links, 0 to 1.
func linkShare(n *html.Node) float64 {
	all, links := 0, 0
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, linked bool) {
		if n.Type == html.TextNode {
			size := inkLength(n.Data)
			all += size
			if linked {
				links += size
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, linked || n.DataAtom == atom.A)
		}
	}
	walk(n, false)
	if all == 0 {
		return 0
	}
	return float64(links) / float64(all)
}
