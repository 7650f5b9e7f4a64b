package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"policybot/retrieval"
)

// A plan is what is to be done about a file.
type plan struct {
	reading
	note     File
	revision int64 // that an earlier ingest made of it; 0 when it is to be read
}

// What was read is committed in batches, so that little is done again after a
// kill: each holds so many files or bytes, or what took so long.
const (
	batchFiles = 64
	batchBytes = 4 << 20
	batchTime  = time.Second
)

// lookUp finds for each reading its document, and the revision that was made
// of it before, by an ingest that was stopped or by one long ago. It reports
// those that were purged and must not come back.
func (s *syncer) lookUp(ctx context.Context, t target, readings []reading) (plans []plan, err error) {
	if len(readings) == 0 {
		return nil, nil
	}
	err = s.lib.Look(ctx, func(l *retrieval.Lookup) error {
		for _, r := range readings {
			p := plan{reading: r, note: File{Source: t.source, Path: r.path, Status: r.status, Doc: r.id, Was: r.was}}
			purged, err := l.PurgedAs(ctx, t.source, r.path, r.hash)
			if err != nil {
				return err
			}
			if purged != "" {
				p.note.Status, p.note.Reason = Skipped, fmt.Sprintf("it was purged: `policybot docs restore %s` lets it in again", purged)
				s.note(p.note)
				if r.status == Renamed {
					s.draft.Withdraw(r.id)
				}
				continue
			}
			if p.note.Doc == "" {
				if p.note.Doc, err = l.IDFor(ctx, t.source, r.path); err != nil {
					return err
				}
			}
			p.corrected = s.corrected[p.note.Doc]
			p.revision, p.note.Passages, err = l.FindRevision(ctx, p.note.Doc, r.hash, r.path, s.version(p.seen))
			if err != nil {
				return err
			}
			plans = append(plans, p)
		}
		return nil
	})
	return plans, err
}

// An understood file is what a parser made of it, ready to be kept, or why it
// could not be read; neither when it need not be read.
type understood struct {
	content  retrieval.Content
	prepared *retrieval.Prepared
	err      error
}

// readAll reads the planned files, several at a time, keeps what they hold,
// and plans their places.
func (s *syncer) readAll(ctx context.Context, root *os.Root, t target, plans []plan) error {
	k := keeper{syncer: s, since: time.Now()}
	done := 0
	size := func(p plan) int64 { return p.size }
	read := func(p plan) (u understood) {
		if p.revision != 0 && !s.options.DryRun {
			return u
		}
		if u.content, u.err = s.parse(root, p.reading); u.err == nil {
			u.prepared, u.err = retrieval.Prepare(t.source, p.note.Doc, u.content)
		}
		return u
	}
	err := inOrder(ctx, workers(), plans, size, read, func(p plan, u understood) error {
		if err := k.take(ctx, p, u); err != nil {
			return err
		}
		done++
		s.options.Progress(Event{Stage: StageParse, File: p.path, Done: done, Total: len(plans)})
		return nil
	})
	if err != nil {
		return err
	}
	return k.flush(ctx)
}

// A keeper puts what was read into the library, in batches.
type keeper struct {
	*syncer
	plans []plan
	ready []*retrieval.Prepared
	bytes int64
	since time.Time // of the last commit
}

// take takes over what was read of one file. Only errors of the library are
// returned.
func (k *keeper) take(ctx context.Context, p plan, u understood) (err error) {
	switch {
	case u.err != nil:
		p.note.Status, p.note.Reason, p.note.Passages = Failed, u.err.Error(), 0
		k.note(p.note)
		return nil
	case u.prepared == nil:
		k.place(p)
		return nil
	}
	p.note.Passages = len(u.content.Passages)
	if k.options.Read != nil {
		k.options.Read(p.path, u.content)
	}
	if k.options.DryRun && !p.retired {
		k.meet(party{source: p.note.Source, path: p.path, meta: u.content.Meta, hash: p.hash, text: u.content.Text, read: true})
		k.leaves[p.note.Doc] = true
	}
	if k.options.DryRun && p.status == Changed {
		if p.note.Diff, err = k.diff(ctx, p.id, u.content); err != nil {
			return err
		}
	}
	k.plans, k.ready, k.bytes = append(k.plans, p), append(k.ready, u.prepared), k.bytes+p.size
	if len(k.ready) < batchFiles && k.bytes < batchBytes && time.Since(k.since) < batchTime {
		return nil
	}
	return k.flush(ctx)
}

// flush keeps what was taken.
func (k *keeper) flush(ctx context.Context) error {
	if len(k.ready) > 0 {
		revisions, err := k.draft.PutAll(ctx, k.ready)
		if err != nil {
			return err
		}
		for i, p := range k.plans {
			p.revision = revisions[i]
			k.place(p)
		}
	}
	k.plans, k.ready, k.bytes, k.since = k.plans[:0], k.ready[:0], 0, time.Now()
	return nil
}

// place plans the place of a document and reports it.
func (s *syncer) place(p plan) {
	s.draft.Place(p.note.Doc, p.revision, p.path)
	if p.retired {
		p.note.Status = Retired
	}
	s.report.Passages += p.note.Passages
	s.note(p.note)
}

// diff compares a document's passages with those of its new content. Beyond
// diffRoom passages only figures and counts are kept.
func (s *syncer) diff(ctx context.Context, id string, now retrieval.Content) (*Diff, error) {
	was, err := s.lib.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	d := compareTexts(was.Pieces, now.Passages)
	d.Facts = compareFacts(was.Meta, now.Meta)
	if room := max(0, diffRoom-s.diffed); len(d.Passages) > room {
		d.Omitted = len(d.Passages) - room
		d.Passages = d.Passages[:room:room]
	}
	s.diffed += len(d.Passages)
	return d, nil
}

// parse parses a file, and reads it again for that unless it was kept. A parser
// that panics has failed.
func (s *syncer) parse(root *os.Root, r reading) (c retrieval.Content, err error) {
	raw := r.raw
	if raw == nil {
		if raw, err = read(root, r.path); err != nil {
			return c, err
		}
		if retrieval.HashRaw(raw) != r.hash {
			return c, errors.New("it changed while it was read: run this again")
		}
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the program failed on this file (%v): please report it", p)
		}
	}()
	stated, err := s.stated(root, r.seen)
	if err != nil {
		return c, err
	}
	keep, said := keepOf(stated)
	if r.corrected != "" { // an admin's word counts more than a file's
		byAdmin, err := Kept(r.corrected)
		if err != nil {
			return c, err
		}
		if byAdmin != (Keep{}) {
			keep, said = byAdmin, true
		}
	}
	var parsed *Parsed
	if said && s.parser.Keeping != nil {
		parsed, err = s.parser.Keeping(r.path, raw, &keep)
	} else {
		parsed, err = s.parser.Parse(r.path, raw)
	}
	if err != nil {
		return c, errors.New(strings.TrimPrefix(err.Error(), r.path+": "))
	}
	if parsed == nil || len(parsed.Passages) == 0 {
		return c, errors.New("there is no text in it")
	}
	override(&parsed.Meta, stated)
	if err := restate(&parsed.Meta, r.corrected); err != nil {
		return c, err
	}
	return retrieval.Content{Raw: raw, Name: r.path, Parser: s.version(r.seen), Charset: parsed.Charset,
		Text: parsed.Text, Meta: parsed.Meta, Removed: parsed.Removed, Passages: parsed.Passages}, nil
}
