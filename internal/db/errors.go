package db

import (
	"errors"
	"fmt"
	"syscall"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// What can be wrong with the database file. Each says what to do about it.
var (
	ErrNotDatabase = errors.New("not a policybot library: choose another file with --data, or move this one away")
	ErrForeign     = errors.New("the file is another program's database: choose another one with --data")
	ErrNewer       = errors.New("the library was written by a newer policybot: update the program, or choose another library with --data")
	ErrReadOnly    = errors.New("the library cannot be written: give this user the right to write the file and its folder, or choose another with --data")
	ErrFull        = errors.New("the disk that holds the library is full: free some space and run this again; nothing was lost")
	ErrUnwritten   = errors.New("the library could not be written: the disk fails, or this user may use no more of it; make room or see the system's log, and run this again; nothing was lost")
	ErrCorrupt     = errors.New("the library is damaged: restore a backup, or move the file away and ingest the documents again")
	ErrBusy        = errors.New("another program has held the library for too long: see which policybot process is stuck")
	ErrLocked      = errors.New("somebody else holds the lock")
)

// Explain adds to a database error which Err value it is, where that is
// known; other errors come back as they are.
func Explain(err error) error {
	known := kind(err)
	if known == nil || errors.Is(err, known) {
		return err
	}
	return fmt.Errorf("%w (%w)", known, err)
}

func kind(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return ErrFull
	}
	switch code(err) {
	case codes.SQLITE_NOTADB:
		return ErrNotDatabase
	case codes.SQLITE_CORRUPT:
		return ErrCorrupt
	case codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		return ErrReadOnly
	case codes.SQLITE_FULL:
		return ErrFull
	case codes.SQLITE_IOERR:
		if extended(err) == codes.SQLITE_IOERR_WRITE { // such as of a quota
			return ErrUnwritten
		}
	case codes.SQLITE_BUSY:
		return ErrBusy
	}
	return nil
}

// code is SQLite's primary result code of err, 0 if it has none.
func code(err error) int { return extended(err) & 0xff }

// extended is SQLite's extended result code of err, 0 if it has none.
func extended(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func isBusy(err error) bool { return code(err) == codes.SQLITE_BUSY }
