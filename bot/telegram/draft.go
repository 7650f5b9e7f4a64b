package telegram

import (
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Where the server has sendMessageDraft, an answer that is being made streams
// as a draft in private chats: core.telegram.org/bots/api#sendmessagedraft.
// A draft is no message: it vanishes by itself, needs no id and promises
// nothing. So the placeholder is sent only when the answer is committed, and
// becomes it by an edit, as everywhere; a crash repeats a placeholder at most.

const (
	// noDraftsFor is how long a server that does not know the method is left
	// alone, or refuses several chats in a row: it may be updated meanwhile.
	noDraftsFor = time.Hour
	refusedRow  = 3
	// A chat that refuses drafts is asked again after refusedFor, and after
	// twice as long each time.
	refusedFor     = 10 * time.Minute
	refusedLongest = 24 * time.Hour
	// maxRefused bounds how many chats are remembered.
	maxRefused = 4096
)

// A draftGate knows where drafts are worth a request. A refusal says something
// of its chat, and of the server only when it does not know the method, or when
// chat after chat refuses.
type draftGate struct {
	mu     sync.Mutex
	closed time.Time // for every chat, until then
	row    int       // refusals since the last draft that was taken
	chats  map[int64]draftRefusal
}

// A draftRefusal is until when a chat is left alone, and how long that was.
type draftRefusal struct {
	until time.Time
	wait  time.Duration
}

func (g *draftGate) open(chat int64, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !now.Before(g.closed) && !now.Before(g.chats[chat].until)
}

func (g *draftGate) close(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed, g.row = now.Add(noDraftsFor), 0
}

func (g *draftGate) taken(chat int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.row = 0
	delete(g.chats, chat)
}

// refused reports whether that closes the gate for every chat.
func (g *draftGate) refused(chat int64, now time.Time) (all bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.chats) >= maxRefused {
		clear(g.chats) // they are asked once more
	}
	wait := min(max(refusedFor, 2*g.chats[chat].wait), refusedLongest)
	g.chats[chat] = draftRefusal{now.Add(wait), wait}
	if g.row++; g.row < refusedRow {
		return false
	}
	g.closed, g.row = now.Add(noDraftsFor), 0
	return true
}

// findDrafts asks whether the server has drafts, with a request that it
// refuses otherwise if it knows the method.
func (b *Bot) findDrafts(ctx context.Context) {
	err := b.api.call(ctx, callTimeout, "sendMessageDraft", nil, nil)
	var failed *callError
	known := errors.As(err, &failed) && failed.Code == http.StatusBadRequest && !failed.foreign
	if !known {
		b.drafts.close(time.Now())
	}
	b.Log.Info("how answers stream in private chats", "drafts", known)
}

// drafting reports whether an answer in a place streams as a draft.
func (b *Bot) drafting(p place) bool {
	return !p.Group && b.drafts.open(b.moved(p.Chat), time.Now())
}

// draft shows what an answer is so far, when the chat's pace has room for it,
// and reports whether it needs no second try. An answer whose draft is refused
// has no show; the next ones stream by edits for a while.
func (b *Bot) draft(ctx context.Context, a ask, t styled) bool {
	chat := b.moved(a.place.Chat)
	if !b.drafts.open(chat, time.Now()) {
		return true
	}
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
	case err == nil:
		b.drafts.taken(chat)
	case ctx.Err() != nil || !errors.As(err, &failed):
	case failed.Code == http.StatusTooManyRequests:
		b.counts.limited.Add(1)
		pace.hold(failed.RetryAfter, time.Now())
	case failed.foreign:
	case failed.Code == http.StatusNotFound:
		b.drafts.close(time.Now())
		b.Log.Info("the server takes no drafts; answers stream by edits", "for", noDraftsFor, "err", failed)
	case failed.Code == http.StatusBadRequest, failed.Code == http.StatusForbidden:
		all := b.drafts.refused(chat, time.Now())
		b.Log.Info("a draft was refused; answers stream by edits for a while", "everywhere", all, "err", failed)
	}
	return true
}

// draftID names the draft of an update: the same while it grows, and never 0.
func draftID(update int64) uint32 {
	h := fnv.New32a()
	_, _ = h.Write(strconv.AppendInt(nil, update, 10))
	return h.Sum32()>>1 | 1
}
