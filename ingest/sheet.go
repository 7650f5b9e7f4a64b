package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"policybot/retrieval"
)

// csvOriginal reads a table of values set off by commas, semicolons or tabs.
func csvOriginal(raw []byte) (original, error) {
	src, charset, err := decode(raw)
	if err != nil {
		return original{}, err
	}
	r := csv.NewReader(strings.NewReader(src))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = separator(src), true, -1, true
	s := sheetReader{}
	for last := 0; ; {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return original{}, fmt.Errorf("%w: line %d is no row of a table; save it as .csv or .xlsx again", ErrNotText, lineOf(err))
		}
		begins, _ := r.FieldPos(0)
		s.empty = s.empty || begins > last+1 // the reader passes over empty lines
		last, _ = r.FieldPos(len(fields) - 1)
		last += strings.Count(fields[len(fields)-1], "\n")
		row := make([]cell, 0, len(fields))
		for _, f := range fields {
			row = append(row, cell{text: cellText(f)})
		}
		if err := s.add(row); err != nil {
			return original{}, err
		}
	}
	s.flush()
	return s.out.original(charset, retrieval.Meta{})
}

func lineOf(err error) int {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return p.Line
	}
	return 0
}

// separator is the one of comma, semicolon and tab that the first line with
// any has most of.
func separator(src string) rune {
	for line := range strings.Lines(src) {
		best, most := ',', 0
		for _, c := range []rune{',', ';', '\t'} {
			if n := strings.Count(line, string(c)); n > most {
				best, most = c, n
			}
		}
		if most > 0 {
			return best
		}
	}
	return ','
}

// A sheetReader collects rows into tables and tells these line by line. A
// sheet may hold several tables, parted by empty rows.
type sheetReader struct {
	out   composer
	rows  table
	cells int
	total int
	empty bool // the row before was empty
	known known
}

// add takes the next row.
func (s *sheetReader) add(row []cell) error {
	for len(row) > 0 && row[len(row)-1].text == "" {
		row = row[:len(row)-1]
	}
	s.total++
	s.cells += len(row)
	switch {
	case s.total > maxRows || s.cells > maxCells:
		return fmt.Errorf("%w: a table of more than %d rows or %d cells; split it", ErrTooMuch, maxRows, maxCells)
	case len(row) > maxColumns:
		return fmt.Errorf("%w: row %d has more than %d columns; split the table", ErrTooMuch, s.total, maxColumns)
	case len(row) == 0:
		s.empty = true
		return nil
	}
	if s.empty && s.opens(row) {
		s.flush()
	}
	s.empty = false
	s.rows = append(s.rows, row)
	return nil
}

// opens reports whether a row behind an empty one begins another table.
func (s *sheetReader) opens(row []cell) bool {
	_, alone := only(row)
	return len(row) == 1 || alone || readsAsHead(row)
}

// flush tells the table so far.
func (s *sheetReader) flush() {
	if len(s.rows) == 0 {
		return
	}
	width := 0
	for _, row := range s.rows {
		width = max(width, len(row))
	}
	if width > 1 { // rows end where their text ends: make the grid whole
		for i, row := range s.rows {
			if len(row) < width && len(row)+s.cells < 2*maxCells {
				s.cells += width - len(row)
				s.rows[i] = append(row, make([]cell, width-len(row))...)
			}
		}
	}
	captions, lines := s.rows.lines("")
	for i, text := range captions {
		k := s.known
		if i == 0 && len(lines) > 0 && inkLength(text) <= 60 && !onlyUnit.MatchString(text) {
			k.level = 2 // below the sheet's name
		}
		s.out.add(text, k)
	}
	for _, text := range lines {
		if s.out.full() {
			break
		}
		k := s.known
		k.row = true
		s.out.add(text, k)
	}
	s.rows = nil
}

// unnamed are the names that programs give sheets.
var unnamed = regexp.MustCompile(`(?i)^(?:sheet|工作表|表)\s*\d*$`)

// xlsxOriginal reads a workbook: each sheet is a part of its own, headed by
// its name.
func xlsxOriginal(raw []byte) (o original, err error) {
	if err := otherFormat(raw, "PK\x03\x04"); err != nil {
		return original{}, err
	}
	parts, err := openArchive(raw)
	if err == nil {
		err = parts.countSheets()
	}
	if err != nil {
		return original{}, err
	}
	defer func() {
		if p := recover(); p != nil {
			o, err = original{}, fmt.Errorf("%w: the workbook is damaged; open it and save it again", ErrNotText)
		}
	}()
	// What was unpacked once fits; the limits keep parts out of temporary files.
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: maxUnpacked + 1, UnzipXMLSizeLimit: maxUnpacked + 1})
	if err != nil {
		return original{}, fmt.Errorf("%w: it is no workbook, or damaged, or has a password; open it and save it as .xlsx", ErrNotText)
	}
	defer book.Close()
	var s sheetReader
	for _, name := range book.GetSheetList() {
		s.known = known{}
		if shown, err := book.GetSheetVisible(name); err == nil && !shown {
			s.known.why = reasonHidden
		}
		if !unnamed.MatchString(name) {
			k := s.known
			k.level = 1
			s.out.add(name, k)
		}
		if err := s.sheet(book, name); err != nil {
			return original{}, err
		}
		s.flush()
	}
	said := retrieval.Meta{}
	if props, err := book.GetDocProps(); err == nil {
		said = saidByOffice(props.Title, props.Creator)
	}
	return s.out.original("UTF-8", said)
}

// maxSheets bounds the sheets of a workbook, maxLinks what its parts say of
// each other: excelize goes through all of these for each sheet.
const maxSheets, maxLinks = 1000, 10_000

var sheetTag = regexp.MustCompile(`<(?:\w+:)?sheet[\s/>]`)

// countSheets refuses a workbook of more sheets than are read.
func (a *archive) countSheets() error {
	sheets, links := 0, 0
	for name := range a.parts {
		r, err := a.open(name)
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return fmt.Errorf("%w: its part %.80q is damaged; open the file and save it again", ErrNotText, name)
		}
		if strings.HasSuffix(name, ".rels") {
			links += bytes.Count(raw, []byte("Target"))
		}
		if bytes.Contains(raw, []byte("<sheets")) || bytes.Contains(raw, []byte(":sheets")) {
			sheets += len(sheetTag.FindAllIndex(raw, maxSheets+1))
		}
	}
	if sheets > maxSheets || links > maxLinks {
		return fmt.Errorf("%w: more than %d sheets; split it", ErrTooMuch, maxSheets)
	}
	return nil
}

// saidByOffice is what the properties of an office file say. Its author is
// often whoever installed the program, so only the title is taken, and only
// one in words.
func saidByOffice(title, _ string) retrieval.Meta {
	if title = fact(title); inkLength(title) < 4 || officeDefault.MatchString(title) {
		return retrieval.Meta{}
	}
	return retrieval.Meta{Title: retrieval.Field{Value: title, From: "file properties"}}
}

var officeDefault = regexp.MustCompile(`(?i)^(?:untitled|document|microsoft|PowerPoint|幻灯片|文档)\s?\d*|\.(?:docx?|xlsx?|wps|et)$`)

// sheet reads the rows of one sheet.
func (s *sheetReader) sheet(book *excelize.File, name string) error {
	// The rows come as a stream and are counted before anything asks for the
	// whole sheet: to have it excelize fills in every cell up to the last.
	rows, err := streamRows(book, name)
	if err != nil {
		return err
	}
	merged, err := mergedCells(book, name)
	if err != nil {
		return err
	}
	s.total, s.cells, s.empty = 0, 0, false
	for i, r := range rows {
		if r.hidden {
			continue
		}
		row := make([]cell, 0, len(r.fields))
		for _, f := range r.fields {
			row = append(row, cell{text: cellText(f)})
		}
		if err := s.add(merged.into(i+1, row)); err != nil {
			return err
		}
	}
	return nil
}

// A sheetRow is a row as the file has it.
type sheetRow struct {
	fields []string
	hidden bool
}

func streamRows(book *excelize.File, name string) ([]sheetRow, error) {
	stream, err := book.Rows(name)
	if err != nil { // a sheet of charts has none
		return nil, nil
	}
	defer stream.Close()
	var rows []sheetRow
	cells := 0
	for stream.Next() {
		fields, err := stream.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: row %d of the sheet %.40q is damaged; open the file and save it again", ErrNotText, len(rows)+1, name)
		}
		cells += len(fields)
		if len(rows) >= maxRows || cells > maxCells || len(fields) > maxColumns {
			return nil, fmt.Errorf("%w: the sheet %.40q has more than %d rows, %d columns or %d cells; split it", ErrTooMuch, name, maxRows, maxColumns, maxCells)
		}
		rows = append(rows, sheetRow{fields, stream.GetRowOpts().Hidden})
	}
	if err := stream.Error(); err != nil {
		return nil, fmt.Errorf("%w: the sheet %.40q is damaged; open the file and save it again", ErrNotText, name)
	}
	return rows, nil
}

// A place is a cell's row and column, from 1.
type place struct{ row, column int }

// A merging says what stands in cells that others reach into.
type merging map[place]cell

func mergedCells(book *excelize.File, name string) (merging, error) {
	all, err := book.GetMergeCells(name)
	if err != nil {
		return nil, nil
	}
	m := merging{}
	for _, one := range all {
		left, top, err1 := excelize.CellNameToCoordinates(one.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(one.GetEndAxis())
		if err1 != nil || err2 != nil || right < left || bottom < top {
			continue
		}
		right, bottom = min(right, left+maxColumns), min(bottom, top+maxRows)
		if (right-left+1)*(bottom-top+1)+len(m) > maxCells {
			return nil, fmt.Errorf("%w: more than %d merged cells in the sheet %.40q; split it", ErrTooMuch, maxCells, name)
		}
		text := cellText(one.GetCellValue())
		for row := top; row <= bottom; row++ {
			for column := left; column <= right; column++ {
				c := cell{text: text}
				if column > left {
					c.from = left
				}
				m[place{row, column}] = c
			}
		}
	}
	return m, nil
}

// into puts the merged cells into a row.
func (m merging) into(number int, row []cell) []cell {
	for column := 1; column <= maxColumns && len(m) > 0; column++ {
		c, ok := m[place{number, column}]
		if !ok {
			continue
		}
		for len(row) < column {
			row = append(row, cell{})
		}
		row[column-1] = c
	}
	return row
}
