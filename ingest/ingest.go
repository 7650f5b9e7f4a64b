package ingest

import (
	"fmt"
	"slices"
	"strings"

	"policybot/retrieval"
)

// Parsed is a file, understood: its cleaned text, what was taken out, what is
// known of it, and its passages in order.
type Parsed struct {
	Text     string
	Removed  []retrieval.Removed
	Meta     retrieval.Meta
	Charset  string              // the encoding it was read in
	Passages []retrieval.Passage // DocID and Revision are not set yet
}

// Parse reads one file. Its errors are for the admin: they name what is wrong
// with the file and what to do about it.
func Parse(name string, raw []byte) (*Parsed, error) { return parseKeeping(name, raw, nil) }

// parseKeeping is Parse with a cleaning that leaves in the text what keep says;
// nil is what the file itself says.
func parseKeeping(name string, raw []byte, keep *Keep) (*Parsed, error) {
	o, err := extract(name, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	kept, removed := clean(o.text, o.lines, Keep{})
	if len(kept) == 0 {
		return nil, fmt.Errorf("%s: %w: nothing is left once menus, disclaimers and spam are taken out; check that it is the right file", name, ErrNotText)
	}
	meta := withSaid(describe(name, told(kept), removed), o.said)
	if meta.Language.Value == "" {
		meta.Language = language(newPage(name, kept, nil).lines)
	}
	override(&meta, o.stated)
	said, _ := keepOf(o.stated)
	if keep == nil {
		keep = &said
	}
	if *keep != (Keep{}) { // what is known was read from the cleaned text all the same
		kept, removed = clean(o.text, o.lines, *keep)
	}
	text := join(kept)
	return &Parsed{
		Text:     text,
		Removed:  removed,
		Meta:     meta,
		Charset:  o.charset,
		Passages: split(text, kept),
	}, nil
}

// told are the lines that may tell what a document is: all but the rows of
// sheets.
func told(kept []line) []line {
	return slices.DeleteFunc(slices.Clone(kept), func(l line) bool { return l.row })
}

// join puts the lines that stay one below the other.
func join(kept []line) string {
	var b strings.Builder
	for i, l := range kept {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}
