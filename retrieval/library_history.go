package retrieval

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"policybot/internal/db"
)

// A Change is what became of a document in a version.
type Change string

// What can become of a document from one version to the next.
const (
	ChangeAdded    Change = "added"
	ChangeRevised  Change = "changed"   // another content, or another reading of it
	ChangeMoved    Change = "renamed"   // the same content at another path
	ChangeRetired  Change = "withdrawn" // kept, not searched
	ChangeRestored Change = "restored"  // searched again
	ChangeRemoved  Change = "removed"
)

// A Moved is one document that a version changed.
type Moved struct {
	Doc    string `json:"doc"`
	Source string `json:"source"`
	Path   string `json:"path"`
	Change Change `json:"change"`
}

// A Version is one published corpus as the history tells it.
type Version struct {
	Corpus
	When  time.Time `json:"when"`
	Cause string    `json:"cause"` // what was done: "ingest seeds", "rollback to 3"
	// Changes are against the version before, by path. A document that was
	// purged since is in none.
	Changes []Moved `json:"changes"`
}

// History is the newest versions, newest first, no more than limit of them.
func (l *Library) History(ctx context.Context, limit int) ([]Version, error) {
	var versions []Version
	err := db.View(ctx, l.conn, func(tx *sql.Tx) (err error) {
		if versions, err = newest(ctx, tx, limit); err != nil || len(versions) == 0 {
			return err
		}
		at := map[int64]*Version{}
		for i := range versions {
			at[versions[i].Version] = &versions[i]
		}
		return eachChange(ctx, tx, versions[len(versions)-1].Version, func(version int64, m Moved) {
			at[version].Changes = append(at[version].Changes, m)
		})
	})
	for _, v := range versions {
		slices.SortStableFunc(v.Changes, func(a, b Moved) int { return strings.Compare(a.Path, b.Path) })
	}
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	return versions, nil
}

func newest(ctx context.Context, tx *sql.Tx, limit int) ([]Version, error) {
	rows, err := tx.QueryContext(ctx, `SELECT version, embedder, cause, created FROM corpora ORDER BY version DESC LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var versions []Version
	for rows.Next() {
		var v Version
		var created int64
		if err := rows.Scan(&v.Version, &v.Embedder, &v.Cause, &created); err != nil {
			return nil, err
		}
		v.When = time.UnixMilli(created).UTC()
		versions = append(versions, v)
	}
	return versions, rows.Err()
}

// eachChange tells the changes of the versions from first on: a placement that
// begins where another of its document ends is a change of that document.
func eachChange(ctx context.Context, tx *sql.Tx, first int64, tell func(version int64, m Moved)) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT n.from_version, d.id, d.source, n.path, n.revision, n.retired,
			COALESCE(o.path, ''), COALESCE(o.revision, 0), COALESCE(o.retired, 0)
		FROM placements n JOIN documents d ON d.id = n.document
		LEFT JOIN placements o ON o.document = n.document AND o.to_version = n.from_version
		WHERE n.from_version >= ?
		UNION ALL
		SELECT o.to_version, d.id, d.source, '', 0, 0, o.path, o.revision, o.retired
		FROM placements o JOIN documents d ON d.id = o.document
		WHERE o.to_version >= ? AND o.to_version <> ?
			AND NOT EXISTS (SELECT 1 FROM placements n WHERE n.document = o.document AND n.from_version = o.to_version)
		ORDER BY 1, 3, 2`, first, first, int64(still))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var version int64
		var m Moved
		var now, was placement
		if err := rows.Scan(&version, &m.Doc, &m.Source, &now.path, &now.revision, &now.retired,
			&was.path, &was.revision, &was.retired); err != nil {
			return err
		}
		m.Path, m.Change = cmp.Or(now.path, was.path), changeOf(was, now)
		tell(version, m)
	}
	return rows.Err()
}

// changeOf names the step from one placement to the next; a zero revision is
// no placement.
func changeOf(was, now placement) Change {
	switch {
	case was.revision == 0:
		return ChangeAdded
	case now.revision == 0:
		return ChangeRemoved
	case now.retired && !was.retired:
		return ChangeRetired
	case was.retired && !now.retired:
		return ChangeRestored
	case now.path != was.path:
		return ChangeMoved
	}
	return ChangeRevised
}

// DocumentsAt are the documents of a published version, the retired ones too,
// by path, as they stood in it; those that were purged since are gone.
func (l *Library) DocumentsAt(ctx context.Context, version int64) ([]Document, error) {
	var docs []Document
	err := db.View(ctx, l.conn, func(tx *sql.Tx) error {
		var there int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM corpora WHERE version = ?`, version).Scan(&there)
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		if err == nil {
			docs, err = documents(ctx, tx, `p.from_version <= ? AND p.to_version > ?`, version, version)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("corpus version %d: %w", version, err)
	}
	return docs, nil
}

// Revert plans the corpus as it was in an earlier version: each document with
// the revision, path and state that it had, and none that it did not have.
// What was published since stays in its own versions. A document that was
// purged since does not come back. When documents are named, the others stay
// as they are now, and version 0 is from before there was any.
func (d *Draft) Revert(ctx context.Context, version int64, only ...string) error {
	wanted := func(id string) bool { return len(only) == 0 || slices.Contains(only, id) }
	var then []Document
	var err error
	if version != 0 || len(only) == 0 {
		if then, err = d.lib.DocumentsAt(ctx, version); err != nil {
			return err
		}
	}
	c, err := d.lib.Current(ctx)
	if err != nil {
		return err
	}
	now, err := d.lib.DocumentsAt(ctx, c.Version)
	if err != nil {
		return err
	}
	for _, doc := range now {
		if wanted(doc.ID) {
			d.Withdraw(doc.ID)
		}
	}
	for _, doc := range then {
		if !wanted(doc.ID) {
			continue
		}
		d.plan[doc.ID] = planned{revision: doc.Revision, path: doc.Path, state: stateOf(doc.Retired)}
	}
	return nil
}

// A state says whether a planned document is searched.
type state int

const (
	asBefore state = iota // as it was last
	inSearch
	outOfSearch
)

func stateOf(retired bool) state {
	if retired {
		return outOfSearch
	}
	return inSearch
}
