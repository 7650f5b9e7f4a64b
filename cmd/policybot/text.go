package main

import (
	"strings"
	"unicode"

	"policybot/internal/han"
)

// plain is s as it may be shown in a terminal: documents, models and file
// names must not move the cursor, change colours or hide letters.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case han.Invisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

// line is s on one line.
func line(s string) string { return strings.Join(strings.Fields(plain(s)), " ") }

// cut is the first n characters of s on one line.
func cut(s string, n int) string {
	rs := []rune(line(s))
	if len(rs) <= n {
		return string(rs)
	}
	return string(rs[:n]) + "…"
}

// joined joins the parts that are not empty.
func joined(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = line(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// words are the fixed words around an answer, in one language.
type words struct {
	sources, nearest, searched, undated, refused, note string
}

var (
	chinese = words{
		sources: "来源", nearest: "最接近的内容（不是答案）：", refused: "没有答案：", note: "说明：",
		searched: "已检索 %d 份文件（%s 至 %s）。", undated: "已检索 %d 份文件。",
	}
	english = words{
		sources: "Sources", nearest: "Nearest facts (no answer):", refused: "No answer: ", note: "Note: ",
		searched: "Searched %d documents (%s to %s).", undated: "Searched %d documents.",
	}
)

// wordsFor are the words in the language of the question.
func wordsFor(question string) words {
	if han.HasHan(question) {
		return chinese
	}
	return english
}
