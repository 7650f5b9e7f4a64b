package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"policybot/retrieval"
)

// A Recleaned says what another cleaning of one document makes of it.
type Recleaned struct {
	Reverted
	Doc    string `json:"doc"`
	Source string `json:"source"`
	Path   string `json:"path"`
	Was    Keep   `json:"was"` // what an admin had kept before
	Now    Keep   `json:"now"`
	// Back are the pieces that stand in the text again, Gone those that were
	// taken out of it, in order.
	Back []retrieval.Removed `json:"back,omitempty"`
	Gone []retrieval.Removed `json:"gone,omitempty"`
	Diff *Diff               `json:"diff"`
}

// Reclean cleans a document again, given as for Library.Document, from its
// original as the library has it, and leaves in its text what keep says, now
// and after every ingest to come. What is known of the document stays as it
// is. It publishes a new corpus version, unless nothing changed; a dry run
// only tells what would.
func Reclean(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, ref string, keep Keep, dry bool) (Recleaned, error) {
	r, err := reclean(ctx, lib, e, ref, keep, dry)
	if err != nil {
		return Recleaned{}, fmt.Errorf("clean %s again: %w", ref, err)
	}
	return r, nil
}

func reclean(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, ref string, keep Keep, dry bool) (r Recleaned, err error) {
	s := &syncer{lib: lib, embed: e, options: Options{DryRun: dry, Progress: func(Event) {}}}
	if dry {
		s.draft = lib.DryDraft()
	} else if s.draft, err = lib.Draft(ctx); err != nil {
		return r, err
	}
	defer s.draft.Close()
	if r.Before, err = lib.Current(ctx); err != nil {
		return r, err
	}
	now, err := lib.Document(ctx, ref)
	if err != nil {
		return r, err
	}
	if now.Left {
		return r, fmt.Errorf("%w: its file was removed", retrieval.ErrNotFound)
	}
	r.Doc, r.Source, r.Path, r.Now = now.ID, now.Source, now.Path, keep
	all, err := lib.Stated(ctx)
	if err != nil {
		return r, err
	}
	if r.Was, err = Kept(all[now.ID]); err != nil {
		return r, err
	}
	c, err := lib.Content(ctx, now.ID, now.Revision)
	if err != nil {
		return r, err
	}
	body, err := stateKeep(all[now.ID], keep)
	if err != nil {
		return r, err
	}
	before := c.Removed
	if c, err = s.recleaned(ctx, now.ID, c, keep, withStated(c.Parser, body)); err != nil {
		return r, err
	}
	r.Back, r.Gone = without(before, c.Removed), without(c.Removed, before)
	r.Diff = compareTexts(now.Pieces, c.Passages)
	revision, err := s.draft.Put(ctx, now.Source, now.ID, c)
	if err != nil {
		return r, err
	}
	s.draft.Place(now.ID, revision, now.Path)
	if !dry {
		if err := s.draft.State(ctx, now.ID, body); err != nil {
			return r, err
		}
	}
	if err := s.embedMissing(ctx); err != nil {
		return r, err
	}
	r.Embedded = s.report.Embedded
	cause := fmt.Sprintf("clean %s: %s", now.ID, keep)
	if keep == (Keep{}) {
		cause = "clean " + now.ID
	}
	r.After, err = s.draft.Publish(ctx, e.Model(), cause)
	return r, err
}

// recleaned is a content as another cleaning makes it: as it was made before
// under this version, or else read anew. Nothing kept is what the file itself
// says.
func (s *syncer) recleaned(ctx context.Context, docID string, c retrieval.Content, keep Keep, version string) (retrieval.Content, error) {
	var before int64
	err := s.lib.Look(ctx, func(l *retrieval.Lookup) (err error) {
		before, _, err = l.FindRevision(ctx, docID, retrieval.HashRaw(c.Raw), c.Name, version)
		return err
	})
	if err != nil {
		return c, err
	}
	if before != 0 {
		return s.lib.Content(ctx, docID, before)
	}
	said := &keep
	if keep == (Keep{}) {
		said = nil
	}
	parsed, err := parseKeeping(c.Name, c.Raw, said)
	if err != nil {
		return c, fmt.Errorf("read %s again: %w", path.Base(c.Name), err)
	}
	c.Text, c.Passages, c.Removed, c.Charset, c.Parser = parsed.Text, parsed.Passages, parsed.Removed, parsed.Charset, version
	return c, nil
}

// without are the pieces of some that are not among others.
func without(some, others []retrieval.Removed) (out []retrieval.Removed) {
	for _, r := range some {
		if !slices.ContainsFunc(others, func(o retrieval.Removed) bool { return o.Start <= r.Start && r.End <= o.End }) {
			out = append(out, r)
		}
	}
	return out
}

// Kept is what an admin keeps of a document, given what Library.Stated has of
// it.
func Kept(body string) (Keep, error) {
	if body == "" {
		return Keep{}, nil
	}
	stated := map[string]correction{}
	if err := json.Unmarshal([]byte(body), &stated); err != nil {
		return Keep{}, fmt.Errorf("what an admin stated of it cannot be read: %w", err)
	}
	c, ok := stated[cleanKey]
	if !ok {
		return Keep{}, nil
	}
	return ParseKeep(c.Value)
}

// stateKeep puts what is kept among what is stated of a document.
func stateKeep(before string, keep Keep) (string, error) {
	stated := map[string]correction{}
	if before != "" {
		if err := json.Unmarshal([]byte(before), &stated); err != nil {
			return "", fmt.Errorf("what was stated before cannot be read: %w", err)
		}
	}
	if delete(stated, cleanKey); keep != (Keep{}) {
		stated[cleanKey] = correction{Value: keep.String()}
	}
	if len(stated) == 0 {
		return "", nil
	}
	body, err := json.Marshal(stated)
	return string(body), err
}
