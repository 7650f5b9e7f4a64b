package retrieval_test

import (
	"fmt"
	"testing"

	"policybot/retrieval"
)

// TestWhatNobodyPublishedIsSwept stops ingests before they publish: the next
// one that does takes what they left, however much was published by then.
func TestWhatNobodyPublishedIsSwept(t *testing.T) {
	lib, conn := openLibrary(t)
	count := func(query string) (n int) {
		t.Helper()
		if err := conn.QueryRow(query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for round, docs := range []int{1, 250, 1} {
		d, err := lib.Draft(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Put(t.Context(), "s", fmt.Sprint("left", round), content("left", fmt.Sprint("没有发布", round))); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		var all []retrieval.Content
		for i := range docs {
			all = append(all, content(fmt.Sprintf("doc%d", i), fmt.Sprintf("住房第%d轮%d。", round, i)))
		}
		publish(t, lib, retrieval.NewHashed(), "s", all)
		for _, table := range []string{
			`revisions WHERE NOT EXISTS (SELECT 1 FROM placements p WHERE p.revision = revisions.id)`,
			`documents WHERE id LIKE 'left%'`, `originals WHERE NOT EXISTS (SELECT 1 FROM revisions r WHERE r.hash = originals.hash)`,
		} {
			if n := count(`SELECT COUNT(*) FROM ` + table); n != 0 {
				t.Errorf("round %d left %d rows of %s", round, n, table)
			}
		}
	}
	all, swept := count(`SELECT MAX(id) FROM revisions`), count(`SELECT revision FROM swept`)
	if swept > all || all-swept > 200 {
		t.Errorf("of revisions up to %d, those from %d on are looked at by each publication", all, swept)
	}
}
