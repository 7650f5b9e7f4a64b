package main

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"policybot/bot"
)

// openSeeds answers from a library of the test's own with the seeds in it.
func openSeeds(t *testing.T) *bot.Answerer {
	t.Helper()
	p := newProgram(t)
	if err := p.ingestAll(t.Context(), []string{filepath.Join("..", "..", "seeds")}); err != nil {
		t.Fatal(err)
	}
	l, err := p.openReady(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := p.answerer(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestChat(t *testing.T) {
	said := []string{
		"/sources",
		"",
		"西湖区城镇居民人均可支配收入目标是多少?",
		"那农村居民呢?",
		"/sources",
		"/new",
		"/sources",
		"/nonsense",
	}
	var out bytes.Buffer
	var answers []string // what was printed between two questions
	c := &chat{answerer: openSeeds(t), out: &out, ask: func(string) (string, error) {
		answers = append(answers, out.String())
		out.Reset()
		if len(said) == 0 {
			return "", io.EOF
		}
		next := said[0]
		said = said[1:]
		return next, nil
	}}
	if err := c.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`(?s)Ask in any words.*/sources.*/quit`,
		`^There is no answer with sources yet\.\n$`,
		`^$`,
		`(?s)10万元.*\[1\]\n\n来源\n\[1\] .*“.*10万元`,
		`(?s)7万元.*\[1\]\n\n来源\n`,
		`(?s)^\[1\] .*\n.*城镇和农村居民人均可支配收入`,
		`^A new conversation\.\n$`,
		`^There is no answer with sources yet\.\n$`,
		`/quit`,
	} {
		if !regexp.MustCompile(want).MatchString(answers[i]) {
			t.Errorf("reply %d is not like %s:\n%s", i, want, answers[i])
		}
	}
}

func TestChatForgetsOldQuestions(t *testing.T) {
	c := &chat{answerer: openSeeds(t), out: io.Discard}
	for range remembered + 3 {
		c.answer(t.Context(), "西湖区有什么目标?")
	}
	if len(c.history) != remembered {
		t.Errorf("%d questions are remembered, want %d", len(c.history), remembered)
	}
}

func TestPlainLetsNothingControlTheTerminal(t *testing.T) {
	for in, want := range map[string]string{
		"红\x1b[31m色\a":              "红[31m色",
		"a\u202eb\u200bc\u2066":     "abc",
		"一\r二\u2028三\u3000四":        "一 二 三 四",
		"行\n\t列":                    "行\n\t列",
		"\U000E0041tag\ufe0f\u00ad": "tag",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("标题\x1b]0;x\x07\r\n二")
	f.Fuzz(func(t *testing.T, s string) {
		got := line(s)
		if strings.ContainsAny(got, "\n\r\t\x1b\x00\x07\u0085\u2028") || line(got) != got {
			t.Errorf("line(%q) = %q", s, got)
		}
	})
}
