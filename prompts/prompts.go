package prompts

import "policybot/retrieval"

// A Source is a passage as it is put before a writer: numbered from 1 by its
// place in Request.Sources.
type Source struct {
	retrieval.Passage
	Doc *retrieval.Document
}

// A Cite is the evidence of a claim.
type Cite struct {
	// Source numbers the request's sources from 1.
	Source int `json:"source"`
	// Quote is the passage's own words. A writer may send them with other
	// white space or width; Verify puts the passage's own letters here.
	Quote string `json:"quote"`
	// Start and End are the quote's byte offsets in the document's cleaned
	// text, set by Verify.
	Start int `json:"start"`
	End   int `json:"end"`
}

// A Claim is one sentence of an answer with its evidence.
type Claim struct {
	Text  string `json:"text"`
	Cites []Cite `json:"cites"`
}

// A Request is everything a writer gets to answer from.
type Request struct {
	// Question is the question on its own feet: follow-ups are rewritten.
	Question string
	// Asked is the question as the person wrote it.
	Asked string
	// Sources are the passages to answer from, best first.
	Sources []Source
	// Summary is nil for a question that is answered from the best passages.
	Summary *Summary
}

// A Refusal is a writer's word that the sources do not answer the question.
type Refusal struct{ Why string }

func (r *Refusal) Error() string { return "refused: " + r.Why }

// A Verdict is what Verify found of one claim.
type Verdict struct {
	OK bool `json:"ok"`
	// Check names the check that failed: source, quote, figure, year, place,
	// actor, bound, negation, modality, order, content, language, markup.
	Check string `json:"check,omitempty"`
	// Reason says what failed, for --explain and for the model's repair round.
	Reason string `json:"reason,omitempty"`
	// Undecided says that nothing in the claim was found to be wrong, but not
	// all of it could be compared with its quotes (Check is content or
	// language): a judge may decide. Figures, units, years, places, bounds,
	// negations, moods and the order of things were compared and agree.
	Undecided bool `json:"undecided,omitempty"`
	// Claim is the claim with its cites' quotes as they stand in the passages
	// and their offsets; set when OK or Undecided.
	Claim Claim `json:"claim"`
}
