package bot_test

import (
	"testing"
	"time"

	"policybot/bot"
)

func TestDays(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	for i := range 40 {
		a := &bot.Answer{Question: "几?", Took: time.Duration(i+1) * time.Second}
		if i%4 == 0 {
			a.Refusal = &bot.Refusal{Why: "没有。"}
		}
		id, err := f.journal.Save(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if i < 3 {
			if err := f.journal.Feedback(ctx, id, "li", i == 0, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	yesterday := time.Now().AddDate(0, 0, -1)
	if _, err := f.conn.Exec(`UPDATE answers SET at = ? WHERE id IN (SELECT id FROM answers ORDER BY id LIMIT 1)`, yesterday.UnixMilli()); err != nil {
		t.Fatal(err)
	}
	days, err := f.journal.Days(ctx, yesterday.AddDate(0, 0, -1))
	if err != nil || len(days) != 3 {
		t.Fatalf("%+v, %v", days, err)
	}
	if d := days[0]; d.Answers != 0 || d.Slow != 0 {
		t.Errorf("the day before yesterday: %+v", d)
	}
	if d := days[1]; d.Answers != 1 || d.Date != yesterday.Format(time.DateOnly) || d.Median == 0 || d.Median != d.Slow {
		t.Errorf("yesterday: %+v", d)
	}
	d := days[2]
	if d.Answers != 39 || d.Refusals+days[1].Refusals != 10 || d.Good != 1 || d.Bad != 2 {
		t.Errorf("today: %+v", d)
	}
	if d.Median < 19*time.Second || d.Median > 22*time.Second || d.Slow < 37*time.Second || d.Slow > 39*time.Second {
		t.Errorf("today's answers took %v and %v", d.Median, d.Slow)
	}
}
