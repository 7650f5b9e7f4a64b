package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

const (
	// clerkRetry is how long the clerk waits after a failure, and clerkTries
	// how often it reads a batch before it says so.
	clerkRetry = 3 * time.Second
	clerkTries = 3
	// progressGap is between two edits that show how far something is.
	progressGap = 2 * time.Second
	// tidyEvery is how often what is over is removed.
	tidyEvery = 6 * time.Hour
)

// clerk reads the batches that are whole, one after the other, until idle
// ends; work may go on for the time that ends with ctx.
func (b *Bot) clerk(idle, ctx context.Context) {
	failures := map[int64]int{}
	var tidied time.Time
	for idle.Err() == nil {
		if now := time.Now(); now.Sub(tidied) > tidyEvery {
			tidied = now
			b.tidyUploads(ctx)
		}
		wait, err := b.readDue(ctx, failures)
		if err != nil && ctx.Err() == nil {
			b.Log.Error("what admins sent could not be read, trying again", "err", err)
			wait = clerkRetry
		}
		timer := time.NewTimer(wait)
		select {
		case <-idle.Done():
		case <-b.office.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// readDue reads every batch that is whole and says when to look again.
func (b *Bot) readDue(ctx context.Context, failures map[int64]int) (next time.Duration, err error) {
	next = tidyEvery
	waiting, err := b.store.uploadsIn(ctx, stateReceiving)
	if err != nil {
		return next, err
	}
	for _, up := range waiting {
		due := up.At
		if up.Album != "" {
			due = due.Add(albumQuiet)
		}
		if left := time.Until(due); left > 0 || up.Message == 0 || b.office.isLoading(up.ID) {
			if left > 0 {
				next = min(next, left)
			}
			continue
		}
		err := b.readUpload(ctx, up.ID)
		if ctx.Err() != nil {
			return next, ctx.Err()
		}
		if err == nil {
			delete(failures, up.ID)
			continue
		}
		b.Log.Error("an upload could not be read", "upload", up.ID, "err", err)
		if failures[up.ID]++; failures[up.ID] < clerkTries && !errors.Is(err, errPanic) {
			next = min(next, clerkRetry)
			continue
		}
		delete(failures, up.ID)
		if err := b.giveUp(ctx, up.ID, err); err != nil {
			return next, err
		}
	}
	return next, nil
}

// giveUp shows that a batch cannot be read now, with a button to try again.
func (b *Bot) giveUp(ctx context.Context, id int64, cause error) error {
	up, err := b.store.upload(ctx, id)
	if err != nil {
		return err
	}
	w := officeWords(wordsIn(up.Lang))
	why := w.Stuck
	if errors.Is(cause, db.ErrFull) {
		why = w.DiskFull
	}
	up.State, up.Pages = stateReady, []styled{plainly(why)}
	for i := range up.Files {
		up.Files[i].Problem = either(up.Files[i].Problem, w.NotRead)
	}
	if err := b.showUpload(ctx, up, 0); err != nil {
		return err
	}
	_, err = b.store.step(ctx, up, stateReceiving, nil, 0)
	return err
}

// readUpload reads a batch, dry, and shows what publishing it would change.
func (b *Bot) readUpload(ctx context.Context, id int64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.Error("panic while reading an upload", "upload", id, "cause", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	up, err := b.store.upload(ctx, id)
	if err != nil || up.State != stateReceiving {
		return err
	}
	up.State = stateReady
	found, err := b.dryRun(ctx, &up)
	if err != nil {
		return err
	}
	up.Pages = dryPages(wordsIn(up.Lang), up, found)
	if len(up.takes()) == 0 || found.same() {
		up.State = stateDiscarded
	}
	if err := b.showUpload(ctx, up, 0); err != nil {
		return err
	}
	_, err = b.store.step(ctx, up, stateReceiving, nil, 0)
	return err
}

// dry is what a dry run of a batch found.
type dry struct {
	report ingest.Report
	read   map[string]outline // by name
	known  map[string]retrieval.Known
}

// An outline is what a dry run shows of a file. It shares no memory with the
// text, which may be large, as may all of a batch.
type outline struct {
	meta     retrieval.Meta
	passages int
	removed  []retrieval.Removed
	begins   string
}

func outlineOf(c retrieval.Content) outline {
	o := outline{meta: c.Meta, passages: len(c.Passages), begins: strings.Clone(clip(oneLine(c.Text[:min(len(c.Text), 8*maxShown)]), maxShown))}
	for _, f := range o.meta.Fields() {
		f.Value, f.From = strings.Clone(f.Value), ""
	}
	o.meta.Replaces = nil
	for _, f := range c.Meta.Replaces {
		o.meta.Replaces = append(o.meta.Replaces, retrieval.Field{Value: strings.Clone(f.Value)})
	}
	for _, r := range c.Removed {
		r.Text = strings.Clone(clip(oneLine(r.Text[:min(len(r.Text), 8*maxSample)]), 2*maxSample))
		o.removed = append(o.removed, r)
	}
	return o
}

// same reports whether publishing would change nothing.
func (d dry) same() bool {
	for _, f := range d.report.Files {
		if f.Status != ingest.Unchanged && f.Status != ingest.Failed && f.Status != ingest.Skipped {
			return f.Status == ingest.Retired && f.Passages == 0
		}
	}
	return true
}

// dryRun reads the files of a batch as if they were in the folder of the
// uploads, and notes in up what is wrong with them and which revisions they
// were compared with.
func (b *Bot) dryRun(ctx context.Context, up *upload) (found dry, err error) {
	w := officeWords(wordsIn(up.Lang))
	found = dry{read: map[string]outline{}}
	if found.known, err = b.knownUploads(ctx); err != nil {
		return found, err
	}
	b.lostFiles(w, up)
	if err := b.bringSidecars(up); err != nil {
		return found, err
	}
	names := up.takes()
	if len(names) == 0 {
		return found, nil
	}
	o := b.syncOptions(*up, names)
	o.DryRun = true
	o.Read = func(name string, c retrieval.Content) { found.read[name] = outlineOf(c) }
	o.Progress = b.progress(ctx, *up, w.Reading)
	if found.report, err = ingest.Sync(ctx, b.Office.Library, b.Office.Embedder, o); err != nil {
		return found, err
	}
	status := map[string]ingest.File{}
	for _, f := range found.report.Files {
		status[f.Path] = f
	}
	for i, f := range up.Files {
		if f.Problem != "" || f.sides() {
			continue
		}
		s := status[f.Name]
		up.Files[i].Document, up.Files[i].Base = s.Doc, found.known[f.Name].Revision
		if s.Status == ingest.Failed || s.Status == ingest.Skipped || s.Status == "" {
			up.Files[i].Problem = w.unread(either(s.Reason, string(s.Status)))
		}
	}
	return found, nil
}

// syncOptions are those for the files of a batch in its folder.
func (b *Bot) syncOptions(up upload, names []string) ingest.Options {
	o := ingest.Options{Source: UploadSource, Root: b.Office.Uploads}
	for _, name := range names {
		o.Paths = append(o.Paths, filepath.Join(b.batchDir(up.ID, comingDir), name))
	}
	return o
}

// knownUploads are the documents that admins sent before, by name.
func (b *Bot) knownUploads(ctx context.Context) (map[string]retrieval.Known, error) {
	list, err := b.Office.Library.Known(ctx, UploadSource)
	known := map[string]retrieval.Known{}
	for _, k := range list {
		known[k.Path] = k
	}
	return known, err
}

// lostFiles marks files that are not in the batch's folder any more, and those
// that tell of a document which is not there.
func (b *Bot) lostFiles(w *adminWords, up *upload) {
	dir := b.batchDir(up.ID, comingDir)
	for i, f := range up.Files {
		if f.Problem != "" {
			continue
		}
		if _, err := os.Lstat(filepath.Join(dir, f.Name)); err != nil {
			up.Files[i].Problem = w.FileKept
		} else if f.sides() && !tellsOf(f.Name, up.takes()) {
			up.Files[i].Problem = w.SideAlone
		}
	}
}

// tellsOf reports whether a sidecar tells of one of the files.
func tellsOf(side string, names []string) bool {
	for _, name := range names {
		for _, s := range sidecarsFor(name) {
			if side == s {
				return true
			}
		}
	}
	return false
}

// sidecarsFor are the names that a file may have which tells of another.
func sidecarsFor(name string) (out []string) {
	for _, stem := range []string{name, name[:len(name)-len(filepath.Ext(name))]} {
		for _, end := range []string{".meta.yaml", ".meta.yml", ".meta.json"} {
			if ingest.IsSidecar(stem + end) {
				out = append(out, stem+end)
			}
		}
	}
	return out
}

// bringSidecars copies what tells of the version before of a document beside
// the new one, unless something came with it.
func (b *Bot) bringSidecars(up *upload) error {
	for _, name := range up.takes() {
		sides := sidecarsFor(name)
		came := false
		for _, side := range sides {
			_, err := os.Lstat(filepath.Join(b.batchDir(up.ID, comingDir), side))
			came = came || err == nil
		}
		for _, side := range sides {
			if came {
				break
			}
			err := copyFile(filepath.Join(b.Office.Uploads, side), filepath.Join(b.batchDir(up.ID, comingDir), side))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// progress shows in a batch's message how far its reading is, as often as the
// chat's pace has room for it.
func (b *Bot) progress(ctx context.Context, up upload, words func(e ingest.Event) string) func(ingest.Event) {
	last := time.Now()
	return func(e ingest.Event) {
		if e.Total < 2 || time.Since(last) < progressGap {
			return
		}
		chat := b.moved(up.Chat)
		pace := b.pacer.of(chat)
		if !b.pacer.tryEnter(pace, edits, false) {
			return
		}
		defer b.pacer.leave(pace, edits)
		last = time.Now()
		if params, err := editParams(chat, up.Message, plainly(words(e))); err == nil {
			_, _ = b.once(ctx, pace, "editMessageText", params, nil) // the result itself will tell
		}
	}
}
