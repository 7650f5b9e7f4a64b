package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"policybot/bot"
	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// A printer prints one answer for people, claims first, as they are proven.
// It remembers the first error of its writer.
type printer struct {
	w     io.Writer
	words words
	err   error
}

func newPrinter(w io.Writer, question string) *printer {
	return &printer{w: w, words: wordsFor(question)}
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// head prints what stands above a summary's claims.
func (p *printer) head(text string) { p.printf("%s\n\n", line(text)) }

// claim prints a proven claim; it is what Answer emits to.
func (p *printer) claim(c prompts.Claim) { p.printf("%s\n", marked(c)) }

// rest prints what follows the claims: the refusal, if it is one, and the
// sources.
func (p *printer) rest(a *bot.Answer) error {
	claims := a.Claims
	if r := a.Refusal; r != nil {
		claims = r.Nearest
		p.refusal(r)
	}
	if a.Note != "" {
		p.printf("\n%s\n", line(p.words.noteOf(a.Note)))
	}
	if len(a.Sources) > 0 {
		p.printf("\n%s\n", p.words.sources)
	}
	for i, s := range a.Sources {
		p.printf("[%d] %s\n", i+1, sourceLine(s.Passage, s.Doc))
		for _, q := range quotesOf(claims, i+1) {
			p.printf("    “%s”\n", line(q))
		}
	}
	return p.err
}

func (p *printer) refusal(r *bot.Refusal) {
	p.printf("%s%s\n", p.words.refused, line(r.Why))
	if r.From != "" {
		p.printf(p.words.searched+"\n", r.Documents, line(r.From), line(r.To))
	} else {
		p.printf(p.words.undated+"\n", r.Documents)
	}
	if len(r.Nearest) > 0 {
		p.printf("\n%s\n", p.words.nearest)
	}
	for _, c := range r.Nearest {
		p.printf("· %s\n", marked(c))
	}
}

// explain prints how the answer came about: what was searched, what was
// found, and which claims were not proven.
func (p *printer) explain(a *bot.Answer, narrowed retrieval.Filter) error {
	p.printf("\nsearched for: %s\n", line(a.Search))
	if only := describe(narrowed); only != "" {
		p.printf("narrowed to: %s\n", only)
	}
	if read := describeReading(a.Search, narrowed, time.Now()); read != "" {
		p.printf("read as: %s\n", read)
	}
	p.printf("corpus %d, written by %s, %v\n", a.Corpus, joined(" ", a.Writer, a.Prompt), a.Took.Round(100_000))
	for i, h := range a.Hits {
		p.hit(i+1, h)
	}
	for _, d := range a.Dropped {
		p.printf("dropped (%s: %s)\n    %s\n", line(d.Verdict.Check), line(d.Verdict.Reason), line(d.Claim.Text))
	}
	return p.err
}

// hit prints a passage with how it was found.
func (p *printer) hit(n int, h retrieval.Hit) {
	p.printf("%3d  score %.4f  lexical %s  vector %s  %s\n", n, h.Score, rank(h.LexicalRank), rank(h.VectorRank), sourceLine(h.Passage, h.Doc))
	p.printf("     %s\n", cut(h.Text, 120))
	if e := h.Ended; e != nil {
		p.printf("     no longer in force%s%s\n", line(prefixed(" after ", e.Last)), endedBy(e))
	}
	for _, r := range h.Reprints {
		p.printf("     also in %s\n", sourceLine(r.Passage, r.Doc))
	}
}

// endedBy says which document ended another, if one did.
func endedBy(e *retrieval.Ending) string {
	if e.By == nil {
		return ""
	}
	return ", replaced by " + sourceLine(retrieval.Passage{}, e.By)
}

func rank(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

// marked is a claim in which every sentence ends in the numbers of its
// sources.
func marked(c prompts.Claim) string {
	var marks strings.Builder
	var seen []int
	for _, cite := range c.Cites {
		if !slices.Contains(seen, cite.Source) {
			seen = append(seen, cite.Source)
			fmt.Fprintf(&marks, "[%d]", cite.Source)
		}
	}
	text := line(c.Text)
	var out strings.Builder
	end := 0
	for _, s := range han.Sentences(text) {
		if end > 0 && !strings.HasSuffix(text[:end], "；") && !strings.HasSuffix(text[:end], ";") {
			out.WriteString(marks.String())
		}
		out.WriteString(text[end:s.End])
		end = s.End
	}
	return out.String() + marks.String()
}

// sourceLine says where a passage stands: title, issuer or site, date, place,
// pages, heading.
func sourceLine(p retrieval.Passage, d *retrieval.Document) string {
	if d == nil {
		return line(p.DocID)
	}
	m := d.Meta
	title, by := m.Title.Value, m.Issuer.Value
	if title == "" {
		title = path.Base(d.Path)
	}
	if by == "" {
		by = m.Site.Value
	}
	return joined(" · ", title, by, m.Date.Value, m.Place.Value, p.Pages(), strings.Join(p.Heading, " › "))
}

// quotesOf are the different quotes that claims take from source n.
func quotesOf(claims []prompts.Claim, n int) []string {
	var quotes []string
	for _, c := range claims {
		for _, cite := range c.Cites {
			if cite.Source == n && !slices.Contains(quotes, cite.Quote) {
				quotes = append(quotes, cite.Quote)
			}
		}
	}
	return quotes
}
