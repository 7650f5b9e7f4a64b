package bot

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"policybot/internal/db"
)

// Withdraw takes back what a user thought of an answer; without a verdict, and
// for an unknown receipt, there is nothing to take back.
func (j *Journal) Withdraw(ctx context.Context, id, user string) error {
	err := db.Tx(ctx, j.conn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM feedback WHERE answer = ? AND user_hash = ?`, id, j.hash(user))
		return err
	})
	if err != nil {
		return fmt.Errorf("take back the feedback on %q: %w", id, err)
	}
	return nil
}

// A dislike is one user's bad verdict on an answer.
type dislike struct {
	answer, reason string
	at             time.Time
}

func (j *Journal) dislikes(ctx context.Context) (out []dislike, err error) {
	rows, err := j.conn.QueryContext(ctx, `SELECT answer, reason, at FROM feedback WHERE good = 0 ORDER BY at, answer, user_hash`)
	if err != nil {
		return nil, db.Explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var d dislike
		var at int64
		if err := rows.Scan(&d.answer, &d.reason, &at); err != nil {
			return nil, err
		}
		d.at = time.UnixMilli(at).UTC()
		out = append(out, d)
	}
	return out, rows.Err()
}

// withDislikes adds to the refused questions those whose answers people found
// bad: a gap as well, if not always of the documents.
func (j *Journal) withDislikes(ctx context.Context, gaps []Gap, keys []string) ([]Gap, error) {
	bad, err := j.dislikes(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range bad {
		a, err := readAnswer(ctx, j.conn, d.answer)
		if errors.Is(err, ErrNoReceipt) {
			continue // forgotten this moment
		}
		if err != nil {
			return nil, db.Explain(err)
		}
		key := gapKey(a)
		i := slices.Index(keys, key)
		if i < 0 {
			i = len(gaps)
			keys, gaps = append(keys, key), append(gaps, Gap{Question: asked(a), First: d.at, Answer: d.answer})
		}
		g := &gaps[i]
		g.Bad++
		g.First, g.Last = earlier(g.First, d.at), later(g.Last, d.at)
		if !slices.Contains(g.Disliked, d.answer) {
			g.Disliked = append(g.Disliked, d.answer)
			if a.Refusal == nil {
				g.Count++
			}
		}
		if d.reason != "" && !slices.Contains(g.Reasons, d.reason) {
			g.Reasons = append(g.Reasons, d.reason)
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last)) })
	return gaps, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
