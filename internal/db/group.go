package db

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
)

// A Group runs the changes of callers who come at the same time in one
// transaction: one flush of the disk serves them all. Who comes alone waits
// for nobody. It is for many small changes; a change may run a second time,
// after what it did first was rolled back.
type Group struct {
	conn *sql.DB
	turn chan struct{} // held by the caller who runs the others' changes

	mu      sync.Mutex
	waiting []*member
}

// maxGroup bounds the changes of one transaction, so that it stays short.
const maxGroup = 128

// A member is one caller's change.
type member struct {
	ctx      context.Context
	change   func(*sql.Tx) error
	done     chan error
	panicked any // what the change panicked with
}

// errAlone tells a member to run its change in a transaction of its own.
var errAlone = errors.New("run it alone")

// NewGroup returns a Group on conn.
func NewGroup(conn *sql.DB) *Group { return &Group{conn: conn, turn: make(chan struct{}, 1)} }

// Tx is db.Tx in company: the change is committed when it returns nil, and no
// error of another's change touches it.
func (g *Group) Tx(ctx context.Context, change func(*sql.Tx) error) error {
	m := &member{ctx: ctx, change: change, done: make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, m)
	g.mu.Unlock()
	err, led := error(nil), false
	select {
	case err = <-m.done:
	case g.turn <- struct{}{}:
		err, led = g.lead(m), true
	case <-ctx.Done():
		if g.withdraw(m) {
			return ctx.Err()
		}
		err = <-m.done
	}
	if led {
		<-g.turn
	}
	if m.panicked != nil {
		panic(m.panicked) // in its own caller
	}
	if errors.Is(err, errAlone) {
		return Tx(ctx, g.conn, change)
	}
	return err
}

// withdraw takes a member back, unless its change is under way.
func (g *Group) withdraw(m *member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, m)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return true
}

// lead runs what waits until the leader's own change is done.
func (g *Group) lead(m *member) error {
	for {
		select {
		case err := <-m.done:
			return err
		default:
		}
		g.mu.Lock()
		n := min(len(g.waiting), maxGroup)
		batch := slices.Clone(g.waiting[:n])
		g.waiting = slices.Delete(g.waiting, 0, n)
		g.mu.Unlock()
		if n == 1 {
			batch[0].done <- Tx(batch[0].ctx, g.conn, batch[0].calmly)
			continue
		}
		for i, err := range g.run(batch) {
			batch[i].done <- err
		}
	}
}

// run is one transaction with many changes, each behind a savepoint. When it
// cannot be committed, all run alone.
func (g *Group) run(batch []*member) []error {
	errs := make([]error, len(batch))
	ctx := context.WithoutCancel(batch[0].ctx)
	err := Tx(ctx, g.conn, func(tx *sql.Tx) error {
		for i, m := range batch {
			if errs[i] = m.ctx.Err(); errs[i] != nil {
				continue
			}
			var broken error
			if errs[i], broken = m.within(ctx, tx); broken != nil {
				// A statement that was interrupted rolls all of it back.
				return broken
			}
		}
		return nil
	})
	if err != nil {
		for i := range errs {
			errs[i] = errAlone
		}
	}
	return errs
}

// within runs the change behind a savepoint. What it did is undone when it
// fails; broken says that the transaction itself is lost.
func (m *member) within(ctx context.Context, tx *sql.Tx) (err, broken error) {
	if _, broken = tx.ExecContext(ctx, `SAVEPOINT member`); broken != nil {
		return nil, broken
	}
	if err = m.calmly(tx); err != nil {
		if _, broken = tx.ExecContext(ctx, `ROLLBACK TO member`); broken != nil {
			return err, broken
		}
	}
	_, broken = tx.ExecContext(ctx, `RELEASE member`)
	return err, broken
}

// calmly runs the change; a panic is kept for its caller.
func (m *member) calmly(tx *sql.Tx) (err error) {
	defer func() {
		if m.panicked = recover(); m.panicked != nil {
			err = errors.New("the change panicked")
		}
	}()
	return m.change(tx)
}
