package telegram

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"policybot/internal/han"
	"policybot/retrieval"
)

// words is everything that the bot says of its own, in one language. Each
// language is one file. Help and the notes on commands name the commands that
// the menu has.
type words struct {
	Lang string // as in button data and settings
	Name string // the language's own name

	Hello      string            // what this is; the examples follow as buttons
	HelloAlone string            // the same when there are no examples
	Help       string            // %s is the bot's name, for groups
	Fresh      string            // after /new
	Unknown    string            // an unknown command
	AskWhat    string            // /ask without a question
	TooLong    string            // a question beyond maxQuestion
	Edited     string            // an edited question
	Media      map[string]string // what is not words, by message.media

	VoiceLong    string // a voice message beyond %d minutes
	VoiceUnclear string // one without words, or with too many
	VoiceFailed  string // one that could not be heard

	Looking    string // the placeholder
	LookingIn  string // the same for a person's place; %s
	Checking   string // below claims while more are on their way
	Failed     string // an answer could not be made
	Poisoned   string // nor in many attempts
	Asked      string // before a question that was asked by a button
	Sources    string
	Original   string // on a source's button
	Back       string
	Untitled   string
	Nearest    string
	Searched   func(documents int, from, to string) string
	Why        map[string]string // by bot.Refusal's Reason; the Refusal's own words stand in
	Rephrase   string            // what to do after a refusal without nearest facts
	Notes      map[string]string // by bot.Answer's Note
	Proves     string            // above the passage: the sentences that it proves
	Thanks     string
	WhatsWrong string            // after 👎: its reasons follow as buttons
	Reasons    map[string]string // labels, by what the journal keeps
	NoReceipt  string            // the answer's record is gone
	Erased     string            // the document was purged
	BadButton  string            // forged callback data
	OldButton  string            // outdated callback data

	LangWhich string // /lang
	LangSet   string
	PlaceNone string // /place, when none is set
	PlaceIs   string // the same with one; %s
	PlaceSet  string // %s
	PlaceGone string // after taking it back
	PlaceBad  string // not the name of a place; %s
	Clear     string // on the button that takes the place back

	Documents func(count int, from, to string) string // heads /sources
	NoDate    string
	Older     string // on the buttons of /sources
	Newer     string

	DocNone     string            // /doc with words that no title has; %s
	DocWhich    string            // with words that several have
	DocGone     string            // a document that is not searched
	DocKinds    map[string]string // by Meta.Kind
	DocForce    func(from, to string) string
	DocSections string
	DocMore     string // there are %d sections
	DocChanges  map[retrieval.Change]string
	DocLink     string // before the link that opens the document
	DocRead     string // on buttons
	DocList     string
	DocBack     string
	DocPage     string // page %d of %d
	PageBack    string // on buttons, to the page or text before
	PageOn      string

	AsOfNone  string // /asof, when no date is set
	AsOfIs    string // the same with one; %s
	AsOfSet   string // %s
	AsOfGone  string // after taking it back
	AsOfBad   string // no date; %s
	AsOfNote  string // above an answer from what was in force at %s
	AsOfClear string // on the button that takes it back

	ForgetWhat string // /forget: what will be deleted; buttons follow
	ForgetYes  string
	ForgetNo   string
	Forgotten  string
	Kept       string

	FollowUp func(topic, place string, f form) string // asks for a heading's topic, of a place or ""

	InlineHint     string // above the empty results of inline mode, while nothing is typed yet
	InlineNothing  string // when nothing is proven
	InlineOutsider string // to people whom the bot is not for
	InlineAll      string // title of the result with %d sentences
	InlineOpen     string // on the button under a shared answer

	TooFast  func(wait time.Duration) string
	Outsider string // not on the list; %d is the person's id
	Stats    func(statistics) string
	Gaps     func(gapCounts) string

	Commands []command // the menu of private chats
	InGroups []string  // the names of those that groups show
}

type command struct{ Name, Does string }

// languages are all catalogues; the first is for those who name no language.
var languages = []*words{chinese, traditional, english}

// choose picks the language of an answer: the one that the person chose with
// /lang, else the text's own, else the one that Telegram tells of the person,
// else the first. Names do not decide: an English question may name 杭州市西湖区,
// a Chinese one R&D and GDP. A text without telling characters is in the script
// of the person's language.
func choose(chosen, text, userLanguage string) *words {
	if w := wordsNamed(chosen); w != nil {
		return w
	}
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
	users := wordsOfTag(userLanguage)
	switch {
	case chars+latin == 0:
		return users
	case chars == 0, latin >= 4 && 2*latin > chars: // a Chinese word has two characters
		return english
	case han.IsTraditional(text), users == traditional:
		return traditional
	}
	return chinese
}

// wordsOfTag is the language for an IETF tag such as zh-hant or en-GB.
func wordsOfTag(tag string) *words {
	primary, rest, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	isTraditional := slices.ContainsFunc(strings.Split(rest, "-"), func(part string) bool {
		return slices.Contains([]string{"hant", "tw", "hk", "mo"}, part)
	})
	switch {
	case primary == "zh" && isTraditional:
		return traditional
	case primary == "" || primary == "zh":
		return chinese
	}
	return english
}

// wordsNamed is the catalogue of that name; nil when there is none.
func wordsNamed(lang string) *words {
	for _, w := range languages {
		if w.Lang == lang {
			return w
		}
	}
	return nil
}

// wordsIn is the catalogue of that name, or the first.
func wordsIn(lang string) *words {
	if w := wordsNamed(lang); w != nil {
		return w
	}
	return languages[0]
}
