package retrieval

import (
	"math"
	"sync"
	"sync/atomic"
)

// A shortlist holds what may be among the k nearest of a scan. It is told
// between what each similarity lies, and counts the lower bounds in bins: so it
// knows at any time what k of the items reach at least, and nobody needs to tell
// of one whose upper bound is below that. Many may tell at once.
type shortlist struct {
	least atomic.Uint32 // the bits of what k items reach, a float32

	mu    sync.Mutex
	k     int
	items []bounded
	tally [shortlistBins]uint32 // items by bin
	reach int                   // the highest bin that k items reach, or 0
	count int                   // items that reach it
}

// A bounded item is one whose similarity lies between a bin and high.
type bounded struct {
	item int
	bin  int
	high float32
}

// shortlistBins are those of similarities from -1 to 1.
const shortlistBins = 4096

// binOf is the bin of a similarity; all that is too low is in bin 0.
func binOf(similarity float32) int {
	at := (similarity + 1) * (shortlistBins / 2)
	if !(at >= 1) {
		return 0
	}
	return int(min(at, shortlistBins-1))
}

// binFrom is the least similarity in a bin, but for the rounding of binOf.
func binFrom(bin int) float32 {
	if bin == 0 {
		return float32(math.Inf(-1))
	}
	return float32(bin)/(shortlistBins/2) - 1
}

var shortlists = sync.Pool{New: func() any { return new(shortlist) }}

// borrowShortlist is an empty shortlist; release ends its use.
func borrowShortlist(k int) *shortlist {
	l := shortlists.Get().(*shortlist)
	clear(l.tally[:])
	l.k, l.items, l.reach, l.count = k, l.items[:0], 0, 0
	l.least.Store(math.Float32bits(binFrom(0)))
	return l
}

func (l *shortlist) release() { shortlists.Put(l) }

// below is what the upper bound of an item must not be below.
func (l *shortlist) below() float32 { return math.Float32frombits(l.least.Load()) }

// add tells of items.
func (l *shortlist) add(items []bounded) {
	if len(items) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.items = append(l.items, items...)
	for _, x := range items {
		l.tally[x.bin]++
		if x.bin >= l.reach {
			l.count++
		}
	}
	for l.count-int(l.tally[l.reach]) >= l.k {
		l.count -= int(l.tally[l.reach])
		l.reach++
	}
	if l.count >= l.k {
		l.least.Store(math.Float32bits(binFrom(l.reach)))
	}
}
