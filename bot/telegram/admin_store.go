package telegram

import (
	"context"
	"database/sql"

	"policybot/internal/db"
)

// officeSteps are the migrations of the tables that admins work with. Times
// are Unix milliseconds.
var officeSteps = []string{`
-- What admins sent at one time. Its files are in the folder of the uploads.
CREATE TABLE telegram_upload (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	chat_id    INTEGER NOT NULL,
	user_id    INTEGER NOT NULL, -- who sent it
	album      TEXT NOT NULL,    -- Telegram's name for several files at once, or ''
	lang       TEXT NOT NULL,
	message_id INTEGER NOT NULL DEFAULT 0, -- ours, in which it is shown
	state      TEXT NOT NULL CHECK (state IN ('receiving', 'ready', 'publishing', 'published', 'undoing', 'undone', 'discarded')),
	before     INTEGER NOT NULL DEFAULT 0, -- corpus version
	after      INTEGER NOT NULL DEFAULT 0,
	pages      TEXT NOT NULL DEFAULT '',   -- the dry run as JSON, while it is ready
	at         BIGINT NOT NULL             -- of the last change
);
CREATE INDEX telegram_upload_open ON telegram_upload (state, at);
CREATE TABLE telegram_upload_file (
	upload    INTEGER NOT NULL REFERENCES telegram_upload(id) ON DELETE CASCADE,
	name      TEXT NOT NULL,
	update_id INTEGER NOT NULL,             -- of the message that brought it
	problem   TEXT NOT NULL DEFAULT '',     -- why it is left out
	document  TEXT NOT NULL DEFAULT '',
	base      INTEGER NOT NULL DEFAULT 0,   -- the revision that the dry run saw
	revision  INTEGER NOT NULL DEFAULT 0,   -- that was published
	PRIMARY KEY (upload, name)
);

-- What admins did. A purge takes the names of its document out.
CREATE TABLE telegram_audit (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	at        BIGINT NOT NULL,
	user_id   INTEGER NOT NULL,
	action    TEXT NOT NULL,
	document  TEXT NOT NULL,
	subject   TEXT NOT NULL,   -- a file, a version, a person: never a question
	version   INTEGER NOT NULL, -- the corpus version that it made, or 0
	update_id INTEGER NOT NULL,
	UNIQUE (update_id, action, subject)
);

CREATE TABLE telegram_access (
	user_id INTEGER PRIMARY KEY, -- or a chat's
	role    TEXT NOT NULL CHECK (role IN ('user', 'staff', 'blocked')),
	invite  INTEGER NOT NULL,    -- by which they came, or 0
	since   BIGINT NOT NULL
);
CREATE TABLE telegram_invite (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	hash    TEXT NOT NULL,    -- SHA-256 of the secret, in hex
	uses    INTEGER NOT NULL, -- that are left
	expires BIGINT NOT NULL,
	made_by INTEGER NOT NULL,
	made_at BIGINT NOT NULL
);

CREATE TABLE telegram_group (
	chat_id INTEGER PRIMARY KEY,
	lang    TEXT NOT NULL,
	place   TEXT NOT NULL,
	quiet   INTEGER NOT NULL
);

-- Messages of ours whose answer is a new value of a document's metadata.
CREATE TABLE telegram_prompt (
	chat_id    INTEGER NOT NULL,
	message_id INTEGER NOT NULL,
	document   TEXT NOT NULL,
	field      TEXT NOT NULL,
	at         BIGINT NOT NULL,
	PRIMARY KEY (chat_id, message_id)
);
`}

func openOffice(ctx context.Context, conn *sql.DB) error {
	return db.Migrate(ctx, conn, "telegram-office", officeSteps)
}

// eraseOffice is the admins' tables' part in the purge of a document: names of
// its files go, and what dry runs show, whatever it is.
func eraseOffice(ctx context.Context, tx *sql.Tx, docID string) error {
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE telegram_upload SET pages = '' WHERE pages <> ''`, nil},
		{`UPDATE telegram_upload_file SET name = document || ' ' || upload WHERE document = ?`, []any{docID}},
		{`UPDATE telegram_audit SET subject = '' || id WHERE document = ?`, []any{docID}},
		{`DELETE FROM telegram_prompt WHERE document = ?`, []any{docID}},
	} {
		if _, err := tx.ExecContext(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}
