package telegram

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"policybot/retrieval"
)

// stuckAfter is when a deed that nobody does any more is given up: what a
// panic cut short.
const stuckAfter = time.Hour

// releaseUploads puts batches back from deeds that nobody does any more, so
// that they have their buttons again.
func (b *Bot) releaseUploads(ctx context.Context) {
	select {
	case b.office.desk <- struct{}{}:
		defer func() { <-b.office.desk }()
	default:
		return // one is being done
	}
	stuck, err := b.store.uploadsIn(ctx, statePublishing, stateUndoing)
	for _, listed := range stuck {
		if time.Since(listed.At) < stuckAfter {
			continue
		}
		var up upload
		if up, err = b.store.upload(ctx, listed.ID); err != nil {
			break
		}
		was := up.State
		up.State = statePublished
		if was == statePublishing {
			var done bool
			if done, err = b.published(ctx, up); err == nil && done {
				err = b.settleIn(ctx, &up) // all but the moving was done
			} else {
				up.State = stateReady
			}
		}
		if err != nil {
			break
		}
		if _, err = b.store.step(ctx, up, was, nil, 0); err == nil {
			err = b.showUpload(ctx, up, 0)
		}
		if err != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		b.Log.Warn("an upload stays as it was cut short", "err", err)
	}
}

// tidyUploads removes what is over: batches on which nobody decided, and the
// files of those that cannot be undone any more.
func (b *Bot) tidyUploads(ctx context.Context) {
	b.dropPurged(ctx)
	all, err := b.store.uploadsIn(ctx, stateReady, stateDiscarded, statePublished, stateUndone)
	if err != nil {
		b.Log.Warn("old uploads were not removed", "err", err)
		return
	}
	b.releaseUploads(ctx)
	for _, up := range all {
		life := officeLife
		if up.State == statePublished || up.State == stateUndone {
			life = undoLife
		}
		if time.Since(up.At) < life+time.Hour {
			continue
		}
		if up.State == stateReady {
			was := up.State
			up.State, up.Pages = stateDiscarded, nil
			if _, err := b.store.step(ctx, up, was, nil, 0); err != nil {
				b.Log.Warn("an old upload was not discarded", "err", err)
				continue
			}
		}
		if err := os.RemoveAll(b.batchDir(up.ID, "")); err != nil {
			b.Log.Warn("the files of an old upload were not removed", "err", err)
		}
	}
}

// dropPurged removes the files of documents that were purged.
func (b *Bot) dropPurged(ctx context.Context) {
	root := b.Office.Uploads
	folders := []string{root}
	for _, which := range []string{comingDir, goneDir} {
		found, _ := filepath.Glob(filepath.Join(root, batchesDir, "*", which)) // the pattern is well-formed
		folders = append(folders, found...)
	}
	err := b.Office.Library.Look(ctx, func(look *retrieval.Lookup) error {
		for _, dir := range folders {
			if err := dropPurgedIn(ctx, look, dir); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		b.Log.Warn("the files of purged documents were not removed", "err", err)
	}
}

func dropPurgedIn(ctx context.Context, look *retrieval.Lookup, dir string) error {
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		purged, err := look.PurgedAs(ctx, UploadSource, f.Name(), "")
		if err == nil && purged != "" {
			err = os.Remove(filepath.Join(dir, f.Name()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
