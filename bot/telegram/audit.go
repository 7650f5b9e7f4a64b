package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"policybot/internal/db"
)

// An AuditEntry is one thing that an admin did.
type AuditEntry struct {
	At   time.Time `json:"at"`
	Who  int64     `json:"who"`  // the admin's numeric id
	What string    `json:"what"` // publish, undo, retire, rollback, block, stats, …
	// Document is the ID of the document that it was done to, and Subject what
	// else names it: a file, a version, a person's id. A purge takes the names
	// of its document out. It is never a question.
	Document string `json:"document,omitempty"`
	Subject  string `json:"subject,omitempty"`
	// Version is the corpus version that it made, 0 for none.
	Version int64 `json:"version,omitempty"`
}

// Audit is all that admins did, oldest first. The tables must have been opened
// by Hold or New.
func Audit(ctx context.Context, conn *sql.DB) (out []AuditEntry, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT at, user_id, action, document, subject, version FROM telegram_audit ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read the audit trail: %w", db.Explain(err))
	}
	defer rows.Close()
	for rows.Next() {
		var e AuditEntry
		var at int64
		if err := rows.Scan(&at, &e.Who, &e.What, &e.Document, &e.Subject, &e.Version); err != nil {
			return nil, fmt.Errorf("read the audit trail: %w", err)
		}
		e.At = time.UnixMilli(at).UTC()
		out = append(out, e)
	}
	return out, rows.Err()
}

// audit records what an admin does by an update. The same again, after the
// process ended in between, is one entry.
func audit(ctx context.Context, tx *sql.Tx, update int64, e AuditEntry) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO telegram_audit (at, user_id, action, document, subject, version, update_id)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (update_id, action, subject) DO UPDATE SET document = excluded.document, version = excluded.version`,
		time.Now().UnixMilli(), e.Who, e.What, e.Document, e.Subject, e.Version, update)
	return err
}

// record is audit in a transaction of its own. It comes before the deed, so
// that nothing is done that is not recorded; a second call with the version
// completes it.
func (b *Bot) record(ctx context.Context, u turn, e AuditEntry) error {
	e.Who = u.who.ID
	return b.store.change(ctx, "recording what an admin does by", u.id, func(tx *sql.Tx) error { return audit(ctx, tx, u.id, e) })
}
