package main

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"

	"policybot/retrieval"
)

// singlesAndPairs is bleve's CJK analyzer, told to keep single characters
// beside the pairs, as this project's index does.
const singlesAndPairs = "cjk_singles_and_pairs"

func init() {
	const filter = "cjk_bigram_and_singles"
	must(registry.RegisterTokenFilter(filter, func(map[string]any, *registry.Cache) (analysis.TokenFilter, error) {
		return cjk.NewCJKBigramFilter(true), nil
	}))
	must(registry.RegisterAnalyzer(singlesAndPairs, func(_ map[string]any, cache *registry.Cache) (analysis.Analyzer, error) {
		a := &analysis.DefaultAnalyzer{}
		var err error
		if a.Tokenizer, err = cache.TokenizerNamed(unicode.Name); err != nil {
			return nil, err
		}
		for _, name := range []string{cjk.WidthName, lowercase.Name, filter} {
			f, err := cache.TokenFilterNamed(name)
			if err != nil {
				return nil, err
			}
			a.TokenFilters = append(a.TokenFilters, f)
		}
		return a, nil
	}))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// buildBleve indexes the corpus in memory, ranked by BM25.
func buildBleve(c corpus) (bleve.Index, error) {
	text := mapping.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeTermVectors, text.IncludeInAll, text.DocValues = singlesAndPairs, false, false, false, false
	m := mapping.NewIndexMapping()
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt("text", text)
	m.ScoringModel = "bm25"
	x, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, err
	}
	batch := x.NewBatch()
	for i, t := range c.texts {
		if err := batch.Index(strconv.Itoa(i), map[string]any{"text": t}); err != nil {
			return nil, err
		}
		if batch.Size() == 2000 || i == len(c.texts)-1 {
			if err := x.Batch(batch); err != nil {
				return nil, err
			}
			batch = x.NewBatch()
		}
	}
	return x, nil
}

func searchBleve(x bleve.Index, question string, k int) (*bleve.SearchResult, error) {
	q := bleve.NewMatchQuery(question)
	q.SetField("text")
	return x.Search(bleve.NewSearchRequestOptions(q, k, 0, false))
}

func load(e retrieval.Embedder, c corpus, vectors [][]float32) (*retrieval.Index, error) {
	x := retrieval.NewIndex(e)
	return x, x.LoadEntries(context.Background(), retrieval.Corpus{Version: 1, Embedder: e.Model()}, c.entries(vectors))
}

// lexical measures the lexical side alone against bleve with the same tokens.
func lexical(r *report, c corpus, o options) error {
	r.title("Words alone: %s, %d questions", c.name, len(c.questions))
	ctx := context.Background()
	before := heap()
	var x *retrieval.Index
	var err error
	building := took(func() { x, err = load(given{}, c, nil) })
	if err != nil {
		return err
	}
	r.line("build, this project", "%s, %s", short(building), mb(heap()-before))
	ask := func(i int) {
		if _, err := x.Search(ctx, retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10}); err != nil {
			panic(err)
		}
	}
	if o.noBleve {
		t := interleave(o.rounds*len(c.questions), ask)[0]
		r.line("search, this project", "p50 %s, p99 %s", short(t.at(.5)), short(t.at(.99)))
		r.line("processor time a question", "%s", short(processor(10*len(c.questions), ask)))
		r.line("throughput", "%.0f queries/s on %d cores", throughput(runtime.GOMAXPROCS(0), 20*len(c.questions), ask), runtime.GOMAXPROCS(0))
		return nil
	}
	before = heap()
	var y bleve.Index
	buildingBleve := took(func() { y, err = buildBleve(c) })
	if err != nil {
		return err
	}
	defer y.Close()
	r.line("build, bleve", "%s, %s", short(buildingBleve), mb(heap()-before))
	r.gate("build / bleve's", ratio(building, buildingBleve), 1./4)

	askBleve := func(i int) {
		if _, err := searchBleve(y, c.questions[i%len(c.questions)], 10); err != nil {
			panic(err)
		}
	}
	ask(0)
	askBleve(0)
	t := interleave(o.rounds*len(c.questions), ask, askBleve)
	r.line("search, this project", "p50 %s, p99 %s", short(t[0].at(.5)), short(t[0].at(.99)))
	r.line("search, bleve", "p50 %s, p99 %s", short(t[1].at(.5)), short(t[1].at(.99)))
	r.line("processor time a question", "%s, bleve %s", short(processor(10*len(c.questions), ask)), short(processor(len(c.questions), askBleve)))
	r.gate("search p99 / bleve's", ratio(t[0].at(.99), t[1].at(.99)), 1./20)
	r.line("throughput", "%.0f queries/s on %d cores", throughput(runtime.GOMAXPROCS(0), 20*len(c.questions), ask), runtime.GOMAXPROCS(0))
	return nil
}

// throughput is how many of n works a second so many callers get done.
func throughput(callers, n int, work func(i int)) float64 {
	return float64(n) / took(func() { atOnce(callers, n, work) }).Seconds()
}

// atOnce lets so many callers do n works and takes each work's time.
func atOnce(callers, n int, work func(i int)) times {
	var next atomic.Int64
	all := make(times, n)
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				start := time.Now()
				work(i)
				all[i] = time.Since(start)
			}
		})
	}
	group.Wait()
	return all
}
