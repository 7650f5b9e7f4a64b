package telegram

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// hearing is a Transcriber that knows what recordings say.
type hearing map[string]string

func (h hearing) Transcribe(_ context.Context, name string, audio io.Reader) (string, error) {
	raw, err := io.ReadAll(audio)
	if text, ok := h[string(raw)]; ok && name == "voice.ogg" && err == nil {
		return text, nil
	}
	return "", errors.New("the recording is noise")
}

// TestVoice: a spoken question is answered below what was heard; what is too
// long, too much, unclear or noise gets a clear word.
func TestVoice(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.adjust = func(c *Config) {
			c.Transcriber = hearing{"Ogg1": " " + digital + "\n", "Ogg2": "", "Ogg3": strings.Repeat("长", 2000)}
		}
		s.start()
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		for _, step := range []struct {
			data    string
			seconds int
			shows   string
		}{
			{"Ogg1", 5, chinese.Asked + digital},
			{"Ogg2", 5, chinese.VoiceUnclear},
			{"Ogg3", 5, chinese.VoiceUnclear},
			{"noise", 5, chinese.VoiceFailed},
			{"Ogg1", 121, "语音太长了，请在 2 分钟以内"},
			{strings.Repeat("x", maxVoice+1), 5, "语音太长了"},
		} {
			c.Send(li, "", s.tg.Spoken(step.data, step.seconds))
			wait(5 * time.Second)
			if got := s.last(c).Text; !strings.HasPrefix(got, step.shows) {
				t.Errorf("%.10q of %d seconds is answered\n%s", step.data, step.seconds, got)
			}
		}
		if qs := s.answer.questions(); len(qs) != 1 || qs[0].Text != digital {
			t.Errorf("asked was %+v", qs)
		}
		for range voicePace + 2 {
			c.Send(li, "", s.tg.Spoken("Ogg1", 5))
		}
		wait(30 * time.Second)
		if n := len(s.answer.questions()); n > voicePace+1 {
			t.Errorf("%d spoken questions were answered in a minute", n)
		}
		// Groups: only what is meant for the bot.
		g := s.tg.Group(-5, "群")
		g.Send(li, "", s.tg.Spoken("Ogg1", 5))
		wait(5 * time.Second)
		if len(g.FromBot()) != 0 {
			t.Errorf("a group sees\n%s", g.Screen())
		}
	})
}
