package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"policybot/bot"
	"policybot/internal/openai"
)

// modelUse is how the chat model may be used.
type modelUse struct {
	context  int // tokens of a request
	deadline time.Duration
	limits   bot.Limits
}

// patience has a client wait longer for the first word, between two, and for the
// whole, where a question may take longer than usual: a model on an ordinary
// processor may read for minutes before it writes.
func (u modelUse) patience(c openai.Config) openai.Config {
	if u.deadline > usualDeadline {
		c.FirstToken, c.Idle, c.Deadline = u.deadline/2, u.deadline/4, u.deadline
	}
	return c
}

// usualDeadline is the default of MODEL_DEADLINE, which the client's own times
// go with.
const usualDeadline = 3 * time.Minute

// modelUse reads the settings that bound the use of the chat model.
func (s *settings) modelUse() (u modelUse, err error) {
	whole := func(flag, value string) int64 {
		n, parseErr := strconv.ParseInt(strings.ReplaceAll(value, "_", ""), 10, 64)
		if value != "" && (parseErr != nil || n < 0) && err == nil {
			err = misused("--%s is %q: give a whole number, 0 for no limit", flag, value)
		}
		return n
	}
	price := func(flag, value string) float64 {
		x, parseErr := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if value != "" && (parseErr != nil || x < 0 || math.IsInf(x, 0) || math.IsNaN(x)) && err == nil {
			err = misused("--%s is %q: give a number such as 0.60", flag, value)
		}
		return x
	}
	u.context = int(min(whole("model-context", s.modelContext), math.MaxInt32))
	u.limits.Person, u.limits.Everyone = whole("model-tokens-person", s.tokensPerson), whole("model-tokens-day", s.tokensDay)
	u.limits.Cost = price("model-cost-day", s.costDay)
	if s.modelPrice != "" {
		in, out, _ := strings.Cut(s.modelPrice, "/")
		u.limits.In, u.limits.Out = price("model-price", in), price("model-price", out)
	}
	if s.modelDeadline != "" {
		d, parseErr := time.ParseDuration(s.modelDeadline)
		if (parseErr != nil || d < 0) && err == nil {
			err = misused("--model-deadline is %q: give a time such as 90s or 3m", s.modelDeadline)
		}
		u.deadline = d
	}
	if err == nil && u.limits.Cost > 0 && u.limits.In+u.limits.Out == 0 {
		err = hint(misused("--model-cost-day is set and --model-price is not"), "name the price of a million tokens asked and answered: --model-price 0.15/0.60")
	}
	return u, err
}
