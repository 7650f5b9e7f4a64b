package prompts

import "policybot/internal/han"

// leastOverlap is the share of a claim's pairs of letters that a sentence must
// have to be taken for its evidence.
const leastOverlap = 0.3

// FillQuotes completes cites that a model left half: a source without a quote
// gets the sentence of that passage that shares most pairs of letters with the
// claim. It proves nothing; Verify judges the claim as if the model had written
// it so. The claim is not changed in place.
func FillQuotes(c Claim, sources []Source) Claim {
	filled := Claim{Text: c.Text, Cites: make([]Cite, len(c.Cites))}
	for i, k := range c.Cites {
		if k.Source > 0 && k.Source <= len(sources) && k.Quote == "" {
			k.Quote = nearestSentence(c.Text, sources[k.Source-1].Text)
		}
		filled.Cites[i] = k
	}
	return filled
}

// nearestSentence is the sentence of a passage nearest to a claim, or "".
func nearestSentence(claim, passage string) string {
	want := bigrams(fold(claim))
	best, most := "", int(leastOverlap*float64(len(want)))
	for _, span := range han.Sentences(passage) {
		sentence := span.In(passage)
		if n := shared(want, bigrams(fold(sentence))); n > most {
			best, most = sentence, n
		}
	}
	return best
}
