package retrieval

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"policybot/internal/db"
)

// A Listing is a document as a list shows it.
type Listing struct {
	Document
	Passages int       `json:"passages"`
	Bytes    int       `json:"bytes"` // of the cleaned text
	Since    time.Time `json:"since"` // when this revision was read
}

// Counts is what the library holds now.
func (l *Library) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := db.View(ctx, l.conn, func(tx *sql.Tx) (err error) {
		if c.Corpus, err = current(ctx, tx); err != nil {
			return err
		}
		const now = ` FROM placements p JOIN revisions r ON r.id = p.revision WHERE p.to_version = ? AND p.retired = `
		return tx.QueryRowContext(ctx, `SELECT
			(SELECT COUNT(*)`+now+`0),
			(SELECT COUNT(*)`+now+`1),
			(SELECT COALESCE(SUM(LENGTH(CAST(r.text AS BLOB))), 0)`+now+`0),
			(SELECT COUNT(*) FROM passages WHERE revision IN (SELECT r.id`+now+`0)),
			(SELECT COUNT(*) FROM revisions),
			(SELECT COUNT(*) FROM vectors)`, int64(still), int64(still), int64(still), int64(still)).
			Scan(&c.Documents, &c.Retired, &c.Bytes, &c.Passages, &c.Revisions, &c.Vectors)
	})
	if err != nil {
		return Counts{}, fmt.Errorf("count what the library holds: %w", err)
	}
	return c, nil
}

// A Detail is a document with all that is kept of its revision.
type Detail struct {
	Listing
	Charset string    `json:"charset"`
	Text    string    `json:"text"`
	Removed []Removed `json:"removed"`
	Pieces  []Passage `json:"pieces"` // its passages, in order
	// Left says that the document is no longer in the current corpus.
	Left bool `json:"left,omitempty"`
}

// Counts says how much the library holds now.
type Counts struct {
	Corpus    Corpus `json:"corpus"`
	Documents int    `json:"documents"` // that are searched
	Retired   int    `json:"retired"`
	Passages  int    `json:"passages"` // that are searched
	Bytes     int64  `json:"bytes"`    // of the cleaned texts that are searched
	Revisions int    `json:"revisions"`
	Vectors   int    `json:"vectors"` // cached, of all embedders
}

// Documents are the documents of the current corpus, the retired ones too, in
// the order of their paths.
func (l *Library) Documents(ctx context.Context) ([]Listing, error) {
	var list []Listing
	err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
		docs, err := documents(ctx, tx, `p.to_version = ?`, int64(still))
		if err != nil {
			return err
		}
		for _, d := range docs {
			li, err := listing(ctx, tx, d)
			if err != nil {
				return err
			}
			list = append(list, li)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the documents: %w", err)
	}
	return list, nil
}

func listing(ctx context.Context, q querier, d Document) (Listing, error) {
	li := Listing{Document: d}
	var created int64
	err := q.QueryRowContext(ctx, `SELECT created, LENGTH(CAST(text AS BLOB)),
		(SELECT COUNT(*) FROM passages WHERE revision = revisions.id) FROM revisions WHERE id = ?`, d.Revision).
		Scan(&created, &li.Bytes, &li.Passages)
	li.Since = time.UnixMilli(created).UTC()
	return li, err
}

// Document is the document that ref names: an ID, the unique beginning of one
// (of four characters or more), a path, or the last part of a path. A ref that
// names several is an error that lists them; none is ErrNotFound.
func (l *Library) Document(ctx context.Context, ref string) (*Detail, error) {
	var detail *Detail
	err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
		id, err := resolve(ctx, tx, ref)
		if err != nil {
			return err
		}
		detail, err = readDetail(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("document %q: %w", ref, err)
	}
	return detail, nil
}

func readDetail(ctx context.Context, tx *sql.Tx, id string) (*Detail, error) {
	docs, err := documents(ctx, tx, `d.id = ? AND p.from_version =
		(SELECT MAX(from_version) FROM placements WHERE document = d.id)`, id)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, ErrNotFound
	}
	var detail Detail
	if detail.Listing, err = listing(ctx, tx, docs[0]); err != nil {
		return nil, err
	}
	var removed string
	err = tx.QueryRowContext(ctx, `SELECT charset, text, removed, NOT EXISTS (SELECT 1 FROM placements
		WHERE document = ? AND to_version = ?) FROM revisions WHERE id = ?`, id, int64(still), docs[0].Revision).
		Scan(&detail.Charset, &detail.Text, &removed, &detail.Left)
	if err != nil {
		return nil, err
	}
	if detail.Removed, err = readRemoved(removed); err != nil {
		return nil, fmt.Errorf("document %s: %w", id, err)
	}
	detail.Pieces, err = pieces(ctx, tx, &docs[0], detail.Text)
	return &detail, err
}

func readRemoved(kept string) (removed []Removed, err error) {
	if err := json.Unmarshal([]byte(kept), &removed); err != nil {
		return nil, fmt.Errorf("its removed pieces: %w", err)
	}
	return removed, nil
}

// pieces are the passages of a document's revision, in order.
func pieces(ctx context.Context, tx *sql.Tx, d *Document, text string) (ps []Passage, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT start_at, end_at, heading, page, last_page FROM passages
		WHERE revision = ? ORDER BY ordinal`, d.Revision)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanPassage(rows, d, text)
		if err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, rows.Err()
}

// resolve finds the ID of the one document that ref names: any document by its
// whole ID, one of the current corpus also by its other names.
func resolve(ctx context.Context, q querier, ref string) (string, error) {
	var id string
	err := q.QueryRowContext(ctx, `SELECT id FROM documents WHERE id = ?`, ref).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	docs, err := currentNames(ctx, q)
	if err != nil {
		return "", err
	}
	for _, is := range []func(Document) bool{
		func(d Document) bool { return d.Path == ref || d.Source+"/"+d.Path == ref },
		func(d Document) bool { return ref != "" && strings.HasSuffix(d.Path, "/"+ref) },
		func(d Document) bool { return len(ref) >= 4 && strings.HasPrefix(d.ID, ref) },
	} {
		found := slices.DeleteFunc(slices.Clone(docs), func(d Document) bool { return !is(d) })
		switch len(found) {
		case 0:
		case 1:
			return found[0].ID, nil
		default:
			return "", ambiguous(found)
		}
	}
	return "", fmt.Errorf("%w: `policybot docs list` shows what is", ErrNotFound)
}

func ambiguous(found []Document) error {
	var names []string
	for _, d := range found[:min(5, len(found))] {
		names = append(names, fmt.Sprintf("%s (%s/%s)", d.ID, d.Source, d.Path))
	}
	return fmt.Errorf("it names %d documents: %s; use an ID", len(found), strings.Join(names, ", "))
}

// currentNames are the ID, source and path of the current documents, by path.
func currentNames(ctx context.Context, q querier) ([]Document, error) {
	rows, err := q.QueryContext(ctx, `SELECT d.id, d.source, p.path FROM placements p JOIN documents d ON d.id = p.document
		WHERE p.to_version = ? ORDER BY p.path, d.source, d.id`, int64(still))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var docs []Document
	for rows.Next() {
		var d Document
		if err := rows.Scan(&d.ID, &d.Source, &d.Path); err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, rows.Err()
}
