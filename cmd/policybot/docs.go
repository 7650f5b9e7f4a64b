package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"policybot/ingest"
	"policybot/internal/eval"
	"policybot/retrieval"
)

func (p *program) docs() *cobra.Command {
	return group(&cobra.Command{
		Use:   "docs",
		Short: "List, show, withdraw and restore documents and versions",
		Long: `List, show, withdraw and restore the documents of the library, and go back to
earlier versions of it. A document is named by its ID, the beginning of its ID,
its path or its file name.`,
	}, p.docsList(), p.docsShow(), p.docsRemove(), p.docsRestore(), p.docsClean(), p.docsRemoved(), p.docsHistory(), p.docsRollback())
}

func (p *program) docsList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the documents, the withdrawn ones too, and which are reprints",
		Args:  cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error {
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				list, err := lib.Documents(ctx)
				if err != nil {
					return err
				}
				return p.list(list, asJSON)
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one document a line as JSON")
	return cmd
}

func (p *program) list(list []retrieval.Listing, asJSON bool) error {
	if asJSON {
		for _, d := range list {
			if err := eval.WriteJSON(p.stdout, d); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tDATE\tPASSAGES\tSTATE\tPATH\tTITLE")
	first := map[int64]string{} // of the documents that print one text
	for _, d := range together(list) {
		state := "searched"
		if d.Retired {
			state = "withdrawn"
		}
		if first[d.Reprint] != "" {
			state += ", reprint of " + first[d.Reprint]
		} else {
			first[d.Reprint] = d.ID
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", d.ID, orDash(d.Meta.Date.Value), d.Passages, state, line(d.Path), orDash(cut(d.Meta.Title.Value, 40)))
	}
	return w.Flush()
}

// together is the list with reprints of one text below the first of them.
func together(list []retrieval.Listing) []retrieval.Listing {
	at := map[int64]int{}
	for i, d := range list {
		if _, seen := at[d.Reprint]; !seen {
			at[d.Reprint] = i
		}
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b retrieval.Listing) int { return at[a.Reprint] - at[b.Reprint] })
	return list
}

func orDash(s string) string {
	if s = line(s); s == "" {
		return "-"
	}
	return s
}

func (p *program) docsShow() *cobra.Command {
	var asJSON, removed, text bool
	cmd := &cobra.Command{
		Use:   "show DOCUMENT",
		Short: "Show what is known of a document, and where it was read",
		Example: `  policybot docs show 003_992b1d84b435ce69.txt
  policybot docs show --removed 003_992b1d84b435ce69.txt   what cleaning took out, and why
  policybot docs show --text 003_992b1d84b435ce69.txt      what is searched and quoted`,
		Args: exactlyOne("one document"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			if asJSON && removed || removed && text || text && asJSON {
				return misused("--json, --removed and --text are different views: give one of them")
			}
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				d, err := lib.Document(ctx, args[0])
				if err != nil {
					return unknownDocument(err)
				}
				switch {
				case asJSON:
					return eval.WriteJSON(p.stdout, d)
				case removed:
					return p.showRemoved(d)
				case text:
					_, err := fmt.Fprintln(p.stdout, plain(d.Text))
					return err
				}
				all, err := lib.Stated(ctx)
				if err != nil {
					return err
				}
				kept, err := ingest.Kept(all[d.ID])
				if err != nil {
					return err
				}
				return p.show(d, kept)
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print everything as JSON")
	cmd.Flags().BoolVar(&removed, "removed", false, "show what cleaning took out, with the reasons")
	cmd.Flags().BoolVar(&text, "text", false, "show the cleaned text")
	return cmd
}

func (p *program) show(d *retrieval.Detail, kept ingest.Keep) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value, from string) {
		if value = line(value); value == "" {
			value = "unknown"
		}
		if from != "" {
			value += "\t(" + line(from) + ")"
		}
		fmt.Fprintf(w, "%s\t%s\n", name, value)
	}
	row("id", d.ID, "")
	row("source", d.Source, "")
	row("path", d.Path, "")
	for name, f := range d.Meta.Fields() {
		row(name, f.Value, f.From)
	}
	for _, f := range d.Meta.Replaces {
		row("replaces", f.Value, f.From)
	}
	row("encoding", d.Charset, "")
	row("passages", fmt.Sprint(d.Passages), "")
	row("text", fmt.Sprintf("%d bytes", d.Bytes), "")
	row("removed", fmt.Sprintf("%d pieces", len(d.Removed)), "")
	if kept != (ingest.Keep{}) {
		row("cleaning", kept.String(), "docs clean")
	}
	if d.Retired {
		row("state", "withdrawn: not searched", "")
	}
	return w.Flush()
}

func (p *program) showRemoved(d *retrieval.Detail) error {
	for _, r := range d.Removed {
		if _, err := fmt.Fprintf(p.stdout, "%s (bytes %d to %d)\n    %s\n", line(r.Reason), r.Start, r.End,
			strings.ReplaceAll(strings.TrimSpace(plain(r.Text)), "\n", "\n    ")); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) docsRemove() *cobra.Command {
	var purge bool
	cmd := &cobra.Command{
		Use:   "remove DOCUMENT",
		Short: "Withdraw a document from search, or erase it",
		Long: `Withdraw a document: it is not searched any more, also not after the next
ingest, until "docs restore". With --purge its text is erased everywhere in the
library, in the stored answers too; that cannot be undone.`,
		Args: exactlyOne("one document"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				change, done := lib.Retire, "withdrawn"
				if purge {
					change, done = lib.Purge, "erased"
				}
				c, err := change(ctx, args[0])
				if err != nil {
					return unknownDocument(err)
				}
				_, err = fmt.Fprintf(p.stdout, "%s %s; corpus version %d\n", done, line(args[0]), c.Version)
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&purge, "purge", false, "erase the text everywhere, for good")
	return cmd
}

func (p *program) docsRestore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore DOCUMENT",
		Short: "Bring a withdrawn document back into search",
		Long: `Bring a withdrawn document back into search. For an erased document, named by its
whole ID, it lifts the ban: the next ingest of its file reads it again.`,
		Args: exactlyOne("one document"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				c, err := lib.Restore(ctx, args[0])
				if err != nil {
					return unknownDocument(err)
				}
				_, err = fmt.Fprintf(p.stdout, "restored %s; corpus version %d\n", line(args[0]), c.Version)
				return err
			})
		}),
	}
}

func unknownDocument(err error) error {
	if errors.Is(err, retrieval.ErrNotFound) {
		return hint(err, "'policybot docs list' shows the documents of the library")
	}
	return err
}
