package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"golang.org/x/text/unicode/norm"

	"policybot/internal/db"
	"policybot/internal/han"
)

const (
	// maxName is how long the name of a file may be, in bytes: file systems
	// take 255, and names of sidecars and parts are longer.
	maxName = 200
	// downloadTimeout bounds the download of one file, and downloadTries is how
	// often it is begun.
	downloadTimeout = 3 * time.Minute
	downloadTries   = 5
)

// Why a file cannot be had.
var (
	errTooLarge = errors.New("the file is larger than Telegram lets a bot download")
	errFilePath = errors.New("the Bot API server gave no path that can be downloaded")
)

// safeName is a name that a file can have in any folder, made from what the
// sender's device called it: no folder, nothing invisible or reserved, not
// hidden, not too long. A file without a name is called upload.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case han.Invisible(r), unicode.IsControl(r):
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r), r == unicode.ReplacementChar:
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	// Composed only now: a character taken out may have stood between a letter
	// and its accent.
	name = norm.NFC.String(name)
	name = strings.TrimRight(strings.TrimLeft(name, ". "), ". ")
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	base := strings.TrimSuffix(name, ext)
	for len(base)+len(ext) > maxName {
		_, n := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-n]
	}
	if base = strings.TrimRight(base, ". "); base == "" {
		base = "upload"
	}
	return base + ext
}

// download writes the file that Telegram calls id to a new file.
func (b *Bot) download(ctx context.Context, id, to string) error {
	var err error
	for try := range downloadTries {
		if try > 0 {
			if stop := sleep(ctx, time.Second<<(try-1)); stop != nil {
				return stop
			}
		}
		var failed *callError
		if err = b.downloadOnce(ctx, id, to); err == nil || errors.As(err, &failed) && !failed.passing() && failed.Code != http.StatusTooManyRequests || !errors.As(err, &failed) {
			return err
		}
		if failed.Code == http.StatusTooManyRequests {
			if stop := sleep(ctx, failed.RetryAfter); stop != nil {
				return stop
			}
		}
		b.Log.Warn("a file could not be downloaded", "err", err)
	}
	return err
}

func (b *Bot) downloadOnce(ctx context.Context, id, to string) error {
	var at struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	err := b.api.call(ctx, callTimeout, "getFile", tgbotapi.Params{"file_id": id}, &at)
	var failed *callError
	switch {
	case errors.As(err, &failed) && failed.says("too big"), err == nil && at.Size > MaxDownload:
		return errTooLarge
	case err != nil:
		return err
	case !relative(at.Path):
		return errFilePath
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err = b.api.file(ctx, at.Path, out); err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// relative reports whether a path leads to a file below the server's own
// address. A server in its local mode gives a path of its own machine, which
// is not ours to open.
func relative(p string) bool {
	return p != "" && !strings.HasPrefix(p, "/") && !slices.Contains(strings.Split(p, "/"), "..")
}

// file copies a file of the Bot API server, at most MaxDownload bytes of it.
// The error is a *callError, errTooLarge, or one of the writer's.
func (a *api) file(ctx context.Context, name string, to io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	base := strings.ReplaceAll(strings.TrimSuffix(a.endpoint, "/bot%s/%s"), "%%", "%")
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		parts = append(parts, url.PathEscape(part))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/file/bot"+a.token+"/"+strings.Join(parts, "/"), nil)
	if err != nil {
		return a.explain(ctx, "file", 0, err)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return a.explain(ctx, "file", 0, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return a.explain(ctx, "file", max(resp.StatusCode, http.StatusBadRequest), errors.New(resp.Status))
	}
	body := &noting{r: io.LimitReader(resp.Body, MaxDownload+1)}
	n, err := io.Copy(to, body)
	switch {
	case n > MaxDownload:
		return errTooLarge
	case body.err != nil:
		return a.explain(ctx, "file", 0, body.err)
	case err == nil && resp.ContentLength >= 0 && n != resp.ContentLength:
		return a.explain(ctx, "file", 0, io.ErrUnexpectedEOF)
	}
	return err
}

// noting remembers the error of its reader, which is the network's and not the
// disk's.
type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return k, err
}

// fileTrouble is what an admin is told of a file that could not be had or
// kept.
func (b *Bot) fileTrouble(w *adminWords, err error) string {
	var failed *callError
	switch {
	case errors.Is(err, errTooLarge):
		return w.FileLarge
	case errors.Is(err, errFilePath):
		return w.FileLocal
	case errors.As(err, &failed):
		b.Log.Warn("an admin's file could not be had from Telegram", "err", err)
		return fmt.Sprintf(w.FileGone, failed.Text)
	case errors.Is(db.Explain(err), db.ErrFull):
		b.Log.Error("the disk is full: an admin's file is not kept")
		return w.DiskFull
	}
	b.Log.Error("an admin's file could not be kept", "err", err)
	return w.FileKept
}
