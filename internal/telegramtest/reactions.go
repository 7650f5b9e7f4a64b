package telegramtest

import (
	"slices"
	"time"
)

// Promote makes the bot an admin of the group, who sees reactions.
func (c *Chat) Promote() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.botAdmin = true
}

// React sets the emoji that a person has under a message; none takes them
// away. The bot hears of it if it asked for message_reaction by name, in
// private chats and where it is an admin.
func (c *Chat) React(u *User, message int, emoji ...string) {
	c.react(map[string]any{"user": u.user}, u.ID, message, emoji)
}

// ReactAnonymously is React by an admin in the chat's name.
func (c *Chat) ReactAnonymously(message int, emoji ...string) {
	c.react(map[string]any{"actor_chat": c.json()}, c.ID, message, emoji)
}

func (c *Chat) react(actor map[string]any, id int64, message int, emoji []string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(message)
	if m == nil {
		return
	}
	if m.reactions == nil {
		m.reactions = map[int64][]string{}
	}
	before := m.reactions[id]
	m.reactions[id] = emoji
	if c.gone != "" || c.isGroup() && !c.botAdmin || !slices.Contains(c.s.allowed, "message_reaction") {
		return
	}
	actor["chat"], actor["message_id"], actor["date"] = c.json(), message, time.Now().Unix()
	actor["old_reaction"], actor["new_reaction"] = reactionTypes(before), reactionTypes(emoji)
	c.s.push("message_reaction", actor)
}

func reactionTypes(emoji []string) []map[string]string {
	out := []map[string]string{}
	for _, e := range emoji {
		out = append(out, map[string]string{"type": "emoji", "emoji": e})
	}
	return out
}
