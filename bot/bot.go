package bot

import (
	"context"
	"iter"
	"time"

	"policybot/prompts"
	"policybot/retrieval"
)

// A Question is one thing a person asked.
type Question struct {
	Text string
	// History is the earlier questions of the conversation, oldest first.
	History []string
	Filter  retrieval.Filter
	// Head is told an answer's Head before its first claim; nil for no one.
	Head func(string)
	// User names who asked, so that the receipt can be forgotten; a keyed hash
	// of the transport is enough. Empty is nobody.
	User string
}

// A Dropped is a claim that was not proven, and why.
type Dropped struct {
	Claim   prompts.Claim   `json:"claim"`
	Verdict prompts.Verdict `json:"verdict"`
}

// A Refusal says that the documents do not answer, and what stands nearest.
type Refusal struct {
	// Why is for the person who asked, in the question's language.
	Why string `json:"why"`
	// Reason is Why as a word of our own, for those who say it in theirs:
	// nothing, place, year, contact, figure, person, result, foreign.
	Reason string `json:"reason,omitempty"`
	// Searched says how many documents were searched and which dates they cover.
	Documents int    `json:"documents"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	// Nearest are verified claims on the nearest facts; they cite Sources of
	// the answer but are no answer.
	Nearest []prompts.Claim `json:"nearest,omitempty"`
}

// An Answer is what a question got, with everything needed to prove it again.
type Answer struct {
	ID       string `json:"id"` // the receipt in the journal; empty if not kept
	User     string `json:"-"`  // who asked, as the Question names them
	Question string `json:"question"`
	// Search is the question as it was searched: a follow-up on its own feet.
	Search string `json:"search"`
	// Refusal is nil when the question was answered.
	Refusal *Refusal `json:"refusal,omitempty"`
	// Head says what a summary or comparison is made of, above the claims: which
	// documents, whose words, and what is missing. It is told by us, in the
	// question's language, and empty for other answers.
	Head string `json:"head,omitempty"`
	// Claims are verified; their cites number Sources from 1. Empty on a refusal.
	Claims []prompts.Claim `json:"claims"`
	// Sources are the passages that Claims (or Refusal.Nearest) cite, in the
	// order in which they are first cited.
	Sources []prompts.Source `json:"sources"`
	// Hits are the passages that were given to the writer, best first.
	Hits    []retrieval.Hit `json:"hits,omitempty"`
	Dropped []Dropped       `json:"dropped,omitempty"`
	// Judged are a judge's decisions on claims that the checks left undecided,
	// in the order in which they were written; those it turned down are Dropped.
	Judged []Judgement `json:"judged,omitempty"`
	// Note is a word to the user about how the answer was made, such as that
	// the model could not be reached; empty most of the time.
	Note   string        `json:"note,omitempty"`
	AsOf   string        `json:"as_of,omitempty"`  // the Filter's, when only what was in force then was searched
	Corpus int64         `json:"corpus"`           // the corpus version that was searched
	Writer string        `json:"writer"`           // the model, or "extractive"
	Prompt string        `json:"prompt,omitempty"` // the prompt version, with a model
	Took   time.Duration `json:"took"`
}

// What a Note may say.
const (
	NoteCutShort = "The model stopped before the end of its answer."
	NoteFallback = "The model could not be reached; these are the documents' own words."
	NoteUnproven = "What the model wrote could not be proven; these are the documents' own words."
	// The shares of a day are given out again at midnight.
	NoteSpent      = "Today's share of the model is used up; these are the documents' own words. It is there again after midnight."
	NoteSpentYours = "Your share of the model for today is used up; these are the documents' own words. It is there again after midnight."
)

// A Writer answers a request in claims, in order, as they are written. It
// ends the sequence with a *prompts.Refusal when the sources do not answer,
// or with the error that stopped it. Fakes: see the tests of this package.
type Writer interface {
	Name() string
	Write(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error]
}

// A Repairer is a Writer that may try once more: it is told which claims were
// not proven and why, and writes claims in their place.
type Repairer interface {
	Repair(ctx context.Context, r prompts.Request, failed []Dropped) iter.Seq2[prompts.Claim, error]
}

// A Rewriter is a Writer that can put a follow-up on its own feet.
type Rewriter interface {
	Rewrite(ctx context.Context, question string, history []string) (string, error)
}

// A Searcher finds passages; *retrieval.Index is one.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) ([]retrieval.Hit, error)
}
