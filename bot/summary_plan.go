package bot

import (
	"context"
	"fmt"
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// whyDocument is the reason of a refusal when the question names a document
// that is not there.
const whyDocument = "document"

// A Summarizer is a Writer that can tell a request with a Summary; another one
// is asked for it as for an answer.
type Summarizer interface {
	Summarize(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error]
}

// writing has a writer write what a request asks for.
func writing(ctx context.Context, w Writer, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	if s, ok := w.(Summarizer); ok && r.Summary != nil {
		return s.Summarize(ctx, r)
	}
	return w.Write(ctx, r)
}

// A telling is how a summary or a comparison will be made.
type telling struct {
	request prompts.Request
	head    string                // above the claims; see Answer.Head
	named   []*retrieval.Document // in the head, besides those of the request
	why     string                // why nothing is told, instead
}

// partAsked matches the object of a question for what a document says on one
// thing: 西湖区方案里关于养老.
var partAsked = regexp.MustCompile(`^(.+?)(?:里面?|中|当中|上)?(?:关于|对于|有关|在)(.{2,30}?)(?:方面|上|的|里)*$`)

// tellingOf reads a question that wants documents told or compared; nil for
// one that is answered from the best passages.
func (a *Answerer) tellingOf(ctx context.Context, search string, q Question) (*telling, error) {
	if c, ok := a.comparisonOf(ctx, search); ok {
		return a.compare(ctx, c, q)
	}
	o, ok := outliningOf(search)
	if !ok {
		return nil, nil
	}
	docs, err := a.documentsFor(ctx, o, q)
	if m := partAsked.FindStringSubmatch(o.object); m != nil && err == nil && len(docs) == 0 {
		o.object, o.wish.Topic = m[1], m[2]
		docs, err = a.documentsFor(ctx, o, q)
	}
	switch {
	case err != nil:
		return nil, err
	case len(docs) > 0:
		return a.whole(o, docs, q), nil
	case o.wish.Topic != "":
		return nil, nil
	case o.form == outlineBidden && a.describedIn(o.object).kind, o.form == outlineAsked && a.describedIn(o.object).elsewhere():
		return &telling{why: whyDocument}, nil
	case o.form == outlineBidden:
		return a.topical(ctx, o, q)
	}
	return nil, nil
}

// whole tells the first of documents, and names the others.
func (a *Answerer) whole(o outlining, docs []*retrieval.Document, q Question) *telling {
	doc := docs[0]
	t := &telling{}
	t.request.Sources = a.wholeOf(doc)
	wish := o.wish
	wish.Sides = []prompts.Side{{Sources: len(t.request.Sources)}}
	switch {
	case wish.Lines == 0 && wish.Topic != "":
		wish.Lines = 2 * linesPerSide
	case wish.Lines == 0:
		wish.Lines = linesFor(t.request.Sources, wish)
	}
	t.request.Summary = &wish
	t.named = docs[1:min(len(docs), othersNamed+1)]
	t.head = headOf(a.excerpts(), q.Text, []string{described(doc, q.Text)}, docs[1:])
	return t
}

// How many lines a summary has when nothing was said of it: one a section,
// and more where few sections hold much text.
const (
	charactersALine  = 450
	charactersDetail = 260
	fewLines         = 3
	manyLines        = 10
	manyDetail       = 24
	shortDocument    = 260 // characters that are told in two lines
)

func linesFor(sources []prompts.Source, wish prompts.Summary) int {
	size := 0
	for _, s := range sources {
		size += utf8.RuneCountInString(s.Text)
	}
	each, most := charactersALine, manyLines
	if wish.Detail {
		each, most = charactersDetail, manyDetail
	}
	n := max(len(sectionsOf(sources)), (size+each/2)/each)
	if size > shortDocument {
		n = max(n, fewLines)
	}
	n = min(max(n, 2), most)
	if wish.Characters > 0 {
		n = max(1, min(n, wish.Characters/leastLine))
	}
	return n
}

// leastLine is how many characters a line should have at least when there is
// little room.
const leastLine = 40

// excerpts reports whether what is told are the documents' own sentences.
func (a *Answerer) excerpts() bool { return a.Writer.Name() == extractive }

// described names a document for a reader.
func described(doc *retrieval.Document, question string) string {
	m := doc.Meta
	title := m.Title.Value
	var facts []string
	for _, f := range []string{m.Place.Value, m.Date.Value} {
		if f != "" {
			facts = append(facts, f)
		}
	}
	about := strings.Join(facts, " · ")
	chinese := han.HasHan(question)
	switch {
	case title != "" && about != "" && chinese:
		return "《" + title + "》（" + about + "）"
	case title != "" && chinese:
		return "《" + title + "》"
	case chinese:
		return path.Base(doc.Path) + "（" + strings.Join(append(facts, "标题未知"), " · ") + "）"
	case title != "":
		return "“" + title + "” (" + about + ")"
	}
	return path.Base(doc.Path) + " (" + strings.Join(append(facts, "title unknown"), " · ") + ")"
}

// othersNamed is how many documents that fit as well are named.
const othersNamed = 3

// headOf says what stands below: whose words, and which documents would have
// fitted as well.
func headOf(excerpts bool, question string, names []string, others []*retrieval.Document) string {
	of := [2]string{"以下概括" + strings.Join(names, "、") + "。", "A summary of " + strings.Join(names, " and ") + "."}
	if excerpts {
		of = [2]string{"以下为原文摘录，出自" + strings.Join(names, "、") + "。", "Excerpts from " + strings.Join(names, " and ") + ", in the document's own words."}
	}
	var more []string
	for _, doc := range others[:min(othersNamed, len(others))] {
		more = append(more, described(doc, question))
	}
	lang := 0
	if !han.HasHan(question) {
		lang = 1
	}
	head := of[lang]
	if len(more) > 0 {
		head += [2]string{"同样符合的还有：" + strings.Join(more, "、"), " These fit as well: " + strings.Join(more, ", ")}[lang]
		if n := len(others) - len(more); n > 0 {
			head += [2]string{fmt.Sprintf("等%d份", len(others)), fmt.Sprintf(" and %d more", n)}[lang]
		}
		head += [2]string{"。", "."}[lang]
	}
	return head
}

// tell makes the answer that a telling plans, in as many requests as the
// writer needs, and says why when nothing could be told.
func (a *Answerer) tell(ctx context.Context, d *draft, t *telling, q Question) (refused *prompts.Refusal, err error) {
	if t.why != "" {
		return &prompts.Refusal{Why: t.why}, nil
	}
	t.request.Question, t.request.Asked = d.answer.Search, q.Text
	d.answer.Head, d.answer.Hits = t.head, a.hitsOf(t)
	if d.emit != nil && q.Head != nil {
		emit := d.emit
		d.emit = func(c prompts.Claim) {
			if len(d.answer.Claims) == 1 {
				q.Head(t.head)
			}
			emit(c)
		}
	}
	d.length = &length{wish: *t.request.Summary}
	for _, r := range a.batches(t.request) {
		d.req, d.failed = r, nil
		if refused, err = a.write(ctx, d); err != nil {
			return refused, err
		}
		if d.answer.Note == NoteCutShort || d.length.full() {
			break
		}
	}
	d.req = t.request
	if len(d.answer.Claims) == 0 {
		d.answer.Head = ""
	}
	return refused, nil
}

// hitsOf are the passages that a telling is told from, and one of each other
// document that its head names, so that a purge finds the answer.
func (a *Answerer) hitsOf(t *telling) []retrieval.Hit {
	var out []retrieval.Hit
	for _, s := range t.request.Sources {
		out = append(out, retrieval.Hit{Passage: s.Passage, Doc: s.Doc})
	}
	for _, doc := range t.named {
		if ps := a.View.Passages(doc.ID); len(ps) > 0 {
			out = append(out, retrieval.Hit{Passage: ps[0], Doc: doc})
		}
	}
	return out
}

// A length counts what a summary has told against what was asked for.
type length struct {
	wish              prompts.Summary
	lines, characters int
}

// full reports whether no line more has room.
func (l *length) full() bool {
	return l.wish.AtMost && l.lines >= l.wish.Lines || l.wish.Characters > 0 && l.characters >= l.wish.Characters
}

// takes notes a claim, or says that it has no room. A draft that is no
// summary has room for everything.
func (l *length) takes(c prompts.Claim) bool {
	if l == nil {
		return true
	}
	n := utf8.RuneCountInString(c.Text)
	if l.full() || l.wish.Characters > 0 && l.characters+n > l.wish.Characters {
		return false
	}
	l.lines, l.characters = l.lines+1, l.characters+n
	return true
}

// underSide puts a summary's claim under the name of the side that it cites;
// a claim on several sides, or on one without a name, stays as it is.
func underSide(c prompts.Claim, r prompts.Request) prompts.Claim {
	if r.Summary == nil || len(c.Cites) == 0 {
		return c
	}
	at := 0
	for _, side := range r.Summary.Sides {
		own := func(k prompts.Cite) bool { return k.Source > at && k.Source <= at+side.Sources }
		if !slices.ContainsFunc(c.Cites, func(k prompts.Cite) bool { return !own(k) }) {
			c.Text = side.Labelled(c.Text)
			return c
		}
		at += side.Sources
	}
	return c
}

// batchesMost bounds the requests that a summary may take; a document that is
// longer still loses the last passages of its longest sections.
const batchesMost = 8

// batches cuts a summary's request into requests that the writer takes, each
// of whole sections as far as they fit, never of pieces of a passage.
func (a *Answerer) batches(r prompts.Request) []prompts.Request {
	w, ok := a.Writer.(interface{ Fits(prompts.Request) bool })
	if !ok || w.Fits(r) || len(r.Summary.Sides) > 1 {
		return []prompts.Request{r}
	}
	for {
		out := packed(r, w.Fits)
		if len(out) <= batchesMost || len(r.Sources) < 2 {
			return out
		}
		r.Sources = thinned(r.Sources)
	}
}

// packed fills requests with the sections of r, one after the other.
func packed(r prompts.Request, fits func(prompts.Request) bool) []prompts.Request {
	var out []prompts.Request
	start := 0 // of the running request, in r
	part := func(sources []prompts.Source) prompts.Request {
		p := r
		p.Sources, p.Summary = sources, partOf(*r.Summary, start, start+len(sources))
		return p
	}
	var sources []prompts.Source
	put := func(more []prompts.Source) bool {
		if joined := append(sources[:len(sources):len(sources)], more...); len(sources) == 0 && len(more) == 1 || fits(part(joined)) {
			sources = joined
			return true
		}
		return false
	}
	flush := func() {
		if len(sources) > 0 {
			out = append(out, part(sources))
			start, sources = start+len(sources), nil
		}
	}
	for _, s := range sectionsOf(r.Sources) {
		section := r.Sources[s.from:s.to]
		if put(section) {
			continue
		}
		if flush(); put(section) {
			continue
		}
		for _, p := range section { // longer than a request
			if !put([]prompts.Source{p}) {
				flush()
				put([]prompts.Source{p})
			}
		}
	}
	flush()
	return out
}

// thinned is sources without the last passage of the longest section.
func thinned(sources []prompts.Source) []prompts.Source {
	var longest section
	for _, s := range sectionsOf(sources) {
		if s.to-s.from > longest.to-longest.from {
			longest = s
		}
	}
	return slices.Delete(slices.Clone(sources), longest.to-1, longest.to)
}
