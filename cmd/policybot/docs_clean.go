package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"policybot/ingest"
	"policybot/internal/eval"
	"policybot/retrieval"
)

func (p *program) docsClean() *cobra.Command {
	var keep string
	var dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "clean DOCUMENT --keep spam|boilerplate|all|nothing",
		Short: "Take back what cleaning took out of a document, or clean it again",
		Long: `Take back what cleaning took out of a document: injected spam, boilerplate (menus,
disclaimers, page heads and the like), or all of it. The decision stays with the
document through every later ingest; --keep nothing undoes it, and so does "docs
rollback". Whatever is kept, invisible characters and text that a page hides stay
out. A line "clean: off", "clean: keep spam" or "clean: keep boilerplate" in the
file beside a document, NAME.meta.yaml, says the same.

What is taken back is searched and can be quoted in answers, spam too: read the
difference before, with --dry-run.`,
		Example: `  policybot docs show --removed notice.txt
  policybot docs clean notice.txt --keep boilerplate --dry-run
  policybot docs clean notice.txt --keep nothing`,
		Args: exactlyOne("one document"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			if keep == "" {
				return misused("say what to keep: --keep spam, boilerplate, all or nothing")
			}
			k, err := ingest.ParseKeep(keep)
			if err != nil {
				return misused("--keep %s: say spam, boilerplate, all or nothing", quoteName(line(keep)))
			}
			emb, err := p.embedder()
			if err != nil {
				return err
			}
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				r, err := ingest.Reclean(ctx, lib, emb, args[0], k, dry)
				if err != nil {
					return unknownDocument(err)
				}
				if asJSON {
					return eval.WriteJSON(p.stdout, r)
				}
				return p.tellRecleaned(r, dry)
			})
		}),
	}
	cmd.Flags().StringVar(&keep, "keep", "", "what stays in the text: spam, boilerplate, all or nothing")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show the difference and change nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func (p *program) tellRecleaned(r ingest.Recleaned, dry bool) error {
	out := printer{w: p.stdout}
	for _, piece := range r.Back {
		out.printf("back  %-13s  %s\n", piece.Reason, pieceLine(piece.Text))
	}
	for _, piece := range r.Gone {
		out.printf("out   %-13s  %s\n", piece.Reason, pieceLine(piece.Text))
	}
	tellPassages(&out, joined("/", r.Source, r.Path), r.Diff)
	if r.Now.Spam && len(r.Back) > 0 {
		out.printf("The spam above is part of the text: it is searched, and answers can quote it as the document's words.\n")
	}
	switch {
	case dry:
		out.printf("dry run: nothing was changed\n")
	case r.After == r.Before:
		out.printf("nothing changes; corpus version %d\n", r.After.Version)
	case r.Now == ingest.Keep{}:
		out.printf("%s is cleaned by all rules again; corpus version %d\n", r.Doc, r.After.Version)
	default:
		out.printf("cleaning of %s: %s, also after the next ingest; 'docs clean %s --keep nothing' undoes it; corpus version %d\n",
			r.Doc, r.Now, r.Doc, r.After.Version)
	}
	return out.err
}

func (p *program) docsRemoved() *cobra.Command {
	var reason string
	var examples int
	cmd := &cobra.Command{
		Use:   "removed",
		Short: "Count what cleaning took out of all documents, by rule",
		Long: `Count what cleaning took out of all documents of the library, by the rule that took
it: how many pieces, in how many documents, how many bytes, and the shortest and
longest piece. --examples prints pieces of each rule, spread evenly, to look at.`,
		Example: "  policybot docs removed\n  policybot docs removed --reason disclaimer --examples 20",
		Args:    cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error {
			return p.withLibrary(ctx, func(lib *retrieval.Library) error {
				return p.tellRemoved(ctx, lib, reason, examples)
			})
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "only what this rule took")
	cmd.Flags().IntVar(&examples, "examples", 0, "print so many pieces of each rule")
	return cmd
}

// A rule is what one rule of cleaning took out.
type rule struct {
	name              string
	documents         int
	bytes             int
	pieces            []string // with the document that each was taken out of
	shortest, longest int
}

func (p *program) tellRemoved(ctx context.Context, lib *retrieval.Library, reason string, examples int) error {
	rules := map[string]*rule{}
	documents, touched, stayed := 0, 0, 0
	for d, err := range lib.Cleaned(ctx) {
		if err != nil {
			return err
		}
		documents, stayed = documents+1, stayed+d.Bytes
		seen := map[string]bool{}
		for _, r := range d.Removed {
			if reason != "" && r.Reason != reason {
				continue
			}
			one := rules[r.Reason]
			if one == nil {
				one = &rule{name: r.Reason, shortest: len(r.Text)}
				rules[r.Reason] = one
			}
			if !seen[r.Reason] {
				seen[r.Reason] = true
				one.documents++
			}
			one.bytes += len(r.Text)
			one.shortest, one.longest = min(one.shortest, len(r.Text)), max(one.longest, len(r.Text))
			one.pieces = append(one.pieces, joined("/", d.Source, d.Path)+": "+pieceLine(r.Text))
		}
		if len(seen) > 0 {
			touched++
		}
	}
	var order []*rule
	for _, r := range rules {
		order = append(order, r)
	}
	slices.SortFunc(order, func(a, b *rule) int { return strings.Compare(a.name, b.name) })
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tPIECES\tDOCUMENTS\tBYTES\tSHORTEST\tLONGEST")
	for _, r := range order {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", line(r.name), len(r.pieces), r.documents, r.bytes, r.shortest, r.longest)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	out := printer{w: p.stdout}
	out.printf("%d of %d documents; %d bytes of text stayed\n", touched, documents, stayed)
	for _, r := range order {
		for i := range min(examples, len(r.pieces)) {
			out.printf("%s  %s\n", line(r.name), r.pieces[i*len(r.pieces)/min(examples, len(r.pieces))])
		}
	}
	return out.err
}

// pieceLine is a piece on one line; of one that leaves no ink, its characters.
func pieceLine(text string) string {
	if s := line(text); strings.TrimSpace(s) != "" {
		return s
	}
	return fmt.Sprintf("%U", []rune(text))
}
