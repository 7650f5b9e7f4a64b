package main

import (
	"context"
	"strconv"
	"time"
)

// expireEvery is how often a server looks for what it has kept long enough.
const expireEvery = time.Hour

// maxRetention is the most days that a setting may name: longer than any
// program runs, and short enough to be reckoned with.
const maxRetention = 36500

// retention is how long answers are kept; 0 is for ever.
func (s *settings) retention() (time.Duration, error) {
	n, err := strconv.Atoi(s.retentionDays)
	if err != nil || n < 0 || n > maxRetention {
		return 0, hint(misused("RETENTION_DAYS=%s is no number of days", s.retentionDays),
			"write a number up to 36500; 0 keeps answers for ever")
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

// expire deletes answers that were kept long enough, until ctx ends.
func (p *program) expire(ctx context.Context, l *library, kept time.Duration) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for kept > 0 {
		n, err := l.journal.Expire(ctx, time.Now().Add(-kept))
		switch {
		case err != nil && ctx.Err() == nil:
			p.log.Error("old answers are not deleted yet", "error", err)
		case n > 0:
			p.log.Info("answers were kept long enough and are deleted", "answers", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
