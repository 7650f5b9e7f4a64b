package main

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"policybot/bot"
	"policybot/internal/eval"
)

func (p *program) export() *cobra.Command {
	var asCSV bool
	gaps := &cobra.Command{
		Use:   "gaps",
		Short: "Export the questions that the documents did not answer",
		Long: `Export the questions that were refused or whose answers people found bad, the
most asked first: they say which documents are missing. One JSON object a line, or a table for spreadsheets.`,
		Example: `  policybot export gaps | jq -r .question
  policybot export gaps --csv > gaps.csv`,
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) (err error) {
			l, err := p.open(ctx)
			if err != nil {
				return err
			}
			defer l.closeInto(&err)
			gaps, err := l.journal.Gaps(ctx)
			if err != nil {
				return err
			}
			if asCSV {
				return writeGaps(p.stdout, gaps)
			}
			for _, g := range gaps {
				if err := eval.WriteJSON(p.stdout, g); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	gaps.Flags().BoolVar(&asCSV, "csv", false, "write a table for spreadsheets")
	return group(&cobra.Command{Use: "export", Short: "Export what the bot learned"}, gaps, p.exportAudit())
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
