package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

// A Shelf has the documents whole; *retrieval.Library is one.
type Shelf interface {
	// Document is the document with an ID, in its newest revision.
	Document(ctx context.Context, ref string) (*retrieval.Detail, error)
	// History is the newest versions of the corpus, newest first.
	History(ctx context.Context, limit int) ([]retrieval.Version, error)
}

const (
	// docLink begins the payload of a link that opens a document.
	docLink = "doc-"
	// shownSections and shownChanges are how many of a document's sections and
	// changes its view lists.
	shownSections = 16
	shownChanges  = 5
	// lookedAt is how many versions are looked through for its changes.
	lookedAt = 200
	// pageRunes is how long a page is to read on a phone: a few passages.
	pageRunes = 1200
	// shownMatches is how many documents /doc offers for a name.
	shownMatches = 8
)

// errNoDocument: the document is not among those that are searched.
var errNoDocument = errors.New("the document is not searched")

// listedDocument is a document that people may see: one that is searched.
func (b *Bot) listedDocument(id string) *retrieval.Document {
	docs := b.documents()
	if i := slices.IndexFunc(docs, func(d *retrieval.Document) bool { return d.ID == id }); i >= 0 {
		return docs[i]
	}
	return nil
}

// detail reads a document that people may see.
func (b *Bot) detail(ctx context.Context, id string) (*retrieval.Detail, error) {
	if b.Shelf == nil || b.listedDocument(id) == nil {
		return nil, errNoDocument
	}
	d, err := b.Shelf.Document(ctx, id)
	if errors.Is(err, retrieval.ErrNotFound) || err == nil && d.ID != id {
		return nil, errNoDocument
	}
	return d, err
}

// linkedDocument is the document in the payload of a link t.me/bot?start=….
func (b *Bot) linkedDocument(payload string) (string, bool) {
	id, ok := strings.CutPrefix(payload, docLink)
	return id, ok && b.listedDocument(id) != nil
}

// openDocument is /doc: it opens the document of that number in /sources, of
// that ID, or with those words in its title; of several it offers a choice.
func (b *Bot) openDocument(ctx context.Context, u turn, name string) (styled, rows, error) {
	found := b.documentsNamed(name)
	switch {
	case name == "":
		t, keys := b.listDocuments(u.place.Chat, u.words, 0)
		return t, keys, nil
	case len(found) == 0:
		return plainly(fmt.Sprintf(u.words.DocNone, clip(oneLine(name), maxPlace))), nil, nil
	case len(found) == 1:
		return b.viewDocument(ctx, u.place.Chat, u.words, found[0].ID)
	}
	var keys rows
	for _, d := range found[:min(len(found), shownMatches)] {
		p := press{Act: actDoc, Lang: u.words.Lang, Receipt: d.ID}
		keys = append(keys, b.signer.line(holder{Chat: b.moved(u.place.Chat)}, []string{clip(titleOf(u.words, d), maxTitle)}, []press{p})...)
	}
	return plainly(u.words.DocWhich), keys, nil
}

func (b *Bot) documentsNamed(name string) (found []*retrieval.Document) {
	docs := b.sortedDocuments()
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(docs) {
		return docs[n-1 : n]
	}
	wanted := strings.Fields(name)
	for _, d := range docs {
		if d.ID == strings.TrimPrefix(name, docLink) {
			return []*retrieval.Document{d}
		}
		title := han.Fold(d.Meta.Title.Value + " " + d.Meta.Number.Value).String()
		if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(title, han.Fold(w).String()) }) {
			found = append(found, d)
		}
	}
	return found
}

// sortedDocuments are the documents that are searched, the newest first.
func (b *Bot) sortedDocuments() []*retrieval.Document {
	docs := slices.Clone(b.documents())
	slices.SortStableFunc(docs, func(a, c *retrieval.Document) int {
		return cmp.Or(cmp.Compare(c.Meta.Date.Value, a.Meta.Date.Value), cmp.Compare(a.Meta.Title.Value, c.Meta.Title.Value), cmp.Compare(a.ID, c.ID))
	})
	return docs
}

// documentButtons open the documents of one page of the list.
func (b *Bot) documentButtons(chat int64, w *words, docs []*retrieval.Document, page int) rows {
	if b.Shelf == nil {
		return nil
	}
	var out rows
	for i := page * listed; i < min((page+1)*listed, len(docs)); i++ {
		one, ok := b.signer.button(holder{Chat: b.moved(chat)}, strconv.Itoa(i+1), press{Act: actDoc, Lang: w.Lang, Receipt: docs[i].ID})
		if !ok {
			return nil
		}
		if i%5 == 0 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], one)
	}
	return out
}

// viewDocument says what is known of a document, with buttons to read it.
func (b *Bot) viewDocument(ctx context.Context, chat int64, w *words, id string) (styled, rows, error) {
	d, err := b.detail(ctx, id)
	if errors.Is(err, errNoDocument) {
		return plainly(w.DocGone), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	changes, err := b.changesOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	pages := pagesOf(d.Pieces)
	sections := sectionsOf(d, pages)
	var t styled
	renderMeta(&t, w, d)
	if len(sections) > 0 {
		t.add(0, "\n\n")
		t.add(bold, w.DocSections)
		for i, s := range sections[:min(len(sections), shownSections)] {
			t.add(0, fmt.Sprintf("\n%s%d) %s", strings.Repeat("  ", s.depth), i+1, clip(s.heading, maxTitle)))
		}
		if len(sections) > shownSections {
			t.add(0, "\n", fmt.Sprintf(w.DocMore, len(sections)))
		}
	}
	t.add(0, "\n\n")
	for _, c := range changes {
		t.add(0, c.when.Format(time.DateOnly), " ", either(w.DocChanges[c.what], string(c.what)), "\n")
	}
	t.add(0, w.DocLink, "https://t.me/", b.self.Username, "?start=", docLink, id)
	return t, b.docButtons(chat, w, id, sections, len(pages)), nil
}

// renderMeta is what is known of a document itself.
func renderMeta(t *styled, w *words, d *retrieval.Detail) {
	m := d.Meta
	t.add(bold, titleOf(w, &d.Document))
	t.add(0, "\n", dotted(either(m.Date.Value, w.NoDate), m.Place.Value, w.DocKinds[m.Kind.Value]))
	if from := dotted(oneLine(m.Issuer.Value), oneLine(m.Site.Value)); from != "" {
		t.add(0, "\n", from)
	}
	if m.Number.Value != "" {
		t.add(0, "\n", oneLine(m.Number.Value))
	}
	if m.Effective.Value != "" || m.Expires.Value != "" {
		t.add(0, "\n", w.DocForce(m.Effective.Value, m.Expires.Value))
	}
}

// docButtons open the sections, or the first page where there are none.
func (b *Bot) docButtons(chat int64, w *words, id string, sections []section, pages int) rows {
	h := holder{Chat: b.moved(chat)}
	at := func(page int) press { return press{Act: actRead, Lang: w.Lang, N: page, Receipt: id} }
	var out rows
	for i, s := range sections[:min(len(sections), shownSections)] {
		one, ok := b.signer.button(h, strconv.Itoa(i+1), at(s.page))
		if !ok {
			return nil
		}
		if i%8 == 0 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], one)
	}
	if pages > 0 {
		out = append(out, b.signer.line(h, []string{w.DocRead}, []press{at(0)})...)
	}
	return append(out, b.signer.line(h, []string{w.DocList}, []press{{Act: actList, Lang: w.Lang}})...)
}

// A change is what became of a document, and when.
type change struct {
	when time.Time
	what retrieval.Change
}

func (b *Bot) changesOf(ctx context.Context, id string) (out []change, err error) {
	versions, err := b.Shelf.History(ctx, lookedAt)
	for _, v := range versions {
		for _, m := range v.Changes {
			if m.Doc == id && len(out) < shownChanges {
				out = append(out, change{v.When, m.Change})
			}
		}
	}
	return out, err
}

// A section is a heading, how many others it stands below, and the page on
// which it begins.
type section struct {
	heading string
	depth   int
	page    int
}

// sectionsOf are the headings of a document in order, as deep as a view has
// room for; a heading that is the title again is none.
func sectionsOf(d *retrieval.Detail, pages [][]retrieval.Passage) (out []section) {
	seen := map[string]bool{}
	for i, page := range pages {
		for _, p := range page {
			depth := 0
			for k, h := range p.Heading {
				h = oneLine(h)
				if same(h, d.Meta.Title.Value) {
					continue
				}
				if path := strings.Join(p.Heading[:k+1], "\n"); !seen[path] {
					seen[path] = true
					out = append(out, section{h, depth, i})
				}
				depth++
			}
		}
	}
	for deepest := 3; deepest > 0 && len(out) > shownSections; deepest-- {
		out = slices.DeleteFunc(out, func(s section) bool { return s.depth >= deepest })
	}
	return out
}

// pagesOf puts the passages of a document together into pages to read; none is
// longer than pageRunes but for a single passage.
func pagesOf(ps []retrieval.Passage) (pages [][]retrieval.Passage) {
	length := 0
	for _, p := range ps {
		n := utf8.RuneCountInString(p.Text)
		if length == 0 || length+n > pageRunes {
			pages, length = append(pages, nil), 0
		}
		last := len(pages) - 1
		pages[last] = append(pages[last], p)
		length += n
	}
	return pages
}

// readDocument is one page of a document, counted from 0.
func (b *Bot) readDocument(ctx context.Context, chat int64, w *words, id string, n int) (styled, rows, error) {
	d, err := b.detail(ctx, id)
	if errors.Is(err, errNoDocument) || err == nil && len(d.Pieces) == 0 {
		return plainly(w.DocGone), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	pages := pagesOf(d.Pieces)
	n = min(max(n, 0), len(pages)-1)
	var t styled
	t.add(bold, clip(titleOf(w, &d.Document), 2*maxTitle))
	t.add(0, "\n", fmt.Sprintf(w.DocPage, n+1, len(pages)))
	heading := ""
	for _, p := range pages[n] {
		if k := len(p.Heading); k > 0 && p.Heading[k-1] != heading && !same(p.Heading[k-1], d.Meta.Title.Value) {
			heading = p.Heading[k-1]
			if !strings.Contains(essence(p.Text), essence(heading)) {
				t.add(0, "\n\n")
				t.add(italic, oneLine(heading))
			}
		}
		t.add(0, "\n\n", strings.TrimSpace(p.Text))
	}
	return t.split(maxUnits)[0], b.pageButtons(chat, w, id, n, len(pages)), nil
}

func (b *Bot) pageButtons(chat int64, w *words, id string, n, pages int) rows {
	h := holder{Chat: b.moved(chat)}
	var labels []string
	var ps []press
	if n > 0 {
		labels, ps = append(labels, w.PageBack), append(ps, press{Act: actRead, Lang: w.Lang, N: n - 1, Receipt: id})
	}
	if n < pages-1 {
		labels, ps = append(labels, w.PageOn), append(ps, press{Act: actRead, Lang: w.Lang, N: n + 1, Receipt: id})
	}
	var out rows
	if len(ps) > 0 {
		out = b.signer.line(h, labels, ps)
	}
	return append(out, b.signer.line(h, []string{w.DocBack}, []press{{Act: actDoc, Lang: w.Lang, Receipt: id}})...)
}
