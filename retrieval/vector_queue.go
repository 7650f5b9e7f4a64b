package retrieval

import (
	"context"
	"slices"
	"sync"
)

// scanTogether is how many queries share one scan at most.
const scanTogether = 8

// A queue lets queries that come while a scan runs share the next one: the
// memory is read once for all of them.
type queue struct {
	mu      sync.Mutex
	busy    bool
	waiting []*scan
}

// run has q scanned, alone or with others. What one core scans soon waits for
// nobody.
func (s *vectors) run(ctx context.Context, q *scan) error {
	if lengthOf(q.runs) <= scanAlone {
		s.scan([]*scan{q})
		return nil
	}
	u := &s.queue
	u.mu.Lock()
	u.waiting = append(u.waiting, q)
	lead := !u.busy
	u.busy = true
	u.mu.Unlock()
	if !lead {
		select {
		case lead = <-q.done:
		case <-ctx.Done():
			u.mu.Lock()
			at := slices.Index(u.waiting, q)
			if at >= 0 && len(q.done) == 0 {
				u.waiting = slices.Delete(u.waiting, at, at+1)
				u.mu.Unlock()
				return ctx.Err()
			}
			u.mu.Unlock()
			lead = <-q.done // it is being scanned, or is to lead
		}
		if !lead {
			return nil
		}
	}
	u.mu.Lock()
	together := slices.Clone(u.waiting[:min(scanTogether, len(u.waiting))])
	u.waiting = slices.Delete(u.waiting, 0, len(together))
	u.mu.Unlock()
	s.scan(together)
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, other := range together {
		if other != q {
			other.done <- false
		}
	}
	if len(u.waiting) > 0 {
		u.waiting[0].done <- true
	} else {
		u.busy = false
	}
	return nil
}
