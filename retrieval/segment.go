package retrieval

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// segmentPassages is how many passages a segment gets before the next begins.
// Segments are built side by side; more and smaller ones cost a question more
// lookups.
const segmentPassages = 32 << 10

// segmentMost is how many passages or documents a segment can number.
const segmentMost = 1 << 16

// A segment is some documents and their passages as they are searched, both
// numbered from 0. It never changes.
type segment struct {
	words    dictionary
	body     postings // of passages
	docs     postings // of documents
	openings postings // of documents' titles and first lines
	vectors  *block   // of passages
}

// A dictionary numbers terms from 0. It is an open hash table.
type dictionary struct {
	terms []term
	slots []uint32 // number + 1, or 0; their count is a power of two
}

func newDictionary() dictionary { return dictionary{slots: make([]uint32, 1<<10)} }

// reset empties the dictionary, which keeps its memory.
func (d *dictionary) reset() {
	d.terms = d.terms[:0]
	clear(d.slots)
}

func (d *dictionary) slot(t term) uint64 {
	return (uint64(t) * 0x9e3779b97f4a7c15) >> (64 - bits.TrailingZeros(uint(len(d.slots))))
}

// find is a term's number; ok is false for a term that the dictionary lacks.
func (d *dictionary) find(t term) (id uint32, ok bool) {
	if len(d.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(d.slots) - 1)
	for s := d.slot(t); ; s++ {
		switch id := d.slots[s&mask]; {
		case id == 0:
			return 0, false
		case d.terms[id-1] == t:
			return id - 1, true
		}
	}
}

// put is a term's number, a new one if need be.
func (d *dictionary) put(t term) uint32 {
	mask := uint64(len(d.slots) - 1)
	s := d.slot(t)
	for ; ; s++ {
		id := d.slots[s&mask]
		if id == 0 {
			break
		}
		if d.terms[id-1] == t {
			return id - 1
		}
	}
	d.terms = append(d.terms, t)
	d.slots[s&mask] = uint32(len(d.terms))
	if 2*len(d.terms) > len(d.slots) {
		d.grow()
	}
	return uint32(len(d.terms) - 1)
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for i, t := range d.terms {
		s := d.slot(t)
		for d.slots[s&mask] != 0 {
			s++
		}
		d.slots[s&mask] = uint32(i + 1)
	}
}

// postings tell which items hold a term and how often, two bytes each: the
// items of a term stand grouped by their count, ascending within a group.
type postings struct {
	items  []uint16
	groups []group  // the first is empty, so that each begins where the one before it ends
	starts []uint32 // of each term in groups, and once more for the end
	from   []uint32 // of each term in items, likewise
	length []float32
	total  float64 // of length

	lengths []float32 // the different lengths
	class   []uint16  // of each item: which of lengths is its own

	common map[uint32]*commonTerm // by term, if many items hold it
}

// A group is the items that hold a term equally often.
type group struct {
	tf  float32
	end uint32 // in items
}

// group is the items of a group, and how often each holds the term.
func (p *postings) group(g uint32) (items []uint16, tf float32) {
	return p.items[p.groups[g-1].end:p.groups[g].end], p.groups[g].tf
}

// df is how many items hold a term.
func (p *postings) df(id uint32) int { return int(p.from[id+1] - p.from[id]) }

// has reports whether an item holds a term.
func (p *postings) has(id uint32, item uint16) bool {
	for g := p.starts[id]; g < p.starts[id+1]; g++ {
		items, _ := p.group(g)
		if _, ok := slices.BinarySearch(items, item); ok {
			return true
		}
	}
	return false
}

// A counter collects the terms of one field of items that come in order.
type counter struct {
	ids    []uint32 // with items and tfs: what each item holds, in order of items
	items  []uint16
	tfs    []float32
	last   []uint32 // by term: 1 + where ids has it last, or 0
	length []float32
}

// reserve makes room for n terms of items.
func (c *counter) reserve(n int) {
	c.ids, c.items, c.tfs = make([]uint32, 0, n), make([]uint16, 0, n), make([]float32, 0, n)
}

// next begins an item.
func (c *counter) next() { c.length = append(c.length, 0) }

// add counts a term of the running item.
func (c *counter) add(id uint32, single bool, weight float32) {
	if int(id) >= len(c.last) {
		c.last = append(c.last, make([]uint32, int(id)+1)...) // twice as many
	}
	item := uint16(len(c.length) - 1)
	if at := c.last[id]; at > 0 && c.items[at-1] == item {
		c.tfs[at-1] += weight
	} else {
		c.ids, c.items, c.tfs = append(c.ids, id), append(c.items, item), append(c.tfs, weight)
		c.last[id] = uint32(len(c.ids))
	}
	if !single {
		c.length[item] += weight
	}
}

// postings are what was counted, for terms many terms.
func (c *counter) postings(terms int) postings {
	p := postings{length: slices.Clip(c.length), items: make([]uint16, len(c.ids)), starts: make([]uint32, terms+1)}
	tfs := make([]float32, len(c.ids))
	at := make([]uint32, terms+1) // where the next of each term goes
	for _, id := range c.ids {
		at[id+1]++
	}
	for i := range terms {
		at[i+1] += at[i]
	}
	for i, id := range c.ids {
		p.items[at[id]], tfs[at[id]] = c.items[i], c.tfs[i]
		at[id]++
	}
	p.groups = append(make([]group, 0, terms+terms/8), group{})
	var a arranger
	for id, from := 0, uint32(0); id < terms; id++ {
		p.starts[id] = uint32(len(p.groups))
		a.arrange(p.items[from:at[id]], tfs[from:at[id]])
		for i := from; i < at[id]; i++ {
			if i == from || tfs[i] != tfs[i-1] {
				p.groups = append(p.groups, group{tf: tfs[i]})
			}
			p.groups[len(p.groups)-1].end = i + 1
		}
		from = at[id]
	}
	p.starts[terms] = uint32(len(p.groups))
	p.groups = slices.Clip(p.groups)
	p.derive()
	return p
}

// derive makes what follows from the rest: the total, the classes of length,
// where each term begins, and what is kept of common terms.
func (p *postings) derive() {
	p.from = make([]uint32, len(p.starts))
	for id, g := range p.starts {
		p.from[id] = p.groups[g-1].end
	}
	p.class = make([]uint16, len(p.length))
	classes := map[float32]uint16{}
	for i, n := range p.length {
		p.total += float64(n)
		c, ok := classes[n]
		if !ok {
			c = uint16(len(p.lengths))
			classes[n], p.lengths = c, append(p.lengths, n)
		}
		p.class[i] = c
	}
	p.keepCommon()
}

// An arranger orders items by their counts. It keeps its memory.
type arranger struct {
	distinct []float32
	next     []uint32
	items    []uint16
	tfs      []float32
}

// arrange orders items by tfs and leaves equal ones in their order: it counts
// how often each tf stands there, as few different ones do.
func (a *arranger) arrange(items []uint16, tfs []float32) {
	if slices.IsSorted(tfs) {
		return
	}
	a.distinct, a.next = a.distinct[:0], a.next[:0]
	for _, tf := range tfs {
		i := a.rank(tf)
		if i == len(a.distinct) || a.distinct[i] != tf {
			a.distinct, a.next = slices.Insert(a.distinct, i, tf), slices.Insert(a.next, i, 0)
		}
		a.next[i]++
	}
	at := uint32(0)
	for i, n := range a.next {
		a.next[i] = at
		at += n
	}
	a.items, a.tfs = append(a.items[:0], items...), append(a.tfs[:0], tfs...)
	for i, tf := range a.tfs {
		r := a.rank(tf)
		items[a.next[r]], tfs[a.next[r]] = a.items[i], tf
		a.next[r]++
	}
}

// rank is how many different tfs are less; mostly there are few.
func (a *arranger) rank(tf float32) int {
	for i, d := range a.distinct {
		if d >= tf {
			return i
		}
	}
	return len(a.distinct)
}

// A segmentBuilder makes a segment of documents that come one after the other.
type segmentBuilder struct {
	words                dictionary
	body, docs, openings counter
	reader               reader
}

// newSegmentBuilder makes room for passages of so many bytes.
func newSegmentBuilder(bytes int) *segmentBuilder {
	b := &segmentBuilder{words: newDictionary()}
	b.body.reserve(bytes / 2)
	b.docs.reserve(bytes / 4)
	return b
}

// A written is a document as it is indexed.
type written struct {
	passages []Passage
	vectors  [][]float32 // of the passages
	facts    string      // its title and place
	opening  string      // its first lines
}

// add appends a document. A passage's counts are of its text and, weighted, of
// its headings; a document's are its passages' and its facts'.
func (b *segmentBuilder) add(d written) {
	b.docs.next()
	b.openings.next()
	var before rune // the last of the passage before
	for _, p := range d.passages {
		b.body.next()
		b.reader.each(p.Text, func(t term) {
			id := b.words.put(t)
			b.body.add(id, t.single(), 1)
			b.docs.add(id, t.single(), 1)
		})
		if rs := b.reader.runes; len(rs) > 0 {
			if isHan(before) && isHan(rs[0]) { // a sentence goes on
				b.docs.add(b.words.put(pair(before, rs[0])), false, 1)
			}
			before = rs[len(rs)-1]
		}
		b.reader.each(strings.Join(p.Heading, "\n"), func(t term) { b.body.add(b.words.put(t), t.single(), headingWeight) })
	}
	b.reader.each(d.facts, func(t term) { b.docs.add(b.words.put(t), t.single(), 1) })
	b.reader.each(d.facts+"\n"+d.opening, func(t term) { b.openings.add(b.words.put(t), t.single(), 1) })
}

// newSegment builds a segment; what does not wait for something else is built
// side by side.
func newSegment(docs []written) *segment {
	bytes := 0
	var vectors [][]float32
	for _, d := range docs {
		vectors = append(vectors, d.vectors...)
		for _, p := range d.passages {
			bytes += len(p.Text)
		}
	}
	s := &segment{}
	var parts sync.WaitGroup
	parts.Go(func() { s.vectors = newBlock(vectors) })
	b := newSegmentBuilder(bytes)
	for _, d := range docs {
		b.add(d)
	}
	n := len(b.words.terms)
	s.words = b.words
	parts.Go(func() { s.docs = b.docs.postings(n) })
	parts.Go(func() { s.openings = b.openings.postings(n) })
	s.body = b.body.postings(n)
	parts.Wait()
	return s
}
