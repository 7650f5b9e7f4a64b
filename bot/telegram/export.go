package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// An Export is a table that admins may have as a file.
type Export struct {
	Name  string // of the file
	Write func(ctx context.Context, w io.Writer) error
}

const (
	// maxCaption is the longest caption of a file, in UTF-16 units after
	// parsing: core.telegram.org/bots/api#sendphoto.
	maxCaption = 1024
	// maxExport stays below the 50 MB that a bot may send.
	maxExport     = 45 << 20
	uploadTimeout = 2 * time.Minute
	attachTries   = 5
)

// errExport: an export has become too large to send.
var errExport = errors.New("the export is too large for Telegram")

// bounded is a buffer that takes no more than maxExport.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxExport {
		return 0, errExport
	}
	return b.Buffer.Write(p)
}

// export sends the tables, each as a file.
func (b *Bot) export(ctx context.Context, u turn) (styled, rows, error) {
	w := officeWords(u.words)
	if len(b.Office.Exports) == 0 {
		return plainly(w.ExportNone), nil, nil
	}
	for _, e := range b.Office.Exports {
		var out bounded
		if err := e.Write(ctx, &out); errors.Is(err, errExport) {
			return plainly(fmt.Sprintf(w.ExportLarge, e.Name)), nil, nil
		} else if err != nil {
			return nil, nil, err
		}
		name := fmt.Sprintf("%s-%s", time.Now().Format(time.DateOnly), e.Name)
		if err := b.attach(ctx, u.place, "sendDocument", "document", tgbotapi.FileBytes{Name: name, Bytes: out.Bytes()}, nil); err != nil {
			return nil, nil, err
		}
	}
	return plainly(w.Exported), nil, nil
}

// attach sends a file with a caption. It is not repeated when the word that
// Telegram took it may have been lost, save after a refusal that says so.
func (b *Bot) attach(ctx context.Context, p place, method, field string, f tgbotapi.FileBytes, caption styled) error {
	params := tgbotapi.Params{}
	params.AddNonZero("message_thread_id", p.Thread)
	if len(caption) > 0 {
		params["caption"], params["parse_mode"] = caption.split(maxCaption)[0].html(), tgbotapi.ModeHTML
	}
	chat := b.moved(p.Chat)
	params["chat_id"] = strconv.FormatInt(chat, 10)
	tries := 0
	for wait := range backoff() {
		failed, err := b.attachOnce(ctx, chat, p.Group, method, params, tgbotapi.RequestFile{Name: field, Data: f})
		if err != nil || failed == nil {
			return err
		}
		if tries++; !failed.passing() && failed.Code != http.StatusTooManyRequests || tries == attachTries {
			return b.refused(failed)
		}
		if failed.Code == http.StatusTooManyRequests {
			continue // the chat's pace holds the time to wait
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// attachOnce makes the request in the chat's turn. The error is ctx's, or
// ErrToken.
func (b *Bot) attachOnce(ctx context.Context, chat int64, group bool, method string, params tgbotapi.Params, f tgbotapi.RequestFile) (*callError, error) {
	pace := b.pacer.of(chat)
	if err := b.pacer.enter(ctx, pace, sends, group); err != nil {
		return nil, err
	}
	defer b.pacer.leave(pace, sends)
	return b.sorted(ctx, pace, method, b.api.upload(ctx, method, params, f))
}

// upload makes one request with a file. The error is a *callError.
func (a *api) upload(ctx context.Context, method string, params tgbotapi.Params, f tgbotapi.RequestFile) error {
	ctx, cancel := context.WithTimeout(ctx, uploadTimeout)
	defer cancel()
	x := &exchange{ctx: ctx, client: a.client}
	lib := &tgbotapi.BotAPI{Token: a.token, Client: x}
	lib.SetAPIEndpoint(a.endpoint)
	if _, err := lib.UploadFiles(method, params, []tgbotapi.RequestFile{f}); err != nil {
		return a.explain(ctx, method, x.status, err)
	}
	return nil
}
