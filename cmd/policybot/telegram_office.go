package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"policybot/bot/telegram"
)

// accessByInvite as TELEGRAM_ACCESS lets nobody in who is not listed or
// invited; accessOpen is everyone, unless TELEGRAM_ALLOW lists people.
const (
	accessOpen     = "open"
	accessByInvite = "invite"
)

// telegramOffice is what the bot's admins work with: documents of their own in
// a folder beside the library, which is a source by itself. Without admins it
// is only who may ask.
func (p *program) telegramOffice(ctx context.Context, l *library, admins bool) (o telegram.Office, err error) {
	if o.Staff, err = readIDs("TELEGRAM_STAFF", p.telegramStaff); err != nil {
		return o, err
	}
	switch p.telegramAccessBy {
	case accessByInvite:
		o.Closed = true
	case accessOpen, "":
	default:
		return o, hint(misused("TELEGRAM_ACCESS=%s is no way in", p.telegramAccessBy), "write %q or %q", accessOpen, accessByInvite)
	}
	o.Daily = l.journal
	if !admins {
		return o, nil
	}
	if o.Embedder, err = p.embedderOf(ctx, l.lib); err != nil {
		return o, err
	}
	// The source's folder is kept in the library, and must be found from any
	// folder that a command is run in.
	data, err := filepath.Abs(p.data)
	if err == nil {
		data, err = filepath.EvalSymlinks(data)
	}
	if err != nil {
		return o, fmt.Errorf("find the library's folder: %w", err)
	}
	uploads := filepath.Join(data, telegram.UploadSource)
	sources, err := l.lib.Sources(ctx)
	if err != nil {
		return o, err
	}
	if elsewhere := sources[telegram.UploadSource]; elsewhere != "" && elsewhere != uploads {
		if _, err := os.Stat(elsewhere); err == nil { // else the data folder moved
			return o, hint(fmt.Errorf("the library has a source %q already, the folder %s: the bot keeps there what admins send", telegram.UploadSource, quoteName(elsewhere)),
				"give that folder another name and ingest it again, or leave TELEGRAM_ADMINS empty")
		}
	}
	o.Library, o.Uploads, o.Searched = l.lib, uploads, l.load
	o.Exports = []telegram.Export{
		{Name: "gaps.csv", Write: func(ctx context.Context, w io.Writer) error {
			gaps, err := l.journal.Gaps(ctx)
			if err != nil {
				return err
			}
			return writeGaps(w, gaps)
		}},
		{Name: "days.csv", Write: func(ctx context.Context, w io.Writer) error { return writeDays(ctx, w, l.journal) }},
	}
	return o, nil
}
