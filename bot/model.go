package bot

import (
	"context"
	"errors"
	"iter"
	"regexp"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/prompts"
)

// A Generator is a chat model. Stream gives the reply as text in pieces of any
// length; it ends without an error only if the reply is whole. An error may
// have a method TooLong() bool that says that a shorter request may succeed.
type Generator interface {
	Model() string
	Stream(ctx context.Context, system, user string) iter.Seq2[string, error]
}

// defaultBudget is the size of a request's messages in tokens: ten passages
// fit, and every model that is worth asking takes it.
const defaultBudget = 12_000

// A ModelWriter has a chat model write. It is a Writer, a Repairer and a
// Rewriter, and safe for concurrent use if its Generator is.
type ModelWriter struct {
	gen    Generator
	budget int
	shape  atomic.Int32 // what was found of the model: unshaped and so on
}

// NewModelWriter returns a writer whose messages have at most budget tokens,
// by a cautious estimate; 0 is a default that suits most models.
func NewModelWriter(gen Generator, budget int) *ModelWriter {
	if budget <= 0 {
		budget = defaultBudget
	}
	return &ModelWriter{gen: gen, budget: budget}
}

// Name is the model's name.
func (w *ModelWriter) Name() string { return w.gen.Model() }

// Prompt names the wording of the messages, for the receipt.
func (w *ModelWriter) Prompt() string { return prompts.Version() }

// Write implements Writer. When the messages are too long for the budget, or
// for the model, the last sources are left out, whole; the numbers of the
// others stay. Besides the generator's errors it ends with prompts.ErrNoClaims
// or a *prompts.CutError when the reply is not what it should be.
func (w *ModelWriter) Write(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	return w.claims(ctx, w.fit(r, prompts.Render, w.firstBudget()), prompts.Render, w.read)
}

// firstBudget leaves room for what a repair round adds, so that it can show the
// same sources: its messages then begin with what the server has read already.
func (w *ModelWriter) firstBudget() int { return w.budget - w.budget/8 }

// Repair implements Repairer. A reply without claims is no error: nothing
// could be repaired. A model that misquoted is held to the sources' sentences,
// where its server can.
func (w *ModelWriter) Repair(ctx context.Context, r prompts.Request, failed []Dropped) iter.Seq2[prompts.Claim, error] {
	told := make([]prompts.Failed, len(failed))
	for i, d := range failed {
		told[i] = prompts.Failed(d)
	}
	render := func(r prompts.Request) prompts.Messages { return prompts.RenderRepair(r, told) }
	if r.Summary == nil {
		r = w.fit(r, prompts.Render, w.firstBudget())
	}
	r = w.fit(r, render, w.budget)
	shaped := w.shape.Load() == shapedNeeded || w.shape.Load() == unshaped && misquoted(failed)
	once := func(ctx context.Context, m prompts.Messages, r prompts.Request) iter.Seq2[prompts.Claim, error] {
		return w.readOnce(ctx, m, r, shaped)
	}
	return func(yield func(prompts.Claim, error) bool) {
		for c, err := range w.claims(ctx, r, render, once) {
			var refused *prompts.Refusal
			if errors.Is(err, prompts.ErrNoClaims) || errors.As(err, &refused) {
				return
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// A reader gives the claims of the reply to a request's messages.
type reader func(context.Context, prompts.Messages, prompts.Request) iter.Seq2[prompts.Claim, error]

// claims asks with all the sources, and with half of them where the model takes
// no more.
func (w *ModelWriter) claims(ctx context.Context, r prompts.Request, render func(prompts.Request) prompts.Messages, read reader) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		for ; ; r.Sources = r.Sources[:len(r.Sources)/2] {
			given, again := false, false
			for c, err := range read(ctx, render(r), r) {
				if again = err != nil && !given && len(r.Sources) > 1 && tooLong(err); again {
					break
				}
				given = true
				if !yield(c, err) {
					return
				}
			}
			if !again {
				return
			}
		}
	}
}

// fit leaves out the last sources until the messages are within the budget;
// the first stays in any case.
func (w *ModelWriter) fit(r prompts.Request, render func(prompts.Request) prompts.Messages, budget int) prompts.Request {
	for len(r.Sources) > 1 {
		if m := render(r); tokens(m.System)+tokens(m.User) <= budget {
			break
		}
		r.Sources = r.Sources[:len(r.Sources)-1]
	}
	return r
}

// tokens is how many tokens a text has at most in the usual vocabularies:
// cl100k, of 2023, takes about 1.2 for a Chinese character and 0.3 for a Latin
// letter; later ones take less.
func tokens(s string) int {
	all := utf8.RuneCountInString(s)
	wide := 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			wide++
		}
	}
	return (12*wide+3*(all-wide))/10 + 1
}

func tooLong(err error) bool {
	var e interface{ TooLong() bool }
	return errors.As(err, &e) && e.TooLong()
}

// The bounds of a rewritten question.
const (
	maxRewritten = 200     // characters
	maxReply     = 8 << 10 // bytes of the model's reply, reasoning included
	historyKept  = 5       // earlier questions that are shown
)

// errRewrite says that the model's rewriting cannot be used.
var errRewrite = errors.New("the model did not rewrite the question: the question is taken as it was asked")

// Rewrite implements Rewriter: the question on its own feet, or, with an
// error, the question as it is. A rewriting is taken only if it is one short
// line whose figures and most of whose words stand in the questions: a model
// that answers, invents or obeys somebody else is not followed.
func (w *ModelWriter) Rewrite(ctx context.Context, question string, history []string) (string, error) {
	if len(history) == 0 {
		return question, nil
	}
	history = history[max(0, len(history)-historyKept):]
	m := prompts.RenderRewrite(question, history)
	var reply strings.Builder
	for text, err := range w.gen.Stream(ctx, m.System, m.User) {
		if err != nil {
			return question, err
		}
		if reply.WriteString(text); reply.Len() > maxReply {
			return question, errRewrite
		}
	}
	rewritten := oneLine(reply.String())
	if !standsInQuestions(rewritten, strings.Join(append(history[:len(history):len(history)], question), "\n")) ||
		han.HasHan(rewritten) != han.HasHan(question) {
		return question, errRewrite
	}
	return rewritten, nil
}

var (
	thought = regexp.MustCompile(`(?is)^.*</think(?:ing)?>`)
	figures = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	label   = regexp.MustCompile(`^(?:改写后的?(?:最后一个)?问题|改写|问题|Rewritten question|Question)\s*[:：]\s*`)
)

// oneLine is the only line of a reply without what models put around it, or
// "" if there are several.
func oneLine(reply string) string {
	reply = strings.TrimSpace(thought.ReplaceAllString(reply, ""))
	reply = strings.TrimSpace(label.ReplaceAllString(reply, ""))
	reply = unquoted(reply)
	if strings.ContainsAny(reply, "\r\n<>{}[]`") || strings.Contains(reply, "://") || strings.ContainsFunc(reply, han.Invisible) {
		return ""
	}
	return reply
}

// unquoted is a text without the marks around all of it; those of a name at its
// head or end stay.
func unquoted(s string) string {
	for _, marks := range [][2]string{{`"`, `"`}, {"'", "'"}, {"“", "”"}, {"「", "」"}, {"`", "`"}} {
		inner, opened := strings.CutPrefix(s, marks[0])
		inner, closed := strings.CutSuffix(inner, marks[1])
		if opened && closed && !strings.Contains(inner, marks[0]) {
			return strings.TrimSpace(inner)
		}
	}
	return s
}

// standsInQuestions reports whether a rewriting is made of what was asked: all
// its figures, and four of five of its Chinese characters and Latin words.
func standsInQuestions(rewritten, asked string) bool {
	n := utf8.RuneCountInString(rewritten)
	if n < 2 || n > maxRewritten {
		return false
	}
	for _, figure := range figures.FindAllString(rewritten, -1) {
		if !strings.Contains(asked, figure) {
			return false
		}
	}
	known := make(map[string]bool)
	for _, u := range units.FindAllString(foldWords(asked), -1) {
		known[u] = true
	}
	all := units.FindAllString(foldWords(rewritten), -1)
	strange := 0
	for _, u := range all {
		if !known[u] {
			strange++
		}
	}
	return len(all) > 0 && strange*5 <= len(all)
}

// units are what questions are compared by.
var units = regexp.MustCompile(`\p{Han}|[\p{Latin}\p{N}]+|\p{L}`)

// foldWords folds a text and keeps its words apart.
func foldWords(s string) string { return strings.ToLower(han.Simplify(s)) }
