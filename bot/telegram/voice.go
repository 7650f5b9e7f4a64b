package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Transcriber turns speech into text; *openai.Transcriber is one. The name
// tells the format.
type Transcriber interface {
	Transcribe(ctx context.Context, name string, audio io.Reader) (string, error)
}

const (
	// maxSpoken and maxVoice bound a voice question, in seconds and bytes: it
	// is one question, not a speech.
	maxSpoken = 120
	maxVoice  = 5 << 20
	// voicePace is how many a person may speak in a minute; each costs money.
	voicePace = 6
	// voiceTimeout bounds the download and the transcription.
	voiceTimeout = 3 * time.Minute
)

// A spoken question is a voice message.
type spoken struct {
	File     string `json:"file_id"`
	Duration int    `json:"duration"`
	Size     int64  `json:"file_size"`
}

// listen answers a voice message, when it is one and there is a Transcriber;
// handled is false for everything else. The answer begins with what was heard.
func (b *Bot) listen(ctx context.Context, u turn, m *message) (handled bool, err error) {
	var v spoken
	if b.Transcriber == nil || m.Voice == nil || json.Unmarshal(m.Voice, &v) != nil || v.File == "" {
		return false, nil
	}
	done, err := b.store.reply(ctx, u.id)
	if err != nil {
		return true, err
	}
	if done.Outcome != nil { // the words are not needed any more
		return true, b.answer(ctx, ask{turn: u, echo: true})
	}
	if v.Duration > maxSpoken || v.Size > maxVoice {
		return true, b.say(ctx, u, plainly(fmt.Sprintf(u.words.VoiceLong, maxSpoken/60)), nil)
	}
	if done.Chat == 0 {
		if wait, tell, ok := b.speakers.take(u.who.ID, 0, time.Now()); !ok && tell {
			return true, b.say(ctx, u, plainly(u.words.TooFast(wait)), nil)
		} else if !ok {
			return true, b.store.finish(ctx, u.id, "done")
		}
	}
	b.typing(ctx, u.place)
	text, err := b.hear(ctx, v)
	switch {
	case ctx.Err() != nil:
		return true, ctx.Err()
	case err != nil:
		b.counts.failures.Add(1)
		b.Log.Error("a voice message could not be heard", "update", u.id, "err", b.api.redact(err.Error()))
		return true, b.say(ctx, u, plainly(u.words.VoiceFailed), nil)
	case len([]rune(text)) < 2 || len([]rune(text)) > maxQuestion:
		return true, b.say(ctx, u, plainly(u.words.VoiceUnclear), nil)
	}
	u.words = choose(u.who.Lang, text, u.who.Tag)
	return true, b.answer(ctx, ask{turn: u, text: text, echo: true})
}

// hear downloads a voice message and has it transcribed; the file is gone
// afterwards.
func (b *Bot) hear(ctx context.Context, v spoken) (text string, err error) {
	ctx, cancel := context.WithTimeout(ctx, voiceTimeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "policybot-voice")
	if err != nil {
		return "", fmt.Errorf("making room for it: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "voice.ogg")
	if err := b.download(ctx, v.File, path); err != nil {
		return "", fmt.Errorf("downloading it: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("opening it: %w", err)
	}
	defer f.Close()
	if text, err = b.Transcriber.Transcribe(ctx, filepath.Base(path), f); err != nil {
		return "", fmt.Errorf("transcribing it: %w", err)
	}
	return strings.Join(strings.Fields(text), " "), nil
}
