package ingest

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
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
	for i, p := range pages {
		read[i] = readPage(p)
		if len(read[i].lines) == 0 {
			blank++
		}
	}
	if len(pages) == 0 || blank*2 > len(pages) {
		return original{}, fmt.Errorf("%w: it is a scan: %d of its %d pages are pictures without text; have its text recognised (OCR) and save that as a PDF with text or as .docx", ErrNotText, blank, len(pages))
	}
	markRunning(read)
	var c composer
	var open []printed // the lines of the paragraph that goes on
	flush := func() {
		if len(open) == 0 {
			return
		}
		var b strings.Builder
		for i, l := range open {
			if i > 0 && !wide(lastRune(open[i-1].text)) && !wide(firstRune(l.text)) {
				b.WriteByte(' ')
			}
			b.WriteString(l.text)
		}
		c.add(b.String(), known{page: open[0].page, lastPage: open[len(open)-1].page})
		open = open[:0]
	}
	for i, p := range read {
		for _, l := range p.lines {
			l.page = i + 1
			if l.why != "" {
				continue
			}
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

// A run is text on one line without a gap.
type run struct {
	text                     string
	left, right, top, bottom float64
	rotated                  bool
}

func (r run) size() float64 { return r.bottom - r.top }

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

// readPage finds the lines of a page.
func readPage(p pdfPage) pageText {
	var upright, rotated []run
	for _, r := range runs(p.Chars) {
		if r.rotated {
			rotated = append(rotated, r)
		} else {
			upright = append(upright, r)
		}
	}
	t := pageText{height: p.Height}
	t.lines = columnsOf(upright, 0)
	for _, r := range rotated {
		t.lines = append(t.lines, printed{text: r.text, left: r.left, right: r.right, top: r.top, bottom: r.bottom, why: reasonRotated})
	}
	return t
}

// runs joins the characters of a page, in the order in which the file draws
// them, to runs.
func runs(chars []pdfChar) []run {
	var out []run
	var b strings.Builder
	var cur run
	open, spaced := false, false
	flush := func() {
		if text := strings.TrimSpace(b.String()); open && text != "" {
			cur.text = text
			out = append(out, cur)
		}
		b.Reset()
		open, spaced = false, false
	}
	for _, c := range chars {
		if strings.TrimFunc(c.Text, blank) == "" {
			spaced = spaced || c.Text != ""
			continue
		}
		rotated := math.Abs(math.Remainder(c.Angle, 2*math.Pi)) > .1
		size := max(c.Bottom-c.Top, 1)
		if open {
			middle := (c.Top + c.Bottom) / 2
			gap := c.Left - cur.right
			em := max(size, cur.size())
			if rotated != cur.rotated || !rotated && (middle < cur.top || middle > cur.bottom || gap > 1.2*em || gap < -.6*em) {
				flush()
			} else if !rotated && parted(lastRune(b.String()), firstRune(c.Text), gap/em, spaced) {
				b.WriteByte(' ')
			}
		}
		if !open {
			cur, open = run{left: c.Left, right: c.Right, top: c.Top, bottom: c.Bottom, rotated: rotated}, true
		}
		spaced = false
		b.WriteString(c.Text)
		cur.left, cur.right = min(cur.left, c.Left), max(cur.right, c.Right)
		cur.top, cur.bottom = min(cur.top, c.Top), max(cur.bottom, c.Bottom)
	}
	flush()
	return out
}

// parted reports whether there is a space between two characters: next to an
// ideograph only where the gap, in heights of a character, is wider than what
// typesetting puts around figures and Latin words.
func parted(a, b rune, gap float64, spaced bool) bool {
	switch {
	case wide(a) || wide(b):
		return gap > .6
	case spaced:
		return gap > .08
	}
	return gap > .3
}

// maxColumnsDeep bounds how often columns are looked for inside columns.
const maxColumnsDeep = 4

// columnsOf orders the runs of a piece of a page: where a gutter parts it into
// columns of running text, these one behind the other, between the lines that
// cross it; else line by line.
func columnsOf(rs []run, depth int) []printed {
	lines := linesOf(rs)
	at, ok := gutter(lines, rs)
	if !ok || depth >= maxColumnsDeep {
		return finish(lines, 0, 0)
	}
	from, to := extent(rs)
	var out []printed
	var left, right []run
	flush := func() {
		out = append(out, columnsOf(left, depth+1)...)
		out = append(out, columnsOf(right, depth+1)...)
		left, right = nil, nil
	}
	for _, l := range lines {
		var across []run
		for _, r := range l.runs {
			switch {
			case r.right <= at+1:
				left = append(left, r)
			case r.left >= at-1:
				right = append(right, r)
			default:
				across = append(across, r)
			}
		}
		if len(across) > 0 {
			flush()
			out = append(out, finish([]rawPrinted{{runs: across}}, from, to)...)
		}
	}
	flush()
	return out
}

// A rawPrinted is the runs of one line, from left to right.
type rawPrinted struct{ runs []run }

// linesOf groups runs that stand on one line, top down.
func linesOf(rs []run) []rawPrinted {
	rs = slices.Clone(rs)
	slices.SortStableFunc(rs, func(a, b run) int { return cmp.Compare(a.top+a.bottom, b.top+b.bottom) })
	var out []rawPrinted
	var top, bottom float64
	for _, r := range rs {
		middle := (r.top + r.bottom) / 2
		if n := len(out); n > 0 && middle > top && middle < bottom {
			out[n-1].runs = append(out[n-1].runs, r)
			continue
		}
		top, bottom = r.top, r.bottom
		out = append(out, rawPrinted{[]run{r}})
	}
	for _, l := range out {
		slices.SortStableFunc(l.runs, func(a, b run) int { return cmp.Compare(a.left, b.left) })
	}
	return out
}

// gutter finds the white strip between two columns of text: most lines have
// ink on both of its sides and hardly any across it, and the lines of either
// side mostly fill their column, as those of tables do not.
func gutter(lines []rawPrinted, rs []run) (at float64, ok bool) {
	if len(lines) < 6 || len(rs) < 10 {
		return 0, false
	}
	from, to := extent(rs)
	const steps = 60
	best := math.MaxInt
	for i := steps / 4; i <= steps*3/4; i++ {
		x := from + (to-from)*float64(i)/steps
		crossing := 0
		for _, r := range rs {
			if r.left < x-1 && r.right > x+1 {
				crossing++
			}
		}
		if crossing < best {
			best, at = crossing, x
		}
	}
	var left, right []run
	for _, r := range rs {
		switch {
		case r.right <= at+1:
			left = append(left, r)
		case r.left >= at-1:
			right = append(right, r)
		}
	}
	return at, best*4 <= len(rs) && fills(left) && fills(right)
}

// fills reports whether most runs are lines that fill a column.
func fills(rs []run) bool {
	if len(rs) < 4 {
		return false
	}
	from, to := extent(rs)
	whole := 0
	for _, r := range rs {
		if r.right-r.left >= .75*(to-from) {
			whole++
		}
	}
	return whole*2 >= len(rs) && to-from > 100
}

// extent is the left and the right edge of some runs.
func extent(rs []run) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, r := range rs {
		from, to = min(from, r.left), max(to, r.right)
	}
	return from, to
}

// finish writes the lines of a column and says how each stands in it. The
// column's edges are those given, or else follow from the lines.
func finish(lines []rawPrinted, from, to float64) []printed {
	var out []printed
	for _, l := range lines {
		if len(l.runs) == 0 {
			continue
		}
		p := printed{left: math.Inf(1), right: math.Inf(-1), top: math.Inf(1), bottom: math.Inf(-1)}
		var b strings.Builder
		for i, r := range l.runs {
			if i > 0 {
				gap := r.left - l.runs[i-1].right
				p.cells = p.cells || gap > 2.5*r.size()
				if parted(lastRune(b.String()), firstRune(r.text), gap/r.size(), false) {
					b.WriteByte(' ')
				}
			}
			b.WriteString(r.text)
			p.left, p.right = min(p.left, r.left), max(p.right, r.right)
			p.top, p.bottom = min(p.top, r.top), max(p.bottom, r.bottom)
			p.size = max(p.size, r.size())
		}
		p.text = b.String()
		out = append(out, p)
	}
	if from == to {
		from, to = edges(out)
	}
	for i := range out {
		l := &out[i]
		l.space = to - l.right
		l.full = l.space <= 1.6*l.size
		l.indented = l.left-from >= 1.2*l.size
	}
	return out
}

// edges finds the edges of a column. The left one is where most lines begin: a
// number in the margin is none.
func edges(lines []printed) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	counts, best := map[int]int{}, 0
	for _, l := range lines {
		from, to = min(from, l.left), max(to, l.right)
		at := int(math.Round(l.left))
		if counts[at]++; counts[at] > counts[best] {
			best = at
		}
	}
	if counts[best]*3 >= len(lines) && len(lines) > 0 {
		from = float64(best)
	}
	return from, to
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
