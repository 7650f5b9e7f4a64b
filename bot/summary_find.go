package bot

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

// documentWords are the words by which people call a document, with the kinds
// that they may mean; nil means any.
var documentWords = []struct {
	words *regexp.Regexp
	kinds []string
}{
	{kindEnd(`方案|规划|计划|纲要|通知|通告|公告|公示|意见|办法|细则|条例|规定|决定|指南|指引|令|政策文件|plan|notice|opinions|regulations?|rules|scheme|circular|announcement|guidelines?|decision`),
		[]string{retrieval.KindPolicy, retrieval.KindReading}},
	{kindEnd(`解读|问答|explanation`), []string{retrieval.KindReading}},
	{kindEnd(`讲话|大会|全会|会议|例会|座谈会|发布会|报告|meeting|conference|speech|session|report`), []string{retrieval.KindReport, retrieval.KindNews}},
	{kindEnd(`报道|新闻|消息|news|story`), []string{retrieval.KindNews, retrieval.KindReport}},
	{kindEnd(`评论|社论|essay|opinion piece|commentary|op-ed`), []string{retrieval.KindOpinion}},
	{kindEnd(`文章|文件|文本|材料|资料|文档|全文|原文|稿子?|article|document|paper|text|file`), nil},
}

func kindEnd(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:实施|工作|行动|指导|管理|暂行|专项|总体|新闻)*(?:` + words + `)(?:全文|原文)?[”"》」』]?$`)
}

var (
	pointsBack = regexp.MustCompile(`(?i)(?:这|那|该|上述|上面的?|刚才的?|前面的?)(?:一)?(?:份|篇|个|次|项|则|条|部)?|^(?:它|其)|\b(?:this|that|the same|it)\b`)
	fillers    = regexp.MustCompile(`(?i)关于|有关|一下|里面|当中|整篇|全篇|整个|整份|一份|一篇|最新|最近|年度?|(?:[0-9]{1,2}月)(?:[0-9]{1,2}日)?|\b(?:the|a|an|of|in|on|for|by|from|published|issued|latest|its|whole|entire|'s)\b`)
	monthAsked = regexp.MustCompile(`((?:19|20)[0-9]{2})年([0-9]{1,2})月(?:([0-9]{1,2})日)?`)
	namedTitle = regexp.MustCompile(`《([^》]{2,120})》`)
)

// A description is what a question says of a document.
type description struct {
	text  string  // the whole of it
	read  reading // of the whole: its places and years
	name  reading // of what is left without places, years and kind
	kinds []string
	kind  bool   // it ends in a word for a document
	back  bool   // it points back: this document
	month string // 2024-02 or 2024-02-18, if it says so
	// exact is the folded title between 《》, "" without one.
	exact string
}

// describedIn reads what a question says of a document.
func (a *Answerer) describedIn(object string) description {
	d := description{text: object, read: readQuestion(object), back: pointsBack.MatchString(object)}
	if m := monthAsked.FindStringSubmatch(object); m != nil {
		d.month = fmt.Sprintf("%s-%02d", m[1], smallNumber(m[2]))
		if m[3] != "" {
			d.month += fmt.Sprintf("-%02d", smallNumber(m[3]))
		}
	}
	if m := namedTitle.FindStringSubmatch(object); m != nil {
		d.exact = fold(m[1])
	}
	name := strings.TrimSpace(d.read.bare())
	for _, w := range documentWords {
		if at := w.words.FindStringIndex(name); at != nil {
			d.kind, d.kinds, name = true, w.kinds, name[:at[0]]
			break
		}
	}
	name = pointsBack.ReplaceAllString(fillers.ReplaceAllString(name, " "), " ")
	d.name = readQuestion(strings.Trim(name, " 的之,，、·"))
	d.name.weigh(a.View.Rarity)
	return d
}

// named reports whether anything is left that names the document.
func (d description) named() bool { return len(d.name.Grams) > 0 }

// A candidate is a document that a description may mean.
type candidate struct {
	doc   *retrieval.Document
	score float64
	title float64 // how much of the name stands in the title
	back  float64 // how much of the title stands in the name
	name  float64 // how much of the name stands in title, headings or opening
	fits  bool    // place, year and kind are as described, as far as they are
}

// What counts in a candidate's score, and what is enough of a name.
const (
	nameCounts   = 2.0
	kindCounts   = 0.5
	openingShare = 0.8 // a name in the headings or first lines against one in the title
	nameEnough   = 0.6
	titleEnough  = 0.8
	nearTie      = 0.05
	openingBytes = 600
	// hitsForDocuments is how many passages are searched for documents whose
	// titles do not say what is asked.
	hitsForDocuments = 50
	mostKindOnly     = 3 // documents of a kind among which “the plan” may still mean one
	wholeEnough      = 0.85
)

// candidates are the documents that a description may mean, best first. Titles
// are read of all documents, headings and first lines of those that a search
// finds for the description.
func (a *Answerer) candidates(ctx context.Context, d description, f retrieval.Filter) ([]candidate, error) {
	found := map[string]bool{}
	if d.named() {
		hits, err := a.Search.Search(ctx, retrieval.Query{Text: d.text, K: hitsForDocuments, Filter: f})
		if err != nil {
			return nil, fmt.Errorf("searching the document: %w", err)
		}
		for _, h := range hits {
			found[h.DocID] = true
		}
	}
	var out []candidate
	for _, doc := range a.View.Documents() {
		if !f.Admits(doc) {
			continue
		}
		place, ok := d.placeFit(doc)
		year, inTime := d.timeFit(doc)
		if !ok || !inTime {
			continue
		}
		c := candidate{doc: doc, score: place + year}
		kind := len(d.kinds) == 0 || doc.Meta.Kind.Value == "" || slices.Contains(d.kinds, doc.Meta.Kind.Value)
		c.fits = kind && (len(d.read.Places) == 0 || place > 0) && (len(d.read.Years) == 0 || year > 0)
		if kind && d.kinds != nil {
			c.score += kindCounts
		}
		if d.named() {
			c.title = d.titleFit(doc)
			if c.name = c.title; c.title >= titleEnough {
				c.back = titleIn(d, doc)
			} else if found[doc.ID] {
				c.name = max(c.title, openingShare*a.openingFit(d, doc))
			}
			c.score += nameCounts * c.name
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(y.doc.Meta.Date.Value, x.doc.Meta.Date.Value), cmp.Compare(x.doc.Path, y.doc.Path), cmp.Compare(x.doc.ID, y.doc.ID))
	})
	return out, nil
}

// placeFit says how well a document's place is the one described, from 0 to
// 1; ok is false for a document of another place.
func (d description) placeFit(doc *retrieval.Document) (fit float64, ok bool) {
	if len(d.read.Places) == 0 {
		return 0, true
	}
	at, title := doc.Meta.Jurisdiction(), fold(doc.Meta.Title.Value)
	for _, m := range d.read.Places {
		best := -1.0
		for _, p := range m.Places {
			switch {
			case at == p || strings.Contains(title, d.read.nameOf(m, p)):
				best = max(best, 1)
			case p.Contains(at):
				best = max(best, 0.4)
			case at.IsZero():
				best = max(best, 0)
			}
		}
		if best < 0 {
			return 0, false
		}
		fit += best / float64(len(d.read.Places))
	}
	return fit, true
}

// timeFit says the same of the years described.
func (d description) timeFit(doc *retrieval.Document) (fit float64, ok bool) {
	date := doc.Meta.Date.Value
	if d.month != "" && date != "" {
		return 1, strings.HasPrefix(date, d.month) || strings.HasPrefix(d.month, date)
	}
	for _, y := range d.read.Years {
		switch {
		case strings.HasPrefix(date, y), strings.Contains(doc.Meta.Title.Value, y):
			fit += 1 / float64(len(d.read.Years))
		case date != "":
			return 0, false
		}
	}
	return fit, true
}

// titleFit says how much of a name stands in a document's title.
func (d description) titleFit(doc *retrieval.Document) float64 {
	own := doc.Meta.Title.Value + " " + doc.Meta.Number.Value
	if base := path.Base(doc.Path); han.HasHan(base) {
		own += " " + base
	}
	return d.name.covered(fold(own))
}

// openingFit says how much of a name stands in a document's title, byline,
// headings and first lines.
func (a *Answerer) openingFit(d description, doc *retrieval.Document) float64 {
	m := doc.Meta
	about := strings.Join([]string{m.Title.Value, m.Number.Value, m.Issuer.Value, m.Author.Value}, " ")
	last := ""
	for i, p := range a.View.Passages(doc.ID) {
		if h := strings.Join(p.Heading, " "); h != last {
			about += " " + h
			last = h
		}
		if i == 0 {
			about += " " + strings.ToValidUTF8(p.Text[:min(openingBytes, len(p.Text))], "")
		}
	}
	return d.name.covered(fold(about))
}

// titleIn says how much of a document's title stands in a description.
func titleIn(d description, doc *retrieval.Document) float64 {
	if doc.Meta.Title.Value == "" {
		return 0
	}
	return readQuestion(doc.Meta.Title.Value).covered(fold(d.text))
}

// documentsFor finds the documents that an outlining names: the best, and
// others that fit as well. None means that it names none, or not surely enough
// for its form.
func (a *Answerer) documentsFor(ctx context.Context, o outlining, q Question) ([]*retrieval.Document, error) {
	d := a.describedIn(o.object)
	if d.back && !d.named() && len(q.History) > 0 {
		return a.lastSpokenOf(ctx, q)
	}
	cs, err := a.candidates(ctx, d, q.Filter)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool { return !d.surely(o.form, c) })
	if !d.named() && len(d.read.Places) == 0 && len(d.read.Years) == 0 && len(found) > mostKindOnly {
		return nil, nil
	}
	if len(found) == 0 && d.named() && d.kind && o.form != outlineNoun {
		return a.byContent(ctx, d, cs, q.Filter)
	}
	return ties(found), nil
}

// surely reports whether a candidate is the document meant, for a question of
// the given form.
func (d description) surely(form outlineForm, c candidate) bool {
	if !d.named() {
		return d.kind && c.fits
	}
	if d.exact != "" && form != outlineNoun {
		title := fold(c.doc.Meta.Title.Value)
		if title != "" && (strings.Contains(title, d.exact) || strings.Contains(d.exact, title)) {
			return true
		}
	}
	switch form {
	case outlineBidden:
		return c.title >= nameEnough && nameLong(d) || c.name >= nameEnough && d.kind && c.fits
	case outlineAsked:
		return c.title >= titleEnough && nameLong(d) || c.name >= nameEnough && d.kind && c.fits
	}
	whole := nameLong(d) && strings.Contains(fold(c.doc.Meta.Title.Value), fold(d.name.Text))
	return c.title >= titleEnough && (c.back >= nameEnough || whole)
}

// elsewhere reports whether a description says which place's or year's document
// is meant, so that another cannot stand in for it.
func (d description) elsewhere() bool {
	return d.kind && len(d.read.Places)+len(d.read.Years) > 0
}

// nameLong reports whether a name is more than one common word, which many
// titles have.
func nameLong(d description) bool {
	return d.kind || utf8.RuneCountInString(d.name.Text) >= 4 || d.name.Foreign && len(d.name.Grams) > 1
}

// ties are the first of ranked candidates and those that fit as well; reprints
// of the first do not count.
func ties(cs []candidate) []*retrieval.Document {
	var out []*retrieval.Document
	for i, c := range cs {
		same := i > 0 && c.doc.Reprint != 0 && c.doc.Reprint == cs[0].doc.Reprint
		if cs[0].score-c.score <= nearTie && !same {
			out = append(out, c.doc)
		}
	}
	return out
}

// byContent finds a document whose title is unknown or says something else by
// what is found for the description: it must be of the kind named and speak of
// all that the name says.
func (a *Answerer) byContent(ctx context.Context, d description, cs []candidate, f retrieval.Filter) ([]*retrieval.Document, error) {
	hits, err := a.Search.Search(ctx, retrieval.Query{Text: d.text, K: hitsPerQuestion, Filter: f})
	if err != nil {
		return nil, fmt.Errorf("searching the document: %w", err)
	}
	for _, h := range hits {
		i := slices.IndexFunc(cs, func(c candidate) bool { return c.doc.ID == h.Doc.ID })
		if i < 0 || !cs[i].fits {
			continue
		}
		var text strings.Builder
		for _, p := range a.View.Passages(h.Doc.ID) {
			text.WriteString(p.Text)
		}
		if d.name.covered(fold(text.String())) >= wholeEnough {
			return []*retrieval.Document{h.Doc}, nil
		}
	}
	return nil, nil
}

// lastSpokenOf is the document that the question before leads to.
func (a *Answerer) lastSpokenOf(ctx context.Context, q Question) ([]*retrieval.Document, error) {
	last := q.History[len(q.History)-1]
	if o, ok := outliningOf(last); ok {
		return a.documentsFor(ctx, o, Question{Text: last, History: q.History[:len(q.History)-1], Filter: q.Filter})
	}
	hits, err := a.Search.Search(ctx, retrieval.Query{Text: last, K: 1, Filter: q.Filter})
	if err != nil {
		return nil, fmt.Errorf("searching the document: %w", err)
	}
	if len(hits) == 0 {
		return nil, nil
	}
	return []*retrieval.Document{hits[0].Doc}, nil
}
