package bot

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"policybot/internal/db"
)

// expireAtOnce is how many answers one transaction deletes, so that others who
// write wait a moment only.
const expireAtOnce = 200

// Expire deletes the answers that were kept before a time, with all that hangs
// on them, and returns how many. Their receipts are ErrNoReceipt from then on.
func (j *Journal) Expire(ctx context.Context, before time.Time) (expired int64, err error) {
	for {
		var n int64
		err := db.Tx(ctx, j.conn, func(tx *sql.Tx) error {
			done, err := tx.ExecContext(ctx, `DELETE FROM answers WHERE id IN
				(SELECT id FROM answers WHERE at < ? ORDER BY at LIMIT ?)`, before.UnixMilli(), expireAtOnce)
			if err == nil {
				n, err = done.RowsAffected()
			}
			return err
		})
		if err != nil {
			return expired, fmt.Errorf("delete old answers: %w", err)
		}
		if expired += n; n < expireAtOnce {
			return expired, nil
		}
	}
}
