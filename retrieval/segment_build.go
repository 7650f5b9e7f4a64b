package retrieval

import (
	"runtime"
	"strings"
	"sync"
)

// A build makes segments of documents while more of them arrive, on all cores.
type build struct {
	made     []*segment // each is there when its build has ended
	waiting  []written  // of the segment to be
	passages int        // in waiting
	most     int        // passages of a segment, if no document has more
	group    sync.WaitGroup
	turns    chan struct{} // as many as segments may be built at once
}

func newBuild() *build {
	return &build{most: segmentPassages, turns: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// add appends a document of at most segmentMost passages, in order.
func (b *build) add(d *Document, passages []Passage, vectors [][]float32) {
	if b.passages > 0 && b.passages+len(passages) > b.most {
		b.flush()
	}
	b.waiting = append(b.waiting, written{passages, vectors, d.Meta.Title.Value + "\n" + d.Meta.Place.Value, opening(passages)})
	b.passages += len(passages)
}

// flush begins to build what waits.
func (b *build) flush() {
	docs, made := b.waiting, new(segment)
	b.made = append(b.made, made)
	b.waiting, b.passages = nil, 0
	b.turns <- struct{}{}
	b.group.Go(func() {
		*made = *newSegment(docs)
		<-b.turns
	})
}

// wait ends the build and returns the segments, in order.
func (b *build) wait() []*segment {
	if b.passages > 0 {
		b.flush()
	}
	b.group.Wait()
	return b.made
}

// opening is the first openingRunes characters of a document.
func opening(passages []Passage) string {
	var b strings.Builder
	n := 0
	for _, p := range passages {
		for _, r := range p.Text {
			if n == openingRunes {
				return b.String()
			}
			b.WriteRune(r)
			n++
		}
		if n == openingRunes {
			return b.String()
		}
		b.WriteByte('\n')
		n++
	}
	return b.String()
}
