package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"
)

// Migrate brings the tables of owner to where steps end: it applies, in order
// and in one transaction, the steps that the file has not seen. A step is one
// or more SQL statements; once released it never changes, new ones are added
// behind it. Two processes may migrate at the same time.
//
// A file that has seen more steps than the program knows is ErrNewer; one
// whose steps read otherwise is refused too, since its tables would not fit.
func Migrate(ctx context.Context, conn *sql.DB, owner string, steps []string) error {
	err := Tx(ctx, conn, func(tx *sql.Tx) error {
		applied, err := appliedSteps(ctx, tx, owner)
		if err != nil {
			return err
		}
		if len(applied) > len(steps) {
			return fmt.Errorf("%w (its %s tables are at step %d, the program knows %d)",
				ErrNewer, owner, len(applied), len(steps))
		}
		for i, step := range steps {
			if i < len(applied) {
				if applied[i] != stepHash(step) {
					return fmt.Errorf("the library was made by an unreleased policybot (step %d of the %s tables differs): "+
						"move the file away and ingest the documents again", i+1, owner)
				}
				continue
			}
			if err := apply(ctx, tx, owner, i+1, step); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("prepare the %s tables: %w", owner, err)
	}
	return nil
}

func appliedSteps(ctx context.Context, tx *sql.Tx, owner string) ([]string, error) {
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (
		owner   TEXT NOT NULL,
		step    INTEGER NOT NULL,    -- from 1
		hash    TEXT NOT NULL,       -- SHA-256 of the step's SQL
		applied BIGINT NOT NULL,     -- unix milliseconds
		PRIMARY KEY (owner, step))`)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT hash FROM migrations WHERE owner = ? ORDER BY step`, owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var hashes []string
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			return nil, err
		}
		hashes = append(hashes, h)
	}
	return hashes, rows.Err()
}

func apply(ctx context.Context, tx *sql.Tx, owner string, step int, statements string) error {
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return fmt.Errorf("step %d: %w", step, err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO migrations (owner, step, hash, applied) VALUES (?, ?, ?, ?)`,
		owner, step, stepHash(statements), time.Now().UnixMilli())
	return err
}

func stepHash(step string) string {
	sum := sha256.Sum256([]byte(step))
	return hex.EncodeToString(sum[:])
}
