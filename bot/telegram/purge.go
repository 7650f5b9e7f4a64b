package telegram

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/retrieval"
)

// Texts knows which documents are there and tells who keeps text of them;
// *retrieval.Library is it.
type Texts interface {
	HasRevision(ctx context.Context, tx *sql.Tx, docID string, revision int64) (bool, error)
	Holds(ctx context.Context, name string, erase retrieval.Eraser) error
}

// Hold makes or updates the bot's tables and lets them take part in purges. A
// process that purges documents calls it, also when it runs no bot: answers
// may be waiting in the tables that a bot left behind.
func Hold(ctx context.Context, conn *sql.DB, texts Texts) error {
	err := db.Migrate(ctx, conn, "telegram", migrations)
	if err == nil {
		err = openOffice(ctx, conn)
	}
	if err == nil {
		err = texts.Holds(ctx, "telegram", erase)
	}
	if err != nil {
		return fmt.Errorf("open the tables of the Telegram bot: %w", err)
	}
	return nil
}

// errPurged: a document was purged while its answer was made.
var errPurged = errors.New("a document of the answer was purged")

// A revision names one text of a document.
type revision struct {
	Doc string `json:"d"`
	Rev int64  `json:"r"`
}

// revisionsOf are the texts that an answer's words may come from: what it
// cites and what its writer was given.
func revisionsOf(a *bot.Answer) (out []revision) {
	add := func(p retrieval.Passage) {
		if r := (revision{p.DocID, p.Revision}); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, s := range a.Sources {
		add(s.Passage)
	}
	for _, h := range a.Hits {
		add(h.Passage)
	}
	return out
}

// erase is the bot's part in the purge of a document: finished answers that
// wait to be sent and may have its words are made anew, and updates that could
// not be read lose their text, whatever it was.
func erase(ctx context.Context, tx *sql.Tx, docID string) error {
	if err := eraseOffice(ctx, tx, docID); err != nil {
		return err
	}
	stale, err := repliesFrom(ctx, tx, docID)
	if err != nil {
		return err
	}
	for _, id := range stale {
		if _, err := tx.ExecContext(ctx, `UPDATE telegram_reply SET outcome = '', delivered = 0, sending = 0 WHERE update_id = ?`, id); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE telegram_quarantine SET raw = '' WHERE raw <> ''`)
	return err
}

func repliesFrom(ctx context.Context, tx *sql.Tx, docID string) (ids []int64, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT update_id, outcome FROM telegram_reply WHERE outcome <> ''`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		var o outcome
		unreadable := json.Unmarshal([]byte(body), &o) != nil
		if unreadable || slices.ContainsFunc(o.From, func(r revision) bool { return r.Doc == docID }) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// present is errPurged unless all the texts of an answer are still there. It
// runs in the transaction that keeps the answer, so that no purge comes
// between.
func (s *store) present(ctx context.Context, tx *sql.Tx, from []revision) error {
	if s.texts == nil {
		return nil
	}
	for _, r := range from {
		there, err := s.texts.HasRevision(ctx, tx, r.Doc, r.Rev)
		if err != nil {
			return err
		}
		if !there {
			return errPurged
		}
	}
	return nil
}

// slim is an update as it is kept: what is needed to answer it, without the
// text of our own messages, which it may answer or press a button of.
func (u update) slim() ([]byte, error) {
	for _, m := range []**message{&u.Message, &u.Edited} {
		if *m != nil {
			*m = (*m).slim()
		}
	}
	if u.Callback != nil && u.Callback.Message != nil {
		c := *u.Callback
		u.Callback = &c
		was := c.Message
		c.Message = &message{ID: was.ID, Chat: was.Chat, Thread: was.Thread, InTopic: was.InTopic}
		if label := was.label(c.Data); label != "" {
			c.Message.Markup = &markup{[][]button{{{Text: label, Data: c.Data}}}}
		}
	}
	return json.Marshal(u)
}

func (m *message) slim() *message {
	out := *m
	out.bare()
	if to := m.ReplyTo; to != nil {
		kept := message{ID: to.ID, From: to.From, TopicCreated: to.TopicCreated}
		if to.From == nil || !to.From.IsBot {
			kept.Text = to.Text
		}
		out.ReplyTo = &kept
	}
	return &out
}

// label is the text on the button with this data; "" when there is none.
func (m *message) label(data string) string {
	if m.Markup == nil {
		return ""
	}
	for _, b := range slices.Concat(m.Markup.Rows...) {
		if b.Data == data {
			return b.Text
		}
	}
	return ""
}
