package telegram

import (
	"context"
	"slices"
	"sync"
	"time"

	"policybot/bot"
	"policybot/retrieval"
)

// An Office is what admins work with. Without a Library they cannot change
// documents.
type Office struct {
	Library  *retrieval.Library
	Embedder retrieval.Embedder
	// Uploads is the folder of the documents that admins send. It is a source
	// of the library by itself, called UploadSource.
	Uploads string
	// Searched makes the newest corpus the searched one at once; nil when
	// others do so in their own time.
	Searched func(context.Context) error
	// Staff are the ids of people who may see counts and change nothing.
	Staff []int64
	// Closed says that the bot is for Config.Allowed and invited people alone,
	// also when Allowed is empty.
	Closed bool
	// Daily counts by day, for the picture of /stats; nil for none.
	Daily Daily
	// Exports are the files that /export sends.
	Exports []Export
}

// UploadSource is the library's name for what admins send.
const UploadSource = "uploads"

// Totals counts what was answered, and lists what was not; *bot.Journal does.
type Totals interface {
	Totals(ctx context.Context, since time.Time) (bot.Totals, error)
	Gaps(ctx context.Context) ([]bot.Gap, error)
}

// Daily counts by day, the oldest first; *bot.Journal does.
type Daily interface {
	Days(ctx context.Context, since time.Time) ([]bot.Day, error)
}

// office is what the bot remembers of its Office.
type office struct {
	mu      sync.Mutex
	roles   map[int64]role
	members map[[2]int64]membership
	loading map[int64]int // files that are on their way, by upload
	wake    chan struct{} // has one element when the clerk shall look
	desk    chan struct{} // full while a batch is published or taken back
	guests  *limiter      // of invitations that people try
}

func newOffice() *office {
	return &office{roles: map[int64]role{}, members: map[[2]int64]membership{}, loading: map[int64]int{}, wake: make(chan struct{}, 1), desk: make(chan struct{}, 1), guests: newLimiter(Limits{Person: 5})}
}

// anonymousAdmin is who Telegram says wrote when a group's admin is anonymous.
const anonymousAdmin = 1087968824

// needs says what role a command of the office asks for.
var needs = map[string]role{
	"stats": roleStaff, "gaps": roleStaff,
	"admin": roleAdmin, "docs": roleAdmin, "doc": roleAdmin, "history": roleAdmin, "rollback": roleAdmin, "export": roleAdmin,
	"invite": roleAdmin, "invites": roleAdmin, "users": roleAdmin, "role": roleAdmin, "block": roleAdmin, "unblock": roleAdmin,
}

// changes are those of them that need a library.
var changes = []string{"docs", "doc", "history", "rollback"}

// officeCommand is what a command asks of the office; false when it is none
// of its commands, or not for who sent it.
func (b *Bot) officeCommand(m *message, name, rest string) (request, bool) {
	if name == "settings" && m.From != nil && m.Chat.Type != "private" {
		r := request{command: name, text: rest, office: true}
		if m.SenderChat != nil || m.From.ID == anonymousAdmin || !m.own() {
			r.text = "anonymous"
		}
		return r, true
	}
	need, known := needs[name]
	if !known || slices.Contains(changes, name) && b.Office.Library == nil || !b.mayCommand(m, need) {
		return request{}, false
	}
	return request{command: name, text: rest, office: true}, true
}

// own reports whether a message is its sender's own words: not passed on, not
// made by another bot, not in the name of a chat.
func (m *message) own() bool {
	return m.From != nil && m.Forwarded == nil && m.ForwardDate == 0 && m.SenderChat == nil && m.ViaBot == nil
}

// mayCommand reports whether a message carries its sender's own command to the
// bot: admins and staff have rights in their private chats only, and not for
// what they pass on from others.
func (b *Bot) mayCommand(m *message, need role) bool {
	return m.own() && b.holds(m.From.ID, need) && m.Chat.Type == "private" && m.Chat.ID == m.From.ID
}

// administer carries out a command of the office.
func (b *Bot) administer(ctx context.Context, u turn, r request) error {
	if r.command == "settings" {
		return b.groupSettings(ctx, u, r)
	}
	if err := b.record(ctx, u, AuditEntry{What: r.command, Subject: subjectOf(r)}); err != nil {
		return err
	}
	t, keys, err := b.officeReply(ctx, u, r)
	if err != nil {
		return err
	}
	return b.say(ctx, u, t, keys)
}

// officeMenu is what the menu of an admin has besides everyone's.
func (b *Bot) officeMenu(w *words) []command {
	mine := officeWords(w).Menu
	return slices.DeleteFunc(slices.Clone(mine), func(c command) bool {
		everyones := slices.ContainsFunc(w.Commands, func(other command) bool { return other.Name == c.Name })
		return everyones || b.Office.Library == nil && slices.Contains(changes, c.Name)
	})
}

// subjectOf is what the audit trail keeps of a command's words: a person's id
// or a version, and nothing that may be a question.
func subjectOf(r request) string {
	if slices.Contains([]string{"block", "unblock", "role", "rollback", "invite"}, r.command) {
		return clip(oneLine(r.text), 40)
	}
	return ""
}

func (b *Bot) officeReply(ctx context.Context, u turn, r request) (styled, rows, error) {
	w := officeWords(u.words)
	switch r.command {
	case "admin":
		return plainly(w.Help), nil, nil
	case "stats":
		return b.statistics(ctx, u)
	case "gaps":
		return b.gaps(ctx, u.words)
	case "export":
		return b.export(ctx, u)
	case "docs":
		return b.listForAdmin(ctx, u, searchWords(r.text), 0)
	case "doc":
		return b.showForAdmin(ctx, u, r.text)
	case "history":
		return b.history(ctx, u, 0)
	case "rollback":
		return b.planRollback(ctx, u, r.text)
	case "invite":
		return b.invite(ctx, u, r.text)
	case "invites":
		return b.invites(ctx, u)
	case "users":
		return b.users(ctx, u)
	case "role", "block", "unblock":
		return b.setRole(ctx, u, r)
	}
	return plainly(u.words.Unknown), nil, nil
}

// Actions of the office's buttons. They are for the admin who got them, and
// the admin's role is looked at again when one is pressed.
const (
	actPage     action = 'A' // page N of the dry run; the receipt is the upload
	actPublish  action = 'B' // publish upload N
	actDiscard  action = 'C'
	actReread   action = 'D'
	actUndo     action = 'E'
	actDocs     action = 'F' // page N of the documents; the receipt has the words
	actOpen     action = 'G' // the receipt is a document
	actRetire   action = 'H'
	actRestore  action = 'I'
	actEdit     action = 'J' // field N of a document
	actHistory  action = 'K' // page N
	actRollback action = 'L' // plan to go to version N
	actConfirm  action = 'M' // go to version N; the receipt is the version that was shown
	actCancel   action = 'N'
	actRevoke   action = 'O' // invitation N
	actGroup    action = 'P' // setting N of a group; the receipt is the value
)

// ofOffice reports whether an action is one of the office's.
func (a action) ofOffice() bool { return a >= actPage && a <= actGroup }

const (
	officeLife = 7 * 24 * time.Hour  // how long its buttons work
	undoLife   = 30 * 24 * time.Hour // and the one that undoes
)

// pressOffice deals with a button of the office.
func (b *Bot) pressOffice(ctx context.Context, u turn, c *callback, p press) error {
	w := officeWords(u.words)
	if p.Act == actGroup {
		return b.pressGroup(ctx, u, c, p)
	}
	if !b.isAdmin(u.who.ID) || u.place.Chat != u.who.ID || b.Office.Library == nil && p.Act < actRevoke {
		b.acknowledge(ctx, c.ID, w.NoRights)
		return b.store.finish(ctx, u.id, "done")
	}
	u.words = wordsIn(p.Lang)
	switch p.Act {
	case actPage, actPublish, actDiscard, actReread, actUndo:
		return b.pressUpload(ctx, u, c, p)
	case actEdit:
		b.acknowledge(ctx, c.ID, "")
		return b.askValue(ctx, u, p)
	case actOpen: // beside the list, whose other buttons stay
		b.acknowledge(ctx, c.ID, "")
		t, keys, err := b.viewForAdmin(ctx, u, p.Receipt, "")
		if err != nil {
			return err
		}
		return b.say(ctx, u, t, keys)
	}
	b.acknowledge(ctx, c.ID, "")
	t, keys, err := b.pressView(ctx, u, p)
	if err != nil {
		return err
	}
	return b.put(ctx, u, c.Message.ID, t, keys)
}

// pressView is what the message above a pressed button turns into.
func (b *Bot) pressView(ctx context.Context, u turn, p press) (styled, rows, error) {
	switch p.Act {
	case actDocs:
		return b.listForAdmin(ctx, u, wordsOfReceipt(p.Receipt), p.N)
	case actRetire, actRestore:
		return b.retire(ctx, u, p)
	case actHistory:
		return b.history(ctx, u, p.N)
	case actRollback:
		return b.planRollbackTo(ctx, u, int64(p.N))
	case actConfirm:
		return b.rollback(ctx, u, p)
	case actRevoke:
		return b.revoke(ctx, u, int64(p.N))
	}
	return plainly(officeWords(u.words).Cancelled), nil, nil
}

// put turns a message of ours into another and ends the update.
func (b *Bot) put(ctx context.Context, u turn, message int, t styled, keys rows) error {
	if err := b.replace(ctx, u.place, message, t, keys); err != nil {
		return err
	}
	return b.store.finish(ctx, u.id, "done")
}

// searched makes what was published searched; when that fails, those do it who
// look for news anyway.
func (b *Bot) searched(ctx context.Context) {
	if b.Office.Searched == nil {
		return
	}
	if err := b.Office.Searched(ctx); err != nil && ctx.Err() == nil {
		b.Log.Warn("the new corpus version is not searched yet", "err", err)
	}
}

// officeMessage deals with an admin's message that is neither a question nor a
// command: a file, or the value that we asked for.
func (b *Bot) officeMessage(ctx context.Context, id int64, m *message) (done bool, err error) {
	if b.Office.Library == nil || m.From == nil || m.Chat.Type != "private" || m.Chat.ID != m.From.ID || !b.isAdmin(m.From.ID) {
		return false, nil
	}
	if m.Document != nil && m.SenderChat == nil && m.ViaBot == nil { // forwarded ones too: an admin decides what they see
		return true, b.receiveFile(ctx, id, m)
	}
	if m.ReplyTo != nil && m.own() && m.Text != "" {
		return b.takeValue(ctx, id, m)
	}
	return false, nil
}

// editedFile says that a file which an admin put in the place of another is
// not read; false when that is not what was edited.
func (b *Bot) editedFile(ctx context.Context, id int64, m *message) (done bool, err error) {
	if b.Office.Library == nil || m.Document == nil || !b.mayCommand(m, roleAdmin) {
		return false, nil
	}
	u, err := b.turn(ctx, id, m, m.From, "")
	if err != nil {
		return true, err
	}
	u.place.ReplyTo = m.ID
	return true, b.say(ctx, u, plainly(officeWords(u.words).FileEdited), nil)
}
