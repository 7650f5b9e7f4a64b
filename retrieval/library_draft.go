package retrieval

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"policybot/internal/db"
)

// ErrIngesting is the error for work that must wait for a running ingest.
var ErrIngesting = errors.New("another ingest is running: wait until it is done, then run this again")

// A Content is what a parser made of a file. Passages are in order, do not
// overlap, and each has Text equal to Text[Start:End] of the whole; their
// DocID and Revision are not read.
type Content struct {
	Raw      []byte // the original file
	Name     string // the path that the parser was told
	Parser   string // the parser's version
	Charset  string
	Text     string
	Meta     Meta
	Removed  []Removed
	Passages []Passage
}

// HashRaw is the hash by which the library knows an original file.
func HashRaw(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// A Draft is one ingest at work. What it puts into the library is committed as
// it goes and stays invisible, so an ingest that was killed finds it again;
// Publish makes the planned changes visible in one short transaction. Only one
// draft is open at a time, over all processes. It is for one goroutine.
type Draft struct {
	lib    *Library
	stage  *sql.DB // for what the next ingest can do again; nil in a dry draft
	unlock func() error
	plan   map[string]planned // by document ID
	places map[string]string  // source -> location
	dry    bool
	tried  map[[32]byte]int // texts that a dry draft was given, with their tokens
}

// planned is the place a document gets; a zero revision takes it away.
type planned struct {
	revision int64
	path     string
	state    state
}

// Draft begins an ingest, or fails at once with ErrIngesting. The draft must
// be closed; a process that dies closes it too.
func (l *Library) Draft(ctx context.Context) (*Draft, error) {
	unlock, err := l.lockIngest(ctx)
	if err != nil {
		return nil, err
	}
	stage, err := db.Staging(l.conn)
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	return &Draft{lib: l, stage: stage, unlock: unlock, plan: map[string]planned{}, places: map[string]string{}}, nil
}

// DryDraft is a draft that changes nothing and waits for nobody: it checks what
// it is given, knows what is Missing, and its Publish tells the current corpus.
func (l *Library) DryDraft() *Draft {
	return &Draft{lib: l, plan: map[string]planned{}, places: map[string]string{}, dry: true, tried: map[[32]byte]int{}}
}

func (l *Library) lockIngest(ctx context.Context) (func() error, error) {
	unlock, err := db.Lock(ctx, l.conn, "ingest")
	if errors.Is(err, db.ErrLocked) {
		return nil, ErrIngesting
	}
	return unlock, err
}

// Close ends the draft; what was not published stays invisible.
func (d *Draft) Close() error {
	if d.dry {
		return nil
	}
	return errors.Join(d.stage.Close(), d.unlock())
}

// tried stands for the revisions of a dry draft.
const tried = -1

const findRevision = `SELECT id FROM revisions WHERE document = ? AND hash = ? AND name = ? AND parser = ?`

// Check refuses a content that would break a promise to readers.
func (c Content) Check() error {
	if !utf8.ValidString(c.Text) {
		return errors.New("the cleaned text is not valid UTF-8")
	}
	end := 0
	for i, p := range c.Passages {
		if p.Start < end || p.End <= p.Start || p.End > len(c.Text) || c.Text[p.Start:p.End] != p.Text {
			return fmt.Errorf("passage %d [%d, %d) is not a piece of the text in order", i, p.Start, p.End)
		}
		if !utf8.ValidString(p.Text) {
			return fmt.Errorf("passage %d [%d, %d) cuts a character", i, p.Start, p.End)
		}
		end = p.End
	}
	return nil
}

// Place plans that a document stands at path with a revision from Put or of
// an earlier version. A retired document stays retired.
func (d *Draft) Place(docID string, revision int64, path string) {
	d.plan[docID] = planned{revision: revision, path: path}
}

// Withdraw plans that a document is in the corpus no longer.
func (d *Draft) Withdraw(docID string) { d.plan[docID] = planned{} }

// Locate says where a source was found. A new source has this location as soon
// as it has a document, a known one from Publish on.
func (d *Draft) Locate(source, location string) { d.places[source] = location }

// EmbeddedText is the text whose vector stands for a passage: what its
// document is called, the headings above it, and its own words.
func EmbeddedText(m Meta, p Passage) string {
	parts := slices.DeleteFunc(append(append([]string{m.Title.Value}, p.Heading...), p.Text), func(s string) bool { return s == "" })
	return strings.Join(parts, "\n")
}

func unixMilli() int64 { return time.Now().UnixMilli() }
