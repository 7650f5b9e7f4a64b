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

// A seen file was read, to compare it.
type seen struct {
	path      string
	hash      string
	size      int64
	raw       []byte  // nil when it is to be read again
	side      sidecar // the file beside it that tells of it, if there is one
	corrected string  // what an admin stated of its document
}

// keptBytes is how many bytes of files that differ from what is known are kept
// from when they are compared until they are parsed.
const keptBytes = 32 << 20

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
	at := map[string]retrieval.Known{}
	for _, k := range known {
		at[k.Path] = k
	}
	found, problems, err := s.compare(ctx, root, t, at, files, s.pairSidecars(t, files, sidecars), problems)
	if err != nil {
		return err
	}
	readings, gone := s.decide(t, known, at, found, problems)
	plans, err := s.lookUp(ctx, t, readings)
	if err != nil {
		return err
	}
	if err := s.readAll(ctx, root, t, plans); err != nil {
		return err
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

// compare reads and hashes the files with their sidecars, several at a time;
// those it cannot read join problems. at is what is known, by path.
func (s *syncer) compare(ctx context.Context, root *os.Root, t target, at map[string]retrieval.Known, files []string, sidecars map[string]string, problems []string) ([]seen, []string, error) {
	type looked struct {
		seen
		err error
	}
	var found []seen
	done, kept := 0, int64(0)
	look := func(p string) (l looked) {
		l.seen, l.err = s.look(root, t, p, sidecars[p])
		return l
	}
	size := func(string) int64 { return MaxFileBytes / 4 } // not known yet
	err := inOrder(ctx, workers(), files, size, look, func(p string, l looked) error {
		if l.err != nil {
			s.note(File{Source: t.source, Path: p, Status: Failed, Reason: l.err.Error()})
			problems = append(problems, p)
		} else {
			if at[p].Hash == l.hash || kept+l.size > keptBytes {
				l.raw = nil
			}
			kept += int64(len(l.raw))
			found = append(found, l.seen)
			s.report.Bytes += l.size
		}
		done++
		s.options.Progress(Event{Stage: StageRead, File: p, Done: done, Total: len(files)})
		return nil
	})
	return found, problems, err
}

// look reads and hashes a file with its sidecar, if it has one.
func (s *syncer) look(root *os.Root, t target, p, beside string) (seen, error) {
	raw, err := read(root, p)
	if t.within == "" && err == nil && !s.parser.Supports(p) {
		err = errors.New(unsupported(p))
	}
	if err != nil {
		return seen{}, err
	}
	side := sidecar{path: beside}
	if beside != "" {
		stated, err := read(root, beside)
		if err != nil {
			return seen{}, fmt.Errorf("%s: %w", path.Base(beside), err)
		}
		side.hash = retrieval.HashRaw(stated)
	}
	return seen{path: p, hash: retrieval.HashRaw(raw), size: int64(len(raw)), raw: raw, side: side}, nil
}

// decide splits what was found and what was known, by path in at, into files to
// read anew and documents whose file is gone; it notes the unchanged ones. A new
// file with the content of one that is gone is that document, renamed.
func (s *syncer) decide(t target, known []retrieval.Known, at map[string]retrieval.Known, found []seen, problems []string) (readings []reading, gone []retrieval.Known) {
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
