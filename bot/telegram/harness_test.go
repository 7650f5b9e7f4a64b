package telegram

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"policybot/bot"
	"policybot/internal/db"
	"policybot/internal/telegramtest"
	"policybot/prompts"
	"policybot/retrieval"
)

var rewrite = flag.Bool("update", false, "write golden files anew")

// template is an empty database with the bot's tables. Making it takes most of
// the time of a short test, so it is made once.
var template []byte

func TestMain(m *testing.M) {
	if setting := os.Getenv(childVariable); setting != "" {
		if err := runChild(setting); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var err error
	if template, err = makeTemplate(); err != nil {
		fmt.Fprintln(os.Stderr, "making the template database:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func makeTemplate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "telegram")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bot.db")
	conn, err := db.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if _, err := openStore(context.Background(), conn, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := conn.Close(); err != nil { // writes the log back into the file
		return nil, err
	}
	return os.ReadFile(path)
}

// What package bot has for the bot.
var (
	_ Answerer = (*bot.Answerer)(nil)
	_ Receipts = (*bot.Journal)(nil)
	_ Feedback = (*bot.Journal)(nil)
)

// A scripted answerer knows answers by question, and how long each claim takes.
type scripted struct {
	mu      sync.Mutex
	answers map[string]*bot.Answer
	pace    time.Duration
	fail    error
	panics  bool
	asked   []bot.Question
	book    *ledger
	active  int
	most    int
}

func (s *scripted) Answer(ctx context.Context, q bot.Question, emit func(prompts.Claim)) (*bot.Answer, error) {
	s.mu.Lock()
	s.asked = append(s.asked, q)
	s.active++
	s.most = max(s.most, s.active)
	known, fail, panics, pace := s.answers[q.Text], s.fail, s.panics, s.pace
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.active--
		s.mu.Unlock()
	}()
	if panics {
		panic("words of a person: " + q.Text)
	}
	if fail != nil {
		return nil, fail
	}
	a := &bot.Answer{Refusal: &bot.Refusal{Why: "文件里没有提到这一点。", Documents: 5, From: "2020-06-29", To: "2025-12-17"}}
	if known != nil {
		c := *known
		a = &c
	}
	a.Question = q.Text
	for _, c := range a.Claims {
		if err := sleep(ctx, pace); err != nil {
			return nil, err
		}
		emit(c)
	}
	if err := sleep(ctx, pace); err != nil {
		return nil, err
	}
	a.ID = s.book.keep(a)
	return a, nil
}

func (s *scripted) questions() []bot.Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bot.Question(nil), s.asked...)
}

// A ledger keeps receipts and thumbs.
type ledger struct {
	mu       sync.Mutex
	receipts map[string]*bot.Answer
	thumbs   map[string]bool // receipt and user -> good
	broken   error
	erased   bool
}

func (l *ledger) keep(a *bot.Answer) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := fmt.Sprintf("receipt%04d", len(l.receipts)+1)
	c := *a
	c.ID = id
	l.receipts[id] = &c
	return id
}

func (l *ledger) Receipt(_ context.Context, id string) (*bot.Answer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return nil, l.broken
	}
	if a := l.receipts[id]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("receipt %q: %w", id, bot.ErrNoReceipt)
}

func (l *ledger) Around(ctx context.Context, id string, n, _ int) (bot.Excerpt, error) {
	a, err := l.Receipt(ctx, id)
	if err != nil {
		return bot.Excerpt{}, err
	}
	if l.erased {
		return bot.Excerpt{}, bot.ErrErased
	}
	s := a.Sources[n-1]
	quote := quotesFrom(append(a.Claims, nearest(a)...), n)[0]
	before, after, _ := strings.Cut(s.Text, quote)
	marks := []bot.Mark{{Start: len(before), End: len(before + quote), Source: n}}
	return bot.Excerpt{Doc: *s.Doc, Heading: s.Heading, Before: before, Quote: quote, After: after, Marks: marks}, nil
}

func nearest(a *bot.Answer) []prompts.Claim {
	if a.Refusal == nil {
		return nil
	}
	return a.Refusal.Nearest
}

func (l *ledger) Feedback(_ context.Context, id, user string, good bool, _ string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.receipts[id] == nil {
		return bot.ErrNoReceipt
	}
	l.thumbs[id+" "+user] = good
	return nil
}

func (l *ledger) Withdraw(_ context.Context, id, user string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.thumbs, id+" "+user)
	return nil
}

// Two documents and what is asked of them.
var (
	city = &retrieval.Document{ID: "city", Meta: retrieval.Meta{
		Title: retrieval.Field{Value: "努力成为八类“实践范例”！"}, Date: retrieval.Field{Value: "2020-06-29"},
		Place: retrieval.Field{Value: "杭州市"}, Site: retrieval.Field{Value: "杭州发布"}}}
	district = &retrieval.Document{ID: "district", Meta: retrieval.Meta{
		Date: retrieval.Field{Value: "2022"}, Place: retrieval.Field{Value: "杭州市西湖区"}}}

	cityQuote     = "力争到2025年数字经济核心产业主营业务收入实现翻番、超过2万亿元"
	districtQuote = "数字经济核心产业增加值突破1000亿元"
	digital       = "数字经济核心产业2025年目标，杭州市和西湖区分别是多少?"
	rural         = "那农村居民呢?"
	unknown       = "现任西湖区区长是谁?"
	affordable    = "How many units of affordable housing for sale will Hangzhou build in 2024?"
)

func source(d *retrieval.Document, text string, heading ...string) prompts.Source {
	return prompts.Source{Passage: retrieval.Passage{DocID: d.ID, Text: text, Heading: heading, End: len(text)}, Doc: d}
}

func claim(text string, source int, quote string) prompts.Claim {
	return prompts.Claim{Text: text, Cites: []prompts.Cite{{Source: source, Quote: quote}}}
}

func knownAnswers() map[string]*bot.Answer {
	cityText := "一要聚焦数字赋能，努力成为数字经济城市建设的实践范例。坚持“三化融合”，" + cityQuote + "，努力打造国际软件名城。"
	return map[string]*bot.Answer{
		digital: {
			Claims: []prompts.Claim{
				claim("到2025年，杭州数字经济核心产业主营业务收入力争翻番、超过2万亿元。", 1, cityQuote),
				claim("西湖区另有自己的目标（增加值）：突破1000亿元。", 2, districtQuote),
			},
			Sources: []prompts.Source{
				source(city, cityText, "二、努力成为八类实践范例", "（一）数字经济"),
				source(district, "到2025年，"+districtQuote+"。R&D <经费> & 投入持续增长。", "一、主要目标"),
			},
		},
		unknown: {
			Refusal: &bot.Refusal{Why: "收录的文件没有说现任西湖区区长是谁。", Documents: 5, From: "2020-06-29", To: "2025-12-17",
				Nearest: []prompts.Claim{claim("周江勇代表市委作了报告。", 1, "市委书记周江勇作报告")}},
			Sources: []prompts.Source{source(city, "会上，市委书记周江勇作报告。")},
		},
		affordable: {
			Claims:  []prompts.Claim{claim("Hangzhou is to build at least 6,000 units in 2024.", 1, "全年新建配售型保障性住房不少于6000套")},
			Sources: []prompts.Source{source(city, "全年新建配售型保障性住房不少于6000套，开工。")},
			Note:    "The model could not be reached; these are sentences from the documents.",
		},
	}
}

// A stage is a bot with its Telegram, its database and its answerer. The bot
// can be stopped and started again; everything else stays.
type stage struct {
	t      *testing.T
	tg     *telegramtest.Server
	path   string
	conn   *sql.DB
	answer *scripted
	book   *ledger
	index  *retrieval.Index // of realThing
	log    *bytes.Buffer
	adjust func(*Config)
	bot    *Bot
	stop   func() error
}

// play runs a test on a stage, in a bubble where time passes at once.
func play(t *testing.T, o telegramtest.Options, do func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		book := &ledger{receipts: map[string]*bot.Answer{}, thumbs: map[string]bool{}}
		s := &stage{t: t, tg: telegramtest.New(t, o), path: filepath.Join(t.TempDir(), "bot.db"), log: new(bytes.Buffer),
			book: book, answer: &scripted{answers: knownAnswers(), book: book}}
		s.open()
		do(s)
		s.end()
		if strings.Contains(s.log.String(), s.tg.Token()) || strings.Contains(s.log.String(), strings.Split(s.tg.Token(), ":")[1]) {
			t.Errorf("the token is in the log:\n%s", s.log)
		}
		for _, q := range s.answer.questions() {
			if len([]rune(q.Text)) > 5 && strings.Contains(s.log.String(), q.Text) {
				t.Errorf("a question is in the log: %s\n%s", q.Text, s.log)
			}
		}
	})
}

func (s *stage) open() {
	if err := os.WriteFile(s.path, template, 0o600); err != nil {
		s.t.Fatal(err)
	}
	conn, err := db.Open(s.t.Context(), s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	// Power cuts are not played here, and flushing would take most of the time.
	if _, err := conn.Exec(`PRAGMA synchronous=OFF`); err != nil {
		s.t.Fatal(err)
	}
	conn.SetMaxOpenConns(1)
	s.t.Cleanup(func() { conn.Close() })
	s.conn = conn
}

// start runs the bot until end.
func (s *stage) start() {
	s.t.Helper()
	if err := s.tryStart(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) tryStart() error {
	c := Config{
		Token: s.tg.Token(), Endpoint: s.tg.URL(), Client: s.tg.Client(), DB: s.conn,
		Answerer: s.answer, Receipts: s.book, Feedback: s.book,
		Examples: func(lang string) []string {
			if lang == "en" {
				return []string{affordable}
			}
			return []string{digital, "有哪些人才补贴？", "既有住宅能装电梯吗？", "第四个不显示"}
		},
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if s.adjust != nil {
		s.adjust(&c)
	}
	b, err := New(s.t.Context(), c)
	if err != nil {
		return err
	}
	s.bot = b
	ctx, cancel := context.WithCancel(s.t.Context())
	result := make(chan error, 1)
	go func() { result <- b.Run(ctx) }()
	s.stop = func() error {
		cancel()
		return <-result
	}
	return nil
}

// end stops the bot if it runs.
func (s *stage) end() {
	s.t.Helper()
	if s.stop == nil {
		return
	}
	if err := s.stop(); err != nil && !errors.Is(err, ErrToken) {
		s.t.Errorf("Run: %v", err)
	}
	s.stop = nil
}

// wait lets time pass, and everything settle that happens at its end.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *stage) press(c *telegramtest.Chat, u *telegramtest.User, message int, label string) telegramtest.Press {
	s.t.Helper()
	p, err := c.Press(u, message, label)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// last is the bot's last message in a chat.
func (s *stage) last(c *telegramtest.Chat) telegramtest.Message {
	s.t.Helper()
	all := c.FromBot()
	if len(all) == 0 {
		s.t.Fatalf("the bot wrote nothing; log:\n%s", s.log)
	}
	return all[len(all)-1]
}
