package telegram

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"policybot/retrieval"
)

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
