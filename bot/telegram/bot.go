package telegram

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
	"policybot/prompts"
	"policybot/retrieval"
)

// An Answerer answers questions; *bot.Answerer is one. emit gets each claim as
// soon as it is proven, its cites numbered as in the finished answer. It may be
// called from any goroutine until Answer returns, and does not block.
type Answerer interface {
	Answer(ctx context.Context, q bot.Question, emit func(prompts.Claim)) (*bot.Answer, error)
}

// Receipts are the answers that were given; *bot.Journal holds them. Both
// return an error that wraps bot.ErrNoReceipt for an id that is not kept, and
// Around one that wraps bot.ErrErased for a document that was purged.
type Receipts interface {
	Receipt(ctx context.Context, id string) (*bot.Answer, error)
	// Around is the quote of source n of the answer, counted from 1, among the
	// paragraphs around it, or the pages before (-1, …) and after it (1, …).
	Around(ctx context.Context, id string, n, page int) (bot.Excerpt, error)
}

// Feedback takes people's thumbs; *bot.Journal does. User is a keyed hash that
// does not tell who it is; the last verdict of a user on a receipt counts.
type Feedback interface {
	Feedback(ctx context.Context, id, user string, good bool, reason string) error
	// Withdraw takes the verdict back.
	Withdraw(ctx context.Context, id, user string) error
}

// A Corpus lists the documents that are searched; *retrieval.Index is one.
type Corpus interface{ Documents() []*retrieval.Document }

// Config is what a Bot needs. Token, DB, Answerer, Receipts and Feedback are
// required.
type Config struct {
	Token string
	// Endpoint is the address of the Bot API server; empty is DefaultEndpoint.
	Endpoint string
	// Webhook is the public https address that Telegram shall post updates to,
	// where the caller serves the Bot as an http.Handler; empty is polling.
	// Changing from one to the other loses nothing.
	Webhook string
	// Client makes the requests; nil is a plain one. Timeouts are the Bot's.
	Client *http.Client
	// DB is from db.Open or, so that no answer waits for the disk, db.Prompt.
	DB       *sql.DB
	Answerer Answerer
	Receipts Receipts
	Feedback Feedback
	// Texts lets the bot's tables take part in purges; nil when no document is
	// ever purged.
	Texts Texts
	// Forget deletes what others keep of a person, who is named as in
	// bot.Question; nil when nobody does.
	Forget func(ctx context.Context, user string) error
	// Corpus lists the documents that are searched, for /sources; nil for none.
	Corpus Corpus
	// Shelf has those documents whole, for /doc; nil for none.
	Shelf Shelf
	// Totals is what admins may ask for; nil for nothing.
	Totals Totals
	// Admins are the ids of the people who may.
	Admins []int64
	// Office is what admins work with besides.
	Office Office
	// Allowed are the ids of people and chats that the bot is for, the admins
	// besides; empty is everyone.
	Allowed []int64
	// Limits bound how fast people may ask.
	Limits Limits
	// Examples are questions that the corpus can answer, in a language ("zh",
	// "zh-hant", "en"), for /start. Nil or none is fine; three are shown.
	Examples func(lang string) []string
	// Preview answers without keeping a receipt, fast and at no cost: what
	// people type in inline mode, and whether a further question has an
	// answer. Nil is neither.
	Preview Answerer
	// Transcriber hears voice messages; nil is deaf.
	Transcriber Transcriber
	// GroupFollowUps offers further questions under answers in groups too, not
	// in private chats alone.
	GroupFollowUps bool
	// Log gets what an operator should know; nil is slog.Default. No token, no
	// question and no id of a person or chat goes there.
	Log *slog.Logger
	// Retention is how long answers are kept; 0 is for ever. What the bot keeps
	// of them goes then at the latest.
	Retention time.Duration
	// Unpaced makes requests as they come, for a server that has no quotas.
	Unpaced bool
	// Answering is how many answers are made at the same time; 0 is 64: most of
	// the time of an answer is a model's.
	Answering int
	// AnswerTimeout bounds the making of one answer; 0 is two minutes.
	AnswerTimeout time.Duration
	// Grace is what running answers get to finish when Run is told to stop; 0
	// is four seconds. What is not finished is answered after the next start.
	Grace time.Duration
}

// ErrToken is Run's error when Telegram does not know the token.
var ErrToken = errors.New("Telegram refuses the bot token: ask @BotFather for the current one and set TELEGRAM_BOT_TOKEN") //lint:ignore ST1005 Telegram is a name

// Counts are what happened since the start.
type Counts struct {
	Updates     int64 // taken into the inbox
	Quarantined int64 // could not be read
	Answers     int64 // shown whole, refusals among them
	Failures    int64 // questions that got an apology
	Repeated    int64 // later parts of an answer that may have been sent twice
	Limited     int64 // 429s
	Forged      int64 // presses with data that we did not make
	Gone        int64 // updates whose chat does not take our messages any more
}

// A Bot is one Telegram bot.
type Bot struct {
	Config
	api       *api
	store     *store
	signer    signer
	self      person
	pacer     *pacer
	lanes     *lanes
	limiter   *limiter
	office    *office
	strangers *limiter // of what those are told whom the bot is not for
	typedRate *limiter // of inline queries
	speakers  *limiter // of voice messages
	typists   *typists // while Run answers
	followUps *followUps
	drafts    draftGate
	albums    albums
	slots     chan struct{} // answers being made
	alone     chan struct{} // held while one waits for all slots
	started   time.Time     // when Run began to answer
	taking    atomic.Bool   // whether updates may be posted to us
	fatal     context.CancelCauseFunc

	movesMu sync.Mutex
	moves   map[int64]int64

	counts struct{ updates, quarantined, answers, failures, repeated, limited, forged, gone atomic.Int64 }
}

// New opens the bot's tables. It makes no request; Run does.
func New(ctx context.Context, c Config) (*Bot, error) {
	if c.Token == "" || c.DB == nil || c.Answerer == nil || c.Receipts == nil || c.Feedback == nil {
		return nil, errors.New("telegram: the token, the database, the answerer, the receipts and the feedback are required")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Answering <= 0 {
		c.Answering = 64
	}
	if c.AnswerTimeout <= 0 {
		c.AnswerTimeout = 2 * time.Minute
	}
	if c.Grace <= 0 {
		c.Grace = 4 * time.Second
	}
	a, err := newAPI(c.Token, c.Endpoint, c.Client)
	if err != nil {
		return nil, err
	}
	b := &Bot{Config: c, api: a, office: newOffice(), pacer: newPacer(), limiter: newLimiter(c.Limits), strangers: newLimiter(Limits{Person: 1}), typedRate: newLimiter(Limits{Person: typedPace}), speakers: newLimiter(Limits{Person: voicePace}), followUps: newFollowUps(), drafts: draftGate{chats: map[int64]draftRefusal{}}, slots: make(chan struct{}, c.Answering), alone: make(chan struct{}, 1)}
	b.pacer.off = c.Unpaced
	if b.store, err = openStore(ctx, c.DB, c.Texts); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	if b.signer.key, err = b.store.key(ctx); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	if err := b.loadRoles(ctx); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	if b.moves, err = b.store.moves(ctx); err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	return b, nil
}

// Counts is what happened since New.
func (b *Bot) Counts() Counts {
	n := &b.counts
	return Counts{n.updates.Load(), n.quarantined.Load(), n.answers.Load(), n.failures.Load(),
		n.repeated.Load(), n.limited.Load(), n.forged.Load(), n.gone.Load()}
}

// Run answers until ctx ends; then it stops taking updates at once, gives
// running answers Config.Grace, and returns nil. It returns ErrToken when
// Telegram refuses the token, and an error when the database cannot be read at
// the start. Everything else that fails is tried again. A Bot runs once.
func (b *Bot) Run(ctx context.Context) error {
	polling, fatal := context.WithCancelCause(ctx)
	defer fatal(nil)
	b.fatal = fatal
	if err := b.introduce(polling); err != nil {
		return err
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	b.lanes = newLanes(func(id int64) { b.work(working, id) })
	b.typists = newTypists(b.answerTyped)
	defer b.typists.stop()
	b.started = time.Now()
	owed, err := b.store.waiting(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("telegram: %w", err)
	}
	b.lanes.add(owed)
	if len(owed) > 0 {
		b.Log.Info("answering what was left over", "updates", len(owed))
	}
	if b.Office.Library != nil {
		b.lanes.running.Go(func() { b.clerk(polling, working) })
	}
	if b.Webhook != "" {
		err = b.receive(polling)
	} else {
		err = b.poll(polling)
	}
	fatal(nil) // the clerk is idle from here on, also when polling failed
	b.lanes.stop()
	over := time.AfterFunc(b.Grace, stopWork)
	b.lanes.wait()
	over.Stop()
	return err
}

// introduce asks Telegram who we are, until it answers, takes over from a
// webhook when it polls, and sets the command menus.
func (b *Bot) introduce(ctx context.Context) error {
	if err := b.persist(ctx, "getMe", nil, &b.self); err != nil {
		return err
	}
	b.Log.Info("Telegram knows the bot", "name", b.self.Username)
	if b.Preview != nil && !b.self.CanInline {
		b.Log.Info("inline mode is off: @BotFather's /setinline turns it on")
	}
	if b.Webhook == "" {
		// getUpdates is refused while a webhook is set; pending updates stay.
		if err := b.persist(ctx, "deleteWebhook", nil, nil); err != nil {
			return err
		}
	}
	b.menus(ctx)
	b.findDrafts(ctx)
	return nil
}

// persist makes a request until it succeeds, is refused for good, or ctx ends.
func (b *Bot) persist(ctx context.Context, method string, params tgbotapi.Params, result any) error {
	for wait := range backoff() {
		err := b.api.call(ctx, callTimeout, method, params, result)
		if err == nil {
			return nil
		}
		failed := new(callError)
		errors.As(err, &failed)
		switch {
		case ctx.Err() != nil:
			return nil
		case isTokenError(failed):
			return ErrToken
		case failed.Code == http.StatusTooManyRequests:
			wait = failed.RetryAfter
		case !failed.passing():
			return err
		}
		b.Log.Warn("Telegram cannot be reached, trying again", "err", err, "in", wait)
		if sleep(ctx, wait) != nil {
			return nil
		}
	}
	return nil
}

// isTokenError reports a token that Telegram does not know (401) or cannot
// even read (404 without a method).
func isTokenError(e *callError) bool {
	return !e.foreign && (e.Code == http.StatusUnauthorized || e.Code == http.StatusNotFound && !e.says("method"))
}

// backoff are the waits between attempts: 1 s, doubling to 30 s, without end.
func backoff() func(func(time.Duration) bool) {
	return func(yield func(time.Duration) bool) {
		for d := time.Second; yield(d); d = min(2*d, 30*time.Second) {
		}
	}
}
