package retrieval

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"policybot/internal/db"
)

// A Lookup answers what a sync asks of each file, on one snapshot of the
// library. It is for one goroutine.
type Lookup struct {
	last, taken, find, passages, purged *sql.Stmt
}

// Look gives a Lookup to ask.
func (l *Library) Look(ctx context.Context, ask func(*Lookup) error) error {
	var asked error
	err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
		look := &Lookup{}
		for _, s := range []struct {
			to  **sql.Stmt
			sql string
		}{
			{&look.last, `SELECT p.document FROM placements p JOIN documents d ON d.id = p.document
				WHERE d.source = ? AND p.path = ? AND p.to_version <> ?
				AND NOT EXISTS (SELECT 1 FROM placements later WHERE later.document = p.document AND later.from_version > p.from_version)
				ORDER BY p.to_version DESC, p.document LIMIT 1`},
			{&look.taken, `SELECT EXISTS (SELECT 1 FROM placements WHERE document = ?)`},
			{&look.find, findRevision},
			{&look.passages, `SELECT COUNT(*) FROM passages WHERE revision = ?`},
			{&look.purged, `SELECT document FROM purged WHERE mark IN (?, ?) ORDER BY mark LIMIT 1`},
		} {
			stmt, err := tx.PrepareContext(ctx, s.sql)
			if err != nil {
				return err
			}
			defer stmt.Close()
			*s.to = stmt
		}
		asked = ask(look)
		return nil
	})
	if err != nil {
		return fmt.Errorf("look up documents: %w", err)
	}
	return asked
}

// IDFor is the ID of the document that a new file of a source begins or
// resumes: the document that stood at this path last and was withdrawn comes
// back, as retired as it was. A new ID is made from source and path, so equal
// libraries have equal IDs; one that is taken, by a document that began at
// this path and moved, is passed over.
func (l *Lookup) IDFor(ctx context.Context, source, path string) (string, error) {
	var id string
	err := l.last.QueryRowContext(ctx, source, path, int64(still)).Scan(&id)
	for n := 0; errors.Is(err, sql.ErrNoRows); n++ {
		sum := sha256.Sum256([]byte(source + "\x00" + path + "\x00" + strconv.Itoa(n)))
		id = hex.EncodeToString(sum[:6])
		var taken bool
		err = l.taken.QueryRowContext(ctx, id).Scan(&taken)
		if err == nil && taken {
			err = sql.ErrNoRows
		}
	}
	if err != nil {
		return "", fmt.Errorf("choose an ID for %s: %w", path, db.Explain(err))
	}
	return id, nil
}

// IDFor is Lookup.IDFor for one file.
func (l *Library) IDFor(ctx context.Context, source, path string) (id string, err error) {
	err = l.Look(ctx, func(look *Lookup) error {
		id, err = look.IDFor(ctx, source, path)
		return err
	})
	return id, err
}

// FindRevision is the revision of a document that a parser already made of an
// original under a name, published or not, and how many passages it has; 0, 0
// if there is none.
func (l *Lookup) FindRevision(ctx context.Context, docID, hash, name, parser string) (revision int64, passages int, err error) {
	err = l.find.QueryRowContext(ctx, docID, hash, name, parser).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	if err == nil {
		err = l.passages.QueryRowContext(ctx, revision).Scan(&passages)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("look up %s: %w", name, db.Explain(err))
	}
	return revision, passages, nil
}

// PurgedAs is the ID of the purged document that a file was part of, by its
// path or by its content, and "" for a file that was never purged.
func (l *Lookup) PurgedAs(ctx context.Context, source, path, hash string) (id string, err error) {
	err = l.purged.QueryRowContext(ctx, pathMark(source, path), contentMark(hash)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up purged documents: %w", db.Explain(err))
	}
	return id, nil
}
