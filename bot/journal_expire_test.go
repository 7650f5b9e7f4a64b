package bot_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/db"
)

// TestExpire: what is too old is gone from the file, with its feedback, and
// nothing else is.
func TestExpire(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	var ids []string
	for i := range 450 {
		id, err := f.journal.SaveFor(ctx, "li", answer(fmt.Sprintf("第%d个秘密问题？", i), nil))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		if i%100 == 0 {
			if err := f.journal.Feedback(ctx, id, "amy", false, "wrong"); err != nil {
				t.Fatal(err)
			}
		}
	}
	year := 365 * 24 * time.Hour
	if _, err := f.conn.Exec(`UPDATE answers SET at = at - ? WHERE id <> ?`, year.Milliseconds(), ids[400]); err != nil {
		t.Fatal(err)
	}
	if n, err := f.journal.Expire(ctx, time.Now().Add(-2*year)); err != nil || n != 0 {
		t.Errorf("nothing is that old, and %d went, %v", n, err)
	}
	if n, err := f.journal.Expire(ctx, time.Now().Add(-year/2)); err != nil || n != 449 {
		t.Fatalf("%d went, %v", n, err)
	}
	if _, err := f.journal.Receipt(ctx, ids[0]); !errors.Is(err, bot.ErrNoReceipt) {
		t.Errorf("an expired receipt: %v", err)
	}
	if _, err := f.journal.Receipt(ctx, ids[400]); err != nil {
		t.Errorf("the other receipt: %v", err)
	}
	if gaps, err := f.journal.Gaps(ctx); err != nil || len(gaps) != 1 || gaps[0].Bad != 1 {
		t.Errorf("what is left of the feedback is %+v, %v", gaps, err)
	}
	if err := db.EmptyLog(ctx, f.conn); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(f.file + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "第7个秘密问题") {
			t.Errorf("an expired question stands in the file%s", suffix)
		}
	}
}
