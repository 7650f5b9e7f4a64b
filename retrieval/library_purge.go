package retrieval

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"policybot/internal/db"
)

// purgeCause and a document's ID are the cause of the version that its purge
// publishes; see Changed.
const purgeCause = "purge "

// An Eraser deletes, in the purge's transaction, what its package keeps of a
// document's text in the library's database.
type Eraser func(ctx context.Context, tx *sql.Tx, docID string) error

// Holds records that the package called name keeps document text in the
// library's database, and how it erases it. From then on nobody can purge a
// document without that package having called Holds in the same process.
func (l *Library) Holds(ctx context.Context, name string, erase Eraser) error {
	err := db.Tx(ctx, l.conn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO text_holders (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("record %s as a holder of text: %w", name, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erasers[name] = erase
	return nil
}

// Purge erases a document, given by ID, unique prefix or path, everywhere in
// the database and in every corpus version: its originals, texts, names,
// passages, vectors that no other document shares, what the registered holders
// keep, and the snapshot, whose terms and vectors tell of it too. Hashes stay
// behind, so that a later sync does not bring the same path or content back;
// Restore lifts that. It publishes a new version, then rewrites the file so that
// nothing is left in it. When only that last part fails the document is gone from
// use; a second Purge finishes the work.
func (l *Library) Purge(ctx context.Context, ref string) (Corpus, error) {
	unlock, err := l.lockIngest(ctx)
	if err != nil {
		return Corpus{}, fmt.Errorf("purge %s: %w", ref, err)
	}
	defer unlock()
	keep, err := l.dropSnapshot(ctx)
	if err != nil {
		return Corpus{}, fmt.Errorf("purge %s: %w", ref, err)
	}
	defer keep()
	var c Corpus
	err = db.Tx(ctx, l.conn, func(tx *sql.Tx) error {
		id, err := resolve(ctx, tx, ref)
		if err != nil {
			return err
		}
		erasers, err := l.allErasers(ctx, tx)
		if err != nil {
			return err
		}
		for _, erase := range erasers {
			if err := erase(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := markPurged(ctx, tx, id); err != nil {
			return err
		}
		if err := eraseDocument(ctx, tx, id); err != nil {
			return err
		}
		c, err = newVersion(ctx, tx, "", purgeCause+id)
		return err
	})
	if err != nil {
		return Corpus{}, fmt.Errorf("purge %s: %w", ref, err)
	}
	if err := db.Scrub(ctx, l.conn); err != nil {
		return c, fmt.Errorf("purge %s: the document is out of use, its text is not yet out of the file: %w", ref, err)
	}
	return c, nil
}

// allErasers are the erasers of everyone who was ever recorded as a holder.
func (l *Library) allErasers(ctx context.Context, tx *sql.Tx) ([]Eraser, error) {
	names, err := scanAll[string](tx.QueryContext(ctx, `SELECT name FROM text_holders ORDER BY name`))
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Eraser
	for _, name := range names {
		erase, ok := l.erasers[name]
		if !ok {
			return nil, fmt.Errorf("the %s keeps text of documents too and was not opened: nothing was erased", name)
		}
		all = append(all, erase)
	}
	return all, nil
}

// markPurged leaves hashes of the document's paths and contents behind.
func markPurged(ctx context.Context, tx *sql.Tx, id string) error {
	var source string
	err := tx.QueryRowContext(ctx, `SELECT source FROM documents WHERE id = ?`, id).Scan(&source)
	if err != nil {
		return err
	}
	hashes, err := scanAll[string](tx.QueryContext(ctx, `SELECT DISTINCT hash FROM revisions WHERE document = ?`, id))
	if err != nil {
		return err
	}
	paths, err := scanAll[string](tx.QueryContext(ctx, `SELECT DISTINCT path FROM placements WHERE document = ?`, id))
	if err != nil {
		return err
	}
	var marks []string
	for _, h := range hashes {
		marks = append(marks, contentMark(h))
	}
	for _, p := range paths {
		marks = append(marks, pathMark(source, p))
	}
	for _, m := range marks {
		if _, err := tx.ExecContext(ctx, `INSERT INTO purged (mark, document, at) VALUES (?, ?, ?)
			ON CONFLICT (mark) DO UPDATE SET document = excluded.document, at = excluded.at`, m, id, unixMilli()); err != nil {
			return err
		}
	}
	return nil
}

func contentMark(hash string) string { return "content:" + hash }

func pathMark(source, path string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + path))
	return "path:" + hex.EncodeToString(sum[:])
}

// eraseDocument deletes a document's rows and what only they used. Vectors go
// first, while the passages still tell which texts the document had.
func eraseDocument(ctx context.Context, tx *sql.Tx, id string) error {
	const own = `(SELECT id FROM revisions WHERE document = ?)`
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM vectors WHERE text_hash IN (SELECT text_hash FROM passages WHERE revision IN ` + own + `)
			AND NOT EXISTS (SELECT 1 FROM passages p JOIN revisions r ON r.id = p.revision
				WHERE p.text_hash = vectors.text_hash AND r.document <> ?)`, []any{id, id}},
		{`DELETE FROM placements WHERE document = ?`, []any{id}},
		{`DELETE FROM passages WHERE revision IN ` + own, []any{id}},
		{`DELETE FROM sketches WHERE revision IN ` + own, []any{id}},
		{`DELETE FROM revisions WHERE document = ?`, []any{id}},
		{`DELETE FROM originals WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.hash = originals.hash)`, nil},
		{`DELETE FROM documents WHERE id = ?`, []any{id}},
		{`DELETE FROM staged`, nil},
	} {
		if _, err := tx.ExecContext(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return sweep(ctx, tx) // a stopped ingest may have left the text as another document's
}
