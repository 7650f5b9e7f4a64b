package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"policybot/bot"
)

// An ask is one question on its way to an answer.
type ask struct {
	turn
	text string
	echo bool // nobody wrote the question in the chat: the answer repeats it
}

// answer brings a question from wherever it stands to its answer. Each step is
// committed before the next, so that after a crash it goes on: placeholder,
// answer, first part (an edit of the placeholder, which may be repeated
// without harm), later parts.
func (b *Bot) answer(ctx context.Context, a ask) error {
	r, err := b.store.reply(ctx, a.id)
	if err != nil {
		return err
	}
	if r.Chat != 0 {
		a.place.Chat = r.Chat
	}
	if r.Chat == 0 {
		if hurried, err := b.slowDown(ctx, a); hurried || err != nil {
			return err
		}
		if err := b.open(ctx, &a, &r); err != nil {
			return err
		}
	} else if r.Outcome == nil && r.Tries < triesInCompany {
		// The process ended while this answer was being made.
		if r.Tries, err = b.store.retry(ctx, a.id); err != nil {
			return err
		}
	}
	if r.Outcome == nil {
		if err := b.make(ctx, a, &r); err != nil {
			return err
		}
	}
	seen, err := b.show(ctx, a, r)
	if err != nil {
		return err
	}
	b.counts.answers.Add(1)
	return b.store.finishWith(ctx, a.id, "done", seen)
}

// slowDown reports whether the question came too fast after others; the person
// is told once, until the next may come.
func (b *Bot) slowDown(ctx context.Context, a ask) (hurried bool, err error) {
	group := int64(0)
	if a.place.Group {
		group = a.talk.Chat
	}
	wait, tell, ok := b.limiter.take(a.who.ID, group, time.Now())
	switch {
	case ok:
		return false, nil
	case tell:
		return true, b.say(ctx, a.turn, plainly(a.words.TooFast(wait)), nil)
	}
	return true, b.store.finish(ctx, a.id, "done")
}

// make makes the finished message and records it.
func (b *Bot) make(ctx context.Context, a ask, r *reply) error {
	for {
		o, err := b.compute(ctx, a, *r)
		if err != nil {
			return err
		}
		kept := a.text
		if o.Receipt == "" {
			kept = "" // an apology is no turn of the conversation
		}
		switch err := b.store.answered(ctx, a.id, o, a.talk, kept, time.Now()); {
		case errors.Is(err, errPurged):
			// The searched corpus may lag behind the purge for seconds.
			if err := sleep(ctx, time.Second); err != nil {
				return err
			}
			r.Tries++
		case err != nil:
			return err
		default:
			r.Outcome, r.Delivered, r.Sending = o, 0, 0
			return nil
		}
	}
}

// open records that an answer is begun: with its placeholder, or, where it
// streams as a draft, without one yet.
func (b *Bot) open(ctx context.Context, a *ask, r *reply) error {
	if !b.drafting(a.place) {
		return b.hold(ctx, a, r)
	}
	r.Chat = b.moved(a.place.Chat)
	return b.store.placed(ctx, a.id, r.Chat, 0)
}

// looking is what stands where the answer will.
func (a ask) looking() styled {
	if f := a.who.filter(a.text); !f.Place.IsZero() || f.AsOf != "" {
		return plainly(fmt.Sprintf(a.words.LookingIn, dotted(f.Place.String(), f.AsOf)))
	}
	return plainly(a.words.Looking)
}

// hold sends the placeholder and records it.
func (b *Bot) hold(ctx context.Context, a *ask, r *reply) (err error) {
	r.Message, r.Chat, err = b.post(ctx, a.place, a.looking(), nil)
	if err != nil {
		return err
	}
	a.place.Chat = r.Chat
	return b.store.placed(ctx, a.id, r.Chat, r.Message)
}

// compute asks the Answerer, and shows in the placeholder what is proven so
// far. Its error is ctx's or the database's: what goes wrong with the answer
// becomes an apology.
func (b *Bot) compute(ctx context.Context, a ask, r reply) (o *outcome, err error) {
	if a.apology {
		return apologise(a.words, a.words.Failed), nil
	}
	leave, err := b.begin(ctx, a, &r)
	if err != nil {
		return nil, err
	}
	defer leave()
	if r.Tries > maxTries {
		b.counts.failures.Add(1)
		b.Log.Error("giving up on a question", "update", a.id, "tries", r.Tries)
		return apologise(a.words, a.words.Poisoned), nil
	}
	q := bot.Question{Text: a.text, Filter: a.who.filter(a.text), User: a.who.Key}
	if q.History, err = b.store.history(ctx, a.talk, a.id, time.Now()); err != nil {
		return nil, err
	}
	s := b.startStream(ctx, a, r.Message)
	limited, cancel := context.WithTimeout(ctx, b.AnswerTimeout)
	defer cancel()
	defer s.stop() // before the answer is shown: a late edit must not overwrite it
	ans, err := b.Answerer.Answer(limited, q, s.emit)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil && ans == nil:
		err = errors.New("the answerer returned no answer")
	}
	if err != nil {
		b.counts.failures.Add(1)
		cause := strings.ReplaceAll(b.api.redact(err.Error()), a.text, "<question>")
		b.Log.Error("a question could not be answered", "update", a.id, "err", cause)
		return apologise(a.words, a.words.Failed), nil
	}
	o = renderAnswer(ans, a.words, a.echo)
	o.FollowUps = b.suggest(limited, a.who, a.place.Group, ans, a.words)
	return o, nil
}

// begin waits until the answer may be made: for one slot, or, when it was cut
// short too often, for all of them; only then does that attempt count.
func (b *Bot) begin(ctx context.Context, a ask, r *reply) (leave func(), err error) {
	held := 0
	leave = func() {
		for range held {
			<-b.slots
		}
	}
	need, suspect := 1, r.Tries >= triesInCompany
	if suspect {
		need = cap(b.slots)
		if err := sleep(ctx, time.Until(b.started.Add(aloneAfter))); err != nil {
			return nil, err
		}
		end, err := enter(ctx, b.alone) // two that wait for all would wait for each other
		if err != nil {
			return nil, err
		}
		defer end()
	}
	for held < need {
		select {
		case b.slots <- struct{}{}:
			held++
		case <-ctx.Done():
			leave()
			return nil, ctx.Err()
		}
	}
	if suspect {
		if r.Tries, err = b.store.retry(ctx, a.id); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

func apologise(w *words, text string) *outcome {
	return &outcome{Parts: []styled{plainly(text)}, Lang: w.Lang}
}

// show brings the finished message into the chat, from the part on that
// Telegram has not accepted yet. That the last part was accepted is recorded
// by finishing the update.
func (b *Bot) show(ctx context.Context, a ask, r reply) (*shown, error) {
	o := r.Outcome
	seen := &shown{Receipt: o.Receipt, Lang: o.Lang, Echo: o.Echo}
	if r.Delivered > 0 {
		seen.Messages = append(seen.Messages, r.Message)
	}
	for i := r.Delivered; i < len(o.Parts); i++ {
		var err error
		id := 0
		if i == 0 {
			err = b.showFirst(ctx, &a, &r)
			id = r.Message
		} else {
			id, err = b.showLater(ctx, a, r, i)
		}
		if err == nil && i < len(o.Parts)-1 {
			err = b.store.delivered(ctx, a.id, i+1)
		}
		if err != nil {
			return nil, err
		}
		seen.Messages = append(seen.Messages, id)
	}
	seen.Chat = b.moved(a.place.Chat)
	return seen, nil
}

// keys are the buttons under part i: the last part has them.
func (b *Bot) keys(chat int64, o *outcome, i int) rows {
	if i < len(o.Parts)-1 {
		return nil
	}
	return b.signer.answerButtons(b.moved(chat), o, false)
}

func (b *Bot) showFirst(ctx context.Context, a *ask, r *reply) error {
	if r.Message == 0 {
		if err := b.hold(ctx, a, r); err != nil {
			return err
		}
	}
	for range 3 {
		err := b.edit(ctx, a.place, r.Message, r.Outcome.Parts[0], b.keys(a.place.Chat, r.Outcome, 0))
		if !errors.Is(err, errNoMessage) {
			return err
		}
		// Someone deleted the placeholder, or the chat moved away from it.
		if err := b.hold(ctx, a, r); err != nil {
			return err
		}
	}
	return errNoMessage
}

// showLater sends part i. It is a new message, and so may come twice when the
// word that Telegram took it is lost; that is counted.
func (b *Bot) showLater(ctx context.Context, a ask, r reply, i int) (int, error) {
	if r.Sending == i {
		b.counts.repeated.Add(1)
		b.Log.Warn("a later part of an answer may be repeated", "update", a.id, "part", i+1)
	}
	if err := b.store.sending(ctx, a.id, i); err != nil {
		return 0, err
	}
	p := a.place
	p.ReplyTo = 0
	id, _, err := b.post(ctx, p, r.Outcome.Parts[i], b.keys(p.Chat, r.Outcome, i))
	return id, err
}
