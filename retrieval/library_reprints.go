package retrieval

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
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

// What is compared of one text is bounded, because ten thousand decisions on
// one form share most of their bands and are no reprints: of each band the
// revisions put next before and after, and of all those the nearest by the
// bands they share.
const (
	sameBand     = 20
	mostCompared = 20
)

// near are groups of other documents of the coming corpus that have part of
// the revision's sketch, those with the most of it first.
func (u ungrouped) near(ctx context.Context, tx *sql.Tx) ([]reprintGroup, error) {
	hashes, err := scanAll[int64](tx.QueryContext(ctx, `SELECT hash FROM sketches WHERE revision = ?`, u.revision))
	if err != nil {
		return nil, err
	}
	shared := map[int64]int{} // bands, by revision
	for _, h := range hashes {
		for _, beside := range []string{`revision < ? ORDER BY revision DESC`, `revision > ? ORDER BY revision`} {
			revisions, err := scanAll[int64](tx.QueryContext(ctx, `SELECT revision FROM sketches WHERE hash = ? AND `+beside+` LIMIT ?`,
				h, u.revision, sameBand))
			if err != nil {
				return nil, err
			}
			for _, r := range revisions {
				shared[r]++
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(shared), func(a, b int64) int {
		return cmp.Or(shared[b]-shared[a], cmp.Compare(a, b))
	})
	var groups []reprintGroup
	for _, r := range order {
		g, err := u.groupOf(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		if g != 0 && !slices.ContainsFunc(groups, func(o reprintGroup) bool { return o.group == g }) {
			groups = append(groups, reprintGroup{g, r})
		}
		if len(groups) == mostCompared {
			break
		}
	}
	return groups, nil
}

// groupOf is the group of a revision that will be another document's in the
// coming corpus, and 0 for any other.
func (u ungrouped) groupOf(ctx context.Context, tx *sql.Tx, revision int64) (group int64, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT r.reprint FROM revisions r WHERE r.id = ? AND r.document <> ? AND r.reprint IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM staged g WHERE g.document = r.document AND g.revision <> r.id)
			AND (EXISTS (SELECT 1 FROM staged g WHERE g.revision = r.id)
				OR EXISTS (SELECT 1 FROM placements p WHERE p.revision = r.id AND p.to_version = ?))`,
		revision, u.document, int64(still)).Scan(&group)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return group, err
}
