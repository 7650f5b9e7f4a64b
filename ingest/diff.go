package ingest

import (
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/quantity"
	"policybot/retrieval"
)

// A Diff is how a document's passages would change.
type Diff struct {
	// Figures are the figures and dates that changed, in order.
	Figures []FigureChange `json:"figures,omitempty"`
	// Facts are what is known of the document and changed.
	Facts []FactChange `json:"facts,omitempty"`
	// Passages are those that are not as they were, in the order of the new
	// text; what is gone stands where it stood. Omitted is how many more there
	// are.
	Passages []PassageChange `json:"passages,omitempty"`
	Omitted  int             `json:"omitted,omitempty"`
}

// diffRoom is how many passages the diffs of one report hold; they are for
// eyes, and a report must fit into memory.
const diffRoom = 5000

// A FactChange is a field of the metadata that reads otherwise now.
type FactChange struct {
	Name string `json:"name"`
	Was  string `json:"was,omitempty"`
	Now  string `json:"now,omitempty"`
}

// compareFacts finds the fields that differ, in the order of Meta.Fields.
func compareFacts(was, now retrieval.Meta) (out []FactChange) {
	old := map[string]string{}
	for name, f := range was.Fields() {
		old[name] = f.Value
	}
	for name, f := range now.Fields() {
		if f.Value != old[name] {
			out = append(out, FactChange{name, old[name], f.Value})
		}
	}
	return out
}

// A FigureChange is a figure or date that reads otherwise now, as it is
// written: 6000套 and 8000套. One of the two is empty for a figure that is new
// or gone.
type FigureChange struct {
	Was     string   `json:"was,omitempty"`
	Now     string   `json:"now,omitempty"`
	Date    bool     `json:"date,omitempty"`
	Heading []string `json:"heading,omitempty"`
	Around  string   `json:"around"` // the words that it stands among
}

// A PassageChange is a passage that is new (Was is empty), gone (Now is empty)
// or reads otherwise.
type PassageChange struct {
	Heading []string `json:"heading,omitempty"`
	Was     string   `json:"was,omitempty"`
	Now     string   `json:"now,omitempty"`
}

// These bound the cells that one comparison fills, so that hostile texts cannot
// cost more than a moment: cells that compare characters or whole texts, and
// cells that compare sets of character pairs.
const (
	manyCells = 4_000_000
	fewCells  = 90_000
)

// compareTexts finds what changes from was to now, passage by passage.
func compareTexts(was, now []retrieval.Passage) *Diff {
	d := &Diff{}
	for _, pair := range pairPassages(was, now) {
		if pair.was != nil && pair.now != nil && pair.was.Text == pair.now.Text {
			continue
		}
		var c PassageChange
		if pair.was != nil {
			c.Heading, c.Was = pair.was.Heading, pair.was.Text
		}
		if pair.now != nil {
			c.Heading, c.Now = pair.now.Heading, pair.now.Text
		}
		d.Passages = append(d.Passages, c)
		for _, f := range compareFigures(c.Was, c.Now) {
			f.Heading = c.Heading
			d.Figures = append(d.Figures, f)
		}
	}
	d.Figures = withoutMoved(d.Figures)
	return d
}

// A passagePair is a passage before and after; nil for none.
type passagePair struct{ was, now *retrieval.Passage }

// pairPassages puts equal passages together in order, and between them the
// ones that are most alike.
func pairPassages(was, now []retrieval.Passage) []passagePair {
	same := align(len(was), len(now), manyCells, func(i, j int) int {
		if was[i].Text == now[j].Text {
			return 1
		}
		return 0
	})
	var out []passagePair
	i, j := 0, 0
	for _, s := range append(same, [2]int{len(was), len(now)}) {
		out = append(out, pairAlike(was[i:s[0]], now[j:s[1]])...)
		if s[0] < len(was) && s[1] < len(now) {
			out = append(out, passagePair{&was[s[0]], &now[s[1]]})
		}
		i, j = s[0]+1, s[1]+1
	}
	return out
}

// pairAlike pairs passages that share at least a third of their pairs of
// characters, in order, the most alike first.
func pairAlike(was, now []retrieval.Passage) []passagePair {
	const alike, scale = 0.33, 1000
	grams := func(ps []retrieval.Passage) []map[[2]rune]bool {
		var out []map[[2]rune]bool
		for _, p := range ps {
			out = append(out, bigrams(p.Text))
		}
		return out
	}
	a, b := grams(was), grams(now)
	pairs := align(len(was), len(now), fewCells, func(i, j int) int {
		if s := overlapOf(a[i], b[j]); s >= alike {
			return int(s * scale)
		}
		return 0
	})
	var out []passagePair
	i, j := 0, 0
	for _, p := range append(pairs, [2]int{len(was), len(now)}) {
		for ; i < p[0]; i++ {
			out = append(out, passagePair{was: &was[i]})
		}
		for ; j < p[1]; j++ {
			out = append(out, passagePair{now: &now[j]})
		}
		if i < len(was) && j < len(now) {
			out = append(out, passagePair{&was[i], &now[j]})
		}
		i, j = i+1, j+1
	}
	return out
}

func bigrams(s string) map[[2]rune]bool {
	grams := map[[2]rune]bool{}
	rs := han.Fold(s).Runes
	for i := 1; i < len(rs); i++ {
		grams[[2]rune{rs[i-1], rs[i]}] = true
	}
	return grams
}

// overlapOf is the share of the smaller set that stands in the other.
func overlapOf(a, b map[[2]rune]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	n := 0
	for g := range a {
		if b[g] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// align pairs two rows in order so that the worths of the pairs sum up to the
// most; a pair worth 0 is none. Beyond so many cells only what is alike at both
// ends is paired.
func align(n, m, cells int, worth func(i, j int) int) [][2]int {
	var head, tail [][2]int
	i, j := 0, 0
	for ; i < n && j < m && worth(i, j) > 0 && n*m > cells; i, j = i+1, j+1 {
		head = append(head, [2]int{i, j})
	}
	for ; n > i && m > j && n*m > cells && worth(n-1, m-1) > 0; n, m = n-1, m-1 {
		tail = append(tail, [2]int{n - 1, m - 1})
	}
	slices.Reverse(tail)
	if (n-i)*(m-j) > cells {
		return append(head, tail...)
	}
	return append(append(head, alignWhole(i, n, j, m, worth)...), tail...)
}

// alignWhole is align for [i, n) and [j, m), by the table of Needleman and
// Wunsch.
func alignWhole(i, n, j, m int, worth func(i, j int) int) [][2]int {
	rows, cols := n-i, m-j
	best := make([]int, (rows+1)*(cols+1))
	value := make([]int, rows*cols)
	for r := rows - 1; r >= 0; r-- {
		for c := cols - 1; c >= 0; c-- {
			at := r*(cols+1) + c
			best[at] = max(best[at+cols+1], best[at+1])
			if v := worth(i+r, j+c); v > 0 {
				value[r*cols+c] = v
				best[at] = max(best[at], v+best[at+cols+2])
			}
		}
	}
	var out [][2]int
	for r, c := 0, 0; r < rows && c < cols; {
		at := r*(cols+1) + c
		switch v := value[r*cols+c]; {
		case v > 0 && best[at] == v+best[at+cols+2]:
			out = append(out, [2]int{i + r, j + c})
			r, c = r+1, c+1
		case best[at] == best[at+cols+1]:
			r++
		default:
			c++
		}
	}
	return out
}

// A token of a text is a character, or a figure or date as a whole.
type token struct {
	r          rune
	figure     *quantity.Quantity
	start, end int // bytes
}

func tokens(s string) []token {
	var out []token
	at := 0
	plain := func(end int) {
		for i, r := range s[at:end] {
			out = append(out, token{r: r, start: at + i, end: at + i + len(string(r))})
		}
	}
	for _, q := range quantity.Find(s) {
		if q.Weak || q.Start < at {
			continue
		}
		plain(q.Start)
		out = append(out, token{figure: &q, start: q.Start, end: q.End})
		at = q.End
	}
	plain(len(s))
	return out
}

// compareFigures finds the figures and dates that differ between two texts:
// the words around them are laid beside each other, and figures that come to
// stand at one place are compared by value.
func compareFigures(was, now string) []FigureChange {
	a, b := tokens(was), tokens(now)
	const word, samePlace, sameValue = 2, 3, 6
	pairs := align(len(a), len(b), manyCells, func(i, j int) int {
		switch x, y := a[i].figure, b[j].figure; {
		case x == nil && y == nil && a[i].r == b[j].r:
			return word
		case x == nil || y == nil || (x.Kind == quantity.Date) != (y.Kind == quantity.Date):
			return 0
		case x.String() == y.String():
			return sameValue
		case x.Unit == y.Unit && x.Per == y.Per:
			return samePlace
		}
		return 1
	})
	partner := map[int]int{}
	met := map[int]bool{}
	for _, p := range pairs {
		partner[p[0]], met[p[1]] = p[1], true
	}
	var out []FigureChange
	for i, t := range a {
		j, paired := partner[i]
		switch {
		case t.figure == nil || paired && t.figure.String() == b[j].figure.String() && t.figure.Bound == b[j].figure.Bound:
		case paired:
			out = append(out, FigureChange{Was: written(was, t), Now: written(now, b[j]), Date: t.figure.Kind == quantity.Date, Around: around(now, b[j])})
		default:
			out = append(out, FigureChange{Was: written(was, t), Date: t.figure.Kind == quantity.Date, Around: around(was, t)})
		}
	}
	for j, t := range b {
		if t.figure != nil && !met[j] {
			out = append(out, FigureChange{Now: written(now, t), Date: t.figure.Kind == quantity.Date, Around: around(now, t)})
		}
	}
	return out
}

func written(s string, t token) string { return strings.TrimSpace(s[t.start:t.end]) }

// around is what stands beside a figure, cut where its clause ends.
func around(s string, t token) string {
	const most = 16
	stop := func(r rune) bool { return strings.ContainsRune("。！？；\n", r) }
	before := lastRunes(s[:t.start], most)
	if i := strings.LastIndexFunc(before, stop); i >= 0 {
		_, rest, _ := strings.Cut(before[i:], string([]rune(before[i:])[0]))
		before = rest
	}
	after := firstRunes(s[t.end:], most)
	if i := strings.IndexFunc(after, stop); i >= 0 {
		after = after[:i]
	}
	return strings.TrimSpace(before + s[t.start:t.end] + after)
}

// withoutMoved leaves out figures that are gone in one passage and new, equal,
// in another: their sentence moved.
func withoutMoved(fs []FigureChange) []FigureChange {
	gone, come := map[string]int{}, map[string]int{}
	for _, f := range fs {
		if f.Now == "" {
			gone[f.Was]++
		}
		if f.Was == "" {
			come[f.Now]++
		}
	}
	left := map[string]int{} // how many of each side are left out
	for w, n := range gone {
		left["-"+w], left["+"+w] = min(n, come[w]), min(n, come[w])
	}
	return slices.DeleteFunc(fs, func(f FigureChange) bool {
		key := "-" + f.Was
		if f.Was == "" {
			key = "+" + f.Now
		}
		if f.Was != "" && f.Now != "" || left[key] == 0 {
			return false
		}
		left[key]--
		return true
	})
}
