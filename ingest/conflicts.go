package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/retrieval"
)

// A Conflict is what does not fit together in a corpus: a file that is read
// and another document beside it, which an admin should look at.
type Conflict struct {
	Path  string `json:"path"`  // of the file that is read
	Other string `json:"other"` // source and path of the other document
	Doc   string `json:"doc"`   // the other's ID, or empty for another file that is read
	What  string `json:"what"`
	// Kind and Name are What as words for those who say it in theirs: what the
	// two are called, or what one of them ends.
	Kind ConflictKind `json:"kind"`
	Name string       `json:"name"`
}

// A ConflictKind says how two documents do not fit together.
type ConflictKind string

// The kinds of conflicts.
const (
	ConflictNames ConflictKind = "names" // both are called Name, and their texts differ
	ConflictEnds  ConflictKind = "ends"  // the file ends Name, which is still there
	ConflictEnded ConflictKind = "ended" // the other document ends the file, as Name
)

// conflictWords say what the kinds mean; %s is the name.
var conflictWords = map[ConflictKind]string{
	ConflictNames: "both are called %s, and their texts differ",
	ConflictEnds:  "it ends %s, which is still there",
	ConflictEnded: "the other ends it (%s)",
}

// A party is a document of the coming corpus that may conflict with another.
type party struct {
	id, source, path string
	meta             retrieval.Meta
	hash             string // of the file
	text             string // of files that are read, while there is textRoom
	read             bool
}

// textRoom is how many bytes of text a dry run keeps to compare. Beyond it
// documents of one name conflict unless their files are equal.
const textRoom = 64 << 20

// meet takes a file that a dry run has read.
func (s *syncer) meet(d party) {
	if s.kept += len(d.text); s.kept > textRoom {
		d.text = ""
	}
	s.fresh = append(s.fresh, d)
}

// conflicts compares the files that a dry run has read with each other and
// with the documents that stay: two that have one number or one title and are
// not one text printed twice, and one that ends another which is still there.
func (s *syncer) conflicts(ctx context.Context) ([]Conflict, error) {
	c, err := s.lib.Current(ctx)
	if err != nil || len(s.fresh) == 0 {
		return nil, err
	}
	all := slices.Clone(s.fresh)
	if c.Version > 0 {
		docs, err := s.lib.DocumentsAt(ctx, c.Version)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			if !d.Retired && !s.leaves[d.ID] {
				all = append(all, party{id: d.ID, source: d.Source, path: d.Path, meta: d.Meta, hash: d.Hash})
			}
		}
	}
	called, ended := map[string][]int{}, map[string][]int{} // by number and title
	for i, d := range all {
		for _, name := range names(d.meta) {
			called[name] = append(called[name], i)
		}
		for _, r := range d.meta.Replaces {
			ended[r.Value] = append(ended[r.Value], i)
		}
	}
	var out []Conflict
	for i := range s.fresh {
		found, err := s.conflictsOf(ctx, i, all, called, ended)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// names are what other documents call a document by.
func names(m retrieval.Meta) (out []string) {
	const shortest = 8 // a shorter title may be anybody's: 通知公告
	if m.Number.Value != "" {
		out = append(out, m.Number.Value)
	}
	if utf8.RuneCountInString(m.Title.Value) >= shortest {
		out = append(out, m.Title.Value)
	}
	return out
}

func (s *syncer) conflictsOf(ctx context.Context, i int, all []party, called, ended map[string][]int) (out []Conflict, err error) {
	one := all[i]
	tell := func(j int, kind ConflictKind, name string) {
		other := all[j]
		out = append(out, Conflict{Path: one.path, Other: other.source + "/" + other.path, Doc: other.id,
			What: fmt.Sprintf(conflictWords[kind], name), Kind: kind, Name: name})
	}
	told := map[int]bool{i: true}
	for _, name := range names(one.meta) {
		for _, j := range called[name] {
			if told[j] || all[j].read && j < i || apart(one.meta, all[j].meta) {
				continue
			}
			told[j] = true
			same, err := s.reprints(ctx, one, all[j])
			if err != nil {
				return nil, err
			}
			if !same {
				tell(j, ConflictNames, name)
			}
		}
	}
	for _, r := range one.meta.Replaces {
		for _, j := range called[r.Value] {
			if j != i {
				tell(j, ConflictEnds, r.Value)
			}
		}
	}
	for _, name := range names(one.meta) {
		for _, j := range ended[name] {
			if !all[j].read { // else it is told from the other side
				tell(j, ConflictEnded, name)
			}
		}
	}
	return out, nil
}

// apart reports whether two documents of one name are told apart by what is
// known of them: other numbers, places or kinds.
func apart(a, b retrieval.Meta) bool {
	for _, f := range [][2]string{{a.Number.Value, b.Number.Value}, {a.Place.Value, b.Place.Value}, {a.Kind.Value, b.Kind.Value}} {
		if f[0] != "" && f[1] != "" && f[0] != f[1] {
			return true
		}
	}
	return false
}

// reprints reports whether two documents are one text.
func (s *syncer) reprints(ctx context.Context, one, other party) (bool, error) {
	if one.hash == other.hash || one.text == "" {
		return one.hash == other.hash, nil
	}
	text := other.text
	if !other.read {
		d, err := s.lib.Document(ctx, other.id)
		if err != nil {
			return false, err
		}
		text = d.Text
	}
	return strings.TrimSpace(one.text) == strings.TrimSpace(text) || retrieval.Reprinted(one.text, text), nil
}
