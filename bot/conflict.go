package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
	"policybot/prompts"
	"policybot/retrieval"
)

// A measured is a figure of a document and what it measures. Two of them are in
// conflict only when all that is known of them is the same but the value: a
// conflict that is none misleads more than one that is not shown.
type measured struct {
	name     string // what is measured, folded, without place and time
	value    quantity.Quantity
	year     string // for which it is told; "" when the text says none
	reached  bool   // it was reached, it is no aim
	doc      *retrieval.Document
	place    places.Place
	source   int // index in the request's sources
	sentence string
}

var (
	measureStop  = regexp.MustCompile(`[，,；;。：:、（(）)“”！!？?\n—]|其中|以及|并且|而且|和|与|及`)
	measureVerb  = regexp.MustCompile(`(?:力争|努力|确保|争取|计划|预计|要|将|拟|应|实现|达到|达|突破|超过|超|不少于|不低于|不超过|不高于|低于|高于|稳定在|保持在|控制在|提高到|提升到|提高至|提升至|增长到|增至|增加到|降至|下降到|约为|约|近|为|到|在|累计|分别|基本|左右|至少|最高|最多)+$`)
	measureLead  = regexp.MustCompile(`^(?:到|至|截至)?(?:20[0-9]{2}年?|十[三四五]五)?(?:期间|年?底前?|末|全年|今年|年内|力争|努力|确保|争取|计划|预计|使|让|推动|实现|要|将|拟|全市|全区|全省|全县|全国|我市|我区|我省|累计|每年|年均|新建|新增|引进|完成|建成|培育|培养|集聚|投入)*`)
	measureStart = regexp.MustCompile(`(?:全市|全区|全省|全县|全国|我市|我区|我省|本市|本区)`)
	ownYear      = regexp.MustCompile(`今年|全年|本年|年内|去年|明年`)
	severalAt    = regexp.MustCompile(`分别|各`)
)

// Bounds of what is compared.
const (
	nameLeast    = 4  // characters of what is measured
	nameSuffix   = 6  // of one name that another ends in
	conflictMost = 2  // other values that are shown with a claim
	otherRunes   = 60 // a sentence that is told whole
	afterRunes   = 12 // how far behind a figure the thing it counts may reach
)

// measuresIn are the figures of a sentence and what they measure.
func measuresIn(text string, source int, doc *retrieval.Document) []measured {
	var out []measured
	if severalAt.MatchString(text) {
		return nil // whose is whose is not told by place alone
	}
	qs := quantity.Find(text)
	var years []string
	for _, q := range qs {
		if q.Kind == quantity.Date && q.Date.Year > 0 {
			if y := text[q.Start:q.End]; !slices.Contains(years, anyYear.FindString(y)) {
				years = append(years, anyYear.FindString(y))
			}
		}
	}
	if len(years) > 1 {
		return nil
	}
	for i, q := range qs {
		if !isMeasured(q) || q.Range || q.Open || q.Per != "" || q.Value == nil {
			continue
		}
		from := 0
		if i > 0 && qs[i-1].Kind == quantity.Amount {
			from = qs[i-1].End
		}
		m := measured{name: nameOfMeasure(text[from:q.Start], text[q.End:]), value: q, doc: doc, place: doc.Meta.Jurisdiction(), source: source, sentence: text,
			reached: resultLike.MatchString(text) && !targetLike.MatchString(text)}
		switch {
		case len(years) == 1:
			m.year = years[0]
		case ownYear.MatchString(text) && len(doc.Meta.Date.Value) >= 4:
			m.year = doc.Meta.Date.Value[:4]
		}
		if size(m.name) >= nameLeast {
			out = append(out, m)
		}
	}
	return out
}

// nameOfMeasure is what a figure measures: the words before it in its clause,
// and what it counts behind it.
func nameOfMeasure(before, after string) string {
	if at := measureStop.FindAllStringIndex(before, -1); at != nil {
		before = before[at[len(at)-1][1]:]
	}
	before = fold(measureVerb.ReplaceAllString(strings.TrimSpace(before), ""))
	before = measureStart.ReplaceAllString(measureLead.ReplaceAllString(before, ""), "")
	for _, m := range slices.Backward(places.Find(before)) {
		before = before[:m.Start] + before[m.End:]
	}
	if size(before) >= nameLeast {
		return before
	}
	after = strings.TrimPrefix(strings.TrimPrefix(after, "以上"), "左右")
	if at := measureStop.FindStringIndex(after); at != nil {
		after = after[:at[0]]
	}
	if rs := []rune(fold(after)); before == "" && len(rs) <= afterRunes {
		return string(rs)
	}
	return ""
}

// against reports whether two figures measure the same thing at the same
// time, with different values; what is measured may be told shorter.
func (m measured) against(o measured) bool {
	switch {
	case m.doc.ID == o.doc.ID, m.doc.Reprint != 0 && m.doc.Reprint == o.doc.Reprint:
		return false
	case m.value.Unit != o.value.Unit, m.value.Value.Cmp(o.value.Value) == 0, m.year != o.year, m.reached != o.reached:
		return false
	case m.place.IsZero() || o.place.IsZero() || !(m.place == o.place || m.place.Contains(o.place) || o.place.Contains(m.place)):
		return false
	}
	long, short := m.name, o.name
	if len(long) < len(short) {
		long, short = short, long
	}
	return long == short || size(short) >= nameSuffix && strings.HasSuffix(long, short)
}

// within reports whether a figure is of a place that a question asks about; one
// that names no place asks about all.
func (m measured) within(asked []places.Mention) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked[0].Places, func(p places.Place) bool { return p == m.place || p.Contains(m.place) })
}

// A toldBy is a claim and where it comes from, for their order.
type toldBy struct {
	claim prompts.Claim
	doc   *retrieval.Document
}

// disagreeing are the claims on another document's other value for what a
// claim says, the newer and the more authoritative first, the claim among them.
// Alone it comes back as it is.
func (d *draft) disagreeing(c prompts.Claim) []toldBy {
	cite := c.Cites[0]
	own := d.req.Sources[cite.Source-1].Doc
	out := []toldBy{{c, own}}
	asked := places.Find(d.req.Question)
	if d.req.Summary != nil || own == nil || len(asked) > 1 {
		return out
	}
	for _, m := range measuresOf(c, own) {
		for _, o := range d.measures() {
			if len(out) > conflictMost || !m.against(o) || !o.within(asked) || slices.ContainsFunc(out, func(t toldBy) bool { return t.doc.ID == o.doc.ID }) {
				continue
			}
			if other, ok := o.tell(d.req.Sources, m); ok {
				out = append(out, toldBy{other, o.doc})
				d.answer.noteConflict(d.req.Asked, m, o)
			}
		}
	}
	if len(out) == 1 {
		return d.otherLevels(c, own)
	}
	out[0].claim = under(labelFor(out[0].doc, out[1].doc), c, d.req.Sources)
	slices.SortStableFunc(out, func(a, b toldBy) int {
		return cmp.Or(cmp.Compare(b.doc.Meta.Date.Value, a.doc.Meta.Date.Value), cmp.Compare(tier(a.doc), tier(b.doc)))
	})
	return out
}

// measuresOf are the figures of a claim's first quote that the claim tells:
// several claims may share the quote of a whole stretch.
func measuresOf(c prompts.Claim, doc *retrieval.Document) []measured {
	told := quantity.Find(c.Text)
	cite := c.Cites[0]
	return slices.DeleteFunc(measuresBySentence(cite.Quote, cite.Source-1, doc), func(m measured) bool {
		return !slices.ContainsFunc(told, func(q quantity.Quantity) bool {
			return q.Value != nil && q.Value.Cmp(m.value.Value) == 0
		})
	})
}

// measures are the figures of all sources, found when they are first asked for.
func (d *draft) measures() []measured {
	if d.measured == nil {
		d.measured = []measured{}
		for i, s := range d.req.Sources {
			if s.Doc != nil {
				d.measured = append(d.measured, measuresBySentence(s.Text, i, s.Doc)...)
			}
		}
	}
	return d.measured
}

// measuresBySentence are the figures of a text's sentences and what they measure.
func measuresBySentence(text string, source int, doc *retrieval.Document) []measured {
	var out []measured
	for _, span := range han.Sentences(text) {
		out = append(out, measuresIn(span.In(text), source, doc)...)
	}
	return out
}

// tell is the other value as a claim under its document's label.
func (m measured) tell(sources []prompts.Source, than measured) (prompts.Claim, bool) {
	text := m.sentence
	for _, c := range clauses(m.sentence) {
		if c.Start <= m.value.Start && m.value.Start < c.End {
			text = c.In(m.sentence)
		}
	}
	if size(text) < minClause || size(m.sentence) <= otherRunes {
		text = m.sentence
	}
	c := under(labelFor(m.doc, than.doc), piece{source: m.source, text: text}.claim(), sources)
	v := prompts.Verify(c, sources)
	return v.Claim, v.OK
}

// under puts a claim under a label where that can be proven too.
func under(label string, c prompts.Claim, sources []prompts.Source) prompts.Claim {
	if label == "" || strings.HasPrefix(c.Text, label) {
		return c
	}
	labelled := c
	labelled.Text = label + "：" + c.Text
	if v := prompts.Verify(labelled, sources); v.OK {
		return v.Claim
	}
	return c
}

// labelFor tells a document from another: its place, else its date.
func labelFor(doc, other *retrieval.Document) string {
	if p := doc.Meta.Jurisdiction(); p != other.Meta.Jurisdiction() {
		return p.Name()
	}
	return doc.Meta.Date.Value
}

// tier orders kinds of document, the most authoritative first.
func tier(d *retrieval.Document) int {
	if i := slices.Index(tiers, d.Meta.Kind.Value); i >= 0 {
		return i
	}
	return len(tiers)
}

var tiers = []string{retrieval.KindPolicy, retrieval.KindReading, retrieval.KindReport, retrieval.KindNews, retrieval.KindOpinion}

// tierNames are the kinds of document for a reader.
var tierNames = map[string][2]string{
	retrieval.KindPolicy: {"政策原文", "policy"}, retrieval.KindReading: {"政策解读", "official explanation"},
	retrieval.KindReport: {"会议或讲话报道", "report on a meeting or speech"}, retrieval.KindNews: {"新闻", "news"}, retrieval.KindOpinion: {"评论", "opinion"},
}

// noteConflict says out loud that two documents give different figures, the
// newer and the more authoritative first.
func (a *Answer) noteConflict(question string, m, o measured) {
	first, second := m.doc, o.doc
	if cmp.Or(cmp.Compare(second.Meta.Date.Value, first.Meta.Date.Value), cmp.Compare(tier(first), tier(second))) > 0 {
		first, second = second, first
	}
	a.noteFigures(question, first, second)
}

// noteFigures says out loud that two documents tell figures that are not the
// same, each with its level, date and tier.
func (a *Answer) noteFigures(question string, first, second *retrieval.Document) {
	lang := 0
	if !han.HasHan(question) {
		lang = 1
	}
	about := func(x *retrieval.Document) string {
		date, kind := x.Meta.Date.Value, tierNames[x.Meta.Kind.Value][lang]
		var parts []string
		for _, p := range []string{x.Meta.Jurisdiction().Name(), cmp.Or(date, [2]string{"日期未知", "undated"}[lang]), kind} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		return strings.Join(parts, " · ")
	}
	said := [2]string{"两份文件的数字不同", "Two documents give different figures"}[lang]
	if first.Meta.Jurisdiction() != second.Meta.Jurisdiction() {
		said = [2]string{"数字的层级不同，另一个口径不能互相代替", "The figures are of different levels; one does not stand for the other"}[lang]
	}
	note := said + [2]string{"：", ": "}[lang] + about(first) + [2]string{"；", "; "}[lang] + about(second) + [2]string{"。", "."}[lang]
	if a.Note == "" {
		a.Note = note
	}
}
