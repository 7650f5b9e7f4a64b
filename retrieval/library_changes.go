package retrieval

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"policybot/internal/db"
)

// Changed are the IDs of the documents that may differ between two versions,
// each once; documents that were purged since are among them.
func (l *Library) Changed(ctx context.Context, from, to int64) (ids []string, err error) {
	err = db.View(ctx, l.conn, func(tx *sql.Tx) (err error) {
		ids, err = scanAll[string](tx.QueryContext(ctx, `SELECT document FROM placements WHERE from_version > ? AND from_version <= ?
			UNION SELECT document FROM placements WHERE to_version > ? AND to_version <= ?`, from, to, from, to))
		if err != nil {
			return err
		}
		causes, err := scanAll[string](tx.QueryContext(ctx, `SELECT cause FROM corpora WHERE version > ? AND version <= ?`, from, to))
		for _, cause := range causes { // the placements of purged documents are gone
			if id, ok := strings.CutPrefix(cause, purgeCause); ok && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("compare corpus versions %d and %d: %w", from, to, db.Explain(err))
	}
	return ids, nil
}

// idsAtOnce is how many documents one statement names.
const idsAtOnce = 500

// EntriesOf are the Entries of a version that belong to the documents named.
func (l *Library) EntriesOf(ctx context.Context, version int64, ids []string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stopped := false
		err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
			c := Corpus{Version: version}
			if err := tx.QueryRowContext(ctx, `SELECT embedder FROM corpora WHERE version = ?`, version).Scan(&c.Embedder); err != nil {
				return err
			}
			var docs []Document
			for some := range slices.Chunk(ids, idsAtOnce) {
				args := []any{version, version}
				for _, id := range some {
					args = append(args, id)
				}
				found, err := documents(ctx, tx, searchedAt+` AND p.document IN (?`+
					strings.Repeat(", ?", len(some)-1)+`)`, args...)
				if err != nil {
					return err
				}
				docs = append(docs, found...)
			}
			slices.SortFunc(docs, func(a, b Document) int { return comparePaths(&a, &b) })
			for i := range docs {
				more, err := yieldEntries(ctx, tx, c, &docs[i], nil, yield)
				if err != nil || !more {
					stopped = !more
					return err
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(Entry{}, fmt.Errorf("read %d documents of corpus version %d: %w", len(ids), version, err))
		}
	}
}
