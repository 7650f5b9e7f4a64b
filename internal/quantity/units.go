package quantity

import (
	_ "embed"
	"math/big"
	"slices"
	"strings"
	"sync"
)

//go:embed data/units.txt
var unitTable string

//go:embed data/bounds.txt
var boundTable string

// A unit is one name of a unit.
type unit struct {
	name   []rune
	canon  string
	class  byte // m, c or n, as data/units.txt says
	factor *big.Rat
}

// A word is one word that bounds a figure.
type word struct {
	text  []rune
	bound Bound
}

type tableSet struct {
	units                map[rune][]unit // by first character, longest first
	class                map[string]byte // by canonical name
	before, reach, after []word          // longest first
}

var tables = sync.OnceValue(func() *tableSet {
	t := &tableSet{units: map[rune][]unit{}, class: map[string]byte{}}
	for f := range dataLines(unitTable) {
		canon, class := f[0], f[1][0]
		t.class[canon] = class
		for _, name := range f[2:] {
			name, factor, _ := strings.Cut(name, "=")
			u := unit{name: []rune(name), canon: canon, class: class, factor: big.NewRat(1, 1)}
			if factor != "" {
				u.factor.SetString(factor)
			}
			t.units[u.name[0]] = append(t.units[u.name[0]], u)
		}
	}
	for _, us := range t.units {
		slices.SortStableFunc(us, func(a, b unit) int { return len(b.name) - len(a.name) })
	}
	bounds := map[string]Bound{"least": AtLeast, "more": More, "over": Over, "most": AtMost, "less": Less, "about": About, "near": Near, "full": Full}
	lists := map[string]*[]word{"before": &t.before, "reach": &t.reach, "after": &t.after}
	for f := range dataLines(boundTable) {
		for _, w := range f[2:] {
			*lists[f[1]] = append(*lists[f[1]], word{[]rune(w), bounds[f[0]]})
		}
	}
	for _, l := range lists {
		slices.SortStableFunc(*l, func(a, b word) int { return len(b.text) - len(a.text) })
	}
	return t
})

// dataLines are the fields of the lines of a data file that are no comments.
func dataLines(data string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(data) {
			if f := strings.Fields(line); len(f) > 0 && f[0] != "#" && !yield(f) {
				return
			}
		}
	}
}

// Counted reports whether unit is a measure word for counted things, or none:
// such units may differ between two tellings of one figure (12项 and 12个).
func Counted(unit string) bool { return unit == "" || tables().class[unit] == 'c' }

// Labels reports whether unit numbers things instead of counting them: 届, 级.
func Labels(unit string) bool { return tables().class[unit] == 'n' }

// unitAt is the longest unit at rs, nil if none.
func unitAt(rs []rune) *unit {
	if len(rs) == 0 {
		return nil
	}
	us := tables().units[rs[0]]
	for i := range us {
		n := len(us[i].name)
		if n <= len(rs) && slices.Equal(us[i].name, rs[:n]) {
			// A unit in letters ends where the word ends: m is not in "main".
			if rs[0] < 0x80 && isLetter(rs[0]) && n < len(rs) && isLetter(rs[n]) {
				continue
			}
			return &us[i]
		}
	}
	return nil
}

func hasPrefix(rs []rune, prefix string) bool {
	i := 0
	for _, p := range prefix {
		if i >= len(rs) || rs[i] != p {
			return false
		}
		i++
	}
	return true
}

func hasSuffix(rs, suffix []rune) bool {
	return len(suffix) <= len(rs) && slices.Equal(rs[len(rs)-len(suffix):], suffix)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
