package main

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/bot"
	"policybot/internal/han"
)

// target matches a clause that sets a figure for something: what it is for,
// and the figure.
var target = regexp.MustCompile(`(?:^|[,，。；;、:：])(?:力争|确保|实现|到20\d\d年[,，]?)*(\p{Han}{4,12}?)(?:力争|要|将|分别)*(?:达到|突破|超过|不少于|提高到|提升至|控制在)([0-9][0-9.]*)`)

// wide are words in front of a subject that stand for the document's place.
var wide = regexp.MustCompile(`^(全[省市区县]|我[省市区县]|本[省市区县]|全年|力争|其中)+`)

const (
	exampleScan   = 2000 // passages that are looked at
	exampleTries  = 40   // questions that are tried
	exampleWanted = 3
)

// An example is a question that may be shown to newcomers.
type example struct {
	question, document, figure string
}

// examples are questions about the figures of the library's documents that are
// answered with that very figure, of different documents where there are
// enough. Where none is found a newcomer is shown none.
func (l *library) examples(ctx context.Context) []string {
	found := l.exampleQuestions(ctx)
	// Short questions are easily read, and a rule on short words errs less.
	slices.SortStableFunc(found, func(a, b example) int {
		return cmp.Compare(utf8.RuneCountInString(a.question), utf8.RuneCountInString(b.question))
	})
	answerer := bot.New(bot.Config{Search: l.index, View: l.index, Writer: bot.NewExtractive(l.index)})
	var chosen, spare []string
	used := map[string]bool{}
	for i, e := range found {
		if i == exampleTries || len(chosen) == exampleWanted {
			break
		}
		a, err := answerer.Answer(ctx, bot.Question{Text: e.question}, nil)
		if err != nil || a.Refusal != nil || len(a.Claims) != 1 || !strings.Contains(a.Claims[0].Text, e.figure) {
			continue
		}
		if used[e.document] {
			spare = append(spare, e.question)
			continue
		}
		used[e.document] = true
		chosen = append(chosen, e.question)
	}
	chosen = append(chosen, spare...)
	return chosen[:min(len(chosen), exampleWanted)]
}

// A showcase has the examples of the corpus that is searched.
type showcase struct {
	l       *library
	mu      sync.Mutex
	version int64
	shown   []string
}

// in is the examples for an interface in a language. They are in Chinese, as
// the documents are, and found when they are first asked for.
func (s *showcase) in(ctx context.Context, lang string) []string {
	if !strings.HasPrefix(lang, "zh") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.l.index.Stats().Corpus.Version; v != s.version {
		s.version, s.shown = v, s.l.examples(ctx)
	}
	return s.shown
}

func (l *library) exampleQuestions(ctx context.Context) (out []example) {
	seen := 0
	for e, err := range l.lib.Entries(ctx, l.index.Stats().Corpus.Version) {
		if seen++; err != nil || seen > exampleScan {
			break
		}
		place := e.Doc.Meta.Jurisdiction()
		if place.IsZero() {
			continue
		}
		for _, s := range han.Sentences(e.Text) {
			m := target.FindStringSubmatch(s.In(e.Text))
			if m == nil {
				continue
			}
			subject := wide.ReplaceAllString(m[1], "")
			if utf8.RuneCountInString(subject) < 4 || strings.Contains(subject, place.Name()) {
				continue
			}
			q := place.Name() + subject + "的目标是多少？"
			if !slices.ContainsFunc(out, func(o example) bool { return o.question == q }) {
				out = append(out, example{q, e.DocID, m[2]})
			}
		}
	}
	return out
}
