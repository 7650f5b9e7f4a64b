// Command bench measures how fast passages are found, against bleve, against
// chromem-go and against the machine, each pair interleaved in one run. What
// is compared within a run is held to a most and fails the command; absolute
// times are told and hold nothing. It is a module of its own, so that the
// libraries it compares with are no dependencies of the product. It stores
// nothing but what it removes at its end.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

type options struct {
	seeds, questions, passages string
	size, rounds               int
	sizes                      []int
	only, plot                 string
	noBleve, full              bool
}

func main() {
	var o options
	flag.StringVar(&o.seeds, "seeds", "../../seeds", "the folder whose sentences are recombined")
	flag.StringVar(&o.questions, "questions", "../eval/testdata/questions-dev.jsonl", "what is asked of them")
	flag.StringVar(&o.passages, "passages", os.Getenv("BENCH_PASSAGES"), "a JSONL file of passages (text), with questions-dev.jsonl beside it, measured too")
	flag.IntVar(&o.size, "n", 100_000, "passages made by recombining")
	flag.IntVar(&o.rounds, "rounds", 4, "how often each question is asked")
	flag.StringVar(&o.only, "only", "", "of words, vectors, library and growth those named here, comma separated; empty: all")
	flag.StringVar(&o.plot, "plot", "", "an SVG file that is written with the growth")
	flag.BoolVar(&o.noBleve, "nobleve", false, "leave bleve out")
	flag.BoolVar(&o.full, "full", false, "grow up to 250,000 passages, and start chromem-go from its own files")
	flag.Parse()
	o.sizes = []int{1_000, 10_000, 50_000}
	if o.full {
		o.sizes = []int{1_000, 3_000, 10_000, 30_000, 100_000, 250_000}
	}
	r := &report{out: os.Stdout}
	if err := run(r, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if r.failed > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d ratios are above what they may be\n", r.failed)
		os.Exit(1)
	}
}

func run(r *report, o options) error {
	wanted := func(part string) bool { return o.only == "" || strings.Contains(","+o.only+",", ","+part+",") }
	c, err := recombined(o.seeds, o.questions, o.size)
	if err != nil {
		return err
	}
	if wanted("words") {
		if err := lexical(r, c, o); err != nil {
			return err
		}
		if o.passages != "" {
			s, err := stored(o.passages, 250)
			if err != nil {
				return err
			}
			if err := lexical(r, s, o); err != nil {
				return err
			}
		}
	}
	if wanted("vectors") {
		if err := dense(r, c, o); err != nil {
			return err
		}
	}
	if wanted("library") {
		if err := library(r, o); err != nil {
			return err
		}
	}
	if wanted("growth") {
		return growth(r, o)
	}
	return nil
}
