package eval

import (
	"cmp"
	"encoding/json"
	"io"
	"path"
	"strings"
	"time"

	"policybot/bot"
	"policybot/prompts"
	"policybot/retrieval"
)

// A Line is one answer as a run keeps it and as "ask --json" prints it.
// Documents are named by their base names.
type Line struct {
	ID       string `json:"id"` // of the question in its set, or of the answer's receipt
	Question string `json:"question"`
	Search   string `json:"search"` // the question as it was searched
	Refused  bool   `json:"refused"`
	Reason   string `json:"reason,omitempty"` // why it was refused
	// Claims is empty when Refused; the nearest facts travel in Nearest.
	Claims   []Claim   `json:"claims"`
	Nearest  []Claim   `json:"nearest,omitempty"`
	Searched *Searched `json:"searched,omitempty"` // set when Refused
	Sources  []Source  `json:"sources"`
	Hits     []Hit     `json:"hits"`
	Dropped  []Dropped `json:"dropped,omitempty"`
	Note     string    `json:"note,omitempty"`
	Head     string    `json:"head,omitempty"`
	Corpus   int64     `json:"corpus"`
	Writer   string    `json:"writer"`
	Prompt   string    `json:"prompt,omitempty"`
	MS       float64   `json:"ms"` // how long the answer took
}

// A Claim is one sentence of an answer, without markers.
type Claim struct {
	Text  string `json:"text"`
	Cites []Cite `json:"cites"`
}

// A Cite is the evidence of a claim. Source counts Line.Sources from 1; Start
// and End are byte offsets into the document's cleaned text.
type Cite struct {
	Doc    string `json:"doc"`
	Quote  string `json:"quote"`
	Source int    `json:"source"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Title  string `json:"title,omitempty"`
	Date   string `json:"date,omitempty"`
}

// A Source is a passage that claims cite.
type Source struct {
	Number int `json:"number"`
	Location
	Text string `json:"text"`
}

// A Location says where a passage stands.
type Location struct {
	Doc          string   `json:"doc"`
	Path         string   `json:"path"` // the document's name in its source
	DocID        string   `json:"doc_id"`
	Revision     int64    `json:"revision"`
	Title        string   `json:"title,omitempty"`
	Issuer       string   `json:"issuer,omitempty"`
	Site         string   `json:"site,omitempty"`
	Author       string   `json:"author,omitempty"`
	Date         string   `json:"date,omitempty"`
	Jurisdiction string   `json:"place,omitempty"`
	Kind         string   `json:"kind,omitempty"`
	Heading      []string `json:"heading,omitempty"`
	Page         int      `json:"page,omitempty"` // of the original, from 1
	LastPage     int      `json:"last_page,omitempty"`
	Start        int      `json:"start"`
	End          int      `json:"end"`
}

// A Hit is a passage that was found.
type Hit struct {
	Location
	Text        string  `json:"text"`
	Score       float64 `json:"score"`
	LexicalRank int     `json:"lexical_rank,omitempty"`
	VectorRank  int     `json:"vector_rank,omitempty"`
	// Ended says since when the document is no longer in force: its last day,
	// or "replaced" where none is known.
	Ended    string     `json:"ended,omitempty"`
	Reprints []Location `json:"reprints,omitempty"` // where the same text stands
}

// A Dropped is a claim that was not proven.
type Dropped struct {
	Text   string `json:"text"`
	Check  string `json:"check"`
	Reason string `json:"reason"`
}

// Searched says what a refusal looked through.
type Searched struct {
	Documents int    `json:"documents"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
}

// A RankedLine is one ranking of a run.
type RankedLine struct {
	ID   string   `json:"id"`
	Hits []string `json:"hits"` // passage ids, best first
	MS   float64  `json:"ms"`
}

// A VerdictLine is one verdict of a run.
type VerdictLine struct {
	ID     string `json:"id"`
	Kept   bool   `json:"kept"`
	Check  string `json:"check,omitempty"` // the check that failed
	Reason string `json:"reason"`
}

// Text is the answer as it is scored: the claims' texts, joined; empty when
// it was refused.
func (l Line) Text() string {
	if l.Refused {
		return ""
	}
	return strings.Join(collect(l.Claims, func(c Claim) string { return c.Text }), "\n")
}

// NewLine puts an answer into the form of a run.
func NewLine(id string, a *bot.Answer) Line {
	l := Line{
		ID: id, Question: a.Question, Search: a.Search,
		Claims:  claimsOf(a.Claims, a.Sources),
		Sources: make([]Source, 0, len(a.Sources)),
		Hits:    collect(a.Hits, NewHit),
		Dropped: collect(a.Dropped, func(d bot.Dropped) Dropped {
			return Dropped{d.Claim.Text, d.Verdict.Check, d.Verdict.Reason}
		}),
		Note: a.Note, Head: a.Head, Corpus: a.Corpus, Writer: a.Writer, Prompt: a.Prompt,
		MS: Milliseconds(a.Took),
	}
	for i, s := range a.Sources {
		l.Sources = append(l.Sources, Source{Number: i + 1, Location: locate(s.Passage, s.Doc), Text: s.Text})
	}
	if r := a.Refusal; r != nil {
		l.Refused, l.Reason = true, r.Why
		l.Nearest = claimsOf(r.Nearest, a.Sources)
		l.Searched = &Searched{Documents: r.Documents, From: r.From, To: r.To}
	}
	return l
}

// NewHit puts a hit into the form of a run.
func NewHit(h retrieval.Hit) Hit {
	out := Hit{Location: locate(h.Passage, h.Doc), Text: h.Text,
		Score: h.Score, LexicalRank: h.LexicalRank, VectorRank: h.VectorRank}
	if h.Ended != nil {
		out.Ended = cmp.Or(h.Ended.Last, "replaced")
	}
	for _, r := range h.Reprints {
		out.Reprints = append(out.Reprints, locate(r.Passage, r.Doc))
	}
	return out
}

// eachPrint lists hits with their reprints behind them, for a set whose
// evidence stands in one of several documents that print it.
func eachPrint(hits []retrieval.Hit) []Hit {
	out := []Hit{}
	for _, h := range hits {
		out = append(append(out, NewHit(h)), collect(h.Reprints, NewHit)...)
	}
	return out
}

// Milliseconds is d as runs count it, to a thousandth.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func claimsOf(claims []prompts.Claim, sources []prompts.Source) []Claim {
	return collect(claims, func(c prompts.Claim) Claim {
		return Claim{Text: c.Text, Cites: collect(c.Cites, func(x prompts.Cite) Cite {
			cite := Cite{Quote: x.Quote, Source: x.Source, Start: x.Start, End: x.End}
			if x.Source >= 1 && x.Source <= len(sources) {
				at := locate(sources[x.Source-1].Passage, sources[x.Source-1].Doc)
				cite.Doc, cite.Title, cite.Date = at.Doc, at.Title, at.Date
			}
			return cite
		})}
	})
}

func locate(p retrieval.Passage, d *retrieval.Document) Location {
	at := Location{DocID: p.DocID, Revision: p.Revision, Heading: p.Heading, Page: p.Page, LastPage: p.LastPage, Start: p.Start, End: p.End}
	if d != nil {
		m := d.Meta
		at.Doc, at.Path = path.Base(d.Path), d.Path
		at.Title, at.Issuer, at.Site, at.Author = m.Title.Value, m.Issuer.Value, m.Site.Value, m.Author.Value
		at.Date, at.Jurisdiction, at.Kind = m.Date.Value, m.Place.Value, m.Kind.Value
	}
	return at
}

// WriteJSON writes v as one line of JSON in which Chinese and markup stand as
// they are.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
