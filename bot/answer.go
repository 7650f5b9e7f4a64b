package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// hitsPerQuestion is how many passages a writer answers from.
const hitsPerQuestion = 10

// passagesPerPart is how many passages join for each question within a question.
const passagesPerPart = 5

// passagesPerList is from how many passages of one document a list is gathered.
const passagesPerList = 30

// Config is what an Answerer needs. Search, View and Writer are required.
type Config struct {
	Search Searcher
	// View describes the corpus that Search searches.
	View View
	// Writer writes the answer.
	Writer Writer
	// Fallback takes over, with a word to the user, when Writer fails; nil for none.
	Fallback Writer
	// Keep stores an answer and returns its receipt's ID; nil keeps nothing.
	Keep func(context.Context, *Answer) (string, error)
	// Judge decides on claims that the checks cannot; nil drops them.
	Judge Judge
	// Deadline is how long Writer may take for a question before Fallback takes
	// over; 0 leaves it to the Writer.
	Deadline time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A View describes what is searched; *retrieval.Index is one.
type View interface {
	Stats() retrieval.Stats
	Documents() []*retrieval.Document
	// Rarity says how rare the words of s are in the corpus: 0 for words that
	// stand in every passage, 1 for words that stand in none.
	Rarity(s string) float64
	// Mentions reports whether a document has all the words of s somewhere.
	Mentions(docID, s string) bool
	// Passages are those of a searched document, in its order.
	Passages(docID string) []retrieval.Passage
}

// An Answerer answers questions and proves what it says. It is safe for
// concurrent use.
type Answerer struct{ Config }

// New returns an Answerer.
func New(c Config) *Answerer {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Answerer{c}
}

// Answer answers q. Each claim is given to emit, when emit is not nil, as soon
// as it is proven; its cites are numbered as in the finished answer. An answer
// is a refusal when nothing could be proven. The error is for what went wrong,
// not for what is not in the documents.
func (a *Answerer) Answer(ctx context.Context, q Question, emit func(prompts.Claim)) (*Answer, error) {
	start := a.Now()
	ctx = withPerson(ctx, q.User)
	wording := q.Text // as the person wrote it
	if rest, date := asOfIn(q.Text, a.Now()); date != "" && q.Filter.AsOf == "" {
		q.Text, q.Filter.AsOf = rest, date
	}
	if q.Filter.AsOf != "" && emit != nil && q.Head != nil {
		emit = announced(emit, q.Head, sayAsOf(q.Filter.AsOf, wording))
	}
	ans := &Answer{User: q.User, Question: wording, Search: a.rewrite(ctx, q), AsOf: q.Filter.AsOf, Corpus: a.View.Stats().Corpus.Version, Writer: a.Writer.Name()}
	if p, ok := a.Writer.(interface{ Prompt() string }); ok {
		ans.Prompt = p.Prompt()
	}
	read := readQuestion(ans.Search)
	hits, err := a.find(ctx, read, q.Filter)
	if err != nil {
		return nil, err
	}
	if len(q.History) > 0 && asksMore.MatchString(foldQuestion(q.Text)) {
		if hits, err = a.further(ctx, ans.Search, hits, q.Filter); err != nil {
			return nil, err
		}
	}
	ans.Hits = hits
	req := prompts.Request{Question: ans.Search, Asked: wording, Sources: sourcesOf(hits)}
	d := &draft{answer: ans, req: req, emit: emit, judge: a.Judge, ctx: ctx}
	var refused *prompts.Refusal
	told, err := a.tellingOf(ctx, ans.Search, q)
	switch {
	case err != nil:
		return nil, err
	case told != nil:
		refused, err = a.tell(ctx, d, told, q)
	default:
		refused, err = a.write(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case len(ans.Claims) == 0:
		a.refuse(d, read, refused)
	case ans.Writer == extractive && ans.Note == "" && ans.Head == "" && !han.HasHan(q.Text):
		ans.Note = NoteForeign
	default:
		a.noteEnded(ans)
	}
	ans.Took = a.Now().Sub(start)
	if a.Keep != nil {
		if ans.ID, err = a.Keep(ctx, ans); err != nil {
			return nil, fmt.Errorf("keeping the answer's receipt: %w", err)
		}
	}
	return ans, nil
}

// find searches for the question, and for each question within it. When it asks
// for a fact about a document (who wrote it, when it was published) it puts that
// document's byline second, and when it asks for things that are counted (哪八类) or
// numbered, more of the best document's passages.
func (a *Answerer) find(ctx context.Context, r reading, f retrieval.Filter) ([]retrieval.Hit, error) {
	hits, err := a.Search.Search(ctx, retrieval.Query{Text: r.Text, K: hitsPerQuestion, Filter: f})
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	if len(hits) == 0 {
		return hits, nil
	}
	for _, p := range partsOf(r.Text) {
		if p.text == r.Text {
			continue
		}
		if hits, err = a.more(ctx, hits, retrieval.Query{Text: p.text, K: passagesPerPart, Filter: f}); err != nil {
			return nil, fmt.Errorf("searching a part of the question: %w", err)
		}
	}
	f.Docs = []string{hits[0].Doc.ID}
	if value := r.Fact.of(hits[0].Doc.Meta); value != "" {
		if hits, err = a.more(ctx, hits, retrieval.Query{Text: r.Fact.words() + " " + value, K: 3, Filter: f}); err != nil {
			return nil, fmt.Errorf("searching the byline: %w", err)
		}
		hits = bylineSecond(hits, value)
	}
	if r.Count > 2 || r.Asks == asksList && numbersThings(r, hits) {
		if hits, err = a.more(ctx, hits, retrieval.Query{Text: r.Text, K: passagesPerList, Filter: f}); err != nil {
			return nil, fmt.Errorf("searching the document of the list: %w", err)
		}
	}
	return hits, nil
}

// bylineSecond puts behind the first hit the first other one of its document that
// has the value, unless the first has it: what stands last is what a model with
// little room is not shown.
func bylineSecond(hits []retrieval.Hit, value string) []retrieval.Hit {
	at := slices.IndexFunc(hits, func(h retrieval.Hit) bool {
		return h.Doc.ID == hits[0].Doc.ID && strings.Contains(h.Text, value)
	})
	if at <= 1 {
		return hits
	}
	byline := hits[at]
	return slices.Insert(slices.Delete(hits, at, at+1), 1, byline)
}

// more appends what q finds and hits do not have.
func (a *Answerer) more(ctx context.Context, hits []retrieval.Hit, q retrieval.Query) ([]retrieval.Hit, error) {
	found, err := a.Search.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, l := range found {
		if !slices.ContainsFunc(hits, func(h retrieval.Hit) bool { return h.Revision == l.Revision && h.Start == l.Start }) {
			hits = append(hits, l)
		}
	}
	return hits, nil
}

func sourcesOf(hits []retrieval.Hit) []prompts.Source {
	out := make([]prompts.Source, len(hits))
	for i, h := range hits {
		out[i] = prompts.Source{Passage: h.Passage, Doc: h.Doc}
	}
	return out
}

// A draft is an answer in the making.
type draft struct {
	answer *Answer
	req    prompts.Request
	emit   func(prompts.Claim)
	failed []Dropped       // of the running round
	judge  Judge           // nil for none
	ctx    context.Context // of the judge's calls
	length *length         // of a summary; nil for no limit
	// measured are the figures of the request's sources; nil until asked for.
	measured []measured
}

// write has the writer write, with the repair round if it has one and the
// fallback if it fails. It returns the writer's own refusal, if any.
func (a *Answerer) write(ctx context.Context, d *draft) (*prompts.Refusal, error) {
	timed, cancel := a.timed(ctx)
	defer cancel()
	refused, err := d.take(writing(timed, a.Writer, d.req))
	if err == nil && refused == nil && len(d.failed) > 0 {
		if r, ok := a.Writer.(Repairer); ok {
			failed := d.failed
			d.failed = nil
			_, err = d.take(r.Repair(timed, d.req, failed))
		}
	}
	if err == nil && refused == nil && len(d.answer.Claims) == 0 && a.Fallback != nil {
		err = errUnproven
	}
	if err == nil || ctx.Err() != nil {
		return refused, errors.Join(err, ctx.Err())
	}
	if len(d.answer.Claims) > 0 {
		d.answer.Note = NoteCutShort
		return nil, nil
	}
	if a.Fallback == nil {
		return nil, fmt.Errorf("writing the answer: %w", err)
	}
	d.answer.Note = noteOn(err)
	d.answer.Writer, d.answer.Prompt = a.Fallback.Name(), ""
	refused, err = d.take(writing(ctx, a.Fallback, d.req))
	if d.answer.Note == NoteUnproven && len(d.answer.Claims) == 0 {
		d.answer.Note = "" // there are no words that it could speak of
	}
	return refused, err
}

// errUnproven says that the writer wrote and nothing of it held.
var errUnproven = errors.New("nothing that the model wrote could be proven")

// timed is ctx with the deadline of a question, if there is one.
func (a *Answerer) timed(ctx context.Context) (context.Context, context.CancelFunc) {
	if a.Deadline <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, a.Deadline)
}

// noteOn is the word to the user about an error that Fallback stands in for.
func noteOn(err error) string {
	var spent *SpentError
	switch {
	case errors.Is(err, errUnproven), errors.Is(err, prompts.ErrNoClaims):
		return NoteUnproven
	case !errors.As(err, &spent):
		return NoteFallback
	case spent.Person:
		return NoteSpentYours
	}
	return NoteSpent
}

// take verifies claims as they come and keeps the proven ones.
func (d *draft) take(claims func(func(prompts.Claim, error) bool)) (*prompts.Refusal, error) {
	verifier := prompts.NewVerifier(d.req.Sources)
	for c, err := range claims {
		var refused *prompts.Refusal
		switch {
		case errors.As(err, &refused):
			return refused, nil
		case err != nil:
			return nil, err
		}
		v := verifier.Verify(underSide(c, d.req))
		if !v.OK && !d.decide(v) {
			d.failed = append(d.failed, Dropped{c, v})
			d.answer.Dropped = append(d.answer.Dropped, Dropped{c, v})
			continue
		}
		if d.said(v.Claim) || !d.length.takes(v.Claim) {
			continue
		}
		for _, told := range d.disagreeing(v.Claim) {
			proven := d.number(told.claim)
			d.answer.Claims = append(d.answer.Claims, proven)
			if d.emit != nil {
				d.emit(proven)
			}
		}
	}
	return nil, nil
}

// said reports whether the answer says the same already.
func (d *draft) said(c prompts.Claim) bool {
	return slices.ContainsFunc(d.answer.Claims, func(o prompts.Claim) bool { return o.Text == c.Text })
}

// number renumbers a claim's cites from the request's sources to the answer's:
// one number for each quoted piece, in the order in which it is first cited.
func (d *draft) number(c prompts.Claim) prompts.Claim {
	out := prompts.Claim{Text: c.Text}
	for _, cite := range c.Cites {
		src := d.req.Sources[cite.Source-1]
		n := d.numberOf(src, cite)
		if n == 0 {
			d.answer.Sources = append(d.answer.Sources, src)
			n = len(d.answer.Sources)
		}
		cite.Source = n
		out.Cites = append(out.Cites, cite)
	}
	return out
}

// numberOf finds the number under which a quoted piece is cited already.
func (d *draft) numberOf(src prompts.Source, cite prompts.Cite) int {
	said := d.answer.Claims
	if d.answer.Refusal != nil {
		said = d.answer.Refusal.Nearest
	}
	for _, c := range said {
		for _, o := range c.Cites {
			s := d.answer.Sources[o.Source-1]
			// A summary cites many pieces; those of one passage share a number.
			piece := d.req.Summary != nil || o.Start == cite.Start && o.End == cite.End
			if s.Revision == src.Revision && s.Start == src.Start && piece {
				return o.Source
			}
		}
	}
	return 0
}
