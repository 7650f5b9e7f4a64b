package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"policybot/ingest"
	"policybot/internal/eval"
)

func (p *program) ingest() *cobra.Command {
	var o ingest.Options
	var asJSON, watch bool
	cmd := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Read folders and files into the library",
		Long: `Make the library hold what stands in the given folders and files. A folder is a
source of its own: a file that is gone from it is not searched any more, and
other sources stay as they are. Files that did not change are not read again,
and withdrawn documents stay withdrawn. A --dry-run changes nothing and prints
what would change in each document, figures and dates first, what does not fit
together (two texts of one number or title, and one that another ends), and how
many tokens embedding would take: an estimate from the kinds of characters, for
OpenAI's models right to some 10%. --embedding-price adds the cost.

What the program reads of a document (title, date, place, …) can be set right in
lines "key: value" between two lines "---" at its head, or in a file beside it
that is called NAME.meta.yaml or NAME.meta.json; "docs show" prints the keys.

Everything becomes visible at once at the end, as one new corpus version; an
ingest that was interrupted goes on where it was when it is run again.`,
		Example: `  policybot ingest seeds
  policybot ingest --dry-run seeds ~/policies/2025
  policybot ingest --watch ~/policies
  policybot ingest notice.txt`,
		Args: oneOrMore("a folder or a file"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			o.Paths = args
			if watch {
				return p.watch(ctx, o)
			}
			r, err := p.sync(ctx, o)
			if err != nil {
				return err
			}
			if asJSON {
				err = eval.WriteJSON(p.stdout, r)
			} else {
				err = p.tellSync(r)
			}
			return errors.Join(err, unread(r))
		}),
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "say what would be done and change nothing")
	cmd.Flags().StringVar(&o.Source, "source", "", "name of the source; by default the folder's own name")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.Flags().BoolVar(&watch, "watch", false, "go on, and read again whenever files have changed and come to rest")
	cmd.MarkFlagsMutuallyExclusive("watch", "dry-run")
	cmd.MarkFlagsMutuallyExclusive("watch", "json")
	return cmd
}

// sync runs an ingest and shows how far it is.
func (p *program) sync(ctx context.Context, o ingest.Options) (r ingest.Report, err error) {
	for _, path := range o.Paths {
		if _, err := os.Stat(path); err != nil {
			return r, explainFile(err, path, "file or folder")
		}
	}
	if o.DryRun {
		end, scratchErr := p.scratch()
		if scratchErr != nil {
			return r, scratchErr
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	l, err := p.openOrMake(ctx)
	if err != nil {
		return r, err
	}
	defer l.closeInto(&err)
	emb, err := p.embedder()
	if err != nil {
		return r, err
	}
	show := stages{w: p.stderr, terminal: isTerminal(p.stderr)}
	if o.Progress == nil {
		o.Progress = show.tell
	}
	r, err = ingest.Sync(ctx, l.lib, emb, o)
	show.end()
	return r, err
}

// scratch puts the library of a dry run that has none into a folder that is
// removed at the end, so that a dry run leaves nothing behind.
func (p *program) scratch() (end func() error, err error) {
	if _, err := os.Stat(filepath.Join(p.data, libraryFile)); !errors.Is(err, fs.ErrNotExist) {
		return func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp("", "policybot-dry-run-")
	if err != nil {
		return nil, err
	}
	p.data = dir
	return func() error { return os.RemoveAll(dir) }, nil
}

// ingestAll ingests before serving: files that cannot be read are reported
// and do not keep the others from being served.
func (p *program) ingestAll(ctx context.Context, paths []string) error {
	r, err := p.sync(ctx, ingest.Options{Paths: paths})
	if err != nil {
		return err
	}
	return p.tellSync(r)
}

// unread is the error of an ingest that could not read some files.
func unread(r ingest.Report) error {
	n := r.Count(ingest.Failed)
	if n == 0 {
		return nil
	}
	return hint(fmt.Errorf("%d of %d files could not be read; the others are in the library", n, len(r.Files)),
		"the report above says why; mend or move them and run the ingest again")
}

// tellSync prints what a sync did: the files that changed or could not be
// read, and the sum.
func (p *program) tellSync(r ingest.Report) error {
	out := printer{w: p.stdout}
	for _, f := range r.Files {
		if f.Status == ingest.Unchanged && !p.verbose {
			continue
		}
		out.printf("%-9s  %s", f.Status, joined("/", f.Source, f.Path))
		if f.Was != "" {
			out.printf(" (was %s)", line(f.Was))
		}
		if f.Passages > 0 {
			out.printf("  %d passages", f.Passages)
		}
		if f.Reason != "" {
			out.printf("  %s", line(f.Reason))
		}
		out.printf("\n")
	}
	tellDiffs(&out, r)
	var counts []string
	for _, s := range []ingest.Status{ingest.Added, ingest.Changed, ingest.Renamed, ingest.Unchanged, ingest.Retired, ingest.Removed, ingest.Skipped, ingest.Failed} {
		if n := r.Count(s); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if err := p.tellCost(&out, r); err != nil {
		return err
	}
	state := fmt.Sprintf("corpus version %d", r.After.Version)
	switch {
	case r.DryRun:
		state = "dry run: nothing was changed"
	case r.After == r.Before:
		state += ", unchanged"
	}
	out.printf("%d files: %s; %d passages read, %d embedded; %s; %v\n", len(r.Files),
		joined("", strings.Join(counts, ", ")), r.Passages, r.Embedded, state, r.Took.Round(time.Millisecond))
	return out.err
}

// tellCost prints what the embedding that a dry run would lead to takes.
func (p *program) tellCost(out *printer, r ingest.Report) error {
	if !r.DryRun || r.Embedded == 0 {
		return nil
	}
	out.printf("texts to embed: %d, known from before: %d; ", r.Embedded, r.Cached)
	if !strings.HasPrefix(r.Embedder, "openai:") {
		out.printf("this machine does that, at no cost\n")
		return nil
	}
	price, err := p.price()
	if err != nil {
		return err
	}
	out.printf("about %d tokens for %s", r.Tokens, line(r.Embedder))
	if price > 0 {
		out.printf(": %.4g at %g a million", float64(r.Tokens)/1e6*price, price)
	}
	out.printf("\n")
	return nil
}

// stages shows one meter after the other.
type stages struct {
	w        io.Writer
	terminal bool
	stage    ingest.Stage
	meter    *meter
}

func (s *stages) tell(e ingest.Event) {
	if s.meter == nil || s.stage != e.Stage {
		s.end()
		s.stage, s.meter = e.Stage, newMeter(s.w, string(e.Stage), s.terminal)
	}
	name := ""
	if e.File != "" {
		name = path.Base(e.File)
	}
	s.meter.tellOf(e.Done, e.Total, name)
}

func (s *stages) end() {
	if s.meter != nil {
		s.meter.end()
	}
}
