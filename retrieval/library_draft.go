package retrieval

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
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
	zip    *gzip.Writer       // kept, because a new one costs more than a small file
	plan   map[string]planned // by document ID
	places map[string]string  // source -> location
	dry    bool
	tried  map[[32]byte]bool // texts that a dry draft was given
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
	return &Draft{lib: l, plan: map[string]planned{}, places: map[string]string{}, dry: true, tried: map[[32]byte]bool{}}
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

// Put keeps a content as a revision of a document of source, both of which it
// makes if need be, and returns the revision's number. The same content, name
// and parser are the same revision. A dry draft gives a number that only its
// own Place takes.
func (d *Draft) Put(ctx context.Context, source, docID string, c Content) (int64, error) {
	if err := c.Check(); err != nil {
		return 0, err
	}
	if d.dry {
		for _, p := range c.Passages {
			d.tried[embeddedHash(c.Meta, p)] = true
		}
		return tried, nil
	}
	hash := HashRaw(c.Raw)
	var revision int64
	err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
		if err := putDocument(ctx, tx, source, d.places[source], docID); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, findRevision, docID, hash, c.Name, c.Parser).Scan(&revision)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := d.putOriginal(ctx, tx, hash, c.Raw); err != nil {
			return err
		}
		if revision, err = putRevision(ctx, tx, docID, hash, c); err != nil {
			return err
		}
		if err := putSketch(ctx, tx, revision, c.Text); err != nil {
			return err
		}
		return putPassages(ctx, tx, revision, c)
	})
	if err != nil {
		return 0, fmt.Errorf("keep %s: %w", c.Name, err)
	}
	return revision, nil
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

func putDocument(ctx context.Context, tx *sql.Tx, source, location, docID string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO sources (name, location) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, source, location)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO documents (id, source) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`, docID, source)
	return err
}

func (d *Draft) putOriginal(ctx context.Context, tx *sql.Tx, hash string, raw []byte) error {
	var small bytes.Buffer
	if d.zip == nil {
		d.zip = gzip.NewWriter(&small)
	} else {
		d.zip.Reset(&small)
	}
	if _, err := d.zip.Write(raw); err != nil {
		return err
	}
	if err := d.zip.Close(); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO originals (hash, size, gzip) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
		hash, len(raw), small.Bytes())
	return err
}

func putRevision(ctx context.Context, tx *sql.Tx, docID, hash string, c Content) (int64, error) {
	meta, err := json.Marshal(c.Meta)
	if err != nil {
		return 0, err
	}
	removed, err := json.Marshal(c.Removed)
	if err != nil {
		return 0, err
	}
	var id int64
	err = tx.QueryRowContext(ctx, `
		INSERT INTO revisions (document, hash, name, parser, charset, meta, removed, text, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		docID, hash, c.Name, c.Parser, c.Charset, string(meta), string(removed), c.Text, unixMilli()).Scan(&id)
	return id, err
}

func putPassages(ctx context.Context, tx *sql.Tx, revision int64, c Content) error {
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO passages (revision, ordinal, start_at, end_at, heading, page, last_page, text_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i, p := range c.Passages {
		heading, err := json.Marshal(p.Heading)
		if err != nil {
			return err
		}
		text := embeddedHash(c.Meta, p)
		if _, err := insert.ExecContext(ctx, revision, i, p.Start, p.End, string(heading), p.Page, p.LastPage, text[:]); err != nil {
			return err
		}
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

func embeddedHash(m Meta, p Passage) [32]byte {
	return sha256.Sum256([]byte(EmbeddedText(m, p)))
}

func unixMilli() int64 { return time.Now().UnixMilli() }
