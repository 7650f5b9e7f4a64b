package prompts

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// MinQuote is how many characters, white space aside, a quote must have: fewer
// stand in any text and prove nothing.
const MinQuote = 6

// gap is the mark that cleaning leaves where words of the original are
// missing. What lies around it is not one sentence and is not quoted as one.
const gap = "[…]"

// Verify checks a claim against the sources of its request and fails closed:
// each check can only take the claim down. The quotes must stand in their
// passages (compared as han.Squash gives them, nothing looser). What the claim
// says must then stand in its quotes; years, places and actors may also come
// from the heading path and the document's metadata. The verdict of a claim
// that passes carries it with the passages' own letters as quotes.
//
// A claim in another language than its quotes is compared by what can be
// compared; when nothing can, the verdict's Check is "language".
func Verify(c Claim, sources []Source) Verdict { return NewVerifier(sources).Verify(c) }

// A Verifier checks the claims of one answer. What it finds in a passage or quote
// it keeps for the claims that follow, so it is for one goroutine, and its
// sources must not change.
type Verifier struct {
	sources  []Source
	squashed map[int]han.Folded // passages, by the number of their source
	found    map[Cite]finding   // by source and quote as claims have them
	read     map[Cite]*witness  // by the passages' own quotes
}

// NewVerifier gives a Verifier for claims on sources, as a request numbers them.
func NewVerifier(sources []Source) *Verifier {
	return &Verifier{sources, map[int]han.Folded{}, map[Cite]finding{}, map[Cite]*witness{}}
}

// Verify is what the function of that name does.
func (v *Verifier) Verify(c Claim) Verdict {
	if reason := markup(withoutOfficialLinks(c)); reason != "" {
		return Verdict{Check: "markup", Reason: reason}
	}
	settled, verdict := v.settle(c)
	if verdict.Check != "" {
		return verdict
	}
	p := v.proof(settled)
	if p.extract() {
		return Verdict{OK: true, Claim: settled}
	}
	for _, check := range checks {
		if name, reason := check(p); name != "" {
			return Verdict{Check: name, Reason: reason}
		}
	}
	if p.doubt.Check != "" {
		p.doubt.Undecided, p.doubt.Claim = true, settled
		return p.doubt
	}
	return Verdict{OK: true, Claim: settled}
}

// checks are made in this order. Each returns the name of what failed, as
// Verdict.Check has it, with the reason, or two empty strings. One that cannot
// tell leaves its doubt in the proof and lets the others look.
var checks = []func(*proof) (string, string){
	(*proof).checkFigures,
	(*proof).checkTable,
	(*proof).checkDates,
	(*proof).checkPlaces,
	(*proof).checkNegation,
	(*proof).checkModality,
	(*proof).checkWording,
	(*proof).checkOrder,
	(*proof).checkBinding,
	(*proof).otherLead,
	(*proof).checkMeasure,
	(*proof).checkTokens,
	(*proof).checkWords,
	(*proof).checkLanguage,
}

// markup says what in a claim's text could act on the reader's screen instead
// of being read: tags, links, control characters. An empty text is refused too.
func markup(text string) string {
	if strings.TrimSpace(text) == "" {
		return "the claim has no text"
	}
	for _, r := range text {
		if han.Invisible(r) || r == unicode.ReplacementChar {
			return fmt.Sprintf("the text has the control or invisible character %U", r)
		}
	}
	if found := marked.FindString(plain(text)); found != "" {
		return fmt.Sprintf("the text has %q, which could be read as markup", found)
	}
	if reason := hostile(text); reason != "" {
		return "the text: " + reason
	}
	return ""
}

// settle finds each quote in its passage. It returns the claim with the
// passages' own letters and offsets, or the verdict on what was not found.
func (v *Verifier) settle(c Claim) (Claim, Verdict) {
	if len(c.Cites) == 0 {
		return c, Verdict{Check: "source", Reason: "the claim cites nothing"}
	}
	out := Claim{Text: c.Text}
	for _, cite := range c.Cites {
		if cite.Source < 1 || cite.Source > len(v.sources) {
			return c, Verdict{Check: "source", Reason: fmt.Sprintf("there is no source %d; there are %d", cite.Source, len(v.sources))}
		}
		key := Cite{Source: cite.Source, Quote: cite.Quote}
		f, known := v.found[key]
		if !known {
			f = v.find(key)
			v.found[key] = f
		}
		if f.reason != "" {
			return c, Verdict{Check: "quote", Reason: f.reason}
		}
		out.Cites = append(out.Cites, f.cites...)
	}
	return out, Verdict{}
}

// A finding is a quote as its passage has it, in pieces where an address is left
// out, or the reason why it is no quote.
type finding struct {
	cites  []Cite
	reason string
}

func (v *Verifier) find(cite Cite) finding {
	p := v.sources[cite.Source-1].Passage
	quote := han.Squash(cite.Quote)
	if n := len(quote.Runes); n < MinQuote {
		return finding{reason: fmt.Sprintf("the quote %q has %d characters; %d are needed", cite.Quote, n, MinQuote)}
	}
	text, known := v.squashed[cite.Source]
	if !known {
		text = han.Squash(p.Text)
		v.squashed[cite.Source] = text
	}
	from, to := text.Index(quote, 0)
	if from < 0 {
		return finding{reason: fmt.Sprintf("the quote %q does not stand in source %d", cite.Quote, cite.Source)}
	}
	start, end := text.Span(from, to)
	own := p.Text[start:end]
	if strings.Contains(own, gap) {
		return finding{reason: fmt.Sprintf("the quote %q spans a place where words are missing", own)}
	}
	if reason := cut(p.Text[:start], own, p.Text[end:]); reason != "" {
		return finding{reason: reason}
	}
	cites, reason := harmless(Cite{Source: cite.Source, Quote: own, Start: p.Start + start, End: p.Start + end})
	if reason != "" {
		return finding{reason: "the quote: " + reason + "; quote what stands beside it"}
	}
	return finding{cites: cites}
}

// cut says what a quote cuts through at its ends that turns its meaning: a
// negation or a figure.
func cut(before, quote, after string) string {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(quote)
	end, _ := utf8.DecodeLastRuneInString(quote)
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case strings.ContainsRune("不未没無无非", last) && han.IsHan(first):
		return fmt.Sprintf("the quote leaves out %q before it", string(last))
	case figure(last) && figure(first), figure(end) && (figure(next) || next == '%' || next == '％'),
		strings.ContainsRune(".．", last) && figure(first) && strings.ContainsFunc(before, figure):
		return "the quote cuts through a figure"
	}
	return ""
}

func figure(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }
