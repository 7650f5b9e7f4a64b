package retrieval

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
)

// An earlierStore knows what documents said before; *Library is one.
type earlierStore interface {
	Earlier(ctx context.Context, version int64) iter.Seq2[Entry, error]
}

// A past is the view that searches for a date look into: the searched one with
// what its documents said before. It is made when it is first asked for.
type past struct {
	mu    sync.Mutex
	store earlierStore // of the searched view; nil knows nothing more
	of    *view
	view  *view
}

// from is told where the searched views come from.
func (p *past) from(store Store) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.store, _ = store.(earlierStore)
	p.of, p.view = nil, nil
}

// at is the past of a view.
func (p *past) at(ctx context.Context, v *view) (*view, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.store == nil || v.stats.Corpus.Version == 0 {
		return v, nil
	}
	if p.of != v {
		w, err := v.with(p.store.Earlier(ctx, v.stats.Corpus.Version))
		if err != nil {
			return nil, fmt.Errorf("loading what documents said before: %w", err)
		}
		p.of, p.view = v, w
	}
	return p.view, nil
}

// with is v and entries of earlier revisions of its documents, by path, each of
// which the next one ends. It is v itself when there are none. It shares no
// memory that v's successors write to.
func (v *view) with(entries iter.Seq2[Entry, error]) (*view, error) {
	w := *v
	w.documents, w.traits, w.from = slices.Clip(v.documents), slices.Clip(v.traits), slices.Clip(v.from)
	w.passages, w.docOf, w.gaps = slices.Clip(v.passages), slices.Clip(v.docOf), slices.Clip(v.gaps)
	if err := w.grow(entries); err != nil {
		return nil, err
	}
	if len(w.documents) == len(v.documents) {
		return v, nil
	}
	w.dead = make([]bool, len(w.documents))
	copy(w.dead, v.dead)
	w.arrange(v)
	w.join(v.stats.Corpus)
	w.replaced, w.ends = maps.Clone(w.replaced), true
	if w.replaced == nil {
		w.replaced = map[*Document]Ending{}
	}
	versions := map[string][]*Document{} // of a document, newest first
	for _, d := range w.documents[len(v.documents):] {
		of := versions[d.ID]
		if len(of) == 0 {
			n, _ := v.number(d.ID)
			of = []*Document{v.documents[n]}
		}
		if next := of[len(of)-1]; next.Revision != d.Revision {
			w.replaced[d] = Ending{Last: dayBefore(next.Meta.begins()), By: next}
			versions[d.ID] = append(of, d)
		}
	}
	return &w, nil
}
