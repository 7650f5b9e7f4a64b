package retrieval

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"

	"policybot/internal/db"
)

// A querier is a transaction or the database itself.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Current is the newest published corpus; the zero Corpus before the first.
func (l *Library) Current(ctx context.Context) (Corpus, error) {
	c, err := current(ctx, l.conn)
	if err != nil {
		return Corpus{}, fmt.Errorf("read the corpus version: %w", db.Explain(err))
	}
	return c, nil
}

func current(ctx context.Context, q querier) (Corpus, error) {
	var c Corpus
	err := q.QueryRowContext(ctx,
		`SELECT version, embedder FROM corpora ORDER BY version DESC LIMIT 1`).Scan(&c.Version, &c.Embedder)
	if errors.Is(err, sql.ErrNoRows) {
		return Corpus{}, nil
	}
	return c, err
}

// Entries are the passages of a published corpus that are searched, in the
// order of document path and offset. The sequence reads one snapshot, a
// document at a time; it ends after the first error. Version 0 has none.
func (l *Library) Entries(ctx context.Context, version int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stopped := false
		err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
			corpus, docs, err := searchable(ctx, tx, version)
			if err != nil {
				return err
			}
			for i := range docs {
				more, err := yieldEntries(ctx, tx, corpus, &docs[i], nil, yield)
				if err != nil || !more {
					stopped = !more
					return err
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Entry{}, fmt.Errorf("read corpus version %d: %w", version, err))
		}
	}
}

// searchedAt holds for the places p of a version, given twice, that are searched.
const searchedAt = `p.from_version <= ? AND p.to_version > ? AND p.retired = 0`

// searchable is a corpus and its documents that are not retired, by path.
func searchable(ctx context.Context, tx *sql.Tx, version int64) (Corpus, []Document, error) {
	if version == 0 {
		return Corpus{}, nil, nil
	}
	c := Corpus{Version: version}
	err := tx.QueryRowContext(ctx, `SELECT embedder FROM corpora WHERE version = ?`, version).Scan(&c.Embedder)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Corpus{}, nil, err
	}
	docs, err := documents(ctx, tx, searchedAt, version, version)
	return c, docs, err
}

// documents are the placed documents for which where holds, by path.
func documents(ctx context.Context, q querier, where string, args ...any) ([]Document, error) {
	rows, err := q.QueryContext(ctx, `
		SELECT d.id, d.source, p.path, r.id, r.hash, r.meta, p.retired, COALESCE(r.reprint, r.id)
		FROM placements p JOIN documents d ON d.id = p.document JOIN revisions r ON r.id = p.revision
		WHERE `+where+` ORDER BY p.path, d.source, d.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var docs []Document
	for rows.Next() {
		var d Document
		var meta string
		if err := rows.Scan(&d.ID, &d.Source, &d.Path, &d.Revision, &d.Hash, &meta, &d.Retired, &d.Reprint); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(meta), &d.Meta); err != nil {
			return nil, fmt.Errorf("metadata of document %s: %w", d.ID, err)
		}
		docs = append(docs, d)
	}
	return docs, rows.Err()
}

// gapMost is how many bytes of white space may part passages of one section.
const gapMost = 2

// yieldEntries yields one document's passages, those that have no vector with
// blank, if there is one; more is false when the reader has had enough.
func yieldEntries(ctx context.Context, tx *sql.Tx, c Corpus, d *Document, blank []float32, yield func(Entry, error) bool) (more bool, err error) {
	text, err := revisionText(ctx, tx, d.ID, d.Revision)
	if err != nil {
		return true, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT p.start_at, p.end_at, p.heading, p.page, p.last_page, v.vector
		FROM passages p LEFT JOIN vectors v ON v.model = ? AND v.text_hash = p.text_hash
		WHERE p.revision = ? ORDER BY p.ordinal`, c.Embedder, d.Revision)
	if err != nil {
		return true, err
	}
	defer rows.Close()
	for rows.Next() {
		e := Entry{Doc: d}
		var vector []byte
		if e.Passage, err = scanPassage(rows, d, text, &vector); err != nil {
			return true, err
		}
		if e.Vector = decodeVector(vector); e.Vector == nil {
			e.Vector = blank
		}
		if e.Vector == nil {
			return true, fmt.Errorf("document %s has a passage without its vector: ingest again", d.ID)
		}
		e.Gap = gapAt(text, e.End)
		if !yield(e, nil) {
			return false, nil
		}
	}
	return true, rows.Err()
}

// scanPassage reads start, end, heading and pages, and then into more, from a row.
// The passage's text shares the memory of text.
func scanPassage(rows *sql.Rows, d *Document, text string, more ...any) (Passage, error) {
	p := Passage{DocID: d.ID, Revision: d.Revision}
	var heading string
	if err := rows.Scan(append([]any{&p.Start, &p.End, &heading, &p.Page, &p.LastPage}, more...)...); err != nil {
		return p, err
	}
	if err := p.cut(text); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(heading), &p.Heading); err != nil {
		return p, fmt.Errorf("heading in document %s: %w", d.ID, err)
	}
	return p, nil
}

// cut gives a passage its piece of the whole text, whose memory it shares.
func (p *Passage) cut(text string) error {
	if p.Start < 0 || p.End > len(text) || p.Start >= p.End {
		return fmt.Errorf("document %s has a passage outside its text: ingest again", p.DocID)
	}
	p.Text = text[p.Start:p.End]
	return nil
}

// gapAt is the white space of a text from an offset on.
func gapAt(text string, at int) string {
	rest := text[at:min(len(text), at+gapMost)]
	return rest[:len(rest)-len(strings.TrimLeft(rest, " \n"))]
}

func revisionText(ctx context.Context, q querier, docID string, revision int64) (string, error) {
	var text string
	err := q.QueryRowContext(ctx,
		`SELECT text FROM revisions WHERE id = ? AND document = ?`, revision, docID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("document %s, revision %d: %w", docID, revision, ErrNotFound)
	}
	return text, err
}

// Text is the cleaned text of one revision of a document, also of an old one.
// A revision that was purged is ErrNotFound.
func (l *Library) Text(ctx context.Context, docID string, revision int64) (string, error) {
	text, err := revisionText(ctx, l.conn, docID, revision)
	return text, db.Explain(err)
}

// Revision is one revision of a document as it was, with its cleaned text.
// Its Path is the name under which it was read, and Retired tells of today.
// A revision that was purged is ErrNotFound.
func (l *Library) Revision(ctx context.Context, docID string, revision int64) (Document, string, error) {
	d := Document{ID: docID, Revision: revision}
	var meta, text string
	err := l.conn.QueryRowContext(ctx, `
		SELECT d.source, r.name, r.hash, r.meta, r.text, COALESCE(r.reprint, r.id), COALESCE((SELECT p.retired FROM placements p
			WHERE p.document = d.id ORDER BY p.from_version DESC LIMIT 1), 0)
		FROM revisions r JOIN documents d ON d.id = r.document
		WHERE r.id = ? AND r.document = ?`, revision, docID).
		Scan(&d.Source, &d.Path, &d.Hash, &meta, &text, &d.Reprint, &d.Retired)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal([]byte(meta), &d.Meta)
	}
	if err != nil {
		return Document{}, "", fmt.Errorf("document %s, revision %d: %w", docID, revision, db.Explain(err))
	}
	return d, text, nil
}

// HasRevision reports whether a revision is in the library, and stays in it
// while tx lasts, if tx is a write transaction.
func (l *Library) HasRevision(ctx context.Context, tx *sql.Tx, docID string, revision int64) (bool, error) {
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM revisions WHERE id = ? AND document = ?)`, revision, docID).Scan(&there)
	return there, err
}

func encodeVector(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// decodeVector is nil for no vector.
func decodeVector(b []byte) []float32 {
	if len(b) == 0 {
		return nil
	}
	v := make([]float32, len(b)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}
