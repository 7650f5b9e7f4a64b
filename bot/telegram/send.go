package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// A place is where a message goes.
type place struct {
	Chat    int64
	Thread  int
	Group   bool
	ReplyTo int  // the message that is answered; 0 for none
	Quiet   bool // it arrives without a sound
}

// Why a message cannot be delivered.
var (
	// errGone: the chat does not take our messages any more.
	errGone = errors.New("the chat does not take messages from the bot")
	// errNoMessage: the message to edit is not there any more.
	errNoMessage = errors.New("the message to edit is gone")
)

// post sends a message and returns its id and the chat that it went to.
func (b *Bot) post(ctx context.Context, p place, t styled, keys rows) (int, int64, error) {
	params := tgbotapi.Params{}
	if p.Thread != 0 {
		params["message_thread_id"] = strconv.Itoa(p.Thread)
	}
	if p.Quiet {
		params["disable_notification"] = "true"
	}
	if p.ReplyTo != 0 {
		params["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, p.ReplyTo)
	}
	var sent struct {
		ID   int  `json:"message_id"`
		Chat chat `json:"chat"`
	}
	chat, err := b.deliver(ctx, sends, "sendMessage", p, t, keys, params, &sent)
	return sent.ID, chat, err
}

// edit changes a message of ours. That it already reads so is no error.
func (b *Bot) edit(ctx context.Context, p place, id int, t styled, keys rows) error {
	params := tgbotapi.Params{"message_id": strconv.Itoa(id)}
	_, err := b.deliver(ctx, edits, "editMessageText", p, t, keys, params, nil)
	return err
}

// deliver makes a request that carries a message until Telegram accepts or
// refuses it, and returns the chat it went to.
func (b *Bot) deliver(ctx context.Context, kind sendKind, method string, p place, t styled, keys rows, params tgbotapi.Params, result any) (int64, error) {
	if err := compose(params, t, keys); err != nil {
		return p.Chat, err
	}
	chat := b.moved(p.Chat)
	for wait := range backoff() {
		params["chat_id"] = strconv.FormatInt(chat, 10)
		failed, err := b.paced(ctx, kind, chat, p.Group, method, params, result)
		if err != nil || failed == nil {
			return chat, err
		}
		switch {
		case failed.Code == http.StatusTooManyRequests:
			continue // the chat's pace holds the time to wait
		case failed.passing():
			b.Log.Warn("Telegram did not take a message, trying again", "err", failed, "in", wait)
			if err := sleep(ctx, wait); err != nil {
				return chat, err
			}
		case failed.MigrateTo != 0 && failed.MigrateTo != chat:
			if err := b.move(ctx, chat, failed.MigrateTo); err != nil {
				return chat, err
			}
			if chat = b.moved(failed.MigrateTo); kind == edits {
				return chat, errNoMessage // messages do not move along
			}
		default:
			err := b.refused(failed)
			if err != failed || !simplify(params, t) {
				return chat, err
			}
			b.Log.Error("Telegram refused a message; sending it simpler", "err", failed)
		}
	}
	return chat, ctx.Err()
}

// simplify takes from a message what Telegram may have refused it for: first
// the markup, then the buttons. It reports whether there was any.
func simplify(params tgbotapi.Params, t styled) bool {
	switch {
	case params["parse_mode"] != "":
		delete(params, "parse_mode")
		params["text"] = t.plain()
	case params["reply_markup"] != "":
		delete(params, "reply_markup")
	default:
		return false
	}
	return true
}

// compose puts text and buttons into a request's parameters.
func compose(params tgbotapi.Params, t styled, keys rows) error {
	params["text"], params["parse_mode"] = t.html(), tgbotapi.ModeHTML
	params["link_preview_options"] = `{"is_disabled":true}`
	if len(keys) > 0 {
		markup, err := json.Marshal(tgbotapi.InlineKeyboardMarkup{InlineKeyboard: keys})
		if err != nil {
			return fmt.Errorf("encoding buttons: %w", err)
		}
		params["reply_markup"] = string(markup)
	}
	return nil
}

// paced makes one request in the chat's turn. The error is ctx's, or ErrToken.
func (b *Bot) paced(ctx context.Context, kind sendKind, chat int64, group bool, method string, params tgbotapi.Params, result any) (*callError, error) {
	pace := b.pacer.of(chat)
	if err := b.pacer.enter(ctx, pace, kind, group); err != nil {
		return nil, err
	}
	defer b.pacer.leave(pace, kind)
	return b.once(ctx, pace, method, params, result)
}

// once makes one request and sorts out what is the same for all of them.
func (b *Bot) once(ctx context.Context, pace *pace, method string, params tgbotapi.Params, result any) (*callError, error) {
	return b.sorted(ctx, pace, method, b.api.call(ctx, callTimeout, method, params, result))
}

// sorted is what is the same for all failures.
func (b *Bot) sorted(ctx context.Context, pace *pace, method string, err error) (*callError, error) {
	if err == nil {
		return nil, nil
	}
	var failed *callError
	switch {
	case !errors.As(err, &failed):
		return nil, err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case isTokenError(failed):
		b.fatal(ErrToken)
		return nil, ErrToken
	case failed.Code == http.StatusTooManyRequests:
		b.counts.limited.Add(1)
		b.Log.Warn("Telegram asks to slow down", "method", method, "for", failed.RetryAfter)
		pace.hold(failed.RetryAfter, time.Now())
	case failed.says("message is not modified"):
		return nil, nil
	}
	return failed, nil
}

// refused turns Telegram's refusal of a message into what it means for us.
// What it does not know comes back as it is.
func (b *Bot) refused(e *callError) error {
	switch {
	case e.says("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"):
		return errNoMessage
	case e.Code == http.StatusForbidden,
		e.says("chat not found", "thread not found", "TOPIC_CLOSED", "TOPIC_DELETED", "not enough rights", "have no rights", "CHAT_WRITE_FORBIDDEN", "user is deactivated", "CHAT_RESTRICTED"):
		return fmt.Errorf("%w: %w", errGone, e)
	}
	return e
}

func editParams(chat int64, message int, t styled) (tgbotapi.Params, error) {
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "message_id": strconv.Itoa(message)}
	return params, compose(params, t, nil)
}
