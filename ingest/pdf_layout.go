package ingest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A run is text on one line without a gap.
type run struct {
	text                     string
	left, right, top, bottom float64
	rotated                  bool
}

func (r run) size() float64 { return r.bottom - r.top }

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
		p.text, p.parts = b.String(), l.runs
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
