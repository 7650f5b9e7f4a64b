package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"policybot/retrieval"
)

// A size is what was measured with so many passages.
type size struct {
	passages        int
	load            time.Duration // words and vectors
	memory          uint64        // likewise
	words, together times
}

// growth tells how loading and searching grow with the corpus.
func growth(r *report, o options) error {
	r.title("Growth, words and vectors of %d numbers, %d cores", dim, runtime.GOMAXPROCS(0))
	fmt.Fprintf(r.out, "| passages | load | memory | words p50 | words p99 | with vectors p50 | with vectors p99 |\n|---:|---:|---:|---:|---:|---:|---:|\n")
	var all []size
	for _, n := range o.sizes {
		s, err := grown(o, n)
		if err != nil {
			return err
		}
		all = append(all, s)
		fmt.Fprintf(r.out, "| %d | %s | %s | %s | %s | %s | %s |\n", n, short(s.load), mb(s.memory),
			short(s.words.at(.5)), short(s.words.at(.99)), short(s.together.at(.5)), short(s.together.at(.99)))
	}
	if o.plot == "" {
		return nil
	}
	return os.WriteFile(o.plot, plot(all), 0o644)
}

// grown measures n passages, by words alone and with vectors.
func grown(o options, n int) (size, error) {
	s := size{passages: n}
	c, err := recombined(o.seeds, o.questions, n)
	if err != nil {
		return s, err
	}
	ask := func(x *retrieval.Index) times {
		search := func(i int) {
			if _, err := x.Search(context.Background(), retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10}); err != nil {
				panic(err)
			}
		}
		search(0) // tables that are made once
		return interleave(o.rounds*len(c.questions), search)[0]
	}
	x, err := load(given{}, c, nil)
	if err != nil {
		return s, err
	}
	s.words = ask(x)
	x = nil
	g, vectors := vectorsFor(c, n)
	before := heap()
	s.load = took(func() { x, err = load(g, c, vectors) })
	if err != nil {
		return s, err
	}
	if after := heap(); after > before {
		s.memory = after - before
	}
	runtime.KeepAlive(vectors)
	s.together = ask(x)
	return s, nil
}
