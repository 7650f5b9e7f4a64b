package main

import (
	"strings"
	"unicode"

	"policybot/bot"
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
	notes                                              map[string]string // an Answer's notes, where they are worded otherwise
}

var (
	chinese = words{
		sources: "来源", nearest: "最接近的内容（不是答案）：", refused: "没有答案：", note: "说明：",
		searched: "已检索 %d 份文件（%s 至 %s）。", undated: "已检索 %d 份文件。",
		notes: map[string]string{
			bot.NoteCutShort:   "模型中途停了，上面是已经核对过的部分。",
			bot.NoteFallback:   "模型没有给出可用的回答，以上是文件原话。",
			bot.NoteUnproven:   "模型写的内容没有通过核对，以上是文件原话。",
			bot.NoteSpent:      "模型今天的用量已用完，以上是文件原话；零点后恢复。",
			bot.NoteSpentYours: "您今天的模型用量已用完，以上是文件原话；零点后恢复。",
		},
	}
	english = words{
		sources: "Sources", nearest: "Nearest facts (no answer):", refused: "No answer: ", note: "Note: ",
		searched: "Searched %d documents (%s to %s).", undated: "Searched %d documents.",
	}
)

// noteOf is an answer's note in these words.
func (w words) noteOf(note string) string {
	if own, ok := w.notes[note]; ok {
		note = own
	}
	return w.note + strings.TrimPrefix(note, "注意：")
}

// wordsFor are the words in the language of the question.
func wordsFor(question string) words {
	if han.HasHan(question) {
		return chinese
	}
	return english
}
