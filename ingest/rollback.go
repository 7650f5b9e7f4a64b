package ingest

import (
	"context"
	"fmt"
	"strings"

	"policybot/retrieval"
)

// A Reverted says what a rollback did.
type Reverted struct {
	Before   retrieval.Corpus `json:"before"`
	After    retrieval.Corpus `json:"after"` // equal to Before when nothing had to change
	Embedded int              `json:"embedded"`
}

// Rollback publishes a new corpus that holds what an earlier version held: the
// same documents in the same revisions, searched or withdrawn as they were.
// Nothing is lost: the versions since stay, and can be rolled back to in turn.
// Only what was purged does not come back. Passages that the present embedder
// has not seen are embedded. The next sync of a folder makes the corpus again
// what its files are then. When documents are named, by their IDs, the others
// stay as they are now.
func Rollback(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, version int64, progress func(Event), only ...string) (Reverted, error) {
	r, err := rollback(ctx, lib, e, version, progress, only)
	if err != nil {
		return Reverted{}, fmt.Errorf("roll back: %w", err)
	}
	return r, nil
}

func rollback(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, version int64, progress func(Event), only []string) (r Reverted, err error) {
	if progress == nil {
		progress = func(Event) {}
	}
	s := &syncer{lib: lib, embed: e, options: Options{Progress: progress}}
	if s.draft, err = lib.Draft(ctx); err != nil {
		return r, err
	}
	defer s.draft.Close()
	if r.Before, err = lib.Current(ctx); err != nil {
		return r, err
	}
	if err := s.draft.Revert(ctx, version, only...); err != nil {
		return r, err
	}
	if err := s.embedMissing(ctx); err != nil {
		return r, err
	}
	r.Embedded = s.report.Embedded
	cause := fmt.Sprintf("rollback to %d", version)
	if len(only) > 0 {
		cause = fmt.Sprintf("rollback of %s to %d", strings.Join(only, ", "), version)
	}
	r.After, err = s.draft.Publish(ctx, e.Model(), cause)
	return r, err
}
