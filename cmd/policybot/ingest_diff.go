package main

import (
	"policybot/ingest"
)

// passagesShown is how many changed passages a dry run prints of one file;
// --json has more.
const passagesShown = 20

// tellDiffs prints what a dry run found that would change: figures and dates
// first, of all files, because they matter most; then conflicts; then passages.
func tellDiffs(out *printer, r ingest.Report) {
	files := r.Files
	tellFigures(out, files)
	for i, c := range r.Conflicts {
		if i == 0 {
			out.printf("Conflicts:\n")
		}
		out.printf("  %s and %s: %s\n", line(c.Path), line(c.Other), line(c.What))
	}
	for _, f := range files {
		if f.Diff == nil {
			continue
		}
		name := joined("/", f.Source, f.Path)
		for _, c := range f.Diff.Facts {
			out.printf("%s: %s: %s → %s\n", name, c.Name, orDash(c.Was), orDash(c.Now))
		}
		tellPassages(out, name, f.Diff)
	}
}

// tellPassages prints the passages of a document that changed.
func tellPassages(out *printer, name string, d *ingest.Diff) {
	for i, c := range d.Passages {
		if i == passagesShown {
			out.printf("%s: … and %d more passages: --json shows them\n", name, len(d.Passages)-i+d.Omitted)
			break
		}
		out.printf("%s%s\n", name, headingOf(c.Heading))
		tellText(out, "-", c.Was)
		tellText(out, "+", c.Now)
	}
}

func tellFigures(out *printer, files []ingest.File) {
	first := true
	for _, f := range files {
		if f.Diff == nil {
			continue
		}
		for _, c := range f.Diff.Figures {
			if first {
				out.printf("Figures and dates that would change:\n")
				first = false
			}
			out.printf("  %s → %s  %s  (%s)%s\n", orDash(c.Was), orDash(c.Now), joined("/", f.Source, f.Path), line(c.Around), headingOf(c.Heading))
		}
	}
}

func headingOf(path []string) string {
	if h := joined(" › ", path...); h != "" {
		return "  " + h
	}
	return ""
}

func tellText(out *printer, sign, text string) {
	if text != "" {
		out.printf("  %s %s\n", sign, line(text))
	}
}
