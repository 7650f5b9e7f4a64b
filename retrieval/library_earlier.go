package retrieval

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"

	"policybot/internal/db"
)

// Earlier are the passages of what documents of a published corpus said before,
// in the order of document path: of each document the revisions that were
// searched once and begin before the one after them, the newest first. What
// only corrects a text of the same date is none. A passage whose vector was
// left behind by another embedder has one that is near nothing.
func (l *Library) Earlier(ctx context.Context, version int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stopped := false
		err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
			corpus, docs, err := earlier(ctx, tx, version)
			var blank []float32
			if err == nil && len(docs) > 0 {
				blank, err = nowhere(ctx, tx, corpus.Embedder)
			}
			for i := range docs {
				if err != nil || stopped {
					break
				}
				var more bool
				more, err = yieldEntries(ctx, tx, corpus, &docs[i], blank, yield)
				stopped = err == nil && !more
			}
			return err
		})
		if err != nil && !stopped {
			yield(Entry{}, fmt.Errorf("read what stood before corpus version %d: %w", version, err))
		}
	}
}

// nowhere is a vector of a model for texts that it has not embedded.
func nowhere(ctx context.Context, tx *sql.Tx, model string) ([]float32, error) {
	var dims int
	if err := tx.QueryRowContext(ctx, `SELECT dims FROM embedders WHERE model = ?`, model).Scan(&dims); err != nil || dims == 0 {
		return nil, err
	}
	v := make([]float32, dims)
	v[0] = 1
	return v, nil
}

// earlier are the revisions of Earlier.
func earlier(ctx context.Context, tx *sql.Tx, version int64) (Corpus, []Document, error) {
	c := Corpus{Version: version}
	if err := tx.QueryRowContext(ctx, `SELECT embedder FROM corpora WHERE version = ?`, version).Scan(&c.Embedder); err != nil {
		return c, nil, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT d.id, d.source, now.path, r.id, r.hash, r.meta, r.id = now.revision
		FROM placements now
		JOIN placements p ON p.document = now.document AND p.from_version <= now.from_version AND p.retired = 0
		JOIN documents d ON d.id = now.document JOIN revisions r ON r.id = p.revision
		WHERE now.from_version <= ? AND now.to_version > ? AND now.retired = 0
			AND EXISTS (SELECT 1 FROM placements o JOIN revisions s ON s.id = o.revision WHERE o.document = now.document
				AND o.from_version < now.from_version AND s.hash <> (SELECT hash FROM revisions WHERE id = now.revision))
		ORDER BY now.path, d.source, d.id, p.from_version DESC`, version, version)
	if err != nil {
		return c, nil, err
	}
	defer rows.Close()
	var out []Document
	var after Document // the revision that came after the row's and is kept
	for rows.Next() {
		var d Document
		var meta string
		var current bool
		if err := rows.Scan(&d.ID, &d.Source, &d.Path, &d.Revision, &d.Hash, &meta, &current); err != nil {
			return c, nil, err
		}
		if err := json.Unmarshal([]byte(meta), &d.Meta); err != nil {
			return c, nil, fmt.Errorf("metadata of document %s: %w", d.ID, err)
		}
		from := d.Meta.begins()
		switch {
		case d.ID != after.ID:
			after = d
		case !current && d.Hash != after.Hash && from != "" && from < after.Meta.begins():
			out, after = append(out, d), d
		}
	}
	return c, out, rows.Err()
}
