package main

import (
	"context"
	"errors"

	"policybot/ingest"
	"policybot/retrieval"
)

// watch ingests whenever the files under o.Paths change, until ctx ends, and
// prints each report that has news.
func (p *program) watch(ctx context.Context, o ingest.Options) error {
	ingest.DefaultWatch.Run(ctx, o.Paths, func(ctx context.Context) error {
		r, err := p.sync(ctx, o)
		if err == nil && (r.After != r.Before || r.Count(ingest.Failed) > 0) {
			err = p.tellSync(r)
		}
		if err != nil && ctx.Err() == nil {
			report(p.stderr, err)
		}
		return err
	})
	return nil
}

// watchBeside is watch for a server, which logs what happens. Its own search
// takes over what was published as if another process had.
func (p *program) watchBeside(ctx context.Context, paths []string) {
	ingest.DefaultWatch.Run(ctx, paths, func(ctx context.Context) error {
		r, err := p.sync(ctx, ingest.Options{Paths: paths, Progress: func(ingest.Event) {}})
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, retrieval.ErrIngesting):
			p.log.Debug("another ingest is running; the folders are read again soon")
		case err != nil:
			p.log.Error("the folders could not be read again", "error", err)
		case r.After != r.Before || r.Count(ingest.Failed) > 0:
			p.log.Info("the folders were read again", "corpus", r.After.Version, "added", r.Count(ingest.Added), "changed", r.Count(ingest.Changed),
				"removed", r.Count(ingest.Removed), "failed", r.Count(ingest.Failed))
		}
		return err
	})
}
