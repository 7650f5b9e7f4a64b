package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/db"
	"policybot/internal/telegramtest"
)

// TestOffsetMovesAfterCommit: while the database refuses updates, Telegram
// keeps them.
func TestOffsetMovesAfterCommit(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		if _, err := s.conn.Exec(`CREATE TABLE disk (full)`); err != nil {
			t.Fatal(err)
		}
		s.start()
		wait(time.Second)
		if _, err := s.conn.Exec(`CREATE TRIGGER full BEFORE INSERT ON telegram_inbox BEGIN SELECT RAISE(ABORT, 'disk full'); END`); err != nil {
			t.Fatal(err)
		}
		c.Send(li, digital)
		wait(2 * time.Minute)
		if len(c.FromBot()) != 0 || s.tg.Pending() != 1 {
			t.Errorf("%d updates are left at Telegram; the chat:\n%s", s.tg.Pending(), c.Screen())
		}
		if _, err := s.conn.Exec(`DROP TRIGGER full`); err != nil {
			t.Fatal(err)
		}
		wait(2 * time.Minute)
		s.answered(c)
	})
}

// TestOffsetMovesAfterTheFlush: where commits do not wait for the disk, people
// have their answers before it, and Telegram hears that the updates arrived
// after it.
func TestOffsetMovesAfterTheFlush(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		plain := s.conn
		prompt, err := db.Prompt(plain)
		if err != nil {
			s.t.Fatal(err)
		}
		prompt.SetMaxOpenConns(1) // opened below, before the log cannot be
		s.conn = prompt
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.start()
		wait(time.Second)
		// SQLite goes on writing the log that it has opened.
		log, aside := s.path+"-wal", s.path+"-aside"
		if err := errors.Join(os.Rename(log, aside), os.Mkdir(log, 0o700)); err != nil {
			s.t.Fatal(err)
		}
		c.Send(li, digital)
		wait(time.Minute)
		s.answered(c)
		if s.tg.Pending() == 0 {
			s.t.Error("Telegram was told of an update that a power cut would undo")
		}
		if err := errors.Join(os.Remove(log), os.Rename(aside, log)); err != nil {
			s.t.Fatal(err)
		}
		wait(time.Minute)
		s.answered(c)
		if s.tg.Pending() != 0 {
			s.t.Errorf("Telegram was never told; log:\n%s", s.log)
		}
		s.end()
		if err := prompt.Close(); err != nil {
			s.t.Error(err)
		}
		s.conn = plain
	})
}

// TestHastyServer: a server that does not hold the poll is not asked all the
// time, and people have their answers.
func TestHastyServer(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		server := s.tg.Client().Transport
		var polls atomic.Int64
		s.adjust = func(c *Config) {
			c.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/getUpdates") {
					polls.Add(1)
					if err := r.ParseForm(); err != nil {
						return nil, err
					}
					r.PostForm.Set("timeout", "0")
					body := r.PostForm.Encode()
					r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
				}
				return server.RoundTrip(r)
			})}
		}
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		s.start()
		wait(time.Minute)
		c.Send(li, digital)
		wait(5 * time.Second)
		s.answered(c)
		s.end()
		if n := polls.Load(); n < 60 || n > 70 {
			t.Errorf("a server that answers at once was asked %d times in 65 seconds", n)
		}
	})
}

// TestRequestsUnderWay: however many chats have something to send, only so many
// requests are under way, and those who give up leave no place taken.
func TestRequestsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flying, most atomic.Int64
		slow := roundTrip(func(r *http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), flying.Add(1)))
			defer flying.Add(-1)
			return nil, sleep(r.Context(), time.Hour)
		})
		a, err := newAPI("1:secret", "", &http.Client{Transport: slow})
		if err != nil {
			t.Fatal(err)
		}
		ctx, giveUp := context.WithTimeout(t.Context(), callTimeout/2)
		defer giveUp()
		var all sync.WaitGroup
		for i := range 3 * maxFlying {
			all.Go(func() {
				ctx := ctx
				if i%2 == 0 {
					ctx = t.Context()
				}
				if a.call(ctx, callTimeout, "sendMessage", nil, nil) == nil {
					t.Error("a request that nobody answered went well")
				}
			})
		}
		synctest.Wait()
		if n := flying.Load(); n != maxFlying {
			t.Errorf("%d requests are under way", n)
		}
		all.Wait()
		if most.Load() != maxFlying || len(a.flying) != 0 {
			t.Errorf("%d requests were under way; %d places stay taken", most.Load(), len(a.flying))
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
