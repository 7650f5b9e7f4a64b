package ingest

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A docxStyle is what a style of a Word document says of its paragraphs.
type docxStyle struct {
	base     string
	level    int // of the outline; 0 for text, -1 where the style does not say
	list     listItem
	contents bool // it is a line of the table of contents
}

// outlineLevel is the level of a heading for Word's, which count from 0; 9
// means text, which a style may set against the style it is based on.
func outlineLevel(n int) int {
	if n < 0 || n > 5 {
		return 0
	}
	return n + 1
}

var (
	headingStyle  = regexp.MustCompile(`(?i)^(?:heading|标题)\s*([1-6])$`)
	contentsStyle = regexp.MustCompile(`(?i)^(?:toc|目录)\s*\d+$`)
)

func (r *docxReader) readStyles(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "style" {
			continue
		}
		id, s := value(e, "styleId"), docxStyle{level: -1}
		err = r.elements(d, func(e xml.StartElement) (bool, error) {
			switch e.Name.Local {
			case "name":
				name := value(e, "val")
				s.contents = contentsStyle.MatchString(name)
				if m := headingStyle.FindStringSubmatch(name); m != nil {
					s.level, _ = strconv.Atoi(m[1])
				}
			case "basedOn":
				s.base = value(e, "val")
			case "pPr":
				p := docxParagraph{level: -1}
				err := r.properties(d, &p)
				if p.level >= 0 {
					s.level = p.level
				}
				s.list = p.list
				return true, err
			}
			return false, nil
		})
		if err != nil {
			return err
		}
		r.styles[id] = s
	}
}

// style is a style with what it takes over from those it is based on.
func (r *docxReader) style(id string) docxStyle {
	s, ok := r.styles[id]
	if !ok {
		return docxStyle{}
	}
	for range 20 { // Word allows no longer chains; a circle is one without end
		base, ok := r.styles[s.base]
		if !ok || s.level >= 0 && s.list.set {
			break
		}
		if s.level < 0 {
			s.level = base.level
		}
		if !s.list.set {
			s.list = base.list
		}
		s.base = base.base
	}
	s.level = max(s.level, 0)
	return s
}

// A listItem says which list a paragraph is an item of, and how deep.
type listItem struct {
	set   bool
	list  string
	level int
}

const listLevels = 9

// A listLevel is how Word numbers one level of a list.
type listLevel struct {
	start  int
	format string
	text   string // with %1 for the number of the first level, and so on
}

// docxNumbers are the lists of a document and how far each has counted.
type docxNumbers struct {
	kinds  map[string]*[listLevels]listLevel // by abstract list
	kindOf map[string]string
	starts map[string]map[int]int      // where a list begins otherwise than its kind
	counts map[string]*[listLevels]int // by kind, or by list for those that begin by themselves
}

func (n *docxNumbers) read(d *xml.Decoder) error {
	n.kinds, n.kindOf, n.starts, n.counts = map[string]*[listLevels]listLevel{}, map[string]string{}, map[string]map[int]int{}, map[string]*[listLevels]int{}
	var kind *[listLevels]listLevel
	var level *listLevel
	list, override := "", -1
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		val := value(e, "val")
		number, _ := strconv.Atoi(val)
		switch e.Name.Local {
		case "abstractNum":
			kind = &[listLevels]listLevel{}
			n.kinds[value(e, "abstractNumId")] = kind
			list, level = "", nil
		case "num":
			list, kind, level, override = value(e, "numId"), nil, nil, -1
		case "abstractNumId":
			n.kindOf[list] = val
		case "lvlOverride":
			override, _ = strconv.Atoi(value(e, "ilvl"))
		case "startOverride":
			if n.starts[list] == nil {
				n.starts[list] = map[int]int{}
			}
			n.starts[list][override] = number
		case "lvl":
			level = nil
			if i, err := strconv.Atoi(value(e, "ilvl")); err == nil && kind != nil && i >= 0 && i < listLevels {
				level = &kind[i]
				level.start = 1
			}
		}
		if level != nil {
			switch e.Name.Local {
			case "start":
				level.start = number
			case "numFmt":
				level.format = val
			case "lvlText":
				level.text = val
			}
		}
	}
}

// next is the number that Word shows before the next item of a list; "" for
// bullets and for what is no item.
func (n *docxNumbers) next(item listItem) string {
	kind := n.kinds[n.kindOf[item.list]]
	if kind == nil || item.level < 0 || item.level >= listLevels {
		return ""
	}
	// Lists of one kind count on where the last one ended, save those that say
	// where they begin.
	begins, own := n.starts[item.list]
	key := "kind " + n.kindOf[item.list]
	if own {
		key = "list " + item.list
	}
	counts := n.counts[key]
	if counts == nil {
		counts = &[listLevels]int{}
		for i := range counts {
			counts[i] = kind[i].start - 1
			if start, other := begins[i]; other {
				counts[i] = start - 1
			}
		}
		n.counts[key] = counts
	}
	counts[item.level]++
	for i := item.level + 1; i < listLevels; i++ {
		counts[i] = kind[i].start - 1
	}
	l := kind[item.level]
	if l.format == "bullet" || l.format == "none" || l.text == "" {
		return ""
	}
	text := l.text
	for i := range item.level + 1 {
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), counted(max(counts[i], kind[i].start), kind[i].format))
	}
	if last := text[len(text)-1]; last < 0x80 && last != ')' {
		text += " "
	}
	return text
}

// counted writes a number as a list's format asks.
func counted(n int, format string) string {
	switch format {
	case "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting", "ideographDigital", "chineseLegalSimplified":
		return chineseNumber(n)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case "upperLetter", "lowerLetter":
		if n >= 1 && n <= 26 {
			letter := string(rune('A' + n - 1))
			if format == "lowerLetter" {
				letter = strings.ToLower(letter)
			}
			return letter
		}
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	}
	return strconv.Itoa(n)
}

// chineseNumber writes 1 to 999 as 一, 十二 or 一百零三.
func chineseNumber(n int) string {
	digits := []rune("〇一二三四五六七八九")
	if n < 1 || n > 999 {
		return strconv.Itoa(n)
	}
	s := ""
	if n >= 100 {
		s = string(digits[n/100]) + "百"
		if n %= 100; n > 0 && n < 10 {
			return s + "零" + string(digits[n])
		}
	}
	if n >= 10 {
		if n >= 20 || s != "" {
			s += string(digits[n/10])
		}
		s += "十"
		n %= 10
	}
	if n > 0 {
		s += string(digits[n])
	}
	return s
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	s := ""
	for _, r := range []struct {
		value  int
		letter string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.value {
			s += r.letter
			n -= r.value
		}
	}
	return s
}
