package bot

import (
	"policybot/internal/han"
	"policybot/prompts"
)

// refusals are the words of a refusal by its reason, Chinese and English.
var refusals = map[string][2]string{
	whyNothing:  {"文件中没有找到能回答这个问题的内容。", "The documents do not answer this question."},
	whyPlace:    {"文件中没有所问地方的这项内容。", "The documents do not say this of the place you ask about."},
	whyYear:     {"文件中没有所问年份的这项内容。", "The documents do not say this for the year you ask about."},
	whyContact:  {"文件中没有所问的联系方式。", "The documents give no such contact."},
	whyFigure:   {"文件提到了相关内容,但没有给出所问的数字。", "The documents speak of it but give no such figure."},
	whyPerson:   {"文件中没有说明这一职务由谁担任。", "The documents do not name who holds this office."},
	whyResult:   {"文件中只有目标,没有所问的实际完成数。", "The documents give a target, not the actual figure you ask for."},
	whyDocument: {"文件库中没有所说的文件。", "There is no such document in the library."},
	whyForeign:  {"", "The documents are in Chinese, and without a multilingual model these words could not be matched with them. Please ask in Chinese, or configure CHAT_MODEL or EMBEDDING_MODEL."},
}

// refuse turns a draft without claims into a refusal that helps: why, what was
// searched, and the nearest facts, which are proven too.
func (a *Answerer) refuse(d *draft, read reading, refused *prompts.Refusal) {
	why := whyNothing
	if read.Foreign && len(read.Official) == 0 {
		why = whyForeign
	}
	stats := a.View.Stats()
	r := &Refusal{Documents: stats.Documents, From: stats.From, To: stats.To}
	if refused != nil && why != whyForeign && refusals[refused.Why] != [2]string{} {
		why = refused.Why
	}
	r.Why = refusals[why][0]
	r.Reason = why
	if !han.HasHan(d.req.Asked) {
		r.Why = refusals[why][1]
	}
	if r.Why == "" {
		r.Why, r.Reason = refusals[whyNothing][0], whyNothing
	}
	d.answer.Refusal, d.answer.Claims, d.answer.Sources = r, nil, nil
	read.weigh(a.View.Rarity)
	verifier := prompts.NewVerifier(d.req.Sources)
	for _, c := range nearest(read, d.req.Sources) {
		if v := verifier.Verify(c); v.OK {
			r.Nearest = append(r.Nearest, d.number(v.Claim))
		}
	}
}

// How near a sentence must come to the question to be shown on a refusal, and
// how many are shown.
const (
	nearEnough  = 0.2
	nearestMost = 2
)

// nearest tells the facts that come nearest to the question.
func nearest(read reading, sources []prompts.Source) []prompts.Claim {
	ps := pieces(read, sources)
	rank(ps)
	var out []prompts.Claim
	var told []piece
	for _, p := range ps {
		if len(out) == nearestMost || p.cover < nearEnough {
			break
		}
		if t := trim(read, p); !overlaps(told, t) {
			told = append(told, t)
			out = append(out, t.claim())
		}
	}
	return out
}
