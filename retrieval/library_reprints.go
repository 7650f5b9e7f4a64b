package retrieval

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"policybot/internal/db"
)

// putSketch keeps what finds the reprints of a revision's text.
func putSketch(ctx context.Context, tx *sql.Tx, revision int64, text string) error {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO sketches (hash, revision) VALUES (?, ?) ON CONFLICT (hash, revision) DO NOTHING`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, h := range sketch(text) {
		if _, err := insert.ExecContext(ctx, h, revision); err != nil {
			return err
		}
	}
	return nil
}

// An ungrouped revision is staged and belongs to no group of reprints yet.
type ungrouped struct {
	document string
	revision int64
}

// groupReprints gives each staged revision that is new the group of the
// document, among those of the coming corpus, that it reprints, or a group of
// its own, called by its number.
func (d *Draft) groupReprints(ctx context.Context) error {
	var todo []ungrouped
	err := db.View(ctx, d.stage, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT s.document, s.revision FROM staged s JOIN revisions r ON r.id = s.revision
			WHERE r.reprint IS NULL ORDER BY s.revision`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var u ungrouped
			if err := rows.Scan(&u.document, &u.revision); err != nil {
				return err
			}
			todo = append(todo, u)
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(todo, stagedRows) {
		err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
			for _, u := range some {
				if err := u.join(ctx, tx); err != nil {
					return fmt.Errorf("find the reprints of document %s: %w", u.document, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// join puts the revision into the group that it shares most with.
func (u ungrouped) join(ctx context.Context, tx *sql.Tx) error {
	groups, err := u.near(ctx, tx)
	if err != nil {
		return err
	}
	group, most := u.revision, 0.0
	var text string
	if len(groups) > 0 {
		if text, err = revisionText(ctx, tx, u.document, u.revision); err != nil {
			return err
		}
	}
	for _, g := range groups {
		var other string
		if err := tx.QueryRowContext(ctx, `SELECT text FROM revisions WHERE id = ?`, g.revision).Scan(&other); err != nil {
			return err
		}
		if same, share := reprinted(text, other); same && share > most {
			group, most = g.group, share
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE revisions SET reprint = ? WHERE id = ?`, group, u.revision)
	return err
}

// A reprintGroup has one of its revisions in the coming corpus.
type reprintGroup struct{ group, revision int64 }

// near are the groups of other documents of the coming corpus that have part
// of the revision's sketch.
func (u ungrouped) near(ctx context.Context, tx *sql.Tx) ([]reprintGroup, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT r.reprint, MIN(r.id) FROM sketches own JOIN sketches s ON s.hash = own.hash JOIN revisions r ON r.id = s.revision
		WHERE own.revision = ? AND r.document <> ? AND r.reprint IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM staged g WHERE g.document = r.document AND g.revision <> r.id)
			AND (EXISTS (SELECT 1 FROM staged g WHERE g.revision = r.id)
				OR EXISTS (SELECT 1 FROM placements p WHERE p.revision = r.id AND p.to_version = ?))
		GROUP BY r.reprint ORDER BY 2`, u.revision, u.document, int64(still))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var groups []reprintGroup
	for rows.Next() {
		var g reprintGroup
		if err := rows.Scan(&g.group, &g.revision); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}
