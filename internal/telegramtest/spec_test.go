package telegramtest

import (
	"net/url"
	"strings"
	"testing"
)

// TestHandlersFollowTheSpec: what a method of this package takes, the Bot API
// takes.
func TestHandlersFollowTheSpec(t *testing.T) {
	names := map[string]string{}
	for name := range spec {
		names[strings.ToLower(name)] = name
	}
	for method, h := range handlers {
		known := names[method]
		if known == "" {
			t.Errorf("spec lacks %s", method)
		}
		for _, param := range strings.Fields(h.params) {
			found := false
			for _, field := range strings.Fields(spec[known]) {
				name, _, _ := readField(field)
				found = found || name == param
			}
			if !found {
				t.Errorf("%s takes %s, which the Bot API does not", known, param)
			}
		}
	}
}

func TestCheckFields(t *testing.T) {
	for _, c := range []struct {
		method string
		params url.Values
		bad    string
	}{
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}}, ""},
		{"sendmessage", url.Values{"chat_id": {"1"}}, "sendMessage has no text"},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "reply_to": {"1"}}, `field "reply_to"`},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "reply_markup": {`{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}`}}, ""},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "reply_markup": {`{"inline_keyboard":[[{"text":"a","data":"b"}]]}`}}, `field "data"`},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "link_preview_options": {`{"disabled":true}`}}, `field "disabled"`},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "reply_parameters": {`[`}}, "no ReplyParameters"},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "message_thread_id": {"first"}}, "message_thread_id"},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "disable_notification": {"yes"}}, "disable_notification"},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "reply_parameters": {`{"message_id":"x"}`}}, "message_id"},
		{"sendMessage", url.Values{"chat_id": {"1"}, "text": {"x"}, "link_preview_options": {`{"is_disabled":{}}`}}, "is_disabled"},
		{"answerInlineQuery", url.Values{"inline_query_id": {"1"}, "results": {`[{"type":"article","id":"1","title":"t"}]`}}, "has no input_message_content"},
	} {
		err := check(c.method, c.params)
		if (err == nil) != (c.bad == "") || err != nil && !strings.Contains(err.Error(), c.bad) {
			t.Errorf("%s %v: %v", c.method, c.params, err)
		}
	}
}
