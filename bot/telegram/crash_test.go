package telegram

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/telegramtest"
	"policybot/prompts"
)

// A guillotine stops a process at a chosen step: nothing that it does
// afterwards reaches Telegram or the database.
type guillotine struct {
	mu    sync.Mutex
	steps int  // requests and commits so far
	at    int  // the step to stop at, from 1; 0 is never
	after bool // the step itself still takes effect
	dead  bool
}

// step counts one step and says whether it takes effect and whether its doer
// lives to hear of it.
func (g *guillotine) step() (effect, heard bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.dead {
		return false, false
	}
	g.steps++
	if g.steps != g.at {
		return true, true
	}
	g.dead = true
	return g.after, false
}

func (g *guillotine) revive() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dead, g.at = false, 0
}

// request is the guillotine over Telegram's side. Polls are no steps: whether
// one is asked again changes nothing.
func (g *guillotine) request(c telegramtest.Call) *telegramtest.Fault {
	if c.Method == "getUpdates" {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.dead {
			return &telegramtest.Fault{Kind: telegramtest.Hang}
		}
		return nil
	}
	effect, heard := g.step()
	if heard {
		return nil
	}
	return &telegramtest.Fault{Kind: telegramtest.Hang, Applied: effect}
}

var errKilled = errors.New("the process was killed")

// choppedDB is conn under the guillotine: every commit is a step.
func choppedDB(ctx context.Context, conn *sql.DB, g *guillotine) *sql.DB {
	out := sql.OpenDB(&choppedConnector{conn, g, ctx})
	out.SetMaxOpenConns(1)
	return out
}

type choppedConnector struct {
	conn *sql.DB
	g    *guillotine
	ctx  context.Context
}

func (c *choppedConnector) Driver() driver.Driver { return c.conn.Driver() }

func (c *choppedConnector) Connect(context.Context) (driver.Conn, error) {
	held, err := c.conn.Conn(c.ctx)
	if err != nil {
		return nil, err
	}
	out := &choppedConn{held: held, g: c.g}
	err = held.Raw(func(raw any) error { out.raw = raw.(rawConn); return nil })
	return out, err
}

type rawConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
}

type choppedConn struct {
	held *sql.Conn
	raw  rawConn
	g    *guillotine
}

func (c *choppedConn) Prepare(q string) (driver.Stmt, error) { return c.raw.Prepare(q) }
func (c *choppedConn) Close() error                          { return c.held.Close() }
func (c *choppedConn) Begin() (driver.Tx, error)             { return nil, errors.New("use BeginTx") }
func (c *choppedConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	return c.raw.ExecContext(ctx, q, args)
}
func (c *choppedConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	return c.raw.QueryContext(ctx, q, args)
}
func (c *choppedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.raw.BeginTx(ctx, o)
	return &choppedTx{tx, c.g}, err
}

type choppedTx struct {
	driver.Tx
	g *guillotine
}

func (t *choppedTx) Commit() error {
	effect, heard := t.g.step()
	if heard {
		return t.Tx.Commit()
	}
	if effect {
		if err := t.Tx.Commit(); err != nil {
			return err
		}
	} else if err := t.Tx.Rollback(); err != nil {
		return err
	}
	return errKilled
}

// longAnswer has claims and quotes for three messages.
func longAnswer() *bot.Answer {
	a := &bot.Answer{}
	var text strings.Builder
	for i := range 60 {
		quote := fmt.Sprintf("第%d项任务由第%d组负责，%s。", i+1, i+1, strings.Repeat("抓好落实", 30))
		text.WriteString(quote)
		a.Claims = append(a.Claims, claim(fmt.Sprintf("第%d项任务归第%d组。", i+1, i+1), 1, quote))
	}
	a.Sources = []prompts.Source{source(city, text.String(), "任务")}
	return a
}

const tasks = "一共有哪些任务?"

// TestKillAnywhere stops the bot at every step of a conversation, before and
// after the step takes effect, starts it again, and looks at the chats: no
// question is lost, no answer comes twice.
func TestKillAnywhere(t *testing.T) {
	total := killAt(t, 0, false)
	t.Logf("%d steps", total)
	if total < 30 {
		t.Fatalf("the conversation has %d steps only: the guillotine does not see them", total)
	}
	for step := 1; step <= total; step++ {
		for _, after := range []bool{false, true} {
			killAt(t, step, after)
			if t.Failed() {
				t.Fatalf("killed at step %d, the step taking effect: %v", step, after)
			}
		}
	}
}

// killAt plays the conversation with a kill at one step and returns how many
// steps there were.
func killAt(t *testing.T, at int, after bool) (steps int) {
	play(t, telegramtest.Options{Limits: telegramtest.TelegramLimits}, func(s *stage) {
		g := &guillotine{at: at, after: after}
		s.tg.FailWhen(g.request)
		plain := s.conn
		s.conn = choppedDB(s.t.Context(), plain, g)
		s.answer.answers[tasks] = longAnswer()
		s.answer.pace = 30 * time.Millisecond
		li := s.tg.User(1001, "李雷", "zh-hans")
		chat := s.tg.Private(li)
		group := s.tg.Group(-55, "邻里")
		if err := s.tryStart(); err != nil && !g.dead {
			s.t.Fatal(err)
		}
		chat.Send(li, tasks)
		group.Send(li, "@policy_test_bot "+digital)
		chat.Send(li, unknown)
		wait(20 * time.Second)
		if g.dead {
			s.end()
			if err := s.conn.Close(); err != nil {
				s.t.Fatal(err)
			}
			g.revive()
			s.conn = choppedDB(s.t.Context(), plain, g)
			s.start()
		}
		wait(90 * time.Second)
		steps = g.steps
		repeated := s.bot.Counts().Repeated
		s.end()
		s.conn.Close()
		s.conn = plain
		checkOnce(t, chat, group, repeated)
		var waiting, kept int
		row := plain.QueryRow(`SELECT (SELECT COUNT(*) FROM telegram_inbox WHERE state <> 'done'), (SELECT COUNT(*) FROM telegram_inbox WHERE raw <> '') + (SELECT COUNT(*) FROM telegram_reply)`)
		if err := row.Scan(&waiting, &kept); err != nil || waiting != 0 || kept != 0 {
			t.Errorf("%d updates not done, %d texts kept, %v; log:\n%s", waiting, kept, err, s.log)
		}
		if s.tg.Pending() != 0 {
			t.Errorf("%d updates are not confirmed", s.tg.Pending())
		}
	})
	return steps
}

// checkOnce looks for each answer in the chats.
func checkOnce(t *testing.T, chat, group *telegramtest.Chat, repeated int64) {
	t.Helper()
	count := func(c *telegramtest.Chat, words string) (n int64) {
		for _, m := range c.FromBot() {
			if strings.Contains(m.Text, words) {
				n++
			}
		}
		return n
	}
	for words, c := range map[string]*telegramtest.Chat{
		"第1项任务归第1组。[1]": chat, "现任西湖区区长": chat, "西湖区另有自己的目标": group,
	} {
		if n := count(c, words); n != 1 {
			t.Errorf("%q was answered %d times:\n%s", words, n, c.Screen())
		}
	}
	// The end of the long answer is a later part: it may come twice, counted.
	if n := count(chat, "第60项任务由第60组负责"); n < 1 || n > 1+repeated {
		t.Errorf("the last part came %d times with %d counted repeats", n, repeated)
	}
	// A placeholder that was sent and not yet recorded is sent again: one for
	// each of the two chats whose answers were under way.
	if n := count(chat, chinese.Looking) + count(group, chinese.Looking); n > 2 {
		t.Errorf("%d placeholders are left over", n)
	}
}
