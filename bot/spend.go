package bot

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"policybot/internal/db"
)

// Limits are what a model may be used for in a day; zero is no limit. Days
// begin at midnight of the clock that Spending was given.
type Limits struct {
	// Person is how many tokens one person may use, asked and answered; those
	// who are not known are one person.
	Person int64
	// Everyone is how many tokens all may use together.
	Everyone int64
	// Cost is how much all may cost together, in the currency of the prices.
	Cost float64
	// In and Out are the prices of a million tokens, asked and answered.
	In, Out float64
}

// A ModelUse is what calls of a model took.
type ModelUse struct {
	Calls   int64
	In, Out int64 // tokens
	// Estimated counts the calls for which the service sent no numbers.
	Estimated int64
}

// cost is in the currency of the prices.
func (u ModelUse) cost(l Limits) float64 {
	return (float64(u.In)*l.In + float64(u.Out)*l.Out) / 1e6
}

// A SpentError says that the model may not be asked again today.
type SpentError struct {
	Person bool      // the person's share is used up, not everyone's
	Until  time.Time // when it may be asked again
}

// Error implements error.
func (e *SpentError) Error() string {
	whose := "everyone's"
	if e.Person {
		whose = "this person's"
	}
	return fmt.Sprintf("%s share of the model is used up until %s: raise the limit, or wait", whose, e.Until.Format("2006-01-02 15:04 -07:00"))
}

// spendSteps are the migrations of the table of spending, which the journal
// makes; see db.Migrate. It
// holds counts alone.
var spendSteps = []string{`
CREATE TABLE model_use (
	day        TEXT NOT NULL,    -- 2024-03-01, where the service runs
	user_hash  TEXT NOT NULL,    -- '' when unknown or forgotten
	calls      BIGINT NOT NULL,
	tokens_in  BIGINT NOT NULL,
	tokens_out BIGINT NOT NULL,
	estimated  BIGINT NOT NULL,  -- calls without numbers from the service
	PRIMARY KEY (day, user_hash)
);
`}

// Spending counts what a model is used for, by person and day, in the
// library's database, and says when a limit is reached. It is safe for
// concurrent use; questions that are under way when a limit is reached are
// finished.
type Spending struct {
	conn   *sql.DB
	hash   func(user string) string
	limits Limits
	now    func() time.Time
}

// NewSpending counts in the journal's database, where persons are stored as the
// journal's hashes. now nil is time.Now.
func NewSpending(j *Journal, limits Limits, now func() time.Time) *Spending {
	if now == nil {
		now = time.Now
	}
	return &Spending{conn: j.conn, hash: j.hash, limits: limits, now: now}
}

// dayFormat is how a day is stored.
const dayFormat = time.DateOnly

// insertUse and addToUse stand around rows of use, VALUES or a SELECT, that are
// added to those of their day and person.
const (
	insertUse = `INSERT INTO model_use (day, user_hash, calls, tokens_in, tokens_out, estimated) `
	addToUse  = ` ON CONFLICT (day, user_hash) DO UPDATE SET calls = calls + excluded.calls, tokens_in = tokens_in + excluded.tokens_in,
		tokens_out = tokens_out + excluded.tokens_out, estimated = estimated + excluded.estimated`
)

// Allow returns a *SpentError when the model may not be asked for user now.
func (s *Spending) Allow(ctx context.Context, user string) error {
	l := s.limits
	if l.Person <= 0 && l.Everyone <= 0 && l.Cost <= 0 {
		return nil
	}
	now := s.now()
	until := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	all, err := s.used(ctx, `day = ?`, now.Format(dayFormat))
	if err != nil {
		return err
	}
	if l.Everyone > 0 && all.In+all.Out >= l.Everyone || l.Cost > 0 && all.cost(l) >= l.Cost {
		return &SpentError{Until: until}
	}
	if l.Person <= 0 {
		return nil
	}
	own, err := s.used(ctx, `day = ? AND user_hash = ?`, now.Format(dayFormat), s.hash(user))
	if err != nil {
		return err
	}
	if own.In+own.Out >= l.Person {
		return &SpentError{Person: true, Until: until}
	}
	return nil
}

// Add counts the use of a call for user. It also counts when ctx has ended: the
// service has done the work.
func (s *Spending) Add(ctx context.Context, user string, u ModelUse) error {
	_, err := s.conn.ExecContext(context.WithoutCancel(ctx), insertUse+`VALUES (?, ?, ?, ?, ?, ?)`+addToUse,
		s.now().Format(dayFormat), s.hash(user), u.Calls, u.In, u.Out, u.Estimated)
	if err != nil {
		return fmt.Errorf("count the use of the model: %w", db.Explain(err))
	}
	return nil
}

// used is what the model was used for on the days and by the persons that where
// names.
func (s *Spending) used(ctx context.Context, where string, args ...any) (ModelUse, error) {
	u, err := modelUse(ctx, s.conn, where, args...)
	if err != nil {
		err = fmt.Errorf("count the use of the model: %w", db.Explain(err))
	}
	return u, err
}

func modelUse(ctx context.Context, q rowSource, where string, args ...any) (u ModelUse, err error) {
	err = q.QueryRowContext(ctx, `SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(tokens_in), 0), COALESCE(SUM(tokens_out), 0),
		COALESCE(SUM(estimated), 0) FROM model_use WHERE `+where, args...).Scan(&u.Calls, &u.In, &u.Out, &u.Estimated)
	return u, err
}

// forgetSpending takes a person's name off the counts of the days before
// today. Today's stays, without which a limit could be forgotten with it.
func forgetSpending(ctx context.Context, tx *sql.Tx, hash, today string) error {
	if hash == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertUse+`
		SELECT day, '', calls, tokens_in, tokens_out, estimated FROM model_use WHERE user_hash = ? AND day < ?`+addToUse, hash, today)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM model_use WHERE user_hash = ? AND day < ?`, hash, today)
	return err
}
