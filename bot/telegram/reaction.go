package telegram

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"policybot/bot"
)

// shownTable tells which messages are answers.
const shownTable = `
CREATE TABLE telegram_shown (
	chat_id    INTEGER NOT NULL,
	message_id INTEGER NOT NULL,
	keyboard   INTEGER NOT NULL, -- the answer's message with the buttons
	receipt    TEXT NOT NULL,
	lang       TEXT NOT NULL,
	echo       INTEGER NOT NULL,
	shown_at   INTEGER NOT NULL,
	PRIMARY KEY (chat_id, message_id)
);
CREATE INDEX telegram_shown_age ON telegram_shown (shown_at);
`

// A reaction is a change of what one person's emoji under a message are.
// Telegram sends it for private chats, and for groups where the bot is an
// admin: core.telegram.org/bots/api#update.
type reaction struct {
	Chat    *chat   `json:"chat,omitempty"`
	Message int     `json:"message_id,omitempty"`
	From    *person `json:"user,omitempty"` // nil for those who act in a chat's name
	Old     []emoji `json:"old_reaction,omitempty"`
	New     []emoji `json:"new_reaction,omitempty"`
}

type emoji struct {
	Emoji string `json:"emoji,omitempty"`
}

const thumbUp, thumbDown = "👍", "👎"

func has(es []emoji, what string) bool { return slices.Contains(es, emoji{what}) }

// judges reports whether a person's verdict changes.
func (r *reaction) judges() bool {
	return r.From != nil && !r.From.IsBot &&
		(has(r.Old, thumbUp) != has(r.New, thumbUp) || has(r.Old, thumbDown) != has(r.New, thumbDown))
}

// shown is an answer as it stands in a chat.
type shown struct {
	Chat     int64
	Messages []int // its parts; those of before a crash may be missing
	Receipt  string
	Lang     string
	Echo     bool
}

// keep records the messages of an answer; nil and apologies have none.
func (a *shown) keep(ctx context.Context, tx *sql.Tx, now time.Time) error {
	if a == nil || a.Receipt == "" {
		return nil
	}
	for _, id := range a.Messages {
		if _, err := tx.ExecContext(ctx, `INSERT INTO telegram_shown (chat_id, message_id, keyboard, receipt, lang, echo, shown_at)
			VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chat_id, message_id) DO UPDATE SET keyboard = excluded.keyboard, receipt = excluded.receipt,
			lang = excluded.lang, echo = excluded.echo, shown_at = excluded.shown_at`,
			a.Chat, id, a.Messages[len(a.Messages)-1], a.Receipt, a.Lang, a.Echo, now.Unix()); err != nil {
			return err
		}
	}
	return nil
}

// shownAs is the answer that a message is part of, with the message that has
// its buttons; false for any other message.
func (s *store) shownAs(ctx context.Context, chat int64, message int) (p press, keyboard int, ok bool, err error) {
	leave, err := enter(ctx, s.reading)
	if err != nil {
		return p, 0, false, err
	}
	defer leave()
	err = s.conn.QueryRowContext(ctx, `SELECT receipt, lang, echo, keyboard FROM telegram_shown WHERE chat_id = ? AND message_id = ?`, chat, message).
		Scan(&p.Receipt, &p.Lang, &p.Echo, &keyboard)
	if errors.Is(err, sql.ErrNoRows) {
		return p, 0, false, nil
	}
	if err != nil {
		return p, 0, false, fmt.Errorf("reading which answer a message is: %w", err)
	}
	return p, keyboard, true, nil
}

// react takes a thumb under an answer as feedback, like the buttons': after a
// new 👎 the buttons ask for the reason, and taking the emoji away takes the
// verdict back.
func (b *Bot) react(ctx context.Context, id int64, r *reaction) error {
	over := func() error { return b.store.finish(ctx, id, "done") }
	m := &message{ID: r.Message, Chat: r.Chat}
	p, keyboard, ok, err := b.store.shownAs(ctx, b.moved(r.Chat.ID), r.Message)
	if err != nil {
		return err
	}
	if !ok || !r.judges() {
		return over()
	}
	u, err := b.turn(ctx, id, m, r.From, "")
	if err != nil {
		return err
	}
	if !b.admits(u.who.ID, u.talk.Chat) {
		return over()
	}
	switch {
	case has(r.New, thumbDown):
		err = b.Feedback.Feedback(ctx, p.Receipt, u.who.Key, false, "")
	case has(r.New, thumbUp):
		err = b.Feedback.Feedback(ctx, p.Receipt, u.who.Key, true, "")
	default:
		err = b.Feedback.Withdraw(ctx, p.Receipt, u.who.Key)
	}
	if errors.Is(err, bot.ErrNoReceipt) {
		return over()
	}
	if err != nil {
		return err
	}
	if !has(r.New, thumbDown) || has(r.Old, thumbDown) {
		return over()
	}
	return b.rejudge(ctx, u, p, keyboard, true)
}
