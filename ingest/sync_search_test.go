package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"policybot/ingest"
	"policybot/retrieval"
)

// Searches that run while folders are ingested and views are exchanged find at
// any time what one version holds: never two editions, never nothing, and never
// an edition that is older than one that was found before.
func TestSearchesWhilePublishing(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	var steps []int // files of each edition
	for range 12 {
		steps = append(steps, 1+random.IntN(6))
	}
	dir := filepath.Join(t.TempDir(), "docs")
	lib, _ := openLibrary(t, filepath.Join(t.TempDir(), "lib.db"))
	index := retrieval.NewIndex(nothing{})
	publish := func(edition int) {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range steps[edition] {
			text := fmt.Sprintf("加装电梯的补贴标准为每台%d万元，由第%d号文件规定。\n", 100+edition, i)
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.txt", i)), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := ingest.Sync(t.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}, Parser: paragraphs("1", nil)})
		if err == nil {
			err = index.Load(t.Context(), lib)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	search := func() int {
		hits, err := index.Search(t.Context(), retrieval.Query{Text: "加装电梯的补贴标准", K: 20})
		if err != nil {
			t.Error(err)
			return -1
		}
		return editionOf(t, hits, steps)
	}
	publish(0)
	stop := make(chan struct{})
	var searching sync.WaitGroup
	for range 2 {
		searching.Go(func() {
			for last := 0; ; {
				edition := search()
				if edition < last {
					t.Errorf("edition %d was found after edition %d", edition, last)
					return
				}
				last = edition
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for edition := range steps[1:] {
		publish(edition + 1)
	}
	close(stop)
	searching.Wait()
	if edition := search(); edition != len(steps)-1 {
		t.Errorf("in the end edition %d of %d is found", edition, len(steps)-1)
	}
}

// editionOf is the one edition that all hits are of, which are all its files.
func editionOf(t *testing.T, hits []retrieval.Hit, steps []int) int {
	edition := -1
	for _, h := range hits {
		_, after, _ := strings.Cut(h.Text, "每台")
		var n int
		if _, err := fmt.Sscanf(after, "%d万元", &n); err != nil {
			t.Errorf("a hit reads %q", h.Text)
			return -1
		}
		if n -= 100; edition >= 0 && n != edition {
			t.Errorf("a search finds editions %d and %d", edition, n)
		}
		edition = n
	}
	if edition < 0 || len(hits) != steps[edition] {
		t.Errorf("a search finds %d files of edition %d", len(hits), edition)
	}
	return edition
}
