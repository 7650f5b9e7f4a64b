package bot

import (
	"context"
	"errors"
	"strings"

	"policybot/prompts"
)

// A Judge decides on claims that the checks can neither prove nor refute.
type Judge interface {
	Model() string
	// Judge reports whether a claim's quotes prove it. With an error the claim
	// is not proven.
	Judge(ctx context.Context, c prompts.Claim) (bool, error)
}

// A Judgement is a judge's decision on one claim, for the receipt.
type Judgement struct {
	Check string `json:"check"` // what the checks could not decide
	Model string `json:"model"`
	// Supported and Failed are both false for a claim that was turned down.
	Supported bool `json:"supported"`
	Failed    bool `json:"failed,omitempty"` // no decision came
}

// A ModelJudge has a chat model decide. It is safe for concurrent use if its
// Generator is.
type ModelJudge struct{ gen Generator }

// NewModelJudge returns a judge that asks gen.
func NewModelJudge(gen Generator) *ModelJudge { return &ModelJudge{gen} }

// Model is the model's name.
func (j *ModelJudge) Model() string { return j.gen.Model() }

var errJudge = errors.New("the judge gave no decision: the claim counts as not proven")

// Judge implements Judge.
func (j *ModelJudge) Judge(ctx context.Context, c prompts.Claim) (bool, error) {
	m := prompts.RenderJudge(c)
	var reply strings.Builder
	for text, err := range stream(ctx, j.gen, m, prompts.JudgeShape()) {
		if err != nil {
			return false, err
		}
		if reply.WriteString(text); reply.Len() > maxReply {
			return false, errJudge
		}
	}
	supported, ok := prompts.ParseJudge(reply.String())
	if !ok {
		return false, errJudge
	}
	return supported, nil
}

// decide asks the judge, if there is one, about a claim that the checks left
// undecided, and notes what it said.
func (d *draft) decide(v prompts.Verdict) bool {
	if d.judge == nil || !v.Undecided {
		return false
	}
	supported, err := d.judge.Judge(d.ctx, v.Claim)
	d.answer.Judged = append(d.answer.Judged, Judgement{Check: v.Check, Model: d.judge.Model(), Supported: supported, Failed: err != nil})
	return supported && err == nil
}
