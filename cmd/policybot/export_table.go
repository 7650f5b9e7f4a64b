package main

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"policybot/bot"
)

// exportedDays is how far back days are counted for a table.
const exportedDays = 365

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
// may separate cells stands in quotes: where lists are separated by semicolons,
// as for German Excel, one in a question would begin a cell of its own.
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
