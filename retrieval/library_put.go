package retrieval

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"policybot/internal/db"
)

// A Prepared is a content on its way into the library, with all done that
// needs no database.
type Prepared struct {
	source, docID string
	content       Content
	hash          string
	gzip          []byte
	meta, removed string
	sketch        []byte
	headings      []string   // of the passages, as JSON
	texts         [][32]byte // hashes of what is embedded for the passages
	tokens        []int      // in those texts
}

// Prepare checks a content that is to be a revision of a document of source,
// and does the part of Put that takes the time. It is safe for concurrent use.
func Prepare(source, docID string, c Content) (*Prepared, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	p := &Prepared{source: source, docID: docID, content: c, hash: HashRaw(c.Raw), sketch: sketch(c.Text).bytes()}
	var err error
	if p.gzip, err = zip(c.Raw); err != nil {
		return nil, err
	}
	meta, err := json.Marshal(c.Meta)
	if err != nil {
		return nil, err
	}
	removed, err := json.Marshal(c.Removed)
	if err != nil {
		return nil, err
	}
	p.meta, p.removed = string(meta), string(removed)
	for _, passage := range c.Passages {
		heading, err := json.Marshal(passage.Heading)
		if err != nil {
			return nil, err
		}
		p.headings = append(p.headings, string(heading))
		text := EmbeddedText(c.Meta, passage)
		p.texts, p.tokens = append(p.texts, sha256.Sum256([]byte(text))), append(p.tokens, Tokens(text))
	}
	return p, nil
}

// zips are kept because a new one costs more than a small file. The fastest
// level makes files a sixth larger than the default and takes a quarter of its
// time.
var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level exists
	return z
}}

func zip(raw []byte) ([]byte, error) {
	z := zips.Get().(*gzip.Writer)
	defer zips.Put(z)
	var small bytes.Buffer
	z.Reset(&small)
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return small.Bytes(), nil
}

// Put keeps a content as a revision of a document of source, both of which it
// makes if need be, and returns the revision's number. The same content, name
// and parser are the same revision. A dry draft gives a number that only its
// own Place takes.
func (d *Draft) Put(ctx context.Context, source, docID string, c Content) (int64, error) {
	p, err := Prepare(source, docID, c)
	if err != nil {
		return 0, err
	}
	revisions, err := d.PutAll(ctx, []*Prepared{p})
	if err != nil {
		return 0, err
	}
	return revisions[0], nil
}

// PutAll is Put for several contents, in one transaction.
func (d *Draft) PutAll(ctx context.Context, ps []*Prepared) ([]int64, error) {
	revisions := make([]int64, len(ps))
	if d.dry {
		for i, p := range ps {
			revisions[i] = tried
			for j, hash := range p.texts {
				d.tried[hash] = p.tokens[j]
			}
		}
		return revisions, nil
	}
	err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
		put, err := d.newPutter(ctx, tx)
		if err != nil {
			return err
		}
		defer put.close()
		for i, p := range ps {
			if revisions[i], err = put.put(ctx, p); err != nil {
				return fmt.Errorf("%s: %w", p.content.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keep what was read: %w", err)
	}
	return revisions, nil
}

// A putter is the statements of a transaction that puts contents: to prepare
// them for each takes longer than what they do.
type putter struct {
	places                                              map[string]string
	source, document, find, original, revision, passage *sql.Stmt
}

func (d *Draft) newPutter(ctx context.Context, tx *sql.Tx) (*putter, error) {
	p := &putter{places: d.places}
	for _, s := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&p.source, `INSERT INTO sources (name, location) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`},
		{&p.document, `INSERT INTO documents (id, source) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`},
		{&p.find, findRevision},
		{&p.original, `INSERT INTO originals (hash, size, gzip) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`},
		{&p.revision, `INSERT INTO revisions (document, hash, name, parser, charset, meta, removed, text, created, sketch)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`},
		{&p.passage, `INSERT INTO passages (revision, ordinal, start_at, end_at, heading, page, last_page, text_hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`},
	} {
		var err error
		if *s.to, err = tx.PrepareContext(ctx, s.sql); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

func (p *putter) close() {
	for _, s := range []*sql.Stmt{p.source, p.document, p.find, p.original, p.revision, p.passage} {
		if s != nil {
			s.Close()
		}
	}
}

func (p *putter) put(ctx context.Context, c *Prepared) (revision int64, err error) {
	if _, err := p.source.ExecContext(ctx, c.source, p.places[c.source]); err != nil {
		return 0, err
	}
	if _, err := p.document.ExecContext(ctx, c.docID, c.source); err != nil {
		return 0, err
	}
	err = p.find.QueryRowContext(ctx, c.docID, c.hash, c.content.Name, c.content.Parser).Scan(&revision)
	if !errors.Is(err, sql.ErrNoRows) {
		return revision, err
	}
	if _, err := p.original.ExecContext(ctx, c.hash, len(c.content.Raw), c.gzip); err != nil {
		return 0, err
	}
	err = p.revision.QueryRowContext(ctx, c.docID, c.hash, c.content.Name, c.content.Parser, c.content.Charset,
		c.meta, c.removed, c.content.Text, unixMilli(), c.sketch).Scan(&revision)
	if err != nil {
		return 0, err
	}
	for i, passage := range c.content.Passages {
		if _, err := p.passage.ExecContext(ctx, revision, i, passage.Start, passage.End, c.headings[i],
			passage.Page, passage.LastPage, c.texts[i][:]); err != nil {
			return 0, err
		}
	}
	return revision, nil
}
