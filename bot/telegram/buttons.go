package telegram

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// An action is what a button does; it is the first byte of its data.
type action byte

const (
	actSource  action = 's' // show source n of a receipt
	actBack    action = 'b' // back to the answer
	actGood    action = 'g'
	actBad     action = 'x'
	actAsk     action = 'q' // ask an example question; the receipt is its hash
	maxData           = 64  // bytes: core.telegram.org/bots/api#inlinekeyboardbutton
	macBytes          = 8
	asked             = 'e' // the answer repeats its question, which nobody wrote in the chat
	plainReply        = 'p'
)

// rows are the buttons under a message.
type rows [][]tgbotapi.InlineKeyboardButton

// press is the meaning of a button.
type press struct {
	Act     action
	Echo    bool // the answer begins with its question
	N       int
	Receipt string
}

// signer makes callback data that only we can make, for one chat.
type signer struct{ key []byte }

// mac binds data to the chat that its message stands in. Anyone in that chat
// may press; who pressed is Telegram's word, not the button's.
func (s signer) mac(chat int64, body string) string {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "button %d %s", chat, body)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// data is the callback data of p in a chat; false when the receipt is too long
// for it.
func (s signer) data(chat int64, p press) (string, bool) {
	echo := byte(plainReply)
	if p.Echo {
		echo = asked
	}
	body := string([]byte{byte(p.Act), echo}) + strconv.Itoa(p.N) + "." + p.Receipt
	out := body + "." + s.mac(chat, body)
	return out, len(out) <= maxData
}

// read is the press that data stands for; false when we did not make it.
func (s signer) read(chat int64, data string) (press, bool) {
	cut := strings.LastIndexByte(data, '.')
	if cut < 3 || len(data) > maxData {
		return press{}, false
	}
	body := data[:cut]
	if !hmac.Equal([]byte(data[cut+1:]), []byte(s.mac(chat, body))) {
		return press{}, false
	}
	number, receipt, _ := strings.Cut(body[2:], ".")
	n, err := strconv.Atoi(number)
	return press{action(body[0]), body[1] == asked, n, receipt}, err == nil
}

// hash names a user or a text without telling it: 16 bytes of HMAC in hex.
func (s signer) hash(kind, what string) string {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "%s %s", kind, what)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (s signer) button(chat int64, label string, p press) (tgbotapi.InlineKeyboardButton, bool) {
	data, ok := s.data(chat, p)
	return tgbotapi.NewInlineKeyboardButtonData(label, data), ok
}

// answerButtons are a button for each source and the two thumbs.
func (s signer) answerButtons(chat int64, w *words, receipt string, sources int, echo bool) rows {
	if receipt == "" {
		return nil
	}
	out := s.sourceButtons(chat, w, press{Echo: echo, Receipt: receipt}, sources)
	good, fits := s.button(chat, "👍", press{Act: actGood, Echo: echo, Receipt: receipt})
	bad, _ := s.button(chat, "👎", press{Act: actBad, Echo: echo, Receipt: receipt})
	if fits {
		out = append(out, []tgbotapi.InlineKeyboardButton{good, bad})
	}
	return out
}

// maxSources keeps the keyboard within the 100 buttons that Telegram takes.
const maxSources = 64

// sourceButtons are the numbered buttons; p.N is the source that is open.
func (s signer) sourceButtons(chat int64, w *words, p press, sources int) rows {
	var out rows
	perRow := 8
	if sources <= 3 {
		perRow = 3
	}
	for n := 1; n <= min(sources, maxSources); n++ {
		label := fmt.Sprintf("[%d]", n)
		switch {
		case n == p.N:
			label = fmt.Sprintf("·%d·", n)
		case sources <= 3:
			label = fmt.Sprintf("[%d] %s", n, w.Original)
		}
		b, ok := s.button(chat, label, press{actSource, p.Echo, n, p.Receipt})
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
