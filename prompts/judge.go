package prompts

import "regexp"

// RenderJudge writes the messages that ask whether a claim's quotes prove it.
// A judge sees nothing but the two, so that nothing else can persuade it.
func RenderJudge(c Claim) Messages {
	d := struct {
		Nonce, Claim string
		Quotes       []string
	}{Claim: data(c.Text)}
	for _, cite := range c.Cites {
		d.Quotes = append(d.Quotes, data(cite.Quote))
	}
	d.Nonce = nonce(append(d.Quotes, d.Claim))
	return Messages{execute("judge_system.tmpl", nil), execute("judge_user.tmpl", d)}
}

// judged is the only reply of a judge that counts; thoughts may stand before it.
var judged = regexp.MustCompile(`(?s)^\s*(?:<think>.*</think>)?\s*\{\s*"supported"\s*:\s*(true|false)\s*\}\s*$`)

// ParseJudge reads a judge's reply; ok is false for any but the one line that
// was asked for.
func ParseJudge(reply string) (supported, ok bool) {
	m := judged.FindStringSubmatch(reply)
	if m == nil {
		return false, false
	}
	return m[1] == "true", true
}
