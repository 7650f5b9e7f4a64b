package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"policybot/bot/telegram"
)

// groupShare is how many times a person's pace a whole group may ask.
const groupShare = 3

// telegramAccess reads who may use the bot, and how fast.
func (s *settings) telegramAccess() (admins, allowed []int64, pace telegram.Limits, err error) {
	if admins, err = readIDs("TELEGRAM_ADMINS", s.telegramAdmins); err != nil {
		return nil, nil, pace, err
	}
	if allowed, err = readIDs("TELEGRAM_ALLOW", s.telegramAllow); err != nil {
		return nil, nil, pace, err
	}
	n, err := strconv.Atoi(s.telegramPace)
	if err != nil || n < 0 || n > 1000 {
		return nil, nil, pace, hint(misused("TELEGRAM_PACE=%s is no number of questions a minute", s.telegramPace),
			"write a number up to 1000; 0 is no limit")
	}
	return admins, allowed, telegram.Limits{Person: n, Group: groupShare * n}, nil
}

// readIDs reads numbers with commas or spaces between them.
func readIDs(name, list string) (ids []int64, err error) {
	for _, field := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		id, err := strconv.ParseInt(field, 10, 64)
		if err != nil || id == 0 {
			return nil, hint(fmt.Errorf("%s has %s, which is no Telegram id", name, quoteName(field)),
				"write numeric ids with commas between them, such as 12345,-1001234567; a name with @ will not do")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// webhookPath is the path of the webhook's address; empty without a webhook.
func (s *settings) webhookPath() (string, error) {
	if s.telegramWebhook == "" {
		return "", nil
	}
	u, err := url.Parse(s.telegramWebhook)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", hint(misused("TELEGRAM_WEBHOOK is no https address"),
			"write the public address of this server, such as https://bot.example.org/telegram; empty is polling")
	}
	return "/" + strings.TrimPrefix(u.Path, "/"), nil
}

// How long a request of the webhook may take, and how long open ones get when
// the service ends.
const (
	webhookRequest = 15 * time.Second
	webhookGrace   = 2 * time.Second
)

// runTelegram runs the bot, and, with a webhook, the server that Telegram
// posts to: plain HTTP behind a proxy that ends TLS.
func (p *program) runTelegram(ctx context.Context, b *telegram.Bot, path string) error {
	if path == "" {
		return b.Run(ctx)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", p.telegramListen)
	if err != nil {
		return hint(fmt.Errorf("the webhook cannot listen on %s: %w", quoteName(p.telegramListen), err),
			"TELEGRAM_LISTEN names a free address of this machine, such as 127.0.0.1:8443")
	}
	mux := http.NewServeMux()
	mux.Handle(path, b)
	server := &http.Server{Handler: mux, ReadTimeout: webhookRequest, WriteTimeout: webhookRequest, MaxHeaderBytes: 16 << 10}
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			stop(fmt.Errorf("the webhook's server ended: %w", err))
		}
	}()
	p.log.Info("Telegram posts updates to this server", "listening", listener.Addr().String())
	err = b.Run(running)
	grace, end := context.WithTimeout(context.WithoutCancel(ctx), webhookGrace)
	defer end()
	if server.Shutdown(grace) != nil {
		_ = server.Close()
	}
	<-served
	if cause := context.Cause(running); err == nil && ctx.Err() == nil {
		err = cause
	}
	return err
}
