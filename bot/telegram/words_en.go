package telegram

import "fmt"

var english = &words{
	Lang: "en",
	Hello: "Hello! I answer questions from a collection of policy documents. Every sentence carries its source [1]; the buttons open the original passage. What the documents do not say, I will tell you so.\n\n" +
		"Send me a question, or start with an example:",
	HelloAlone: "Hello! I answer questions from a collection of policy documents. Every sentence carries its source [1]; the buttons open the original passage. What the documents do not say, I will tell you so.\n\nJust send me a question.",
	Help: "How to use me\n" +
		"• Here: just send a question. You can follow up: “And for rural residents?”\n" +
		"• In groups: /ask and your question, @%s, or reply to one of my messages. I only read what is meant for me.\n" +
		"• [1] in an answer is its source; the button below opens the passage with the quoted words marked.\n" +
		"• 👍 👎 tell me how I did.\n\n" +
		"/new changes the subject and forgets the earlier questions\n/start shows some examples",
	Fresh:    "All right, a fresh start. What would you like to know?",
	Unknown:  "I do not know that command. Just send me a question; /help tells how I work.",
	AskWhat:  "Please write your question after /ask, for example: /ask Which subsidies are there for graduates?",
	TextOnly: "I can only read text for now. Please type your question.",
	TooLong:  "That question is too long. Please shorten it to 1,000 characters.",

	Looking:   "🔎 Searching the documents…",
	Checking:  "⏳ Still checking…",
	Failed:    "Sorry, something went wrong on my side and I could not answer. Please ask again in a little while.",
	Poisoned:  "Sorry, I tried this question several times and could not handle it. Please put it in other words.",
	Asked:     "Q: ",
	Sources:   "Sources",
	Original:  "source",
	Back:      "« Back to the answer",
	Untitled:  "(untitled)",
	Nearest:   "Nearest facts (not an answer):",
	Searched:  searchedEn,
	Proves:    "This passage supports:",
	Thanks:    "Thank you, noted.",
	NoReceipt: "The record of this answer is gone. Please ask again.",
	Erased:    "This document was erased; its text cannot be shown any more.",
	BadButton: "This button no longer works. Please ask again.",

	Commands: []command{
		{"ask", "Ask a question"},
		{"new", "Change the subject"},
		{"help", "How to use me"},
		{"start", "Some examples"},
	},
}

func searchedEn(documents int, from, to string) string {
	out := fmt.Sprintf("I searched %d documents", documents)
	if documents == 1 {
		out = "I searched 1 document"
	}
	switch {
	case from != "" && to != "" && from != to:
		out += fmt.Sprintf(", dated %s to %s", from, to)
	case from != "" || to != "":
		out += ", dated " + max(from, to)
	}
	return out + "."
}
