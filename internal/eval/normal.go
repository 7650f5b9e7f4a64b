package eval

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The forms below are the scorer's own on purpose: a metric that folded text
// and read figures with the code it measures would forgive that code's faults.

// toSimplified is the part of traditional script that the sets' answers use.
var toSimplified = func() map[rune]rune {
	from := []rune("數據產業務鎮區資標準試點發經濟與萬億個條歲預壽齡養農村鄉開會實現達劃創總營環")
	to := []rune("数据产业务镇区资标准试点发经济与万亿个条岁预寿龄养农村乡开会实现达划创总营环")
	m := make(map[rune]rune, len(from))
	for i, r := range from {
		m[r] = to[i]
	}
	return m
}()

// normal is the form in which texts are compared: NFKC, no white space, lower
// case, the commonest traditional characters simplified.
func normal(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f {
			return -1
		}
		r = unicode.ToLower(r)
		if t, ok := toSimplified[r]; ok {
			return t
		}
		return r
	}, norm.NFKC.String(s))
}

// grams are the pairs of neighbouring characters of s.
func grams(s string) map[string]bool {
	rs := []rune(s)
	set := make(map[string]bool, len(rs))
	for i := 0; i+1 < len(rs); i++ {
		set[string(rs[i:i+2])] = true
	}
	return set
}

// shared is how many pairs of want text has, and how many want has, at least 1.
func shared(want, text string) (hit, all int) {
	in := grams(text)
	for g := range grams(want) {
		all++
		if in[g] {
			hit++
		}
	}
	return hit, max(1, all)
}

var quantity = regexp.MustCompile(`([0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(万亿|千万|百万|亿|万|trillion|billion|million|thousand|%)?`)

var units = map[string]float64{"万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4,
	"trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3, "%": .01, "": 1}

// quantities are the values of the figures in s.
func quantities(s string) map[float64]bool {
	set := map[float64]bool{}
	for _, m := range quantity.FindAllStringSubmatch(normal(s), -1) {
		set[valueOf(m)] = true
	}
	return set
}

// valueOf is the value of a match of quantity, rounded to six places.
func valueOf(m []string) float64 {
	v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
	if err != nil {
		return v // out of range: infinite, and equal to itself
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v*units[m[2]], 'f', 6, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// says reports whether text says want: the same value when want is a figure,
// and the same letters otherwise.
func says(text, want string) bool {
	w := normal(want)
	if m := quantity.FindStringSubmatch(w); m != nil && m[0] == w {
		return quantities(text)[valueOf(m)]
	}
	return strings.Contains(normal(text), w)
}

// isYear reports whether a figure may be a year, which need not be quoted.
func isYear(v float64) bool { return v == float64(int64(v)) && v >= 1900 && v <= 2100 }
