package retrieval

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"policybot/internal/db"
)

// What is looked at for one text is bounded, because ten thousand decisions on
// one form share most of their bands and are no reprints.
const (
	// bandRoom is how many revisions stay in a band: the newest.
	bandRoom = 40
	// mostCompared is how many texts one is compared with, those first that are
	// most like it by their sketches.
	mostCompared = 20
	// groupedAtOnce is how many revisions are grouped between two commits: many,
	// since their bands stand all over the table.
	groupedAtOnce = 2000
	// textsKept is how many texts are kept as they are compared.
	textsKept = 256
)

// An ungrouped revision is staged and belongs to no group of reprints yet.
type ungrouped struct {
	document string
	revision int64
	sketch   textSketch
}

// groupReprints gives each staged revision that is new the group of the
// document, among those of the coming corpus, that it reprints, or a group of
// its own, called by its number.
func (d *Draft) groupReprints(ctx context.Context) error {
	todo, err := d.ungrouped(ctx)
	if err != nil {
		return fmt.Errorf("find reprints: %w", err)
	}
	for some := range slices.Chunk(todo, groupedAtOnce) {
		g := grouper{known: map[int64]*candidate{}, texts: map[int64]reprintable{}, groups: map[int64]int64{}}
		// Nobody but the holder of the ingest lock changes what is read here, so
		// the others need not wait for it.
		err := db.View(ctx, d.stage, func(tx *sql.Tx) error {
			g.tx = tx
			return g.find(ctx, some)
		})
		if err == nil {
			err = db.Tx(ctx, d.stage, func(tx *sql.Tx) error { return g.write(ctx, tx) })
		}
		if err != nil {
			return fmt.Errorf("find reprints: %w", err)
		}
	}
	return nil
}

func (d *Draft) ungrouped(ctx context.Context) (todo []ungrouped, err error) {
	err = db.View(ctx, d.stage, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT s.document, s.revision, r.sketch, CASE WHEN r.sketch IS NULL THEN r.text ELSE '' END
			FROM staged s JOIN revisions r ON r.id = s.revision WHERE r.reprint IS NULL ORDER BY s.revision`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var u ungrouped
			var kept []byte
			var text string // of what was staged before sketches were kept
			if err := rows.Scan(&u.document, &u.revision, &kept, &text); err != nil {
				return err
			}
			if u.sketch, err = readSketch(kept); err != nil {
				return err
			}
			if text != "" {
				u.sketch = sketch(text)
			}
			todo = append(todo, u)
		}
		return rows.Err()
	})
	return todo, err
}

// A grouper finds the groups of some revisions.
type grouper struct {
	tx       *sql.Tx              // to read
	known    map[int64]*candidate // all revisions in bands of these
	texts    map[int64]reprintable
	groups   map[int64]int64   // what was found, by revision
	was, now map[int64][]int64 // bands as they are kept, and with these in them
}

// A candidate is a revision that another may reprint.
type candidate struct {
	document string
	group    int64 // 0 when it will not be in the coming corpus
	sketch   textSketch
	unknown  bool // it was grouped before sketches were kept
}

func (g *grouper) find(ctx context.Context, some []ungrouped) error {
	bands, err := g.readBands(ctx, some)
	if err != nil {
		return err
	}
	if err := g.readCandidates(ctx, bands); err != nil {
		return err
	}
	g.was, g.now = map[int64][]int64{}, bands
	for hash, revisions := range bands {
		g.was[hash] = slices.Clone(revisions)
	}
	for _, u := range some {
		group, err := g.groupOf(ctx, u, bands)
		if err != nil {
			return fmt.Errorf("document %s: %w", u.document, err)
		}
		g.groups[u.revision] = group
		g.known[u.revision] = &candidate{document: u.document, group: group, sketch: u.sketch}
		for _, hash := range u.sketch.bands {
			bands[hash] = append(bands[hash], u.revision)
		}
	}
	return nil
}

// write keeps what was found.
func (g *grouper) write(ctx context.Context, tx *sql.Tx) error {
	give, err := tx.PrepareContext(ctx, `UPDATE revisions SET reprint = ? WHERE id = ?`)
	if err != nil {
		return err
	}
	defer give.Close()
	for _, revision := range slices.Sorted(maps.Keys(g.groups)) {
		if _, err := give.ExecContext(ctx, g.groups[revision], revision); err != nil {
			return err
		}
	}
	return writeBands(ctx, tx, g.was, g.now)
}

// readBands are the revisions that share a band with one of some, by the hash
// of the band, the oldest first.
func (g *grouper) readBands(ctx context.Context, some []ungrouped) (map[int64][]int64, error) {
	wanted := map[int64]bool{}
	for _, u := range some {
		for _, hash := range u.sketch.bands {
			wanted[hash] = true
		}
	}
	bands := map[int64][]int64{}
	for hashes := range slices.Chunk(slices.Sorted(maps.Keys(wanted)), idsAtOnce) {
		err := eachIn(ctx, g.tx, `SELECT hash, revision FROM sketches WHERE hash IN (%s) ORDER BY hash, revision`, hashes, func(rows *sql.Rows) error {
			var hash, revision int64
			if err := rows.Scan(&hash, &revision); err != nil {
				return err
			}
			bands[hash] = append(bands[hash], revision)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return bands, nil
}

// readCandidates learns what is known of the revisions in bands.
func (g *grouper) readCandidates(ctx context.Context, bands map[int64][]int64) error {
	wanted := map[int64]bool{}
	for _, revisions := range bands {
		for _, r := range newestOf(revisions) {
			wanted[r] = true
		}
	}
	for revisions := range slices.Chunk(slices.Sorted(maps.Keys(wanted)), idsAtOnce) {
		err := eachIn(ctx, g.tx, fmt.Sprintf(`SELECT r.id, r.document, r.sketch, r.sketch IS NULL, CASE
				WHEN EXISTS (SELECT 1 FROM staged g WHERE g.document = r.document AND g.revision <> r.id) THEN 0
				WHEN EXISTS (SELECT 1 FROM staged g WHERE g.revision = r.id)
					OR EXISTS (SELECT 1 FROM placements p WHERE p.revision = r.id AND p.to_version = %d) THEN COALESCE(r.reprint, 0)
				ELSE 0 END
			FROM revisions r WHERE r.id IN (%%s)`, int64(still)), revisions, func(rows *sql.Rows) error {
			var revision int64
			var kept []byte
			c := &candidate{}
			err := rows.Scan(&revision, &c.document, &kept, &c.unknown, &c.group)
			if err == nil {
				c.sketch, err = readSketch(kept)
			}
			g.known[revision] = c
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// groupOf is the group of the revision that u shares most with, among those
// that it reprints; its own number when there is none.
func (g *grouper) groupOf(ctx context.Context, u ungrouped, bands map[int64][]int64) (int64, error) {
	group, most := u.revision, 0.0
	for _, r := range g.near(u, bands) {
		mine, err := g.text(ctx, u.revision)
		if err != nil {
			return 0, err
		}
		other, err := g.text(ctx, r)
		if err != nil {
			return 0, err
		}
		if same, share := mine.reprints(other); same && share > most {
			group, most = g.known[r].group, share
		}
	}
	return group, nil
}

// near are revisions of other documents of the coming corpus whose sketches
// are like u's, one of each group, those most like it first.
func (g *grouper) near(u ungrouped, bands map[int64][]int64) []int64 {
	alike := map[int64]int{}
	for _, hash := range u.sketch.bands {
		for _, r := range newestOf(bands[hash]) {
			c := g.known[r]
			_, done := alike[r]
			switch {
			case c == nil || c.group == 0 || c.document == u.document:
			case c.unknown: // the bands that they share tell as much as is known
				alike[r] = max(alike[r], leastAlike-1) + 1
			case !done:
				alike[r] = c.sketch.alike(u.sketch)
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(alike), func(a, b int64) int { return cmp.Or(alike[b]-alike[a], cmp.Compare(a, b)) })
	var near []int64
	groups := map[int64]bool{}
	for _, r := range order {
		if alike[r] < leastAlike || len(near) == mostCompared {
			break
		}
		if group := g.known[r].group; !groups[group] {
			groups[group] = true
			near = append(near, r)
		}
	}
	return near
}

// text is a revision's text as it is compared.
func (g *grouper) text(ctx context.Context, revision int64) (reprintable, error) {
	if t, ok := g.texts[revision]; ok {
		return t, nil
	}
	var text string
	if err := g.tx.QueryRowContext(ctx, `SELECT text FROM revisions WHERE id = ?`, revision).Scan(&text); err != nil {
		return reprintable{}, err
	}
	if len(g.texts) == textsKept {
		clear(g.texts)
	}
	t := reprintableOf(text)
	g.texts[revision] = t
	return t, nil
}

// newestOf are the revisions of a band that count.
func newestOf(revisions []int64) []int64 { return revisions[max(0, len(revisions)-bandRoom):] }

// writeBands makes the bands what they are now, each with no more than there
// is room for.
func writeBands(ctx context.Context, tx *sql.Tx, was, now map[int64][]int64) error {
	var come, gone [][2]int64
	for _, hash := range slices.Sorted(maps.Keys(now)) {
		left := newestOf(now[hash])
		for _, r := range left {
			if !slices.Contains(was[hash], r) {
				come = append(come, [2]int64{hash, r})
			}
		}
		for _, r := range was[hash] {
			if !slices.Contains(left, r) {
				gone = append(gone, [2]int64{hash, r})
			}
		}
	}
	if err := insertBands(ctx, tx, come); err != nil {
		return err
	}
	if len(gone) == 0 {
		return nil
	}
	remove, err := tx.PrepareContext(ctx, `DELETE FROM sketches WHERE hash = ? AND revision = ?`)
	if err != nil {
		return err
	}
	defer remove.Close()
	for _, row := range gone {
		if _, err := remove.ExecContext(ctx, row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}

// insertBands keeps rows of a hash and a revision, many by a statement.
func insertBands(ctx context.Context, tx *sql.Tx, rows [][2]int64) error {
	for n := 100; len(rows) > 0; {
		n = min(n, len(rows))
		insert, err := tx.PrepareContext(ctx, `INSERT INTO sketches (hash, revision) VALUES (?, ?)`+strings.Repeat(", (?, ?)", n-1))
		if err != nil {
			return err
		}
		defer insert.Close()
		args := make([]any, 2*n)
		for ; len(rows) >= n; rows = rows[n:] {
			for i, row := range rows[:n] {
				args[2*i], args[2*i+1] = row[0], row[1]
			}
			if _, err := insert.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachIn runs a query whose %s is a list of ids, and gives its rows to do.
func eachIn(ctx context.Context, q querier, query string, ids []int64, do func(*sql.Rows) error) error {
	var args []any
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf(query, "?"+strings.Repeat(", ?", len(ids)-1)), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
