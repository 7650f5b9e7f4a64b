package telegram

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/internal/han"
	"policybot/retrieval"
)

// A turn is one message or press that the bot answers, with all that the
// answer depends on.
type turn struct {
	id      int64 // of the update
	place   place
	talk    talk
	who     asker
	words   *words
	apology bool // dealing with it panicked
}

// plainly is a message in one style.
func plainly(text string) styled { return styled{{Text: text}} }

// reply is what a command is answered with.
func (b *Bot) command(ctx context.Context, u turn, r request) (styled, rows, error) {
	w := u.words
	switch r.command {
	case "new":
		return plainly(w.Fresh), nil, b.store.forget(ctx, u.talk)
	case "start":
		t, keys := b.hello(u, w)
		return t, keys, nil
	case "help":
		return plainly(fmt.Sprintf(w.Help, b.self.Username)), nil, nil
	case "what":
		return plainly(w.AskWhat), nil, nil
	case "long":
		return plainly(w.TooLong), nil, nil
	case "edited":
		return plainly(w.Edited), nil, nil
	case "sources":
		t, keys := b.listDocuments(u.place.Chat, w, 0)
		return t, keys, nil
	case "doc":
		return b.openDocument(ctx, u, r.text)
	case "asof":
		return b.setAsOf(ctx, u, r.text)
	case "lang":
		return b.setLanguage(ctx, u, strings.ToLower(r.text))
	case "place":
		return b.setPlace(ctx, u, r.text)
	case "forget":
		h := holder{b.moved(u.place.Chat), u.who.ID}
		return plainly(w.ForgetWhat), b.signer.line(h, []string{w.ForgetYes, w.ForgetNo},
			[]press{{Act: actForget, Lang: w.Lang, N: 1}, {Act: actForget, Lang: w.Lang}}), nil
	}
	return plainly(w.Unknown), nil, nil
}

// shownExamples is how many example questions /start shows.
const shownExamples = 3

// hello greets, with example questions as buttons.
func (b *Bot) hello(u turn, w *words) (styled, rows) {
	var keys rows
	for i, q := range b.examples(w.Lang) {
		if i == shownExamples {
			break
		}
		keys = append(keys, b.signer.line(holder{Chat: b.moved(u.place.Chat)}, []string{q},
			[]press{{Act: actAsk, Lang: w.Lang, Receipt: b.signer.hash("example", q)}})...)
	}
	if len(keys) == 0 {
		return plainly(w.HelloAlone), nil
	}
	return plainly(w.Hello), keys
}

func (b *Bot) examples(lang string) []string {
	if b.Examples == nil {
		return nil
	}
	return b.Examples(lang)
}

// linkedQuestion is the question in the payload of a link t.me/bot?start=…:
// its UTF-8 in unpadded base64url, which Telegram bounds to 64 characters. Who
// made the link is unknown, so the answer repeats it.
func linkedQuestion(payload string) (string, bool) {
	if len(payload) > 64 {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	text := strings.TrimSpace(string(raw))
	switch {
	case err != nil || !utf8.ValidString(text) || utf8.RuneCountInString(text) < 2,
		!strings.ContainsFunc(text, unicode.IsLetter),
		strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || han.Invisible(r) }):
		return "", false
	}
	return text, true
}

// setLanguage is /lang: with a language's name it is chosen, else the person
// is asked.
func (b *Bot) setLanguage(ctx context.Context, u turn, name string) (styled, rows, error) {
	if to := wordsNamed(name); to != nil {
		return b.choseLanguage(ctx, u.who, to)
	}
	var keys rows
	for i, l := range languages {
		keys = append(keys, b.signer.line(holder{b.moved(u.place.Chat), u.who.ID}, []string{l.Name}, []press{{Act: actLang, Lang: l.Lang, N: i}})...)
	}
	return plainly(u.words.LangWhich), keys, nil
}

func (b *Bot) choseLanguage(ctx context.Context, who asker, to *words) (styled, rows, error) {
	who.Lang = to.Lang
	return plainly(to.LangSet), nil, b.store.set(ctx, who.Key, who.settings)
}

// maxPlace is how much of an unknown place's name is repeated.
const maxPlace = 30

// setPlace is /place: with a place's name it is kept, else the person sees
// which one is, with a button to take it back.
func (b *Bot) setPlace(ctx context.Context, u turn, name string) (styled, rows, error) {
	w := u.words
	back := func() rows {
		return b.signer.line(holder{b.moved(u.place.Chat), u.who.ID}, []string{w.Clear}, []press{{Act: actAnyward, Lang: w.Lang}})
	}
	if name == "" && u.who.Place == "" {
		return plainly(w.PlaceNone), nil, nil
	}
	if name == "" {
		return plainly(fmt.Sprintf(w.PlaceIs, u.who.Place)), back(), nil
	}
	place, known := b.placeNamed(name)
	if !known {
		return plainly(fmt.Sprintf(w.PlaceBad, clip(oneLine(name), maxPlace))), nil, nil
	}
	u.who.Place = place
	return plainly(fmt.Sprintf(w.PlaceSet, place)), back(), b.store.set(ctx, u.who.Key, u.who.settings)
}

func (b *Bot) documents() []*retrieval.Document {
	if b.Corpus == nil {
		return nil
	}
	return b.Corpus.Documents()
}

// listed is how many documents one page of /sources has.
const listed = 10

// listDocuments is one page of the documents, the newest first.
func (b *Bot) listDocuments(chat int64, w *words, page int) (styled, rows) {
	docs := b.sortedDocuments()
	from, to := "", ""
	for _, d := range docs {
		if date := d.Meta.Date.Value; date != "" {
			to = max(to, date)
			from = date // they descend
		}
	}
	last := max(0, (len(docs)-1)/listed)
	page = min(max(page, 0), last)
	var t styled
	t.add(bold, w.Documents(len(docs), from, to))
	for i := page * listed; i < min((page+1)*listed, len(docs)); i++ {
		d := docs[i]
		m := d.Meta
		t.add(0, fmt.Sprintf("\n%d. ", i+1), dotted(clip(titleOf(w, d), 2*maxTitle), either(m.Date.Value, w.NoDate), m.Place.Value))
	}
	keys := b.documentButtons(chat, w, docs, page)
	var labels []string
	var ps []press
	if page > 0 {
		labels, ps = append(labels, w.Newer), append(ps, press{Act: actList, Lang: w.Lang, N: page - 1})
	}
	if page < last {
		labels, ps = append(labels, w.Older), append(ps, press{Act: actList, Lang: w.Lang, N: page + 1})
	}
	if len(ps) == 0 {
		return t, keys
	}
	return t, append(keys, b.signer.line(holder{Chat: b.moved(chat)}, labels, ps)...)
}

// menus sets the command menus: for private chats, for groups, and for the
// admins, in Chinese and in English. That one is not set costs nobody an
// answer.
func (b *Bot) menus(ctx context.Context) {
	set := func(w *words, scope string, commands []command) {
		params := tgbotapi.Params{"scope": scope}
		var menu []tgbotapi.BotCommand
		for _, c := range commands {
			menu = append(menu, tgbotapi.BotCommand{Command: c.Name, Description: c.Does})
		}
		if w == english {
			params["language_code"] = "en" // Chinese is for everyone else
		}
		err := params.AddInterface("commands", menu)
		if err == nil {
			err = b.api.call(ctx, callTimeout, "setMyCommands", params, nil)
		}
		if err != nil {
			b.Log.Warn("a command menu is not set", "err", err)
		}
	}
	for _, w := range []*words{english, chinese} {
		inGroups := slices.DeleteFunc(slices.Clone(w.Commands), func(c command) bool { return !slices.Contains(w.InGroups, c.Name) })
		set(w, `{"type":"all_private_chats"}`, w.Commands)
		set(w, `{"type":"all_group_chats"}`, inGroups)
		mine := func(id int64, besides []command) {
			set(w, fmt.Sprintf(`{"type":"chat","chat_id":%d}`, id), slices.Concat(w.Commands, besides))
		}
		for _, id := range b.Admins {
			mine(id, b.officeMenu(w))
		}
		for _, id := range b.Office.Staff {
			mine(id, officeWords(w).Staff)
		}
		set(w, `{"type":"all_chat_administrators"}`, append(inGroups, officeWords(w).Groups...))
	}
}
