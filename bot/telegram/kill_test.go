package telegram

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/internal/telegramtest"
)

// childVariable makes the test binary a bot: it holds the address of the Bot
// API, the path of the database, and what the bot is for, "kill" or "rush".
const childVariable = "POLICYBOT_TELEGRAM_TEST_CHILD"

// runChild is the bot that TestSoakKill kills and TestSoakRush weighs. It says
// when it is up.
func runChild(setting string) error {
	var endpoint, path, part string
	if _, err := fmt.Sscan(setting, &endpoint, &path, &part); err != nil {
		return err
	}
	conn, err := db.Open(context.Background(), path)
	if err != nil {
		return err
	}
	defer conn.Close()
	if conn, err = db.Prompt(conn); err != nil {
		return err
	}
	defer conn.Close()
	book := &ledger{receipts: map[string]*bot.Answer{}, thumbs: map[string]bool{}}
	c := Config{
		Token: telegramtest.DefaultToken, Endpoint: endpoint, DB: conn, Receipts: book, Feedback: book,
		Answerer: &tellingModel{book: book, lag: 30 * time.Millisecond}, Log: slog.New(slog.DiscardHandler),
	}
	if part == "rush" {
		c.Answerer, c.Answering, c.Unpaced = &tellingModel{book: book, lag: 1500 * time.Millisecond}, 1300, true
	}
	b, err := New(context.Background(), c)
	if err != nil {
		return err
	}
	fmt.Println("up")
	return b.Run(context.Background())
}

// A victim is a bot in a process of its own.
type victim struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startVictim(t *testing.T, endpoint, path, part string) *victim {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+endpoint+" "+path+" "+part)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{cmd, bufio.NewReader(pipe)}
	if line, err := v.out.ReadString('\n'); err != nil || line != "up\n" {
		v.kill()
		t.Fatalf("the bot said %q, %v", line, err)
	}
	return v
}

// kill is kill -9.
func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait()
}

// TestSoakKill kills a bot on a real port with -9 at random moments, again and
// again, while people ask. Between the acceptance of a message by Telegram and
// its commit a kill costs a second placeholder, or a later part that comes
// again; it never costs a question or tells an answer twice.
func TestSoakKill(t *testing.T) {
	kills, life := 3, 400
	if soaking() {
		kills, life = 1000, 700
		if n, err := strconv.Atoi(os.Getenv("POLICYBOT_SOAK_KILLS")); err == nil {
			kills = n
		}
	}
	tg, url := onPort(t)
	path := freshDB(t)
	dice := rand.New(rand.NewPCG(7, uint64(kills)))
	asked := map[string]*telegramtest.Chat{}
	ask := func(n int) {
		for range n {
			u := tg.User(int64(100+len(asked)), "u", "zh")
			q := fmt.Sprintf("问%05d?", len(asked))
			if dice.IntN(10) == 0 {
				q = fmt.Sprintf("问%05d全部?", len(asked))
			}
			asked[q] = tg.Private(u)
			asked[q].Send(u, q)
		}
	}
	began := time.Now()
	for range kills {
		v := startVictim(t, url, path, "kill")
		ask(1 + dice.IntN(4))
		time.Sleep(time.Duration(dice.IntN(life)) * time.Millisecond)
		v.kill()
	}
	killed := time.Since(began)
	v := startVictim(t, url, path, "kill")
	defer v.kill()
	unanswered := func() (left int) {
		for q, c := range asked {
			if tell := tellingsOf(c, "答"+q+"第1点。"); tell == 0 {
				left++
			}
		}
		return left
	}
	for patience := time.Now().Add(2 * time.Minute); (unanswered() > 0 || tg.Pending() > 0) && time.Now().Before(patience); {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(1500 * time.Millisecond) // what should not come would come now
	placeholders, again := 0, 0
	for q, c := range asked {
		if n := tellingsOf(c, "答"+q+"第1点。"); n != 1 {
			t.Errorf("%s has %d answers:\n%.600s", q, n, c.Screen())
		}
		again += max(0, tellingsOf(c, "答"+q+"第60点。")-1)
		placeholders += tellingsOf(c, chinese.Looking)
	}
	if placeholders > 4*kills || again > kills {
		t.Errorf("%d placeholders are left over and %d later parts came again after %d kills", placeholders, again, kills)
	}
	t.Logf("%d kills with -9 in %v, %d questions, each answered once; %d placeholders left over, %d later parts came again",
		kills, killed.Round(time.Second), len(asked), placeholders, again)
}

func tellingsOf(c *telegramtest.Chat, words string) (n int) {
	for _, m := range c.FromBot() {
		n += strings.Count(m.Text, words)
	}
	return n
}
