package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"policybot/internal/db"
)

// A Day counts what was answered on one day, in the server's time.
type Day struct {
	Date     string // as 2024-02-19
	Answers  int    // refusals among them
	Refusals int
	Good     int // verdicts of people: one for each person and answer
	Bad      int
	// Median and Slow are the time that half and nineteen in twenty of its
	// answers took at most, by the latest of them; 0 without answers.
	Median, Slow time.Duration
}

// timed is how many answers of the time asked for tell how long they take.
const timed = 3000

// Days counts what was kept at or after since by day, the oldest first; days
// on which nothing happened are there too.
func (j *Journal) Days(ctx context.Context, since time.Time) ([]Day, error) {
	now := time.Now()
	var days []Day
	at := map[string]int{}
	for d := since; d.Format(time.DateOnly) <= now.Format(time.DateOnly); d = d.AddDate(0, 0, 1) {
		at[d.Format(time.DateOnly)] = len(days)
		days = append(days, Day{Date: d.Format(time.DateOnly)})
	}
	count := func(query string, add func(d *Day, yes bool)) error {
		rows, err := j.conn.QueryContext(ctx, query, since.UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var when int64
			var yes bool
			if err := rows.Scan(&when, &yes); err != nil {
				return err
			}
			if i, ok := at[time.UnixMilli(when).Format(time.DateOnly)]; ok {
				add(&days[i], yes)
			}
		}
		return rows.Err()
	}
	err := count(`SELECT at, gap <> '' FROM answers WHERE at >= ?`, func(d *Day, refused bool) {
		d.Answers++
		if refused {
			d.Refusals++
		}
	})
	if err == nil {
		err = count(`SELECT at, good <> 0 FROM feedback WHERE at >= ?`, func(d *Day, good bool) {
			if good {
				d.Good++
			} else {
				d.Bad++
			}
		})
	}
	if err == nil {
		err = j.time(ctx, since, days, at)
	}
	if err != nil {
		return nil, fmt.Errorf("count the journal by day: %w", db.Explain(err))
	}
	return days, nil
}

// time finds how long the answers of each day took.
func (j *Journal) time(ctx context.Context, since time.Time, days []Day, at map[string]int) error {
	rows, err := j.conn.QueryContext(ctx, `SELECT at, body FROM answers WHERE at >= ? ORDER BY at DESC LIMIT ?`, since.UnixMilli(), timed)
	if err != nil {
		return err
	}
	defer rows.Close()
	took := make([][]time.Duration, len(days))
	for rows.Next() {
		var when int64
		var body []byte
		if err := rows.Scan(&when, &body); err != nil {
			return err
		}
		var a struct {
			Took time.Duration `json:"took"`
		}
		if err := json.Unmarshal(body, &a); err != nil {
			return err
		}
		if i, ok := at[time.UnixMilli(when).Format(time.DateOnly)]; ok {
			took[i] = append(took[i], a.Took)
		}
	}
	for i, ts := range took {
		if len(ts) > 0 {
			slices.Sort(ts)
			days[i].Median, days[i].Slow = ts[(len(ts)-1)/2], ts[(len(ts)*19-1)/20]
		}
	}
	return rows.Err()
}
