package telegram

import (
	"context"
	"encoding/json"
	"sync"
)

// In a private chat everything gets a word, also what we cannot read; in a
// group nothing of that is meant for us.

// A content is what a message carries instead of words, and the key of the
// catalogues' word for it.
type content struct {
	raw  *json.RawMessage
	word string
}

// contents are all kinds that core.telegram.org/bots/api#message knows of what
// a person can send. Those that come with another for older bots stand before
// it: an animation is a document too, a venue a location. What is not here is a
// notice of the chat, such as a pin, or not invented yet.
func (m *message) contents() []content {
	return []content{
		{&m.Voice, "voice"}, {&m.Audio, "audio"},
		{&m.Animation, "video"}, {&m.Video, "video"}, {&m.VideoNote, "video"},
		{&m.Photo, "photo"}, {&m.PaidMedia, "photo"}, {&m.Document, "document"},
		{&m.Sticker, "sticker"}, {&m.Dice, "sticker"},
		{&m.Venue, "location"}, {&m.Location, "location"}, {&m.Contact, "contact"},
		{&m.Poll, "poll"}, {&m.Checklist, ""},
		{&m.Story, ""}, {&m.Game, ""}, {&m.Invoice, ""}, {&m.Giveaway, ""},
	}
}

// media is the key of the word for what a message carries; false for nothing.
func (m *message) media() (word string, ok bool) {
	for _, c := range m.contents() {
		if *c.raw != nil {
			return c.word, true
		}
	}
	return "", m.Caption != ""
}

// bare is m without what its contents say: who they call and where they are is
// nobody's business. Of files that may be fetched the id stays.
func (m *message) bare() {
	for _, c := range m.contents() {
		if *c.raw == nil {
			continue
		}
		m.Caption = ""
		if c.raw != &m.Voice && c.raw != &m.Document {
			*c.raw = json.RawMessage(`{}`)
		}
	}
}

// albums remembers which albums got their word: ten pictures come as ten
// messages. A restart forgets them.
type albums struct {
	mu   sync.Mutex
	told map[string]bool
}

// maxAlbums bounds how many are remembered.
const maxAlbums = 1024

func (a *albums) has(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return id != "" && a.told[id]
}

func (a *albums) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if id == "" {
		return
	}
	if a.told == nil || len(a.told) >= maxAlbums {
		a.told = map[string]bool{}
	}
	a.told[id] = true
}

// decline answers what cannot be read with a word; one for an album.
func (b *Bot) decline(ctx context.Context, u turn, m *message, kind string) error {
	if b.albums.has(m.Album) {
		return b.store.finish(ctx, u.id, "done")
	}
	err := b.say(ctx, u, plainly(u.words.Media[kind]), nil)
	if err == nil {
		b.albums.add(m.Album)
	}
	return err
}
