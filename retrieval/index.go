package retrieval

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// How much a passage's neighbourhood counts beside its own BM25 score. The
// values were chosen on public questions about government documents; around
// them the results change little.
const (
	singleWeight   = 0.9  // a single character against a pair or word
	headingWeight  = 0.5  // a term in the headings above a passage against one in it
	officialWeight = 0.8  // a term that officials use for the question's words, shared out among them
	docWeight      = 0.7  // the score of the whole document, lent to its passages
	openingWeight  = 0.2  // the score of its title and first lines, likewise
	openingRunes   = 120  // how much counts as first lines
	hashedWeight   = 0.05 // cosine of hashed vectors: they only know words again
	neuralWeight   = 1.5  // cosine of a model's vectors
	minPool        = 100  // candidates that each side gives to the fusion
)

// An Index is the searched view of one corpus, in memory. It is safe for
// concurrent use; Load swaps the view while searches go on in the old one.
type Index struct {
	emb Embedder
	now func() time.Time // what is in force is asked as of the day

	reranker Reranker // or nil
	log      *slog.Logger

	view atomic.Pointer[view]
	past past

	loading sync.Mutex // held by one load at a time; it guards what follows
	store   Store      // that the view was read from, if that can tell changes
	base    int        // segments of the view that were read together
	unkept  int        // documents that have changed since the snapshot

	keeping     sync.Mutex // held by one Keep at a time; it guards what follows
	keepsFrom   int        // passages of a view that is kept
	triedInVain bool       // the last Keep failed
}

// NewIndex returns an empty index. Questions are embedded by emb, which must
// be the embedder of the corpora that are loaded.
func NewIndex(emb Embedder) *Index {
	x := &Index{emb: emb, now: time.Now, log: slog.New(slog.DiscardHandler), keepsFrom: snapshotFrom}
	v := &view{}
	v.join(Corpus{})
	x.view.Store(v)
	return x
}

// LogTo says where an index tells what does not fail: it must be called before
// the first Load.
func (x *Index) LogTo(log *slog.Logger) { x.log = log }

// Stats says what an index holds.
type Stats struct {
	Corpus    Corpus
	Documents int
	Passages  int
	From, To  string // the earliest and latest publication date known, or ""
}

// Stats describes the current view.
func (x *Index) Stats() Stats { return x.view.Load().stats }

// Documents are the documents of the current view, in the order of their paths.
func (x *Index) Documents() []*Document { return x.view.Load().listed }

// Rarity says how rare the words of s are among the passages: 0 for what
// stands in every one, 1 for what stands in none, the mean for several.
func (x *Index) Rarity(s string) float64 {
	v := x.view.Load()
	top := v.body.rarity(0)
	var sum, n float64
	eachTerm(s, func(t term) {
		if !t.single() || utf8.RuneCountInString(s) == 1 {
			sum += v.body.rarity(v.body.df(t, math.MaxInt)) / top
			n++
		}
	})
	return sum / max(1, n)
}

// Mentions reports whether a document of the view has all the words of s, each
// character pair and each word of other script, somewhere in its text, title or
// place.
func (x *Index) Mentions(docID, s string) bool {
	v := x.view.Load()
	from, to := v.parts(docID)
	all := from < to
	eachTerm(s, func(t term) {
		if !all || t.single() {
			return
		}
		all = false
		for d := from; d < to; d++ {
			all = all || v.docs.has(t, int(d))
		}
	})
	return all
}

// A changingStore can tell what a corpus has otherwise than an older one;
// *Library is one.
type changingStore interface {
	Store
	Changed(ctx context.Context, from, to int64) (ids []string, err error)
	EntriesOf(ctx context.Context, version int64, ids []string) iter.Seq2[Entry, error]
}

// Load makes the newest corpus of store the searched one. Of a store that was
// loaded before, if it can tell, it reads only what has changed; when changes
// have piled up it then merges them, while the new corpus is searched already.
// It fails, and leaves the old view in place, when the corpus was embedded by
// another embedder.
func (x *Index) Load(ctx context.Context, store Store) error {
	x.loading.Lock()
	defer x.loading.Unlock()
	c, err := store.Current(ctx)
	if err != nil {
		return fmt.Errorf("reading the current corpus: %w", err)
	}
	if c.Version == 0 {
		return nil
	}
	if changing, ok := store.(changingStore); ok && x.store == store {
		if done, err := x.loadChanges(ctx, changing, c, x.view.Load(), x.base); done || err != nil {
			return err
		}
	}
	if done, err := x.loadSnapshot(ctx, store, c); done || err != nil {
		return err
	}
	if err := x.loadEntries(ctx, c, store.Entries(ctx, c.Version)); err != nil {
		return err
	}
	x.readFrom(store)
	return nil
}

// readFrom notes where the view comes from.
func (x *Index) readFrom(store Store) {
	x.past.from(store)
	if _, ok := store.(changingStore); ok {
		x.store = store
	}
}

// loadChanges makes the searched view of v, which had base segments when it was
// read whole, and what has changed since, up to corpus c; done is false when
// that is better read whole.
func (x *Index) loadChanges(ctx context.Context, store changingStore, c Corpus, v *view, base int) (done bool, err error) {
	from := v.stats.Corpus
	if c.Embedder != from.Embedder || c.Version < from.Version {
		return false, nil
	}
	if c == from {
		x.view.Store(v)
		x.base = base
		return true, nil
	}
	ids, err := store.Changed(ctx, from.Version, c.Version)
	if err != nil {
		return false, fmt.Errorf("loading corpus %d: %w", c.Version, err)
	}
	if wornShare*len(ids) > v.stats.Documents+wornShare {
		return false, nil
	}
	w, err := v.changed(c, ids, store.EntriesOf(ctx, c.Version, ids))
	if err != nil {
		return false, fmt.Errorf("loading what changed up to corpus %d: %w", c.Version, err)
	}
	x.view.Store(w)
	x.unkept += len(ids)
	if w, x.base, err = w.merged(base); err != nil {
		return true, fmt.Errorf("merging the changes of corpus %d: %w", c.Version, err)
	}
	x.view.Store(w)
	return true, nil
}

// LoadEntries makes the given passages the searched corpus.
func (x *Index) LoadEntries(ctx context.Context, c Corpus, entries iter.Seq2[Entry, error]) error {
	x.loading.Lock()
	defer x.loading.Unlock()
	return x.loadEntries(ctx, c, entries)
}

func (x *Index) loadEntries(ctx context.Context, c Corpus, entries iter.Seq2[Entry, error]) error {
	if c.Embedder != x.emb.Model() {
		return fmt.Errorf("corpus %d was embedded by %s, the configured embedder is %s: run ingest again", c.Version, c.Embedder, x.emb.Model())
	}
	v, err := newView(c, entries)
	if err != nil {
		return fmt.Errorf("loading corpus %d: %w", c.Version, err)
	}
	x.view.Store(v)
	x.base, x.store, x.unkept = len(v.segments), nil, v.stats.Documents
	x.past.from(nil)
	return nil
}

// Search finds the passages for q, best first, at most q.K. The order is total:
// passages with equal scores stand in the order of document and offset.
func (x *Index) Search(ctx context.Context, q Query) ([]Hit, error) {
	v := x.view.Load()
	if len(v.passages) == 0 || q.K <= 0 || utf8.RuneCountInString(strings.TrimSpace(q.Text)) == 0 {
		return nil, nil
	}
	qvec, weight, err := x.meaning(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("embedding the question: %w", err)
	}
	k := q.K
	reranks := x.reranker != nil && !q.WordsOnly
	if reranks {
		q.K = max(k, rerankDepth)
	}
	s := newSought(q, x.now())
	if s.Filter.AsOf != "" {
		if v, err = x.past.at(ctx, v); err != nil {
			return nil, err
		}
	}
	hits, err := v.search(ctx, s, qvec, weight)
	if err != nil {
		return nil, err
	}
	if reranks {
		hits = x.reranked(ctx, q.Text, hits)
	}
	return hits[:min(k, len(hits))], nil
}
