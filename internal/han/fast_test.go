package han

import (
	"strings"
	"testing"
	"unicode"
)

// What is decided quickly for most characters is decided as Unicode has it for
// every one.
func TestQuickDecisions(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if got, want := IsHan(r), unicode.Is(unicode.Han, r); got != want {
			t.Fatalf("IsHan(%U) = %v", r, got)
		}
		format := unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) || strings.ContainsRune("\u115f\u1160\u3164\uffa0", r)
		if got, want := Invisible(r), format && !unicode.IsSpace(r); got != want {
			t.Fatalf("Invisible(%U) = %v", r, got)
		}
	}
	table := map[string]string{}
	for line := range strings.Lines(tsTable) {
		if rs := []rune(strings.TrimSpace(line)); len(rs) == 2 {
			table[string(rs[0])] = string(rs[1])
		}
	}
	if len(table) < 3000 {
		t.Errorf("the table has %d characters", len(table))
	}
	for r := rune(0x80); r <= 0x2ffff; r++ {
		want, ok := table[string(r)]
		if !ok {
			want = string(r)
		}
		if got := Simplify(string(r)); got != want {
			t.Fatalf("Simplify(%c) = %s, want %s", r, got, want)
		}
	}
}
