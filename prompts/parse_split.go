package prompts

import (
	"bytes"
	"regexp"
)

// A splitter cuts a reply into lines and leaves the reasoning out. It looks at
// one byte after another, so that it does not matter how the reply came.
type splitter struct {
	line []byte
	mode mode
}

type mode int

const (
	inText  mode = iota
	inThink      // inside a reasoning block; line holds its last bytes
	inSkip       // inside a line that is too long
)

// The marks of reasoning blocks, as models and the servers in front of them
// write them: <think>, <seed:think>, <|begin_of_thought|>, ◁think▷, and the
// channels of gpt-oss.
var (
	thinkOpen  = regexp.MustCompile(`(?i)^\s*(?:<\|?|◁)(?:\w{1,12}:)?(?:begin_of_)?(?:think|thinking|thought|reasoning|reflection|analysis|scratchpad)(?:\|?>|▷)$`)
	thinkClose = regexp.MustCompile(`(?i)(?:(?:</|◁/)(?:\w{1,12}:)?(?:think|thinking|thought|reasoning|reflection|analysis|scratchpad)(?:>|▷)|<\|end_of_thought\|>|<\|end\|>|<\|channel\|>final<\|message\|>)$`)
	channel    = regexp.MustCompile(`<\|channel\|>\s*(\w+)[^<]{0,80}<\|message\|>$`)
)

// longestMark bounds how much of a reasoning block is looked back upon.
const longestMark = 128

// feed takes the next piece of a reply and gives p the lines that it ends.
func (s *splitter) feed(piece string, p *parser) {
	for i := 0; i < len(piece) && !p.done; i++ {
		c := piece[i]
		switch s.mode {
		case inSkip:
			if c == '\n' {
				s.mode = inText
			}
			continue
		case inThink:
			if s.line = append(s.line, c); len(s.line) >= 2*longestMark {
				s.line = append(s.line[:0], s.line[longestMark:]...)
			}
			if s.ends(c) && thinkClose.Match(s.line) {
				s.mode, s.line = inText, s.line[:0]
			}
			continue
		}
		if c == '\n' {
			p.line(string(s.line), false)
			s.line = s.line[:0]
			continue
		}
		if s.line = append(s.line, c); len(s.line) > maxLine {
			s.mode, s.line = inSkip, nil
			p.drop()
			p.skip()
			continue
		}
		if s.ends(c) {
			s.mark(p)
		}
	}
}

// ends reports whether c is the last byte of > or ▷.
func (s *splitter) ends(c byte) bool {
	return c == '>' || c == "▷"[2] && bytes.HasSuffix(s.line, []byte("▷"))
}

// mark looks for a mark at the end of the line so far. Inside an object a mark
// is text: a passage may speak of <think>.
func (s *splitter) mark(p *parser) {
	if bytes.ContainsAny(s.line, "{｛") {
		return
	}
	if m := channel.FindSubmatch(s.tail()); m != nil {
		if s.line = s.line[:0]; string(m[1]) != "final" {
			s.mode = inThink
		}
		return
	}
	switch {
	case len(s.line) <= longestMark && thinkOpen.Match(s.line):
		s.mode, s.line = inThink, s.line[:0]
	case thinkClose.Match(s.tail()): // the block was opened by the chat format
		s.line = s.line[:0]
		p.drop()
	}
}

func (s *splitter) tail() []byte { return s.line[max(0, len(s.line)-2*longestMark):] }

// end gives p the last line.
func (s *splitter) end(p *parser, broken bool) {
	if s.mode == inText && len(s.line) > 0 {
		p.line(string(s.line), broken)
	}
	s.line = nil
}
