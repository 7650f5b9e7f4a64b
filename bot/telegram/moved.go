package telegram

import (
	"context"
	"database/sql"
	"fmt"
)

// A group that becomes a supergroup has a new id; what was kept of it, and
// messages to its old id, go there.

// moved is where a chat is now.
func (b *Bot) moved(chat int64) int64 {
	b.movesMu.Lock()
	defer b.movesMu.Unlock()
	for range 8 { // a chain of moves is short; a ring of them is nonsense
		to, ok := b.moves[chat]
		if !ok {
			break
		}
		chat = to
	}
	return chat
}

// move records that a chat has a new id.
func (b *Bot) move(ctx context.Context, from, to int64) error {
	b.movesMu.Lock()
	b.moves[from] = to
	b.movesMu.Unlock()
	return b.store.moved(ctx, from, to)
}

// moved records that a group has a new id; its conversations go along.
func (s *store) moved(ctx context.Context, from, to int64) error {
	return s.change(ctx, "moving a chat in", 0, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO telegram_move VALUES (?, ?) ON CONFLICT (old_chat) DO UPDATE SET new_chat = excluded.new_chat`, from, to); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE OR IGNORE telegram_group SET chat_id = ? WHERE chat_id = ?`, to, from); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE telegram_turn SET chat_id = ? WHERE chat_id = ?`, to, from)
		return err
	})
}

func (s *store) moves(ctx context.Context) (map[int64]int64, error) {
	rows, err := s.conn.QueryContext(ctx, `SELECT old_chat, new_chat FROM telegram_move`)
	if err != nil {
		return nil, fmt.Errorf("reading moved chats: %w", err)
	}
	defer rows.Close()
	out := map[int64]int64{}
	for rows.Next() {
		var from, to int64
		if err := rows.Scan(&from, &to); err != nil {
			return nil, fmt.Errorf("reading moved chats: %w", err)
		}
		out[from] = to
	}
	return out, rows.Err()
}
