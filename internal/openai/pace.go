package openai

import (
	"context"
	"sync"
	"time"
)

// A pace spreads requests so that no more than so many, with no more than so
// many tokens, are sent a minute, and none while the server asked to wait.
type pace struct {
	requests, tokens int // a minute; 0 is no limit

	mu          sync.Mutex
	nextRequest time.Time
	nextTokens  time.Time // when what was sent has been worked off
	notBefore   time.Time
	gap         time.Duration // between two requests, as refusals taught
}

// How the gap between requests follows what the server says: it grows with a
// refusal and shrinks with each request that was taken.
const (
	firstGap = 100 * time.Millisecond
	mostGap  = time.Minute
)

// wait returns when a request of so many tokens may be sent, or ctx ends.
func (p *pace) wait(ctx context.Context, tokens int) error {
	for {
		d := p.take(time.Now(), tokens)
		if d <= 0 {
			return ctx.Err()
		}
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}

// take books a request, or says how long to wait before asking again.
func (p *pace) take(now time.Time, tokens int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := max(p.notBefore.Sub(now), p.nextRequest.Sub(now), p.nextTokens.Sub(now)); d > 0 {
		return d
	}
	gap := p.gap
	if p.requests > 0 {
		gap = max(gap, time.Minute/time.Duration(p.requests))
	}
	p.nextRequest = now.Add(gap)
	if p.tokens > 0 {
		p.nextTokens = now.Add(time.Duration(float64(time.Minute) * float64(tokens) / float64(p.tokens)))
	}
	return 0
}

// refused keeps every request back for a while, since the server asked for it,
// and the next ones further apart. Refusals of requests that were under way
// together count once.
func (p *pace) refused(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if !now.Before(p.notBefore) {
		p.gap = min(max(2*p.gap, firstGap), mostGap)
	}
	if until := now.Add(wait); until.After(p.notBefore) {
		p.notBefore = until
	}
}

// taken tells that a request was not refused.
func (p *pace) taken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gap -= p.gap / 16; p.gap < firstGap {
		p.gap = 0
	}
}
