package retrieval

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"policybot/internal/db"
)

// stagedRows is how many planned places are staged between two commits.
const stagedRows = 1000

// Publish makes the plan the current corpus, with the vectors of model, and
// says in the history what caused it. All its passages must have vectors (see
// Missing). When nothing changes, no version is made.
func (d *Draft) Publish(ctx context.Context, model, cause string) (Corpus, error) {
	if d.dry {
		return d.lib.Current(ctx)
	}
	missing, _, err := d.Missing(ctx, model)
	if err != nil {
		return Corpus{}, err
	}
	if len(missing) > 0 {
		return Corpus{}, fmt.Errorf("publish: %d passages have no vector of %s yet", len(missing), model)
	}
	var c Corpus
	if err = d.stagePlan(ctx); err == nil {
		err = d.groupReprints(ctx)
	}
	if err == nil {
		err = db.Tx(ctx, d.lib.conn, func(tx *sql.Tx) (err error) {
			if err := d.saveLocations(ctx, tx); err != nil {
				return err
			}
			c, err = publishStaged(ctx, tx, model, cause)
			return err
		})
	}
	if err == nil {
		clear(d.plan)
		err = d.sweep(ctx)
	}
	if err != nil {
		return Corpus{}, fmt.Errorf("publish: %w", err)
	}
	return c, nil
}

// stagePlan writes the plan where publishStaged finds it, and of it only what
// differs from the current corpus. Nobody but the holder of the ingest lock
// changes revisions and paths, so that is still so in the next transaction.
func (d *Draft) stagePlan(ctx context.Context) error {
	err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM staged`) // a killed ingest's
		return err
	})
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(d.plan)), stagedRows) {
		err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
			insert, err := tx.PrepareContext(ctx, `INSERT INTO staged (document, revision, path, state) VALUES (?, ?, ?, ?)`)
			if err != nil {
				return err
			}
			defer insert.Close()
			for _, id := range ids {
				p := d.plan[id]
				if _, err := insert.ExecContext(ctx, id, p.revision, p.path, int(p.state)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM staged WHERE EXISTS (SELECT 1 FROM placements p
				WHERE p.to_version = ? AND p.document = staged.document AND p.revision = staged.revision AND p.path = staged.path
				AND (staged.state = ? OR staged.state = ? AND p.retired = 0 OR staged.state = ? AND p.retired = 1))
			OR revision = 0 AND NOT EXISTS (SELECT 1 FROM placements p WHERE p.to_version = ? AND p.document = staged.document)`,
			int64(still), int(asBefore), int(inSearch), int(outOfSearch), int64(still))
		return err
	})
}

// publishStaged makes a version of the current corpus and the staged places.
// A document is as retired as it was last, also when an admin retired it while
// the ingest ran, unless the plan says otherwise.
func publishStaged(ctx context.Context, tx *sql.Tx, model, cause string) (Corpus, error) {
	c, err := current(ctx, tx)
	if err != nil {
		return Corpus{}, err
	}
	var changes int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM staged`).Scan(&changes); err != nil {
		return Corpus{}, err
	}
	if changes == 0 && (c.Embedder == model || c.Version == 0) {
		return c, nil
	}
	if c, err = newVersion(ctx, tx, model, cause); err != nil {
		return Corpus{}, err
	}
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO placements (document, from_version, to_version, revision, path, retired)
			SELECT document, ?, ?, revision, path, CASE state WHEN ? THEN 0 WHEN ? THEN 1
				ELSE COALESCE((SELECT p.retired FROM placements p
					WHERE p.document = staged.document ORDER BY p.from_version DESC LIMIT 1), 0) END
			FROM staged WHERE revision <> 0`, []any{c.Version, int64(still), int(inSearch), int(outOfSearch)}},
		{`UPDATE placements SET to_version = ? WHERE to_version = ? AND from_version < ?
			AND document IN (SELECT document FROM staged)`, []any{c.Version, int64(still), c.Version}},
		{`DELETE FROM staged`, nil},
	} {
		if _, err := tx.ExecContext(ctx, s.sql, s.args...); err != nil {
			return Corpus{}, err
		}
	}
	return c, nil
}

func (d *Draft) saveLocations(ctx context.Context, tx *sql.Tx) error {
	for _, source := range slices.Sorted(maps.Keys(d.places)) {
		if _, err := tx.ExecContext(ctx, `INSERT INTO sources (name, location) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET location = excluded.location`, source, d.places[source]); err != nil {
			return err
		}
	}
	return nil
}

// newVersion publishes a corpus version; the embedder "" is the current one.
func newVersion(ctx context.Context, tx *sql.Tx, embedder, cause string) (Corpus, error) {
	c, err := current(ctx, tx)
	if err != nil {
		return Corpus{}, err
	}
	c.Version++
	if embedder != "" {
		c.Embedder = embedder
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO corpora (version, embedder, cause, created) VALUES (?, ?, ?, ?)`,
		c.Version, c.Embedder, cause, unixMilli())
	return c, err
}

// unplaced is what ingests put and nobody published.
const unplaced = ` FROM revisions WHERE id > (SELECT revision FROM swept)
	AND NOT EXISTS (SELECT 1 FROM placements p WHERE p.revision = revisions.id)`

// sweptBehind is how many published revisions are looked at again and again
// before it is noted that they are.
const sweptBehind = 200

func (d *Draft) sweep(ctx context.Context) error {
	var n, behind int
	err := d.lib.conn.QueryRowContext(ctx, `SELECT (SELECT COUNT(*)`+unplaced+`),
		(SELECT COALESCE(MAX(id), 0) FROM revisions) - (SELECT revision FROM swept)`).Scan(&n, &behind)
	if err != nil || n == 0 && behind <= sweptBehind {
		return db.Explain(err)
	}
	return db.Tx(ctx, d.lib.conn, func(tx *sql.Tx) error { return sweep(ctx, tx) })
}

// sweep deletes what nobody published, under the ingest lock.
func sweep(ctx context.Context, tx *sql.Tx) error {
	for _, s := range []string{
		`DELETE` + unplaced,
		`DELETE FROM originals WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.hash = originals.hash)`,
		`DELETE FROM documents WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.document = documents.id)`,
		`UPDATE swept SET revision = (SELECT COALESCE(MAX(id), 0) FROM revisions)`,
	} {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
