package telegram

import (
	"fmt"
	"time"

	"policybot/retrieval"
)

var english = &words{
	Lang: "en", Name: "English",
	Hello: "Hello! I answer questions from a collection of policy documents. Every sentence carries its source [1]; the buttons open the original passage. When the documents do not answer, I say so.\n\n" +
		"Send me a question, or start with an example:",
	HelloAlone: "Hello! I answer questions from a collection of policy documents. Every sentence carries its source [1]; the buttons open the original passage. When the documents do not answer, I say so.\n\nJust send me a question.",
	Help: "How to use me\n" +
		"• Here: just send a question. You can follow up: “And for rural residents?”\n" +
		"• In groups: /ask and your question, @%s, or reply to one of my messages. I only read what is meant for me.\n" +
		"• [1] in an answer is its source; the button below opens the passage with the quoted words marked.\n" +
		"• 👍 👎 tell me how I did.\n\n" +
		"/new changes the subject and forgets the earlier questions\n/sources lists the documents\n/doc opens one of them\n/place narrows to where you live\n/asof answers from what was in force on a day\n/lang changes the language\n/forget deletes my records of you\n/start shows some examples",
	Fresh:   "All right, a fresh start. What would you like to know?",
	Unknown: "I do not know that command. Just send me a question; /help tells how I work.",
	AskWhat: "Please write your question after /ask, for example: /ask Which subsidies are there for graduates?",
	TooLong: "That question is too long. Please shorten it to 1,000 characters.",
	Edited:  "I saw that you edited your message. I do not answer edited messages again; please send the question once more.",
	Media: map[string]string{
		"voice":    "I cannot listen to voice messages yet. Please type your question.",
		"audio":    "I do not listen to audio files. Please type your question.",
		"video":    "I cannot watch videos. Please type your question.",
		"photo":    "I cannot read pictures yet. Please type your question.",
		"document": "I cannot read files that you send; I answer from the documents that I have (see /sources). Please type your question.",
		"sticker":  "I cannot read stickers and emoji. Please type your question.",
		"location": "I do not look at locations, and keep none. To see one place only, send /place and its Chinese name, such as /place 杭州市西湖区",
		"contact":  "I have no use for contacts, and keep none. Please type your question.",
		"poll":     "I do not take part in polls. Please type your question.",
		"":         "I can only read text. Please type your question.",
	},

	VoiceLong:    "That is too long for me. Please ask one question within %d minutes.",
	VoiceUnclear: "I could not make that out. Please say it again, or type it.",
	VoiceFailed:  "Sorry, I could not turn this voice message into text. Please type your question, or try again in a while.",

	Looking:    "🔎 Searching the documents…",
	LookingIn:  "🔎 Searching the documents (%s)…",
	Checking:   "⏳ Still checking…",
	Failed:     "Sorry, something went wrong on my side and I could not answer. Please ask again in a little while.",
	Poisoned:   "Sorry, I tried this question several times and could not handle it. Please put it in other words.",
	Asked:      "Q: ",
	Sources:    "Sources",
	Original:   "source",
	Back:       "« Back to the answer",
	Untitled:   "Untitled document",
	Nearest:    "Nearest facts (not an answer):",
	Searched:   searchedEn,
	Rephrase:   "Try other words, or see with /sources which documents I have.",
	Proves:     "This passage supports:",
	Thanks:     "Thank you, noted.",
	WhatsWrong: "Noted. What is wrong?",
	Reasons:    map[string]string{"wrong": "Wrong", "outdated": "Outdated", "incomplete": "Incomplete", "unsupported": "Source says otherwise"},
	NoReceipt:  "The record of this answer is gone. Please ask again.",
	Erased:     "This document was erased; its text cannot be shown any more.",
	BadButton:  "This button does not work here.",
	OldButton:  "This button has expired. Please start again.",
	Why: map[string]string{
		"nothing": "The documents do not answer this question.",
		"place":   "The documents do not say this of the place you ask about.",
		"year":    "The documents do not say this for the year you ask about.",
		"contact": "The documents give no such contact.",
		"figure":  "The documents speak of it but do not give the figure you ask for.",
		"person":  "The documents do not name who holds this office.",
		"result":  "The documents give a target, not what was actually reached.",
		"foreign": "The documents are in Chinese, and I could not match your question to them. Please ask in Chinese.",
	},
	Notes: map[string]string{
		noteCutShort:   "(The model stopped before the end; what you see has been checked.)",
		noteFallback:   "(The model cannot be reached now; these are the documents' own words.)",
		noteUnproven:   "(What the model wrote could not be proven; these are the documents' own words.)",
		noteSpent:      "(Today's share of the model is used up; these are the documents' own words. It is there again after midnight.)",
		noteSpentYours: "(Your share of the model for today is used up; these are the documents' own words. It is there again after midnight.)",
		noteForeign:    "(The documents are in Chinese; these are their own words.)",
	},

	LangWhich: "Which language shall I use?",
	LangSet:   "All right, English from now on.",
	PlaceNone: "No place is set: I search all documents. To see one place only (with what lies in it and above it), send /place and its Chinese name, such as /place 杭州市西湖区",
	PlaceIs:   "I search the documents of %s only (with what lies in it and above it), unless a question names another place. To change it, send /place and a name.",
	PlaceSet:  "All right: from now on the documents of %s only (with what lies in it and above it), unless a question names another place.",
	PlaceGone: "All right, documents of all places from now on.",
	PlaceBad:  "I do not know the place “%s”. Please write its Chinese name from the city down, such as /place 杭州市西湖区",
	Clear:     "All places",

	Documents: documentsEn,
	NoDate:    "undated",
	Older:     "older »",
	Newer:     "« newer",

	DocNone:     "No document has “%s” in its title. /sources lists what I have.",
	DocWhich:    "Which one?",
	DocGone:     "I do not have this document, or no longer.",
	DocKinds:    map[string]string{"policy": "policy", "reading": "policy explained", "report": "report of a meeting", "news": "news", "opinion": "opinion"},
	DocForce:    func(from, to string) string { return "In force: " + either(from, "…") + " to " + either(to, "…") },
	DocSections: "Contents",
	DocMore:     "… (%d sections)",
	DocChanges:  changesEn,
	DocLink:     "Link: ",
	DocRead:     "Read it",
	DocList:     "« All documents",
	DocBack:     "« About this document",
	DocPage:     "page %d of %d",
	PageBack:    "‹ before",
	PageOn:      "after ›",

	AsOfNone:  "I answer from what is in force now. To see what was in force on a day, send /asof and a date, such as /asof 2023-06-30. For one question alone: /asof 2023 Which subsidies are there for graduates?",
	AsOfIs:    "I answer from what was in force at %s. To change it, send /asof and a date.",
	AsOfSet:   "All right: from now on what was in force at %s.",
	AsOfGone:  "All right, what is in force now.",
	AsOfBad:   "“%s” is no date. Please write a year, a month or a day, such as /asof 2023-06-30",
	AsOfNote:  "From what was in force at %s:",
	AsOfClear: "Back to now",

	ForgetWhat: "Shall I delete everything I keep about you? That is your questions and their answers, your feedback, your language and place. The buttons under old answers will stop working; messages in this chat are yours to delete.",
	ForgetYes:  "Delete",
	ForgetNo:   "Keep",
	Forgotten:  "Your records are deleted.",
	Kept:       "All right, nothing was deleted.",

	FollowUp: func(topic, place string, _ form) string {
		if place != "" {
			place = " in " + place
		}
		return "What is said of “" + topic + "”" + place + "?"
	},

	InlineHint:     "Type a question about the documents »",
	InlineNothing:  "Not found in the documents. Ask me in private »",
	InlineOutsider: "This bot is for invited people »",
	InlineAll:      "The whole answer (%d sentences)",
	InlineOpen:     "Open in the bot",

	TooFast: func(wait time.Duration) string {
		return "That is a little fast for me. Please ask again in " + spanEn(wait) + "; I will not answer questions sent before."
	},
	Outsider: "This bot is for invited people. To join, send your number %d to its admin.",
	Stats: func(s statistics) string {
		return fmt.Sprintf("Last 7 days: %d questions, %d of them unanswered; 👍 %d, 👎 %d\nAltogether: %d questions, %d of them unanswered; 👍 %d, 👎 %d%s\n\nSince the start: %d updates, %d answers, %d failures, %d times slowed down, %d undeliverable, %d forged buttons",
			s.Week.Answers, s.Week.Refusals, s.Week.Good, s.Week.Bad, s.All.Answers, s.All.Refusals, s.All.Good, s.All.Bad, s.model("Model: %d calls and %d tokens in the last 7 days; %d and %d altogether"),
			s.Now.Updates, s.Now.Answers, s.Now.Failures, s.Now.Limited, s.Now.Gone, s.Now.Forged)
	},
	Gaps: func(g gapCounts) string {
		return fmt.Sprintf("Unanswered questions: %d, asked %d times; %d were asked in the last 7 days, %d more than once.", g.Questions, g.Times, g.Week, g.Repeated)
	},

	Commands: []command{
		{"ask", "Ask a question"},
		{"new", "Change the subject"},
		{"sources", "Which documents I have"},
		{"doc", "Open a document"},
		{"place", "Narrow to where you live"},
		{"asof", "Answer from what was in force on a day"},
		{"lang", "Change the language"},
		{"help", "How to use me"},
		{"forget", "Delete my records of you"},
		{"start", "Some examples"},
	},
	InGroups: groupCommands,
}

func searchedEn(documents int, from, to string) string {
	out := "I searched " + countEn(documents)
	switch {
	case from != "" && to != "" && from != to:
		out += fmt.Sprintf(", dated %s to %s", from, to)
	case from != "" || to != "":
		out += ", dated " + max(from, to)
	}
	return out + "."
}

func documentsEn(count int, from, to string) string {
	out := "I have " + countEn(count)
	if from != "" {
		out += fmt.Sprintf(", dated %s to %s", from, to)
	}
	return out
}

func countEn(documents int) string {
	if documents == 1 {
		return "1 document"
	}
	return fmt.Sprintf("%d documents", documents)
}

func spanEn(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", seconds(d))
	}
	if minutes(d) == 1 {
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", minutes(d))
}

var changesEn = map[retrieval.Change]string{
	retrieval.ChangeAdded:    "added",
	retrieval.ChangeRevised:  "updated",
	retrieval.ChangeMoved:    "renamed",
	retrieval.ChangeRetired:  "withdrawn",
	retrieval.ChangeRestored: "restored",
	retrieval.ChangeRemoved:  "removed",
}
