package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// times are the durations of one kind of work, in the order they were taken.
type times []time.Duration

// at is the duration that a share q of the times do not exceed.
func (t times) at(q float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

// interleave runs every work once a round, one after the other, so that what
// else the machine does falls on all of them alike.
func interleave(rounds int, works ...func(round int)) []times {
	out := make([]times, len(works))
	for round := range rounds {
		for i, work := range works {
			start := time.Now()
			work(round)
			out[i] = append(out[i], time.Since(start))
		}
	}
	return out
}

func took(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}

// processor is the processor time that n works take, each; unlike a duration
// it does not grow with what else the machine does.
func processor(n int, work func(i int)) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	for i := range n {
		work(i)
	}
	return (used() - before) / time.Duration(n)
}

// heap is how many bytes are in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A report prints what was measured and remembers which gates failed.
type report struct {
	out    io.Writer
	failed int
}

func (r *report) title(format string, args ...any) {
	fmt.Fprintf(r.out, "\n## "+format+"\n\n", args...)
}

func (r *report) line(what, format string, args ...any) {
	fmt.Fprintf(r.out, "%-44s "+format+"\n", append([]any{what}, args...)...)
}

// gate holds a ratio against the most it may be. Ratios are taken within one
// run, so they may gate where absolute times may not.
func (r *report) gate(what string, ratio, most float64) {
	verdict := "ok"
	if !(ratio <= most) {
		verdict = "FAILED"
		r.failed++
	}
	r.line(what, "%.3f of at most %.3f  %s", ratio, most, verdict)
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func mb(n uint64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }

func short(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }
