package retrieval

import (
	"slices"
	"strings"
)

// reprintedShare is the share of its shingles that a passage has in common
// with a document that prints the same text, when it says nothing else.
const reprintedShare = 0.9

// joinedBytes is how long a hit of several passages may be:
// two passages of the length that package ingest makes.
const joinedBytes = 2700

// joinWithin is from how many of the best passages hits are joined, however
// many hits are asked for: so fewer are the beginning of more.
const joinWithin = 15

// joinShare is the share of a hit's score that a passage has at least which
// joins it.
const joinShare = 0.5

// A found hit: a passage, or several of one document that follow each other.
type found struct {
	ranked
	first, last int      // passages; the ranked one is among them
	reprints    []ranked // passages of other documents
}

// distinct are the k best different texts of ranked passages. Of documents that
// print one text the first that is found stands for all: what another of them
// says too is found there, and noted with that hit. Passages of one section that
// follow each other are one hit, at the place of the better.
func (v *view) distinct(rs []ranked, k int) []found {
	l := hitList{view: v, stands: map[int64]uint32{}, texts: map[uint32]*printed{}}
	for i, r := range rs {
		n := v.docOf[r.item]
		group := v.documents[n].Reprint
		if first, ok := l.stands[group]; ok && v.documents[first].ID != v.documents[n].ID {
			if item, ok := l.said(first, v.passages[r.item].Text); ok {
				at := l.put(ranked{item, r.score}, i < joinWithin)
				l.hits[at].reprints = append(l.hits[at].reprints, r)
				continue
			}
		} else if group != 0 {
			l.stands[group] = n
		}
		l.put(r, i < joinWithin)
	}
	return l.hits[:min(k, len(l.hits))]
}

// A hitList is hits in the making.
type hitList struct {
	*view
	hits   []found
	stands map[int64]uint32 // by group of reprints: the document that stands for it
	texts  map[uint32]*printed
}

// printed is the shingles of a document, and of its passages.
type printed struct {
	all      []uint64
	passages [][]uint64
}

// said is the passage of a document that says most of a text, if the document
// says the whole.
func (l *hitList) said(doc uint32, text string) (item int, ok bool) {
	first := int(l.from[doc])
	p := l.texts[doc]
	if p == nil {
		p = &printed{}
		var all strings.Builder
		for i := first; i < l.end(doc); i++ {
			all.WriteString(l.passages[i].Text)
			p.passages = append(p.passages, shingles(l.passages[i].Text))
		}
		p.all = shingles(all.String())
		l.texts[doc] = p
	}
	part := shingles(text)
	if len(part) == 0 || float64(inBoth(part, p.all)) < reprintedShare*float64(len(part)) {
		return 0, false
	}
	most := 0
	for i, s := range p.passages {
		if n := inBoth(part, s); n > most {
			most, item = n, first+i
		}
	}
	return item, most > 0
}

// inBoth is how many numbers two sorted lists, each once, have in common.
func inBoth(a, b []uint64) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// put adds a passage: to the hit that has it, to the one that it goes on with or
// leads to where join says so, or as a hit of its own. It returns which.
func (l *hitList) put(r ranked, join bool) int {
	for i, f := range l.hits {
		if f.first <= r.item && r.item <= f.last {
			return i
		}
	}
	for i := range l.hits {
		if f := &l.hits[i]; join && r.score >= joinShare*f.score && l.joins(f, r.item) {
			return i
		}
	}
	l.hits = append(l.hits, found{ranked: r, first: r.item, last: r.item})
	return len(l.hits) - 1
}

// joins adds a passage to a hit that it goes on with or leads to.
func (v *view) joins(f *found, item int) bool {
	switch {
	case f.last+1 == item && v.continues(f.last, item) && v.spans(f.first, item):
		f.last = item
	case f.first-1 == item && v.continues(item, f.first) && v.spans(item, f.last):
		f.first = item
	default:
		return false
	}
	return true
}

// continues reports whether passage b goes on with the section of passage a,
// with nothing between them but known white space.
func (v *view) continues(a, b int) bool {
	p, q := &v.passages[a], &v.passages[b]
	return p.DocID == q.DocID && p.Revision == q.Revision && p.End+len(v.gaps[a]) == q.Start && slices.Equal(p.Heading, q.Heading)
}

func (v *view) spans(first, last int) bool {
	return v.passages[last].End-v.passages[first].Start <= joinedBytes
}

// hit is what was found as the caller gets it; on is the date for which it is
// told what is in force.
func (v *view) hit(f found, on string) Hit {
	d := v.documents[v.docOf[f.item]]
	h := Hit{Passage: v.passages[f.first], Doc: d, Score: f.score}
	for i := f.first + 1; i <= f.last; i++ {
		p := v.passages[i]
		h.Text += v.gaps[i-1] + p.Text
		h.End, h.LastPage = p.End, p.LastPage
	}
	for _, r := range f.reprints {
		h.Reprints = append(h.Reprints, v.hit(found{ranked: r, first: r.item, last: r.item}, on))
	}
	if e := d.ending(v.replaced); e.over(on) {
		h.Ended = &e
	}
	return h
}
