package retrieval

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"policybot/internal/db"
)

// A Cleaned document is one of the current corpus with what cleaning took out
// of its text.
type Cleaned struct {
	ID, Source, Path string
	Bytes            int // of the text that stayed
	Removed          []Removed
}

// Cleaned goes through the documents of the current corpus, the retired ones
// too, by path. It reads one snapshot, and ends after the first error.
func (l *Library) Cleaned(ctx context.Context) iter.Seq2[Cleaned, error] {
	return func(yield func(Cleaned, error) bool) {
		stopped := false
		err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, `SELECT d.id, d.source, p.path, LENGTH(CAST(r.text AS BLOB)), r.removed
				FROM placements p JOIN documents d ON d.id = p.document JOIN revisions r ON r.id = p.revision
				WHERE p.to_version = ? ORDER BY p.path, d.source, d.id`, int64(still))
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var c Cleaned
				var removed string
				if err := rows.Scan(&c.ID, &c.Source, &c.Path, &c.Bytes, &removed); err != nil {
					return err
				}
				if c.Removed, err = readRemoved(removed); err != nil {
					return fmt.Errorf("document %s: %w", c.ID, err)
				}
				if !yield(c, nil) {
					stopped = true
					return nil
				}
			}
			return rows.Err()
		})
		if err != nil && !stopped {
			yield(Cleaned{}, fmt.Errorf("read what cleaning took out: %w", err))
		}
	}
}
