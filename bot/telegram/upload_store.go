package telegram

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// errNoUpload: there is no such batch.
var errNoUpload = errors.New("there is no such upload")

// openUpload is the batch that a message's file belongs to: the one that it
// was put into before, that of its album while nothing was decided on it, or a
// new one.
func (s *store) openUpload(ctx context.Context, u turn, album string) (id int64, err error) {
	err = s.change(ctx, "opening an upload for", u.id, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT upload FROM telegram_upload_file WHERE update_id = ? LIMIT 1`, u.id).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) && album != "" {
			err = tx.QueryRowContext(ctx, `SELECT id FROM telegram_upload WHERE chat_id = ? AND album = ? AND state IN (?, ?)
				ORDER BY id DESC LIMIT 1`, u.place.Chat, album, stateReceiving, stateReady).Scan(&id)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return tx.QueryRowContext(ctx, `INSERT INTO telegram_upload (chat_id, user_id, album, lang, state, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
			u.place.Chat, u.who.ID, album, u.words.Lang, stateReceiving, time.Now().UnixMilli()).Scan(&id)
	})
	return id, err
}

// placeUpload records our message in which a batch is shown.
func (s *store) placeUpload(ctx context.Context, id int64, message int) error {
	return s.change(ctx, "placing an upload in", 0, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE telegram_upload SET message_id = ? WHERE id = ?`, message, id)
		return err
	})
}

// receiving opens a batch again for another file.
func (s *store) receiving(ctx context.Context, id int64) error {
	return s.change(ctx, "receiving files in", 0, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE telegram_upload SET state = ?, pages = '', at = max(at + 1, ?) WHERE id = ? AND state IN (?, ?)`,
			stateReceiving, time.Now().UnixMilli(), id, stateReceiving, stateReady)
		return err
	})
}

// putFiles keeps the files that an update brought, and opens the batch again:
// the clerk, who may have read it without them, has to read it once more.
func (s *store) putFiles(ctx context.Context, id, update int64, files []uploadFile) error {
	return s.change(ctx, "keeping the files of", update, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE telegram_upload SET state = ?, pages = '', at = max(at + 1, ?) WHERE id = ? AND state IN (?, ?)`,
			stateReceiving, time.Now().UnixMilli(), id, stateReceiving, stateReady); err != nil {
			return err
		}
		for _, f := range files {
			if _, err := tx.ExecContext(ctx, `INSERT INTO telegram_upload_file (upload, name, update_id, problem) VALUES (?, ?, ?, ?)
				ON CONFLICT (upload, name) DO UPDATE SET update_id = excluded.update_id, problem = excluded.problem`,
				id, f.Name, update, f.Problem); err != nil {
				return err
			}
		}
		return nil
	})
}

// received ends the update that brought a file, and begins the wait for the
// next one of its batch.
func (s *store) received(ctx context.Context, id, update int64) error {
	if err := s.finish(ctx, update, "done"); err != nil {
		return err
	}
	return s.change(ctx, "receiving files in", 0, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE telegram_upload SET at = max(at + 1, ?) WHERE id = ?`, time.Now().UnixMilli(), id)
		return err
	})
}

const uploadColumns = `id, chat_id, user_id, album, lang, message_id, state, before, after, pages, at`

func scanUpload(row interface{ Scan(...any) error }) (up upload, err error) {
	var pages string
	var at int64
	err = row.Scan(&up.ID, &up.Chat, &up.User, &up.Album, &up.Lang, &up.Message, &up.State, &up.Before, &up.After, &pages, &at)
	if err == nil && pages != "" {
		err = json.Unmarshal([]byte(pages), &up.Pages)
	}
	up.At = time.UnixMilli(at)
	return up, err
}

// upload is a batch with its files; errNoUpload when there is none.
func (s *store) upload(ctx context.Context, id int64) (up upload, err error) {
	leave, err := enter(ctx, s.reading)
	if err != nil {
		return up, err
	}
	defer leave()
	up, err = scanUpload(s.conn.QueryRowContext(ctx, `SELECT `+uploadColumns+` FROM telegram_upload WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return up, errNoUpload
	}
	if err != nil {
		return up, fmt.Errorf("reading upload %d: %w", id, err)
	}
	rows, err := s.conn.QueryContext(ctx, `SELECT name, update_id, problem, document, base, revision FROM telegram_upload_file WHERE upload = ? ORDER BY name`, id)
	if err != nil {
		return up, fmt.Errorf("reading the files of upload %d: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var f uploadFile
		if err := rows.Scan(&f.Name, &f.Update, &f.Problem, &f.Document, &f.Base, &f.Revision); err != nil {
			return up, fmt.Errorf("reading the files of upload %d: %w", id, err)
		}
		up.Files = append(up.Files, f)
	}
	return up, rows.Err()
}

// uploadsIn are the ids of the batches in a state, oldest first, with the time
// of their last change.
func (s *store) uploadsIn(ctx context.Context, states ...string) (out []upload, err error) {
	for _, state := range states {
		rows, err := s.conn.QueryContext(ctx, `SELECT `+uploadColumns+` FROM telegram_upload WHERE state = ? ORDER BY at, id`, state)
		if err != nil {
			return nil, fmt.Errorf("listing uploads: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			up, err := scanUpload(rows)
			if err != nil {
				return nil, fmt.Errorf("listing uploads: %w", err)
			}
			out = append(out, up)
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("listing uploads: %w", err)
		}
	}
	return out, nil
}

// step moves a batch to its next state, with its files as they are then, and
// records who did it when it is not the clerk. It is false, and nothing
// happens, when the batch is not in the state from any more, or, while it
// receives files, when another came since it was read at up.At.
func (s *store) step(ctx context.Context, up upload, from string, by *AuditEntry, update int64) (moved bool, err error) {
	pages := ""
	if len(up.Pages) > 0 {
		body, err := json.Marshal(up.Pages)
		if err != nil {
			return false, fmt.Errorf("encoding upload %d: %w", up.ID, err)
		}
		pages = string(body)
	}
	err = s.change(ctx, "going on with an upload by", update, func(tx *sql.Tx) error {
		moved = false
		if pages != "" { // a purge must not come between the reading and this
			for _, f := range up.Files {
				if f.Base == 0 {
					continue
				}
				if err := s.present(ctx, tx, []revision{{f.Document, f.Base}}); err != nil {
					return err
				}
			}
		}
		done, err := tx.ExecContext(ctx, `UPDATE telegram_upload SET state = ?, before = ?, after = ?, pages = ?, message_id = ?, at = ?
			WHERE id = ? AND state = ? AND (state <> ? OR at = ?)`,
			up.State, up.Before, up.After, pages, up.Message, time.Now().UnixMilli(), up.ID, from, stateReceiving, up.At.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		moved = true
		for _, f := range up.Files {
			if _, err := tx.ExecContext(ctx, `UPDATE telegram_upload_file SET problem = ?, document = ?, base = ?, revision = ? WHERE upload = ? AND name = ?`,
				f.Problem, f.Document, f.Base, f.Revision, up.ID, f.Name); err != nil {
				return err
			}
			if by == nil || f.Problem != "" || f.sides() {
				continue
			}
			e := *by
			e.Document, e.Subject, e.Version = f.Document, f.Name, up.After
			if err := audit(ctx, tx, update, e); err != nil {
				return err
			}
		}
		return nil
	})
	return moved, err
}
