package retrieval

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// A view is one corpus, ready to be searched; nothing in it changes. Documents
// and passages are numbered from 0. A view that another was made from shares
// its numbers, segments and slices, which only grow: what is gone keeps its
// number, is in no order, and is taken out of all statistics.
type view struct {
	stats     Stats
	documents []*Document
	traits    []traits // of each document
	from      []uint32 // each document's first passage
	passages  []Passage
	docOf     []uint32 // passage -> document
	gaps      []string // behind each passage, see Entry

	segments []*segment
	numbers  []map[string]uint32 // document IDs to numbers, newest map last
	dead     []bool              // by document; nil: none
	gone     []*segment          // the dead documents' words
	order    []uint32            // the living documents, by path
	listed   []*Document         // the same
	ties     tieOrder

	replaced map[*Document]Ending // by other documents
	ends     bool                 // a document has an ending

	body     *lexical // passages
	docs     *lexical // documents
	openings *lexical // documents' titles and first lines
	vectors  *vectors
}

// comparePaths orders documents as a Store does.
func comparePaths(a, b *Document) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID))
}

// newView makes a view of entries, in their order.
func newView(c Corpus, entries iter.Seq2[Entry, error]) (*view, error) {
	v := &view{}
	if err := v.grow(entries); err != nil {
		return nil, err
	}
	v.inOrder()
	v.join(c)
	return v, nil
}

// inOrder says that the documents were read by path, all of them.
func (v *view) inOrder() {
	for d := range v.documents {
		v.order = append(v.order, uint32(d))
	}
}

// grow adds documents to a view that is being made.
func (v *view) grow(entries iter.Seq2[Entry, error]) error { return v.growWith(newBuild(), entries) }

// A segmenter makes segments of documents that come in order, or has them.
type segmenter interface {
	add(d *Document, passages []Passage, vectors [][]float32)
	wait() []*segment
}

// growWith is grow with segments from a segmenter.
func (v *view) growWith(build segmenter, entries iter.Seq2[Entry, error]) error {
	var vecs [][]float32 // of the running document
	var last *Document
	numbers := map[string]uint32{}
	from := len(v.passages) // the first passage of the running document
	finish := func() {
		if last == nil {
			return
		}
		d := uint32(len(v.documents))
		if _, ok := numbers[last.ID]; !ok { // the first part of a document that needs several
			numbers[last.ID] = d
		}
		v.documents, v.traits, v.from = append(v.documents, last), append(v.traits, traitsOf(last)), append(v.from, uint32(from))
		build.add(last, v.passages[from:], vecs)
		from, vecs = len(v.passages), nil
	}
	for e, err := range entries {
		if err == nil && len(v.passages) > 0 && len(e.Vector) != v.dim() {
			err = fmt.Errorf("passage %d has a vector of %d numbers among vectors of %d: ingest again with one embedder", len(v.passages), len(e.Vector), v.dim())
		}
		if err != nil {
			build.wait()
			return err
		}
		if last == nil || e.Doc.ID != last.ID || e.Doc.Revision != last.Revision || len(v.passages)-from == segmentMost {
			finish()
			last = e.Doc
		}
		if len(v.passages) == 0 {
			v.vectors = newVectors([]*block{{dim: len(e.Vector)}}) // of the length that all must have
		}
		v.docOf, v.passages, vecs = append(v.docOf, uint32(len(v.documents))), append(v.passages, e.Passage), append(vecs, e.Vector)
		v.gaps = append(v.gaps, e.Gap)
	}
	finish()
	v.segments = append(slices.Clip(v.segments), build.wait()...)
	if len(numbers) > 0 {
		v.numbers = append(slices.Clip(v.numbers), numbers)
	}
	return nil
}

func (v *view) dim() int { return v.vectors.dim }

// number is the number of a living document, of its first part if it has several.
func (v *view) number(id string) (uint32, bool) {
	for _, m := range slices.Backward(v.numbers) {
		if d, ok := m[id]; ok {
			return d, v.dead == nil || !v.dead[d]
		}
	}
	return 0, false
}

// parts are the numbers of a living document's parts, one after the other.
func (v *view) parts(id string) (from, to uint32) {
	from, ok := v.number(id)
	if !ok {
		return 0, 0
	}
	for to = from + 1; int(to) < len(v.documents) && v.documents[to].ID == id; to++ {
	}
	return from, to
}

// end is the number after a document's last passage.
func (v *view) end(d uint32) int {
	if int(d)+1 < len(v.from) {
		return int(v.from[d+1])
	}
	return len(v.passages)
}

// changed is the view of a corpus in which the documents named are gone and
// entries, by path, have come.
func (v *view) changed(c Corpus, ids []string, entries iter.Seq2[Entry, error]) (*view, error) {
	w := *v
	w.dead = make([]bool, len(v.documents), len(v.documents)+64)
	copy(w.dead, v.dead)
	var dying []uint32
	for _, id := range ids {
		from, to := v.parts(id)
		for d := from; d < to; d++ {
			w.dead[d] = true
			dying = append(dying, d)
		}
	}
	w.bury(dying)
	if err := w.grow(entries); err != nil {
		return nil, err
	}
	w.dead = append(w.dead, make([]bool, len(w.documents)-len(w.dead))...)
	w.arrange(v)
	w.join(c)
	return &w, nil
}

// bury takes the words of documents out of the statistics.
func (v *view) bury(dying []uint32) {
	build := newBuild()
	for _, d := range dying {
		build.add(v.documents[d], v.passages[v.from[d]:v.end(d)], nil)
	}
	v.gone = append(slices.Clip(v.gone), build.wait()...)
}

// arrange puts the documents that v has more than old at their places.
func (v *view) arrange(old *view) {
	v.order = make([]uint32, 0, len(v.documents))
	next := uint32(len(old.documents))
	last := uint32(len(v.documents))
	for _, d := range old.order {
		if v.dead[d] {
			continue
		}
		for next < last && comparePaths(v.documents[next], v.documents[d]) < 0 {
			v.order = append(v.order, next)
			next++
		}
		v.order = append(v.order, d)
	}
	for ; next < last; next++ {
		v.order = append(v.order, next)
	}
	v.ties = tieOrder{v.docOf, make([]uint32, len(v.documents))}
	for place, d := range v.order {
		v.ties.place[d] = uint32(place)
	}
}

// join makes the segments' contents those of the view.
func (v *view) join(c Corpus) {
	living := v.living()
	v.body = newLexical(v.segments, v.gone, func(s *segment) *postings { return &s.body })
	v.docs = newLexical(v.segments, v.gone, func(s *segment) *postings { return &s.docs })
	v.openings = newLexical(v.segments, v.gone, func(s *segment) *postings { return &s.openings })
	v.body.living = living
	var blocks []*block
	for _, s := range v.segments {
		blocks = append(blocks, s.vectors)
	}
	v.vectors = newVectors(blocks)
	v.vectors.ties = v.ties
	v.stats = Stats{Corpus: c, Passages: lengthOf(living)}
	v.listed, v.replaced, v.ends = make([]*Document, 0, len(v.order)), nil, false
	replaces := false
	for _, n := range v.order {
		d := v.documents[n]
		if len(v.listed) > 0 && v.listed[len(v.listed)-1].ID == d.ID {
			continue
		}
		v.listed = append(v.listed, d)
		if date := d.Meta.Date.Value; date != "" {
			if v.stats.From == "" || date < v.stats.From {
				v.stats.From = date
			}
			v.stats.To = max(v.stats.To, date)
		}
		replaces, v.ends = replaces || len(d.Meta.Replaces) > 0, v.ends || d.Meta.Expires.Value != ""
	}
	v.stats.Documents = len(v.listed)
	if replaces {
		v.replaced = replacements(v.listed)
		v.ends = v.ends || len(v.replaced) > 0
	}
}

// living are the passages of living documents.
func (v *view) living() []run {
	rs := []run{{0, len(v.passages)}}
	for d, dead := range v.dead {
		if !dead {
			continue
		}
		from, to := int(v.from[d]), v.end(uint32(d))
		last := &rs[len(rs)-1]
		rest := run{to, last.to}
		if last.to = from; last.from == last.to {
			rs = rs[:len(rs)-1]
		}
		rs = append(rs, rest)
	}
	return rs
}

// When a view gets a merge: small segments cost each question look-ups, dead
// passages are scored in vain.
const (
	mergeAfter = 8 // segments that changes added
	wornShare  = 4 // changed passages are one in so many
)

// merged is the same corpus in fewer segments, or v itself while few changes
// have come since the whole was read, which had base segments. Most merges
// join what changes added; when that is much, everything is made anew.
func (v *view) merged(base int) (*view, int, error) {
	if len(v.segments)-base < mergeAfter && len(v.gone) < 2*mergeAfter {
		return v, base, nil
	}
	docs, passages := 0, 0
	for _, s := range v.segments[:base] {
		docs, passages = docs+len(s.docs.length), passages+len(s.body.length)
	}
	dead := passages
	for _, r := range v.living() {
		dead -= max(0, min(r.to, passages)-r.from)
	}
	if wornShare*(dead+len(v.passages)-passages) > passages {
		docs, passages, base = 0, 0, 0
	}
	w := &view{
		documents: slices.Clone(v.documents[:docs]), traits: slices.Clone(v.traits[:docs]), from: slices.Clone(v.from[:docs]),
		passages: slices.Clone(v.passages[:passages]), docOf: slices.Clone(v.docOf[:passages]), gaps: slices.Clone(v.gaps[:passages]),
		segments: v.segments[:base:base], vectors: v.vectors,
	}
	if base > 0 {
		w.numbers, w.dead = v.numbers[:1:1], slices.Clone(v.dead[:docs])
	}
	var dying []uint32
	for d, dead := range w.dead {
		if dead {
			dying = append(dying, uint32(d))
		}
	}
	w.bury(dying)
	if err := w.grow(v.entries(docs)); err != nil {
		return nil, 0, err
	}
	w.dead = append(w.dead, make([]bool, len(w.documents)-len(w.dead))...)
	w.arrange(&view{documents: w.documents[:docs], order: slices.DeleteFunc(slices.Clone(v.order), func(d uint32) bool { return int(d) >= docs })})
	w.join(v.stats.Corpus)
	if base == 0 {
		base = len(w.segments)
	}
	return w, base, nil
}

// entries are the passages of living documents from number docs on, by path.
func (v *view) entries(docs int) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, d := range v.order {
			if int(d) < docs {
				continue
			}
			for i := int(v.from[d]); i < v.end(d); i++ {
				if !yield(Entry{Passage: v.passages[i], Doc: v.documents[d], Vector: v.vectors.vector(i), Gap: v.gaps[i]}, nil) {
					return
				}
			}
		}
	}
}
