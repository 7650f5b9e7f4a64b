package telegram

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/ingest"
	"policybot/retrieval"
)

const (
	// pageUnits leaves room for a line above a page of a dry run.
	pageUnits = 3000
	// What a dry run shows at most, of one file and in one line, and how many
	// new files it shows in more than a line.
	shownWhole    = 6
	shownFigures  = 40
	shownPassages = 15
	maxShown      = 160
	maxSample     = 40
)

// showUpload shows a batch in its message as it stands.
func (b *Bot) showUpload(ctx context.Context, up upload, page int) error {
	t, keys := b.viewUpload(up, page)
	return b.replace(ctx, place{Chat: up.Chat}, up.Message, t, keys)
}

// viewUpload is a batch with the buttons for what can be done with it.
func (b *Bot) viewUpload(up upload, page int) (styled, rows) {
	words := wordsIn(up.Lang)
	w := officeWords(words)
	h := holder{up.Chat, up.User}
	button := func(label string, a action) rows {
		return b.signer.line(h, []string{label}, []press{{Act: a, Lang: up.Lang, N: int(up.ID)}})
	}
	side := func(a, b rows) rows { return rows{append(a[0], b[0]...)} }
	switch up.State {
	case statePublished, stateUndone:
		t, keys := viewDone(w, up, b.signer)
		if up.State == statePublished {
			keys = append(keys, button(w.Undo, actUndo)...)
		}
		return t, keys
	case stateDiscarded:
		if len(up.Pages) > 0 {
			return up.Pages[0], nil
		}
		return plainly(w.Discarded), nil
	case stateReceiving, statePublishing, stateUndoing:
		return plainly(w.noteOf(up.State, 0)), nil
	}
	if len(up.Pages) == 0 || len(up.takes()) == 0 {
		t := plainly(w.Stuck)
		if len(up.Pages) > 0 {
			t = up.Pages[0]
		}
		return t, side(button(w.Reread, actReread), button(w.Discard, actDiscard))
	}
	page = min(max(page, 0), len(up.Pages)-1)
	var keys rows
	if len(up.Pages) > 1 {
		keys = b.dryButtons(up, page)
	}
	keys = append(keys, side(button(fmt.Sprintf(w.PublishN, len(up.takes())), actPublish), button(w.Discard, actDiscard))...)
	return up.Pages[page], keys
}

// dryButtons turn the pages of a dry run.
func (b *Bot) dryButtons(up upload, page int) rows {
	var labels []string
	var ps []press
	for _, n := range []int{page - 1, page + 1} {
		if n < 0 || n >= len(up.Pages) {
			continue
		}
		label := fmt.Sprintf("« %d/%d", n+1, len(up.Pages))
		if n > page {
			label = fmt.Sprintf("%d/%d »", n+1, len(up.Pages))
		}
		labels, ps = append(labels, label), append(ps, press{Act: actPage, Lang: up.Lang, N: n, Receipt: strconv.FormatInt(up.ID, 36)})
	}
	return b.signer.line(holder{up.Chat, up.User}, labels, ps)
}

// uploadOfPage is the batch of a page's button.
func (b *Bot) uploadOfPage(ctx context.Context, p press) (upload, error) {
	id, err := strconv.ParseInt(p.Receipt, 36, 64)
	if err != nil {
		return upload{}, errNoUpload
	}
	return b.store.upload(ctx, id)
}

// viewDone is a batch that was published, or taken back, with a button for
// each of its documents.
func viewDone(w *adminWords, up upload, s signer) (styled, rows) {
	var t styled
	head := w.Published
	if up.State == stateUndone {
		head = w.Undone
	}
	t.add(bold, fmt.Sprintf(head, up.After))
	var row []tgbotapi.InlineKeyboardButton
	n, left := 0, 0
	for _, f := range up.Files {
		if f.sides() {
			continue
		}
		if n == shownPassages {
			left++
			continue
		}
		t.add(0, "\n")
		if f.Problem != "" {
			t.add(0, "✗ ", f.Name, w.Colon, f.Problem)
			continue
		}
		n++
		t.add(0, fmt.Sprintf("%d. ", n), f.Name)
		if len(row) < 8 && up.State == statePublished {
			if b, ok := s.button(holder{up.Chat, up.User}, fmt.Sprintf("📄 %d", n), press{Act: actOpen, Lang: up.Lang, Receipt: f.Document}); ok {
				row = append(row, b)
			}
		}
	}
	if left > 0 {
		t.add(0, "\n", fmt.Sprintf(w.More, left))
	}
	t = t.split(maxUnits)[0]
	if len(row) == 0 {
		return t, nil
	}
	return t, rows{row}
}

// dryPages say what publishing a batch would change: figures and dates first,
// of all its files, because they matter most, then what does not fit together,
// then file by file.
func dryPages(words *words, up upload, found dry) []styled {
	w := officeWords(words)
	var t styled
	head := w.DryRun
	if len(up.takes()) == 0 || found.same() {
		head = w.DryNone
	}
	t.add(bold, head)
	t.add(0, "\n", w.counted(found.report, up))
	if len(up.takes()) > 0 && found.same() {
		t.add(0, "\n", w.NoChange)
	}
	addFigures(&t, w, found.report)
	addConflicts(&t, w, found.report)
	files := map[string]ingest.File{}
	for _, f := range found.report.Files {
		files[f.Path] = f
	}
	brief := len(up.Files) > shownWhole
	if brief {
		t.add(0, "\n")
	}
	for _, f := range up.Files {
		if f.Problem != "" {
			t.add(0, "\n\n")
			t.add(bold, "✗ "+f.Name)
			t.add(0, "\n", clip(oneLine(f.Problem), 2*maxShown))
		} else if s := files[f.Name].Status; s != ingest.Changed && brief && !f.sides() {
			addLine(&t, words, files[f.Name], found.read[f.Name])
		} else if !f.sides() {
			addFile(&t, words, files[f.Name], found.read[f.Name])
		}
	}
	return t.split(pageUnits)
}

func addFigures(t *styled, w *adminWords, r ingest.Report) {
	n := 0
	for _, f := range r.Files {
		if f.Diff == nil {
			continue
		}
		for _, c := range f.Diff.Figures {
			if n++; n == 1 {
				t.add(0, "\n\n")
				t.add(bold, w.Figures)
			}
			if n > shownFigures {
				continue
			}
			t.add(0, "\n• ")
			t.add(bold, either(oneLine(c.Was), "—")+" → "+either(oneLine(c.Now), "—"))
			t.add(0, "  ", clip(oneLine(c.Around), maxSample))
			if len(r.Files) > 1 {
				t.add(0, " · ", f.Path)
			}
		}
	}
	if n > shownFigures {
		t.add(0, "\n", fmt.Sprintf(w.More, n-shownFigures))
	}
}

func addConflicts(t *styled, w *adminWords, r ingest.Report) {
	for i, c := range r.Conflicts {
		if i == 0 {
			t.add(0, "\n\n")
			t.add(bold, w.Conflicts)
		}
		if i == shownPassages {
			t.add(0, "\n", fmt.Sprintf(w.More, len(r.Conflicts)-i))
			return
		}
		t.add(0, "\n• ", fmt.Sprintf(w.Conflict[c.Kind], c.Path, c.Other, clip(oneLine(c.Name), maxShown)))
	}
}

// addLine is addFile for one of many.
func addLine(t *styled, words *words, f ingest.File, o outline) {
	w := officeWords(words)
	t.add(0, "\n")
	t.add(bold, "📄 "+f.Path)
	if o.passages == 0 {
		t.add(0, " · ", w.Status[f.Status])
		return
	}
	unknown := func(v, name string) string {
		if v == "" {
			return "⚠️ " + w.fieldName(name) + " " + w.NotKnown
		}
		return clip(oneLine(v), maxTitle)
	}
	m := o.meta
	removed := ""
	if len(o.removed) > 0 {
		removed = fmt.Sprintf(w.RemovedN, len(o.removed))
	}
	t.add(0, "\n   ", dotted(unknown(m.Title.Value, "title"), unknown(m.Date.Value, "date"), unknown(m.Place.Value, "place"), fmt.Sprintf(w.Passages, o.passages), removed))
}

// addFile says what is known of a file and what becomes of it.
func addFile(t *styled, words *words, f ingest.File, o outline) {
	w := officeWords(words)
	t.add(0, "\n\n")
	t.add(bold, "📄 "+f.Path)
	t.add(0, "\n", w.Status[f.Status])
	if o.passages == 0 { // unchanged
		return
	}
	t.add(0, " · ", fmt.Sprintf(w.Passages, o.passages))
	addMeta(t, words, o.meta)
	addRemoved(t, w, o.removed)
	if f.Diff == nil {
		t.add(0, "\n", w.Begins, "“", o.begins, "”")
		return
	}
	for _, c := range f.Diff.Facts {
		t.add(0, "\n", w.fieldName(c.Name), w.Colon, either(oneLine(c.Was), "—"), " → ", either(oneLine(c.Now), "—"))
	}
	for i, c := range f.Diff.Passages {
		if i == shownPassages {
			t.add(0, "\n", fmt.Sprintf(w.More, len(f.Diff.Passages)-i+f.Diff.Omitted))
			break
		}
		was, now := changedPart(oneLine(c.Was), oneLine(c.Now))
		if was != "" {
			t.add(0, "\n− ", was)
		}
		if now != "" {
			t.add(0, "\n+ ", now)
		}
	}
}

// changedPart are the stretches in which two texts differ, with a few words
// before them, no longer than a line shows.
func changedPart(was, now string) (string, string) {
	a, b := []rune(was), []rune(now)
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := max(0, same-maxSample/2)
	if was == "" || now == "" || from < maxSample/2 {
		from = 0
	}
	cut := func(rs []rune) string {
		if len(rs) <= from {
			return clip(string(rs), maxShown)
		}
		lead := ""
		if from > 0 {
			lead = "…"
		}
		return lead + clip(string(rs[from:]), maxShown)
	}
	return cut(a), cut(b)
}

// addMeta lists what is known of a document, but for some fields, and says of
// what matters most that it is not.
func addMeta(t *styled, words *words, m retrieval.Meta, but ...string) {
	w := officeWords(words)
	for name, f := range m.Fields() {
		switch {
		case slices.Contains(but, name) && f.Value != "":
		case name == "kind" && f.Value != "":
			t.add(0, "\n", w.fieldName(name), w.Colon, either(w.Kinds[f.Value], f.Value))
		case f.Value != "" && name != "language":
			t.add(0, "\n", w.fieldName(name), w.Colon, clip(oneLine(f.Value), maxShown))
		case f.Value == "" && slices.Contains(editable, name):
			t.add(0, "\n", w.fieldName(name), w.Colon, w.NotKnown)
		}
	}
	for _, f := range m.Replaces {
		t.add(0, "\n", w.fieldName("replaces"), w.Colon, clip(oneLine(f.Value), maxShown))
	}
}

// addRemoved says what cleaning took out, by reason, with a piece of each.
func addRemoved(t *styled, w *adminWords, removed []retrieval.Removed) {
	count, sample := map[string]int{}, map[string]string{}
	for _, r := range removed {
		count[r.Reason]++
		if text := oneLine(r.Text); len(text) > len(sample[r.Reason]) {
			sample[r.Reason] = text
		}
	}
	for i, reason := range slices.Sorted(maps.Keys(count)) {
		if i == 0 {
			t.add(0, "\n", w.Removed)
		}
		t.add(0, "\n  ", either(w.Reasons[strings.ToLower(reason)], reason), fmt.Sprintf(" ×%d", count[reason]))
		if text := sample[reason]; text != "" {
			t.add(0, " “", clip(text, maxSample), "”")
		}
	}
}
