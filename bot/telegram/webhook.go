package telegram

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// maxUpdate bounds one update that is posted to us; Telegram's are far
	// smaller.
	maxUpdate = 1 << 20
	// secretHeader carries what setWebhook named as the secret token:
	// core.telegram.org/bots/api#setwebhook.
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
)

// setWebhook has Telegram post updates to Config.Webhook, one at a time, so
// that they come in order. What waits at Telegram comes too.
func (b *Bot) setWebhook(ctx context.Context) error {
	return b.persist(ctx, "setWebhook", tgbotapi.Params{
		"url": b.Webhook, "secret_token": b.secret(), "allowed_updates": allowedUpdates, "max_connections": "1",
	}, nil)
}

// secret is what Telegram proves itself with; it belongs to the database and
// the address.
func (b *Bot) secret() string { return b.signer.hash("webhook", b.Webhook) }

// ServeHTTP takes an update that Telegram posts. It answers 200 only when the
// update is committed, so that Telegram sends again what is not. What is
// behind the address says nothing to others than Telegram.
func (b *Bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(b.secret())) != 1 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !b.taking.Load() {
		w.WriteHeader(http.StatusServiceUnavailable) // before the start, or after the end
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	if err != nil {
		status := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		return
	}
	// The offset stays where polling left it: it would confirm updates that
	// Telegram still has to post again.
	batch, typed, _ := readBatch([]json.RawMessage{raw}, 0)
	if len(typed) > 0 {
		b.takeTyped(context.WithoutCancel(r.Context()), typed) // they outlive the request, and end with Run
		return
	}
	if err := b.take(r.Context(), batch, nil); err != nil {
		b.Log.Error("an update could not be stored; Telegram sends it again", "err", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// receive lets Telegram post updates until ctx ends.
func (b *Bot) receive(ctx context.Context) error {
	b.taking.Store(true)
	defer b.taking.Store(false)
	if err := b.setWebhook(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		b.prune(ctx)
		select {
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), ErrToken) {
				return ErrToken
			}
			return nil
		case <-tick.C:
		}
	}
}
