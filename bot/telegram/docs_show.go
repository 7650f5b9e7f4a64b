package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"policybot/retrieval"
)

// showForAdmin is /doc: the document that a word names, or the list of those
// that have it.
func (b *Bot) showForAdmin(ctx context.Context, u turn, ref string) (styled, rows, error) {
	ref = oneLine(ref)
	if ref == "" {
		return plainly(officeWords(u.words).DocHow), nil, nil
	}
	d, err := b.Office.Library.Document(ctx, ref)
	if err == nil {
		return b.viewForAdmin(ctx, u, d.ID, "")
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	words := searchWords(ref)
	all, _, listErr := b.allDocuments(ctx)
	if listErr != nil {
		return nil, nil, listErr
	}
	one, found := "", 0
	for _, doc := range all {
		if describes(doc, words) {
			one = doc.ID
			found++
		}
	}
	if found == 1 {
		return b.viewForAdmin(ctx, u, one, "")
	}
	return b.listForAdmin(ctx, u, words, 0)
}

// viewForAdmin is what is known of a document, with buttons to change it; note
// heads it.
func (b *Bot) viewForAdmin(ctx context.Context, u turn, id, note string) (styled, rows, error) {
	w := officeWords(u.words)
	d, err := b.Office.Library.Document(ctx, id)
	if errors.Is(err, retrieval.ErrNotFound) {
		return plainly(w.DocGone), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	stated, err := b.Office.Library.Stated(ctx)
	if err != nil {
		return nil, nil, err
	}
	var t styled
	if note != "" {
		t.add(0, note, "\n\n")
	}
	t.add(bold, either(oneLine(d.Meta.Title.Value), d.Path))
	state := w.InSearch
	switch {
	case d.Left:
		state = w.Left
	case d.Retired:
		state = w.Retired
	}
	t.add(0, "\n", dotted(state, fmt.Sprintf(w.Passages, d.Passages), d.ID))
	t.add(0, "\n", w.FileIs, w.Colon, d.Source, "/", clip(oneLine(d.Path), maxShown))
	addMeta(&t, u.words, d.Meta, "title")
	if stated[d.ID] != "" {
		t.add(0, "\n")
		t.add(italic, w.SetByHand)
	}
	addRemoved(&t, w, d.Removed)
	t.add(0, "\n", w.Begins)
	t.add(folded, "\n"+clip(strings.TrimSpace(d.Text), 4*maxShown))
	if d.Left {
		return t.split(maxUnits)[0], nil, nil
	}
	return t.split(maxUnits)[0], b.editButtons(u, d), nil
}

func (b *Bot) editButtons(u turn, d *retrieval.Detail) rows {
	w := officeWords(u.words)
	h := holder{u.place.Chat, u.who.ID}
	p := press{Act: actRetire, Lang: u.words.Lang, Receipt: d.ID}
	label := w.Retire
	if d.Retired {
		p.Act, label = actRestore, w.Restore
	}
	labels, ps := []string{label}, []press{p}
	if !d.Retired && b.Shelf != nil {
		labels, ps = append(labels, w.Read), append(ps, press{Act: actDoc, Lang: u.words.Lang, Receipt: d.ID})
	}
	keys := b.signer.line(h, labels, ps)
	labels, ps = nil, nil
	for i, name := range editable {
		labels, ps = append(labels, fmt.Sprintf(w.Change, w.fieldName(name))), append(ps, press{Act: actEdit, Lang: u.words.Lang, N: i, Receipt: d.ID})
	}
	return append(keys, b.signer.line(h, labels, ps)...)
}

// retire takes a document out of the search, or brings it back.
func (b *Bot) retire(ctx context.Context, u turn, p press) (styled, rows, error) {
	w := officeWords(u.words)
	change, what, note := b.Office.Library.Retire, "retire", w.NowRetired
	if p.Act == actRestore {
		change, what, note = b.Office.Library.Restore, "restore", w.NowRestored
	}
	if err := b.record(ctx, u, AuditEntry{What: what, Document: p.Receipt}); err != nil {
		return nil, nil, err
	}
	c, err := change(ctx, p.Receipt)
	if errors.Is(err, retrieval.ErrNotFound) {
		return plainly(w.DocGone), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err := b.record(ctx, u, AuditEntry{What: what, Document: p.Receipt, Version: c.Version}); err != nil {
		return nil, nil, err
	}
	b.searched(ctx)
	return b.viewForAdmin(ctx, u, p.Receipt, fmt.Sprintf(note, c.Version))
}
