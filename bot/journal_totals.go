package bot

import (
	"context"
	"fmt"
	"time"

	"policybot/internal/db"
)

// Totals are counts over the journal.
type Totals struct {
	Answers  int // refusals among them
	Refusals int
	Good     int // verdicts of people: one for each person and answer
	Bad      int
	Model    ModelUse // of whole days
}

// Totals counts what was kept at or after since; the zero time counts all.
func (j *Journal) Totals(ctx context.Context, since time.Time) (t Totals, err error) {
	from := int64(0)
	if !since.IsZero() {
		from = since.UnixMilli()
	}
	err = j.conn.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(CASE WHEN gap <> '' THEN 1 END) FROM answers WHERE at >= ?`, from).
		Scan(&t.Answers, &t.Refusals)
	if err == nil {
		err = j.conn.QueryRowContext(ctx, `SELECT COUNT(CASE WHEN good <> 0 THEN 1 END), COUNT(CASE WHEN good = 0 THEN 1 END)
			FROM feedback WHERE at >= ?`, from).Scan(&t.Good, &t.Bad)
	}
	if err == nil {
		day := ""
		if !since.IsZero() {
			day = since.Format(dayFormat)
		}
		t.Model, err = modelUse(ctx, j.conn, `day >= ?`, day)
	}
	if err != nil {
		return Totals{}, fmt.Errorf("count the journal: %w", db.Explain(err))
	}
	return t, nil
}
