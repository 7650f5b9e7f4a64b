package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"policybot/retrieval"
)

// A correction is what an admin stated of one field: the value that counts,
// empty for unknown, and what was read before.
type correction struct {
	Value string          `json:"value"`
	Was   retrieval.Field `json:"was"`
}

// statedFrom is what the metadata names as the place where a corrected value
// was read.
const statedFrom = "set by an admin"

// ErrStated is wrapped by Restate's error for a value that a field cannot have.
var ErrStated = errors.New("the value does not fit")

// CheckStated returns why a field of the metadata (title, date, place, …)
// cannot have a value, and the form in which the library would keep it.
func CheckStated(key, value string) (string, error) {
	s, err := newStatement(key, statedFrom, nil)
	if err == nil && s.key == replacesKey {
		err = errors.New("it is a list: set it in a file beside the document")
	}
	if err == nil {
		err = s.add(value)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrStated, err)
	}
	return strings.Join(s.values, ""), nil
}

// Restate sets a field of a document's metadata right, whatever its file and
// the files beside it say, now and after every ingest to come; a nil value
// takes that back. It publishes a new corpus version in which only the
// document's description changed, unless nothing did.
func Restate(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, docID, key string, value *string) (Reverted, error) {
	r, err := restateIn(ctx, lib, e, docID, key, value)
	if err != nil {
		return Reverted{}, fmt.Errorf("set %s of document %s: %w", key, docID, err)
	}
	return r, nil
}

func restateIn(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, docID, key string, value *string) (r Reverted, err error) {
	if value != nil {
		v, err := CheckStated(key, *value)
		if err != nil {
			return r, err
		}
		value = &v
	}
	s := &syncer{lib: lib, embed: e, options: Options{Progress: func(Event) {}}}
	if s.draft, err = lib.Draft(ctx); err != nil {
		return r, err
	}
	defer s.draft.Close()
	if r.Before, err = lib.Current(ctx); err != nil {
		return r, err
	}
	if err := s.restate(ctx, docID, key, value); err != nil {
		return r, err
	}
	if err := s.embedMissing(ctx); err != nil {
		return r, err
	}
	r.Embedded = s.report.Embedded
	r.After, err = s.draft.Publish(ctx, e.Model(), fmt.Sprintf("set %s of %s", key, docID))
	return r, err
}

// restate keeps a correction and plans the revision that it makes.
func (s *syncer) restate(ctx context.Context, docID, key string, value *string) error {
	now, err := s.lib.Document(ctx, docID)
	if err != nil {
		return err
	}
	if now.Left {
		return retrieval.ErrNotFound
	}
	c, err := s.lib.Content(ctx, docID, now.Revision)
	if err != nil {
		return err
	}
	all, err := s.lib.Stated(ctx)
	if err != nil {
		return err
	}
	body, err := correct(&c.Meta, all[docID], key, value)
	if err != nil {
		return err
	}
	c.Parser = withStated(c.Parser, body)
	revision, err := s.draft.Put(ctx, now.Source, docID, c)
	if err != nil {
		return err
	}
	s.draft.Place(docID, revision, now.Path)
	return s.draft.State(ctx, docID, body)
}

// correct changes a field of m and returns what is stated of it then, given
// what was before.
func correct(m *retrieval.Meta, before, key string, value *string) (string, error) {
	stated := map[string]correction{}
	if before != "" {
		if err := json.Unmarshal([]byte(before), &stated); err != nil {
			return "", fmt.Errorf("what was stated before cannot be read: %w", err)
		}
	}
	var field *retrieval.Field
	for name, f := range m.Fields() {
		if name == key {
			field = f
		}
	}
	if field == nil {
		return "", fmt.Errorf("%w: there is no such field", ErrStated)
	}
	old, known := stated[key]
	switch {
	case value == nil && !known:
	case value == nil:
		*field = old.Was
		delete(stated, key)
	default:
		if !known {
			old.Was = *field
		}
		*field = readFrom(*value, statedFrom)
		stated[key] = correction{*value, old.Was}
	}
	if len(stated) == 0 {
		return "", nil
	}
	body, err := json.Marshal(stated)
	return string(body), err
}

// restate puts what an admin stated in the place of what was read.
func restate(m *retrieval.Meta, body string) error {
	if body == "" {
		return nil
	}
	stated := map[string]correction{}
	if err := json.Unmarshal([]byte(body), &stated); err != nil {
		return fmt.Errorf("what an admin stated of it cannot be read: %w", err)
	}
	for name, f := range m.Fields() {
		if c, ok := stated[name]; ok {
			*f = readFrom(c.Value, statedFrom)
		}
	}
	return nil
}

// withStated is a parser's version with what was stated besides: keys and
// values, not what was read before.
func withStated(version, body string) string {
	version, _, _ = strings.Cut(version, "!")
	stated := map[string]correction{}
	if body == "" || json.Unmarshal([]byte(body), &stated) != nil {
		return version
	}
	var all strings.Builder
	for _, key := range slices.Sorted(maps.Keys(stated)) {
		fmt.Fprintf(&all, "%s=%q\n", key, stated[key].Value)
	}
	return version + "!" + retrieval.HashRaw([]byte(all.String()))[:16]
}
