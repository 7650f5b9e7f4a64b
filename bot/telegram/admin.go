package telegram

import (
	"context"
	"time"

	"policybot/bot"
)

// Totals counts what was answered, and lists what was not; *bot.Journal does.
type Totals interface {
	Totals(ctx context.Context, since time.Time) (bot.Totals, error)
	Gaps(ctx context.Context) ([]bot.Gap, error)
}

// lately is the time that admins see counts of, beside those of all time.
const lately = 7 * 24 * time.Hour

// statistics are what /stats tells.
type statistics struct {
	Week, All bot.Totals
	Now       Counts
}

// gapCounts are what /gaps tells: no words of a question.
type gapCounts struct {
	Questions int // different ones
	Times     int // asked altogether
	Week      int // different ones asked lately
	Repeated  int // different ones asked more than once
}

// report is the answer to an admin's command; false when there is none.
func (b *Bot) report(ctx context.Context, command string, w *words) (string, bool, error) {
	if b.Totals == nil {
		return "", false, nil
	}
	switch command {
	case "stats":
		s := statistics{Now: b.Counts()}
		var err error
		if s.Week, err = b.Totals.Totals(ctx, time.Now().Add(-lately)); err == nil {
			s.All, err = b.Totals.Totals(ctx, time.Time{})
		}
		return w.Stats(s), true, err
	case "gaps":
		gaps, err := b.Totals.Gaps(ctx)
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
		return w.Gaps(g), true, err
	}
	return "", false, nil
}

// mayCommand reports whether a message carries its sender's own command to the
// bot: admins have rights in their private chats only, and not for what they
// pass on from others.
func (b *Bot) mayCommand(m *message) bool {
	return m.From != nil && b.isAdmin(m.From.ID) && m.Chat.Type == "private" && m.Chat.ID == m.From.ID &&
		m.Forwarded == nil && m.ForwardDate == 0 && m.SenderChat == nil
}
