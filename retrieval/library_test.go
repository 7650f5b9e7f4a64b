package retrieval_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"policybot/internal/db"
	"policybot/retrieval"
)

// openLibrary is a library in a file of its own, and its database.
func openLibrary(t *testing.T) (*retrieval.Library, *sql.DB) {
	t.Helper()
	return openLibraryAt(t, filepath.Join(t.TempDir(), "lib.db"))
}

func openLibraryAt(t *testing.T, file string) (*retrieval.Library, *sql.DB) {
	t.Helper()
	conn, err := db.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	lib, err := retrieval.OpenLibrary(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return lib, conn
}

// content is a document of the given paragraphs, a passage each, under a
// heading that is its title.
func content(name string, paragraphs ...string) retrieval.Content {
	c := retrieval.Content{Name: name, Parser: "test", Charset: "utf-8"}
	c.Meta.Title = retrieval.Field{Value: "关于" + name, From: "file name"}
	for _, p := range paragraphs {
		start := len(c.Text)
		c.Text += p
		c.Passages = append(c.Passages, retrieval.Passage{Heading: []string{c.Meta.Title.Value}, Start: start, End: len(c.Text), Text: p})
		c.Text += "\n"
	}
	c.Raw = []byte("raw of " + c.Text)
	return c
}

// countingEmbedder gives each text a vector made of its bytes, and counts.
type countingEmbedder struct {
	name string
	n    int
}

func (e *countingEmbedder) Model() string { return e.name }

func (e *countingEmbedder) Embed(_ context.Context, texts []string) ([][]float32, error) {
	e.n += len(texts)
	var out [][]float32
	for _, t := range texts {
		v := make([]float32, 8)
		for i, b := range []byte(t) {
			v[i%8] += float32(b) * float32(len(e.name))
		}
		out = append(out, v)
	}
	return out, nil
}

func (e *countingEmbedder) EmbedQuery(ctx context.Context, q string) ([]float32, error) {
	v, err := e.Embed(ctx, []string{q})
	return v[0], err
}

// publish puts contents as the documents of a source, withdraws those that are
// named alone, and publishes.
func publish(t *testing.T, lib *retrieval.Library, e retrieval.Embedder, source string, contents []retrieval.Content, withdraw ...string) retrieval.Corpus {
	t.Helper()
	c, err := tryPublish(t.Context(), lib, e, source, contents, withdraw...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tryPublish(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, source string, contents []retrieval.Content, withdraw ...string) (retrieval.Corpus, error) {
	d, err := lib.Draft(ctx)
	if err != nil {
		return retrieval.Corpus{}, err
	}
	defer d.Close()
	known := map[string]string{}
	docs, err := lib.Known(ctx, source)
	if err != nil {
		return retrieval.Corpus{}, err
	}
	for _, k := range docs {
		known[k.Path] = k.ID
	}
	for _, c := range contents {
		id, ok := known[c.Name]
		if !ok {
			if id, err = lib.IDFor(ctx, source, c.Name); err != nil {
				return retrieval.Corpus{}, err
			}
		}
		rev, err := d.Put(ctx, source, id, c)
		if err != nil {
			return retrieval.Corpus{}, err
		}
		d.Place(id, rev, c.Name)
	}
	for _, name := range withdraw {
		d.Withdraw(known[name])
	}
	missing, _, err := d.Missing(ctx, e.Model())
	if err != nil {
		return retrieval.Corpus{}, err
	}
	texts, err := d.Texts(ctx, missing)
	if err != nil {
		return retrieval.Corpus{}, err
	}
	vectors, err := e.Embed(ctx, texts)
	if err != nil {
		return retrieval.Corpus{}, err
	}
	if err := d.PutVectors(ctx, e.Model(), missing, vectors); err != nil {
		return retrieval.Corpus{}, err
	}
	return d.Publish(ctx, e.Model(), "test")
}

// entryLines are the entries of a version, one line each.
func entryLines(t *testing.T, s retrieval.Store, version int64) []string {
	t.Helper()
	var lines []string
	for e, err := range s.Entries(t.Context(), version) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s|%d|%s|%v", e.Doc.Path, e.Start, e.Text, e.Heading))
	}
	return lines
}
