package telegram

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

const (
	// docsListed is how many documents one page of /docs has, each with a
	// button in one row.
	docsListed = 8
	// maxWords is how much of the words of a search a button carries, in bytes:
	// in base64 they are at most 40.
	maxWords = 30
)

// searchWords are the words that /docs looks for, as far as a button carries
// them.
func searchWords(text string) string {
	text = oneLine(text)
	for len(text) > maxWords {
		_, n := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-n]
	}
	return strings.TrimSpace(text)
}

func receiptOfWords(words string) string { return base64.RawURLEncoding.EncodeToString([]byte(words)) }

func wordsOfReceipt(receipt string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(receipt) // signed: it is ours
	return string(raw)
}

// allDocuments are the documents of the newest corpus, the withdrawn ones too.
func (b *Bot) allDocuments(ctx context.Context) ([]retrieval.Document, int64, error) {
	c, err := b.Office.Library.Current(ctx)
	if err != nil || c.Version == 0 {
		return nil, c.Version, err
	}
	docs, err := b.Office.Library.DocumentsAt(ctx, c.Version)
	return docs, c.Version, err
}

// listForAdmin is one page of the documents in which all words stand, in their
// description or their name, the newest first.
func (b *Bot) listForAdmin(ctx context.Context, u turn, words string, page int) (styled, rows, error) {
	w := officeWords(u.words)
	all, version, err := b.allDocuments(ctx)
	if err != nil {
		return nil, nil, err
	}
	docs := slices.DeleteFunc(all, func(d retrieval.Document) bool { return !describes(d, words) })
	slices.SortStableFunc(docs, func(a, c retrieval.Document) int {
		return cmp.Or(cmp.Compare(c.Meta.Date.Value, a.Meta.Date.Value), cmp.Compare(a.Path, c.Path), cmp.Compare(a.ID, c.ID))
	})
	last := max(0, (len(docs)-1)/docsListed)
	page = min(max(page, 0), last)
	var t styled
	t.add(bold, fmt.Sprintf(w.Docs, len(docs), version))
	if words != "" {
		t.add(0, "\n", fmt.Sprintf(w.DocsWith, words))
	}
	if len(docs) == 0 {
		t.add(0, "\n", w.DocsNone)
		return t, nil, nil
	}
	h := holder{u.place.Chat, u.who.ID}
	var labels []string
	var ps []press
	for i, d := range docs[page*docsListed : min((page+1)*docsListed, len(docs))] {
		state := ""
		if d.Retired {
			state = w.Retired
		}
		t.add(0, fmt.Sprintf("\n%d. ", i+1), dotted(clip(either(oneLine(d.Meta.Title.Value), d.Path), 2*maxTitle), either(d.Meta.Date.Value, u.words.NoDate), d.Meta.Place.Value, state))
		labels, ps = append(labels, fmt.Sprint(i+1)), append(ps, press{Act: actOpen, Lang: u.words.Lang, Receipt: d.ID})
	}
	keys := b.signer.line(h, labels, ps)
	labels, ps = nil, nil
	for _, n := range []int{page - 1, page + 1} {
		if n < 0 || n > last {
			continue
		}
		label := u.words.Newer
		if n > page {
			label = u.words.Older
		}
		labels, ps = append(labels, label), append(ps, press{Act: actDocs, Lang: u.words.Lang, N: n, Receipt: receiptOfWords(words)})
	}
	if len(ps) > 0 {
		keys = append(keys, b.signer.line(h, labels, ps)...)
	}
	return t, keys, nil
}

// describes reports whether all words stand in what is known of a document, in
// whatever script.
func describes(d retrieval.Document, words string) bool {
	known := []string{d.ID, d.Source, d.Path}
	for _, f := range d.Meta.Fields() {
		known = append(known, f.Value)
	}
	all := han.Fold(strings.Join(known, "\n")).String()
	for word := range strings.FieldsSeq(words) {
		if !strings.Contains(all, han.Fold(word).String()) {
			return false
		}
	}
	return true
}
