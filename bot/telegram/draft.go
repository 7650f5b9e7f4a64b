package telegram

import (
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Where the server has sendMessageDraft, an answer that is being made streams
// as a draft in private chats: core.telegram.org/bots/api#sendmessagedraft.
// A draft is no message: it vanishes by itself, needs no id and promises
// nothing. So the placeholder is sent only when the answer is committed, and
// becomes it by an edit, as everywhere; a crash repeats a placeholder at most.

// findDrafts asks whether the server has drafts, with a request that it
// refuses otherwise if it knows the method.
func (b *Bot) findDrafts(ctx context.Context) {
	err := b.api.call(ctx, callTimeout, "sendMessageDraft", nil, nil)
	var failed *callError
	known := errors.As(err, &failed) && failed.Code == http.StatusBadRequest && !failed.foreign
	b.noDrafts.Store(!known)
	b.Log.Info("how answers stream in private chats", "drafts", known)
}

// drafting reports whether an answer in a place streams as a draft.
func (b *Bot) drafting(p place) bool { return !p.Group && !b.noDrafts.Load() }

// draft shows what an answer is so far, when the chat's pace has room for it,
// and reports whether it needs no second try. A server that refuses the
// method is asked once, and never again.
func (b *Bot) draft(ctx context.Context, a ask, t styled) bool {
	if b.noDrafts.Load() {
		return true // this one answer has no show
	}
	chat := b.moved(a.place.Chat)
	pace := b.pacer.of(chat)
	if !b.pacer.tryEnter(pace, drafts, false) {
		return false
	}
	defer b.pacer.leave(pace, drafts)
	params := tgbotapi.Params{
		"chat_id": strconv.FormatInt(chat, 10), "draft_id": strconv.FormatUint(uint64(draftID(a.id)), 10),
		"text": t.html(), "parse_mode": tgbotapi.ModeHTML,
	}
	params.AddNonZero("message_thread_id", a.place.Thread)
	err := b.api.call(ctx, callTimeout, "sendMessageDraft", params, nil)
	var failed *callError
	switch {
	case err == nil || ctx.Err() != nil || !errors.As(err, &failed):
	case failed.Code == http.StatusTooManyRequests:
		b.counts.limited.Add(1)
		pace.hold(failed.RetryAfter, time.Now())
	case failed.foreign:
	case failed.Code == http.StatusBadRequest, failed.Code == http.StatusNotFound:
		b.noDrafts.Store(true)
		b.Log.Info("the server takes no drafts; answers stream by edits", "err", strings.TrimSpace(failed.Error()))
		return false
	}
	return true
}

// draftID names the draft of an update: the same while it grows, and never 0.
func draftID(update int64) uint32 {
	h := fnv.New32a()
	_, _ = h.Write(strconv.AppendInt(nil, update, 10))
	return h.Sum32()>>1 | 1
}
