package retrieval

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"policybot/internal/db"
)

// A Known is a document of a source as its next sync must know it; see
// Document.
type Known struct {
	ID       string
	Path     string
	Revision int64
	Hash     string
	Retired  bool
	Name     string // the path under which the revision was parsed
	Parser   string // the version of the parser that read it
}

// Sources are the locations of the library's sources by name; an upload has
// the empty location.
func (l *Library) Sources(ctx context.Context) (map[string]string, error) {
	rows, err := l.conn.QueryContext(ctx, `SELECT name, location FROM sources`)
	if err != nil {
		return nil, fmt.Errorf("list the sources: %w", db.Explain(err))
	}
	defer rows.Close()
	sources := map[string]string{}
	for rows.Next() {
		var name, location string
		if err := rows.Scan(&name, &location); err != nil {
			return nil, fmt.Errorf("list the sources: %w", err)
		}
		sources[name] = location
	}
	return sources, rows.Err()
}

// Known are the documents of a source in the current corpus, by path.
func (l *Library) Known(ctx context.Context, source string) ([]Known, error) {
	var known []Known
	err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT d.id, p.path, r.id, r.hash, p.retired, r.name, r.parser
			FROM placements p JOIN documents d ON d.id = p.document JOIN revisions r ON r.id = p.revision
			WHERE p.to_version = ? AND d.source = ? ORDER BY p.path, d.id`, int64(still), source)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k Known
			if err := rows.Scan(&k.ID, &k.Path, &k.Revision, &k.Hash, &k.Retired, &k.Name, &k.Parser); err != nil {
				return err
			}
			known = append(known, k)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list the documents of %s: %w", source, err)
	}
	return known, nil
}

// Retire takes a document, given as for Document, out of the search and keeps
// it; a sync does not bring it back. It publishes a new version unless the
// document is retired already.
func (l *Library) Retire(ctx context.Context, ref string) (Corpus, error) {
	c, err := l.setRetired(ctx, ref, true)
	if err != nil {
		return Corpus{}, fmt.Errorf("retire %s: %w", ref, err)
	}
	return c, nil
}

// Restore undoes Retire. For the ID of a purged document it lifts the bar on
// its path and content: the next ingest reads the file again.
func (l *Library) Restore(ctx context.Context, ref string) (Corpus, error) {
	c, err := l.setRetired(ctx, ref, false)
	if errors.Is(err, ErrNotFound) {
		return l.unpurge(ctx, ref, err)
	}
	if err != nil {
		return Corpus{}, fmt.Errorf("restore %s: %w", ref, err)
	}
	return c, nil
}

func (l *Library) setRetired(ctx context.Context, ref string, retired bool) (Corpus, error) {
	var c Corpus
	err := db.Tx(ctx, l.conn, func(tx *sql.Tx) error {
		id, err := resolve(ctx, tx, ref)
		if err != nil {
			return err
		}
		now := placement{document: id}
		err = tx.QueryRowContext(ctx, `SELECT revision, path, retired FROM placements WHERE document = ? AND to_version = ?`,
			id, int64(still)).Scan(&now.revision, &now.path, &now.retired)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: its file was removed", ErrNotFound)
		}
		if err != nil {
			return err
		}
		if now.retired == retired {
			c, err = current(ctx, tx)
			return err
		}
		cause := "restore " + id
		if now.retired = retired; retired {
			cause = "retire " + id
		}
		if c, err = newVersion(ctx, tx, "", cause); err != nil {
			return err
		}
		return move(ctx, tx, c.Version, now)
	})
	return c, err
}

// A placement is where a document stands.
type placement struct {
	document string
	revision int64
	path     string
	retired  bool
}

// move ends a document's placement with version and begins another.
func move(ctx context.Context, tx *sql.Tx, version int64, p placement) error {
	_, err := tx.ExecContext(ctx, `UPDATE placements SET to_version = ? WHERE document = ? AND to_version = ?`,
		version, p.document, int64(still))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO placements (document, from_version, to_version, revision, path, retired)
		VALUES (?, ?, ?, ?, ?, ?)`, p.document, version, int64(still), p.revision, p.path, p.retired)
	return err
}

func (l *Library) unpurge(ctx context.Context, id string, notFound error) (Corpus, error) {
	var c Corpus
	err := db.Tx(ctx, l.conn, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM purged WHERE document = ?`, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, notFound)
		}
		c, err = current(ctx, tx)
		return err
	})
	if err != nil {
		return Corpus{}, fmt.Errorf("restore %s: %w", id, err)
	}
	return c, nil
}

// scanAll reads one column of a query.
func scanAll[T any](rows *sql.Rows, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
