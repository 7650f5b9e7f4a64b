package main

import (
	"policybot/bot/telegram"
	"policybot/internal/openai"
)

// transcriber hears voice messages, if a model for that is set; else it is
// nil. The key of the chat's service goes to no other address than that.
func (s *settings) transcriber() (telegram.Transcriber, error) {
	if s.transcribeModel == "" {
		if s.transcribeURL != "" {
			return nil, hint(misused("TRANSCRIBE_URL is set, but not TRANSCRIBE_MODEL"), "name the model that hears voice messages, such as whisper-1")
		}
		return nil, nil
	}
	c := openai.Config{BaseURL: s.transcribeURL, Key: s.transcribeKey}
	if s.transcribeURL == "" {
		c.BaseURL, c.Key = s.openaiURL, s.openaiKey
	}
	t, err := openai.NewTranscriber(c, s.transcribeModel)
	if err != nil {
		return nil, err
	}
	return t, nil
}
