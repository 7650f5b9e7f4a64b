package telegram

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
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
	// triesInCompany is how often it is begun beside others. After that it is
	// made alone, so that a crash accuses nobody else, and not before the
	// process has been up for aloneAfter: then the others have their answers,
	// and who restarts the process does not give it up either.
	triesInCompany = 4
	aloneAfter     = 5 * time.Second
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
	case u.Edited != nil:
		return b.edited(ctx, id, u.Edited)
	case u.Callback != nil:
		return b.press(ctx, id, u.Callback, apology)
	case u.Reaction != nil && !apology:
		return b.react(ctx, id, u.Reaction)
	}
	return b.store.finish(ctx, id, "done")
}

// A request is what a message asks for.
type request struct {
	command string // a command's name, or what, long, media, edited, unknown; "" is a question
	text    string // the question, or what follows the command
	asOf    string // the date that goes with the question; "" is the person's
	office  bool   // it is for those who look after the bot
}

// takesWords are the commands whose text is the person's own words, so that
// its language tells theirs.
var takesWords = []string{"", "long", "unknown"}

// message deals with what a person wrote.
func (b *Bot) message(ctx context.Context, id int64, m *message, apology bool) error {
	if m.MigrateTo != 0 {
		if err := b.move(ctx, m.Chat.ID, m.MigrateTo); err != nil {
			return err
		}
		return b.store.finish(ctx, id, "done")
	}
	if !apology {
		if done, err := b.officeMessage(ctx, id, m); done || err != nil {
			return err
		}
	}
	r, meant := b.understand(m)
	if !meant || m.From != nil && m.From.IsBot && !r.office {
		return b.store.finish(ctx, id, "done")
	}
	text := ""
	if slices.Contains(takesWords, r.command) {
		text = r.text
	}
	u, err := b.turn(ctx, id, m, m.From, text)
	if err != nil {
		return err
	}
	u.apology = apology
	if u.place.Group {
		u.place.ReplyTo = m.ID
	}
	if r.command == "start" {
		if done, err := b.redeem(ctx, u, r.text); done || err != nil {
			return err
		}
	}
	if !b.admits(u.who.ID, u.talk.Chat) {
		return b.turnAway(ctx, u)
	}
	if u, err = b.inGroup(ctx, u, r.command == ""); err != nil {
		return err
	}
	return b.respond(ctx, u, m, r)
}

// respond does what a person asks for who may.
func (b *Bot) respond(ctx context.Context, u turn, m *message, r request) error {
	if r.office {
		return b.administer(ctx, u, r)
	}
	if r.command == "media" {
		if handled, err := b.listen(ctx, u, m); handled || err != nil {
			return err
		}
		return b.decline(ctx, u, m, r.text)
	}
	if r.command == "start" {
		_, document := b.linkedDocument(r.text)
		if q, ok := linkedQuestion(r.text); ok && !document {
			u.words = choose(u.who.Lang, q, u.who.Tag)
			return b.answer(ctx, ask{turn: u, text: q, echo: true})
		}
		if id, ok := b.linkedDocument(r.text); ok {
			r = request{command: "doc", text: id}
		}
	}
	if r.asOf != "" {
		u.who.AsOf = r.asOf
	}
	if r.command == "" {
		return b.answer(ctx, ask{turn: u, text: r.text})
	}
	return b.obey(ctx, u, r)
}

// turn is the frame of an answer to what a person wrote or pressed: m is the
// message, or the one above the button.
func (b *Bot) turn(ctx context.Context, id int64, m *message, from *person, text string) (u turn, err error) {
	u = turn{id: id, place: place{Chat: m.Chat.ID, Thread: m.thread(), Group: m.Chat.Type != "private"}}
	u.talk = talk{Chat: b.moved(m.Chat.ID), Thread: u.place.Thread}
	if u.who, err = b.asker(ctx, from); err != nil {
		return u, err
	}
	if u.place.Group {
		u.talk.User = u.who.ID
	}
	u.words = choose(u.who.Lang, text, u.who.Tag)
	return u, nil
}

// obey carries out a command and says what came of it.
func (b *Bot) obey(ctx context.Context, u turn, r request) error {
	t, keys, err := b.command(ctx, u, r)
	if err != nil {
		return err
	}
	return b.say(ctx, u, t, keys)
}

// turnAway tells a person in a private chat that the bot is not for everyone.
func (b *Bot) turnAway(ctx context.Context, u turn) error {
	if u.place.Group || b.blocked(u.who.ID, u.talk.Chat) {
		return b.store.finish(ctx, u.id, "done")
	}
	if _, _, ok := b.strangers.take(u.who.ID, 0, time.Now()); !ok {
		return b.store.finish(ctx, u.id, "done")
	}
	return b.say(ctx, u, plainly(fmt.Sprintf(u.words.Outsider, u.who.ID)), nil)
}

// edited deals with a message that was changed: in a private chat its person
// may wait for a new answer.
func (b *Bot) edited(ctx context.Context, id int64, m *message) error {
	if done, err := b.editedFile(ctx, id, m); done || err != nil {
		return err
	}
	r, meant := b.understand(m)
	if !meant || r.command != "" || m.Chat.Type != "private" || m.From == nil || m.From.IsBot {
		return b.store.finish(ctx, id, "done")
	}
	u, err := b.turn(ctx, id, m, m.From, r.text)
	if err != nil {
		return err
	}
	if _, _, ok := b.limiter.take(u.who.ID, 0, time.Now()); !ok || !b.admits(u.who.ID, u.talk.Chat) {
		return b.store.finish(ctx, id, "done")
	}
	u.place.ReplyTo = m.ID
	return b.obey(ctx, u, request{command: "edited"})
}

// understand finds what a message asks for, and whether it is meant for us: in
// a private chat everything is, in a group a command, a mention, or a reply.
func (b *Bot) understand(m *message) (request, bool) {
	text := strings.TrimSpace(m.Text)
	private := m.Chat.Type == "private"
	if m.Chat.Type == "channel" || m.sentBy(b.self.ID) {
		return request{}, false
	}
	if name, to, rest, ok := parseCommand(text); ok {
		return b.commanded(m, name, to, rest)
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
	case text == "" && !mentioned:
		word, carries := m.media() // or someone joined, a pin
		return request{command: "media", text: word}, carries && private
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

// commanded is what a command asks for.
func (b *Bot) commanded(m *message, name, to, rest string) (request, bool) {
	named := strings.EqualFold(to, b.self.Username)
	if to != "" && !named {
		return request{}, false // another bot's
	}
	if r, ok := b.officeCommand(m, name, rest); ok {
		return r, true
	}
	switch name {
	case "ask":
		if rest == "" {
			return request{command: "what"}, true
		}
		return question(rest), true
	case "start", "help", "new", "sources", "doc":
		return request{command: name, text: rest}, true
	case "asof":
		if date, q, ok := takeDate(rest); ok && q != "" { // for this question alone
			r := question(q)
			r.asOf = date
			return r, true
		}
		fallthrough
	case "lang", "place", "forget":
		if m.From != nil {
			return request{command: name, text: rest}, true
		}
	}
	// In a group a command without a name may be another bot's.
	return request{command: "unknown", text: rest}, named || m.Chat.Type == "private"
}

// say sends a short word of our own.
func (b *Bot) say(ctx context.Context, u turn, t styled, keys rows) error {
	if _, _, err := b.post(ctx, u.place, t, keys); err != nil {
		return err
	}
	return b.store.finish(ctx, u.id, "done")
}

// typing shows that an answer is under way; it does not matter when it fails.
func (b *Bot) typing(ctx context.Context, p place) {
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(b.moved(p.Chat), 10), "action": tgbotapi.ChatTyping}
	params.AddNonZero("message_thread_id", p.Thread)
	_ = b.api.call(ctx, 5*time.Second, "sendChatAction", params, nil)
}
