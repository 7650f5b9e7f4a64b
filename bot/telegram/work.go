package telegram

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// maxQuestion is the longest question in characters; more is no question.
	maxQuestion = 1000
	// maxTries is how often an answer is begun: a question that took the
	// process down every time must not do so for ever.
	maxTries = 12
)

// errPanic is a panic while an update was dealt with.
var errPanic = errors.New("panic")

// work deals with one update of the inbox. What fails for a reason that may
// pass is tried again until ctx ends; then the update stays in the inbox.
func (b *Bot) work(ctx context.Context, id int64) {
	for wait := range backoff() {
		err := b.settle(ctx, id, false)
		if errors.Is(err, errPanic) {
			b.counts.failures.Add(1)
			if err = b.settle(ctx, id, true); errors.Is(err, errPanic) {
				err = b.store.finish(ctx, id, "undeliverable")
			}
		}
		var refused *callError
		switch {
		case err == nil, ctx.Err() != nil, errors.Is(err, ErrToken):
			return
		case errors.Is(err, errGone), errors.Is(err, errNoMessage), errors.As(err, &refused):
			b.counts.gone.Add(1)
			b.Log.Warn("an update cannot be answered", "update", id, "err", err)
			if err = b.store.finish(ctx, id, "undeliverable"); err == nil {
				return
			}
		}
		b.Log.Error("an update could not be dealt with, trying again", "update", id, "err", err, "in", wait)
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

// settle deals with an update, and turns a panic into errPanic. With apology
// the person is told that it did not work.
func (b *Bot) settle(ctx context.Context, id int64, apology bool) (err error) {
	defer func() {
		if r := recover(); r != nil {
			cause := fmt.Sprintf("%T", r) // the value may hold a person's words
			if e, ok := r.(runtime.Error); ok {
				cause = e.Error()
			}
			b.Log.Error("panic while dealing with an update", "update", id, "cause", cause, "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	raw, waiting, err := b.store.load(ctx, id)
	if err != nil || !waiting {
		return err
	}
	u, _, err := decode(raw)
	switch {
	case err != nil: // decode took it before: another version of the program wrote it
		return b.store.finish(ctx, id, "undeliverable")
	case u.Message != nil:
		return b.message(ctx, id, u.Message, apology)
	case u.Callback != nil:
		return b.press(ctx, id, u.Callback, apology)
	}
	return b.store.finish(ctx, id, "done")
}

// A request is what a message asks for.
type request struct {
	command string // start, help, new, unknown, what, text, long; "" is a question
	text    string
}

// message deals with what a person wrote.
func (b *Bot) message(ctx context.Context, id int64, m *message, apology bool) error {
	if m.MigrateTo != 0 {
		if err := b.move(ctx, m.Chat.ID, m.MigrateTo); err != nil {
			return err
		}
		return b.store.finish(ctx, id, "done")
	}
	r, meant := b.understand(m)
	if !meant || m.From != nil && m.From.IsBot {
		return b.store.finish(ctx, id, "done")
	}
	language := ""
	p := place{Chat: m.Chat.ID, Thread: m.thread(), Group: m.Chat.Type != "private"}
	t := talk{Chat: b.moved(m.Chat.ID), Thread: p.Thread}
	if m.From != nil {
		language = m.From.Language
	}
	if p.Group {
		p.ReplyTo = m.ID
		if m.From != nil {
			t.User = m.From.ID
		}
	}
	w := wordsFor(r.text, language)
	if r.command == "start" || r.command == "help" || r.command == "new" {
		w = wordsFor("", language) // what follows is a link's payload, not words
	}
	switch r.command {
	case "":
		return b.answer(ctx, id, ask{place: p, talk: t, text: r.text, words: w, apology: apology})
	case "new":
		if err := b.store.forget(ctx, t); err != nil {
			return err
		}
		return b.say(ctx, id, p, w.Fresh, nil)
	case "start":
		hello, keys := b.hello(p.Chat, w)
		return b.say(ctx, id, p, hello, keys)
	}
	return b.say(ctx, id, p, map[string]string{
		"help": fmt.Sprintf(w.Help, b.self.Username), "unknown": w.Unknown, "what": w.AskWhat,
		"text": w.TextOnly, "long": w.TooLong,
	}[r.command], nil)
}

// understand finds what a message asks for, and whether it is meant for us: in
// a private chat everything is, in a group a command, a mention, or a reply.
func (b *Bot) understand(m *message) (request, bool) {
	text := strings.TrimSpace(m.Text)
	private := m.Chat.Type == "private"
	if m.Chat.Type == "channel" {
		return request{}, false
	}
	if name, to, rest, ok := parseCommand(text); ok {
		return b.command(name, to, rest, private)
	}
	text, mentioned := takeMention(text, b.self.Username)
	if !mentioned {
		text, mentioned = m.takeTextMention(b.self.ID)
		text = strings.TrimSpace(text)
	}
	replied := m.ReplyTo != nil && m.ReplyTo.From != nil && m.ReplyTo.From.ID == b.self.ID && m.ReplyTo.TopicCreated == nil
	if !private && !mentioned && !replied {
		return request{}, false
	}
	if _, _, rest, ok := parseCommand(text); ok && mentioned { // "@bot /ask …"
		text = rest
	}
	switch {
	case text == "" && mentioned && m.ReplyTo != nil && !replied && m.ReplyTo.Text != "":
		text = strings.TrimSpace(m.ReplyTo.Text) // "@bot" under someone's question
	case text == "" && (m.hasMedia() || m.Caption != ""):
		return request{command: "text"}, true
	case text == "" && !mentioned:
		return request{}, false // someone joined, a pin, a poll
	case text == "":
		return request{command: "what"}, true
	}
	return question(text), true
}

func question(text string) request {
	if utf8.RuneCountInString(text) > maxQuestion {
		return request{command: "long", text: text}
	}
	return request{text: text}
}

func (b *Bot) command(name, to, rest string, private bool) (request, bool) {
	named := strings.EqualFold(to, b.self.Username)
	if to != "" && !named {
		return request{}, false // another bot's
	}
	switch name {
	case "ask":
		if rest == "" {
			return request{command: "what"}, true
		}
		return question(rest), true
	case "start", "help", "new":
		return request{command: name, text: rest}, true
	}
	// In a group a command without a name may be another bot's.
	return request{command: "unknown", text: rest}, private || named
}

// say sends a short word of our own.
func (b *Bot) say(ctx context.Context, id int64, p place, text string, keys rows) error {
	if _, _, err := b.post(ctx, p, styled{{Text: text}}, keys); err != nil {
		return err
	}
	return b.store.finish(ctx, id, "done")
}

// shownExamples is how many example questions /start shows.
const shownExamples = 3

// hello greets, with example questions as buttons.
func (b *Bot) hello(chat int64, w *words) (string, rows) {
	var keys rows
	for i, q := range b.examples(w.Lang) {
		if i == shownExamples {
			break
		}
		button, ok := b.signer.button(chat, q, press{Act: actAsk, Receipt: b.signer.hash("example", q)})
		if ok {
			keys = append(keys, []tgbotapi.InlineKeyboardButton{button})
		}
	}
	if len(keys) == 0 {
		return w.HelloAlone, nil
	}
	return w.Hello, keys
}

func (b *Bot) examples(lang string) []string {
	if b.Examples == nil {
		return nil
	}
	return b.Examples(lang)
}

// typing shows that an answer is under way; it does not matter when it fails.
func (b *Bot) typing(ctx context.Context, p place) {
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(b.moved(p.Chat), 10), "action": tgbotapi.ChatTyping}
	params.AddNonZero("message_thread_id", p.Thread)
	_ = b.api.call(ctx, 5*time.Second, "sendChatAction", params, nil)
}
