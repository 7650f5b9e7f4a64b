package telegram

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"policybot/prompts"
)

const (
	// firstGlimpse is how long the placeholder stands before claims replace
	// it: most answers are whole by then, and need no second edit.
	firstGlimpse = 800 * time.Millisecond
	// glimpseGap and groupGlimpseGap are between two streaming edits.
	glimpseGap      = 1500 * time.Millisecond
	groupGlimpseGap = 6 * time.Second
	// typingEvery renews the typing sign, which Telegram shows for five seconds.
	typingEvery = 4500 * time.Millisecond
)

// A stream shows an answer while it is being made.
type stream struct {
	b       *Bot
	a       ask
	message int

	mu     sync.Mutex
	claims []prompts.Claim

	changed chan struct{} // has one element when claims grew
	done    chan struct{}
	ended   sync.WaitGroup
	once    sync.Once
}

func (b *Bot) startStream(ctx context.Context, a ask, message int) *stream {
	s := &stream{b: b, a: a, message: message, changed: make(chan struct{}, 1), done: make(chan struct{})}
	s.ended.Go(func() { s.run(ctx) })
	return s
}

// emit takes a proven claim; it does not block.
func (s *stream) emit(c prompts.Claim) {
	s.mu.Lock()
	s.claims = append(s.claims, c)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// stop ends the showing and waits for an edit that is on its way.
func (s *stream) stop() {
	s.once.Do(func() { close(s.done) })
	s.ended.Wait()
}

func (s *stream) run(ctx context.Context) {
	defer func() {
		if recover() != nil { // the show is not worth the process; the answer will tell
			s.b.Log.Error("panic while showing an answer under way", "stack", string(debug.Stack()))
		}
	}()
	quiet, gap := firstGlimpse, glimpseGap
	if s.a.place.Group {
		gap = groupGlimpseGap
	}
	if !s.pause(quiet / 2) { // an answer that is there at once needs no show
		return
	}
	if s.message == 0 {
		s.b.draft(ctx, s.a, s.a.looking())
		gap = chatGap
	}
	s.b.typing(ctx, s.a.place)
	typing := time.NewTicker(typingEvery)
	defer typing.Stop()
	next := time.NewTimer(quiet / 2)
	defer next.Stop()
	due, pending := false, false
	for {
		select {
		case <-s.done:
			return
		case <-ctx.Done():
			return
		case <-typing.C:
			s.b.typing(ctx, s.a.place)
			continue
		case <-s.changed:
			pending = true
		case <-next.C:
			due = true
		}
		if due && pending {
			pending = !s.glimpse(ctx)
			due = false
			next.Reset(gap)
		}
	}
}

// pause waits, and reports whether the show is still on.
func (s *stream) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-s.done:
		return false
	case <-t.C:
		return true
	}
}

// glimpse edits the placeholder to what is proven so far, when the chat's
// pace has room for it, and reports whether it did.
func (s *stream) glimpse(ctx context.Context) bool {
	s.mu.Lock()
	text := renderProgress(s.a.words, s.claims)
	s.mu.Unlock()
	if text == nil {
		return true
	}
	if s.message == 0 {
		return s.b.draft(ctx, s.a, text)
	}
	chat := s.b.moved(s.a.place.Chat)
	pace := s.b.pacer.of(chat)
	if !s.b.pacer.tryEnter(pace, edits, s.a.place.Group) {
		return false
	}
	defer s.b.pacer.leave(pace, edits)
	params, err := editParams(chat, s.message, text)
	if err != nil {
		return true
	}
	_, _ = s.b.once(ctx, pace, "editMessageText", params, nil) // the answer itself will tell
	return true
}
