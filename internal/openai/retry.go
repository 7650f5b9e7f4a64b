package openai

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retry runs call until it succeeds, fails for good, or the tries or the
// context's time are used up. It waits as long as the server asked to, else
// from cfg.Wait on, doubled each time, half to one and a half of it by chance,
// so that clients that failed together do not come back together.
func retry[T any](ctx context.Context, c *Client, op string, call func() (T, error)) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier, wait.MaxInterval = c.cfg.Wait, 2, 40*c.cfg.Wait
	options := []backoff.RetryOption{
		backoff.WithBackOff(wait),
		backoff.WithMaxTries(uint(c.cfg.Tries)),
		backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, d time.Duration) {
			c.cfg.Log.Warn("model server: trying again", "op", op, "wait", d.Round(time.Millisecond), "cause", err)
		}),
	}
	if end, ok := ctx.Deadline(); ok {
		// A wait that ends after the deadline is not begun: the caller gets the
		// reason now, with how long to wait.
		options = append(options, backoff.WithMaxElapsedTime(max(time.Until(end), 1)))
	}
	got, err := backoff.Retry(ctx, func() (T, error) {
		got, err := call()
		e, ok := errors.AsType[*Error](err)
		switch {
		case err == nil:
			return got, nil
		case !ok || !e.passes() || ctx.Err() != nil:
			return got, backoff.Permanent(err)
		case e.after > 0:
			return got, &asked{e, &backoff.RetryAfterError{Duration: e.after}}
		}
		return got, err
	}, options...)
	if err == nil {
		return got, nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return got, e
	}
	return got, netError(ctx, op, c.where, err)
}

// An asked is an error with the wait that the server asked for, as backoff
// understands it.
type asked struct {
	failed *Error
	wait   *backoff.RetryAfterError
}

// Error implements error.
func (a *asked) Error() string { return a.failed.Error() }

// Unwrap is both, for errors.As.
func (a *asked) Unwrap() []error { return []error{a.failed, a.wait} }
