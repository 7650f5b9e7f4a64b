package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// groupChoice is what a group's admins chose for it. It comes before what its
// people chose for themselves.
type groupChoice struct {
	settings
	Quiet bool // messages arrive without a sound
}

// membership is what Telegram said of a person in a group, for a while.
type membership struct {
	admin bool
	until time.Time
}

// memberLife is how long Telegram's word on a group's admins counts.
const memberLife = 30 * time.Second

// runsGroup asks Telegram whether a person is an admin of a group.
func (b *Bot) runsGroup(ctx context.Context, chat, user int64) bool {
	key := [2]int64{chat, user}
	b.office.mu.Lock()
	m, known := b.office.members[key]
	b.office.mu.Unlock()
	if known && time.Now().Before(m.until) {
		return m.admin
	}
	var got struct {
		Status string `json:"status"`
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "user_id": strconv.FormatInt(user, 10)}
	if err := b.api.call(ctx, callTimeout, "getChatMember", params, &got); err != nil {
		b.Log.Warn("who runs a group is not known", "err", err)
		return false
	}
	m = membership{slices.Contains([]string{"creator", "administrator"}, got.Status), time.Now().Add(memberLife)}
	b.office.mu.Lock()
	defer b.office.mu.Unlock()
	if len(b.office.members) >= maxMeters {
		clear(b.office.members)
	}
	b.office.members[key] = m
	return m.admin
}

// choice is what a group's admins chose.
func (s *store) choice(ctx context.Context, chat int64) (g groupChoice, err error) {
	_, err = s.row(ctx, `SELECT lang, place, quiet FROM telegram_group WHERE chat_id = ?`, chat, &g.Lang, &g.Place, &g.Quiet)
	if err != nil {
		return groupChoice{}, fmt.Errorf("reading a group's settings: %w", err)
	}
	return g, nil
}

func setChoice(ctx context.Context, tx *sql.Tx, chat int64, g groupChoice) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO telegram_group (chat_id, lang, place, quiet) VALUES (?, ?, ?, ?)
		ON CONFLICT (chat_id) DO UPDATE SET lang = excluded.lang, place = excluded.place, quiet = excluded.quiet`, chat, g.Lang, g.Place, g.Quiet)
	return err
}

// inGroup is a turn as the group's admins want it. asks says that the person
// asks the documents something: then the group's place counts too.
func (b *Bot) inGroup(ctx context.Context, u turn, asks bool) (turn, error) {
	if !u.place.Group {
		return u, nil
	}
	g, err := b.store.choice(ctx, u.talk.Chat)
	if err != nil {
		return u, err
	}
	if w := wordsNamed(g.Lang); w != nil {
		u.words = w
	}
	if asks && g.Place != "" {
		u.who.Place = g.Place
	}
	u.place.Quiet = g.Quiet
	return u, nil
}

// groupSettings is /settings in a group: with a place's name it is kept, else
// its admins see what is set, with buttons.
func (b *Bot) groupSettings(ctx context.Context, u turn, r request) error {
	w := officeWords(u.words)
	switch {
	case r.text == "anonymous":
		return b.say(ctx, u, plainly(w.Anonymous), nil)
	case !b.runsGroup(ctx, u.talk.Chat, u.who.ID):
		return b.say(ctx, u, plainly(w.GroupOnly), nil)
	}
	g, err := b.store.choice(ctx, u.talk.Chat)
	if err != nil {
		return err
	}
	if name := strings.TrimSpace(r.text); name != "" {
		place, known := b.placeNamed(name)
		if !known {
			return b.say(ctx, u, plainly(fmt.Sprintf(u.words.PlaceBad, clip(oneLine(name), maxPlace))), nil)
		}
		g.Place = place
		err := b.store.change(ctx, "setting a group's place by", u.id, func(tx *sql.Tx) error { return setChoice(ctx, tx, u.talk.Chat, g) })
		if err != nil {
			return err
		}
	}
	t, keys := b.showGroup(u, g)
	return b.say(ctx, u, t, keys)
}

// Settings of a group that buttons change: N of actGroup.
const (
	groupLang = iota
	groupPlace
	groupQuiet
)

// showGroup is what is set in a group.
func (b *Bot) showGroup(u turn, g groupChoice) (styled, rows) {
	w := officeWords(u.words)
	lang := w.LangOwn
	if chosen := wordsNamed(g.Lang); chosen != nil {
		lang = chosen.Name
	}
	sound := w.Loud
	if g.Quiet {
		sound = w.Quiet
	}
	t := plainly(fmt.Sprintf(w.Group, lang, either(g.Place, w.PlaceAny), sound))
	h := holder{u.talk.Chat, u.who.ID}
	var labels []string
	var ps []press
	offer := func(label string, n int, value string) {
		labels, ps = append(labels, label), append(ps, press{Act: actGroup, Lang: u.words.Lang, N: n, Receipt: value})
	}
	for _, l := range languages {
		offer(l.Name, groupLang, l.Lang)
	}
	offer(w.LangOwn, groupLang, "")
	keys := b.signer.line(h, labels[:2], ps[:2])
	keys = append(keys, b.signer.line(h, labels[2:], ps[2:])...)
	labels, ps = nil, nil
	if g.Place != "" {
		offer(u.words.Clear, groupPlace, "")
	}
	if g.Quiet {
		offer(w.GoLoud, groupQuiet, "")
	} else {
		offer(w.GoQuiet, groupQuiet, "1")
	}
	return t, append(keys, b.signer.line(h, labels, ps)...)
}

// pressGroup deals with a button of /settings; that the person still runs the
// group is asked again.
func (b *Bot) pressGroup(ctx context.Context, u turn, c *callback, p press) error {
	u.words = wordsIn(p.Lang)
	if !u.place.Group || !b.runsGroup(ctx, u.talk.Chat, u.who.ID) {
		b.acknowledge(ctx, c.ID, officeWords(u.words).GroupOnly)
		return b.store.finish(ctx, u.id, "done")
	}
	g, err := b.store.choice(ctx, u.talk.Chat)
	if err != nil {
		return err
	}
	switch p.N {
	case groupLang:
		if g.Lang = p.Receipt; wordsNamed(g.Lang) != nil {
			u.words = wordsNamed(g.Lang)
		}
	case groupPlace:
		g.Place = ""
	case groupQuiet:
		g.Quiet = p.Receipt != ""
	}
	err = b.store.change(ctx, "changing a group's settings by", u.id, func(tx *sql.Tx) error { return setChoice(ctx, tx, u.talk.Chat, g) })
	if err != nil {
		return err
	}
	b.acknowledge(ctx, c.ID, "")
	t, keys := b.showGroup(u, g)
	return b.put(ctx, u, c.Message.ID, t, keys)
}
