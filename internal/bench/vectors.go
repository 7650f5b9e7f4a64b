package main

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"

	"github.com/philippgille/chromem-go"

	"policybot/retrieval"
)

const dim = 512

// nowhere is a question without any word of the corpora, so that the vectors
// alone answer it. A number would be a word of them.
func nowhere(i int) string { return "zzxqv" + string(rune('a'+i%26)) + string(rune('a'+i/26)) }

// vectorsFor are vectors for n passages, and for the questions of c.
func vectorsFor(c corpus, n int) (given, [][]float32) {
	g := given{map[string][]float32{}}
	for i, v := range scattered(len(c.questions)+32, dim, 2) {
		if i < len(c.questions) {
			g.vectors[c.questions[i]] = v
		} else {
			g.vectors[nowhere(i-len(c.questions))] = v
		}
	}
	return g, scattered(n, dim, 1)
}

// plainRead sums a slab on all cores: what memory gives at best.
func plainRead(slab []float32) float32 {
	cores := runtime.GOMAXPROCS(0)
	sums := make([]float32, cores)
	var group sync.WaitGroup
	for w := range cores {
		group.Go(func() {
			part := slab[w*len(slab)/cores : (w+1)*len(slab)/cores]
			var a, b, c, d float32
			for i := 0; i+64 <= len(part); i += 64 { // a number of each cache line, twice
				p := part[i : i+64]
				a += p[0]
				b += p[16]
				c += p[32]
				d += p[48]
			}
			sums[w] = a + b + c + d
		})
	}
	group.Wait()
	var sum float32
	for _, s := range sums {
		sum += s
	}
	return sum
}

// dense measures the vectors against a plain read and chromem-go, then words
// and vectors together, alone and with many callers.
func dense(r *report, c corpus, o options) error {
	n := len(c.texts)
	r.title("Vectors: %d of %d numbers", n, dim)
	ctx := context.Background()
	g, vectors := vectorsFor(c, n)
	slab := make([]float32, 0, n*dim)
	for _, v := range vectors {
		slab = append(slab, v...)
	}
	before := heap()
	var x *retrieval.Index
	var err error
	building := took(func() { x, err = load(g, c, vectors) })
	if err != nil {
		return err
	}
	r.line("build, words and vectors", "%s, %s", short(building), mb(heap()-before))
	db, err := buildChromem(ctx, vectors)
	if err != nil {
		return err
	}
	search := func(q retrieval.Query) {
		if _, err := x.Search(ctx, q); err != nil {
			panic(err)
		}
	}
	alone := func(i int) retrieval.Query { return retrieval.Query{Text: nowhere(i % 32), K: 10} }
	filtered := func(i int) retrieval.Query {
		q := alone(i)
		q.Filter.Kinds = []string{retrieval.KindPolicy}
		return q
	}
	askChromem := func(i int) {
		if _, err := db.QueryEmbedding(ctx, g.vectors[nowhere(i%32)], 100, nil, nil); err != nil {
			panic(err)
		}
	}
	search(retrieval.Query{Text: c.questions[0], K: 10}) // tables that are made once
	var sink float32
	t := interleave(12*o.rounds,
		func(i int) { search(alone(i)) },
		func(int) { sink += plainRead(slab) },
		func(i int) { search(filtered(i)) },
		func(i int) { search(retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10}) },
		func(i int) {
			if i%4 == 0 {
				askChromem(i)
			}
		})
	var slow times // the rounds in which chromem-go was asked
	for i, d := range t[4] {
		if i%4 == 0 {
			slow = append(slow, d)
		}
	}
	for i, what := range []string{"vectors", "plain read of the same bytes", "filter that keeps 5%", "words and vectors"} {
		r.line(what, "p50 %s, p99 %s", short(t[i].at(.5)), short(t[i].at(.99)))
	}
	r.line("chromem-go", "p50 %s, p99 %s", short(slow.at(.5)), short(slow.at(.99)))
	r.gate("vectors p50 / plain read's", ratio(t[0].at(.5), t[1].at(.5)), 1.15)
	r.gate("vectors p99 / plain read's", ratio(t[0].at(.99), t[1].at(.99)), 1.5)
	r.gate("filter p50 / plain read's", ratio(t[2].at(.5), t[1].at(.5)), .15)
	r.line("filter p50 / unfiltered p50, in turn", "%.3f", ratio(t[2].at(.5), t[0].at(.5)))
	byItself := func(query func(i int) retrieval.Query) times {
		return interleave(48*o.rounds, func(i int) { search(query(i)) })[0]
	}
	few, all := byItself(filtered), byItself(alone)
	r.line("each by itself", "filter p50 %s, vectors p50 %s", short(few.at(.5)), short(all.at(.5)))
	r.gate("filter p50 / unfiltered p50, each by itself", ratio(few.at(.5), all.at(.5)), .15)
	r.line("processor time, words and vectors", "%s, chromem-go %s", short(processor(200, func(i int) {
		search(retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10})
	})), short(processor(10, askChromem)))
	callers(r, c, o, search, askChromem)
	runtime.KeepAlive(sink)
	return nil
}

func callers(r *report, c corpus, o options, search func(retrieval.Query), askChromem func(int)) {
	const many = 32
	n := 40 * o.rounds * many
	var all times
	ours := float64(n) / took(func() {
		all = atOnce(many, n, func(i int) { search(retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10}) })
	}).Seconds()
	theirs := throughput(many, many, askChromem)
	r.line(fmt.Sprintf("%d callers, words and vectors", many), "p50 %s, p99 %s, %.0f queries/s", short(all.at(.5)), short(all.at(.99)), ours)
	r.line(fmt.Sprintf("%d callers, chromem-go", many), "%.1f queries/s", theirs)
	r.gate("callers' p99 / their p50", ratio(all.at(.99), all.at(.5)), 3)
	r.gate("chromem-go's queries/s / ours", theirs/ours, 1./30)
}

func buildChromem(ctx context.Context, vectors [][]float32) (*chromem.Collection, error) {
	c, err := chromem.NewDB().CreateCollection("bench", nil, func(context.Context, string) ([]float32, error) {
		return nil, fmt.Errorf("passages arrive with their vectors")
	})
	if err != nil {
		return nil, err
	}
	for i, v := range vectors {
		if err := c.AddDocument(ctx, chromem.Document{ID: strconv.Itoa(i), Embedding: v}); err != nil {
			return nil, err
		}
	}
	return c, nil
}
