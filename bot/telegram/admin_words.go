package telegram

import (
	"fmt"
	"path"
	"strings"
	"time"

	"policybot/bot"
	"policybot/ingest"
	"policybot/retrieval"
)

// adminWords is what the bot says to admins, and to the admins of groups, in
// one language.
type adminWords struct {
	Menu   []command // what admins have besides everyone's
	Staff  []command // and what staff has
	Groups []command // and what admins of groups have there

	Help      string
	NoRights  string // the role is gone since the button was made
	Cancelled string
	Cancel    string
	Colon     string
	More      string // %d further lines are left out
	NotKnown  string // of a field

	// Files that admins send.
	Receiving    string
	Reading      func(ingest.Event) string
	FileEdited   string
	FileOdd      string
	FileLarge    string
	FileLocal    string // the server is in its local mode
	FileGone     string // %s is what Telegram said
	FileKept     string // it could not be written, or is gone
	DiskFull     string
	SideAlone    string // a sidecar without its document
	NotRead      string // because another failed
	NotText      string
	TooMuch      string
	Unread       string            // %s is the parser's reason
	SaveAs       map[string]string // by extension: what to do
	NoFormat     string            // of any other; %s
	ZipBad       string
	ZipMany      string // %d
	ZipLocked    string
	ZipNested    string
	ZipLarge     string // %d MB
	ZipEmpty     string
	DryNone      string // the same when there is nothing to publish
	Kinds        map[string]string
	DryRun       string                   // heads the result of a dry run
	Count        map[ingest.Status]string // with %d
	Status       map[ingest.Status]string
	NoChange     string
	Figures      string
	Conflicts    string
	Conflict     map[ingest.ConflictKind]string // %[1]s the file, %[2]s the other, %[3]s the name
	Passages     string                         // %d
	RemovedN     string                         // %d pieces
	Removed      string
	Reasons      map[string]string
	Begins       string
	Fields       map[string]string
	PublishN     string // %d
	Discard      string
	Reread       string
	Undo         string
	Stuck        string
	Busy         string // another ingest runs
	Publishing   string
	Publish      func(ingest.Event) string
	Published    string // %d is the version
	Undone       string // %d
	Undoing      string
	Discarded    string
	Overtaken    string // %s was changed since the dry run
	ChangedSince string // %s was changed since it was published
	AlreadyDone  string

	// Documents.
	Docs        string // %d documents, version %d
	DocsWith    string // %s
	DocsNone    string
	DocHow      string
	DocGone     string
	InSearch    string
	Retired     string
	Left        string
	FileIs      string
	SetByHand   string
	Retire      string
	Read        string
	Restore     string
	NowRetired  string            // %d
	NowRestored string            // %d
	Change      string            // on a button; %s is a field
	AskValue    map[string]string // by field: %s the document, %s the value now, %s what takes it back
	BadValue    map[string]string
	Changed     string // %s the field, %s the version

	// Versions.
	History          string
	Version          string            // %d
	Causes           map[string]string // by their first word
	Changes          map[retrieval.Change]string
	RollbackHow      string
	NoVersion        string // %d
	RollbackTo       string // %d from %d
	RollbackSame     string
	RollbackNote     string
	RollbackYes      string // %d
	RollbackUndo     string // %d
	RolledBack       string // %d holds what %d held
	ChangedMeanwhile string

	Chart       func([]bot.Day) string
	Exported    string
	ExportNone  string
	ExportLarge string // %s

	// Access.
	Open       string
	Closed     string
	Listed     string
	Roles      map[role]string
	RoleHow    string
	RoleAdmin  string
	RoleSet    string // %d is %s
	NotBlocked string // %d
	InviteOpen string
	InviteHow  string // %d people, %d days at most
	Invited    string // %d people until %s: %s
	InviteLine string // %d: %d people until %s
	InviteNone string
	InviteBad  string
	Welcome    string
	Revoke     string
	Revoked    string // %d

	// Groups.
	Anonymous string
	GroupOnly string
	Group     string // language %s, place %s, sound %s
	LangOwn   string
	PlaceAny  string
	Loud      string
	Quiet     string
	GoLoud    string
	GoQuiet   string
}

// officeWords is the catalogue for admins in the language of w.
func officeWords(w *words) *adminWords {
	switch w.Lang {
	case english.Lang:
		return adminEnglish
	case traditional.Lang:
		return adminTraditional
	}
	return adminChinese
}

func (w *adminWords) fieldName(name string) string { return either(w.Fields[name], name) }

// unreadable says why a file of this name is not read; "" when it is.
func (w *adminWords) unreadable(name string) string {
	if ingest.DefaultParser().Supports(name) || ingest.IsSidecar(name) {
		return ""
	}
	ext := strings.ToLower(path.Ext(name))
	if does := w.SaveAs[ext]; does != "" {
		return does
	}
	return fmt.Sprintf(w.NoFormat, ext)
}

// unread is why a file cannot be read, with what the parser says of it.
func (w *adminWords) unread(reason string) string {
	for sentinel, words := range map[string]string{ingest.ErrNotText.Error(): w.NotText, ingest.ErrTooMuch.Error(): w.TooMuch} {
		if rest, ok := strings.CutPrefix(reason, sentinel); ok {
			return fmt.Sprintf(words, strings.TrimPrefix(rest, ": "))
		}
	}
	return fmt.Sprintf(w.Unread, reason)
}

// counted is how many files of a batch are new, changed, and so on.
func (w *adminWords) counted(r ingest.Report, up upload) string {
	var out []string
	for _, s := range []ingest.Status{ingest.Added, ingest.Changed, ingest.Renamed, ingest.Retired, ingest.Unchanged} {
		if n := r.Count(s); n > 0 {
			out = append(out, fmt.Sprintf(w.Count[s], n))
		}
	}
	failed := 0
	for _, f := range up.Files {
		if f.Problem != "" {
			failed++
		}
	}
	if failed > 0 {
		out = append(out, fmt.Sprintf(w.Count[ingest.Failed], failed))
	}
	return strings.Join(out, " · ")
}

// noteOf is a word on a batch whose state does not let a button do its work.
func (w *adminWords) noteOf(state string, a action) string {
	switch state {
	case stateReceiving:
		return w.Receiving
	case statePublishing:
		return w.Publishing
	case stateUndoing:
		return w.Undoing
	case stateReady:
		return ""
	}
	if a == actUndo && state == statePublished {
		return ""
	}
	return w.AlreadyDone
}

// cause is what made a version, of which the library keeps words of its own.
func (w *adminWords) cause(kept string) string {
	first, rest, _ := strings.Cut(kept, " ")
	word := w.Causes[first]
	switch version, back := strings.CutPrefix(rest, "to "); {
	case word == "":
		return clip(oneLine(kept), maxTitle)
	case first == "rollback" && back:
		return word + " → " + version
	case first == "rollback":
		return w.Causes["undo"]
	case first == "ingest":
		return word + " " + clip(oneLine(rest), maxTitle)
	}
	return word // the documents follow
}

// sums are the counts of all days.
func sums(days []bot.Day) (all bot.Day) {
	for _, d := range days {
		all.Answers += d.Answers
		all.Refusals += d.Refusals
		all.Bad += d.Bad
		all.Slow = max(all.Slow, d.Slow)
	}
	return all
}

// seconds with one decimal.
func shortTime(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
