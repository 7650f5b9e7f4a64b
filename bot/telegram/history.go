package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"policybot/ingest"
	"policybot/retrieval"
)

const (
	versionsListed = 6
	changesListed  = 4
	// changesShown is how many documents the plan of a rollback names.
	changesShown = 20
)

// history is one page of the corpus versions, the newest first, with a button
// for each to go back to it.
func (b *Bot) history(ctx context.Context, u turn, page int) (styled, rows, error) {
	w := officeWords(u.words)
	page = min(max(page, 0), 1000)
	versions, err := b.Office.Library.History(ctx, (page+1)*versionsListed+1)
	if err != nil {
		return nil, nil, err
	}
	more := len(versions) > (page+1)*versionsListed
	versions = versions[min(page*versionsListed, len(versions)):min((page+1)*versionsListed, len(versions))]
	var t styled
	t.add(bold, w.History)
	h := holder{u.place.Chat, u.who.ID}
	var labels []string
	var ps []press
	for i, v := range versions {
		t.add(0, "\n\n")
		t.add(bold, fmt.Sprintf(w.Version, v.Version))
		t.add(0, " · ", v.When.In(time.Local).Format("2006-01-02 15:04"), " · ", w.cause(v.Cause))
		for j, c := range v.Changes {
			if j == changesListed {
				t.add(0, "\n", fmt.Sprintf(w.More, len(v.Changes)-j))
				break
			}
			t.add(0, "\n", w.Changes[c.Change], " ", c.Source, "/", clip(oneLine(c.Path), maxTitle))
		}
		if page > 0 || i > 0 {
			labels, ps = append(labels, fmt.Sprintf("↩ %d", v.Version)), append(ps, press{Act: actRollback, Lang: u.words.Lang, N: int(v.Version)})
		}
	}
	var keys rows
	if len(ps) > 0 {
		keys = b.signer.line(h, labels, ps)
	}
	labels, ps = nil, nil
	if page > 0 {
		labels, ps = append(labels, u.words.Newer), append(ps, press{Act: actHistory, Lang: u.words.Lang, N: page - 1})
	}
	if more {
		labels, ps = append(labels, u.words.Older), append(ps, press{Act: actHistory, Lang: u.words.Lang, N: page + 1})
	}
	if len(ps) > 0 {
		keys = append(keys, b.signer.line(h, labels, ps)...)
	}
	return t.split(maxUnits)[0], keys, nil
}

// planRollback is /rollback with a version's number.
func (b *Bot) planRollback(ctx context.Context, u turn, text string) (styled, rows, error) {
	version, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || version < 1 {
		return plainly(officeWords(u.words).RollbackHow), nil, nil
	}
	return b.planRollbackTo(ctx, u, version)
}

// planRollbackTo says what going back to a version would change, with a button
// that does it.
func (b *Bot) planRollbackTo(ctx context.Context, u turn, version int64) (styled, rows, error) {
	w := officeWords(u.words)
	then, err := b.Office.Library.DocumentsAt(ctx, version)
	if errors.Is(err, retrieval.ErrNotFound) {
		return plainly(fmt.Sprintf(w.NoVersion, version)), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	now, current, err := b.allDocuments(ctx)
	if err != nil {
		return nil, nil, err
	}
	moves := compareCorpora(now, then)
	var t styled
	t.add(bold, fmt.Sprintf(w.RollbackTo, version, current))
	if len(moves) == 0 {
		t.add(0, "\n", w.RollbackSame)
		return t, nil, nil
	}
	for i, m := range moves {
		if i == changesShown {
			t.add(0, "\n", fmt.Sprintf(w.More, len(moves)-i))
			break
		}
		t.add(0, "\n", w.Changes[m.Change], " ", m.Source, "/", clip(oneLine(m.Path), 2*maxTitle))
	}
	t.add(0, "\n\n", w.RollbackNote)
	keys := b.signer.line(holder{u.place.Chat, u.who.ID}, []string{fmt.Sprintf(w.RollbackYes, version), w.Cancel}, []press{
		{Act: actConfirm, Lang: u.words.Lang, N: int(version), Receipt: strconv.FormatInt(current, 36)}, {Act: actCancel, Lang: u.words.Lang}})
	return t.split(maxUnits)[0], keys, nil
}

// compareCorpora is what becomes of each document from one corpus to another.
func compareCorpora(now, then []retrieval.Document) (out []retrieval.Moved) {
	was := map[string]retrieval.Document{}
	for _, d := range now {
		was[d.ID] = d
	}
	for _, d := range then {
		old, there := was[d.ID]
		delete(was, d.ID)
		m := retrieval.Moved{Doc: d.ID, Source: d.Source, Path: d.Path}
		switch {
		case !there:
			m.Change = retrieval.ChangeAdded
		case old.Retired && !d.Retired:
			m.Change = retrieval.ChangeRestored
		case !old.Retired && d.Retired:
			m.Change = retrieval.ChangeRetired
		case old.Revision != d.Revision:
			m.Change = retrieval.ChangeRevised
		case old.Path != d.Path:
			m.Change = retrieval.ChangeMoved
		default:
			continue
		}
		out = append(out, m)
	}
	for _, d := range now {
		if _, left := was[d.ID]; left {
			out = append(out, retrieval.Moved{Doc: d.ID, Source: d.Source, Path: d.Path, Change: retrieval.ChangeRemoved})
		}
	}
	return out
}

// rollback goes back to a version, unless the corpus is not what the admin saw
// when it was planned.
func (b *Bot) rollback(ctx context.Context, u turn, p press) (styled, rows, error) {
	w := officeWords(u.words)
	seen, err := strconv.ParseInt(p.Receipt, 36, 64)
	if err != nil {
		return plainly(u.words.OldButton), nil, nil
	}
	e := AuditEntry{What: "rollback", Subject: strconv.Itoa(p.N)}
	version := int64(p.N)
	var before int64
	changed := false
	err = b.inTurn(ctx, u, 0, func() error {
		now, err := b.Office.Library.Current(ctx)
		if err != nil {
			return err
		}
		if before = now.Version; now.Version != seen {
			changed = true
			return nil
		}
		if err := b.record(ctx, u, e); err != nil {
			return err
		}
		r, err := ingest.Rollback(ctx, b.Office.Library, b.Office.Embedder, version, nil)
		e.Version = r.After.Version
		return err
	})
	if changed {
		// After a restart it may be our own rollback that changed it.
		if done, err := b.rolledBack(ctx, version, seen, before); err != nil || !done {
			t, keys, planErr := b.planRollbackTo(ctx, u, version)
			return append(plainly(w.ChangedMeanwhile+"\n\n"), t...), keys, errors.Join(err, planErr)
		}
		e.Version = before
	}
	switch {
	case errors.Is(err, retrieval.ErrNotFound):
		return plainly(fmt.Sprintf(w.NoVersion, version)), nil, nil
	case err != nil && ctx.Err() == nil:
		b.Log.Error("a rollback failed", "version", version, "err", err)
		return plainly(w.Stuck), nil, nil
	case err != nil:
		return nil, nil, err
	}
	if err := b.record(ctx, u, e); err != nil {
		return nil, nil, err
	}
	b.searched(ctx)
	keys := b.signer.line(holder{u.place.Chat, u.who.ID}, []string{fmt.Sprintf(w.RollbackUndo, seen)}, []press{{Act: actRollback, Lang: u.words.Lang, N: int(seen)}})
	return plainly(fmt.Sprintf(w.RolledBack, e.Version, version)), keys, nil
}

// rolledBack reports whether the corpus after the one that was seen is the
// rollback that was asked for.
func (b *Bot) rolledBack(ctx context.Context, version, seen, now int64) (bool, error) {
	if now != seen+1 {
		return false, nil
	}
	newest, err := b.Office.Library.History(ctx, 1)
	if err != nil || len(newest) == 0 {
		return false, err
	}
	return newest[0].Cause == fmt.Sprintf("rollback to %d", version), nil
}
