package telegram

import (
	"fmt"

	"policybot/bot"
	"policybot/ingest"
	"policybot/retrieval"
)

var adminEnglish = &adminWords{
	Menu: []command{
		{"admin", "What admins can do"}, {"docs", "The documents"}, {"doc", "See, withdraw, restore or edit a document"}, {"history", "Corpus versions"}, {"rollback", "Go back to a version"},
		{"stats", "Usage"}, {"gaps", "How many questions were not answered"}, {"export", "Export tables"},
		{"invite", "Invite people"}, {"invites", "Open invitations"}, {"users", "Who may use me"}, {"role", "Set a role"}, {"block", "Block a person"}, {"unblock", "Unblock a person"},
	},
	Staff:  []command{{"stats", "Usage"}, {"gaps", "How many questions were not answered"}},
	Groups: []command{{"settings", "Settings of this group"}},
	Help: "What admins can do\n" +
		"• Send me files here (one, several, or a zip): I read them without publishing and show what would change. Nothing counts before you press Publish, and you can undo it. A file of the same name replaces the old one.\n" +
		"/docs WORDS — find documents; /doc ID or file name — see, withdraw, restore, set title, date and place right\n" +
		"/history — corpus versions; /rollback VERSION — go back to one\n" +
		"/stats, /gaps — counts; /export — tables\n" +
		"/invite PEOPLE DAYS — an invitation link; /invites — take one back\n" +
		"/users — who may use me; /role ID staff — set a role; /block ID, /unblock ID\n" +
		"All that you do is in the audit trail. A group's admins set its language, place and sound with /settings in the group.",
	NoRights: "You may not do this.", Cancelled: "All right, nothing was changed.", Cancel: "Cancel", Colon: ": ", More: "… and %d more", NotKnown: "unknown",

	Receiving:  "📥 Receiving files…",
	Reading:    func(e ingest.Event) string { return fmt.Sprintf("🔎 Reading %d of %d…", e.Done, e.Total) },
	FileEdited: "I saw that you changed the file or its caption. I do not read it again; please send the file once more.", FileOdd: "I did not get that file. Please send it again.", FileLarge: "It is larger than 20 MB, which Telegram does not let bots download. Split it, or use policybot ingest on the server.",
	FileLocal: "This Bot API server runs in its local mode; I cannot get files from it.", FileGone: "Telegram did not hand it out (%s). Please send it again.",
	FileKept: "It could not be kept. Please send it again.", DiskFull: "The server's disk is full. Free some space and try again.",
	SideAlone: "Send it together with the document that it tells of.", NotRead: "It was not read this time.", Unread: "It cannot be read: %s",
	SaveAs: map[string]string{
		".doc": "An old Word file: save it as .docx", ".dot": "An old Word template: save it as .docx", ".wps": "A WPS file: save it as .docx", ".rtf": "A rich text file: save it as .docx", ".odt": "An OpenDocument text: save it as .docx",
		".xls": "An old Excel file: save it as .xlsx", ".et": "A WPS table: save it as .xlsx", ".ods": "An OpenDocument table: save it as .xlsx", ".xlsb": "A binary Excel file: save it as .xlsx",
		".ppt": "A presentation: save it as .pdf", ".pptx": "A presentation: save it as .pdf", ".dps": "A presentation: save it as .pdf", ".ofd": "An OFD file: save it as .pdf",
		".jpg": "A picture: have its text recognised first", ".jpeg": "A picture: have its text recognised first", ".png": "A picture: have its text recognised first", ".tif": "A picture: have its text recognised first", ".tiff": "A picture: have its text recognised first", ".webp": "A picture: have its text recognised first",
		".rar": "Pack it as .zip, or send the files in it", ".7z": "Pack it as .zip, or send the files in it", ".gz": "Pack it as .zip, or send the files in it", ".tar": "Pack it as .zip, or send the files in it",
		"": "Its name has no extension that says what it is",
	},
	NoFormat: "%s files are not supported", ZipBad: "The archive is damaged; pack it again", ZipMany: "There are too many files in it; the first %d were taken", ZipLocked: "It has a password; pack it without",
	ZipNested: "Archives in archives are not read; send the files in it", ZipLarge: "It unpacks to more than %d MB; the rest was left out", ZipEmpty: "There is no file in the archive",

	NotText: "There is no text in it that I can read (%s)", TooMuch: "It is too large or too tangled to be read safely (%s)", DryNone: "There is nothing to publish",
	Kinds:    map[string]string{"policy": "policy", "reading": "explanation by an office", "report": "report on a meeting or speech", "news": "news", "opinion": "opinion"},
	DryRun:   "What publishing would change (nothing is published yet)",
	Count:    map[ingest.Status]string{ingest.Added: "%d new", ingest.Changed: "%d changed", ingest.Renamed: "%d renamed", ingest.Retired: "%d withdrawn", ingest.Unchanged: "%d unchanged", ingest.Failed: "%d cannot be read"},
	Status:   map[ingest.Status]string{ingest.Added: "new", ingest.Changed: "replaces the old version", ingest.Renamed: "renamed", ingest.Retired: "it is withdrawn, and stays so when published", ingest.Unchanged: "as it is already"},
	NoChange: "All of it is there already; there is nothing to publish.", Figures: "⚠️ Figures and dates that change", Conflicts: "⚠️ What does not fit together",
	Conflict: map[ingest.ConflictKind]string{
		ingest.ConflictNames: "%[1]s and %[2]s are both called “%[3]s”, and their texts differ",
		ingest.ConflictEnds:  "%[1]s ends “%[3]s”, which is still there as %[2]s",
		ingest.ConflictEnded: "%[2]s ends %[1]s (%[3]s)",
	},
	Passages: "passages: %d", RemovedN: "%d pieces taken out", Removed: "Taken out as not part of the text:", Begins: "It begins: ",
	Reasons: map[string]string{
		"invisible": "invisible characters", "navigation": "navigation", "contact": "contact", "page tool": "page tools", "link list": "link lists", "related": "related reading",
		"disclaimer": "disclaimer", "spam": "injected spam", "advertisement": "advertisement", "table of contents": "table of contents", "front matter": "front matter", "hidden": "hidden text",
		"page frame": "page frame", "beside text": "boxes beside the text", "links in page": "links in the page", "running head or foot": "running head or foot", "page number": "page numbers", "rotated text": "stamps and watermarks",
	},
	Fields: map[string]string{"title": "title", "issuer": "issuer", "site": "site", "author": "author", "date": "date", "place": "place", "kind": "kind",
		"number": "number", "signed": "signed", "effective": "effective", "expires": "expires", "language": "language", "replaces": "replaces"},
	PublishN: "✅ Publish %d", Discard: "🗑 Discard", Reread: "🔄 Read again", Undo: "↩️ Undo",
	Stuck: "That did not work, for a reason on my side (it is in the log). Please try again.", Busy: "⏳ Another ingest is running; this one is next…", Publishing: "⏳ Publishing…",
	Publish: func(e ingest.Event) string {
		return fmt.Sprintf("⏳ Publishing: %s %d of %d…", map[ingest.Stage]string{ingest.StageRead: "compared", ingest.StageParse: "read", ingest.StageEmbed: "indexed"}[e.Stage], e.Done, e.Total)
	},
	Published: "✅ Published; this is version %d", Undone: "↩️ Undone; this is version %d", Undoing: "⏳ Undoing…", Discarded: "🗑 Discarded; nothing was published.",
	Overtaken: "“%s” was changed by somebody since I read this; I am reading it again…", ChangedSince: "This cannot be undone: “%s” was changed since. /history shows the versions.", AlreadyDone: "This was done already.",

	Docs: "%d documents (version %d)", DocsWith: "with: %s", DocsNone: "None was found.", DocHow: "Write a document's ID, its file name, or words of its title: /doc notice", DocGone: "This document is not there any more.",
	InSearch: "searched", Retired: "withdrawn", Left: "removed", FileIs: "file", SetByHand: "Some of this was set by an admin, and no ingest changes it.",
	Retire: "⏸ Withdraw", Read: "📖 Read", Restore: "▶️ Restore", NowRetired: "Withdrawn: it is not searched any more (version %d).", NowRestored: "Restored: it is searched again (version %d).", Change: "✏️ %s",
	AskValue: map[string]string{
		"title": "The title of “%s” is now: %s\nReply to this message with the right one; %s takes what was read from the file.",
		"date":  "The date of “%s” is now: %s\nReply to this message with the right one, such as 2024-02-19; %s takes what was read from the file.",
		"place": "The place of “%s” is now: %s\nReply to this message with the right one, such as 杭州市西湖区 or 全国; %s takes what was read from the file.",
	},
	BadValue: map[string]string{
		"title": "This cannot be a title: it is empty or too long. Please reply to that message again.",
		"date":  "This is no date. Please reply to that message again, with 2024-02-19, 2024-02 or 2024.",
		"place": "I do not know this place, or there are several of the name. Please reply to that message again, with the places above it, such as 杭州市西湖区; 全国 is the whole country.",
	},
	Changed: "The %s is set (version %s).",

	History: "Corpus versions", Version: "Version %d",
	Causes:      map[string]string{"undo": "undone", "ingest": "ingest", "rollback": "rollback", "retire": "withdrawn", "restore": "restored", "purge": "erased", "set": "edited"},
	Changes:     map[retrieval.Change]string{retrieval.ChangeAdded: "+", retrieval.ChangeRevised: "changed", retrieval.ChangeMoved: "renamed", retrieval.ChangeRetired: "withdrawn", retrieval.ChangeRestored: "restored", retrieval.ChangeRemoved: "−"},
	RollbackHow: "Write a version's number: /rollback 3. /history shows them.", NoVersion: "There is no version %d. /history shows them.", RollbackTo: "Going back to version %d (this is %d) would do this:",
	RollbackSame: "It holds what is there now; there is nothing to go back to.", RollbackNote: "Today's version is not lost; you can come back to it. Files in folders stay: the next ingest of a folder takes them as they are.",
	RollbackYes: "↩ Go to version %d", RollbackUndo: "↩ Back to version %d", RolledBack: "✅ Version %d holds what version %d held.", ChangedMeanwhile: "The corpus has just changed; please look again:",

	Chart: func(days []bot.Day) string {
		s := sums(days)
		return fmt.Sprintf("Last %d days\n🟦 answered %d  🟧 not answered %d  🟥 👎 %d\n🟩 time of 95%% of the answers (the line: of half), %s s on the slowest day", len(days), s.Answers-s.Refusals, s.Refusals, s.Bad, shortTime(s.Slow))
	},
	Exported: "The tables are above; Excel opens them. They hold what people asked: keep them safe.", ExportNone: "There is nothing to export.", ExportLarge: "%s is too large for Telegram. Use policybot export on the server.",

	Open: "I am open to everyone.", Closed: "I am for listed and invited people only.", Listed: "Listed (TELEGRAM_ALLOW)",
	Roles:   map[role]string{roleAdmin: "Admins", roleStaff: "Staff", roleUser: "Invited", roleBlocked: "Blocked", "": "no role"},
	RoleHow: "Write a numeric id: /role 12345 staff (sees counts), user (may use me) or none; /block 12345; /unblock 12345", RoleAdmin: "Admins are named by TELEGRAM_ADMINS on the server, not here.",
	RoleSet: "%d is now: %s", NotBlocked: "%d is not blocked.",
	InviteOpen: "I am open to everyone, so nobody needs an invitation. TELEGRAM_ACCESS=invite on the server changes that.", InviteHow: "Write how many people (%d at most) and days (%d at most): /invite 5 7",
	Invited: "An invitation for %d, until %s. It is shown this once:\n%s", InviteLine: "Invitation %d: for %d more, until %s", InviteNone: "There is no open invitation. /invite makes one.",
	InviteBad: "This invitation is wrong, used up or over. Please ask for another one.", Welcome: "Welcome, you are in!", Revoke: "Take back", Revoked: "Invitation %d is taken back. Who came by it stays.",

	Anonymous: "I cannot tell who an anonymous admin is. Turn anonymity off, then send /settings.", GroupOnly: "Only this group's admins may change its settings.",
	Group: "Settings of this group\nLanguage: %s\nPlace: %s\nSound: %s\n\nTo set a place, send /settings and its Chinese name, such as /settings 杭州市西湖区", LangOwn: "as the person's", PlaceAny: "all places",
	Loud: "on", Quiet: "off", GoLoud: "🔔 Sound on", GoQuiet: "🔕 Sound off",
}
