package telegram

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"policybot/bot"
	"policybot/prompts"
)

// An inlineQuery is what a person types behind the bot's name, in any chat:
// core.telegram.org/bots/inline. Every key makes one, and what nobody waits
// for any more is worth nothing, so they never enter the inbox: a crash loses
// them, and the next key brings another.
type inlineQuery struct {
	ID    string  `json:"id,omitempty"`
	From  *person `json:"from,omitempty"`
	Query string  `json:"query,omitempty"`
}

const (
	// typedPause is how long a person must have stopped typing.
	typedPause = 400 * time.Millisecond
	// typedTimeout bounds an answer to what is typed: Telegram forgets the
	// query soon after.
	typedTimeout = 8 * time.Second
	// typedAtOnce is how many are answered at the same time.
	typedAtOnce = 4
	// typedPeople is how many may be typing; more get nothing.
	typedPeople = 4096
	// typedPace is how many a person gets in a minute.
	typedPace = 60
	// minTyped is the shortest question, in characters.
	minTyped = 3
	// inlineCache is how long Telegram may show the same person the same
	// results, in seconds: a withdrawn document is gone after that.
	inlineCache = 60
)

// typists answers what people type: of each person the latest query alone,
// and not before the person pauses.
type typists struct {
	do      func(ctx context.Context, q *inlineQuery)
	slots   chan struct{}
	mu      sync.Mutex
	latest  map[int64]*typist
	stopped bool
	running sync.WaitGroup
}

type typist struct{ cancel context.CancelFunc }

func newTypists(do func(context.Context, *inlineQuery)) *typists {
	return &typists{do: do, slots: make(chan struct{}, typedAtOnce), latest: map[int64]*typist{}}
}

// add takes queries in their order; each ends what runs for its person.
func (t *typists) add(ctx context.Context, qs []*inlineQuery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, q := range qs {
		before := t.latest[q.From.ID]
		if t.stopped || before == nil && len(t.latest) >= typedPeople {
			continue
		}
		if before != nil {
			before.cancel()
		}
		own, cancel := context.WithCancel(ctx)
		me := &typist{cancel}
		t.latest[q.From.ID] = me
		t.running.Go(func() {
			defer t.leave(q.From.ID, me)
			if sleep(own, typedPause) != nil {
				return
			}
			done, err := enter(own, t.slots)
			if err != nil {
				return
			}
			defer done()
			t.do(own, q)
		})
	}
}

func (t *typists) leave(person int64, me *typist) {
	me.cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.latest[person] == me {
		delete(t.latest, person)
	}
}

// stop ends them all, and waits.
func (t *typists) stop() {
	t.mu.Lock()
	t.stopped = true
	for _, one := range t.latest {
		one.cancel()
	}
	t.mu.Unlock()
	t.running.Wait()
}

// answerTyped answers one inline query.
func (b *Bot) answerTyped(ctx context.Context, q *inlineQuery) {
	defer func() {
		if recover() != nil { // the value may hold a person's words
			b.Log.Error("panic while answering an inline query", "stack", string(debug.Stack()))
		}
	}()
	who, err := b.asker(ctx, q.From)
	if err != nil {
		b.Log.Error("a person's settings could not be read", "err", err)
		return
	}
	text := strings.TrimSpace(q.Query)
	w := choose(who.Lang, text, who.Tag)
	shown, ok := b.typed(ctx, who, w, text)
	if !ok {
		return
	}
	params, err := shown.params(q.ID)
	if err != nil {
		b.Log.Error("an inline answer could not be encoded", "err", err)
		return
	}
	err = b.api.call(ctx, typedTimeout, "answerInlineQuery", params, nil)
	var failed *callError
	if err != nil && ctx.Err() == nil && errors.As(err, &failed) && !failed.says("query is too old") {
		b.Log.Warn("an inline query is not answered", "err", err)
	}
}

// typed is what a person sees for what was typed; false for nothing at all.
func (b *Bot) typed(ctx context.Context, who asker, w *words, text string) (inlineShown, bool) {
	switch {
	case b.Preview == nil, b.blocked(who.ID, 0):
		return inlineShown{}, false
	case !b.admits(who.ID, 0):
		return inlineShown{button: w.InlineOutsider, link: plainLink}, true
	case utf8.RuneCountInString(text) < minTyped:
		return inlineShown{button: w.InlineHint, link: plainLink}, true
	}
	if _, _, ok := b.typedRate.take(who.ID, 0, time.Now()); !ok {
		return inlineShown{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, typedTimeout)
	defer cancel()
	ans, err := b.Preview.Answer(ctx, bot.Question{Text: text, Filter: who.filter(text)}, func(prompts.Claim) {})
	switch {
	case ctx.Err() != nil:
		return inlineShown{}, false
	case err != nil || ans == nil:
		cause := "no answer"
		if err != nil {
			cause = strings.ReplaceAll(b.api.redact(err.Error()), text, "<question>")
		}
		b.counts.failures.Add(1)
		b.Log.Error("an inline query could not be answered", "err", cause)
		return inlineShown{}, false
	case ans.Refusal != nil || len(ans.Claims) == 0:
		return inlineShown{button: w.InlineNothing, link: either(questionLink(text), plainLink)}, true
	}
	return inlineShown{articles: b.articles(ans, w)}, true
}

// takeTyped hands inline queries on.
func (b *Bot) takeTyped(ctx context.Context, qs []*inlineQuery) {
	if len(qs) > 0 && b.typists != nil {
		b.typists.add(ctx, qs)
	}
}
