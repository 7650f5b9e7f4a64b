package ingest

import (
	"math"
	"slices"
	"strings"
)

func (r pdfRule) level() bool { return r.Right-r.Left >= r.Bottom-r.Top }

// connected groups rules that meet.
func connected(rules []pdfRule) [][]pdfRule {
	group := make([]int, len(rules))
	for i := range group {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	// From left to right, so that only rules that may meet are compared.
	order := make([]int, len(rules))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, rules[a].Left-rules[b].Left)) })
	for n, i := range order {
		a := rules[i]
		for _, k := range order[n+1:] {
			b := rules[k]
			if b.Left > a.Right+near {
				break
			}
			if b.Top <= a.Bottom+near && a.Top <= b.Bottom+near {
				group[find(i)] = find(k)
			}
		}
	}
	byRoot := map[int][]pdfRule{}
	var roots []int
	for i, r := range rules {
		root := find(i)
		if byRoot[root] == nil {
			roots = append(roots, root)
		}
		byRoot[root] = append(byRoot[root], r)
	}
	var out [][]pdfRule
	for _, root := range roots {
		out = append(out, byRoot[root])
	}
	return out
}

// positions are the places of lines along one axis, those that are nearly the
// same taken together.
func positions(at []float64) []float64 {
	slices.Sort(at)
	var out []float64
	for _, x := range at {
		if len(out) == 0 || x-out[len(out)-1] > near {
			out = append(out, x)
		}
	}
	return out
}

// ruledTable makes a group of rules into a table with the characters in it. ok
// is false when they are none, or none that is certain: of a table with the
// edges over, the rest of one row is enough.
func ruledTable(rules []pdfRule, chars []pdfChar, over []float64) (t pdfTable, inside []bool, ok bool) {
	var xs, ys []float64
	t = pdfTable{left: math.Inf(1), top: math.Inf(1), right: math.Inf(-1), bottom: math.Inf(-1)}
	for _, r := range rules {
		if r.level() {
			ys = append(ys, (r.Top+r.Bottom)/2)
		} else {
			xs = append(xs, (r.Left+r.Right)/2)
		}
		t.left, t.right = min(t.left, r.Left), max(t.right, r.Right)
		t.top, t.bottom = min(t.top, r.Top), max(t.bottom, r.Bottom)
	}
	if len(xs) == 0 || len(ys) == 0 {
		return t, nil, false
	}
	// Tables are often open at their sides.
	xs, ys = positions(append(xs, t.left, t.right)), positions(append(ys, t.top, t.bottom))
	columns, rows := len(xs)-1, len(ys)-1
	goesOn := sameEdges(xs, over)
	if columns < 2 || rows < 2 && !goesOn || columns > maxColumns || columns*rows > mostCells {
		return t, nil, false
	}
	cells := make([][]pdfChar, columns*rows)
	inside = make([]bool, len(chars))
	for i, c := range chars {
		x, y := (c.Left+c.Right)/2, (c.Top+c.Bottom)/2
		if strings.TrimFunc(c.Text, blank) == "" || y < t.top || y > t.bottom {
			continue
		}
		column, row := interval(xs, x), interval(ys, y)
		if column < 0 || row < 0 || turned(c) {
			return t, nil, false // text beside the table, or across it
		}
		inside[i] = true
		cells[row*columns+column] = append(cells[row*columns+column], c)
	}
	merged, ok := mergedBy(rules, xs, ys)
	if !ok {
		return t, nil, false
	}
	t.edges = xs
	return t, inside, t.write(cells, merged) && (goesOn || t.isData())
}

// turned reports whether a character stands at an angle.
func turned(c pdfChar) bool { return math.Abs(math.Remainder(c.Angle, 2*math.Pi)) > .1 }

// interval is the index of the interval between two of the edges that x is in.
func interval(edges []float64, x float64) int {
	i, _ := slices.BinarySearch(edges, x)
	if i == 0 || i == len(edges) {
		return -1
	}
	return i - 1
}

// mergedBy says for each field of the grid which field it is one cell with: the
// top left one of a rectangle. ok is false when the rules part no rectangles.
func mergedBy(rules []pdfRule, xs, ys []float64) (merged []int, ok bool) {
	columns, rows := len(xs)-1, len(ys)-1
	rightOf, below := make([]bool, columns*rows), make([]bool, columns*rows) // a rule stands there
	for _, r := range rules {
		if r.level() {
			i := nearest(ys, (r.Top+r.Bottom)/2) - 1
			for c := 0; i >= 0 && i < rows && c < columns; c++ {
				if middle := (xs[c] + xs[c+1]) / 2; r.Left <= middle && r.Right >= middle {
					below[i*columns+c] = true
				}
			}
			continue
		}
		i := nearest(xs, (r.Left+r.Right)/2) - 1
		for y := 0; i >= 0 && i < columns && y < rows; y++ {
			if middle := (ys[y] + ys[y+1]) / 2; r.Top <= middle && r.Bottom >= middle {
				rightOf[y*columns+i] = true
			}
		}
	}
	merged = make([]int, columns*rows)
	for i := range merged {
		merged[i] = -1
	}
	for y := range rows {
		for x := range columns {
			if merged[y*columns+x] >= 0 {
				continue
			}
			// The widest row of fields without a rule, then as far down.
			right := x
			for right+1 < columns && !rightOf[y*columns+right] {
				right++
			}
			down := y
			for down+1 < rows && !below[down*columns+x] {
				down++
			}
			for v := y; v <= down; v++ {
				for u := x; u <= right; u++ {
					i := v*columns + u
					whole := (u == right || !rightOf[i]) && (v == down || !below[i]) && (u < right || u+1 == columns || rightOf[i]) && (v < down || v+1 == rows || below[i])
					if merged[i] >= 0 || !whole {
						return nil, false
					}
					merged[i] = y*columns + x
				}
			}
		}
	}
	return merged, true
}

func nearest(edges []float64, x float64) int {
	best := 0
	for i, e := range edges {
		if math.Abs(e-x) < math.Abs(edges[best]-x) {
			best = i
		}
	}
	return best
}
