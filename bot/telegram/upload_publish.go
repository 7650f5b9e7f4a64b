package telegram

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

// pressUpload deals with the buttons under a batch.
func (b *Bot) pressUpload(ctx context.Context, u turn, c *callback, p press) error {
	w := officeWords(u.words)
	up, err := b.store.upload(ctx, int64(p.N))
	if p.Act == actPage {
		up, err = b.uploadOfPage(ctx, p)
	}
	if errors.Is(err, errNoUpload) || err == nil && up.Chat != u.place.Chat {
		b.acknowledge(ctx, c.ID, u.words.OldButton)
		return b.store.finish(ctx, u.id, "done")
	}
	if err != nil {
		return err
	}
	up.Message = c.Message.ID
	b.acknowledge(ctx, c.ID, w.noteOf(up.State, p.Act))
	switch {
	case p.Act == actPublish && (up.State == stateReady || up.State == statePublishing):
		err = b.atDesk(ctx, u, up, b.publish)
	case p.Act == actUndo && (up.State == statePublished || up.State == stateUndoing):
		err = b.atDesk(ctx, u, up, b.undo)
	case p.Act == actDiscard && up.State == stateReady:
		err = b.discard(ctx, u, up)
	case p.Act == actReread && up.State == stateReady, p.Act == actPage && up.State == stateReady && len(up.Pages) == 0:
		err = b.reread(ctx, u, up)
	case up.State == stateReady && p.Act == actPage:
		err = b.showUpload(ctx, up, p.N)
	case up.State != stateReceiving: // the deed was done before; show what came of it
		err = b.showUpload(ctx, up, 0)
	}
	if err != nil {
		return err
	}
	return b.store.finish(ctx, u.id, "done")
}

// atDesk does to a batch what one admin at a time may do: so the next one sees
// what the one before changed.
func (b *Bot) atDesk(ctx context.Context, u turn, up upload, do func(context.Context, turn, upload) error) error {
	select {
	case b.office.desk <- struct{}{}:
	default:
		if err := b.replace(ctx, u.place, up.Message, plainly(officeWords(u.words).Busy), nil); err != nil {
			return err
		}
		leave, err := enter(ctx, b.office.desk)
		if err != nil {
			return err
		}
		defer leave()
		return do(ctx, u, up)
	}
	defer func() { <-b.office.desk }()
	return do(ctx, u, up)
}

// publish makes a batch part of the corpus. Where another admin changed one of
// its documents since the dry run, it is read again instead.
func (b *Bot) publish(ctx context.Context, u turn, up upload) error {
	w := officeWords(wordsIn(up.Lang))
	if up.State == stateReady {
		known, err := b.knownUploads(ctx)
		if err != nil {
			return err
		}
		for _, f := range up.Files {
			if f.Problem == "" && !f.sides() && known[f.Name].Revision != f.Base {
				if err := b.replace(ctx, u.place, up.Message, plainly(fmt.Sprintf(w.Overtaken, f.Name)), nil); err != nil {
					return err
				}
				return b.reread(ctx, u, up)
			}
		}
		now, err := b.Office.Library.Current(ctx)
		if err != nil {
			return err
		}
		up.State, up.Before, up.After, up.Pages = statePublishing, now.Version, 0, nil
		if moved, err := b.store.step(ctx, up, stateReady, &AuditEntry{Who: u.who.ID, What: "publish"}, u.id); err != nil || !moved {
			return err
		}
	}
	if err := b.replace(ctx, u.place, up.Message, plainly(w.Publishing), nil); err != nil {
		return err
	}
	if err := b.publishFiles(ctx, u, &up); err != nil {
		return b.backOut(ctx, u, up, stateReady, err)
	}
	up.State = statePublished
	if _, err := b.store.step(ctx, up, statePublishing, &AuditEntry{Who: u.who.ID, What: "publish"}, u.id); err != nil {
		return err
	}
	b.searched(ctx)
	return b.showUpload(ctx, up, 0)
}

// publishFiles ingests the files of a batch and moves them into the folder of
// the uploads. Both do nothing the second time.
func (b *Bot) publishFiles(ctx context.Context, u turn, up *upload) error {
	w := officeWords(wordsIn(up.Lang))
	var coming []string
	for _, name := range up.takes() {
		if _, err := os.Lstat(filepath.Join(b.batchDir(up.ID, comingDir), name)); err == nil {
			coming = append(coming, name)
		}
	}
	if len(coming) > 0 {
		o := b.syncOptions(*up, coming)
		o.Progress = b.progress(ctx, *up, w.Publish)
		err := b.inTurn(ctx, u, up.Message, func() error {
			_, err := ingest.Sync(ctx, b.Office.Library, b.Office.Embedder, o)
			return err
		})
		if err != nil {
			return err
		}
	}
	return b.settleIn(ctx, up)
}

// published reports whether the corpus has the files of a batch, and not what
// was there when they were read.
func (b *Bot) published(ctx context.Context, up upload) (bool, error) {
	known, err := b.knownUploads(ctx)
	for _, f := range up.Files {
		if k, ok := known[f.Name]; f.Problem == "" && !f.sides() && (!ok || k.Revision == f.Base) {
			return false, err
		}
	}
	return err == nil, err
}

// settleIn notes what became of the files of a batch that were ingested, and
// moves them to where they belong.
func (b *Bot) settleIn(ctx context.Context, up *upload) error {
	known, err := b.knownUploads(ctx)
	if err != nil {
		return err
	}
	now, err := b.Office.Library.Current(ctx)
	if err != nil {
		return err
	}
	up.After = now.Version
	for i, f := range up.Files {
		if k, ok := known[f.Name]; ok && f.Problem == "" && !f.sides() {
			up.Files[i].Document, up.Files[i].Revision = k.ID, k.Revision
		}
	}
	return b.moveIn(*up)
}

// inTurn does work that only one ingest at a time may do: it waits, and says
// so, while another runs.
func (b *Bot) inTurn(ctx context.Context, u turn, message int, work func() error) error {
	told := false
	for wait := range backoff() {
		err := work()
		if !errors.Is(err, retrieval.ErrIngesting) {
			return err
		}
		if !told && message != 0 {
			told = true
			if err := b.replace(ctx, u.place, message, plainly(officeWords(u.words).Busy), nil); err != nil {
				return err
			}
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// backOut puts a batch back into the state before a deed that failed, and says
// so; after ctx ends the deed goes on with the next start.
func (b *Bot) backOut(ctx context.Context, u turn, up upload, to string, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.Log.Error("an admin's files could not be published or taken back", "upload", up.ID, "err", cause)
	w := officeWords(wordsIn(up.Lang))
	from := up.State
	why := w.Stuck
	if errors.Is(db.Explain(cause), db.ErrFull) {
		why = w.DiskFull
	}
	up.State = to
	if _, err := b.store.step(ctx, up, from, nil, u.id); err != nil {
		return err
	}
	t, keys := b.viewUpload(up, 0)
	var out styled
	out.add(bold, why)
	out.add(0, "\n\n")
	return b.replace(ctx, u.place, up.Message, append(out, t...).split(maxUnits)[0], keys)
}

// moveIn moves the files of a batch into the folder of the uploads, and what
// they replace out of it.
func (b *Bot) moveIn(up upload) error {
	coming, gone := b.batchDir(up.ID, comingDir), b.batchDir(up.ID, goneDir)
	if err := os.MkdirAll(gone, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(coming)
	if err != nil {
		return err
	}
	for _, f := range files {
		at := filepath.Join(b.Office.Uploads, f.Name())
		if f.Name()[0] == '.' || !up.has(f.Name()) {
			continue
		}
		if err := os.Rename(at, filepath.Join(gone, f.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := os.Rename(filepath.Join(coming, f.Name()), at); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether a file belongs to what the batch publishes: a document,
// or what came with it and tells of one.
func (up upload) has(name string) bool {
	for _, f := range up.Files {
		if f.Name == name {
			return f.Problem == ""
		}
	}
	return false
}

// moveOut is moveIn, undone.
func (b *Bot) moveOut(up upload) error {
	coming, gone := b.batchDir(up.ID, comingDir), b.batchDir(up.ID, goneDir)
	for _, f := range up.Files {
		if f.Problem != "" {
			continue
		}
		at, new, old := filepath.Join(b.Office.Uploads, f.Name), filepath.Join(coming, f.Name), filepath.Join(gone, f.Name)
		if _, err := os.Lstat(new); errors.Is(err, os.ErrNotExist) {
			if err := os.Rename(at, new); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		if err := os.Rename(old, at); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// undo takes a batch back: its documents are what they were before, unless
// somebody changed them since.
func (b *Bot) undo(ctx context.Context, u turn, up upload) error {
	w := officeWords(wordsIn(up.Lang))
	var ids []string
	known, err := b.knownUploads(ctx)
	if err != nil {
		return err
	}
	for _, f := range up.Files {
		if f.Document == "" || f.Problem != "" {
			continue
		}
		ids = append(ids, f.Document)
		if k := known[f.Name]; up.State == statePublished && (k.ID != f.Document || k.Revision != f.Revision) {
			t, keys := b.viewUpload(up, 0)
			t.add(0, "\n\n")
			t.add(bold, fmt.Sprintf(w.ChangedSince, f.Name))
			return b.replace(ctx, u.place, up.Message, t, keys)
		}
	}
	if up.State == statePublished {
		up.State = stateUndoing
		if moved, err := b.store.step(ctx, up, statePublished, &AuditEntry{Who: u.who.ID, What: "undo"}, u.id); err != nil || !moved {
			return err
		}
	}
	err = b.inTurn(ctx, u, up.Message, func() error {
		if len(ids) == 0 {
			return nil
		}
		r, err := ingest.Rollback(ctx, b.Office.Library, b.Office.Embedder, up.Before, nil, ids...)
		up.After = r.After.Version
		return err
	})
	if err == nil {
		err = b.moveOut(up)
	}
	if err != nil {
		return b.backOut(ctx, u, up, statePublished, err)
	}
	up.State = stateUndone
	if _, err := b.store.step(ctx, up, stateUndoing, &AuditEntry{Who: u.who.ID, What: "undo"}, u.id); err != nil {
		return err
	}
	b.searched(ctx)
	return b.showUpload(ctx, up, 0)
}

// discard forgets a batch that was not published.
func (b *Bot) discard(ctx context.Context, u turn, up upload) error {
	up.State, up.Pages = stateDiscarded, nil
	if _, err := b.store.step(ctx, up, stateReady, &AuditEntry{Who: u.who.ID, What: "discard"}, u.id); err != nil {
		return err
	}
	if err := os.RemoveAll(b.batchDir(up.ID, "")); err != nil {
		b.Log.Warn("the files of a discarded upload were not removed", "err", err)
	}
	return b.showUpload(ctx, up, 0)
}

// reread has the clerk read a batch again.
func (b *Bot) reread(ctx context.Context, _ turn, up upload) error {
	w := officeWords(wordsIn(up.Lang))
	up.State, up.Pages, up.At = stateReceiving, nil, time.Now()
	for i, f := range up.Files {
		if f.Problem == w.NotRead {
			up.Files[i].Problem = ""
		}
	}
	_, err := b.store.step(ctx, up, stateReady, nil, 0)
	b.office.look()
	return err
}
