package retrieval

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"policybot/internal/places"
)

// How much a passage's neighbourhood counts beside its own BM25 score. The
// values were chosen on public questions about government documents; around
// them the results change little.
const (
	singleWeight   = 0.5  // a single character against a pair or word
	headingWeight  = 0.5  // a term in the headings above a passage against one in it
	officialWeight = 0.5  // a term that officials use for the question's words, shared out among them
	docWeight      = 0.7  // the score of the whole document, lent to its passages
	openingWeight  = 0.2  // the score of its title and first lines, likewise
	openingRunes   = 120  // how much counts as first lines
	hashedWeight   = 0.05 // cosine of hashed vectors: they only know words again
	neuralWeight   = 0.6  // cosine of a model's vectors
	minPool        = 100  // candidates that each side gives to the fusion
)

// An Index is the searched view of one corpus, in memory. It is safe for
// concurrent use; Load swaps the view while searches go on in the old one.
type Index struct {
	emb  Embedder
	view atomic.Pointer[view]
}

// NewIndex returns an empty index. Questions are embedded by emb, which must
// be the embedder of the corpora that are loaded.
func NewIndex(emb Embedder) *Index {
	x := &Index{emb: emb}
	v := &view{}
	v.join(nil)
	x.view.Store(v)
	return x
}

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
func (x *Index) Documents() []*Document { return x.view.Load().documents }

// Rarity says how rare the words of s are among the passages: 0 for what
// stands in every one, 1 for what stands in none, the mean for several.
func (x *Index) Rarity(s string) float64 {
	v := x.view.Load()
	top := v.body.idf(0)
	var sum, n float64
	eachTerm(s, func(t term) {
		if !t.single() || utf8.RuneCountInString(s) == 1 {
			sum += v.body.idf(v.body.df(t)) / top
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
	d, ok := v.byID[docID]
	if !ok {
		return false
	}
	all := true
	eachTerm(s, func(t term) {
		all = all && (t.single() || v.docs.has(t, d))
	})
	return all
}

// Load makes the newest corpus of store the searched one. It fails, and leaves
// the old view in place, when the corpus was embedded by another embedder.
func (x *Index) Load(ctx context.Context, store Store) error {
	c, err := store.Current(ctx)
	if err != nil {
		return fmt.Errorf("reading the current corpus: %w", err)
	}
	if c.Version == 0 {
		return nil
	}
	return x.LoadEntries(ctx, c, store.Entries(ctx, c.Version))
}

// LoadEntries makes the given passages the searched corpus.
func (x *Index) LoadEntries(ctx context.Context, c Corpus, entries iter.Seq2[Entry, error]) error {
	if c.Embedder != x.emb.Model() {
		return fmt.Errorf("corpus %d was embedded by %s, the configured embedder is %s: run ingest again", c.Version, c.Embedder, x.emb.Model())
	}
	v, err := newView(ctx, c, entries)
	if err != nil {
		return fmt.Errorf("loading corpus %d: %w", c.Version, err)
	}
	x.view.Store(v)
	return nil
}

// A view is one corpus, ready to be searched; nothing in it changes. Documents
// and passages are numbered from 0, in the order of document path and offset.
type view struct {
	stats     Stats
	documents []*Document
	byID      map[string]int
	places    []places.Place // of each document
	passages  []Passage
	docOf     []uint32 // passage -> document

	body     *lexical // passages
	docs     *lexical // documents
	openings *lexical // documents' titles and first lines
	vectors  *vectors
}

func newView(ctx context.Context, c Corpus, entries iter.Seq2[Entry, error]) (*view, error) {
	v := &view{byID: map[string]int{}}
	var vecs [][]float32 // of the running document
	var last *Document
	build := newBuild(ctx)
	dim := 0
	from := 0 // the first passage of the running document
	finish := func() {
		if last != nil {
			v.addDocument(last)
			build.add(last, v.passages[from:], vecs)
			from, vecs = len(v.passages), nil
		}
	}
	for e, err := range entries {
		if len(v.passages) == 0 {
			dim = len(e.Vector)
		}
		if err == nil && len(e.Vector) != dim {
			err = fmt.Errorf("passage %d has a vector of %d numbers among vectors of %d: ingest again with one embedder", len(v.passages), len(e.Vector), dim)
		}
		if err != nil {
			build.group.Wait()
			return nil, err
		}
		if last == nil || e.Doc.ID != last.ID || len(v.passages)-from == segmentMost {
			finish()
			last = e.Doc
		}
		v.docOf = append(v.docOf, uint32(len(v.documents)))
		v.passages = append(v.passages, e.Passage)
		vecs = append(vecs, e.Vector)
	}
	finish()
	segments, err := build.wait()
	if err != nil {
		return nil, err
	}
	v.join(segments)
	v.stats.Corpus, v.stats.Documents, v.stats.Passages = c, len(v.documents), len(v.passages)
	return v, nil
}

// join makes the segments' postings those of the view.
func (v *view) join(segments []*segment) {
	v.body = newLexical(segments, func(s *segment) *postings { return &s.body })
	v.docs = newLexical(segments, func(s *segment) *postings { return &s.docs })
	v.openings = newLexical(segments, func(s *segment) *postings { return &s.openings })
	var blocks []*block
	for _, s := range segments {
		blocks = append(blocks, s.vectors)
	}
	v.vectors = newVectors(blocks)
}

func (v *view) addDocument(d *Document) {
	v.byID[d.ID] = len(v.documents)
	v.documents = append(v.documents, d)
	v.places = append(v.places, d.Meta.Jurisdiction())
	if date := d.Meta.Date.Value; date != "" {
		if v.stats.From == "" || date < v.stats.From {
			v.stats.From = date
		}
		v.stats.To = max(v.stats.To, date)
	}
}

// Search finds the passages for q, best first, at most q.K. The order is total:
// passages with equal scores stand in the order of document and offset.
func (x *Index) Search(ctx context.Context, q Query) ([]Hit, error) {
	v := x.view.Load()
	if len(v.passages) == 0 || q.K <= 0 || utf8.RuneCountInString(strings.TrimSpace(q.Text)) == 0 {
		return nil, nil
	}
	qvec, err := x.emb.EmbedQuery(ctx, q.Text)
	if err != nil {
		return nil, fmt.Errorf("embedding the question: %w", err)
	}
	weight := neuralWeight
	if _, ok := x.emb.(Hashed); ok {
		weight = hashedWeight
	}
	return v.search(ctx, q, qvec, weight)
}
