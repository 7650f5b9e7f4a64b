// Package db opens policybot's one database file, so that every package that
// keeps something in it gets the same promises: a committed transaction
// survives a crash and a power cut, readers never wait for a writer, writers
// wait for each other instead of failing, and several processes may share it.
// Where people wait for a commit, Prompt and Flush take the power cut apart.
//
// It is the only importer of the SQL driver. It stores a table of the steps
// that each package has applied to its own tables (see Migrate), and beside
// the file a lock file for each name that was given to Lock. The file is
// readable by its owner alone, since it holds people's questions.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
)

const (
	// busyTimeout is how long SQLite itself waits for a writer in another
	// process, without looking at a context.
	busyTimeout = 10 * time.Second
	// patience is how long Tx waits for other writers altogether. Write
	// transactions are short, so a minute means that something is stuck.
	patience = time.Minute
	// applicationID marks the file as policybot's: "plcy" in ASCII. See
	// https://www.sqlite.org/pragma.html#pragma_application_id.
	applicationID = 0x706c6379
)

// Open opens the database file at path, and makes it and its folder if there
// is none. The errors wrap one of the Err values of this package where they
// can be told apart, and say what to do.
//
// Every commit is flushed to the disk (synchronous=FULL): a Telegram update
// is acknowledged once it is committed, so a commit that a power cut undoes
// would be a question that nobody answers. Deleted text is overwritten
// (secure_delete), because admins purge documents.
func Open(ctx context.Context, path string) (*sql.DB, error) {
	abs, err := prepare(path)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn(abs, busyTimeout, "FULL"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	conn := sql.OpenDB(queue{connector, abs, make(chan struct{}, 1), &wal{file: abs + "-wal"}})
	// Waiting writers hold a connection each; a bound on connections could
	// starve the one that holds the lock, so there is none.
	conn.SetMaxIdleConns(4)
	if err := retryBusy(ctx, func() error { return claim(ctx, conn) }); err != nil {
		conn.Close()
		return nil, fmt.Errorf("open %s: %w", path, Explain(err))
	}
	return conn, nil
}

// Staging opens the database of conn once more, for work that its writer can
// do again: its commits survive a crash of the program but are not flushed to
// the disk one by one; the next commit on conn flushes them too. The caller
// closes it.
func Staging(conn *sql.DB) (*sql.DB, error) {
	q, ok := conn.Driver().(queue)
	if !ok {
		return nil, errors.New("stage: the database was not opened by this package")
	}
	connector, err := sqlite.NewConnector(dsn(q.file, busyTimeout, "NORMAL"))
	if err != nil {
		return nil, fmt.Errorf("stage: %w", err)
	}
	q.Connector = connector
	return sql.OpenDB(q), nil
}

// A queue is a connector with the queue in which this process's writers stand,
// so that they take turns and give up with their contexts. It is its own
// driver, so that Tx finds it by the database.
type queue struct {
	driver.Connector
	file    string
	writing chan struct{} // full while one writes
	log     *wal
}

func (q queue) Driver() driver.Driver { return q }

func (q queue) Open(string) (driver.Conn, error) { return q.Connect(context.Background()) }

func (q queue) enter(ctx context.Context) (leave func(), err error) {
	select {
	case q.writing <- struct{}{}:
		return func() { <-q.writing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patience):
		return nil, ErrBusy
	}
}

// prepare makes the folder and the file, private to the owner, and finds the
// plain reasons why the file cannot be used before SQLite puts them in a code.
func prepare(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return "", fmt.Errorf("%w: cannot make the folder of %s: %w", ErrReadOnly, path, err)
	}
	if info, err := os.Stat(abs); err == nil && info.IsDir() {
		return "", fmt.Errorf("%w: %s is a folder; name a file in it", ErrNotDatabase, path)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	if err != nil {
		return "", fmt.Errorf("open %s: %w", path, Explain(err))
	}
	return abs, f.Close()
}

func dsn(abs string, wait time.Duration, synchronous string, more ...string) string {
	q := url.Values{
		"_txlock": {"immediate"},
		"_pragma": append(more, fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
			"foreign_keys(1)", "secure_delete(1)", "synchronous("+synchronous+")"),
	}
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/… on Windows
	}
	return "file:" + (&url.URL{Path: p}).EscapedPath() + "?" + q.Encode()
}

// claim puts the file in WAL mode and marks it as policybot's, unless it holds
// something else.
func claim(ctx context.Context, conn *sql.DB) error {
	var id, tables int
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if id != applicationID && (id != 0 || tables != 0) {
		return ErrForeign
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file system cannot share memory between processes (journal mode %s): "+
			"put the library on a local disk", mode)
	}
	if id == applicationID {
		return nil
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id=%d", applicationID))
	return err
}

// Tx runs change in one write transaction and commits it. It waits for other
// writers, also those in other processes, as long as ctx allows and for a
// minute at most; change itself is never repeated. When change returns an
// error, nothing was changed and that error comes back. Within change, a second
// Tx on the same database would wait for the first.
func Tx(ctx context.Context, conn *sql.DB, change func(*sql.Tx) error) error {
	if q, ok := conn.Driver().(queue); ok {
		leave, err := q.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
	}
	return run(ctx, conn, &sql.TxOptions{}, change)
}

// View runs read on one snapshot of the database, which no writer moves.
func View(ctx context.Context, conn *sql.DB, read func(*sql.Tx) error) error {
	return run(ctx, conn, &sql.TxOptions{ReadOnly: true}, read)
}

func run(ctx context.Context, conn *sql.DB, opts *sql.TxOptions, f func(*sql.Tx) error) error {
	var tx *sql.Tx
	err := retryBusy(ctx, func() (err error) {
		tx, err = conn.BeginTx(ctx, opts)
		return err
	})
	if err != nil {
		return Explain(err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := f(tx); err != nil {
		return Explain(err)
	}
	return Explain(tx.Commit())
}

// retryBusy repeats try while another connection holds the database.
func retryBusy(ctx context.Context, try func() error) error {
	for start := time.Now(); ; {
		err := try()
		if !isBusy(err) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Since(start) > patience {
			return fmt.Errorf("%w: %w", ErrBusy, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Scrub rewrites the file without anything that was deleted and empties the
// write-ahead log, so that no deleted text is left in the files. It copies the
// whole database, and waits for readers that still use an older snapshot.
func Scrub(ctx context.Context, conn *sql.DB) error {
	err := retryBusy(ctx, func() error {
		_, err := conn.ExecContext(ctx, "VACUUM")
		return err
	})
	if err != nil {
		return Explain(err)
	}
	return EmptyLog(ctx, conn)
}

// EmptyLog moves what the write-ahead log holds into the file and empties it,
// so that text which was deleted since, and is overwritten in the file, does
// not stay in the log. It waits for readers, for a minute at most.
func EmptyLog(ctx context.Context, conn *sql.DB) error {
	for start := time.Now(); ; {
		var busy, frames, moved int
		err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
		if err != nil && !isBusy(err) {
			return Explain(err)
		}
		if err == nil && busy == 0 {
			return nil
		}
		if time.Since(start) > patience {
			return fmt.Errorf("%w: a reader keeps the deleted text in the write-ahead log; "+
				"stop the other policybot processes and run this again", ErrBusy)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
