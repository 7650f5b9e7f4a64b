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

func (p *program) export() *cobra.Command {
	gaps := exportCommand(p, (*library).gaps, writeGaps, &cobra.Command{
		Use:   "gaps",
		Short: "Export the questions that the documents did not answer",
		Long: `Export the questions that were refused or whose answers people found bad, the
most asked first: they say which documents are missing. One JSON object a line,
or a table for spreadsheets.`,
		Example: `  policybot export gaps | jq -r .question
  policybot export gaps --csv > gaps.csv`,
	})
	audit := exportCommand(p, (*library).audit, writeAudit, &cobra.Command{
		Use:   "audit",
		Short: "Export what the admins did in Telegram",
		Long: `Export what the admins of the Telegram bot did, oldest first: who, when, what, to
which document, and the corpus version that came of it. One JSON object a line,
or a table for spreadsheets. No question is in it.`,
	})
	return group(&cobra.Command{Use: "export", Short: "Export what the bot learned"}, gaps, audit)
}

// exportCommand makes cmd write what read finds in the library: one JSON object
// a line, or with --csv what table writes.
func exportCommand[T any](p *program, read func(*library, context.Context) ([]T, error), table func(io.Writer, []T) error, cmd *cobra.Command) *cobra.Command {
	var asCSV bool
	cmd.Args = cobra.NoArgs
	cmd.RunE = p.does(func(ctx context.Context, _ []string) (err error) {
		l, err := p.open(ctx)
		if err != nil {
			return err
		}
		defer l.closeInto(&err)
		rows, err := read(l, ctx)
		if err != nil {
			return err
		}
		if asCSV {
			return table(p.stdout, rows)
		}
		for _, row := range rows {
			if err := eval.WriteJSON(p.stdout, row); err != nil {
				return err
			}
		}
		return nil
	})
	cmd.Flags().BoolVar(&asCSV, "csv", false, "write a table for spreadsheets")
	return cmd
}

func (l *library) gaps(ctx context.Context) ([]bot.Gap, error) { return l.journal.Gaps(ctx) }

func (l *library) audit(ctx context.Context) ([]telegram.AuditEntry, error) {
	return telegram.Audit(ctx, l.conn)
}

// writeGaps writes gaps for a spreadsheet.
func writeGaps(w io.Writer, gaps []bot.Gap) error {
	rows := [][]string{{"question", "count", "first", "last", "bad", "reasons"}}
	for _, g := range gaps {
		rows = append(rows, []string{g.Question, strconv.Itoa(g.Count), g.First.Format(time.DateTime), g.Last.Format(time.DateTime),
			strconv.Itoa(g.Bad), strings.Join(g.Reasons, " ")})
	}
	return writeTable(w, rows)
}

// writeAudit writes what admins did for a spreadsheet.
func writeAudit(w io.Writer, entries []telegram.AuditEntry) error {
	rows := [][]string{{"at", "who", "what", "document", "subject", "version"}}
	for _, e := range entries {
		rows = append(rows, []string{e.At.Format(time.DateTime), strconv.FormatInt(e.Who, 10), e.What, e.Document, e.Subject, strconv.FormatInt(e.Version, 10)})
	}
	return writeTable(w, rows)
}
