package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/philippgille/chromem-go"

	"policybot/internal/db"
	"policybot/retrieval"
)

// library measures a stored corpus: how long an ingest without embedding takes,
// the start, and how soon a changed document is found while others search.
func library(r *report, o options) error {
	var seen []time.Duration
	for _, n := range []int{o.size / 10, o.size} {
		c, err := recombined(o.seeds, o.questions, n)
		if err != nil {
			return err
		}
		dir, err := os.MkdirTemp("", "policybot-bench-")
		if err != nil {
			return err
		}
		visible, start, err := storedOnce(r, c, o, dir)
		if err == nil && n == o.size && o.full {
			err = chromemStart(r, dir, n, start)
		}
		if rm := os.RemoveAll(dir); err == nil {
			err = rm
		}
		if err != nil {
			return err
		}
		seen = append(seen, visible)
	}
	r.gate("visible, large corpus / small", ratio(seen[1], seen[0]), 1.2)
	return nil
}

// storedOnce tells after what time a change is found, and how long a start takes.
func storedOnce(r *report, c corpus, o options, dir string) (visible, start time.Duration, err error) {
	ctx := context.Background()
	n := len(c.texts)
	r.title("Library: %d passages in SQLite, vectors of %d numbers", n, dim)
	conn, err := db.Open(ctx, filepath.Join(dir, "bench.db"))
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	lib, err := retrieval.OpenLibrary(ctx, conn)
	if err != nil {
		return 0, 0, err
	}
	g, vectors := vectorsFor(c, n+100)
	bytes := 0
	var contents []retrieval.Content
	for at := 0; at < n; at += c.perDoc {
		contents = append(contents, document(c.texts[at:min(at+c.perDoc, n)], at/c.perDoc))
		bytes += len(contents[len(contents)-1].Text)
	}
	storing := took(func() { err = publish(ctx, lib, contents, vectors) })
	if err != nil {
		return 0, 0, err
	}
	r.line("stored", "%s, %.1f MB/s", short(storing), float64(bytes)/1e6/storing.Seconds())

	x := retrieval.NewIndex(g)
	before := heap()
	starting := took(func() { err = x.Load(ctx, lib) })
	if err != nil {
		return 0, 0, err
	}
	r.line("cold start without a snapshot", "%s, resident %s", short(starting), mb(heap()-before))
	writing := took(func() { err = x.Keep(ctx) })
	if err != nil {
		return 0, 0, err
	}
	start = took(func() {
		y := retrieval.NewIndex(g)
		if err = y.Load(ctx, lib); err == nil {
			_, err = y.Search(ctx, retrieval.Query{Text: c.questions[0], K: 10})
		}
	})
	if err != nil {
		return 0, 0, err
	}
	r.line("cold start to the first answer", "%s; the snapshot was written in %s", short(start), short(writing))
	r.gate("cold start / one without a snapshot", ratio(start, starting), .4)

	change := func(i int) (time.Duration, error) {
		changed := document(append([]string{fmt.Sprintf("第%d次更改。", i)}, c.texts[:c.perDoc-1]...), 7)
		if err := publish(ctx, lib, []retrieval.Content{changed}, vectors[n+i:]); err != nil {
			return 0, err
		}
		var err error
		return took(func() { err = x.Load(ctx, lib) }), err
	}
	visible, err = changes(r, change)
	if err == nil {
		err = changesBetween(r, change, func(i int) {
			if _, err := x.Search(ctx, retrieval.Query{Text: c.questions[i%len(c.questions)], K: 10}); err != nil {
				panic(err)
			}
		})
	}
	return visible, start, err
}

// changes tells how soon a change is found when nobody searches.
func changes(r *report, change func(i int) (time.Duration, error)) (visible time.Duration, err error) {
	var loads times
	for i := range 15 {
		load, err := change(i)
		if err != nil {
			return 0, err
		}
		loads = append(loads, load)
	}
	r.line("a changed document visible after", "p50 %s, most %s", short(loads.at(.5)), short(loads.at(1)))
	return loads.at(.5), nil
}

// changesBetween tells the same while somebody searches all the time, and what
// the searches notice of it.
func changesBetween(r *report, change func(i int) (time.Duration, error), search func(i int)) error {
	quiet := interleave(200, search)[0]
	stop, busy := make(chan bool), make(chan times)
	go func() {
		var t times
		for i := 0; ; i++ {
			select {
			case <-stop:
				busy <- t
				return
			default:
				t = append(t, took(func() { search(i) }))
			}
		}
	}()
	var loads times
	for i := range 6 {
		load, err := change(50 + i)
		if err != nil {
			return err
		}
		loads = append(loads, load)
	}
	stop <- true
	t := <-busy
	r.line("the same between searches", "p50 %s, most %s", short(loads.at(.5)), short(loads.at(1)))
	r.line("searches, quiet and during publishing", "p99 %s and %s", short(quiet.at(.99)), short(t.at(.99)))
	r.gate("searches' p99 during publishing / quiet", ratio(t.at(.99), quiet.at(.99)), 2)
	return nil
}

func document(texts []string, number int) retrieval.Content {
	name := fmt.Sprintf("doc%07d", number)
	c := retrieval.Content{Name: name, Parser: "bench", Charset: "utf-8"}
	c.Meta.Title.Value = name
	var b strings.Builder
	for _, t := range texts {
		start := b.Len()
		b.WriteString(t)
		c.Passages = append(c.Passages, retrieval.Passage{Start: start, End: b.Len(), Text: t})
		b.WriteByte('\n')
	}
	c.Text = b.String()
	c.Raw = []byte(c.Text)
	return c
}

// publish stores contents with the vectors given in turn.
func publish(ctx context.Context, lib *retrieval.Library, contents []retrieval.Content, vectors [][]float32) (err error) {
	d, err := lib.Draft(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if end := d.Close(); err == nil {
			err = end
		}
	}()
	for _, c := range contents {
		id := "id-" + c.Name
		rev, err := d.Put(ctx, "bench", id, c)
		if err != nil {
			return err
		}
		d.Place(id, rev, c.Name)
	}
	for {
		missing, _, err := d.Missing(ctx, given{}.Model())
		if err != nil {
			return err
		}
		if len(missing) == 0 {
			break
		}
		if err := d.PutVectors(ctx, given{}.Model(), missing, vectors[:len(missing)]); err != nil {
			return err
		}
		vectors = vectors[len(missing):]
	}
	_, err = d.Publish(ctx, given{}.Model(), "bench")
	return err
}

// chromemStart measures chromem-go's own start from its files, beside ours.
func chromemStart(r *report, dir string, n int, ours time.Duration) error {
	ctx := context.Background()
	path := filepath.Join(dir, "chromem")
	store, err := chromem.NewPersistentDB(path, false)
	if err != nil {
		return err
	}
	refuse := func(context.Context, string) ([]float32, error) {
		return nil, fmt.Errorf("passages arrive with their vectors")
	}
	c, err := store.CreateCollection("bench", nil, refuse)
	if err != nil {
		return err
	}
	for i, v := range scattered(n, dim, 1) {
		if err := c.AddDocument(ctx, chromem.Document{ID: fmt.Sprint(i), Embedding: v}); err != nil {
			return err
		}
	}
	starting := took(func() { _, err = chromem.NewPersistentDB(path, false) })
	r.line("cold start, chromem-go", "%s", short(starting))
	r.gate("cold start / chromem-go's", ratio(ours, starting), 1./8)
	return err
}
