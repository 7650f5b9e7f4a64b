package telegram

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// dateWritten is a year, month or day as people write it, at the beginning of
// a text: 2024, 2024-02, 2024/2/19, 2024年2月19日.
var dateWritten = regexp.MustCompile(`^((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月)?|\s*年)?(?:\s+|$|[,，:：。])`)

// takeDate reads the date at the beginning of a text, as a Filter has it, and
// the words behind it; false without one, and for days that never were.
func takeDate(text string) (date, rest string, ok bool) {
	narrow := strings.Map(narrowed, text)
	m := dateWritten.FindStringSubmatch(narrow)
	if m == nil {
		return "", "", false
	}
	layout, value := "2006", m[1]
	if m[2] != "" {
		layout, value = layout+"-1", value+"-"+m[2]
	}
	if m[3] != "" {
		layout, value = layout+"-2", value+"-"+m[3]
	}
	day, err := time.Parse(layout, value)
	if err != nil {
		return "", "", false
	}
	date = day.Format([]string{"2006", "2006-01", "2006-01-02"}[strings.Count(layout, "-")])
	// A character stays one character when it is narrowed.
	return date, strings.TrimSpace(string([]rune(text)[utf8.RuneCountInString(m[0]):])), true
}

// narrowed is a wide character of ASCII in its usual width.
func narrowed(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// setAsOf is /asof: with a date, questions are answered from what was in force
// then, until the person takes it back.
func (b *Bot) setAsOf(ctx context.Context, u turn, text string) (styled, rows, error) {
	w := u.words
	back := func() rows {
		return b.signer.line(holder{b.moved(u.place.Chat), u.who.ID}, []string{w.AsOfClear}, []press{{Act: actNow, Lang: w.Lang}})
	}
	if text == "" && u.who.AsOf == "" {
		return plainly(w.AsOfNone), nil, nil
	}
	if text == "" {
		return plainly(fmt.Sprintf(w.AsOfIs, u.who.AsOf)), back(), nil
	}
	date, rest, ok := takeDate(text)
	if !ok || rest != "" {
		return plainly(fmt.Sprintf(w.AsOfBad, clip(oneLine(text), maxPlace))), nil, nil
	}
	u.who.AsOf = date
	return plainly(fmt.Sprintf(w.AsOfSet, date)), back(), b.store.set(ctx, u.who.Key, u.who.settings)
}
