package telegram

import (
	"context"
	"fmt"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
)

const (
	// lately is the time that admins see counts of, beside those of all time,
	// and charted how many days the picture shows.
	lately  = 7 * 24 * time.Hour
	charted = 14
)

// statistics are what /stats tells.
type statistics struct {
	Week, All bot.Totals
	Now       Counts
}

// model tells the model's calls and tokens lately and altogether in a format
// of four numbers, on a line of its own; nothing where no model was asked.
func (s statistics) model(format string) string {
	if s.All.Model.Calls == 0 {
		return ""
	}
	w, a := s.Week.Model, s.All.Model
	return fmt.Sprintf("\n"+format, w.Calls, w.In+w.Out, a.Calls, a.In+a.Out)
}

// gapCounts are what /gaps tells: no words of a question.
type gapCounts struct {
	Questions int // different ones
	Times     int // asked altogether
	Week      int // different ones asked lately
	Repeated  int // different ones asked more than once
}

// statistics is /stats: counts, and a picture of the last days when there is
// something to see.
func (b *Bot) statistics(ctx context.Context, u turn) (styled, rows, error) {
	if b.Totals == nil {
		return plainly(u.words.Unknown), nil, nil
	}
	s := statistics{Now: b.Counts()}
	var err error
	if s.Week, err = b.Totals.Totals(ctx, time.Now().Add(-lately)); err == nil {
		s.All, err = b.Totals.Totals(ctx, time.Time{})
	}
	if err != nil {
		return nil, nil, err
	}
	if b.Office.Daily != nil && s.All.Answers > 0 {
		if err := b.sendChart(ctx, u); err != nil {
			return nil, nil, err
		}
	}
	return plainly(u.words.Stats(s)), nil, nil
}

func (b *Bot) sendChart(ctx context.Context, u turn) error {
	days, err := b.Office.Daily.Days(ctx, time.Now().AddDate(0, 0, 1-charted))
	if err != nil {
		return err
	}
	picture, err := chart(days)
	if err != nil {
		return err
	}
	return b.attach(ctx, u.place, "sendPhoto", "photo", tgbotapi.FileBytes{Name: "stats.png", Bytes: picture}, plainly(officeWords(u.words).Chart(days)))
}

// gaps is /gaps.
func (b *Bot) gaps(ctx context.Context, w *words) (styled, rows, error) {
	if b.Totals == nil {
		return plainly(w.Unknown), nil, nil
	}
	gaps, err := b.Totals.Gaps(ctx)
	if err != nil {
		return nil, nil, err
	}
	g := gapCounts{Questions: len(gaps)}
	for _, one := range gaps {
		g.Times += one.Count
		if time.Since(one.Last) < lately {
			g.Week++
		}
		if one.Count > 1 {
			g.Repeated++
		}
	}
	return plainly(w.Gaps(g)), nil, nil
}
