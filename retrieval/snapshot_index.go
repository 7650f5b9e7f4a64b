package retrieval

import "context"

const (
	// snapshotFrom is from how many passages on a view is kept: to build a
	// smaller one anew takes a tenth of a second.
	snapshotFrom = 2000
	// staleShare is the share of the documents, one in so many, that may change
	// before a snapshot is written anew; a start reads what has changed since.
	staleShare = 32
)

// A keepingStore keeps a snapshot of a view for the next start; *Library is one.
type keepingStore interface {
	changingStore
	snapshot(ctx context.Context) (*view, error)
	keepSnapshot(ctx context.Context, v *view) error
	hasSnapshot() bool
}

// loadSnapshot makes the searched view from the store's snapshot, and what has
// changed since; done is false when that is of no use.
func (x *Index) loadSnapshot(ctx context.Context, store Store, c Corpus) (done bool, err error) {
	keeping, ok := store.(keepingStore)
	if !ok || c.Embedder != x.emb.Model() {
		return false, nil
	}
	v, err := keeping.snapshot(ctx)
	if err != nil {
		x.log.Debug("the index is built anew, not read from its snapshot", "cause", err)
		return false, ctx.Err()
	}
	x.unkept = 0
	if done, err = x.loadChanges(ctx, keeping, c, v, len(v.segments)); done {
		x.readFrom(store)
	}
	return done, err
}

// Keep writes what is searched to a file beside the library, from which the
// next Load takes it many times faster than it is built, where that is worth
// while: for many passages, of which enough have changed since the last time. It
// changes nothing else; an error leaves only the next start as slow as it was.
// Searches and loads go on meanwhile. A Keep that comes during another does
// nothing.
func (x *Index) Keep(ctx context.Context) (err error) {
	if !x.keeping.TryLock() {
		return nil
	}
	defer x.keeping.Unlock()
	x.loading.Lock()
	v, store, base, unkept := x.view.Load(), x.store, x.base, x.unkept
	x.loading.Unlock()
	keeping, ok := store.(keepingStore)
	if !ok || v.stats.Passages < x.keepsFrom || staleShare*unkept < v.stats.Documents && (x.triedInVain || keeping.hasSnapshot()) {
		return nil
	}
	x.loading.Lock()
	x.unkept -= unkept // what comes from here on counts anew
	x.loading.Unlock()
	defer func() { x.triedInVain = err != nil }()
	if len(v.segments) > base || len(v.gone) > 0 {
		if v, err = newView(v.stats.Corpus, v.entries(0)); err != nil {
			return err
		}
	}
	return keeping.keepSnapshot(ctx, v)
}
