package ingest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxNesting is how deep the elements of a DOCX part that matter may nest:
// tables in text boxes in tables, and so on.
const maxNesting = 100

// Why paragraphs of a DOCX file are taken out.
const reasonContents = "table of contents"

// docxOriginal reads a Word document: its paragraphs with the numbers that
// Word shows before them, its headings by their styles, its tables row by row,
// its footnotes at the end. Deleted and hidden text is no part of it.
func docxOriginal(raw []byte) (original, error) {
	if err := otherFormat(raw, "PK\x03\x04"); err != nil {
		return original{}, err
	}
	a, err := openArchive(raw)
	if err != nil {
		return original{}, err
	}
	r := docxReader{styles: map[string]docxStyle{}}
	for _, part := range []struct {
		name string
		read func(*xml.Decoder) error
	}{
		{"word/styles.xml", r.readStyles}, {"word/numbering.xml", r.numbers.read},
		{"docProps/core.xml", r.readTitle}, {"word/document.xml", r.readText}, {"word/footnotes.xml", r.readText},
	} {
		in, err := a.open(part.name)
		if err != nil {
			return original{}, err
		}
		if in == nil {
			if part.name == "word/document.xml" {
				return original{}, fmt.Errorf("%w: it is no Word document; check that it is the right file", ErrNotText)
			}
			continue
		}
		err = part.read(xml.NewDecoder(in))
		in.Close()
		switch {
		case errors.Is(err, ErrTooMuch):
			return original{}, err
		case err != nil && !errors.Is(err, io.EOF):
			return original{}, fmt.Errorf("%w: its part %s is damaged; open it in Word and save it again", ErrNotText, part.name)
		}
	}
	return r.out.original("UTF-8", saidByOffice(r.title, ""))
}

// A docxReader reads the parts of a Word document.
type docxReader struct {
	out     composer
	styles  map[string]docxStyle
	numbers docxNumbers
	title   string
	depth   int
}

// A docxParagraph is one with what its properties say.
type docxParagraph struct {
	text   strings.Builder
	hidden strings.Builder
	style  string
	level  int // of the outline, 1 the highest; 0 for text
	list   listItem
	boxes  []*docxParagraph // of text boxes that hang on it
}

// elements goes through the children of the open element and ends with it.
// Those that visit does not take are passed over.
func (r *docxReader) elements(d *xml.Decoder, visit func(e xml.StartElement) (taken bool, err error)) error {
	if r.depth++; r.depth > maxNesting {
		return fmt.Errorf("%w: its elements are nested more than %d deep; save its text as a new document", ErrTooMuch, maxNesting)
	}
	defer func() { r.depth-- }()
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			taken, err := visit(e)
			if err != nil {
				return err
			}
			if !taken {
				if err := d.Skip(); err != nil {
					return err
				}
			}
		}
	}
}

// value is an attribute of an element, by its local name.
func value(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on reports whether a property that is on or off is on.
func on(e xml.StartElement) bool {
	v := value(e, "val")
	return v != "0" && v != "false" && v != "off" && v != "none"
}

func (r *docxReader) readTitle(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "title" {
			return d.DecodeElement(&r.title, &e)
		}
	}
}

// readText reads a part of paragraphs and tables.
func (r *docxReader) readText(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		if _, ok := t.(xml.StartElement); ok {
			return r.blocks(d, r.put, r.putTable)
		}
	}
}

// blocks reads the paragraphs and tables of the open element, and of those in
// it that only group.
func (r *docxReader) blocks(d *xml.Decoder, paragraph func(*docxParagraph), tables func([][]docxCell)) error {
	return r.elements(d, func(e xml.StartElement) (bool, error) {
		if r.out.full() {
			return false, nil
		}
		switch e.Name.Local {
		case "p":
			p := &docxParagraph{}
			err := r.runs(d, p, false)
			paragraph(p)
			return true, err
		case "tbl":
			rows, err := r.table(d)
			tables(rows)
			return true, err
		case "body", "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice", "footnote", "txbxContent":
			return true, r.blocks(d, paragraph, tables)
		}
		return false, nil
	})
}

// runs reads the text of a paragraph and its properties.
func (r *docxReader) runs(d *xml.Decoder, p *docxParagraph, hidden bool) error {
	text := func(s string) {
		if hidden {
			p.hidden.WriteString(s)
		} else if p.text.Len() < maxText {
			p.text.WriteString(s)
		}
	}
	return r.elements(d, func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "t":
			var s string
			err := d.DecodeElement(&s, &e)
			text(s)
			return true, err
		case "tab", "ptab":
			text("\t")
		case "br", "cr":
			text("\n")
		case "noBreakHyphen":
			text("-")
		case "vanish":
			hidden = hidden || on(e)
		case "pPr":
			return true, r.properties(d, p)
		case "rPr":
			return true, r.elements(d, func(e xml.StartElement) (bool, error) {
				hidden = hidden || e.Name.Local == "vanish" && on(e)
				return false, nil
			})
		case "txbxContent":
			return true, r.blocks(d, func(q *docxParagraph) { p.boxes = append(p.boxes, q) }, func(rows [][]docxCell) {
				for _, row := range rows {
					for _, c := range row {
						p.boxes = append(p.boxes, c.paragraphs...)
					}
				}
			})
		case "r", "hyperlink", "ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "AlternateContent", "Choice", "drawing",
			"inline", "anchor", "graphic", "graphicData", "wsp", "txbx", "pict", "shape", "rect", "textbox", "wgp", "group", "oMath", "oMathPara", "ruby", "rubyBase", "dir", "bdo":
			return true, r.runs(d, p, hidden)
		}
		return false, nil
	})
}

// properties reads the style, the outline level and the list of a paragraph.
func (r *docxReader) properties(d *xml.Decoder, p *docxParagraph) error {
	return r.elements(d, func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "pStyle":
			p.style = value(e, "val")
		case "outlineLvl":
			if n, err := strconv.Atoi(value(e, "val")); err == nil {
				p.level = outlineLevel(n)
			}
		case "numPr":
			return true, r.listOf(d, &p.list)
		}
		return false, nil
	})
}

// listOf reads which list a paragraph is an item of.
func (r *docxReader) listOf(d *xml.Decoder, item *listItem) error {
	return r.elements(d, func(e xml.StartElement) (bool, error) {
		switch e.Name.Local {
		case "numId":
			item.list, item.set = value(e, "val"), true
		case "ilvl":
			item.level, _ = strconv.Atoi(value(e, "val"))
		}
		return false, nil
	})
}

// put writes a paragraph, its lines apart, and then its text boxes.
func (r *docxReader) put(p *docxParagraph) {
	style := r.style(p.style)
	level, list := p.level, p.list
	if level == 0 {
		level = style.level
	}
	if !list.set {
		list = style.list
	}
	k := known{level: max(level, 0)}
	if style.contents {
		k = known{why: reasonContents}
	}
	text := p.text.String()
	if strings.TrimFunc(text, blank) != "" {
		text = r.numbers.next(list) + strings.TrimLeft(text, "\n")
	}
	for line := range strings.SplitSeq(text, "\n") {
		r.out.add(line, k)
	}
	r.out.add(p.hidden.String(), known{why: reasonHidden})
	for _, box := range p.boxes {
		r.put(box)
	}
}
