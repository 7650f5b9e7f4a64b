package telegram

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// reasonsWhy are the reasons that package bot gives for a refusal.
var reasonsWhy = []string{"nothing", "place", "year", "contact", "figure", "person", "result", "foreign"}

// TestCataloguesAreWhole: what one language says, every language says, in
// words of its own.
func TestCataloguesAreWhole(t *testing.T) {
	for _, w := range languages {
		v := reflect.ValueOf(*w)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				t.Errorf("%s has no %s", w.Lang, name)
			}
			text, isText := v.Field(i).Interface().(string)
			if isText && name != "Lang" && name != "Name" && w != english && !strings.ContainsFunc(text, func(r rune) bool { return r > 0x2e80 }) {
				t.Errorf("%s says %s in English: %q", w.Lang, name, text)
			}
		}
		for _, why := range reasonsWhy {
			if w.Why[why] == "" {
				t.Errorf("%s does not say why: %s", w.Lang, why)
			}
		}
		for _, note := range []string{noteCutShort, noteFallback, noteUnproven, noteSpent, noteSpentYours, noteForeign} {
			if w.Notes[note] == "" {
				t.Errorf("%s has no words for the note %q", w.Lang, note)
			}
		}
		for _, reason := range reasons {
			if w.Reasons[reason] == "" {
				t.Errorf("%s has no words for the reason %q", w.Lang, reason)
			}
		}
		if !slices.EqualFunc(w.Commands, chinese.Commands, func(a, b command) bool { return a.Name == b.Name }) {
			t.Errorf("%s has another menu", w.Lang)
		}
	}
}
