package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"policybot/retrieval"
)

// A seen file was read once, to compare it.
type seen struct {
	path      string
	hash      string
	size      int64
	side      sidecar // the file beside it that tells of it, if there is one
	corrected string  // what an admin stated of its document
}

// A reading is a file that has to be parsed, and what it is for.
type reading struct {
	seen
	status Status
	id     string // of its document; empty for a new one
	was    string // the path before a rename
	// retired documents are kept up to date, and reported as retired.
	retired bool
}

// syncTarget compares a target with the library and plans what is new.
func (s *syncer) syncTarget(ctx context.Context, t target) error {
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return fmt.Errorf("open the folder %s: %s", t.dir, fileReason(err))
	}
	defer root.Close()
	known, err := s.lib.Known(ctx, t.source)
	if err != nil {
		return err
	}
	files, sidecars, problems, err := s.walk(ctx, root, t)
	if err != nil {
		return err
	}
	if err := checkMove(t, known, files); err != nil {
		return err
	}
	if t.within == "." {
		s.draft.Locate(t.source, t.dir)
	} else if t.root != "" {
		s.draft.Locate(t.source, t.root)
	}
	found, problems, err := s.compare(ctx, root, t, files, s.pairSidecars(t, files, sidecars), problems)
	if err != nil {
		return err
	}
	readings, gone := s.decide(t, known, found, problems)
	for i, r := range readings {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := s.take(ctx, root, t, r); err != nil {
			return err
		}
		s.options.Progress(Event{Stage: StageParse, File: r.path, Done: i + 1, Total: len(readings)})
	}
	for _, k := range gone {
		s.draft.Withdraw(k.ID)
		s.leaves[k.ID] = true
		s.note(File{Source: t.source, Path: k.Path, Status: Removed, Doc: k.ID})
	}
	return nil
}

func (s *syncer) note(f File) { s.report.Files = append(s.report.Files, f) }

// checkMove refuses to take a folder for a source that was elsewhere when the
// two have no file in common: it only has the same name.
func checkMove(t target, known []retrieval.Known, files []string) error {
	if t.moved == "" || len(known) == 0 {
		return nil
	}
	for _, k := range known {
		if _, there := slices.BinarySearch(files, k.Path); there {
			return nil
		}
	}
	return fmt.Errorf("%s: the source %q was the folder %s, which is gone, and has no file in common with this one: "+
		"choose another name with --source NAME, or --source %s to replace its documents", t.dir, t.source, t.moved, t.source)
}

// compare reads and hashes the files with their sidecars; those it cannot read
// join problems.
func (s *syncer) compare(ctx context.Context, root *os.Root, t target, files []string, sidecars map[string]string, problems []string) ([]seen, []string, error) {
	var found []seen
	for i, p := range files {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		raw, err := read(root, p)
		if t.within == "" && err == nil && !s.parser.Supports(p) {
			err = errors.New(unsupported(p))
		}
		side := sidecar{path: sidecars[p]}
		if err == nil && side.path != "" {
			var beside []byte
			if beside, err = read(root, side.path); err != nil {
				err = fmt.Errorf("%s: %w", path.Base(side.path), err)
			}
			side.hash = retrieval.HashRaw(beside)
		}
		if err != nil {
			s.note(File{Source: t.source, Path: p, Status: Failed, Reason: err.Error()})
			problems = append(problems, p)
		} else {
			found = append(found, seen{path: p, hash: retrieval.HashRaw(raw), size: int64(len(raw)), side: side})
			s.report.Bytes += int64(len(raw))
		}
		s.options.Progress(Event{Stage: StageRead, File: p, Done: i + 1, Total: len(files)})
	}
	return found, problems, nil
}

// decide splits what was found and what was known into files to read anew and
// documents whose file is gone; it notes the unchanged ones. A new file with
// the content of one that is gone is that document, renamed.
func (s *syncer) decide(t target, known []retrieval.Known, found []seen, problems []string) (readings []reading, gone []retrieval.Known) {
	at := map[string]retrieval.Known{}
	for _, k := range known {
		at[k.Path] = k
	}
	var fresh []seen
	for _, f := range found {
		k, ok := at[f.path]
		f.corrected = s.corrected[k.ID]
		delete(at, f.path)
		switch {
		case !ok:
			fresh = append(fresh, f)
		case k.Hash == f.hash && k.Parser == s.version(f) && k.Name == f.path:
			status := Unchanged
			if k.Retired {
				status = Retired
			}
			s.note(File{Source: t.source, Path: f.path, Status: status, Doc: k.ID})
		default:
			readings = append(readings, reading{f, Changed, k.ID, "", k.Retired})
		}
	}
	unseen := map[string]bool{}
	for _, p := range problems {
		unseen[p] = true
	}
	byHash := map[string][]retrieval.Known{} // what is gone
	for _, k := range known {
		if _, missed := at[k.Path]; missed && t.whole(k.Path) && !covered(k.Path, unseen) {
			gone = append(gone, k)
			byHash[k.Hash] = append(byHash[k.Hash], k)
		}
	}
	renamed := map[string]bool{} // by ID
	for _, f := range fresh {
		r := reading{seen: f, status: Added}
		if same := byHash[f.hash]; len(same) > 0 {
			r = reading{f, Renamed, same[0].ID, same[0].Path, same[0].Retired}
			renamed[same[0].ID], byHash[f.hash] = true, same[1:]
		}
		readings = append(readings, r)
	}
	gone = slices.DeleteFunc(gone, func(k retrieval.Known) bool { return renamed[k.ID] })
	slices.SortFunc(readings, func(a, b reading) int { return strings.Compare(a.path, b.path) })
	return readings, gone
}

// covered reports whether a path is one of problems, or in one.
func covered(p string, problems map[string]bool) bool {
	for ; p != "." && p != "/"; p = path.Dir(p) {
		if problems[p] {
			return true
		}
	}
	return false
}

// take reads a new or changed file, unless an earlier ingest that was stopped
// has, and plans its place. Only errors of the library are returned.
func (s *syncer) take(ctx context.Context, root *os.Root, t target, r reading) error {
	note := File{Source: t.source, Path: r.path, Status: r.status, Doc: r.id, Was: r.was}
	if purged, err := s.lib.PurgedAs(ctx, t.source, r.path, r.hash); err != nil {
		return err
	} else if purged != "" {
		note.Status, note.Reason = Skipped, fmt.Sprintf("it was purged: `policybot docs restore %s` lets it in again", purged)
		s.note(note)
		if r.status == Renamed {
			s.draft.Withdraw(r.id)
		}
		return nil
	}
	if note.Doc == "" {
		var err error
		if note.Doc, err = s.lib.IDFor(ctx, t.source, r.path); err != nil {
			return err
		}
	}
	r.corrected = s.corrected[note.Doc]
	revision, passages, err := s.lib.FindRevision(ctx, note.Doc, r.hash, r.path, s.version(r.seen))
	if err != nil {
		return err
	}
	if revision == 0 || s.options.DryRun {
		content, err := s.parse(root, r)
		if err != nil {
			note.Status, note.Reason = Failed, err.Error()
			s.note(note)
			return nil
		}
		passages = len(content.Passages)
		if s.options.Read != nil {
			s.options.Read(r.path, content)
		}
		if s.options.DryRun && !r.retired {
			s.meet(party{source: t.source, path: r.path, meta: content.Meta, hash: r.hash, text: content.Text, read: true})
			s.leaves[note.Doc] = true
		}
		if s.options.DryRun && r.status == Changed {
			if note.Diff, err = s.diff(ctx, r.id, content); err != nil {
				return err
			}
		}
		if revision, err = s.draft.Put(ctx, t.source, note.Doc, content); err != nil {
			return err
		}
	}
	s.draft.Place(note.Doc, revision, r.path)
	if r.retired {
		note.Status = Retired
	}
	note.Passages = passages
	s.report.Passages += passages
	s.note(note)
	return nil
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

// parse reads a file again and parses it. A parser that panics has failed.
func (s *syncer) parse(root *os.Root, r reading) (c retrieval.Content, err error) {
	raw, err := read(root, r.path)
	if err != nil {
		return c, err
	}
	if retrieval.HashRaw(raw) != r.hash {
		return c, errors.New("it changed while it was read: run this again")
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
	parsed, err := s.parser.Parse(r.path, raw)
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
	c = retrieval.Content{Raw: raw, Name: r.path, Parser: s.version(r.seen), Charset: parsed.Charset,
		Text: parsed.Text, Meta: parsed.Meta, Removed: parsed.Removed, Passages: parsed.Passages}
	return c, c.Check()
}
