package ingest_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"policybot/ingest"
)

// A nothing embeds every text as the same number, which takes no time.
type nothing struct{}

func (nothing) Model() string { return "nothing" }

func (nothing) Embed(_ context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	for i := range vectors {
		vectors[i] = []float32{1}
	}
	return vectors, nil
}

func (nothing) EmbedQuery(context.Context, string) ([]float32, error) { return []float32{1}, nil }

func BenchmarkIngest(b *testing.B) {
	dir := os.Getenv("POLICYBOT_BENCH_DOCS")
	for b.Loop() {
		lib, _ := openLibrary(b, filepath.Join(b.TempDir(), "lib.db"))
		r, err := ingest.Sync(b.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(r.Bytes)
	}
}
