package openai

import (
	"errors"

	"github.com/sony/gobreaker/v2"
)

// A circuit keeps questions from waiting for a server that is down: after
// Config.Failures failed calls in a row calls fail at once for Config.Pause,
// then one is let through to see.
type circuit struct {
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]
}

func newCircuit(cfg Config) *circuit {
	return &circuit{gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:        "chat",
		MaxRequests: 1,
		Timeout:     cfg.Pause,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= uint32(cfg.Failures) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			cfg.Log.Warn("model server: circuit", "from", from.String(), "to", to.String())
		},
	})}
}

// down reports whether err says that the next call will fail as well, whatever
// it asks.
func down(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case Auth, Quota, Rate, Unavailable, Timeout, NotFound, Truncated, BadReply:
		return true
	}
	return false
}

// enter lets a call through, whose outcome is then told to done, or says that
// the server is left alone.
func (c *circuit) enter(where string) (done func(error), err error) {
	succeeded, err := c.breaker.Allow()
	if err != nil {
		return nil, &Error{Kind: Paused, Op: "chat", Where: where}
	}
	return func(err error) { succeeded(!down(err)) }, nil
}
