package telegram

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
)

// press deals with a pressed button.
func (b *Bot) press(ctx context.Context, id int64, c *callback, apology bool) error {
	w := wordsFor("", c.From.Language)
	var p press
	valid := false
	if c.Message != nil {
		p, valid = b.signer.read(c.Message.Chat.ID, c.Data)
	}
	if !valid || apology {
		if !valid {
			b.counts.forged.Add(1)
		}
		b.acknowledge(ctx, c.ID, w.BadButton)
		return b.store.finish(ctx, id, "done")
	}
	switch p.Act {
	case actAsk:
		return b.pressExample(ctx, id, c, p)
	case actGood, actBad:
		return b.pressThumb(ctx, id, c, p, w)
	}
	return b.pressSource(ctx, id, c, p, w)
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
func (b *Bot) pressExample(ctx context.Context, id int64, c *callback, p press) error {
	text, ok := b.exampleText(c, p)
	if !ok {
		b.acknowledge(ctx, c.ID, wordsFor("", c.From.Language).BadButton)
		return b.store.finish(ctx, id, "done")
	}
	b.acknowledge(ctx, c.ID, "")
	m := c.Message
	where := place{Chat: m.Chat.ID, Thread: m.thread(), Group: m.Chat.Type != "private"}
	t := talk{Chat: b.moved(m.Chat.ID), Thread: where.Thread}
	if where.Group {
		t.User = c.From.ID
	}
	return b.answer(ctx, id, ask{place: where, talk: t, text: text, words: wordsFor(text, c.From.Language), echo: true})
}

// exampleText finds the question that a button was made for: among today's
// examples, or on the button itself when they have changed since.
func (b *Bot) exampleText(c *callback, p press) (string, bool) {
	candidates := slices.Concat(b.examples(chinese.Lang), b.examples(english.Lang))
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

// pressThumb records what a person thinks of an answer.
func (b *Bot) pressThumb(ctx context.Context, id int64, c *callback, p press, w *words) error {
	user := b.signer.hash("user", strconv.FormatInt(c.From.ID, 10))
	note := w.Thanks
	switch err := b.Feedback.Feedback(ctx, p.Receipt, user, p.Act == actGood, ""); {
	case errors.Is(err, bot.ErrNoReceipt):
		note = w.NoReceipt
	case err != nil:
		return err
	}
	b.acknowledge(ctx, c.ID, note)
	return b.store.finish(ctx, id, "done")
}

// pressSource turns the answer's message into the passage behind source n, or
// back. An edit leaves the chat as tidy as it was, and does no harm when it is
// repeated.
func (b *Bot) pressSource(ctx context.Context, id int64, c *callback, p press, w *words) error {
	text, keys, err := b.sourceView(ctx, c.Message.Chat.ID, p)
	switch {
	case errors.Is(err, bot.ErrNoReceipt):
		b.acknowledge(ctx, c.ID, w.NoReceipt)
		return b.store.finish(ctx, id, "done")
	case errors.Is(err, bot.ErrErased):
		b.acknowledge(ctx, c.ID, w.Erased)
		return b.store.finish(ctx, id, "done")
	case err != nil:
		return err
	}
	b.acknowledge(ctx, c.ID, "")
	m := c.Message
	err = b.edit(ctx, place{Chat: m.Chat.ID, Group: m.Chat.Type != "private"}, m.ID, text, keys)
	if err != nil && !errors.Is(err, errNoMessage) {
		return err
	}
	return b.store.finish(ctx, id, "done")
}

// sourceView is the text and the buttons that a press leads to.
func (b *Bot) sourceView(ctx context.Context, chat int64, p press) (styled, rows, error) {
	a, err := b.Receipts.Receipt(ctx, p.Receipt)
	if err != nil {
		return nil, nil, err
	}
	o := renderAnswer(a, p.Echo)
	o.Receipt = p.Receipt
	w := wordsIn(o.Lang)
	if p.Act == actBack || p.N < 1 || p.N > len(a.Sources) {
		last := len(o.Parts) - 1
		return o.Parts[last], b.keys(chat, o, last), nil
	}
	e, err := b.Receipts.Context(ctx, p.Receipt, p.N)
	if err != nil {
		return nil, nil, err
	}
	keys := b.signer.sourceButtons(chat, w, p, len(a.Sources))
	if back, ok := b.signer.button(chat, w.Back, press{Act: actBack, Echo: p.Echo, Receipt: p.Receipt}); ok {
		keys = append(keys, []tgbotapi.InlineKeyboardButton{back})
	}
	return renderPassage(w, a, p.N, e), keys, nil
}
