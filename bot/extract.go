package bot

import (
	"cmp"
	"context"
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/prompts"
)

// Extractive is the writer for a machine without a model: it answers in the
// documents' own words. It picks the sentences that answer, trims each to the
// clauses that matter, and refuses when the evidence is not sufficient.
type Extractive struct{ view View }

// NewExtractive returns the extractive writer over the words of a corpus.
func NewExtractive(v View) *Extractive { return &Extractive{v} }

// extractive names the writer in answers and receipts.
const extractive = "extractive"

// Name is "extractive".
func (*Extractive) Name() string { return extractive }

// Write answers r with claims that are pieces of its sources.
func (e *Extractive) Write(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		said := 0
		var why string
		for _, part := range partsOf(r.Question) {
			if ctx.Err() != nil {
				yield(prompts.Claim{}, ctx.Err())
				return
			}
			read := readQuestion(part.text)
			if !part.place.IsZero() {
				read.Places = slices.DeleteFunc(read.Places, func(m places.Mention) bool { return !slices.Contains(m.Places, part.place) })
			}
			read.weigh(e.view.Rarity)
			claims, refused := e.answer(read, part, r.Sources)
			if refused != "" {
				why = refused
			}
			for _, c := range claims {
				said++
				if !yield(c, nil) {
					return
				}
			}
		}
		if said == 0 {
			yield(prompts.Claim{}, &prompts.Refusal{Why: why})
		}
	}
}

// answer answers one part of a question, or says why it does not.
func (e *Extractive) answer(read reading, part part, sources []prompts.Source) (claims []prompts.Claim, refused string) {
	if read.Fact != "" {
		if c, ok := e.documentFact(read, sources); ok {
			return []prompts.Claim{c}, ""
		}
	}
	ps := pieces(read, sources)
	if !part.place.IsZero() {
		ps = slices.DeleteFunc(ps, func(p piece) bool { return !p.speaksOf(part.place) })
	}
	ps, dropped := fit(e.view, read, ps)
	if len(ps) == 0 {
		return nil, dropped.why
	}
	rank(ps)
	nearer(e.view, read, ps)
	tellingFirst(read, ps)
	countedFirst(read, ps)
	figureFirst(read, ps)
	datedFirst(read, ps)
	if why := insufficient(e.view, read, ps); why != "" {
		if dropped.score > ps[0].score {
			why = dropped.why // it failed on its place or year, not on what it says
		}
		return nil, why
	}
	chosen := choose(read, ps)
	if read.Asks == asksAmount && !slices.ContainsFunc(chosen, read.figured) {
		return nil, whyFigure // what of it answers was trimmed away: it is another thing's
	}
	if read.asksDuty() && !slices.ContainsFunc(chosen, func(p piece) bool { return shape(read, p) > 0 }) {
		return nil, whyNothing
	}
	for i, p := range chosen {
		place := p.placeToSay(e.view, read, part)
		if i > 0 && !read.Asks.brief() && adjoin(chosen[i-1], p) {
			place = "" // said at the head of the stretch
		}
		c := p.claimOf(place)
		if i+1 < len(chosen) && adjoin(p, chosen[i+1]) && strings.ContainsAny(lastRune(p.text), ";；") {
			c.Text += lastRune(p.text) // the sentence goes on in the next claim
		}
		if run := excerpt(chosen, i); run == withoutLinks(run) && !strings.Contains(run, gapMark) {
			c.Cites = []prompts.Cite{{Source: p.source + 1, Quote: run}}
		}
		claims = append(claims, c)
	}
	return claims, ""
}

// excerpt is the run of chosen pieces around the ith that stand one behind the
// other in a source: told together, they are cited as one, with one number.
func excerpt(ps []piece, i int) string {
	lo, hi := i, i
	for lo > 0 && adjoin(ps[lo-1], ps[lo]) {
		lo--
	}
	for hi+1 < len(ps) && adjoin(ps[hi], ps[hi+1]) {
		hi++
	}
	return ps[i].src.Text[ps[lo].span.Start:ps[hi].span.End]
}

// adjoin reports whether only space stands between two pieces of a source.
func adjoin(a, b piece) bool {
	return a.source == b.source && a.span.End <= b.span.Start && strings.TrimSpace(a.src.Text[a.span.End:b.span.Start]) == ""
}

// documentFact answers a question about the best document's author, source or
// date with the line of the document that says it.
func (e *Extractive) documentFact(read reading, sources []prompts.Source) (prompts.Claim, bool) {
	if len(sources) == 0 {
		return prompts.Claim{}, false
	}
	top := sources[0].Doc
	value := read.Fact.of(top.Meta)
	for i, s := range sources {
		if value == "" || s.Doc.ID != top.ID {
			continue
		}
		for _, span := range han.Sentences(s.Text) {
			line := span.In(s.Text)
			if strings.Contains(line, value) && utf8.RuneCountInString(line) < 80 && strings.ContainsAny(line, "作者记来源编辑时间-年") {
				return piece{source: i, span: span, text: line}.claim(), true
			}
		}
	}
	return prompts.Claim{}, false
}

// A piece is a sentence of a source, or the clauses of one that matter.
type piece struct {
	source int // index in the request's sources
	rank   int // the sentence's number in its source
	span   han.Span
	text   string
	folded string
	src    *prompts.Source
	score  float64
	cover  float64 // how much of the question's content stands in it
	around float64 // the same with heading, title and neighbours
	near   float64 // how near its place is to the question's, from 0 to 1

	nearWords float64 // the part of the score that words near the question's make
}

// asideLink is a link in brackets, which an answer can do without.
var asideLink = regexp.MustCompile(`[（(][^（()）]*(?:://|www\.)[^（()）]*[)）]`)

// unsaid stands for an aside that is neither told nor quoted.
const unsaid = "\x00"

// withoutLinks puts unsaid for each link in brackets that is not a government's.
func withoutLinks(text string) string {
	return asideLink.ReplaceAllStringFunc(text, func(aside string) string {
		if strings.Contains(aside, ".gov.cn") {
			return aside
		}
		return unsaid
	})
}

// claim tells a piece about itself, with a quote on each side of what is left
// out of it.
func (p piece) claim() prompts.Claim {
	text := withoutLinks(p.text)
	c := prompts.Claim{Text: strings.TrimRight(strings.TrimSpace(strings.ReplaceAll(text, unsaid, "")), "，,、；;：:")}
	for quote := range strings.SplitSeq(strings.ReplaceAll(text, gapMark, unsaid), unsaid) {
		if size(strings.TrimSpace(quote)) >= prompts.MinQuote {
			c.Cites = append(c.Cites, prompts.Cite{Source: p.source + 1, Quote: quote})
		}
	}
	return c
}

// What makes a sentence an answer, beside the share of the question's content
// that stands in it. The weights were chosen on public questions about
// government documents; around them the results change little.
const (
	aroundWeight = 0.45 // content in its headings and neighbours
	focusGain    = 0.4  // content beside the question word
	shapeWeight  = 0.15 // the form of what is asked for
	rankWeight   = 0.3  // a place high among the passages found
	yearWeight   = 0.1  // a year of the question
	dateWeight   = 0.15 // a month or end of a year of the question
	countGain    = 0.3  // as many things by name as are asked for
	newsWeight   = 0.05 // something that the question does not say itself
	newsEnough   = 30   // characters of it
	headlineLoss = 0.15 // it is a heading
	namelessLoss = 0.3  // its passage lacks a name of the question that others have
	titleLoss    = 0.35 // it is the title of its document or one like it
	announceLoss = 0.15 // it says that a document was issued, and why
	prefaceLoss  = 0.2  // it only leads to what follows it
)

// claimOf tells a piece with the name of the place that it speaks of, if any.
func (p piece) claimOf(place string) prompts.Claim {
	c := p.claim()
	if place != "" {
		c.Text = place + "：" + c.Text
	}
	return c
}

// placeToSay is the place of a piece's document where the reader must be told
// it: the question asks about several places, about one that the document's
// only holds or lies in, or for a figure of no place where the documents are
// of several. A piece that names its place itself needs no telling.
func (p piece) placeToSay(v View, r reading, part part) string {
	doc := p.src.Doc.Meta.Jurisdiction()
	if doc.IsZero() || strings.Contains(p.folded, fold(doc.Name())) {
		return ""
	}
	if len(r.Places) == 0 {
		if r.Asks == asksAmount && severalPlaces(v) {
			return doc.Name()
		}
		return ""
	}
	asked := slices.ContainsFunc(r.Places, func(m places.Mention) bool { return slices.Contains(m.Places, doc) })
	if asked && part.place.IsZero() {
		return ""
	}
	return doc.Name()
}

// severalPlaces reports whether the documents are of more than one place.
func severalPlaces(v View) bool {
	var first places.Place
	said := "" // how a document writes the first
	for _, d := range v.Documents() {
		if d.Meta.Place.Value == said {
			continue
		}
		p := d.Meta.Jurisdiction()
		if first.IsZero() {
			first, said = p, d.Meta.Place.Value
		}
		if !p.IsZero() && p != first {
			return true
		}
	}
	return false
}

// pieces cuts the sources into sentences and scores each for the question.
func pieces(read reading, sources []prompts.Source) []piece {
	var out []piece
	focus, byDate := read.focused(), read.byDate()
	named := read.naming(sources)
	for i := range sources {
		s := &sources[i]
		heads := fold(strings.Join(s.Heading, " ") + " " + s.Doc.Meta.Title.Value + " " + s.Doc.Meta.Place.Value)
		spans := han.Sentences(s.Text)
		texts := make([]string, len(spans))
		for j, sp := range spans {
			texts[j] = fold(sp.In(s.Text))
		}
		said, around := read.saidIn(texts, heads)
		for j, sp := range spans {
			text := sp.In(s.Text)
			if utf8.RuneCountInString(text) < 6 || strings.Contains(text, gapMark) && utf8.RuneCountInString(text) < 20 {
				continue
			}
			p := piece{source: i, rank: j, span: sp, text: text, folded: texts[j], src: s}
			p.cover, p.around = said[j], around[j]
			p.score = p.cover + aroundWeight*(p.around-p.cover) + shapeWeight*shape(read, p) + rankWeight/float64(i+2)
			p.score += focusGain * focus.covered(p.folded)
			p.score -= namelessLoss * yes(named != nil && !named[i])
			p.score += countGain * yes(read.countsThings(text))
			p.score += newsWeight * min(1, float64(read.news(p.folded))/newsEnough)
			p.score -= headlineLoss*yes(headline(text)) + titleLoss*yes(titled(text, s.Doc)) + prefaceLoss*yes(preface.MatchString(text)) + announceLoss*yes(!read.Asks.brief() && announces.MatchString(text))
			for _, y := range read.Years {
				p.score += yearWeight * yes(strings.Contains(p.folded, y))
			}
			p.score += dateWeight * yes(byDate && read.dated(text) == ownDate)
			out = append(out, p)
		}
	}
	return out
}

// quotable reports whether a text can be quoted in the pieces that a gap
// leaves of it.
func quotable(text string) bool {
	for part := range strings.SplitSeq(text, gapMark) {
		if size(strings.TrimSpace(part)) < prompts.MinQuote {
			return false
		}
	}
	return true
}

// gapMark stands in a document where cleaning took something out of the
// middle of a sentence; no quote may span it, so what is told across it has
// two quotes.
const gapMark = "[…]"

func fold(s string) string { return han.Fold(s).String() }

// occurrences are the byte offsets at which a word stands in a text, without
// overlaps; none for "".
func occurrences(text, word string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; word != ""; {
			i := strings.Index(text[at:], word)
			if i < 0 || !yield(at+i) {
				return
			}
			at += i + len(word)
		}
	}
}

func lastRune(s string) string {
	_, w := utf8.DecodeLastRuneInString(s)
	return s[len(s)-w:]
}

// toFront puts the first piece that fits, if one does, before all others, which
// keep their order.
func toFront(ps []piece, fits func(piece) bool) {
	if i := slices.IndexFunc(ps, fits); i > 0 {
		p := ps[i]
		copy(ps[1:], ps[:i])
		ps[0] = p
	}
}

// rank sorts pieces, best first, in a total order.
func rank(ps []piece) {
	slices.SortFunc(ps, func(a, b piece) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.source, b.source), cmp.Compare(a.rank, b.rank))
	})
}
