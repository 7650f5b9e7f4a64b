package retrieval

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"policybot/internal/db"
)

// An Unembedded is a text that needs a vector; it stands in that passage.
type Unembedded struct {
	hash     [32]byte
	revision int64
	ordinal  int
}

// Missing are the texts of the planned corpus that have no vector of model,
// each once, and how many texts were looked up: those of the planned
// documents, or all when the embedder changes.
func (d *Draft) Missing(ctx context.Context, model string) (missing []Unembedded, looked int, err error) {
	revisions, err := d.revisionsToEmbed(ctx, model)
	if err != nil {
		return nil, 0, err
	}
	seen := map[[32]byte]bool{}
	err = db.View(ctx, d.lib.conn, func(tx *sql.Tx) error {
		query, err := tx.PrepareContext(ctx, `SELECT p.ordinal, p.text_hash, v.text_hash IS NULL
			FROM passages p LEFT JOIN vectors v ON v.model = ? AND v.text_hash = p.text_hash
			WHERE p.revision = ? ORDER BY p.ordinal`)
		if err != nil {
			return err
		}
		defer query.Close()
		for _, revision := range revisions {
			found, err := missingOf(ctx, query, model, revision, seen)
			if err != nil {
				return err
			}
			missing = append(missing, found...)
		}
		for hash := range d.tried {
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM vectors WHERE model = ? AND text_hash = ?`,
				model, hash[:]).Scan(&n); err != nil {
				return err
			}
			if n == 0 && !seen[hash] {
				missing = append(missing, Unembedded{hash: hash})
			}
			seen[hash] = true
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("find the passages to embed: %w", err)
	}
	return missing, len(seen), nil
}

func missingOf(ctx context.Context, query *sql.Stmt, model string, revision int64, seen map[[32]byte]bool) ([]Unembedded, error) {
	rows, err := query.QueryContext(ctx, model, revision)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Unembedded
	for rows.Next() {
		u := Unembedded{revision: revision}
		var hash []byte
		var absent bool
		if err := rows.Scan(&u.ordinal, &hash, &absent); err != nil {
			return nil, err
		}
		copy(u.hash[:], hash)
		if seen[u.hash] {
			continue
		}
		seen[u.hash] = true
		if absent {
			found = append(found, u)
		}
	}
	return found, rows.Err()
}

// revisionsToEmbed are the planned revisions, and the unplanned ones too when
// the current corpus has another embedder: published passages always have the
// vectors of their corpus.
func (d *Draft) revisionsToEmbed(ctx context.Context, model string) ([]int64, error) {
	var revisions []int64
	for _, p := range d.plan {
		if p.revision != 0 && p.revision != tried {
			revisions = append(revisions, p.revision)
		}
	}
	c, err := d.lib.Current(ctx)
	if err != nil {
		return nil, err
	}
	if c.Embedder != model {
		docs, err := documents(ctx, d.lib.conn, `p.to_version = ?`, int64(still))
		if err != nil {
			return nil, fmt.Errorf("find the passages to embed: %w", db.Explain(err))
		}
		for _, doc := range docs {
			if _, changes := d.plan[doc.ID]; !changes {
				revisions = append(revisions, doc.Revision)
			}
		}
	}
	slices.Sort(revisions)
	return slices.Compact(revisions), nil
}

// Texts are the texts to embed for us, in order; see EmbeddedText.
func (d *Draft) Texts(ctx context.Context, us []Unembedded) ([]string, error) {
	texts := make([]string, len(us))
	err := db.View(ctx, d.lib.conn, func(tx *sql.Tx) error {
		document, err := tx.PrepareContext(ctx, `SELECT meta, text FROM revisions WHERE id = ?`)
		if err != nil {
			return err
		}
		defer document.Close()
		passages, err := tx.PrepareContext(ctx, `SELECT start_at, end_at, heading, page, last_page FROM passages WHERE revision = ? ORDER BY ordinal`)
		if err != nil {
			return err
		}
		defer passages.Close()
		for i := 0; i < len(us); {
			end := i + 1
			for end < len(us) && us[end].revision == us[i].revision {
				end++
			}
			if err := textsOf(ctx, document, passages, us[i:end], texts[i:end]); err != nil {
				return fmt.Errorf("revision %d: %w", us[i].revision, err)
			}
			i = end
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the texts to embed: %w", err)
	}
	return texts, nil
}

// Tokens estimates the tokens of the texts to embed for us; see Tokens.
func (d *Draft) Tokens(ctx context.Context, us []Unembedded) (sum int64, err error) {
	var kept []Unembedded // texts of documents that stay, under another embedder
	for _, u := range us {
		if u.revision == 0 {
			sum += int64(d.tried[u.hash])
		} else {
			kept = append(kept, u)
		}
	}
	const atOnce = 1000
	for some := range slices.Chunk(kept, atOnce) {
		texts, err := d.Texts(ctx, some)
		if err != nil {
			return 0, err
		}
		for _, text := range texts {
			sum += int64(Tokens(text))
		}
	}
	return sum, nil
}

// textsOf writes the texts for us, all of one revision, into texts.
func textsOf(ctx context.Context, document, passages *sql.Stmt, us []Unembedded, texts []string) error {
	var kept, text string
	if err := document.QueryRowContext(ctx, us[0].revision).Scan(&kept, &text); err != nil {
		return err
	}
	var meta Meta
	if err := json.Unmarshal([]byte(kept), &meta); err != nil {
		return fmt.Errorf("its metadata: %w", err)
	}
	rows, err := passages.QueryContext(ctx, us[0].revision)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []Passage
	for rows.Next() {
		p, err := scanPassage(rows, &Document{Revision: us[0].revision}, text)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i, u := range us {
		if u.ordinal >= len(all) {
			return fmt.Errorf("passage %d: %w", u.ordinal, ErrNotFound)
		}
		texts[i] = EmbeddedText(meta, all[u.ordinal])
	}
	return nil
}

// PutVectors keeps the vectors of model for us, one each, in one transaction.
// It makes them unit length; a zero vector stays zero, since a text may have
// no words that the embedder knows.
func (d *Draft) PutVectors(ctx context.Context, model string, us []Unembedded, vectors [][]float32) error {
	if len(vectors) != len(us) {
		return fmt.Errorf("%s gave %d vectors for %d texts", model, len(vectors), len(us))
	}
	if len(us) == 0 {
		return nil
	}
	err := db.Tx(ctx, d.stage, func(tx *sql.Tx) error {
		dims, err := embedderDims(ctx, tx, model, len(vectors[0]))
		if err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO vectors (model, text_hash, vector) VALUES (?, ?, ?)
			ON CONFLICT (model, text_hash) DO NOTHING`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, v := range vectors {
			if len(v) != dims || dims == 0 {
				return fmt.Errorf("%s gave a vector of %d numbers instead of %d: its name must change when its vectors do", model, len(v), dims)
			}
			unit, err := unitLength(v)
			if err != nil {
				return fmt.Errorf("%s: %w", model, err)
			}
			if _, err := insert.ExecContext(ctx, model, us[i].hash[:], encodeVector(unit)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep vectors: %w", err)
	}
	return nil
}

// embedderDims is the length of the embedder's vectors, as the first showed.
func embedderDims(ctx context.Context, tx *sql.Tx, model string, first int) (dims int, err error) {
	_, err = tx.ExecContext(ctx, `INSERT INTO embedders (model, dims) VALUES (?, ?) ON CONFLICT (model) DO NOTHING`, model, first)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT dims FROM embedders WHERE model = ?`, model).Scan(&dims)
	return dims, err
}

func unitLength(v []float32) ([]float32, error) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil, fmt.Errorf("it gave a vector that is not finite")
	}
	if sum == 0 || math.Abs(sum-1) < 1e-6 {
		return v, nil
	}
	norm := math.Sqrt(sum)
	unit := make([]float32, len(v))
	for i, x := range v {
		unit[i] = float32(float64(x) / norm)
	}
	return unit, nil
}
