package telegram

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"policybot/internal/db"
)

// Times are stored as Unix seconds.
var migrations = []string{`
CREATE TABLE telegram_state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE telegram_inbox (
	update_id INTEGER PRIMARY KEY,
	lane      TEXT NOT NULL,
	raw       TEXT NOT NULL, -- emptied when the update is dealt with
	state     TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'undeliverable')),
	taken_at  INTEGER NOT NULL
);
CREATE INDEX telegram_inbox_waiting ON telegram_inbox (update_id) WHERE state = 'waiting';
CREATE TABLE telegram_reply (
	update_id  INTEGER PRIMARY KEY,
	chat_id    INTEGER NOT NULL,
	message_id INTEGER NOT NULL, -- the placeholder
	outcome    TEXT NOT NULL DEFAULT '', -- the finished message, as JSON
	delivered  INTEGER NOT NULL DEFAULT 0, -- parts that Telegram accepted
	sending    INTEGER NOT NULL DEFAULT 0, -- the part that was being sent
	tries      INTEGER NOT NULL DEFAULT 0  -- answers begun and not finished before
);
CREATE TABLE telegram_quarantine (
	hash      TEXT PRIMARY KEY,
	raw       TEXT NOT NULL,
	reason    TEXT NOT NULL,
	taken_at  INTEGER NOT NULL
);
CREATE TABLE telegram_turn (
	update_id INTEGER PRIMARY KEY,
	chat_id   INTEGER NOT NULL,
	thread_id INTEGER NOT NULL,
	user_id   INTEGER NOT NULL,
	question  TEXT NOT NULL,
	asked_at  INTEGER NOT NULL
);
CREATE INDEX telegram_turn_talk ON telegram_turn (chat_id, thread_id, user_id, update_id);
CREATE TABLE telegram_move (old_chat INTEGER PRIMARY KEY, new_chat INTEGER NOT NULL);
`, `
CREATE TABLE telegram_person (
	person TEXT PRIMARY KEY, -- a keyed hash
	lang   TEXT NOT NULL,
	place  TEXT NOT NULL
);
UPDATE telegram_inbox SET lane = '' WHERE state <> 'waiting'; -- as finish does from here on
`, shownTable, `
ALTER TABLE telegram_person ADD COLUMN as_of TEXT NOT NULL DEFAULT '';
`}

// store is what the bot keeps in the database. Thousands of chats may have
// something to write at once: they share transactions, since flushing the disk
// takes most of the time of one. To read, they wait for a connection here.
type store struct {
	conn    *sql.DB
	texts   Texts // nil when no document is ever purged
	writing *db.Group
	reading chan struct{}
}

// maxReaders is how many connections read for the bot at a time.
const maxReaders = 8

// enter takes a place in a gate; leave it with the returned function.
func enter(ctx context.Context, gate chan struct{}) (leave func(), err error) {
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// row reads one row in its turn; found is false when there is none.
func (s *store) row(ctx context.Context, query string, key any, into ...any) (found bool, err error) {
	leave, err := enter(ctx, s.reading)
	if err != nil {
		return false, err
	}
	defer leave()
	err = s.conn.QueryRowContext(ctx, query, key).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// tx is db.Tx in company; change may run twice, see db.Group.
func (s *store) tx(ctx context.Context, change func(*sql.Tx) error) error {
	return s.writing.Tx(ctx, change)
}

func openStore(ctx context.Context, conn *sql.DB, texts Texts) (*store, error) {
	prepare := func() error { return db.Migrate(ctx, conn, "telegram", migrations) }
	if texts != nil {
		prepare = func() error { return Hold(ctx, conn, texts) }
	}
	if err := prepare(); err != nil {
		return nil, err
	}
	if err := openOffice(ctx, conn); err != nil {
		return nil, err
	}
	return &store{conn, texts, db.NewGroup(conn), make(chan struct{}, maxReaders)}, nil
}

// key is the secret that the bot's buttons are signed with. It is made once
// and lives as long as the database.
func (s *store) key(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	var kept string
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO telegram_state VALUES ('key', ?) ON CONFLICT DO NOTHING`, hex.EncodeToString(fresh)); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT value FROM telegram_state WHERE name = 'key'`).Scan(&kept)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the button key: %w", err)
	}
	return hex.DecodeString(kept)
}

// offset is the update id that Telegram shall send next; 0 before the first.
func (s *store) offset(ctx context.Context) (int64, error) {
	var v string
	err := s.conn.QueryRowContext(ctx, `SELECT value FROM telegram_state WHERE name = 'offset'`).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the offset: %w", err)
	}
	return strconv.ParseInt(v, 10, 64)
}

// An entry is an update in the inbox.
type entry struct {
	ID   int64
	Lane string
	Raw  []byte
	// bad says why an update cannot be read; it goes into the quarantine.
	bad error
}

// accept commits a batch and the offset behind it, if there is one, and returns
// the updates that were not known before, in their order.
func (s *store) accept(ctx context.Context, batch []entry, offset *int64, now time.Time) (fresh []entry, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		fresh = nil
		for _, e := range batch {
			known, err := s.insert(ctx, tx, e, now)
			if err != nil {
				return err
			}
			if !known && e.bad == nil {
				fresh = append(fresh, e)
			}
		}
		if offset == nil {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO telegram_state VALUES ('offset', ?)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, strconv.FormatInt(*offset, 10))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("taking updates: %w", err)
	}
	return fresh, nil
}

func (s *store) insert(ctx context.Context, tx *sql.Tx, e entry, now time.Time) (known bool, err error) {
	var res sql.Result
	if e.bad != nil {
		sum := sha256.Sum256(e.Raw)
		res, err = tx.ExecContext(ctx, `INSERT INTO telegram_quarantine VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			hex.EncodeToString(sum[:]), string(e.Raw), e.bad.Error(), now.Unix())
	} else {
		res, err = tx.ExecContext(ctx, `INSERT INTO telegram_inbox (update_id, lane, raw, state, taken_at)
			VALUES (?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING`, e.ID, e.Lane, string(e.Raw), now.Unix())
	}
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 0, err
}

// waiting are the updates that are still owed an answer, without their text.
func (s *store) waiting(ctx context.Context) (out []entry, err error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT update_id, lane FROM telegram_inbox WHERE state = 'waiting' ORDER BY update_id`)
	if err != nil {
		return nil, fmt.Errorf("reading the inbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.ID, &e.Lane); err != nil {
			return nil, fmt.Errorf("reading the inbox: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// load is the text of a waiting update; false when it is dealt with.
func (s *store) load(ctx context.Context, id int64) (raw []byte, waiting bool, err error) {
	waiting, err = s.row(ctx, `SELECT raw FROM telegram_inbox WHERE update_id = ? AND state = 'waiting'`, id, &raw)
	if err != nil {
		return nil, false, fmt.Errorf("reading update %d: %w", id, err)
	}
	return raw, waiting, nil
}

// finish takes an update out of the inbox: its text goes, its id stays, so
// that a second copy is known.
func (s *store) finish(ctx context.Context, id int64, state string) error {
	return s.finishWith(ctx, id, state, nil)
}

// finishWith is finish for an update whose answer was shown.
func (s *store) finishWith(ctx context.Context, id int64, state string, answer *shown) error {
	return s.change(ctx, "finishing", id, func(tx *sql.Tx) error {
		if err := answer.keep(ctx, tx, time.Now()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE telegram_inbox SET state = ?, lane = '', raw = '' WHERE update_id = ?`, state, id)
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM telegram_reply WHERE update_id = ?`, id)
		}
		return err
	})
}

// A reply is how far the answer to an update has come.
type reply struct {
	Chat      int64
	Message   int // the placeholder; 0 before it was sent
	Outcome   *outcome
	Delivered int
	Sending   int
	Tries     int // how often making the answer was cut short
}

// An outcome is a finished message: its parts, and what the buttons under the
// last are made of.
type outcome struct {
	Parts   []styled `json:"parts"`
	Receipt string   `json:"receipt,omitempty"` // empty for a message without buttons
	Sources int      `json:"sources,omitempty"`
	Echo    bool     `json:"echo,omitempty"`
	Lang    string   `json:"lang"`
	// FollowUps are further questions, as buttons.
	FollowUps []string `json:"follow_ups,omitempty"`
	// From are the texts that the words may come from.
	From []revision `json:"from,omitempty"`
}

func (s *store) reply(ctx context.Context, id int64) (r reply, err error) {
	var out string
	_, err = s.row(ctx, `SELECT chat_id, message_id, outcome, delivered, sending, tries FROM telegram_reply WHERE update_id = ?`, id,
		&r.Chat, &r.Message, &out, &r.Delivered, &r.Sending, &r.Tries)
	if err == nil && out != "" {
		err = json.Unmarshal([]byte(out), &r.Outcome)
	}
	if err != nil {
		return reply{}, fmt.Errorf("reading the reply to update %d: %w", id, err)
	}
	return r, nil
}

// placed records the placeholder that the answer will be written into.
func (s *store) placed(ctx context.Context, id, chat int64, message int) error {
	return s.change(ctx, "recording the placeholder of", id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO telegram_reply (update_id, chat_id, message_id) VALUES (?, ?, ?)
			ON CONFLICT (update_id) DO UPDATE SET chat_id = excluded.chat_id, message_id = excluded.message_id`, id, chat, message)
		return err
	})
}

// retry counts that the making of an answer was cut short.
func (s *store) retry(ctx context.Context, id int64) (tries int, err error) {
	err = s.change(ctx, "counting attempts at", id, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE telegram_reply SET tries = tries + 1 WHERE update_id = ? RETURNING tries`, id).Scan(&tries)
	})
	return tries, err
}

// answered records the finished message, before any of it is shown, and the
// question as part of its conversation. It returns errPurged, and records
// nothing, when a text that the message is made from is gone.
func (s *store) answered(ctx context.Context, id int64, o *outcome, t talk, question string, now time.Time) error {
	body, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encoding the reply to update %d: %w", id, err)
	}
	return s.change(ctx, "recording the answer to", id, func(tx *sql.Tx) error {
		if err := s.present(ctx, tx, o.From); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE telegram_reply SET outcome = ?, delivered = 0, sending = 0 WHERE update_id = ?`, string(body), id); err != nil || question == "" {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO telegram_turn VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			id, t.Chat, t.Thread, t.User, question, now.Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM telegram_turn WHERE chat_id = ? AND thread_id = ? AND user_id = ? AND update_id NOT IN
			(SELECT update_id FROM telegram_turn WHERE chat_id = ? AND thread_id = ? AND user_id = ? ORDER BY update_id DESC LIMIT ?)`,
			t.Chat, t.Thread, t.User, t.Chat, t.Thread, t.User, keptTurns)
		return err
	})
}

func (s *store) sending(ctx context.Context, id int64, part int) error {
	return s.change(ctx, "sending the reply to", id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE telegram_reply SET sending = ? WHERE update_id = ?`, part, id)
		return err
	})
}

func (s *store) delivered(ctx context.Context, id int64, parts int) error {
	return s.change(ctx, "recording delivery of", id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE telegram_reply SET delivered = ? WHERE update_id = ?`, parts, id)
		return err
	})
}

// idLife is how long the id of a finished update is kept, to know a second
// copy. Telegram itself keeps updates for a day.
const idLife = 7 * 24 * time.Hour

// prune removes what has outlived its use; kept is how long answers are known.
func (s *store) prune(ctx context.Context, now time.Time, kept time.Duration) error {
	return s.change(ctx, "pruning before", 0, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_inbox WHERE state <> 'waiting' AND taken_at < ?`, now.Add(-idLife).Unix()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_quarantine WHERE taken_at < ?`, now.Add(-idLife).Unix()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_shown WHERE shown_at < ?`, now.Add(-kept).Unix()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM telegram_turn WHERE asked_at < ?`, now.Add(-turnLife).Unix())
		return err
	})
}

func (s *store) change(ctx context.Context, doing string, id int64, change func(*sql.Tx) error) error {
	if err := s.tx(ctx, change); err != nil {
		return fmt.Errorf("%s update %d: %w", doing, id, err)
	}
	return nil
}
