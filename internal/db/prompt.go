package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
)

const (
	// flushEvery bounds what a power cut undoes of commits that nobody flushed.
	flushEvery = time.Second
	// moveEvery is how often the log is moved into the file, and moveAt the
	// growth of the log in bytes at which that does not wait. A commit after it
	// flushes the head of the log that it begins anew, so more often is no gain.
	moveEvery = 30 * time.Second
	moveAt    = 16 << 20
	// mostLog is the length in bytes at which writers wait until the log begins
	// anew; below it, that happens in a moment when nobody writes.
	mostLog = 64 << 20
	// clockStep is more than a step of any file system's clock but FAT's: what
	// was written within it may bear the time of what came before.
	clockStep = 100 * time.Millisecond
)

// Prompt opens the database of conn once more, for changes that somebody waits
// for: no commit waits for the disk. What is committed survives the program,
// however it ends; Flush makes it survive a power cut too, and what nobody
// flushes is flushed within a second or so. A power cut undoes the last commits
// alone, never one without those after it. Moving the log into the file, which
// takes a commit now and then a hundred times as long, is done behind. The
// caller closes it, before conn.
func Prompt(conn *sql.DB) (*sql.DB, error) {
	q, ok := conn.Driver().(queue)
	if !ok {
		return nil, errors.New("open promptly: the database was not opened by this package")
	}
	writer, err := sqlite.NewConnector(dsn(q.file, busyTimeout, "NORMAL", "wal_autocheckpoint(0)",
		fmt.Sprintf("journal_size_limit(%d)", mostLog)))
	if err != nil {
		return nil, fmt.Errorf("open promptly: %w", err)
	}
	mover, err := sqlite.NewConnector(dsn(q.file, 0, "NORMAL"))
	if err != nil {
		return nil, fmt.Errorf("open promptly: %w", err)
	}
	q.Connector = writer
	p := &prompt{queue: q, mover: sql.OpenDB(mover)}
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	p.ended.Go(func() { p.look(ctx) })
	out := sql.OpenDB(p)
	out.SetMaxIdleConns(8)
	return out, nil
}

// A prompt is Prompt's connector, with what looks after the log behind it.
type prompt struct {
	queue
	mover *sql.DB
	stop  func()
	ended sync.WaitGroup

	flushed, moved state // of the log when that was done last
	movedAt        time.Time
}

// A state of the log tells whether somebody wrote since.
type state struct {
	size    int64
	changed time.Time
}

// Close ends the looking after; database/sql calls it when the database closes.
func (p *prompt) Close() error {
	p.stop()
	p.ended.Wait()
	return p.mover.Close()
}

func (p *prompt) look(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			p.settle(ctx, now)
		}
	}
}

// settle flushes the log, and moves it into the file, when it is time. What
// fails is tried again: whoever needs the disk hears of it himself.
func (p *prompt) settle(ctx context.Context, now time.Time) {
	info, err := os.Stat(p.log.file)
	if err != nil {
		return
	}
	s := state{info.Size(), info.ModTime()}
	if s != p.flushed && p.log.flush() == nil && now.Sub(s.changed) > clockStep {
		p.flushed = s
	}
	due := now.Sub(p.movedAt) >= moveEvery || s.size-p.moved.size >= moveAt
	if s != p.moved && due && p.move(ctx) == nil {
		p.moved, p.movedAt = s, now
	}
}

// move moves into the file what readers allow, beside all writers. When it
// never comes to an end that way, the writers of this process wait for the
// rest.
func (p *prompt) move(ctx context.Context) error {
	frames, err := p.checkpoint(ctx, "PASSIVE")
	if err != nil || frames < mostLog/pageSize {
		return err
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = p.checkpoint(ctx, "RESTART")
	return err
}

func (p *prompt) checkpoint(ctx context.Context, mode string) (frames int, err error) {
	var busy, moved int
	err = p.mover.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &moved)
	return frames, err
}

// pageSize is SQLite's own choice for new files: https://www.sqlite.org/pgszchng2016.html.
const pageSize = 4096

// Flush makes everything that was committed on conn until now survive a power
// cut. Callers who come at the same time share one flush of the disk. On a
// database whose commits are flushed one by one, and on one where nothing is
// (PRAGMA synchronous), it does nothing.
func Flush(ctx context.Context, conn *sql.DB) error {
	q, ok := conn.Driver().(queue)
	if !ok {
		return errors.New("flush: the database was not opened by this package")
	}
	var synchronous int
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("flush: %w", Explain(err))
	}
	if synchronous != 1 { // NORMAL
		return nil
	}
	if err := q.log.flush(); err != nil {
		return fmt.Errorf("flush: %w", Explain(err))
	}
	return nil
}

// A wal is the write-ahead log beside the database file.
type wal struct {
	file           string
	asked, flushed atomic.Uint64
	flushing       sync.Mutex
}

// flush flushes the log, unless somebody began to after this was called.
func (w *wal) flush() error {
	turn := w.asked.Add(1)
	w.flushing.Lock()
	defer w.flushing.Unlock()
	if w.flushed.Load() >= turn {
		return nil
	}
	all := w.asked.Load()
	// SQLite locks other files than the log, so closing it here drops no lock.
	f, err := os.OpenFile(w.file, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // whoever removed it moved it into the file and flushed that
	}
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	w.flushed.Store(all)
	return nil
}
