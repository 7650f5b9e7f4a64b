package ingest

import (
	"regexp"
	"slices"
	"strings"
)

// A sifted expression matches only where one of some words stands, and is
// tried only there: most lines have none of them, and words are found many
// times faster than expressions fail.
type sifted struct {
	*regexp.Regexp
	words []string
}

// sift compiles an expression all of whose matches hold one of words.
func sift(expr string, words ...string) sifted { return sifted{regexp.MustCompile(expr), words} }

// may reports whether s has one of the words.
func (e sifted) may(s string) bool { return hasAny(s, e.words) }

func (e sifted) MatchString(s string) bool { return e.may(s) && e.Regexp.MatchString(s) }

func (e sifted) FindString(s string) string {
	if !e.may(s) {
		return ""
	}
	return e.Regexp.FindString(s)
}

func (e sifted) FindStringIndex(s string) []int {
	if !e.may(s) {
		return nil
	}
	return e.Regexp.FindStringIndex(s)
}

func (e sifted) FindStringSubmatch(s string) []string {
	if !e.may(s) {
		return nil
	}
	return e.Regexp.FindStringSubmatch(s)
}

func (e sifted) FindStringSubmatchIndex(s string) []int {
	if !e.may(s) {
		return nil
	}
	return e.Regexp.FindStringSubmatchIndex(s)
}

func (e sifted) FindAllStringIndex(s string, n int) [][]int {
	if !e.may(s) {
		return nil
	}
	return e.Regexp.FindAllStringIndex(s, n)
}

func (e sifted) FindAllStringSubmatch(s string, n int) [][]string {
	if !e.may(s) {
		return nil
	}
	return e.Regexp.FindAllStringSubmatch(s, n)
}

// inLines are the first n matches in s of an expression none of whose matches
// spans a line break.
func (e sifted) inLines(s string, n int) (out []string) {
	for line := range strings.Lines(s) {
		if e.may(line) {
			out = append(out, e.Regexp.FindAllString(line, n-len(out))...)
		}
		if len(out) == n {
			break
		}
	}
	return out
}

// hasAny reports whether one of words stands in s.
func hasAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}
