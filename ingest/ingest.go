package ingest

import "policybot/retrieval"

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
func Parse(name string, raw []byte) (*Parsed, error) {
	_, _ = name, raw
	return nil, nil
}
