package bot_test

import (
	"testing"
	"time"

	"policybot/bot"
)

func TestTotalsAndTheUserOfAnAnswer(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	save := func(a *bot.Answer) string {
		t.Helper()
		id, err := f.journal.Save(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := save(&bot.Answer{User: "li", Question: "一?"})
	save(&bot.Answer{User: "li", Question: "二?", Refusal: &bot.Refusal{Why: "没有。"}})
	save(&bot.Answer{User: "amy", Question: "三?", Refusal: &bot.Refusal{Why: "没有。"}})
	for user, good := range map[string]bool{"li": true, "amy": false, "bo": false} {
		if err := f.journal.Feedback(ctx, first, user, good, ""); err != nil {
			t.Fatal(err)
		}
	}
	check := func(since time.Time, want bot.Totals) {
		t.Helper()
		if got, err := f.journal.Totals(ctx, since); err != nil || got != want {
			t.Errorf("totals %+v, %v; want %+v", got, err, want)
		}
	}
	check(time.Time{}, bot.Totals{Answers: 3, Refusals: 2, Good: 1, Bad: 2})
	check(time.Now().Add(time.Hour), bot.Totals{})
	if err := f.journal.Forget(ctx, "li"); err != nil {
		t.Fatal(err)
	}
	check(time.Time{}, bot.Totals{Answers: 1, Refusals: 1})
}
