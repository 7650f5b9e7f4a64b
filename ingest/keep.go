package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// Keep says what cleaning leaves in a text though its rules would take it out.
// Invisible characters, text that a page hides and front matter always go:
// nobody who reads the original sees them in its text.
type Keep struct{ Spam, Boilerplate bool }

// cleanKey is the key under which front matter, sidecars and admins say what
// is kept.
const cleanKey = "clean"

// The words for what is kept; "off" is another word for all.
const (
	keepNothing     = "on"
	keepSpam        = "keep spam"
	keepBoilerplate = "keep boilerplate"
	keepAll         = "off"
)

// ParseKeep reads what is to be kept: spam, boilerplate, all or nothing, or as
// a file says it: "off", "on", "keep spam".
func ParseKeep(s string) (Keep, error) {
	switch strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "keep ")) {
	case "off", "all":
		return Keep{Spam: true, Boilerplate: true}, nil
	case "spam":
		return Keep{Spam: true}, nil
	case "boilerplate":
		return Keep{Boilerplate: true}, nil
	case "on", "nothing", "none":
		return Keep{}, nil
	}
	return Keep{}, fmt.Errorf("%q is not one of on, off, keep spam, keep boilerplate", s)
}

// String is k in the form in which it is kept.
func (k Keep) String() string {
	switch {
	case k.Spam && k.Boilerplate:
		return keepAll
	case k.Spam:
		return keepSpam
	case k.Boilerplate:
		return keepBoilerplate
	}
	return keepNothing
}

// has reports whether what would go for a reason stays.
func (k Keep) has(reason string) bool {
	switch reason {
	case reasonInvisible, reasonHidden, reasonFrontMatter:
		return false
	case reasonSpam, reasonAd:
		return k.Spam
	}
	return k.Boilerplate
}

// keepOf is what the last of some statements says of cleaning, if one does.
func keepOf(stated []statement) (k Keep, said bool) {
	for _, s := range slices.Backward(stated) {
		if s.key == cleanKey {
			k, _ = ParseKeep(strings.Join(s.values, "")) // it was checked
			return k, true
		}
	}
	return Keep{}, false
}
