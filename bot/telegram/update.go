package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The updates below name only the fields that are used: an odd value in a
// field that nobody reads must not cost a person the answer.

type update struct {
	ID       int64        `json:"update_id,omitempty"`
	Message  *message     `json:"message,omitempty"`
	Edited   *message     `json:"edited_message,omitempty"`
	Callback *callback    `json:"callback_query,omitempty"`
	Inline   *inlineQuery `json:"inline_query,omitempty"`
	Reaction *reaction    `json:"message_reaction,omitempty"`
}

type person struct {
	ID       int64  `json:"id,omitempty"`
	IsBot    bool   `json:"is_bot,omitempty"`
	Username string `json:"username,omitempty"`
	Language string `json:"language_code,omitempty"`
	// CanInline tells, of the bot itself, whether inline mode is on.
	CanInline bool `json:"supports_inline_queries,omitempty"`
}

type chat struct {
	ID   int64  `json:"id,omitempty"`
	Type string `json:"type,omitempty"`
}

type entity struct {
	Type   string  `json:"type,omitempty"`
	Offset int     `json:"offset,omitempty"` // in UTF-16 units, as Length
	Length int     `json:"length,omitempty"`
	User   *person `json:"user,omitempty"`
}

type button struct {
	Text string `json:"text,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

type markup struct {
	Rows [][]button `json:"inline_keyboard,omitempty"`
}

type message struct {
	ID           int             `json:"message_id,omitempty"`
	Thread       int             `json:"message_thread_id,omitempty"`
	InTopic      bool            `json:"is_topic_message,omitempty"`
	From         *person         `json:"from,omitempty"`
	Chat         *chat           `json:"chat,omitempty"`
	Text         string          `json:"text,omitempty"`
	Caption      string          `json:"caption,omitempty"`
	Entities     []entity        `json:"entities,omitempty"`
	ReplyTo      *message        `json:"reply_to_message,omitempty"`
	TopicCreated json.RawMessage `json:"forum_topic_created,omitempty"`
	MigrateTo    int64           `json:"migrate_to_chat_id,omitempty"`
	Album        string          `json:"media_group_id,omitempty"`
	ViaBot       json.RawMessage `json:"via_bot,omitempty"`
	SenderChat   json.RawMessage `json:"sender_chat,omitempty"`
	Forwarded    json.RawMessage `json:"forward_origin,omitempty"`
	ForwardDate  int64           `json:"forward_date,omitempty"`
	Markup       *markup         `json:"reply_markup,omitempty"`

	// What it carries instead of words; see contents.
	Voice     json.RawMessage `json:"voice,omitempty"`
	Audio     json.RawMessage `json:"audio,omitempty"`
	Video     json.RawMessage `json:"video,omitempty"`
	VideoNote json.RawMessage `json:"video_note,omitempty"`
	Animation json.RawMessage `json:"animation,omitempty"`
	Photo     json.RawMessage `json:"photo,omitempty"`
	PaidMedia json.RawMessage `json:"paid_media,omitempty"`
	Document  json.RawMessage `json:"document,omitempty"`
	Sticker   json.RawMessage `json:"sticker,omitempty"`
	Dice      json.RawMessage `json:"dice,omitempty"`
	Venue     json.RawMessage `json:"venue,omitempty"`
	Location  json.RawMessage `json:"location,omitempty"`
	Contact   json.RawMessage `json:"contact,omitempty"`
	Poll      json.RawMessage `json:"poll,omitempty"`
	Checklist json.RawMessage `json:"checklist,omitempty"`
	Story     json.RawMessage `json:"story,omitempty"`
	Game      json.RawMessage `json:"game,omitempty"`
	Invoice   json.RawMessage `json:"invoice,omitempty"`
	Giveaway  json.RawMessage `json:"giveaway,omitempty"`
}

type callback struct {
	ID      string   `json:"id,omitempty"`
	From    *person  `json:"from,omitempty"`
	Message *message `json:"message,omitempty"`
	Data    string   `json:"data,omitempty"`
}

var updateID = regexp.MustCompile(`"update_id"\s*:\s*"?(\d{1,18})`)

// decode reads one update. The id is found where the rest cannot be read, so
// that the update can be passed over; it is 0 where there is none.
func decode(raw []byte) (u update, id int64, err error) {
	err = json.Unmarshal(raw, &u)
	if err == nil && u.ID > 0 {
		return u, u.ID, u.check()
	}
	if m := updateID.FindSubmatch(raw); m != nil {
		id, _ = strconv.ParseInt(string(m[1]), 10, 64)
	}
	if err == nil {
		err = errors.New("it has no update_id")
	}
	return update{}, id, err
}

// check refuses updates that lack what their kind must have.
func (u update) check() error {
	switch {
	case u.Message != nil && !u.Message.located(), u.Edited != nil && !u.Edited.located():
		return errors.New("its message has no chat or id")
	case u.Callback != nil && (u.Callback.ID == "" || u.Callback.From == nil):
		return errors.New("its callback query has no id or sender")
	case u.Callback != nil && u.Callback.Message != nil && u.Callback.Message.Chat == nil:
		return errors.New("its callback query's message has no chat")
	case u.Reaction != nil && (u.Reaction.Chat == nil || u.Reaction.Chat.ID == 0 || u.Reaction.Message <= 0):
		return errors.New("its reaction has no chat or message")
	case u.Inline != nil && (u.Inline.ID == "" || u.Inline.From == nil || u.Inline.From.ID == 0):
		return errors.New("its inline query has no id or sender")
	}
	return nil
}

func (m *message) located() bool { return m.Chat != nil && m.Chat.ID != 0 && m.ID > 0 }

// sentBy reports whether a person sent what a bot offered in inline mode: its
// words, not theirs.
func (m *message) sentBy(bot int64) bool {
	var via person
	return m.ViaBot != nil && json.Unmarshal(m.ViaBot, &via) == nil && via.ID == bot
}

// lane names what must be dealt with in order: the messages of a chat, and,
// apart from them, the presses on its buttons. A press that asks a question or
// forgets a person goes with the messages; files and what admins press, which
// may take minutes, are apart again. Empty for an update that needs nothing.
func (u update) lane() string {
	switch {
	case u.Message != nil && u.Message.Document != nil && u.Message.Chat.Type == "private":
		return strconv.FormatInt(u.Message.Chat.ID, 10) + " office"
	case u.Message != nil:
		return strconv.FormatInt(u.Message.Chat.ID, 10)
	case u.Edited != nil:
		return strconv.FormatInt(u.Edited.Chat.ID, 10)
	case u.Reaction != nil && u.Reaction.judges():
		return strconv.FormatInt(u.Reaction.Chat.ID, 10)
	case u.Callback != nil && u.Callback.Message == nil:
		return fmt.Sprintf("user %d", u.Callback.From.ID)
	case u.Callback != nil && u.Callback.Data != "" && slices.Contains([]action{actAsk, actForget}, action(u.Callback.Data[0])):
		return strconv.FormatInt(u.Callback.Message.Chat.ID, 10)
	case u.Callback != nil && u.Callback.Data != "" && action(u.Callback.Data[0]).ofOffice():
		return strconv.FormatInt(u.Callback.Message.Chat.ID, 10) + " office"
	case u.Callback != nil:
		return strconv.FormatInt(u.Callback.Message.Chat.ID, 10) + " buttons"
	}
	return ""
}

// thread is the topic of a forum that the message stands in, 0 for none. In
// other chats message_thread_id names a chain of replies, which is no place.
func (m *message) thread() int {
	if m.InTopic {
		return m.Thread
	}
	return 0
}

var commandForm = regexp.MustCompile(`^/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,64}))?(?:\s+|$)`)

// parseCommand splits "/ask@bot words" into "ask", "bot" and "words". It reads
// the text alone: entities are the sender's word and may be forged.
func parseCommand(text string) (name, to, rest string, ok bool) {
	m := commandForm.FindStringSubmatchIndex(text)
	if m == nil {
		return "", "", "", false
	}
	name = strings.ToLower(text[m[2]:m[3]])
	if m[4] >= 0 {
		to = text[m[4]:m[5]]
	}
	return name, to, strings.TrimSpace(text[m[1]:]), true
}

// takeMention removes the mentions of the bot from a text and reports whether
// there was one.
func takeMention(text, username string) (string, bool) {
	if username == "" {
		return text, false
	}
	var kept strings.Builder
	found := false
	want := "@" + username
	for i := 0; i < len(text); {
		end := i + len(want)
		if text[i] == '@' && end <= len(text) && strings.EqualFold(text[i:end], want) &&
			(i == 0 || !isNameByte(text[i-1])) && (end == len(text) || !isNameByte(text[end])) {
			found, i = true, end
			continue
		}
		kept.WriteByte(text[i])
		i++
	}
	return strings.TrimSpace(kept.String()), found
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// covered is the stretch of text that an entity claims to mark; ok is false
// when it lies outside the text or cuts a character in half.
func (e entity) covered(text string) (from, to int, ok bool) {
	if e.Offset < 0 || e.Length <= 0 || e.Length > len(text) || e.Offset > len(text) {
		return 0, 0, false
	}
	from, to = -1, -1
	at := 0
	for i, r := range text {
		if at == e.Offset {
			from = i
		}
		if at == e.Offset+e.Length {
			to = i
			break
		}
		at += max(1, utf16.RuneLen(r))
	}
	if at == e.Offset+e.Length && to < 0 {
		to = len(text)
	}
	return from, to, from >= 0 && to > from && utf8.ValidString(text[from:to])
}

// takeTextMention removes the marks that name the bot by its id.
func (m *message) takeTextMention(self int64) (string, bool) {
	for _, e := range m.Entities {
		if e.Type != "text_mention" || e.User == nil || e.User.ID != self {
			continue
		}
		if from, to, ok := e.covered(m.Text); ok {
			return strings.TrimSpace(m.Text[:from] + m.Text[to:]), true
		}
	}
	return m.Text, false
}
