package telegram

import (
	"maps"
	"slices"
	"sync"
)

// lanes deals with updates: in order within a lane, all lanes at once. Only
// ids wait here; the updates themselves are in the inbox.
type lanes struct {
	do func(id int64)

	mu      sync.Mutex
	queues  map[string][]int64 // a key is there while its lane runs
	stopped bool
	running sync.WaitGroup
}

func newLanes(do func(int64)) *lanes { return &lanes{do: do, queues: map[string][]int64{}} }

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
	for {
		id, ok := l.next(lane)
		if !ok {
			return
		}
		l.do(id)
	}
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
	l.stopped = true
}

func (l *lanes) wait() { l.running.Wait() }
