package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// Limits of one table. A wider or longer one is no table that people read.
const (
	maxColumns = 256
	maxRows    = 50_000
	maxCells   = 1_000_000
)

// A cell is one field of a table.
type cell struct {
	text string
	head bool // marked as a heading of its column or row
	from int  // the column, counted from 1, whose text it repeats because the two are merged; 0 for none
}

// A table is a grid of rows in which merged cells have been filled in.
type table [][]cell

// A spanned cell takes up several columns and rows, at least one each.
type spanned struct {
	text       string
	head       bool
	cols, rows int
}

// fill lays rows of spanned cells out as a grid. A cell that reaches over
// several columns or rows stands in each of them.
func fill(rows [][]spanned) table {
	type hanging struct {
		cell
		rows int
	}
	var t table
	var above []hanging // by column: cells that reach down into the next row
	cells := 0
	for _, row := range rows {
		if len(t) >= maxRows || cells >= maxCells {
			break
		}
		var out []cell
		next := 0
		for col := 0; col < maxColumns && (next < len(row) || slices.ContainsFunc(above[min(col, len(above)):], func(h hanging) bool { return h.rows > 0 })); {
			if col < len(above) && above[col].rows > 0 {
				above[col].rows--
				out = append(out, above[col].cell)
				col++
				continue
			}
			if next == len(row) {
				out = append(out, cell{})
				col++
				continue
			}
			s := row[next]
			next++
			first := col + 1
			for i := 0; i < max(1, s.cols) && col < maxColumns; i++ {
				if i > 0 && col < len(above) && above[col].rows > 0 {
					break
				}
				c := cell{text: s.text, head: s.head}
				if i > 0 {
					c.from = first
				}
				for len(above) <= col {
					above = append(above, hanging{})
				}
				above[col] = hanging{c, max(1, s.rows) - 1}
				out = append(out, c)
				col++
			}
		}
		cells += len(out)
		t = append(t, out)
	}
	return t
}

var (
	plainValue = regexp.MustCompile(`^[-+−±<>≤≥≈~约]?[\d,，.．\s]+[%％‰]?$`)
	serial     = regexp.MustCompile(`^(?:序号|编号|No\.?|#)$`)
	// headWords stand at the head of a column, hardly anywhere else.
	headWords = regexp.MustCompile(`^(?:序号|项目|指标|指标名称|名称|内容|类别|类型|目标|目标值|单位|计量单位|属性|事项|任务|重点任务|主要任务|举措|措施|责任单位|牵头单位|配合单位|完成时限|时间|年份|地区|区域|区县|备注|说明|标准|金额|数量|合计|item|name|year|unit|target|value|description|indicator|category)$`)
)

// lines tells a table row by row: each value behind the heading of its column,
// so that a figure keeps its meaning wherever the row is quoted. unit is the
// one that the text above the table gives for all its figures, "" for none.
//
// The parts of a row are set off by commas, since a row is one sentence. Rows
// with one text across all columns stand as they are; those above the headings
// are the table's captions. A row that is too long for a passage is told cell
// by cell, each with the row's name.
func (t table) lines(unit string) (captions, out []string) {
	captions, rows := t.told(unit)
	return captions, slices.Concat(rows...)
}

// told is lines with those of each row by themselves.
func (t table) told(unit string) (captions []string, out [][]string) {
	for len(t) > 0 {
		if u, texts := unitRowOf(t[0]); u != "" {
			unit, captions, t = u, append(captions, texts...), t[1:]
			continue
		}
		text, alone := only(t[0])
		if !alone || len(t) == 1 && text == "" {
			break
		}
		if text != "" && len(t[0]) == 2 && t[0][0].text == "" {
			break // the heading of the values, above labels that need none
		}
		if text != "" {
			captions = append(captions, text)
		}
		t = t[1:]
	}
	heads := t.headRows()
	names := t.names(heads)
	if heads > 0 && heads == len(t) { // nothing but headings
		heads, names = 0, nil
	}
	paired := heads == 0 && t.pairs()
	size := 0
	for _, row := range t[heads:] {
		var told []string
		switch text, alone := only(row); {
		case text == "":
		case alone:
			told = []string{text}
		case paired:
			told = pairLines(row)
		default:
			told = rowLines(row, names, unit)
		}
		out = append(out, told)
		for _, text := range told {
			size += len(text)
		}
		if size > maxText { // long texts that reach down many rows: the file is refused
			break
		}
	}
	return captions, out
}

// only is the one text of a row that has no other.
func only(row []cell) (text string, alone bool) {
	for _, c := range row {
		if c.text == "" || c.from > 0 {
			continue
		}
		if text != "" {
			return text, false
		}
		text = c.text
	}
	return text, len(row) > 1 || text == ""
}

// headRows counts the rows at the top that are headings of the columns: those
// marked so, else the first where it reads like one and the rows below it do
// not. Where cells of the first reach over several columns or down, the rows
// that they reach into are headings too.
func (t table) headRows() int {
	n := 0
	for n < len(t) && allHeads(t[n]) {
		n++
	}
	if n > 0 {
		return n
	}
	if len(t) < 2 || len(t[0]) < 2 || !readsAsHead(t[0]) || t.pairs() {
		return 0
	}
	n = 1
	for n < min(len(t)-1, 4) && t.deepens(n) && readsAsHead(t[n]) {
		n++
	}
	return n
}

func allHeads(row []cell) bool {
	any := false
	for _, c := range row {
		if c.text != "" && !c.head {
			return false
		}
		any = any || c.text != ""
	}
	return any && len(row) > 1
}

// deepens reports whether row n goes on with the headings of the rows above:
// it repeats one that reaches down, or parts one that reaches across.
func (t table) deepens(n int) bool {
	across, down := false, false
	for i, c := range t[n] {
		if i >= len(t[n-1]) || c.text == "" {
			continue
		}
		up := t[n-1][i]
		down = down || up.text == c.text && up.text != ""
		across = across || (up.from > 0 || i+1 < len(t[n-1]) && t[n-1][i+1].from == i+1) && c.from == 0 && up.text != c.text
	}
	return across && (down || t[n][0].text == "")
}

// readsAsHead reports whether a row's texts could be headings: several, short,
// all in words, at most the first one missing.
func readsAsHead(row []cell) bool {
	inked := 0
	for i, c := range row {
		switch {
		case c.text == "" && i > 0:
			return false
		case c.text == "":
			continue
		case utf8.RuneCountInString(c.text) > 40 || endsSentence(c.text):
			return false
		case plainValue.MatchString(c.text) && !(len(c.text) == 4 && (strings.HasPrefix(c.text, "19") || strings.HasPrefix(c.text, "20"))):
			return false
		}
		inked++
	}
	return inked >= 2 || inked == 1 && len(row) == 2
}

// pairs reports whether a table without column headings names the value to the
// right of each label, as the facts of a document are given.
func (t table) pairs() bool {
	labelled, marked := 0, 0
	for _, row := range t {
		if len(row) < 2 || len(row)%2 != 0 {
			return false
		}
		label := strings.TrimSpace(row[0].text)
		if strings.HasSuffix(label, "：") || strings.HasSuffix(label, ":") {
			labelled++
		}
		if row[0].head && !row[1].head {
			marked++
		}
	}
	if n := len(t); labelled*2 > n || marked*2 > n {
		return true
	}
	if len(t) == 0 || len(t[0]) != 2 || t[0][0].text == "" || headWords.MatchString(strings.ToLower(t[0][0].text)) || headWords.MatchString(strings.ToLower(t[0][1].text)) {
		return false
	}
	// Two columns without telling headings: a label and its value, unless
	// values are figures and the first is not.
	figures := 0
	for _, row := range t[1:] {
		if strings.ContainsFunc(row[1].text, unicode.IsDigit) {
			figures++
		}
	}
	return figures*2 <= len(t)-1 || strings.ContainsFunc(t[0][1].text, unicode.IsDigit)
}

func pairLines(row []cell) []string {
	var parts []string
	for i := 0; i+1 < len(row); i += 2 {
		label, value := strings.TrimRight(row[i].text, ":： "), row[i+1].text
		switch {
		case row[i+1].from > 0 || value == "":
			value = ""
		case label != "" && row[i].from == 0:
			label += "："
		}
		if text := label + value; text != "" && (row[i].from == 0 || value != "") {
			parts = append(parts, text)
		}
	}
	return parts
}

// names are the headings of the columns, those of several rows one behind the
// other.
func (t table) names(heads int) []string {
	var names []string
	for _, row := range t[:heads] {
		for i, c := range row {
			for len(names) <= i {
				names = append(names, "")
			}
			text := strings.TrimRight(c.text, ":：")
			switch {
			case len(text)+len(names[i]) > 400: // a text, and no heading
			case names[i] == "":
				names[i] = text
			case text != "" && !strings.HasSuffix(names[i], text):
				names[i] += " " + text
			}
		}
	}
	return names
}

// rowLines tells one row, in one line if it is not too long. unit is that of
// the whole table.
func rowLines(row []cell, names []string, unit string) []string {
	heading := func(i int) string {
		if i < len(names) {
			return names[i]
		}
		return ""
	}
	about := -1 // the cell that says what the row is about
	for i, c := range row {
		if c.text != "" && c.from == 0 && !serial.MatchString(heading(i)) && !plainValue.MatchString(c.text) {
			about = i
			break
		}
	}
	units := newUnitRow(row, names, "", unit)
	if about >= 0 {
		units = newUnitRow(row, names, row[about].text, unit)
	}
	var parts []string
	label, measured, unmeasured := "", false, false
	for i, c := range row {
		if c.text == "" || c.from > 0 {
			continue
		}
		text := strings.TrimRight(c.text, "，,；;")
		if u := units.of(heading(i), text); u != "" {
			text, measured = text+u, true
		} else if bareFigure.MatchString(text) && !serial.MatchString(heading(i)) {
			unmeasured = true
		}
		if h := heading(i); h != "" && h != c.text {
			text = h + "：" + text
		}
		if i == about {
			label = text
		}
		parts = append(parts, text)
	}
	end := ""
	if unit != "" && unmeasured && !measured {
		end = "（表中单位：" + unit + "）"
	}
	whole := strings.Join(parts, "，") + end
	if utf8.RuneCountInString(whole) <= longest || len(parts) < 3 {
		return []string{whole}
	}
	if utf8.RuneCountInString(label) > longest/4 {
		label = "" // too long to be told again before each cell
	}
	var out []string
	for _, p := range parts {
		switch {
		case label == "":
			out = append(out, p+end)
		case p != label:
			out = append(out, label+"，"+p+end)
		}
	}
	return out
}

// cellText is a cell's text on one line: its paragraphs with a space between
// them where they do not part themselves.
func cellText(s string) string {
	s = foldSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, s))
	// A space between two ideographs in a short cell only sets the type: 合 计.
	if utf8.RuneCountInString(s) <= 8 && han.HasHan(s) {
		var b strings.Builder
		var last rune
		for i, r := range s {
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if r != ' ' || !han.IsHan(last) || !han.IsHan(next) {
				b.WriteRune(r)
			}
			last = r
		}
		s = b.String()
	}
	return s
}
