package ingest

import (
	"context"
	"runtime"
	"sync"
)

// workers is how many files are worked on at a time.
func workers() int { return min(runtime.GOMAXPROCS(0), 8) }

// inOrder does work on each item, several at a time, and gives the results to
// use one by one, in the order of the items. It returns the first error of
// use, or that of ctx when that ends; work that has begun is waited for. size
// is how many bytes an item holds while it is worked on: no more than room
// bytes are held, unless by one item alone.
func inOrder[T, R any](ctx context.Context, parallel int, items []T, size func(T) int64, work func(T) R, use func(T, R) error) error {
	type job struct {
		item   T
		result chan R
	}
	ctx, stop := context.WithCancel(ctx)
	held := newBudget(ctx)
	todo, order := make(chan job), make(chan job, 2*parallel)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() {
		defer close(todo)
		defer close(order)
		for _, item := range items {
			if !held.take(size(item)) {
				return
			}
			j := job{item, make(chan R, 1)}
			for _, to := range []chan job{order, todo} {
				select {
				case to <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range parallel {
		all.Go(func() {
			for j := range todo {
				j.result <- work(j.item)
			}
		})
	}
	for j := range order {
		select {
		case r := <-j.result:
			if err := use(j.item, r); err != nil {
				return err
			}
			held.give(size(j.item))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// room is how many bytes a budget has.
const room = 64 << 20

// A budget bounds the bytes that are held at a time, until its context ends.
type budget struct {
	ctx   context.Context
	mu    sync.Mutex
	given *sync.Cond
	held  int64
}

func newBudget(ctx context.Context) *budget {
	b := &budget{ctx: ctx}
	b.given = sync.NewCond(&b.mu)
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.given.Broadcast()
	})
	return b
}

// take waits for n bytes; it reports false when the context ended before.
func (b *budget) take(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.held > 0 && b.held+n > room && b.ctx.Err() == nil {
		b.given.Wait()
	}
	b.held += n
	return b.ctx.Err() == nil
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= n
	b.given.Signal()
}
