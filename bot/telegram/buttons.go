package telegram

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
)

// An action is what a button does; it is the first byte of its data.
type action byte

const (
	actSource  action = 's' // show source N of a receipt
	actBack    action = 'b' // back to the answer
	actGood    action = 'g'
	actBad     action = 'x'
	actReason  action = 'r' // the reason of a 👎: N counts in reasons
	actAsk     action = 'q' // ask an example question; the receipt is its hash
	actList    action = 'l' // page N of the documents
	actLang    action = 'c' // choose language N of languages
	actAnyward action = 'p' // take the place back
	actForget  action = 'f' // forget the person, if N is 1
	actDoc     action = 'i' // show document Receipt
	actRead    action = 't' // page N of document Receipt
	actNow     action = 'n' // take the date back
)

const (
	maxData  = 64 // bytes: core.telegram.org/bots/api#inlinekeyboardbutton
	macBytes = 8
)

// personal buttons are for the one person who asked for them.
func (a action) personal() bool {
	return a.ofOffice() || slices.Contains([]action{actLang, actAnyward, actForget, actNow}, a)
}

// life is how long a button works.
func (a action) life() time.Duration {
	switch {
	case a == actUndo:
		return undoLife
	case a.ofOffice() && a != actGroup:
		return officeLife
	case a.personal():
		return 10 * time.Minute // its message may soon be shown to others
	}
	return 180 * 24 * time.Hour
}

// reasons are why an answer is bad, as the journal keeps them, in the order of
// their buttons.
var reasons = []string{"wrong", "outdated", "incomplete", "unsupported"}

// rows are the buttons under a message.
type rows [][]tgbotapi.InlineKeyboardButton

// press is the meaning of a button.
type press struct {
	Act     action
	Echo    bool   // the answer begins with its question, which nobody wrote in the chat
	Lang    string // of the message
	N       int
	Page    int // of the text around source N; 0 is the quote's own
	Receipt string
}

// holder is whom a button is for: everyone in a chat, or one person in it.
type holder struct{ Chat, User int64 }

// signer makes callback data that only we can make, for one chat, or one
// person in it, and for some time.
type signer struct{ key []byte }

// Why callback data is not taken.
var (
	errForged  = errors.New("the callback data is not ours")
	errExpired = errors.New("the button has expired")
)

// mac binds data to its holder. Who pressed is Telegram's word, not the
// button's.
func (s signer) mac(h holder, body string) string {
	m := hmac.New(sha256.New, s.key)
	fmt.Fprintf(m, "button %d %d %s", h.Chat, h.User, body)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:macBytes])
}

// data is the callback data of p: action, language and echo in one letter,
// number and page, minute of expiry, receipt, and the MAC over them and the holder. It
// is false when the receipt is too long.
func (s signer) data(h holder, p press) (string, bool) {
	if !p.Act.personal() {
		h.User = 0
	}
	flag := 'a' + 2*max(0, slices.Index(languages, wordsIn(p.Lang)))
	if p.Echo {
		flag++
	}
	until := time.Now().Add(p.Act.life()).Unix() / 60
	number := strconv.Itoa(p.N)
	if p.Page != 0 {
		number += fmt.Sprintf("/%d", p.Page)
	}
	body := fmt.Sprintf("%c%c%s.%s.%s", p.Act, flag, number, strconv.FormatInt(until, 36), p.Receipt)
	out := body + "." + s.mac(h, body)
	return out, len(out) <= maxData
}

// read is the press that data stands for at a time; the error is errForged or
// errExpired.
func (s signer) read(h holder, data string, now time.Time) (press, error) {
	cut := strings.LastIndexByte(data, '.')
	if cut < 3 || len(data) > maxData {
		return press{}, errForged
	}
	body := data[:cut]
	p := press{Act: action(body[0])}
	if !p.Act.personal() {
		h.User = 0
	}
	if !hmac.Equal([]byte(data[cut+1:]), []byte(s.mac(h, body))) {
		return press{}, errForged
	}
	number, rest, _ := strings.Cut(body[2:], ".")
	expiry, receipt, _ := strings.Cut(rest, ".")
	number, page, paged := strings.Cut(number, "/")
	n, err := strconv.Atoi(number)
	if err == nil && paged {
		p.Page, err = strconv.Atoi(page)
	}
	until, bad := strconv.ParseInt(expiry, 36, 64)
	flag := int(body[1]) - 'a'
	if err != nil || bad != nil || flag < 0 || flag/2 >= len(languages) {
		return press{}, errForged
	}
	if now.Unix()/60 > until {
		return press{}, errExpired
	}
	p.Echo, p.Lang, p.N, p.Receipt = flag%2 == 1, languages[flag/2].Lang, n, receipt
	return p, nil
}

// hash names a user or a text without telling it: 16 bytes of HMAC in hex.
func (s signer) hash(kind, what string) string {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "%s %s", kind, what)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (s signer) button(h holder, label string, p press) (tgbotapi.InlineKeyboardButton, bool) {
	data, ok := s.data(h, p)
	return tgbotapi.NewInlineKeyboardButtonData(label, data), ok
}

// line is a row of buttons; nothing when one does not fit.
func (s signer) line(h holder, labels []string, ps []press) rows {
	var row []tgbotapi.InlineKeyboardButton
	for i, p := range ps {
		b, ok := s.button(h, labels[i], p)
		if !ok {
			return nil
		}
		row = append(row, b)
	}
	return rows{row}
}

// answerButtons are a button for each source, the two thumbs, and the further
// questions; with asking, the reasons of a 👎 take the place of the latter.
func (s signer) answerButtons(chat int64, o *outcome, asking bool) rows {
	if o.Receipt == "" {
		return nil
	}
	h, w, p := holder{Chat: chat}, wordsIn(o.Lang), press{Echo: o.Echo, Lang: o.Lang, Receipt: o.Receipt}
	out := s.sourceButtons(h, w, p, o.Sources)
	as := func(a action, n int) press { q := p; q.Act, q.N = a, n; return q }
	if !asking {
		out = append(out, s.line(h, []string{"👍", "👎"}, []press{as(actGood, 0), as(actBad, 0)})...)
		return append(out, s.followUpButtons(h, o.Lang, o.FollowUps)...)
	}
	for i := 0; i < len(reasons); i += 2 {
		out = append(out, s.line(h, []string{w.Reasons[reasons[i]], w.Reasons[reasons[i+1]]},
			[]press{as(actReason, i), as(actReason, i+1)})...)
	}
	return out
}

// turnButtons lead to the text before and after what is shown of a source.
func (s signer) turnButtons(h holder, w *words, p press, e bot.Excerpt) rows {
	var labels []string
	var ps []press
	add := func(there bool, label string, page int) {
		if there {
			q := p
			q.Act, q.Page = actSource, page
			labels, ps = append(labels, label), append(ps, q)
		}
	}
	add(e.Earlier, w.PageBack, p.Page-1)
	add(e.Later, w.PageOn, p.Page+1)
	if len(ps) == 0 {
		return nil
	}
	return s.line(h, labels, ps)
}

// maxSources keeps the keyboard within the 100 buttons that Telegram takes.
const maxSources = 64

// sourceButtons are the numbered buttons; p.N is the source that is open.
func (s signer) sourceButtons(h holder, w *words, p press, sources int) rows {
	var out rows
	perRow := 8
	if sources <= 3 {
		perRow = 3
	}
	for n := 1; n <= min(sources, maxSources); n++ {
		label := fmt.Sprintf("[%d]", n)
		switch {
		case n == p.N && p.Page == 0:
			label = fmt.Sprintf("·%d·", n)
		case sources <= 3:
			label = fmt.Sprintf("[%d] %s", n, w.Original)
		}
		q := p
		q.Act, q.N, q.Page = actSource, n, 0
		b, ok := s.button(h, label, q)
		if !ok {
			return nil
		}
		if len(out) == 0 || len(out[len(out)-1]) == perRow {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], b)
	}
	return out
}
