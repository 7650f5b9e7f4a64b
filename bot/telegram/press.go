package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
)

// press deals with a pressed button.
func (b *Bot) press(ctx context.Context, id int64, c *callback, apology bool) error {
	p, err := press{}, errForged
	if c.Message != nil {
		p, err = b.signer.read(holder{b.moved(c.Message.Chat.ID), c.From.ID}, c.Data, time.Now())
	}
	if err != nil || apology {
		w := choose("", "", c.From.Language)
		note := w.OldButton
		if errors.Is(err, errForged) {
			b.counts.forged.Add(1)
			note = w.BadButton
		}
		b.acknowledge(ctx, c.ID, note)
		return b.store.finish(ctx, id, "done")
	}
	u, err := b.turn(ctx, id, c.Message, c.From, "")
	if err != nil {
		return err
	}
	if b.blocked(u.who.ID, u.talk.Chat) {
		b.acknowledge(ctx, c.ID, "")
		return b.store.finish(ctx, id, "done")
	}
	if !b.admits(u.who.ID, u.talk.Chat) {
		b.acknowledge(ctx, c.ID, fmt.Sprintf(u.words.Outsider, u.who.ID))
		return b.store.finish(ctx, id, "done")
	}
	if p.Act.ofOffice() {
		return b.pressOffice(ctx, u, c, p)
	}
	if u, err = b.inGroup(ctx, u, p.Act == actAsk); err != nil {
		return err
	}
	switch p.Act {
	case actAsk:
		return b.pressExample(ctx, u, c, p)
	case actGood, actBad, actReason:
		return b.pressThumb(ctx, u, c, p)
	case actSource, actBack:
		return b.pressSource(ctx, u, c, p)
	}
	return b.pressChoice(ctx, u, c, p)
}

// acknowledge ends the waiting sign on the button, with a note if there is
// one. A query that is too old has no sign any more: nothing is lost then.
func (b *Bot) acknowledge(ctx context.Context, query, note string) {
	params := tgbotapi.Params{"callback_query_id": query}
	params.AddNonEmpty("text", note)
	for range 3 {
		err := b.api.call(ctx, 5*time.Second, "answerCallbackQuery", params, nil)
		var failed *callError
		if err == nil || !errors.As(err, &failed) || !failed.passing() || sleep(ctx, time.Second) != nil {
			return
		}
	}
}

// pressExample asks the question on the button.
func (b *Bot) pressExample(ctx context.Context, u turn, c *callback, p press) error {
	text, ok := b.exampleText(c, p)
	if !ok {
		b.acknowledge(ctx, c.ID, u.words.OldButton)
		return b.store.finish(ctx, u.id, "done")
	}
	b.acknowledge(ctx, c.ID, "")
	u.words = choose(u.who.Lang, text, u.who.Tag)
	return b.answer(ctx, ask{turn: u, text: text, echo: true})
}

// exampleText finds the question that a button was made for: among today's
// examples, or on the button itself when they have changed since.
func (b *Bot) exampleText(c *callback, p press) (string, bool) {
	var candidates []string
	for _, w := range languages {
		candidates = append(candidates, b.examples(w.Lang)...)
	}
	if c.Message.Markup != nil {
		for _, button := range slices.Concat(c.Message.Markup.Rows...) {
			candidates = append(candidates, button.Text)
		}
	}
	for _, q := range candidates {
		if b.signer.hash("example", q) == p.Receipt {
			return q, true
		}
	}
	return "", false
}

// pressThumb records what a person thinks of an answer. After a 👎 it asks for
// the reason, in the place of the thumbs; the 👎 counts without one too.
func (b *Bot) pressThumb(ctx context.Context, u turn, c *callback, p press) error {
	w, reason := u.words, ""
	if p.Act == actReason && p.N >= 0 && p.N < len(reasons) {
		reason = reasons[p.N]
	}
	err := b.Feedback.Feedback(ctx, p.Receipt, u.who.Key, p.Act == actGood, reason)
	if errors.Is(err, bot.ErrNoReceipt) {
		b.acknowledge(ctx, c.ID, w.NoReceipt)
		return b.store.finish(ctx, u.id, "done")
	}
	if err != nil {
		return err
	}
	note := w.Thanks
	if p.Act == actBad {
		note = w.WhatsWrong
	}
	b.acknowledge(ctx, c.ID, note)
	if p.Act == actGood {
		return b.store.finish(ctx, u.id, "done")
	}
	return b.rejudge(ctx, u, p, c.Message.ID, p.Act == actBad)
}

// rejudge shows an answer again in its message, with the reasons of a 👎 under
// it, or the thumbs.
func (b *Bot) rejudge(ctx context.Context, u turn, p press, message int, asking bool) error {
	a, err := b.Receipts.Receipt(ctx, p.Receipt)
	if err != nil {
		return b.store.finish(ctx, u.id, "done") // forgotten this moment
	}
	w := wordsIn(p.Lang)
	o := renderAnswer(a, w, p.Echo)
	o.Receipt, o.FollowUps = p.Receipt, b.suggest(ctx, u.who, u.place.Group, a, w)
	return b.become(ctx, u, message, o.Parts[len(o.Parts)-1], b.signer.answerButtons(u.talk.Chat, o, asking))
}

// become turns a message of ours into another.
func (b *Bot) become(ctx context.Context, u turn, message int, t styled, keys rows) error {
	if err := b.edit(ctx, u.place, message, t, keys); err != nil && !errors.Is(err, errNoMessage) {
		return err
	}
	return b.store.finish(ctx, u.id, "done")
}

// pressSource turns the answer's message into the passage behind source n, or
// back. An edit leaves the chat as tidy as it was, and does no harm when it is
// repeated.
func (b *Bot) pressSource(ctx context.Context, u turn, c *callback, p press) error {
	text, keys, err := b.sourceView(ctx, u, p)
	switch {
	case errors.Is(err, bot.ErrNoReceipt):
		b.acknowledge(ctx, c.ID, u.words.NoReceipt)
		return b.store.finish(ctx, u.id, "done")
	case errors.Is(err, bot.ErrErased):
		b.acknowledge(ctx, c.ID, u.words.Erased)
		return b.store.finish(ctx, u.id, "done")
	case err != nil:
		return err
	}
	b.acknowledge(ctx, c.ID, "")
	return b.become(ctx, u, c.Message.ID, text, keys)
}

// sourceView is the text and the buttons that a press leads to.
func (b *Bot) sourceView(ctx context.Context, u turn, p press) (styled, rows, error) {
	chat := u.talk.Chat
	a, err := b.Receipts.Receipt(ctx, p.Receipt)
	if err != nil {
		return nil, nil, err
	}
	w := wordsIn(p.Lang)
	o := renderAnswer(a, w, p.Echo)
	o.Receipt = p.Receipt
	if p.Act == actBack || p.N < 1 || p.N > len(a.Sources) {
		o.FollowUps = b.suggest(ctx, u.who, u.place.Group, a, w)
		last := len(o.Parts) - 1
		return o.Parts[last], b.keys(chat, o, last), nil
	}
	e, err := b.Receipts.Around(ctx, p.Receipt, p.N, p.Page)
	if err != nil {
		return nil, nil, err
	}
	h := holder{Chat: chat}
	keys := append(b.signer.turnButtons(h, w, p, e), b.signer.sourceButtons(h, w, p, len(a.Sources))...)
	back := press{Act: actBack, Echo: p.Echo, Lang: p.Lang, Receipt: p.Receipt}
	keys = append(keys, b.signer.line(h, []string{w.Back}, []press{back})...)
	return renderPassage(w, a, p, e), keys, nil
}

// pressChoice deals with the buttons of /sources, /doc, /lang, /place, /asof and
// /forget.
func (b *Bot) pressChoice(ctx context.Context, u turn, c *callback, p press) (err error) {
	w := wordsIn(p.Lang)
	t, keys := plainly(w.OldButton), rows(nil)
	deleted := p.Act == actForget && p.N == 1
	switch p.Act {
	case actList:
		t, keys = b.listDocuments(u.place.Chat, w, p.N)
	case actLang:
		t, keys, err = b.choseLanguage(ctx, u.who, w)
	case actAnyward:
		u.who.Place = ""
		t, err = plainly(w.PlaceGone), b.store.set(ctx, u.who.Key, u.who.settings)
	case actDoc:
		t, keys, err = b.viewDocument(ctx, u.place.Chat, w, p.Receipt)
	case actRead:
		t, keys, err = b.readDocument(ctx, u.place.Chat, w, p.Receipt, p.N)
	case actNow:
		u.who.AsOf = ""
		t, err = plainly(w.AsOfGone), b.store.set(ctx, u.who.Key, u.who.settings)
	case actForget:
		if t = plainly(w.Kept); deleted {
			t, err = plainly(w.Forgotten), b.forget(ctx, u.who)
		}
	}
	if err != nil {
		return err
	}
	b.acknowledge(ctx, c.ID, "")
	err = b.become(ctx, u, c.Message.ID, t, keys)
	if err == nil && deleted {
		b.emptyLog(ctx)
	}
	return err
}
