package db

import (
	"database/sql"
	"errors"
)

// File is the absolute path of the file that Open opened as conn, for what is
// kept beside it.
func File(conn *sql.DB) (string, error) {
	q, ok := conn.Driver().(queue)
	if !ok {
		return "", errors.New("the database was not opened by this package")
	}
	return q.file, nil
}
