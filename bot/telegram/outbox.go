package telegram

import (
	"context"
	"sync"
	"time"
)

// Telegram's quotas, as core.telegram.org/bots/faq states them, with a margin
// for the way between us and Telegram's clock.
const (
	chatGap     = 1050 * time.Millisecond // between two sends, or two edits, in one chat
	groupWindow = 61 * time.Second
	groupQuota  = 20 // sends and edits in a group within groupWindow
	// To all chats 30 a second are allowed. The first of a second go at once,
	// the others are spread, so that a queue does not arrive in bursts.
	overallQuota  = 29
	overallWindow = 1040 * time.Millisecond
	overallAtOnce = 8
	overallGap    = time.Second / 28
	// groupReserve are the group's places that a streaming edit leaves free,
	// so that answers never wait for the show.
	groupReserve = 10
)

type sendKind int

const (
	sends sendKind = iota
	edits
	drafts // of an answer under way; they may be left out
)

// A pace is one chat's outgoing queue: one request at a time, in order, at the
// rate that Telegram takes.
type pace struct {
	turn  chan struct{} // holds the right to send
	mu    sync.Mutex
	last  [3]time.Time // by kind
	times []time.Time  // of the last groupQuota requests
	until time.Time    // told by retry_after
}

// pacer keeps the pace of every chat and of all together.
type pacer struct {
	off   bool // chats keep their order, and wait for nothing
	mu    sync.Mutex
	chats map[int64]*pace
	times []time.Time // when the last overallQuota requests went, or will
	full  int         // how many chats are worth a sweep
}

func newPacer() *pacer { return &pacer{chats: map[int64]*pace{}, full: maxIdle} }

// maxIdle is how many chats are remembered before the silent ones go.
const maxIdle = 4096

func (p *pacer) of(chat int64) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.chats[chat]; c != nil {
		return c
	}
	if len(p.chats) >= p.full {
		p.sweep(time.Now())
		p.full = max(maxIdle, 2*len(p.chats)) // when most are busy, looking again soon is in vain
	}
	c := &pace{turn: make(chan struct{}, 1)}
	p.chats[chat] = c
	return c
}

func (p *pacer) sweep(now time.Time) {
	for id, c := range p.chats {
		select {
		case c.turn <- struct{}{}:
			c.mu.Lock()
			idle := now.After(c.until) && (len(c.times) == 0 || now.Sub(c.times[len(c.times)-1]) > groupWindow)
			c.mu.Unlock()
			<-c.turn
			if idle {
				delete(p.chats, id)
			}
		default:
		}
	}
}

// wait is how long the chat must wait before a request of this kind, with
// free places of a group's quota left over.
func (c *pace) wait(kind sendKind, group bool, free int, now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.until.Sub(now)
	if last := c.last[kind]; !last.IsZero() {
		d = max(d, last.Add(chatGap).Sub(now))
	}
	if n := groupQuota - free; group && len(c.times) >= n {
		d = max(d, c.times[len(c.times)-n].Add(groupWindow).Sub(now))
	}
	return max(d, 0)
}

func (c *pace) sent(kind sendKind, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[kind] = now
	c.times = append(c.times, now)
	if len(c.times) > groupQuota {
		c.times = c.times[1:]
	}
}

// hold obeys a retry_after.
func (c *pace) hold(d time.Duration, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := now.Add(d); until.After(c.until) {
		c.until = until
	}
}

// enter waits for the chat's turn and quota. The caller then makes one
// request and calls leave.
func (p *pacer) enter(ctx context.Context, c *pace, kind sendKind, group bool) error {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if p.off {
		return nil
	}
	for {
		d := c.wait(kind, group, 0, time.Now())
		if d == 0 {
			break
		}
		if err := sleep(ctx, d); err != nil {
			<-c.turn
			return err
		}
	}
	if err := sleep(ctx, p.reserve(time.Now())); err != nil {
		<-c.turn
		return err
	}
	return nil
}

// tryEnter is enter for what may be left out: it never waits.
func (p *pacer) tryEnter(c *pace, kind sendKind, group bool) bool {
	select {
	case c.turn <- struct{}{}:
	default:
		return false
	}
	now := time.Now()
	if p.off {
		return true
	}
	if c.wait(kind, group, groupReserve, now) > 0 || !p.tryReserve(now) {
		<-c.turn
		return false
	}
	return true
}

// leave ends a request that enter began.
func (p *pacer) leave(c *pace, kind sendKind) {
	c.sent(kind, time.Now())
	<-c.turn
}

// reserve takes the next free moment over all chats and returns how far it is.
func (p *pacer) reserve(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.free(now)
	p.hold(at)
	return at.Sub(now)
}

// tryReserve takes this moment, when it is free.
func (p *pacer) tryReserve(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free(now).After(now) {
		return false
	}
	p.hold(now)
	return true
}

// free is the next free moment over all chats. p.mu is held.
func (p *pacer) free(now time.Time) time.Time {
	at, n := now, len(p.times)
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	if n > 0 {
		later(p.times[n-1])
	}
	if n >= overallAtOnce && at.Sub(p.times[n-overallAtOnce]) < overallWindow {
		later(p.times[n-1].Add(overallGap))
	}
	if n >= overallQuota {
		later(p.times[n-overallQuota].Add(overallWindow))
	}
	return at
}

// hold notes a request. p.mu is held.
func (p *pacer) hold(at time.Time) {
	if p.times = append(p.times, at); len(p.times) > overallQuota {
		p.times = p.times[1:]
	}
}

// sleep waits, or returns ctx's error.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
