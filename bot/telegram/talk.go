package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A talk is one conversation: a chat, a topic in it, and in groups one person.
type talk struct {
	Chat   int64
	Thread int
	User   int64
}

const (
	// keptTurns is how many earlier questions a follow-up may lean on.
	keptTurns = 4
	// turnLife is how long a conversation is remembered after its last question.
	turnLife = 2 * time.Hour
)

// history is the earlier questions of a conversation, oldest first.
func (s *store) history(ctx context.Context, t talk, before int64, now time.Time) (out []string, err error) {
	leave, err := enter(ctx, s.reading)
	if err != nil {
		return nil, err
	}
	defer leave()
	rows, err := s.conn.QueryContext(ctx, `SELECT question FROM (SELECT update_id, question FROM telegram_turn
		WHERE chat_id = ? AND thread_id = ? AND user_id = ? AND update_id <> ? AND asked_at > ?
		ORDER BY update_id DESC LIMIT ?) ORDER BY update_id`, t.Chat, t.Thread, t.User, before, now.Add(-turnLife).Unix(), keptTurns)
	if err != nil {
		return nil, fmt.Errorf("reading the conversation: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			return nil, fmt.Errorf("reading the conversation: %w", err)
		}
		out = append(out, q)
	}
	return out, rows.Err()
}

// forget ends a conversation.
func (s *store) forget(ctx context.Context, t talk) error {
	return s.change(ctx, "forgetting a conversation in", 0, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM telegram_turn WHERE chat_id = ? AND thread_id = ? AND user_id = ?`, t.Chat, t.Thread, t.User)
		return err
	})
}
