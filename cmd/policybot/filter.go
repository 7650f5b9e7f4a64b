package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"policybot/internal/places"
	"policybot/retrieval"
)

// narrowing is what a search is narrowed to, as it stands on a command line.
type narrowing struct {
	place, from, to, asOf, tier string
	kinds, docs                 []string
}

// day is a date as documents have it: a year, a month or a day.
var day = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)

func (n *narrowing) flags(f *pflag.FlagSet) {
	f.StringVar(&n.place, "place", "", "only documents of this place, of what lies in it, or above it")
	f.StringVar(&n.from, "from", "", "only documents published from this date: 2024, 2024-02 or 2024-02-19")
	f.StringVar(&n.to, "to", "", "only documents published until this date, itself included")
	f.StringVar(&n.asOf, "as-of", "", "only what was in force at the end of this year, month or day: 2023, 2023-06 or 2023-06-15")
	f.StringSliceVar(&n.kinds, "kind", nil, "only documents of this kind: "+strings.Join(retrieval.Kinds, ", "))
	f.StringVar(&n.tier, "tier", "", "only documents of this kind or of more authority, in the order "+strings.Join(retrieval.Kinds, ", "))
	f.StringSliceVar(&n.docs, "doc", nil, "only this document, by ID, path or file name")
}

// filter checks what was asked for; documents must be in the library.
func (n *narrowing) filter(ctx context.Context, lib *retrieval.Library) (f retrieval.Filter, err error) {
	f = retrieval.Filter{From: n.from, To: n.to, AsOf: n.asOf, Kinds: n.kinds, Tier: n.tier}
	if n.place != "" {
		if f.Place = places.Parse(n.place); f.Place.IsZero() {
			return f, hint(misused("--place %s names no place that is known", quoteName(n.place)), "write it in full from the city down, such as 杭州市西湖区")
		}
	}
	for _, date := range []string{n.from, n.to, n.asOf} {
		if date != "" && !day.MatchString(date) {
			return f, misused("%s is no date: write 2024, 2024-02 or 2024-02-19", quoteName(date))
		}
	}
	for _, k := range n.kinds {
		if !slices.Contains(retrieval.Kinds, k) {
			return f, misused("--kind %s is none of %s", quoteName(k), strings.Join(retrieval.Kinds, ", "))
		}
	}
	if n.tier != "" && !slices.Contains(retrieval.Kinds, n.tier) {
		return f, misused("--tier %s is none of %s", quoteName(n.tier), strings.Join(retrieval.Kinds, ", "))
	}
	for _, ref := range n.docs {
		d, err := lib.Document(ctx, ref)
		if err != nil {
			return f, unknownDocument(err)
		}
		f.Docs = append(f.Docs, d.ID)
	}
	return f, nil
}

// describe says what a search was narrowed to; empty when it was not.
func describe(f retrieval.Filter) string {
	var parts []string
	add := func(format, value string) {
		if value != "" {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	if !f.Place.IsZero() {
		add("place %s", f.Place.String())
	}
	add("from %s", f.From)
	add("to %s", f.To)
	add("as of %s", f.AsOf)
	add("kind %s", strings.Join(f.Kinds, " or "))
	add("tier %s and above", f.Tier)
	add("document %s", strings.Join(f.Docs, " or "))
	return line(strings.Join(parts, ", "))
}

// describeReading says how a question's own words were read, under f; empty
// when they say nothing of where the answer stands.
func describeReading(question string, f retrieval.Filter, today time.Time) string {
	r := retrieval.Read(question, today)
	var parts []string
	for _, wanted := range r.Wanted(f) {
		var names []string
		for _, p := range wanted {
			chain := []string{p.String()}
			for up := p.Up(); !up.IsZero(); up = up.Up() {
				chain = append(chain, up.String())
			}
			names = append(names, strings.Join(chain, ", then "))
		}
		parts = append(parts, "first of "+strings.Join(names, "; or "))
	}
	switch {
	case f.AsOf == "" && r.AsOf != "":
		parts = append(parts, "only what was in force as of "+r.AsOf)
	case r.Current:
		parts = append(parts, "only what is in force today")
	}
	if r.From != "" || r.To != "" {
		parts = append(parts, joined(" ", "rather published", prefixed("from ", r.From), prefixed("to ", r.To)))
	}
	if r.Tier != "" {
		parts = append(parts, "rather of the kind "+r.Tier)
	}
	return line(strings.Join(parts, "; "))
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
