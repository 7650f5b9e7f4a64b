package telegramtest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

// A User is a person.
type User struct {
	user
	s *Server
}

// A Chat is a private chat, a group or a supergroup.
type Chat struct {
	ID    int64
	Type  string // private, group, supergroup
	Title string
	Forum bool

	s        *Server
	messages []*Message
	topics   map[int]string
	actions  []string
	gone     string // why the bot cannot write here, in Telegram's words
	movedTo  int64
	botSpoke bool // the bot wrote the last message
	botAdmin bool
	drafts   []string // what the bot showed before it wrote
}

// A Message is one message as its chat keeps it.
type Message struct {
	ID        int
	Thread    int // the topic, in a forum
	From      int64
	Name      string // of who wrote it
	Bot       bool
	At        time.Time
	Edited    time.Time
	Edits     int
	Text      string
	Entities  []Entity
	Keyboard  [][]Button
	ReplyTo   int
	Deleted   bool
	File      *File              // nil for a message without one
	service   map[string]any     // fields of a service message
	reactions map[int64][]string // emoji, by who set them
}

// A Button is one button under a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// User adds a person; language is a tag such as zh-hans, or empty.
func (s *Server) User(id int64, name, language string) *User {
	return &User{user{ID: id, FirstName: name, Language: language}, s}
}

// Private is the chat of a person with the bot.
func (s *Server) Private(u *User) *Chat {
	return s.chat(&Chat{ID: u.ID, Type: "private", Title: u.FirstName})
}

// Group adds a basic group; its id must be negative.
func (s *Server) Group(id int64, title string) *Chat {
	return s.chat(&Chat{ID: id, Type: "group", Title: title})
}

// Supergroup adds a supergroup, with topics when forum is set.
func (s *Server) Supergroup(id int64, title string, forum bool) *Chat {
	return s.chat(&Chat{ID: id, Type: "supergroup", Title: title, Forum: forum})
}

func (s *Server) chat(c *Chat) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.chats[c.ID]; old != nil {
		return old
	}
	c.s, c.topics = s, map[int]string{}
	s.chats[c.ID] = c
	return c
}

func (c *Chat) isGroup() bool { return c.Type != "private" }

// Topic opens a topic in a forum and returns its thread id.
func (c *Chat) Topic(name string) int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.add(&Message{Name: "Telegram", service: map[string]any{"forum_topic_created": map[string]any{"name": name, "icon_color": 7322096}}})
	m.Thread = m.ID
	c.topics[m.ID] = name
	return m.ID
}

// Block makes the person block the bot, or, in a group, throw it out.
func (c *Chat) Block() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.gone = "Forbidden: bot was blocked by the user"
	if c.isGroup() {
		c.gone = fmt.Sprintf("Forbidden: bot was kicked from the %s chat", c.Type)
	}
}

// Unblock undoes Block.
func (c *Chat) Unblock() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.gone = ""
}

// Upgrade turns the group into a supergroup with a new id. Tell says whether
// the bot gets the service message about it.
func (c *Chat) Upgrade(newID int64, tell bool) *Chat {
	up := c.s.Supergroup(newID, c.Title, false)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.movedTo = newID
	if tell {
		m := c.add(&Message{Name: "Telegram", service: map[string]any{"migrate_to_chat_id": newID}})
		c.s.push("message", c.messageJSON(m, true))
	}
	return up
}

// add appends a message to the chat. s.mu is held.
func (c *Chat) add(m *Message) *Message {
	m.ID = len(c.messages) + 1
	m.At = time.Now()
	c.messages = append(c.messages, m)
	return m
}

func (c *Chat) find(id int) *Message {
	if id < 1 || id > len(c.messages) || c.messages[id-1].Deleted {
		return nil
	}
	return c.messages[id-1]
}

// A SendOption adds to a message that a person sends.
type SendOption func(*Message)

// Reply makes the message an answer to another.
func Reply(id int) SendOption { return func(m *Message) { m.ReplyTo = id } }

// In puts the message in a topic.
func In(thread int) SendOption { return func(m *Message) { m.Thread = thread } }

// Photo makes it a photo without text.
func Photo() SendOption {
	return func(m *Message) {
		m.service = map[string]any{"photo": []any{map[string]any{"file_id": "AgACAg", "file_unique_id": "AQAD", "width": 90, "height": 60}}}
	}
}

// Voice makes it a voice message.
func Voice() SendOption {
	return func(m *Message) {
		m.service = map[string]any{"voice": map[string]any{"file_id": "AwACAg", "file_unique_id": "AgAD", "duration": 3}}
	}
}

// Carrying makes it a message of another kind: audio, sticker, poll, and so on,
// by the field of the Bot API's Message.
func Carrying(field string, object any) SendOption {
	return func(m *Message) { m.add(field, object) }
}

// Forwarded makes it someone else's message that is passed on.
func Forwarded() SendOption {
	return func(m *Message) {
		m.service = map[string]any{"forward_date": m.At.Unix(), "forward_origin": map[string]any{"type": "hidden_user", "sender_user_name": "某人", "date": 1_700_000_000}}
	}
}

// Edit lets a person change a message.
func (c *Chat) Edit(u *User, id int, text string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(id)
	if m == nil {
		return
	}
	m.Text, m.Entities, m.Edited = text, detect(text), time.Now()
	m.Edits++
	if c.gone == "" && c.delivers(m) {
		raw := c.messageJSON(m, true)
		raw["from"] = u.user
		c.s.push("edited_message", raw)
	}
}

// Send lets a person write and returns the message's id. The bot gets it if
// privacy mode lets it through.
func (c *Chat) Send(u *User, text string, opts ...SendOption) int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := &Message{From: u.ID, Name: u.FirstName, Text: text, Entities: detect(text)}
	for _, o := range opts {
		o(m)
	}
	c.add(m)
	if c.gone == "" && c.delivers(m) {
		raw := c.messageJSON(m, true)
		raw["from"] = u.user
		c.s.push("message", raw)
	}
	c.botSpoke = false
	return m.ID
}

// delivers is privacy mode: core.telegram.org/bots/features#privacy-mode.
func (c *Chat) delivers(m *Message) bool {
	if !c.isGroup() || c.s.opts.ReadsGroups {
		return true
	}
	name := "@" + strings.ToLower(c.s.self.Username)
	for _, e := range m.Entities {
		word := strings.ToLower(slice(m.Text, e))
		switch _, to, named := strings.Cut(word, "@"); {
		case e.Type == "mention" && word == name, e.Type == "bot_command" && named && "@"+to == name:
			return true
		case e.Type == "bot_command" && !named && c.botSpoke:
			return true
		}
	}
	to := c.find(m.ReplyTo)
	return to != nil && to.Bot
}

// messageJSON is the Bot API's Message. s.mu is held.
func (c *Chat) messageJSON(m *Message, deep bool) map[string]any {
	out := map[string]any{"message_id": m.ID, "date": m.At.Unix(), "chat": c.json()}
	if m.Bot {
		out["from"] = c.s.self
	} else if m.From != 0 {
		out["from"] = user{ID: m.From, FirstName: m.Name}
	}
	words, marks := "text", "entities"
	if m.File != nil {
		words, marks = "caption", "caption_entities"
	}
	if m.Text != "" {
		out[words] = m.Text
	}
	if len(m.Entities) > 0 {
		out[marks] = m.Entities
	}
	if m.Keyboard != nil {
		out["reply_markup"] = map[string]any{"inline_keyboard": m.Keyboard}
	}
	if !m.Edited.IsZero() {
		out["edit_date"] = m.Edited.Unix()
	}
	if m.Thread != 0 {
		out["message_thread_id"], out["is_topic_message"] = m.Thread, true
	}
	for k, v := range m.service {
		out[k] = v
	}
	// In a topic, a message that answers none answers the topic's first.
	if to := c.find(cmp.Or(m.ReplyTo, m.Thread)); deep && to != nil && to != m {
		out["reply_to_message"] = c.messageJSON(to, false)
	}
	return out
}

func (c *Chat) json() map[string]any {
	out := map[string]any{"id": c.ID, "type": c.Type}
	if c.isGroup() {
		out["title"] = c.Title
	} else {
		out["first_name"] = c.Title
	}
	if c.Forum {
		out["is_forum"] = true
	}
	return out
}

// Messages are copies of the chat's messages, deleted ones left out.
func (c *Chat) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var out []Message
	for _, m := range c.messages {
		if !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// FromBot are the messages that the bot wrote.
func (c *Chat) FromBot() []Message {
	return slices.DeleteFunc(c.Messages(), func(m Message) bool { return !m.Bot })
}

// Delete lets a person delete a message.
func (c *Chat) Delete(id int) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if m := c.find(id); m != nil {
		m.Deleted = true
	}
}

// Actions are the chat actions that the bot showed, such as "typing".
func (c *Chat) Actions() []string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.actions)
}

var (
	commands = regexp.MustCompile(`(?:^|[\s(])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)`)
	mentions = regexp.MustCompile(`(?:^|[^A-Za-z0-9_/])(@[A-Za-z0-9_]{3,32})`)
)

// detect finds commands and mentions as Telegram marks them in what people
// write.
func detect(text string) []Entity {
	var out []Entity
	for kind, re := range map[string]*regexp.Regexp{"bot_command": commands, "mention": mentions} {
		for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
			if kind == "mention" && at[2] > 0 && text[at[2]-1] == '/' {
				continue
			}
			out = append(out, Entity{Type: kind, Offset: Units(text[:at[2]]), Length: Units(text[at[2]:at[3]])})
		}
	}
	sortEntities(out)
	return out
}

// slice is the text that an entity covers.
func slice(text string, e Entity) string {
	from, at := -1, 0
	for i, r := range text {
		if at == e.Offset {
			from = i
		}
		if at == e.Offset+e.Length {
			return text[from:i]
		}
		at += Units(string(r))
	}
	if from < 0 || !utf8.ValidString(text) {
		return ""
	}
	return text[from:]
}
