package telegramtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// spec names the parameters of methods and the fields of the objects in them,
// as npm's @gramio/types 10.3.1 (MIT licence) has them, which is made from
// core.telegram.org/bots/api: "#" is behind numbers, "?" behind booleans, "!"
// behind what must be there, and ":" before the object that it holds, or one of
// two. Where more may stand, it is those that this package models.
var spec = map[string]string{
	"answerCallbackQuery":    "callback_query_id! text show_alert? url cache_time#",
	"answerInlineQuery":      "inline_query_id! results!:InlineQueryResultArticle cache_time# is_personal? next_offset button:InlineQueryResultsButton",
	"deleteMessage":          "chat_id! message_id#!",
	"deleteWebhook":          "drop_pending_updates?",
	"editMessageReplyMarkup": "business_connection_id chat_id message_id# inline_message_id reply_markup:InlineKeyboardMarkup",
	"editMessageText":        "business_connection_id chat_id message_id# inline_message_id text parse_mode entities link_preview_options:LinkPreviewOptions rich_message reply_markup:InlineKeyboardMarkup",
	"getChatMember":          "chat_id! user_id#!",
	"getFile":                "file_id!",
	"getMe":                  "",
	"getMyCommands":          "scope language_code",
	"getUpdates":             "offset# limit# timeout# allowed_updates",
	"getWebhookInfo":         "",
	"sendChatAction":         "business_connection_id chat_id! message_thread_id# action!",
	"sendDocument":           "business_connection_id chat_id! message_thread_id# direct_messages_topic_id# ephemeral_message_parameters document! thumbnail caption parse_mode caption_entities disable_content_type_detection? disable_notification? protect_content? allow_paid_broadcast? message_effect_id suggested_post_parameters reply_parameters:ReplyParameters reply_markup:InlineKeyboardMarkup|ForceReply",
	"sendMessage":            "business_connection_id chat_id! message_thread_id# direct_messages_topic_id# ephemeral_message_parameters text! parse_mode entities link_preview_options:LinkPreviewOptions disable_notification? protect_content? allow_paid_broadcast? message_effect_id suggested_post_parameters reply_parameters:ReplyParameters reply_markup:InlineKeyboardMarkup|ForceReply",
	"sendMessageDraft":       "chat_id#! message_thread_id# draft_id#! text parse_mode entities can_stop? keep_on_stop?",
	"sendPhoto":              "business_connection_id chat_id! message_thread_id# direct_messages_topic_id# ephemeral_message_parameters photo! caption parse_mode caption_entities show_caption_above_media? has_spoiler? disable_notification? protect_content? allow_paid_broadcast? message_effect_id suggested_post_parameters reply_parameters:ReplyParameters reply_markup:InlineKeyboardMarkup|ForceReply",
	"setMyCommands":          "commands!:BotCommand scope language_code",
	"setWebhook":             "url! certificate ip_address max_connections# allowed_updates drop_pending_updates? secret_token",

	"BotCommand":               "command! description! is_ephemeral?",
	"ForceReply":               "force_reply?! input_field_placeholder selective?",
	"InlineKeyboardButton":     "text! icon_custom_emoji_id style url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat switch_inline_query_chosen_chat copy_text callback_game pay? disabled",
	"InlineKeyboardMarkup":     "inline_keyboard!:InlineKeyboardButton force_reply?",
	"InlineQueryResultArticle": "type! id! title! input_message_content!:InputTextMessageContent reply_markup:InlineKeyboardMarkup url description thumbnail_url thumbnail_width# thumbnail_height#",
	"InlineQueryResultsButton": "text! web_app start_parameter",
	"InputTextMessageContent":  "message_text! parse_mode entities link_preview_options:LinkPreviewOptions",
	"LinkPreviewOptions":       "is_disabled? url prefer_small_media? prefer_large_media? show_above_text?",
	"ReplyParameters":          "message_id# chat_id ephemeral_message_id# allow_sending_without_reply? quote quote_parse_mode quote_entities quote_position# checklist_task_id# poll_option_id",
}

// check compares a request, field by field, with spec; the error says what it
// has too much or too little.
func check(method string, params url.Values) error {
	for name := range spec {
		if strings.EqualFold(name, method) {
			method = name // a server takes any case
		}
	}
	fields := map[string]json.RawMessage{}
	for name := range params {
		value, err := json.Marshal(params.Get(name))
		if err != nil {
			return err
		}
		fields[name] = value
	}
	return checkFields(method, fields)
}

func checkFields(kind string, fields map[string]json.RawMessage) error {
	known := map[string]string{}
	for _, field := range strings.Fields(spec[kind]) {
		name, must, form := readField(field)
		known[name] = form
		if _, there := fields[name]; must && !there {
			return fmt.Errorf("%s has no %s", kind, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		form, ok := known[name]
		if !ok {
			return fmt.Errorf("%s has a field %q that the Bot API does not know", kind, name)
		}
		if err := checkForm(form, fields[name]); err != nil {
			return fmt.Errorf("%s.%s: %w", kind, name, err)
		}
	}
	return nil
}

// readField is the name of a field of spec, and what it holds: an object's
// name or two, "#", "?", or "" for anything.
func readField(field string) (name string, must bool, form string) {
	name, form, _ = strings.Cut(field, ":")
	name, must = strings.CutSuffix(name, "!")
	for _, mark := range []string{"#", "?"} {
		if bare, marked := strings.CutSuffix(name, mark); marked {
			return bare, must, mark
		}
	}
	return name, must, form
}

// checkForm checks a value, which is a text in the parameters of a method.
func checkForm(form string, raw json.RawMessage) error {
	switch form {
	case "":
		return nil
	case "#", "?":
		plain := raw
		if text := ""; json.Unmarshal(raw, &text) == nil {
			plain = json.RawMessage(text)
		}
		_, err := strconv.ParseInt(string(plain), 10, 64)
		if form == "?" {
			_, err = strconv.ParseBool(string(plain))
		}
		return err
	}
	first, other, _ := strings.Cut(form, "|")
	err := checkObject(first, raw)
	if err != nil && other != "" && checkObject(other, raw) == nil {
		return nil
	}
	return err
}

// checkObject checks an object, a list of them, or either as a text.
func checkObject(kind string, raw json.RawMessage) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, one := range list {
			if err := checkObject(kind, one); err != nil {
				return err
			}
		}
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return fmt.Errorf("it is no %s: %w", kind, err)
	}
	if len(fields) == 0 {
		return nil // {} stands for none
	}
	return checkFields(kind, fields)
}
