package db_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"policybot/internal/db"
)

func openGroup(t *testing.T) (*db.Group, *sql.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "group.db")
	conn, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := conn.Exec(`CREATE TABLE notes (n INTEGER PRIMARY KEY, by TEXT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return db.NewGroup(conn), conn, path
}

func note(ctx context.Context, n int) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notes VALUES (?, 'x')`, n)
		return err
	}
}

func count(t *testing.T, conn *sql.DB) (n int) {
	t.Helper()
	if err := conn.QueryRow(`SELECT COUNT(*) FROM notes`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// together makes callers wait behind a first one, so that they come as one
// group, and returns their errors; some of them may not wait at all.
func together(t *testing.T, g *db.Group, changes []func() error, hasty int) []error {
	t.Helper()
	held, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		err := g.Tx(t.Context(), func(*sql.Tx) error {
			close(held)
			<-release
			return nil
		})
		if err != nil {
			t.Errorf("the first: %v", err)
		}
	})
	<-held
	errs := make([]error, len(changes))
	for i, change := range changes {
		all.Go(func() { errs[i] = change() })
	}
	for g.Waiting() < len(changes)-hasty {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	return errs
}

// TestGroupSharesACommit: a hundred changes write few pages to the log, where
// each alone would write its own.
func TestGroupSharesACommit(t *testing.T) {
	g, conn, path := openGroup(t)
	size := func() int64 {
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	var changes []func() error
	for i := range 100 {
		changes = append(changes, func() error { return g.Tx(t.Context(), note(t.Context(), i)) })
	}
	for i, err := range together(t, g, changes, 0) {
		if err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	if n := count(t, conn); n != 100 {
		t.Errorf("%d of 100 changes are there", n)
	}
	if grew := size() - before; grew > 60*4120 {
		t.Errorf("the log grew by %d pages: the changes were not together", grew/4120)
	}
}

// TestGroupKeepsMembersApart: whoever fails, panics or gives up in a group,
// everybody else's change is there, once, and theirs is not.
func TestGroupKeepsMembersApart(t *testing.T) {
	g, conn, _ := openGroup(t)
	boom := errors.New("boom")
	if err := g.Tx(t.Context(), note(t.Context(), 39)); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	interrupted, interrupt := context.WithCancel(t.Context())
	var changes []func() error
	for i := range 39 {
		changes = append(changes, func() error { return g.Tx(t.Context(), note(t.Context(), i)) })
	}
	odd := map[int]func() error{
		3: func() error {
			return g.Tx(t.Context(), func(tx *sql.Tx) error { return errors.Join(note(t.Context(), 1000)(tx), boom) })
		},
		7:  func() error { return g.Tx(gone, note(gone, 1001)) },
		11: func() error { return g.Tx(t.Context(), note(t.Context(), 39)) }, // a key that is there
		17: func() (err error) {
			defer func() { err = errors.New(recover().(string)) }()
			return g.Tx(t.Context(), func(tx *sql.Tx) error { note(t.Context(), 1002)(tx); panic("a change") })
		},
		23: func() error {
			return g.Tx(interrupted, func(tx *sql.Tx) error {
				err := note(interrupted, 1003)(tx)
				interrupt()
				_, again := tx.ExecContext(interrupted, `INSERT INTO notes SELECT n + 5000, by FROM notes`)
				return errors.Join(err, again)
			})
		},
	}
	for i, change := range odd {
		changes[i] = change
	}
	for i, err := range together(t, g, changes, 1) {
		if (err != nil) != (odd[i] != nil) {
			t.Errorf("change %d: %v", i, err)
		}
	}
	if n := count(t, conn); n != 39-5+1 {
		t.Errorf("%d changes are there, not 35", n)
	}
	var strange int
	if err := conn.QueryRow(`SELECT COUNT(*) FROM notes WHERE n >= 40`).Scan(&strange); err != nil || strange != 0 {
		t.Errorf("%d rows of those who failed, %v", strange, err)
	}
}

// TestGroupGivesUp: who waits in vain leaves, and the database's own errors
// reach everybody.
func TestGroupGivesUp(t *testing.T) {
	g, conn, _ := openGroup(t)
	held, release, over := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		over <- g.Tx(t.Context(), func(*sql.Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := g.Tx(ctx, note(ctx, 1))
	close(release)
	if first := <-over; first != nil || !errors.Is(err, context.DeadlineExceeded) || count(t, conn) != 0 || g.Waiting() != 0 {
		t.Errorf("who gave up has %v, the first %v, and %d rows are there", err, first, count(t, conn))
	}
	conn.Close()
	if err := g.Tx(t.Context(), note(t.Context(), 2)); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("on a closed database: %v", err)
	}
}
