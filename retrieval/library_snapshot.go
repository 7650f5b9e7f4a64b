package retrieval

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"iter"
	"os"
	"slices"
	"sync"
	"time"

	"policybot/internal/db"
)

// The snapshot lies beside the database's file, as one of the same name that
// ends in -snapshot; with .new behind while it is written. It can be removed at
// any time. Who writes it or removes it for a purge holds the lock of that name.
const (
	snapshotSuffix = "-snapshot"
	unfinished     = ".new"
	snapshotLock   = "snapshot"
	// lockPatience is how long a purge waits for others to end their writing.
	lockPatience = time.Minute
)

var errStale = errors.New("it is of another library, or of another version of the program")

func (l *Library) snapshotFile() (string, error) {
	file, err := db.File(l.conn)
	return file + snapshotSuffix, err
}

// hasSnapshot reports whether there is a snapshot, good or bad.
func (l *Library) hasSnapshot() bool {
	file, err := l.snapshotFile()
	if err == nil {
		_, err = os.Stat(file)
	}
	return err == nil
}

// snapshot is a view that was kept, of the version that was the current one
// then. Its segments are the file's, everything else is read from the library.
// An error says why the file is of no use.
func (l *Library) snapshot(ctx context.Context) (*view, error) {
	name, err := l.snapshotFile()
	if err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	r, err := openSnapshot(file, info.Size())
	if err != nil {
		return nil, err
	}
	var v *view
	err = db.View(ctx, l.conn, func(tx *sql.Tx) error {
		c, key, err := snapshotKey(ctx, tx, r.version)
		if err == nil && key != r.key {
			err = errStale
		}
		if err == nil {
			v, err = l.assemble(ctx, tx, c, r)
		}
		return err
	})
	return v, err
}

// snapshotKey is a published version and the key of its snapshot. Revisions
// never change, so what names them stands for their texts.
func snapshotKey(ctx context.Context, tx *sql.Tx, version int64) (c Corpus, key [32]byte, err error) {
	c.Version = version
	err = tx.QueryRowContext(ctx, `SELECT embedder FROM corpora WHERE version = ?`, version).Scan(&c.Embedder)
	if errors.Is(err, sql.ErrNoRows) {
		err = errStale
	}
	if err != nil {
		return c, key, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT d.id, d.source, p.path, r.id, r.hash, r.name, r.parser, r.meta, r.created
		FROM placements p JOIN documents d ON d.id = p.document JOIN revisions r ON r.id = p.revision
		WHERE `+searchedAt+` ORDER BY p.path, d.source, d.id`, version, version)
	if err != nil {
		return c, key, err
	}
	defer rows.Close()
	h := newKey()
	hashRow(h, []int64{version}, c.Embedder)
	for rows.Next() {
		var id, source, path, original, name, parser, meta string
		var revision, created int64
		if err := rows.Scan(&id, &source, &path, &revision, &original, &name, &parser, &meta, &created); err != nil {
			return c, key, err
		}
		hashRow(h, []int64{revision, created}, id, source, path, original, name, parser, meta)
	}
	return c, [32]byte(h.Sum(nil)), rows.Err()
}

// hashRow adds numbers and texts to h, each text with its length.
func hashRow(h hash.Hash, numbers []int64, texts ...string) {
	var b []byte
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range texts {
		b = append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...)
	}
	h.Write(b)
}

// assemble makes a view of a snapshot and of what the library tells of its
// version, and reads both at the same time.
func (l *Library) assemble(ctx context.Context, tx *sql.Tx, c Corpus, r *snapshotReader) (*view, error) {
	var texts map[int64]string
	var noSegments, noTexts error
	var reading sync.WaitGroup
	reading.Go(func() { noSegments = r.load(ctx) })
	reading.Go(func() {
		noTexts = db.View(ctx, l.conn, func(tx *sql.Tx) (err error) {
			texts, err = textsAt(ctx, tx, c.Version)
			return err
		})
	})
	_, docs, err := searchable(ctx, tx, c.Version)
	var passages [][]Passage
	if err == nil {
		passages, err = passagesAt(ctx, tx, c.Version, docs)
	}
	reading.Wait()
	if err := errors.Join(err, noTexts, noSegments); err != nil {
		return nil, err
	}
	v := &view{}
	if err := v.growWith(given(r.segments), cutFrom(docs, passages, texts)); err != nil {
		return nil, err
	}
	if !v.fits() {
		return nil, errStale
	}
	v.inOrder()
	v.join(c)
	return v, nil
}

// given are segments that are there already.
type given []*segment

func (given) add(*Document, []Passage, [][]float32) {}
func (g given) wait() []*segment                    { return g }

// textsAt are the texts of a version's revisions.
func textsAt(ctx context.Context, tx *sql.Tx, version int64) (map[int64]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT r.id, r.text FROM placements p JOIN revisions r ON r.id = p.revision WHERE `+searchedAt, version, version)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	texts := map[int64]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		texts[id] = text
	}
	return texts, rows.Err()
}

// passagesAt are the passages of a version's documents, without their texts.
func passagesAt(ctx context.Context, tx *sql.Tx, version int64, docs []Document) ([][]Passage, error) {
	number := make(map[int64]int, len(docs)) // by revision
	for i, d := range docs {
		number[d.Revision] = i
	}
	rows, err := tx.QueryContext(ctx, `SELECT s.revision, s.ordinal, s.start_at, s.end_at, s.heading, s.page, s.last_page
		FROM placements p JOIN passages s ON s.revision = p.revision WHERE `+searchedAt, version, version)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make([][]Passage, len(docs))
	var headings headingReader
	for rows.Next() {
		var revision, ordinal, start, end, page, last int64 // as the driver gives them
		var heading sql.RawBytes
		if err := rows.Scan(&revision, &ordinal, &start, &end, &heading, &page, &last); err != nil {
			return nil, err
		}
		n, ok := number[revision]
		if !ok || ordinal != int64(len(all[n])) {
			return nil, errors.New("the library gives its passages in another order")
		}
		p := Passage{DocID: docs[n].ID, Revision: revision, Start: int(start), End: int(end), Page: int(page), LastPage: int(last)}
		if p.Heading, err = headings.read(heading); err != nil {
			return nil, fmt.Errorf("heading in document %s: %w", p.DocID, err)
		}
		all[n] = append(all[n], p)
	}
	return all, rows.Err()
}

// A headingReader reads headings, most of which are the one before again.
type headingReader struct {
	raw  []byte
	last []string
}

func (r *headingReader) read(raw []byte) ([]string, error) {
	if slices.Equal(raw, r.raw) {
		return r.last, nil
	}
	r.raw, r.last = append(r.raw[:0], raw...), nil
	err := json.Unmarshal(raw, &r.last)
	return r.last, err
}

// cutFrom are the passages with their texts, as entries without vectors.
func cutFrom(docs []Document, passages [][]Passage, texts map[int64]string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for i := range docs {
			text := texts[docs[i].Revision]
			for _, p := range passages[i] {
				err := p.cut(text)
				e := Entry{Passage: p, Doc: &docs[i]}
				if err == nil {
					e.Gap = gapAt(text, p.End)
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// fits reports whether a view's segments are of its documents and passages.
func (v *view) fits() bool {
	docs, passages := 0, 0
	for _, s := range v.segments {
		docs, passages = docs+len(s.docs.length), passages+len(s.body.length)
		if docs > len(v.documents) || v.end(uint32(docs-1)) != passages {
			return false
		}
	}
	return docs == len(v.documents)
}

// keepSnapshot writes the snapshot of a view that was read whole. A view of
// documents that were purged since is not kept.
func (l *Library) keepSnapshot(ctx context.Context, v *view) error {
	name, err := l.snapshotFile()
	if err != nil {
		return err
	}
	unlock, err := db.Lock(ctx, l.conn, snapshotLock)
	if err != nil {
		return err
	}
	defer unlock()
	s := snapshot{version: v.stats.Corpus.Version, segments: v.segments}
	err = db.View(ctx, l.conn, func(tx *sql.Tx) (err error) {
		var docs []Document
		if _, s.key, err = snapshotKey(ctx, tx, s.version); err == nil {
			_, docs, err = searchable(ctx, tx, s.version)
		}
		if err == nil && !v.hasOnly(docs) {
			err = errStale
		}
		return err
	})
	if err != nil {
		return err
	}
	if err = s.writeFile(ctx, name+unfinished); err == nil {
		err = os.Rename(name+unfinished, name)
	}
	if err != nil {
		os.Remove(name + unfinished)
	}
	return err
}

// hasOnly reports whether all documents of a view are among those given.
func (v *view) hasOnly(docs []Document) bool {
	hashes := make(map[int64]string, len(docs)) // by revision
	for _, d := range docs {
		hashes[d.Revision] = d.Hash
	}
	return !slices.ContainsFunc(v.documents, func(d *Document) bool { return hashes[d.Revision] != d.Hash })
}

// writeFile writes a file of its own, down to the disk.
func (s *snapshot) writeFile(ctx context.Context, name string) (err error) {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what a killed process left
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := s.write(ctx, file); err != nil {
		return err
	}
	return file.Sync()
}

// dropSnapshot removes the snapshot, finished or not, and holds others off from
// writing one until keep is called.
func (l *Library) dropSnapshot(ctx context.Context) (keep func() error, err error) {
	name, err := l.snapshotFile()
	if err != nil {
		return nil, err
	}
	for start := time.Now(); ; {
		keep, err = db.Lock(ctx, l.conn, snapshotLock)
		if !errors.Is(err, db.ErrLocked) || time.Since(start) > lockPatience {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	if err != nil {
		return nil, fmt.Errorf("remove the snapshot: %w", err)
	}
	for _, file := range []string{name, name + unfinished} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(fmt.Errorf("remove the snapshot: %w", err), keep())
		}
	}
	return keep, nil
}
