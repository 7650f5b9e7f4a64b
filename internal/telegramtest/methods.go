package telegramtest

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxText is how long a message may be after parsing, in UTF-16 units.
const MaxText = 4096

func (s *Server) getMe(context.Context, url.Values) reply {
	return ok(map[string]any{
		"id": s.self.ID, "is_bot": true, "first_name": s.self.FirstName, "username": s.self.Username,
		"can_join_groups": true, "can_read_all_group_messages": s.opts.ReadsGroups, "supports_inline_queries": true,
	})
}

// target finds the chat that a request writes to. s.mu is held.
func (s *Server) target(params url.Values) (*Chat, *reply) {
	no := func(r reply) (*Chat, *reply) { return nil, &r }
	id := params.Get("chat_id")
	if id == "" {
		return no(badRequest("Chat_id is empty"))
	}
	n, err := strconv.ParseInt(id, 10, 64)
	c := s.chats[n]
	switch {
	case err != nil || c == nil:
		return no(badRequest("Chat not found"))
	case c.movedTo != 0:
		r := badRequest("Group chat was upgraded to a supergroup chat")
		r.parameters = map[string]any{"migrate_to_chat_id": c.movedTo}
		return no(r)
	case c.gone != "":
		return no(refuse(403, "%s", c.gone))
	}
	return c, nil
}

// text reads the text of a message to send.
func text(params url.Values) (string, []Entity, *reply) {
	no := func(r reply) (string, []Entity, *reply) { return "", nil, &r }
	raw := params.Get("text")
	if raw == "" {
		return no(badRequest("Message text is empty"))
	}
	var es []Entity
	switch strings.ToLower(params.Get("parse_mode")) {
	case "", "none":
		if list := params.Get("entities"); list != "" {
			_ = json.Unmarshal([]byte(list), &es)
		}
	case "html":
		var err error
		if raw, es, err = ParseHTML(raw); err != nil {
			return no(badRequest("Can't parse entities: " + err.Error()))
		}
	default:
		return no(badRequest("Unsupported parse_mode")) // Markdown is not modelled
	}
	raw, es = tidy(raw, es)
	if raw == "" {
		return no(badRequest("Text must be non-empty"))
	}
	return raw, es, nil
}

// keyboard reads reply_markup; nil when there is none.
func keyboard(params url.Values) ([][]Button, *reply) {
	no := func(text string) ([][]Button, *reply) { r := badRequest(text); return nil, &r }
	raw := params.Get("reply_markup")
	if raw == "" {
		return nil, nil
	}
	var markup struct {
		Rows [][]map[string]any `json:"inline_keyboard"`
	}
	if bad := checkForceReply(raw); bad != nil {
		return nil, bad
	}
	if err := json.Unmarshal([]byte(raw), &markup); err != nil {
		return no("Can't parse reply keyboard markup JSON object")
	}
	var rows [][]Button
	count := 0
	for _, row := range markup.Rows {
		var out []Button
		for _, fields := range row {
			label, isText := fields["text"].(string)
			data, hasData := fields["callback_data"].(string)
			link, hasLink := fields["url"].(string)
			switch {
			case !isText:
				return no(`Can't parse inline keyboard button: Field "text" must be of type String`)
			case !hasData && !hasLink:
				return no("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
			case strings.TrimSpace(label) == "":
				return no("BUTTON_TEXT_INVALID")
			case hasData && (data == "" || len(data) > 64):
				return no("BUTTON_DATA_INVALID")
			case hasLink && !strings.Contains(link, "://"):
				return no("BUTTON_URL_INVALID")
			}
			out = append(out, Button{label, data, link})
			count++
		}
		if len(out) > 8 {
			return no("BUTTON_ROW_TOO_LONG")
		}
		if len(out) > 0 {
			rows = append(rows, out)
		}
	}
	if count > 100 {
		return no("REPLY_MARKUP_TOO_LONG")
	}
	return rows, nil
}

func (s *Server) sendMessage(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, es, bad := text(params)
	if bad != nil {
		return *bad
	}
	if Units(body) > MaxText {
		return badRequest("Message is too long")
	}
	return s.send(params, &Message{Text: body, Entities: es})
}

// send puts a message of the bot into the chat that a request names. s.mu is
// held.
func (s *Server) send(params url.Values, m *Message) reply {
	rows, bad := keyboard(params)
	if bad != nil {
		return *bad
	}
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	m.Thread = number(params, "message_thread_id", 0, 0, 1<<31-1)
	if m.Thread != 0 && c.topics[m.Thread] == "" {
		return badRequest("Message thread not found")
	}
	if m.ReplyTo, bad = c.replyTo(params); bad != nil {
		return *bad
	}
	if r, admitted := s.admit(c, "send"); !admitted {
		return r
	}
	m.Bot, m.Name, m.Keyboard = true, s.self.FirstName, rows
	c.add(m)
	c.botSpoke = true
	return ok(c.messageJSON(m, true))
}

func (c *Chat) replyTo(params url.Values) (int, *reply) {
	raw := params.Get("reply_parameters")
	if raw == "" {
		return 0, nil
	}
	var to struct {
		ID      int  `json:"message_id"`
		Without bool `json:"allow_sending_without_reply"`
	}
	if json.Unmarshal([]byte(raw), &to) != nil {
		r := badRequest("Can't parse reply parameters JSON object")
		return 0, &r
	}
	if c.find(to.ID) == nil {
		if to.Without {
			return 0, nil
		}
		r := badRequest("Message to be replied not found")
		return 0, &r
	}
	return to.ID, nil
}

func (s *Server) editMessageText(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, es, bad := text(params)
	if bad != nil {
		return *bad
	}
	return s.edit(params, func(m *Message) *reply {
		if m.File != nil {
			r := badRequest("There is no text in the message to edit")
			return &r
		}
		if Units(body) > MaxText {
			r := badRequest("MESSAGE_TOO_LONG")
			return &r
		}
		m.Text, m.Entities = body, es
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.edit(params, func(*Message) *reply { return nil })
}

// edit changes one message of the bot. s.mu is held.
func (s *Server) edit(params url.Values, change func(*Message) *reply) reply {
	rows, bad := keyboard(params)
	if bad != nil {
		return *bad
	}
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	m := c.find(number(params, "message_id", 0, 0, 1<<31-1))
	if m == nil {
		return badRequest("Message to edit not found")
	}
	if !m.Bot {
		return badRequest("Message can't be edited")
	}
	changed := *m
	if bad := change(&changed); bad != nil {
		return *bad
	}
	changed.Keyboard = rows
	if changed.Text == m.Text && same(changed.Entities, m.Entities) && same(changed.Keyboard, m.Keyboard) {
		return badRequest("Message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if r, admitted := s.admit(c, "edit"); !admitted {
		return r
	}
	changed.Edited = time.Now()
	changed.Edits++
	*m = changed
	return ok(c.messageJSON(m, true))
}

func same[T any](a, b []T) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }

func (s *Server) deleteMessage(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	m := c.find(number(params, "message_id", 0, 0, 1<<31-1))
	switch {
	case m == nil:
		return badRequest("Message to delete not found")
	case !m.Bot && c.isGroup(), time.Since(m.At) > 48*time.Hour:
		return badRequest("Message can't be deleted")
	}
	m.Deleted = true
	return ok(true)
}

var actionNames = "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note upload_video_note "

func (s *Server) sendChatAction(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := params.Get("action")
	if action == "" || !strings.Contains(actionNames, action+" ") {
		return badRequest("Wrong parameter action in request")
	}
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	if thread := number(params, "message_thread_id", 0, 0, 1<<31-1); thread != 0 && c.topics[thread] == "" {
		return badRequest("Message thread not found")
	}
	c.actions = append(c.actions, action)
	return ok(true)
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []struct{ Command, Description string }
	if err := json.Unmarshal([]byte(params.Get("commands")), &list); err != nil {
		return badRequest("Can't parse commands JSON object")
	}
	if len(list) > 100 {
		return badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range list {
		if !commandName.MatchString(c.Command) {
			return badRequest("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > 256 {
			return badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	if raw := params.Get("scope"); raw != "" {
		var scope struct {
			Type string `json:"type"`
			Chat int64  `json:"chat_id"`
		}
		err := json.Unmarshal([]byte(raw), &scope)
		switch {
		case err != nil:
			return badRequest("Can't parse BotCommandScope JSON object")
		case strings.HasPrefix(scope.Type, "chat") && s.chats[scope.Chat] == nil:
			return badRequest("Chat not found")
		case !strings.Contains(" default all_private_chats all_group_chats all_chat_administrators chat chat_administrators ", " "+scope.Type+" "):
			return badRequest("Unsupported type specified")
		}
	}
	if lang := params.Get("language_code"); lang != "" && len(lang) != 2 {
		return badRequest("LANG_CODE_INVALID")
	}
	s.commands[params.Get("scope")+params.Get("language_code")] = params.Get("commands")
	return ok(true)
}

// Commands is the menu for a scope and a language, as the bot set it.
func (s *Server) Commands(scope, language string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands[scope+language]
}

func (s *Server) getMyCommands(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.commands[params.Get("scope")+params.Get("language_code")]
	if list == "" {
		list = "[]"
	}
	return ok(json.RawMessage(list))
}
