package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"policybot/bot"
	"policybot/bot/telegram"
	"policybot/retrieval"
)

// lookForNews is how often a server looks whether another process published a
// new corpus version: a withdrawn document stays citable for that long.
const lookForNews = 2 * time.Second

func (p *program) serve() *cobra.Command {
	var paths []string
	var watch bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer in Telegram, or in this terminal",
		Long: `Answer questions in Telegram as the bot of TELEGRAM_BOT_TOKEN. Without a token it
opens a chat in this terminal; with no terminal either it says what the library
holds and ends.

A library that changes while it is served, by "ingest" or "docs remove" in
another process, is searched in its new version within seconds. The first
interrupt ends it in order, the second at once.`,
		Example: `  policybot serve --ingest seeds
  TELEGRAM_BOT_TOKEN=... policybot serve --data /var/lib/policybot`,
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error { return p.serveAll(ctx, paths, watch) }),
	}
	cmd.Flags().StringArrayVar(&paths, "ingest", nil, "read this folder or file into the library first; may be repeated")
	cmd.Flags().BoolVar(&watch, "watch", false, "go on reading what --ingest names, whenever files change")
	return cmd
}

func (p *program) serveAll(ctx context.Context, paths []string, watch bool) (err error) {
	if watch && len(paths) == 0 {
		return misused("--watch needs --ingest PATH: it says what to watch")
	}
	if len(paths) > 0 {
		if err := p.ingestAll(ctx, paths); err != nil {
			return err
		}
	}
	open := p.openReady
	if p.telegramToken != "" && p.telegramAdmins != "" {
		open = p.openForAdmins
	}
	l, err := open(ctx)
	if err != nil {
		return err
	}
	defer l.closeInto(&err)
	answerer, err := p.answerer(l, l.journal.Save)
	if err != nil {
		return err
	}
	kept, err := p.retention()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { p.expire(ctx, l, kept) })
	following.Go(func() { p.follow(ctx, l) })
	if watch {
		following.Go(func() { p.watchBeside(ctx, paths) })
	}
	defer following.Wait()
	defer stop()
	if p.telegramToken != "" {
		return p.serveTelegram(ctx, l, answerer)
	}
	return p.serveTerminal(ctx, l, answerer)
}

// serveTelegram answers in Telegram until ctx ends.
func (p *program) serveTelegram(ctx context.Context, l *library, answerer *bot.Answerer) error {
	p.level.Set(min(p.level.Level(), slog.LevelInfo))
	admins, allowed, pace, err := p.telegramAccess()
	if err != nil {
		return err
	}
	path, err := p.webhookPath()
	if err != nil {
		return err
	}
	kept, err := p.retention()
	if err != nil {
		return err
	}
	voices, err := p.transcriber()
	if err != nil {
		return err
	}
	office, err := p.telegramOffice(ctx, l, len(admins) > 0)
	if err != nil {
		return err
	}
	newcomers := &showcase{l: l}
	b, err := telegram.New(ctx, telegram.Config{
		Token: p.telegramToken, Endpoint: p.telegramURL, Client: p.telegramClient,
		DB: l.prompt, Answerer: answerer, Receipts: l.journal, Feedback: l.journal, Texts: l.lib, Log: p.log,
		Forget: l.journal.Forget, Corpus: l.index, Shelf: l.lib, Totals: l.journal, Retention: kept, Transcriber: voices, Admins: admins, Office: office, Allowed: allowed, Limits: pace,
		Preview: bot.New(bot.Config{Search: retrieval.Words{Index: l.index}, View: l.index, Writer: bot.NewExtractive(l.index)}),
		Webhook: p.telegramWebhook, Examples: func(lang string) []string { return newcomers.in(ctx, lang) },
	})
	if err != nil {
		return err
	}
	s := l.index.Stats()
	p.log.Info("serving in Telegram", "documents", s.Documents, "passages", s.Passages, "corpus", s.Corpus.Version, "embedder", s.Corpus.Embedder)
	return p.runTelegram(ctx, b, path)
}

// follow loads each new corpus version until ctx ends.
func (p *program) follow(ctx context.Context, l *library) {
	tick := time.NewTicker(lookForNews)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		c, err := l.lib.Current(ctx)
		if err == nil && c.Version != l.index.Stats().Corpus.Version {
			err = l.load(ctx)
			p.log.Info("the library changed", "corpus", c.Version, "documents", l.index.Stats().Documents)
		}
		if err != nil && ctx.Err() == nil {
			p.log.Error("the new corpus version is not searched yet", "error", err)
		}
	}
}

func (p *program) serveTerminal(ctx context.Context, l *library, answerer *bot.Answerer) (err error) {
	s := l.index.Stats()
	fmt.Fprintf(p.stdout, "%d documents, %d passages%s.\n", s.Documents, s.Passages, span(s.From, s.To))
	if !isTerminal(p.stdin) || !isTerminal(p.stdout) {
		fmt.Fprintln(p.stdout, "TELEGRAM_BOT_TOKEN is not set and there is no terminal to chat in: nothing to serve.")
		return nil
	}
	fmt.Fprintln(p.stdout, "TELEGRAM_BOT_TOKEN is not set: this is a chat in the terminal.")
	ask, end := prompter(ctx)
	defer func() { err = errors.Join(err, end()) }()
	c := &chat{answerer: answerer, ask: ask, out: p.stdout}
	return c.run(ctx)
}

// span says which dates a corpus covers.
func span(from, to string) string {
	if from == "" {
		return ""
	}
	return ", dated " + from + " to " + to
}
