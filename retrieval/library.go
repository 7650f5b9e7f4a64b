package retrieval

import (
	"context"
	"iter"
)

// An Embedder turns texts into vectors of one length, one a text, in order.
// It embeds all texts or returns an error. Queries and passages may be
// embedded differently; EmbedQuery is for questions.
type Embedder interface {
	// Model names the embedder and everything that changes its vectors.
	Model() string
	Embed(ctx context.Context, texts []string) ([][]float32, error)
	EmbedQuery(ctx context.Context, question string) ([]float32, error)
}

// A Corpus is one published version of the library.
type Corpus struct {
	Version  int64  `json:"version"`
	Embedder string `json:"embedder"`
}

// An Entry is a passage of a corpus with its document and vector.
type Entry struct {
	Passage
	Doc    *Document // shared by the document's passages
	Vector []float32 // unit length
	// Gap is the white space between the passage and the next, if that is all.
	Gap string
}

// A Store holds published corpora; *Library is one.
type Store interface {
	// Current is the newest published corpus; the zero Corpus before the first.
	Current(ctx context.Context) (Corpus, error)
	// Entries are the passages of a corpus that are searched, in the order of
	// document path and offset.
	Entries(ctx context.Context, version int64) iter.Seq2[Entry, error]
}
