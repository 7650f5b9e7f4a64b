package ingest

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode"

	"policybot/retrieval"
)

// Why lines of a PDF are taken out.
const (
	reasonRunning = "running head or foot"
	reasonNumber  = "page number"
	reasonRotated = "rotated text" // stamps and watermarks
)

// pdfOriginal reads a PDF: its columns one behind the other, the lines of a
// paragraph joined, also over the end of a page.
func pdfOriginal(raw []byte) (original, error) {
	if err := otherFormat(raw, "%PDF-"); err != nil {
		return original{}, err
	}
	pages, err := pdfPages(raw)
	if err != nil {
		return original{}, err
	}
	return layOut(pages)
}

// layOut makes the pages of a PDF into lines.
func layOut(pages []pdfPage) (original, error) {
	blank, read := 0, make([]pageText, len(pages))
	var over []float64 // the edges of the table that may go on
	for i, p := range pages {
		read[i] = readPage(p, over)
		over = nil
		for _, l := range read[i].lines {
			if l.table != nil {
				over = l.table.edges
			}
		}
		if len(read[i].lines) == 0 {
			blank++
		}
	}
	if len(pages) == 0 || blank*2 > len(pages) {
		return original{}, fmt.Errorf("%w: it is a scan: %d of its %d pages are pictures without text; have its text recognised (OCR) and save that as a PDF with text or as .docx", ErrNotText, blank, len(pages))
	}
	markRunning(read)
	joinTables(read)
	var c composer
	var open []printed   // the lines of the paragraph that goes on
	var before *pdfTable // with nothing behind it yet
	flush := func() {
		if len(open) == 0 {
			return
		}
		c.add(linesText(open), known{page: open[0].page, lastPage: open[len(open)-1].page})
		open = open[:0]
	}
	for i, p := range read {
		for _, l := range p.lines {
			l.page = i + 1
			if l.why != "" {
				continue
			}
			if l.table != nil {
				flush()
				before = l.table.tell(&c, l.page, before)
				continue
			}
			before = nil
			if len(open) > 0 && !open[len(open)-1].goesOnIn(l) {
				flush()
			}
			open = append(open, l)
		}
		// What is taken out of a page stands behind the paragraph that it cuts.
		last := i+1 == len(read) || len(open) > 0 && !open[len(open)-1].full
		if last {
			flush()
		}
		for _, l := range p.lines {
			if l.why != "" {
				c.add(l.text, known{page: i + 1, lastPage: i + 1, why: l.why})
			}
		}
	}
	flush()
	return c.original("UTF-8", retrieval.Meta{})
}

// A printed line is a line as it stands on the page.
type printed struct {
	text                     string
	left, right, top, bottom float64
	size                     float64 // the height of its characters
	cells                    bool    // it has wide gaps, as the rows of tables do
	full                     bool    // it reaches the right edge of its column
	space                    float64 // from its end to that edge
	indented                 bool
	page                     int
	why                      string
	parts                    []run     // its pieces, parted by gaps
	table                    *pdfTable // it stands for a table
}

// A pageText is the lines of a page in the order in which they are read.
type pageText struct {
	lines  []printed
	height float64
}

// goesOnIn reports whether the paragraph of line l goes on in line n, the next
// that is read.
func (l printed) goesOnIn(n printed) bool {
	switch {
	case n.indented || l.cells || n.cells:
		return false
	case !l.full && (endsSentence(l.text) || l.space > n.firstWord()):
		return false
	case math.Abs(l.size-n.size) > .15*max(l.size, n.size):
		return false
	case endsSentence(l.text) && markerOf(n.text).kind != noMarker:
		return false
	case l.page == n.page && n.top > l.top && n.top-l.bottom > 1.6*max(l.size, n.size):
		return false
	}
	return true
}

var unbroken = regexp.MustCompile(`^[!-~]*[^!-~]?[，。、；：）％]?`)

// firstWord is how wide the part at the start of a line is that is not broken:
// where less was left above, the line above was full.
func (l printed) firstWord() float64 {
	if !strings.ContainsAny(l.text[:1], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz(") {
		return 0
	}
	return float64(columns(unbroken.FindString(l.text))) / 2 * l.size
}

// readPage finds the lines and tables of a page. over are the edges of the last
// table of the page before, which may go on on this one.
func readPage(p pdfPage, over []float64) pageText {
	var upright, rotated []run
	tables, chars := ruledTables(p, over)
	for _, r := range runs(chars) {
		if r.rotated {
			rotated = append(rotated, r)
		} else {
			upright = append(upright, r)
		}
	}
	t := pageText{height: p.Height}
	t.lines = alignedTables(columnsOf(upright, 0))
	if len(tables) > 0 {
		t.lines = between(tables, t.lines, upright)
	}
	for _, r := range rotated {
		t.lines = append(t.lines, printed{text: r.text, left: r.left, right: r.right, top: r.top, bottom: r.bottom, why: reasonRotated})
	}
	return t
}

var pageNumber = regexp.MustCompile(`^(?:[-—–－·\s]*\d{1,4}[-—–－·\s]*|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|(?i:page)\s*\d{1,4}(?:\s*of\s*\d{1,4})?|[ivxlc]{1,6})$`)

// A spot is a line at a place of a page, its figures and spaces aside.
type spot struct {
	text string
	top  int // in steps of 4 points
}

func (l printed) spot() spot {
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '#'
		case unicode.IsSpace(r):
			return -1
		}
		return r
	}, l.text)
	return spot{text, int(l.top / 4)}
}

// marginal reports whether a line stands where heads and feet do, and does not
// read as a sentence.
func (l printed) marginal(p pageText) bool {
	return l.why == "" && (l.bottom < p.height*.13 || l.top > p.height*.87) && !strings.ContainsAny(l.text, "。；，")
}

// markRunning marks page numbers and what stands on many pages at the same
// height, near the top or the bottom.
func markRunning(pages []pageText) {
	seen := map[spot]int{}
	for _, p := range pages {
		on := map[spot]bool{}
		for _, l := range p.lines {
			if s := l.spot(); l.marginal(p) && !on[s] {
				on[s] = true
				seen[s]++
			}
		}
	}
	for _, p := range pages {
		for j := range p.lines {
			l := &p.lines[j]
			on := seen[l.spot()]
			switch {
			case !l.marginal(p):
			case pageNumber.MatchString(l.text) && l.apart(p.lines):
				l.why = reasonNumber
			case on >= 3 && on*5 >= len(pages)*2 || on == 2 && len(pages) == 2:
				l.why = reasonRunning
			}
		}
	}
}

// apart reports whether a line is the first or the last of its page.
func (l printed) apart(lines []printed) bool {
	above, below := false, false
	for _, o := range lines {
		above = above || o.bottom < l.top-1
		below = below || o.top > l.bottom+1
	}
	return !above || !below
}
