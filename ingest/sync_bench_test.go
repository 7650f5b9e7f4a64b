package ingest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"policybot/ingest"
	"policybot/internal/han"
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

// benchDocs is the folder that POLICYBOT_BENCH_DOCS names, or one of 600
// documents of some 4 KB in lines, of recombined sentences of the seeds.
func benchDocs(b *testing.B) string {
	b.Helper()
	if dir := os.Getenv("POLICYBOT_BENCH_DOCS"); dir != "" {
		return dir
	}
	dir := filepath.Join(b.TempDir(), "docs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	var sentences []string
	for _, raw := range seedTexts(b) {
		for _, s := range han.Sentences(raw) {
			sentences = append(sentences, s.In(raw))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 600 {
		var text strings.Builder
		fmt.Fprintf(&text, "关于第%d号事项的通知\n", i)
		for text.Len() < 4000 {
			text.WriteString(sentences[random.IntN(len(sentences))])
			if random.IntN(3) == 0 {
				text.WriteByte('\n')
			}
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), []byte(text.String()), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func seedTexts(b *testing.B) (texts []string) {
	b.Helper()
	paths, err := filepath.Glob("../seeds/*.txt")
	if err != nil || len(paths) == 0 {
		b.Fatal(paths, err)
	}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, string(raw))
	}
	return texts
}

// readAndSplit is the least that an ingest could do: it reads the files and
// cuts them at the ends of sentences into pieces of some 400 characters.
func readAndSplit(b *testing.B, dir string) (bytes, pieces int) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			b.Fatal(err)
		}
		bytes += len(raw)
		text, n := string(raw), 0
		for _, s := range han.Sentences(text) {
			if n += utf8.RuneCountInString(s.In(text)); n > 400 {
				pieces, n = pieces+1, 0
			}
		}
		pieces++
	}
	return bytes, pieces
}

// BenchmarkIngest holds the ingest of a folder, all but the embedding, against
// reading and splitting the same files, in turn on the same machine; and then
// tells how long the same folder takes again when one file has changed.
func BenchmarkIngest(b *testing.B) {
	dir := benchDocs(b)
	var least, leastWork, ingested, work, again time.Duration
	bytes := 0
	for b.Loop() {
		start, spent := time.Now(), processorTime()
		bytes, _ = readAndSplit(b, dir)
		least, leastWork = least+time.Since(start), leastWork+processorTime()-spent
		lib, conn := openLibrary(b, filepath.Join(b.TempDir(), "lib.db"))
		sync := func() (ingest.Report, time.Duration) {
			start := time.Now()
			r, err := ingest.Sync(b.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}})
			if err != nil {
				b.Fatal(err)
			}
			return r, time.Since(start)
		}
		spent = processorTime()
		_, took := sync()
		ingested, work = ingested+took, work+processorTime()-spent
		if os.Getenv("POLICYBOT_BENCH_DOCS") == "" { // a folder of the benchmark's own may be changed
			if err := os.WriteFile(filepath.Join(dir, "300.txt"), fmt.Appendf(nil, "第%d次改动的通知。\n", b.N+int(took)), 0o644); err != nil {
				b.Fatal(err)
			}
			r, took := sync()
			if again += took; r.Count(ingest.Changed) != 1 || r.Embedded != 1 {
				b.Fatalf("%d files changed and %d texts were embedded", r.Count(ingest.Changed), r.Embedded)
			}
		}
		conn.Close()
	}
	b.SetBytes(0)
	rate := func(d time.Duration) float64 { return float64(bytes) * float64(b.N) / 1e6 / d.Seconds() }
	b.ReportMetric(rate(ingested), "ingest-MB/s")
	b.ReportMetric(rate(least), "split-MB/s")
	b.ReportMetric(ingested.Seconds()/least.Seconds(), "ingest/split")
	b.ReportMetric(rate(work), "ingest-MB/cpu-s")
	b.ReportMetric(rate(leastWork), "split-MB/cpu-s")
	b.ReportMetric(float64(again.Milliseconds())/float64(b.N), "one-changed-ms")
}
