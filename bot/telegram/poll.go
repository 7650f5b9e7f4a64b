package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/internal/db"
)

const (
	pollSeconds = 50 // Telegram's longest
	pollTimeout = pollSeconds*time.Second + callTimeout
	pruneEvery  = time.Hour
	// hastyPoll is how soon an answer without updates comes from a server or a
	// proxy that does not hold the request: asking again at once would be a loop
	// of thousands a second.
	hastyPoll = time.Second
)

// allowedUpdates are the kinds that the bot reads.
const allowedUpdates = `["message","edited_message","callback_query","inline_query","message_reaction"]`

// poll takes updates until ctx ends. An update is in the inbox before Telegram
// hears that it arrived: the offset of a request confirms what the one before
// it brought.
func (b *Bot) poll(ctx context.Context) error {
	offset, err := b.store.offset(ctx)
	if err == nil {
		err = db.Flush(ctx, b.DB) // the first request confirms what the last process took
	}
	if err != nil && ctx.Err() == nil {
		return err
	}
	var pruned time.Time
	for failures := 0; ctx.Err() == nil; {
		if now := time.Now(); now.Sub(pruned) > pruneEvery {
			pruned = now
			b.prune(ctx)
		}
		next, err := b.pollOnce(ctx, offset)
		if err == nil {
			offset, failures = next, 0
			continue
		}
		failures++
		wait, fatal := b.pollFailed(ctx, err, failures)
		if fatal != nil {
			return fatal
		}
		_ = sleep(ctx, wait)
	}
	if cause := context.Cause(ctx); errors.Is(cause, ErrToken) {
		return ErrToken
	}
	return nil
}

// pollOnce asks for updates, commits them, and hands them on.
func (b *Bot) pollOnce(ctx context.Context, offset int64) (next int64, err error) {
	params := tgbotapi.Params{"timeout": strconv.Itoa(pollSeconds), "allowed_updates": allowedUpdates}
	params.AddNonZero64("offset", offset)
	var raws []json.RawMessage
	asked := time.Now()
	if err := b.api.call(ctx, pollTimeout, "getUpdates", params, &raws); err != nil {
		return offset, err
	}
	if len(raws) == 0 {
		_ = sleep(ctx, hastyPoll-time.Since(asked))
		return offset, nil
	}
	batch, typed, next := readBatch(raws, offset)
	b.takeTyped(ctx, typed)
	if err := b.take(ctx, batch, &next); err != nil {
		return offset, err
	}
	return next, nil
}

// take commits updates, with the offset behind them if there is one, and hands
// on those that are new. When it returns they survive a power cut too.
func (b *Bot) take(ctx context.Context, batch []entry, offset *int64) error {
	fresh, err := b.store.accept(ctx, batch, offset, time.Now())
	if err != nil {
		return err
	}
	for _, e := range batch {
		if e.bad != nil {
			b.counts.quarantined.Add(1)
			b.Log.Error("an update cannot be read and is in the quarantine", "update", e.ID, "reason", e.bad)
		}
	}
	b.counts.updates.Add(int64(len(fresh)))
	b.lanes.add(fresh)
	return db.Flush(ctx, b.DB) // no answer waits for that
}

// prune removes what has outlived its use.
func (b *Bot) prune(ctx context.Context) {
	kept := actGood.life() // no button under an answer works longer
	if b.Retention > 0 {
		kept = min(kept, b.Retention)
	}
	if err := b.store.prune(ctx, time.Now(), kept); err != nil && ctx.Err() == nil {
		b.Log.Warn("old rows were not removed", "err", err)
	}
}

// readBatch reads updates one by one, so that a bad one costs no other, and
// finds the offset behind them; inline queries, which are not stored, come
// apart. Ids may begin anew below the old offset: after a quiet week Telegram
// chooses the next id at random.
func readBatch(raws []json.RawMessage, offset int64) (batch []entry, typed []*inlineQuery, next int64) {
	last := int64(0)
	for _, raw := range raws {
		u, id, err := decode(raw)
		last = max(last, id)
		switch lane := u.lane(); {
		case err != nil:
			batch = append(batch, entry{ID: id, Raw: raw, bad: err})
		case u.Inline != nil:
			typed = append(typed, u.Inline)
		case lane != "":
			kept, err := u.slim()
			if err != nil {
				kept = raw
			}
			batch = append(batch, entry{ID: id, Lane: lane, Raw: kept})
		}
	}
	slices.SortStableFunc(batch, func(a, b entry) int { return int(a.ID - b.ID) })
	if last > 0 {
		return batch, typed, last + 1
	}
	// Nothing but updates without an id: they stand at the offset, one by one.
	return batch, typed, offset + 1
}

// pollFailed says how long to wait after a failure, or that there is no use.
func (b *Bot) pollFailed(ctx context.Context, err error, failures int) (wait time.Duration, fatal error) {
	if ctx.Err() != nil {
		return 0, nil
	}
	wait = min(time.Second<<min(failures-1, 5), 30*time.Second)
	var failed *callError
	if !errors.As(err, &failed) {
		b.Log.Error("updates could not be stored; Telegram keeps them", "err", err, "again in", wait)
		return wait, nil
	}
	switch {
	case isTokenError(failed):
		return 0, ErrToken
	case failed.Code == http.StatusTooManyRequests:
		b.counts.limited.Add(1)
		wait = failed.RetryAfter
	case failed.Code == http.StatusConflict && failed.says("webhook"):
		b.Log.Warn("a webhook was set for this bot; removing it to go on polling")
		if err := b.api.call(ctx, callTimeout, "deleteWebhook", nil, nil); err == nil {
			return 0, nil
		}
	case failed.Code == http.StatusConflict:
		wait = max(wait, 5*time.Second)
		b.Log.Warn("another program polls with this bot's token; stop it, or this one", "again in", wait)
		return wait, nil
	}
	b.Log.Warn("asking Telegram for updates failed", "err", err, "again in", wait)
	return wait, nil
}
