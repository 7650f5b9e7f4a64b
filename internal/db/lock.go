package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Lock takes the named lock of the database, over all processes that share
// the file, or fails at once with ErrLocked. The lock ends with unlock or with
// the process, however it ends: it is an exclusive transaction on an empty
// database file beside the real one, and the system drops that with the
// process. Several locks of other names may be held at the same time.
func Lock(ctx context.Context, conn *sql.DB, name string) (unlock func() error, err error) {
	var file string
	err = conn.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file)
	if err != nil {
		return nil, fmt.Errorf("find the library's file: %w", Explain(err))
	}
	side, err := prepare(file + "-" + name + ".lock")
	if err != nil {
		return nil, err
	}
	lock, err := sql.Open("sqlite", dsn(side, 0, "OFF"))
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	held, err := lock.Conn(ctx)
	if err == nil {
		_, err = held.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		lock.Close()
		if isBusy(err) {
			return nil, ErrLocked
		}
		return nil, fmt.Errorf("lock %s: %w", name, Explain(err))
	}
	return func() error {
		_, err := held.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		held.Close()
		if cerr := lock.Close(); err == nil {
			err = cerr
		}
		return err
	}, nil
}
