package prompts

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"policybot/internal/han"
)

// The bounds of a reply. What is beyond them is refused, so that a model gone
// wild costs neither memory nor patience.
const (
	maxReply  = 4 << 20   // bytes of a reply, reasoning included
	maxLine   = 256 << 10 // bytes of one line
	maxOpen   = 32 << 10  // bytes of an object over several lines
	openLines = 400       // and its lines
	maxSkips  = 50        // objects that cannot be read
	maxDepth  = 16        // of nesting
	maxClaims = 200
	maxCites  = 20   // of one claim
	maxText   = 1000 // characters of a claim
	maxQuote  = 4000 // characters of a quote
)

// ErrNoClaims says that a reply ended without a claim or a refusal.
var ErrNoClaims = errors.New("prompts: the reply holds no claim: the model does not keep to the format; try another model")

var errNoFormat = fmt.Errorf("prompts: more than %d objects of the reply cannot be read: the model does not keep to the format; try another model", maxSkips)

// A CutError says that a reply ended inside a claim.
type CutError struct{ Bytes int }

// Error implements error.
func (e *CutError) Error() string {
	return fmt.Sprintf("prompts: the reply ended inside a claim, after %d bytes of it: raise the reply's token limit", e.Bytes)
}

// Cut reports that the claims before the error may be used.
func (e *CutError) Cut() bool { return true }

// Parse reads the claims out of a model's reply as it comes; where the reply
// is cut into pieces does not matter. It reads the contract, one JSON object a
// line, and what models make of it: code fences, prose around it, arrays and
// objects over several lines, other keys, quotes and commas, and sentences
// with markers like [1], which become claims whose cites have an empty quote:
// nothing is proven by them until FillQuotes or a repair round gives them one.
// Reasoning blocks are skipped.
//
// Texts carry no markup, links or markers. Nothing is checked against the
// sources: a source number that could not be read is 0. A refusal ends the
// sequence with a *Refusal, unless claims came before it. An error of deltas
// ends it after the claims that were whole by then. A reply without claims
// ends with ErrNoClaims, one that stops inside a claim with a *CutError.
func Parse(deltas iter.Seq2[string, error]) iter.Seq2[Claim, error] {
	return func(yield func(Claim, error) bool) {
		p := &parser{yield: yield, seen: make(map[string]bool)}
		read := 0
		for delta, err := range deltas {
			if err != nil {
				p.flush(true)
				p.fail(err)
				return
			}
			if read += len(delta); read > maxReply {
				p.flush(true)
				p.fail(fmt.Errorf("prompts: the reply is longer than %d MB: the model does not stop", maxReply>>20))
				return
			}
			p.split.feed(delta, p)
			if p.done {
				return
			}
		}
		p.flush(false)
		p.end()
	}
}

// A parser turns lines into claims.
type parser struct {
	yield   func(Claim, error) bool
	done    bool // nothing more is wanted or given
	split   splitter
	open    string // an object that is not closed yet
	opened  int    // its lines
	json    bool   // a claim came as JSON: markers in prose mean nothing any more
	claims  int
	seen    map[string]bool
	skipped int             // objects that could not be read
	prose   strings.Builder // the beginning of the text outside objects
}

// fence opens or closes a block of code.
var fence = regexp.MustCompile("^(?:```|~~~)[A-Za-z]*\\s*|\\s*(?:```|~~~)$")

// claimStart is the beginning of a claim or refusal on its own line.
var claimStart = regexp.MustCompile(`^[{｛]\s*["'“＂]?(?i:text|claim|sentence|statement|refuse|refusal|refused)["'”＂]?\s*[:：]`)

// wrapper is an object of which only a list has been opened.
var wrapper = regexp.MustCompile(`^[{｛]\s*(?:["'“＂]?[\p{L}_]+["'”＂]?\s*[:：]\s*[\[［]?\s*)?$`)

// line takes one line without its end.
func (p *parser) line(s string, broken bool) {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd"))
	if bare := fence.ReplaceAllString(s, ""); bare != s {
		if s = strings.TrimSpace(bare); s == "" {
			p.drop()
			return
		}
	}
	if s == "" || p.done {
		return
	}
	if p.open != "" {
		if wrapper.MatchString(p.open) && (s[0] == '{' || strings.HasPrefix(s, "｛")) {
			p.open, p.opened = "", 0
		} else if claimStart.MatchString(s) {
			p.drop()
		}
	}
	if p.open != "" {
		s, p.open = p.open+"\n"+s, ""
	}
	p.objects(s, broken)
}

// drop gives up an object that was not closed.
func (p *parser) drop() {
	if p.open != "" && !wrapper.MatchString(p.open) {
		p.skip()
	}
	p.open, p.opened = "", 0
}

// skip counts an object that cannot be read.
func (p *parser) skip() {
	if p.skipped++; p.skipped > maxSkips {
		p.fail(errNoFormat)
	}
}

// objects takes the objects out of a line, and the prose between them.
func (p *parser) objects(s string, broken bool) {
	prose, guessed := "", false
	for !p.done {
		at := strings.IndexAny(s, "{｛")
		if at < 0 {
			break
		}
		prose, s = prose+s[:at], s[at:]
		size, state := balanced(s)
		if state == tooDeep {
			p.skip()
			s = ""
			break
		}
		if state == closed && p.object(s[:size]) {
			s = s[size:]
			continue
		}
		// Quotation marks inside a string mislead the count of braces: the
		// object may reach to the last brace of the line.
		if end := lastBrace(s); end > 0 && end != size && !guessed {
			guessed = true
			if p.object(s[:end]) {
				s = s[end:]
				continue
			}
		}
		if state == unclosed {
			p.hold(s)
			s = ""
			break
		}
		prose, s = prose+s[:size], s[size:]
	}
	if !broken && !p.done {
		p.text(prose + s)
	}
}

// lastBrace is the end of the last closing brace in s, or 0.
func lastBrace(s string) int {
	end := strings.LastIndex(s, "}") + 1
	if wide := strings.LastIndex(s, "｝"); wide >= end {
		end = wide + len("｝")
	}
	return end
}

// hold keeps an object that is not closed for the lines to come.
func (p *parser) hold(s string) {
	if p.opened++; len(s) > maxOpen || p.opened > openLines {
		p.open, p.opened = "", 0
		p.skip()
		return
	}
	p.open = s
}

// object takes one object; false if it is neither claim nor refusal.
func (p *parser) object(s string) bool {
	v, ok := decode(s)
	if !ok {
		return false
	}
	claims, refusal, ok := readObject(v, 0)
	if !ok {
		return false
	}
	p.opened = 0
	for _, c := range claims {
		p.json = true
		p.give(c)
	}
	if refusal != nil && p.claims == 0 && len(claims) == 0 {
		p.fail(refusal)
	}
	return true
}

// text takes a line of prose: its sentences with markers are claims, unless
// claims came as JSON.
func (p *parser) text(s string) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "[]［］,，;{}｛｝ ") == "" {
		return
	}
	if p.prose.Len() < 4<<10 {
		p.prose.WriteString(s[:min(len(s), 4<<10)] + "\n")
	}
	if p.json || strings.Contains(s, `{"`) {
		return
	}
	for _, c := range markedSentences(s) {
		p.give(c)
	}
}

func (p *parser) give(c Claim) {
	key := han.Squash(c.Text).String()
	for _, k := range c.Cites {
		key += fmt.Sprintf("\x00%d\x00%s", k.Source, k.Quote)
	}
	if p.done || p.seen[key] {
		return
	}
	p.seen[key] = true
	p.claims++
	if !p.yield(c, nil) || p.claims == maxClaims {
		p.done = true
	}
}

func (p *parser) fail(err error) {
	if !p.done {
		p.done = true
		p.yield(Claim{}, err)
	}
}

// flush takes the last line, which has no end. In a broken reply only what is
// whole counts: objects, but no prose.
func (p *parser) flush(broken bool) {
	if !p.done {
		p.split.end(p, broken)
	}
}

// end closes a whole reply.
func (p *parser) end() {
	switch {
	case p.done:
	case p.open != "" && halfObject.MatchString(p.open):
		p.fail(&CutError{len(p.open)})
	case p.claims > 0:
	case soundsLikeRefusal(p.prose.String()):
		p.fail(&Refusal{Why: cleanText(p.prose.String(), maxReason)})
	default:
		p.fail(ErrNoClaims)
	}
}

// halfObject is the beginning of an object, not of a brace in prose.
var halfObject = regexp.MustCompile(`^[{｛]\s*(?:["'“＂]|\w+\s*[:：])`)
