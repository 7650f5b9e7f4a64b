package main

import (
	"context"

	"policybot/bot"
	"policybot/internal/openai"
	"policybot/retrieval"
)

// api is the configured service for chat and embeddings.
func (p *program) api() (*openai.Client, error) {
	if p.client != nil {
		return p.client, nil
	}
	requests, tokens, err := p.pace()
	if err != nil {
		return nil, err
	}
	use, err := p.modelUse()
	if err != nil {
		return nil, err
	}
	c, err := openai.New(use.patience(openai.Config{
		BaseURL: p.openaiURL, Key: p.openaiKey,
		APIVersion: p.openaiVersion, ChatModel: p.chatModel, EmbeddingModel: p.embeddingModel,
		RequestsPerMinute: requests, TokensPerMinute: tokens, Count: retrieval.Tokens,
		Log: p.log,
	}))
	p.client = c
	return c, err
}

// answerer answers from the library with the configured model, and falls back
// to picking the documents' own sentences, which is also how it answers
// without one. keep gets every answer; nil keeps none.
func (p *program) answerer(l *library, keep func(context.Context, *bot.Answer) (string, error)) (*bot.Answerer, error) {
	extractive := bot.NewExtractive(l.index)
	c := bot.Config{Search: l.index, View: l.index, Writer: extractive, Keep: keep}
	if p.chatModel != "" {
		client, err := p.api()
		if err != nil {
			return nil, err
		}
		use, err := p.modelUse()
		if err != nil {
			return nil, err
		}
		chat := bot.NewMetered(client.Chat(), bot.NewSpending(l.journal, use.limits, nil))
		c.Writer, c.Fallback, c.Deadline = bot.NewModelWriter(chat, use.context), extractive, use.deadline
	}
	judge, err := p.judge(l)
	if err != nil {
		return nil, err
	}
	if judge != nil {
		c.Judge = judge
	}
	return bot.New(c), nil
}

// judge is the model that decides on claims which the checks cannot; nil when
// none is set. What it uses counts like the rest.
func (p *program) judge(l *library) (bot.Judge, error) {
	if p.judgeModel == "" {
		return nil, nil
	}
	use, err := p.modelUse()
	if err != nil {
		return nil, err
	}
	client, err := openai.New(use.patience(openai.Config{BaseURL: p.openaiURL, Key: p.openaiKey, APIVersion: p.openaiVersion, ChatModel: p.judgeModel, Log: p.log}))
	if err != nil {
		return nil, err
	}
	return bot.NewModelJudge(bot.NewMetered(client.Chat(), bot.NewSpending(l.journal, use.limits, nil))), nil
}
