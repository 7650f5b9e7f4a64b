package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/internal/telegramtest"
	"policybot/prompts"
)

// A tellingModel answers each question with its own words, so that every
// answer can be told from every other; those that end in 全部 get an answer of
// several messages. It falters as a model does: late, and cut short.
type tellingModel struct {
	mu    sync.Mutex
	book  *ledger
	lag   time.Duration // of the next answers
	short bool          // whether they are cut short
}

func (n *tellingModel) falter(lag time.Duration, short bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lag, n.short = lag, short
}

func (n *tellingModel) Answer(ctx context.Context, q bot.Question, emit func(prompts.Claim)) (*bot.Answer, error) {
	n.mu.Lock()
	lag, short := n.lag, n.short
	n.mu.Unlock()
	a := &bot.Answer{Question: q.Text}
	claims := 1
	if strings.HasSuffix(q.Text, "全部?") {
		claims = 60
	}
	text := ""
	for i := range claims {
		if err := sleep(ctx, lag/time.Duration(claims)); err != nil {
			return nil, err
		}
		quote := fmt.Sprintf("第%d点，%s。", i+1, strings.Repeat("抓好落实", 30))
		c := claim(fmt.Sprintf("答%s第%d点。", q.Text, i+1), 1, quote)
		text += quote
		a.Claims = append(a.Claims, c)
		emit(c)
		if short {
			a.Note = bot.NoteCutShort
			break
		}
	}
	a.Sources = []prompts.Source{source(city, text, "任务")}
	a.ID = n.book.keep(a)
	return a, nil
}

// A campaign sends questions while everything fails at random.
type campaign struct {
	*stage
	dice     *rand.Rand
	g        *guillotine
	plain    *sql.DB // below the guillotine
	side     *sql.DB // another process's view, which nothing fails
	model    *tellingModel
	chats    []*telegramtest.Chat
	people   []*telegramtest.User
	asked    map[string]*telegramtest.Chat
	injected map[string]int
	kills    int
	repeated int64
	odd      int64
	diskFull bool
}

// campaignFaults are the ways to fail by name. Each arms one fault, or turns something
// on that calm turns off again.
var campaignFaults = []struct {
	name string
	do   func(*campaign)
}{
	{"429", func(c *campaign) {
		c.arm(telegramtest.Fault{Kind: telegramtest.TooMany, RetryAfter: 1 + c.dice.IntN(5)})
	}},
	{"409 another poller", func(c *campaign) {
		c.tg.Fail(telegramtest.Fault{Method: "getUpdates", Kind: telegramtest.Refuse, Code: 409, Text: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"})
	}},
	{"409 a webhook", func(c *campaign) { c.tg.SetWebhook("https://example.org/hook") }},
	{"502 with HTML", func(c *campaign) { c.arm(telegramtest.Fault{Kind: telegramtest.BadGateway, Applied: c.coin()}) }},
	{"500", func(c *campaign) { c.arm(telegramtest.Fault{Kind: telegramtest.Internal, Applied: c.coin()}) }},
	{"reset", func(c *campaign) { c.arm(telegramtest.Fault{Kind: telegramtest.Reset}) }},
	{"half a body", func(c *campaign) { c.arm(telegramtest.Fault{Kind: telegramtest.HalfBody}) }},
	{"hang", func(c *campaign) { c.arm(telegramtest.Fault{Kind: telegramtest.Hang}) }},
	{"an edit's answer is lost", func(c *campaign) {
		c.tg.Fail(telegramtest.Fault{Method: "editMessageText", Kind: telegramtest.Reset, Applied: true})
	}},
	{"undecodable update", func(c *campaign) {
		c.odd++
		n := c.odd
		c.tg.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"message":{"text":%d}}`, id, n) })
	}},
	{"duplicate ids", func(c *campaign) { c.tg.Duplicate(true) }},
	{"ids out of order", func(c *campaign) { c.tg.Scramble(true) }},
	{"offset lost", func(c *campaign) { c.tg.Redeliver() }},
	{"model cut short", func(c *campaign) { c.model.falter(0, true) }},
	{"model silent", func(c *campaign) { c.model.falter(20*time.Second, false) }},
	{"disk full", func(c *campaign) { c.fillDisk() }},
}

func (c *campaign) coin() bool { return c.dice.IntN(2) == 0 }

// arm makes one of the methods fail. A send whose answer is lost is a repeated
// placeholder, or a later part that comes twice: faults that lose sends take
// effect on edits and polls only, where nothing may come twice.
func (c *campaign) arm(f telegramtest.Fault) {
	methods := []string{"getUpdates", "editMessageText", "sendChatAction", "sendMessage"}
	if f.Applied {
		methods = methods[:3]
	}
	f.Method = methods[c.dice.IntN(len(methods))]
	c.tg.Fail(f)
}

const fullDisk = `CREATE TRIGGER full_%d BEFORE %s ON telegram_%s BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`

func (c *campaign) fillDisk() {
	if c.diskFull {
		return
	}
	c.diskFull = true
	for i, at := range [][2]string{{"INSERT", "inbox"}, {"UPDATE", "inbox"}, {"INSERT", "reply"}, {"UPDATE", "reply"}} {
		if _, err := c.side.Exec(fmt.Sprintf(fullDisk, i, at[0], at[1])); err != nil {
			c.t.Fatal(err)
		}
	}
}

// calm turns off what stays on.
func (c *campaign) calm() {
	c.tg.Duplicate(false)
	c.tg.Scramble(false)
	c.model.falter(0, false)
	if c.diskFull {
		c.diskFull = false
		for i := range 4 {
			if _, err := c.side.Exec(fmt.Sprintf(`DROP TRIGGER full_%d`, i)); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

// restart starts the bot again after the guillotine fell.
func (c *campaign) restart() {
	if c.bot != nil {
		c.repeated += c.bot.Counts().Repeated
	}
	c.end()
	if err := c.conn.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.g.revive()
	c.conn = choppedDB(c.t.Context(), c.plain, c.g)
	c.start()
}

func (c *campaign) fallen() bool {
	c.g.mu.Lock()
	defer c.g.mu.Unlock()
	return c.g.dead
}

// step is one random event.
func (c *campaign) step(kill bool) {
	switch n := c.dice.IntN(10); {
	case n < 5:
		i := c.dice.IntN(len(c.chats))
		q := fmt.Sprintf("问%04d?", len(c.asked))
		if c.dice.IntN(8) == 0 {
			q = fmt.Sprintf("问%04d全部?", len(c.asked))
		}
		c.asked[q] = c.chats[i]
		text := q
		if c.chats[i].Type != "private" {
			text = "@policy_test_bot " + q
		}
		c.chats[i].Send(c.people[i], text)
	case n < 9:
		f := campaignFaults[c.dice.IntN(len(campaignFaults))]
		f.do(c)
		c.injected[f.name]++
	case kill:
		c.g.mu.Lock()
		if c.g.at == 0 {
			c.g.at, c.g.after = c.g.steps+1+c.dice.IntN(6), c.coin()
		}
		c.g.mu.Unlock()
	}
	wait(time.Duration(c.dice.IntN(3000)) * time.Millisecond)
	if c.fallen() {
		c.kills++
		wait(time.Duration(c.dice.IntN(2000)) * time.Millisecond)
		c.restart()
	}
	if c.dice.IntN(6) == 0 {
		c.calm()
	}
}

// check looks for every answer: the first part once, a later part once more at
// most for each repeat that was counted.
func (c *campaign) check() {
	var again int64
	for q, chat := range c.asked {
		firsts, lasts := 0, 0
		for _, m := range chat.FromBot() {
			firsts += strings.Count(m.Text, "答"+q+"第1点。")
			lasts += strings.Count(m.Text, "答"+q+"第60点。")
		}
		if firsts != 1 {
			c.t.Errorf("%s has %d answers", q, firsts)
		}
		if lasts > 1 {
			again += int64(lasts - 1)
		}
	}
	if again > c.repeated {
		c.t.Errorf("%d later parts came again, %d were counted", again, c.repeated)
	}
	var left int
	if err := c.side.QueryRow(`SELECT (SELECT COUNT(*) FROM telegram_inbox WHERE state <> 'done' OR raw <> '') + (SELECT COUNT(*) FROM telegram_reply)`).Scan(&left); err != nil || left != 0 {
		c.t.Errorf("%d rows are left over, %v", left, err)
	}
	if n := c.tg.Pending(); n != 0 {
		c.t.Errorf("%d updates are left at Telegram", n)
	}
}

// tally is what a campaign did.
type tally struct {
	questions, kills int
	repeated         int64
	unused           int // faults that met no request before the end
	injected         map[string]int
}

func runCampaign(t *testing.T, seed uint64, steps int) (out tally) {
	play(t, telegramtest.Options{}, func(s *stage) {
		c := &campaign{stage: s, dice: rand.New(rand.NewPCG(seed, 1)), g: &guillotine{}, plain: s.conn,
			model: &tellingModel{book: s.book}, asked: map[string]*telegramtest.Chat{}, injected: map[string]int{}}
		s.tg.FailWhen(c.g.request)
		s.adjust = func(cfg *Config) { cfg.Answerer = c.model }
		var err error
		if c.side, err = db.Open(s.t.Context(), s.path); err != nil {
			s.t.Fatal(err)
		}
		defer c.side.Close()
		c.side.SetMaxOpenConns(1)
		s.conn = choppedDB(s.t.Context(), c.plain, c.g)
		for i := range 6 {
			c.people = append(c.people, s.tg.User(int64(100+i), "u", "zh"))
			c.chats = append(c.chats, s.tg.Private(c.people[i]))
		}
		c.people = append(c.people, c.people[0])
		c.chats = append(c.chats, s.tg.Group(-77, "群"))
		s.start()
		for range steps {
			c.step(true)
		}
		c.calm()
		c.g.mu.Lock()
		c.g.at = 0
		c.g.mu.Unlock()
		if c.fallen() {
			c.kills++
			c.restart()
		}
		wait(30 * time.Minute)
		c.repeated += s.bot.Counts().Repeated
		s.end()
		c.check()
		if s.t.Failed() {
			s.t.Fatalf("seed %d; injected %v; log:\n%s", seed, c.injected, s.log)
		}
		out = tally{len(c.asked), c.kills, c.repeated, c.tg.Armed(), c.injected}
		s.conn.Close()
		s.conn = c.plain
	})
	return out
}

// TestSoakFaults lets everything fail at random, and stops the process at
// random between, before and after its steps: no question is lost, and none is
// answered twice.
func TestSoakFaults(t *testing.T) {
	faults, kills, steps := 60, 0, 60
	if soaking() {
		faults, kills, steps = 10_000, 1000, 200
	}
	sum := tally{injected: map[string]int{}}
	began := time.Now()
	total := 0
	for seed := uint64(1); total < faults || sum.kills < kills; seed++ {
		one := runCampaign(t, seed, steps)
		if t.Failed() {
			return
		}
		sum.questions += one.questions
		sum.kills += one.kills
		sum.repeated += one.repeated
		total -= one.unused
		for name, n := range one.injected {
			sum.injected[name] += n
			total += n
		}
	}
	t.Logf("%d questions, %d faults of %d kinds, %d kills in %v: every question was answered once; %d later parts may have come again, each counted. %v",
		sum.questions, total, len(sum.injected), sum.kills, time.Since(began).Round(time.Millisecond), sum.repeated, sum.injected)
}
