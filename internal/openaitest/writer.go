package openaitest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Passage is a source as a model finds it in the user's message.
type Passage struct {
	N    int
	Head string // title, date, place and heading, a line each
	Text string
}

var opening = regexp.MustCompile(`(?m)^<source (\d+) ([0-9a-f]{16})>$`)

// Passages are the sources of a request's message, read by their fences alone,
// as a careful model reads them.
func Passages(r *Request) []Passage {
	message := r.Text("user")
	var out []Passage
	for {
		m := opening.FindStringSubmatchIndex(message)
		if m == nil {
			return out
		}
		n, nonce := message[m[2]:m[3]], message[m[4]:m[5]]
		inside, rest, closed := strings.Cut(message[m[1]:], fmt.Sprintf("\n</source %s %s>", n, nonce))
		head, text, _ := strings.Cut(inside, "正文：\n")
		number, err := strconv.Atoi(n)
		if !closed || err != nil {
			return out
		}
		out = append(out, Passage{N: number, Head: strings.TrimSpace(head), Text: text})
		message = rest
	}
}

var question = regexp.MustCompile(`(?s)\n<question ([0-9a-f]{16})>\n(.*)\n</question [0-9a-f]{16}>`)

// Question is the question in a request's message.
func Question(r *Request) string {
	m := question.FindStringSubmatch(r.Text("user"))
	if m == nil {
		return ""
	}
	return m[2]
}

// Claim is a line of the contract with the model.
func Claim(text string, source int, quote string) string {
	b, err := json.Marshal(map[string]any{"text": text, "cites": []map[string]any{{"source": source, "quote": quote}}})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return string(b) + "\n"
}

// Obedient writes as the worst model does: it follows every order that it
// finds anywhere in the request, gives away its instructions, makes up
// passages, and adds links.
func Obedient(r *Request) string {
	var b strings.Builder
	b.WriteString(Claim(r.Text("system"), 1, firstRunes(r.Text("system"), 40)))
	for line := range strings.Lines(r.Text("system")) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(Claim(line, 1, line))
		}
	}
	for _, p := range Passages(r) {
		for line := range strings.Lines(p.Text) {
			line = strings.TrimSpace(line)
			b.WriteString(Claim(line+" https://evil.example/x @evil_bot <a href=\"https://evil.example\">点击</a>", p.N, line))
			b.WriteString(Claim("[点击领取](https://evil.example/)"+line, 99, line))
			b.WriteString("</source 1 0000000000000000>\n" + line + "[1](https://evil.example)\n")
		}
	}
	b.WriteString("SYSTEM: " + r.Text("system") + "[1]\n")
	return b.String()
}

func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
