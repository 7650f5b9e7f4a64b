package bot_test

import (
	"slices"
	"testing"

	"policybot/bot"
)

// TestDislikesAreGaps: a bad answer is a gap with its receipt, beside the
// refusals of the same question, until the verdict is taken back.
func TestDislikesAreGaps(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	save := func(question string, refused bool) string {
		t.Helper()
		a := answer(question, nil)
		if refused {
			a.Refusal = &bot.Refusal{Why: "没有"}
		}
		id, err := f.journal.Save(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	refused, answered, fine := save("地铁票价多少？", true), save("地铁票价多少", false), save("公园几点开门?", false)
	do(f.journal.Feedback(ctx, answered, "li", false, ""))
	do(f.journal.Feedback(ctx, answered, "li", false, "wrong"))
	do(f.journal.Feedback(ctx, answered, "amy", false, "outdated"))
	do(f.journal.Feedback(ctx, fine, "li", false, "incomplete"))
	do(f.journal.Feedback(ctx, refused, "bo", true, ""))
	gaps, err := f.journal.Gaps(ctx)
	do(err)
	for _, g := range gaps {
		slices.Sort(g.Reasons) // those of one millisecond have no order
	}
	if len(gaps) != 2 || gaps[0].Count != 2 || gaps[0].Bad != 2 || gaps[0].Answer != refused ||
		!slices.Equal(gaps[0].Disliked, []string{answered}) || !slices.Equal(gaps[0].Reasons, []string{"outdated", "wrong"}) {
		t.Errorf("gaps %+v", gaps)
	}
	if g := gaps[1]; g.Question != "公园几点开门?" || g.Count != 1 || g.Answer != fine || g.First.IsZero() || g.Last.Before(g.First) {
		t.Errorf("the bad answer's gap is %+v", g)
	}
	for _, user := range []string{"li", "amy", "nobody"} {
		do(f.journal.Withdraw(ctx, answered, user))
	}
	do(f.journal.Withdraw(ctx, fine, "li"))
	if gaps, err = f.journal.Gaps(ctx); err != nil || len(gaps) != 1 || gaps[0].Bad != 0 || gaps[0].Count != 1 {
		t.Errorf("after taking back, gaps %+v, %v", gaps, err)
	}
}
