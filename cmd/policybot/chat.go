package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/peterh/liner"

	"policybot/bot"
)

// remembered is how many earlier questions a follow-up is read with.
const remembered = 6

// A chat is a conversation in the terminal.
type chat struct {
	answerer *bot.Answerer
	ask      func(prompt string) (string, error) // io.EOF ends the conversation
	out      io.Writer
	history  []string
	last     *bot.Answer
}

const chatHelp = `Ask in any words; a follow-up like "那西湖区呢?" is read with the questions before it.
  /sources   show the passages behind the last answer, whole
  /new       start over
  /quit      leave (so does Ctrl-D)
`

// run talks until the person leaves or ctx ends. An answer that fails does
// not end the conversation.
func (c *chat) run(ctx context.Context) error {
	fmt.Fprint(c.out, chatHelp)
	for ctx.Err() == nil {
		text, err := c.ask("? ")
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(c.out)
			return nil
		}
		if err != nil {
			return err
		}
		switch text = strings.TrimSpace(text); text {
		case "":
		case "/quit", "/exit":
			return nil
		case "/new":
			c.history, c.last = nil, nil
			fmt.Fprintln(c.out, "A new conversation.")
		case "/sources":
			c.sources()
		default:
			if strings.HasPrefix(text, "/") {
				fmt.Fprint(c.out, chatHelp)
				continue
			}
			c.answer(ctx, text)
		}
	}
	return nil
}

func (c *chat) answer(ctx context.Context, text string) {
	out := newPrinter(c.out, text)
	a, err := c.answerer.Answer(ctx, bot.Question{Text: text, History: c.history, Head: out.head}, out.claim)
	if err == nil {
		c.last = a
		c.history = append(c.history, text)
		c.history = c.history[max(0, len(c.history)-remembered):]
		err = out.rest(a)
	}
	if err != nil {
		report(c.out, err)
	}
	fmt.Fprintln(c.out)
}

func (c *chat) sources() {
	if c.last == nil || len(c.last.Sources) == 0 {
		fmt.Fprintln(c.out, "There is no answer with sources yet.")
		return
	}
	for i, s := range c.last.Sources {
		fmt.Fprintf(c.out, "[%d] %s\n%s\n\n", i+1, sourceLine(s.Passage, s.Doc), plain(s.Text))
	}
}

// prompter reads lines from the terminal with editing and history until ctx
// ends; end gives the terminal back.
func prompter(ctx context.Context) (ask func(string) (string, error), end func() error) {
	s := liner.NewLiner()
	s.SetCtrlCAborts(true)
	type typed struct {
		text string
		err  error
	}
	return func(prompt string) (string, error) {
		got := make(chan typed, 1) // a read that ctx overtakes ends with the process
		go func() {
			text, err := s.Prompt(prompt)
			got <- typed{text, err}
		}()
		select {
		case <-ctx.Done():
			return "", io.EOF
		case t := <-got:
			if errors.Is(t.err, liner.ErrPromptAborted) {
				return "", io.EOF
			}
			if t.err == nil && strings.TrimSpace(t.text) != "" {
				s.AppendHistory(t.text)
			}
			return t.text, t.err
		}
	}, s.Close
}
