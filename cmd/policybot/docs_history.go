package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"policybot/ingest"
	"policybot/internal/eval"
	"policybot/retrieval"
)

// changesShown is how many changed documents the history names in a line.
const changesShown = 5

func (p *program) docsHistory() *cobra.Command {
	var asJSON, all bool
	var limit int
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Show the corpus versions, newest first",
		Long: `Show the corpus versions, newest first: when each was published, what was done,
and which documents that changed. "docs rollback" goes back to one of them.`,
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error {
			if limit < 1 {
				return misused("--limit %d: show one version at least", limit)
			}
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				versions, err := lib.History(ctx, limit)
				if err != nil {
					return err
				}
				out := printer{w: p.stdout}
				for _, v := range versions {
					if asJSON {
						if err := eval.WriteJSON(p.stdout, v); err != nil {
							return err
						}
						continue
					}
					tellVersion(&out, v, all)
				}
				return out.err
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one version a line as JSON, with all its changes")
	cmd.Flags().BoolVar(&all, "all", false, "name all changed documents")
	cmd.Flags().IntVarP(&limit, "limit", "n", 20, "how many versions at most")
	return cmd
}

func tellVersion(out *printer, v retrieval.Version, all bool) {
	out.printf("%d  %s  %s\n", v.Version, v.When.Format("2006-01-02 15:04:05Z"), line(v.Cause))
	if len(v.Changes) == 0 {
		out.printf("    no document changed; embedded by %s\n", line(v.Embedder))
		return
	}
	for i, c := range v.Changes {
		if i == changesShown && !all {
			out.printf("    … and %d more: --all names them\n", len(v.Changes)-i)
			return
		}
		out.printf("    %-9s  %s\n", c.Change, joined("/", c.Source, c.Path))
	}
}

func (p *program) docsRollback() *cobra.Command {
	return &cobra.Command{
		Use:   "rollback VERSION",
		Short: "Go back to what an earlier corpus version held",
		Long: `Publish a new corpus version that holds what an earlier one held: the same
documents with the same texts, searched or withdrawn as they were. Nothing is
lost: the versions since stay in "docs history" and can be rolled back to in
turn. Only what was erased for good does not come back.

The folders are not touched: the next "ingest" of a folder makes the library
again what its files are then.`,
		Example: "  policybot docs history\n  policybot docs rollback 3",
		Args:    exactlyOne("a version number"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			version, err := strconv.ParseInt(strings.TrimSpace(args[0]), 10, 64)
			if err != nil {
				return hint(misused("%s is no version number", quoteName(line(args[0]))), "'policybot docs history' shows the versions")
			}
			return p.withLibrary(ctx, func(lib *retrieval.Library) error { return p.rollback(ctx, lib, version) })
		}),
	}
}

func (p *program) rollback(ctx context.Context, lib *retrieval.Library, version int64) error {
	emb, err := p.embedder()
	if err != nil {
		return err
	}
	show := stages{w: p.stderr, terminal: isTerminal(p.stderr)}
	r, err := ingest.Rollback(ctx, lib, emb, version, show.tell)
	show.end()
	if errors.Is(err, retrieval.ErrNotFound) {
		return hint(err, "'policybot docs history' shows the versions")
	}
	if err != nil {
		return err
	}
	if r.After == r.Before {
		_, err := fmt.Fprintf(p.stdout, "corpus version %d holds what version %d held already; nothing was changed\n", r.After.Version, version)
		return err
	}
	versions, err := lib.History(ctx, 1)
	if err != nil {
		return err
	}
	out := printer{w: p.stdout}
	for _, v := range versions {
		tellVersion(&out, v, true)
	}
	out.printf("corpus version %d holds what version %d held\n", r.After.Version, version)
	return out.err
}
