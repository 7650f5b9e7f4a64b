package telegram

import (
	"maps"
	"slices"
	"sync"
)

// lanes deals with updates: in order within a lane, all lanes at once. Only
// ids wait here; the updates themselves are in the inbox.
type lanes struct {
	do     func(id int64)
	places chan struct{} // of lanes that deal with an update
	quit   chan struct{}

	mu      sync.Mutex
	queues  map[string][]int64 // a key is there while its lane runs
	stopped bool
	running sync.WaitGroup
}

// maxWorking is how many lanes deal with an update at a time: each has a stack,
// and the others wait without one.
const maxWorking = 2048

func newLanes(do func(int64)) *lanes {
	return &lanes{do: do, places: make(chan struct{}, maxWorking), quit: make(chan struct{}), queues: map[string][]int64{}}
}

// add queues updates in their order.
func (l *lanes) add(es []entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	idle := map[string]bool{}
	for _, e := range es {
		queue, busy := l.queues[e.Lane]
		l.queues[e.Lane] = append(queue, e.ID)
		if !busy {
			idle[e.Lane] = true
		}
	}
	for _, lane := range slices.Sorted(maps.Keys(idle)) {
		l.running.Go(func() { l.run(lane) })
	}
}

func (l *lanes) run(lane string) {
	for l.step(lane) {
	}
}

// step deals with the next update of a lane, in its turn; false after the last.
func (l *lanes) step(lane string) bool {
	select {
	case l.places <- struct{}{}:
		defer func() { <-l.places }()
	case <-l.quit: // next says that it is over
	}
	id, ok := l.next(lane)
	if ok {
		l.do(id)
	}
	return ok
}

func (l *lanes) next(lane string) (int64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[lane]
	if len(queue) == 0 || l.stopped {
		delete(l.queues, lane)
		return 0, false
	}
	l.queues[lane] = queue[1:]
	return queue[0], true
}

// stop lets running work end and begins no more.
func (l *lanes) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped {
		l.stopped = true
		close(l.quit)
	}
}

func (l *lanes) wait() { l.running.Wait() }
