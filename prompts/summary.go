package prompts

import (
	"fmt"
	"strings"
)

// A Summary asks for more than an answer to a question: that the sources,
// which are then a whole document or what several say on one thing, in their
// order, be told shortly.
type Summary struct {
	// Topic is what to tell of; "" is everything.
	Topic string
	// Lines is how many claims are wanted, about; AtMost says that they are
	// counted. Characters is how long all claims may be together; 0 is no limit.
	Lines      int
	AtMost     bool
	Characters int
	// Detail asks for what stands below a document's first headings too.
	Detail bool
	// Sides are what is compared; the sources of one stand together. A summary
	// of one document has one side without a name.
	Sides []Side
}

// A Side is one of the things that are compared.
type Side struct {
	// Name is what its claims begin with: 2020年, 西湖区.
	Name string
	// Sources is how many of the request's sources are its own.
	Sources int
}

// label is how a claim begins that is told under a side's name.
func (s Side) label() string { return s.Name + "：" }

// Labelled is a claim's text under the side's name, once.
func (s Side) Labelled(text string) string {
	if s.Name == "" || strings.HasPrefix(text, s.label()) {
		return text
	}
	return s.label() + text
}

// wish says in the prompts' language what a summary shall be like.
func (s Summary) wish() string {
	var b strings.Builder
	if s.Topic != "" {
		b.WriteString("只写问题所问的那一方面。") // the question says it, inside its fence
	}
	switch {
	case s.AtMost:
		fmt.Fprintf(&b, "恰好写 %d 行。", s.Lines)
	case s.Lines > 0:
		fmt.Fprintf(&b, "写 %d 行左右。", s.Lines)
	}
	if s.Characters > 0 {
		fmt.Fprintf(&b, "各行文字合计不超过 %d 个字。", s.Characters)
	}
	if s.Detail {
		b.WriteString("写得详细一些：每个小节一行。")
	}
	return b.String()
}

// A shownSide is the numbers of a side's sources as the template shows them.
type shownSide struct{ N, From, To int }

// sides are the sides of a comparison as the template shows them; none for a
// summary of one thing. Their names, which may be documents' titles, stay out:
// claims get them when they are proven.
func (s Summary) sides() []shownSide {
	if len(s.Sides) < 2 {
		return nil
	}
	var out []shownSide
	at := 1
	for i, side := range s.Sides {
		if side.Sources > 0 {
			out = append(out, shownSide{i + 1, at, at + side.Sources - 1})
		}
		at += side.Sources
	}
	return out
}

// withWish adds to the messages of a request what its summary shall be like.
func withWish(m Messages, s Summary) Messages {
	shown := struct {
		Request, Wish string
		Sides         []shownSide
	}{m.User, s.wish(), s.sides()}
	return Messages{execute("summary_system.tmpl", nil), execute("summary_wish.tmpl", shown)}
}
