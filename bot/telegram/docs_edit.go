package telegram

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/ingest"
	"policybot/internal/han"
	"policybot/retrieval"
)

// editable are the fields that buttons change; a file beside the document can
// state the others.
var editable = []string{"title", "date", "place"}

// takeBack as a value lets a field be what was read again.
const takeBack = "-"

// askValue asks for the new value of a field: the answer to this message is it.
func (b *Bot) askValue(ctx context.Context, u turn, p press) error {
	w := officeWords(u.words)
	if p.N < 0 || p.N >= len(editable) {
		return b.store.finish(ctx, u.id, "done")
	}
	d, err := b.Office.Library.Document(ctx, p.Receipt)
	if errors.Is(err, retrieval.ErrNotFound) {
		return b.say(ctx, u, plainly(w.DocGone), nil)
	}
	if err != nil {
		return err
	}
	field, now := editable[p.N], ""
	for name, f := range d.Meta.Fields() {
		if name == field {
			now = f.Value
		}
	}
	title := either(oneLine(d.Meta.Title.Value), d.Path)
	t := plainly(fmt.Sprintf(w.AskValue[field], clip(title, maxTitle), either(clip(oneLine(now), maxShown), w.NotKnown), takeBack))
	message, _, err := b.postForced(ctx, u.place, t)
	if err != nil {
		return err
	}
	err = b.store.change(ctx, "asking for a value by", u.id, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_prompt WHERE at < ?`, time.Now().Add(-officeLife).UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO telegram_prompt (chat_id, message_id, document, field, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (chat_id, message_id) DO NOTHING`, u.place.Chat, message, d.ID, field, time.Now().UnixMilli())
		return err
	})
	if err != nil {
		return err
	}
	return b.store.finish(ctx, u.id, "done")
}

// postForced sends a message that Telegram opens the answer to.
func (b *Bot) postForced(ctx context.Context, p place, t styled) (int, int64, error) {
	var sent struct {
		ID int `json:"message_id"`
	}
	params := tgbotapi.Params{"reply_markup": `{"force_reply":true}`}
	chat, err := b.deliver(ctx, sends, "sendMessage", p, t, nil, params, &sent)
	return sent.ID, chat, err
}

// takeValue takes an admin's answer to a message of askValue; false when it
// answers another.
func (b *Bot) takeValue(ctx context.Context, id int64, m *message) (bool, error) {
	var doc, field string
	err := b.DB.QueryRowContext(ctx, `SELECT document, field FROM telegram_prompt WHERE chat_id = ? AND message_id = ?`, m.Chat.ID, m.ReplyTo.ID).Scan(&doc, &field)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return true, fmt.Errorf("reading what was asked for: %w", err)
	}
	u, err := b.turn(ctx, id, m, m.From, "")
	if err != nil {
		return true, err
	}
	t, keys, err := b.setValue(ctx, u, doc, field, strings.TrimSpace(m.Text))
	if err != nil {
		return true, err
	}
	return true, b.say(ctx, u, t, keys)
}

// setValue sets a field of a document's description right.
func (b *Bot) setValue(ctx context.Context, u turn, doc, field, text string) (styled, rows, error) {
	w := officeWords(u.words)
	if field == "place" { // the names of places are kept in simplified script
		text = han.Simplify(text)
	}
	value := &text
	if text == takeBack {
		value = nil
	}
	if value != nil {
		if _, err := ingest.CheckStated(field, text); err != nil {
			return plainly(w.BadValue[field]), nil, nil
		}
	}
	e := AuditEntry{What: "edit", Document: doc, Subject: field}
	if err := b.record(ctx, u, e); err != nil {
		return nil, nil, err
	}
	err := b.inTurn(ctx, u, 0, func() error {
		r, err := ingest.Restate(ctx, b.Office.Library, b.Office.Embedder, doc, field, value)
		e.Version = r.After.Version
		return err
	})
	switch {
	case errors.Is(err, retrieval.ErrNotFound):
		return plainly(w.DocGone), nil, nil
	case errors.Is(err, ingest.ErrStated):
		return plainly(w.BadValue[field]), nil, nil
	case err != nil && ctx.Err() == nil:
		b.Log.Error("a document's description could not be changed", "field", field, "err", err)
		return plainly(w.Stuck), nil, nil
	case err != nil:
		return nil, nil, err
	}
	if err := b.record(ctx, u, e); err != nil {
		return nil, nil, err
	}
	b.searched(ctx)
	return b.viewForAdmin(ctx, u, doc, fmt.Sprintf(w.Changed, w.fieldName(field), strconv.FormatInt(e.Version, 10)))
}
