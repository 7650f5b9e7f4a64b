package telegram

import (
	"strings"
	"unicode"

	"policybot/internal/han"
)

// words is everything that the bot says of its own, in one language. Each
// language is one file.
type words struct {
	Lang string

	Hello      string // what this is; the examples follow as buttons
	HelloAlone string // the same when there are no examples
	Help       string // %s is the bot's name, for groups
	Fresh      string // after /new
	Unknown    string // an unknown command
	AskWhat    string // /ask without a question
	TextOnly   string // voice, photos, files
	TooLong    string // a question beyond maxQuestion

	Looking   string // the placeholder
	Checking  string // below claims while more are on their way
	Failed    string // an answer could not be made
	Poisoned  string // nor in many attempts
	Asked     string // before a question that was asked by a button
	Sources   string
	Original  string // on a source's button
	Back      string
	Untitled  string
	Nearest   string
	Searched  func(documents int, from, to string) string
	Proves    string // above the passage: the sentences that it proves
	Thanks    string
	NoReceipt string // the answer's record is gone
	Erased    string // the document was purged
	BadButton string // forged or outdated callback data

	Commands []command // the menu
}

type command struct{ Name, Does string }

// wordsFor picks the language: the text's own when it has letters, else the
// language that the person set in Telegram, else Chinese. Names do not decide:
// an English question may name 杭州市西湖区, a Chinese one R&D and GDP.
func wordsFor(text, userLanguage string) *words {
	chars, latin, inWord := 0, 0, false
	for _, r := range text {
		letter := unicode.IsLetter(r) && !han.IsHan(r)
		if han.IsHan(r) {
			chars++
		} else if letter && !inWord {
			latin++
		}
		inWord = letter
	}
	switch {
	case chars+latin == 0 && userLanguage != "" && !strings.HasPrefix(strings.ToLower(userLanguage), "zh"):
		return english
	case chars == 0 && latin > 0, latin >= 4 && 2*latin > chars: // a Chinese word has two characters
		return english
	}
	return chinese
}

func wordsIn(lang string) *words {
	if lang == english.Lang {
		return english
	}
	return chinese
}
