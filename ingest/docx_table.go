package ingest

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A docxCell is a cell of a table with what Word says of its shape.
type docxCell struct {
	paragraphs []*docxParagraph
	head       bool
	cols       int
	continues  bool // the cell above reaches into it
}

func (r *docxReader) table(d *xml.Decoder) ([][]docxCell, error) {
	var rows [][]docxCell
	cells := 0
	var visit func(e xml.StartElement) (bool, error)
	visit = func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "tr":
			row, err := r.tableRow(d)
			rows = append(rows, row)
			for _, c := range row {
				cells += c.cols
			}
			if len(rows) > maxRows || cells > maxCells {
				return false, fmt.Errorf("%w: a table of more than %d rows or %d cells; split it", ErrTooMuch, maxRows, maxCells)
			}
			return true, err
		case "sdt", "sdtContent", "ins", "customXml":
			return true, r.elements(d, visit)
		}
		return false, nil
	}
	return rows, r.elements(d, visit)
}

func (r *docxReader) tableRow(d *xml.Decoder) ([]docxCell, error) {
	var row []docxCell
	head := false
	var visit func(e xml.StartElement) (bool, error)
	visit = func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "trPr":
			return true, r.elements(d, func(e xml.StartElement) (bool, error) {
				head = head || e.Name.Local == "tblHeader" && on(e)
				return false, nil
			})
		case "tc":
			c, err := r.tableCell(d)
			row = append(row, c)
			return true, err
		case "sdt", "sdtContent", "customXml":
			return true, r.elements(d, visit)
		}
		return false, nil
	}
	err := r.elements(d, visit)
	for i := range row {
		row[i].head = head
	}
	return row, err
}

func (r *docxReader) tableCell(d *xml.Decoder) (docxCell, error) {
	c := docxCell{cols: 1}
	add := func(p *docxParagraph) { c.paragraphs = append(c.paragraphs, p) }
	err := r.elements(d, func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "tcPr":
			return true, r.elements(d, func(e xml.StartElement) (bool, error) {
				switch e.Name.Local {
				case "gridSpan":
					if n, err := strconv.Atoi(value(e, "val")); err == nil {
						c.cols = min(max(n, 1), maxColumns)
					}
				case "vMerge":
					c.continues = value(e, "val") != "restart"
				}
				return false, nil
			})
		case "p":
			p := &docxParagraph{}
			err := r.runs(d, p, false)
			add(p)
			return true, err
		case "tbl":
			rows, err := r.table(d)
			for _, row := range rows {
				for _, inner := range row {
					c.paragraphs = append(c.paragraphs, inner.paragraphs...)
				}
			}
			return true, err
		case "sdt", "sdtContent", "ins", "customXml":
			return true, r.blocks(d, add, func([][]docxCell) {})
		}
		return false, nil
	})
	return c, err
}

// putTable writes a table row by row; one that only lays paragraphs out is
// written as these.
func (r *docxReader) putTable(rows [][]docxCell) {
	if !r.isData(rows) {
		for _, row := range rows {
			for _, c := range row {
				for _, p := range c.paragraphs {
					r.put(p)
				}
			}
		}
		return
	}
	unit := ""
	if n := len(r.out.lines); n > 0 {
		unit = unitIn(r.out.lines[n-1].text)
	}
	var t table
	for _, row := range rows {
		var out []cell
		for _, c := range row {
			for i := range c.cols {
				if len(out) >= maxColumns {
					break
				}
				at := len(out)
				one := cell{text: r.cellWords(c, i == 0), head: c.head}
				if c.continues && len(t) > 0 && at < len(t[len(t)-1]) {
					one = t[len(t)-1][at]
				}
				if i > 0 {
					one.text, one.from = out[at-i].text, at-i+1
				}
				out = append(out, one)
			}
		}
		t = append(t, out)
	}
	captions, lines := t.lines(unit)
	for _, text := range append(captions, lines...) {
		r.out.add(text, known{})
	}
}

func (r *docxReader) cellWords(c docxCell, first bool) string {
	if !first {
		return ""
	}
	var words []string
	for _, p := range c.paragraphs {
		list := p.list
		if !list.set {
			list = r.style(p.style).list
		}
		text := p.text.String()
		if strings.TrimFunc(text, blank) != "" {
			text = r.numbers.next(list) + text
		}
		words = append(words, text)
		for _, box := range p.boxes {
			words = append(words, box.text.String())
		}
	}
	return cellText(strings.Join(words, " "))
}

// isData reports whether a table is one of data: several columns and rows, and
// no cell that holds most of a long text.
func (r *docxReader) isData(rows [][]docxCell) bool {
	columns, total, largest, cells := 0, 0, 0, 0
	for _, row := range rows {
		columns = max(columns, len(row))
		for _, c := range row {
			size := 0
			for _, p := range c.paragraphs {
				size += utf8.RuneCountInString(p.text.String())
			}
			total += size
			largest = max(largest, size)
			cells++
		}
	}
	return columns >= 2 && len(rows) >= 2 && (largest <= 400 || largest*3 < total && cells >= 6)
}
