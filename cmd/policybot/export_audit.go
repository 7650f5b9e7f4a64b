package main

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"policybot/bot"
	"policybot/bot/telegram"
	"policybot/internal/eval"
)

// exportedDays is how far back days are counted for a table.
const exportedDays = 365

func (p *program) exportAudit() *cobra.Command {
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Export what the admins did in Telegram",
		Long: `Export what the admins of the Telegram bot did, oldest first: who, when, what, to
which document, and the corpus version that came of it. One JSON object a line,
or a table for spreadsheets. No question is in it.`,
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) (err error) {
			l, err := p.open(ctx)
			if err != nil {
				return err
			}
			defer l.closeInto(&err)
			entries, err := telegram.Audit(ctx, l.conn)
			if err != nil {
				return err
			}
			if asCSV {
				return writeAudit(p.stdout, entries)
			}
			for _, e := range entries {
				if err := eval.WriteJSON(p.stdout, e); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "write a table for spreadsheets")
	return cmd
}

func writeAudit(w io.Writer, entries []telegram.AuditEntry) error {
	rows := [][]string{{"at", "who", "what", "document", "subject", "version"}}
	for _, e := range entries {
		rows = append(rows, []string{e.At.Format(time.DateTime), strconv.FormatInt(e.Who, 10), e.What, e.Document, e.Subject, strconv.FormatInt(e.Version, 10)})
	}
	return writeTable(w, rows)
}

// A dayCounter counts by day; *bot.Journal is one.
type dayCounter interface {
	Days(ctx context.Context, since time.Time) ([]bot.Day, error)
}

// writeDays writes the counts of each day of the last year on which something
// was asked.
func writeDays(ctx context.Context, w io.Writer, j dayCounter) error {
	days, err := j.Days(ctx, time.Now().AddDate(0, 0, 1-exportedDays))
	if err != nil {
		return err
	}
	rows := [][]string{{"date", "questions", "refused", "good", "bad", "median seconds", "95% seconds"}}
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
	for _, d := range days {
		if d.Answers+d.Good+d.Bad > 0 {
			rows = append(rows, []string{d.Date, strconv.Itoa(d.Answers), strconv.Itoa(d.Refusals), strconv.Itoa(d.Good), strconv.Itoa(d.Bad), seconds(d.Median), seconds(d.Slow)})
		}
	}
	return writeTable(w, rows)
}

// writeTable writes a table for a spreadsheet: with the mark by which Excel
// knows UTF-8, and with cells that would be read as formulas made text. What
// may separate cells stands in quotes: where lists are separated by semicolons, as for German
// Excel, one in a question would begin a cell of its own.
func writeTable(w io.Writer, rows [][]string) error {
	var out strings.Builder
	out.WriteString("\ufeff")
	for i, row := range rows {
		for k, cell := range row {
			if cell = line(cell); i > 0 && formula(cell) {
				cell = "'" + cell
			}
			if strings.ContainsAny(cell, `,;|"`) {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			if k > 0 {
				out.WriteByte(',')
			}
			out.WriteString(cell)
		}
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// formula reports whether a spreadsheet would compute a cell: it begins with
// one of the signs for that, also in full width. Numbers are no formulas.
func formula(cell string) bool {
	if _, err := strconv.ParseFloat(cell, 64); err == nil || cell == "" {
		return false
	}
	return strings.ContainsRune("=+-@＝＋－＠|%", []rune(cell)[0])
}
