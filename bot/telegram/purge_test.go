package telegram

import (
	"context"
	"database/sql"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"policybot/internal/telegramtest"
	"policybot/retrieval"
)

// shelf has every document but those that were purged.
type shelf struct{ purged *atomic.Value } // of string: the id of the one that was

func (s shelf) Holds(context.Context, string, retrieval.Eraser) error { return nil }

func (s shelf) HasRevision(_ context.Context, _ *sql.Tx, id string, _ int64) (bool, error) {
	return s.purged.Load() != id, nil
}

// An answer that was made from a document which was purged meanwhile is not
// kept; the next attempt is.
func TestPurgeWhileAnswering(t *testing.T) {
	texts := shelf{new(atomic.Value)}
	texts.purged.Store(city.ID)
	play(t, telegramtest.Options{}, func(st *stage) {
		st.adjust = func(c *Config) { c.Texts = texts }
		st.start()
		li := st.tg.User(1, "李雷", "zh")
		c := st.tg.Private(li)
		c.Send(li, digital)
		wait(10 * time.Second)
		var outcomes int
		if err := st.conn.QueryRow(`SELECT COUNT(*) FROM telegram_reply WHERE outcome <> ''`).Scan(&outcomes); err != nil || outcomes != 0 {
			t.Errorf("%d answers with purged words are kept, %v", outcomes, err)
		}
		texts.purged.Store("")
		wait(10 * time.Second)
		st.answered(c)
	})
}

// FuzzSlim: what is left out of a kept update changes nothing about what it
// asks for, and nothing of our own messages stays.
func FuzzSlim(f *testing.F) {
	f.Add([]byte(`{"update_id":5,"message":{"message_id":7,"from":{"id":1,"language_code":"zh"},"chat":{"id":-3,"type":"group"},"text":"那农村居民呢?",
		"reply_to_message":{"message_id":6,"from":{"id":99,"is_bot":true},"chat":{"id":-3},"text":"OWN WORDS","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}}}}`))
	f.Add([]byte(`{"update_id":5,"message":{"message_id":7,"chat":{"id":-3,"type":"supergroup"},"text":"@policy_bot","reply_to_message":{"message_id":6,"from":{"id":2},"text":"问题?"}}}`))
	f.Add([]byte(`{"update_id":6,"message":{"message_id":7,"from":{"id":1},"chat":{"id":1,"type":"private"},"voice":{"file_id":"x"}}}`))
	f.Add([]byte(`{"update_id":9,"callback_query":{"id":"4","from":{"id":1},"data":"q","message":{"message_id":2,"chat":{"id":1,"type":"private"},"text":"OWN WORDS",
		"reply_markup":{"inline_keyboard":[[{"text":"问题?","callback_data":"q"},{"text":"x","callback_data":"y"}]]}}}}`))
	b := &Bot{self: person{ID: 99, IsBot: true, Username: "policy_bot"}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, id, err := decode(raw)
		if err != nil {
			return
		}
		kept, err := u.slim()
		if err != nil {
			t.Fatal(err)
		}
		v, again, err := decode(kept)
		if err != nil || again != id || v.lane() != u.lane() {
			t.Fatalf("%s became %s: %v", raw, kept, err)
		}
		if u.Message != nil {
			asked, meant := b.understand(u.Message)
			asked2, meant2 := b.understand(v.Message)
			if !reflect.DeepEqual(asked, asked2) || meant != meant2 {
				t.Errorf("%s asks %v %v, kept it asks %v %v", raw, asked, meant, asked2, meant2)
			}
		}
		if c := v.Callback; c != nil && c.Message != nil && c.Message.Text != "" {
			t.Errorf("our own words stay: %s", kept)
		}
	})
}
