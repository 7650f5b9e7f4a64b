package retrieval

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"policybot/internal/db"
)

// Stated is what admins set right of documents' metadata, by document ID, as
// it was given to State. Documents that stand as they were read are not in it.
func (l *Library) Stated(ctx context.Context) (map[string]string, error) {
	rows, err := l.conn.QueryContext(ctx, `SELECT document, body FROM stated`)
	if err != nil {
		return nil, fmt.Errorf("read what admins stated: %w", db.Explain(err))
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var doc, body string
		if err := rows.Scan(&doc, &body); err != nil {
			return nil, fmt.Errorf("read what admins stated: %w", err)
		}
		all[doc] = body
	}
	return all, rows.Err()
}

// State keeps, at once, what an admin set right of a document's metadata, in
// a form that is the caller's; empty for nothing. A purge erases it.
func (d *Draft) State(ctx context.Context, docID, body string) error {
	err := db.Tx(ctx, d.lib.conn, func(tx *sql.Tx) error {
		if body == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM stated WHERE document = ?`, docID)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO stated (document, body) VALUES (?, ?)
			ON CONFLICT (document) DO UPDATE SET body = excluded.body`, docID, body)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what was stated of document %s: %w", docID, err)
	}
	return nil
}

// Content is a revision of a document as it was put, with its original file; a
// revision that was purged is ErrNotFound.
func (l *Library) Content(ctx context.Context, docID string, revision int64) (c Content, err error) {
	doc, text, err := l.Revision(ctx, docID, revision)
	if err != nil {
		return Content{}, err
	}
	c.Text, c.Name, c.Meta = text, doc.Path, doc.Meta
	err = db.View(ctx, l.conn, func(tx *sql.Tx) error {
		var small []byte
		var removed string
		err := tx.QueryRowContext(ctx, `SELECT r.parser, r.charset, r.removed, o.gzip FROM revisions r
			JOIN originals o ON o.hash = r.hash WHERE r.id = ? AND r.document = ?`, revision, docID).Scan(&c.Parser, &c.Charset, &removed, &small)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if c.Raw, err = unzip(small); err != nil {
			return err
		}
		if c.Removed, err = readRemoved(removed); err != nil {
			return err
		}
		c.Passages, err = pieces(ctx, tx, &doc, text)
		return err
	})
	if err != nil {
		return Content{}, fmt.Errorf("document %s, revision %d: %w", docID, revision, err)
	}
	return c, nil
}

func unzip(small []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		return nil, fmt.Errorf("the original is damaged: %w", err)
	}
	return io.ReadAll(r)
}
