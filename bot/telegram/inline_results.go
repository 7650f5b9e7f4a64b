package telegram

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"policybot/bot"
	"policybot/prompts"
)

const (
	// sharedClaims is how many sentences of an answer are shared together, and
	// how many of them stand alone besides.
	sharedClaims = 3
	// titleRunes and aboutRunes are what phones show of a result.
	titleRunes = 60
	aboutRunes = 120
	// maxLink is the longest payload of a link to the bot, in characters:
	// core.telegram.org/bots/features#deep-linking.
	maxLink = 64
	// plainLink is the payload of a link that opens no question.
	plainLink = "inline"
)

// inlineShown is what a person sees under the line they type in.
type inlineShown struct {
	articles []article
	button   string // above the results: it opens the private chat
	link     string // with this payload
}

// An article is an InlineQueryResultArticle.
type article struct {
	Type    string                         `json:"type"`
	ID      string                         `json:"id"`
	Title   string                         `json:"title"`
	About   string                         `json:"description,omitempty"`
	Content articleText                    `json:"input_message_content"`
	Markup  *tgbotapi.InlineKeyboardMarkup `json:"reply_markup,omitempty"`
}

// articleText is an InputTextMessageContent.
type articleText struct {
	Text     string          `json:"message_text"`
	Mode     string          `json:"parse_mode"`
	Previews json.RawMessage `json:"link_preview_options"`
}

// params are those of answerInlineQuery. Results are personal: they depend on
// the place and the language that a person chose.
func (s inlineShown) params(query string) (tgbotapi.Params, error) {
	p := tgbotapi.Params{"inline_query_id": query, "is_personal": "true", "cache_time": strconv.Itoa(inlineCache)}
	if len(s.articles) == 0 {
		p["cache_time"] = "0"
	}
	if s.button != "" {
		err := p.AddInterface("button", struct {
			Text  string `json:"text"`
			Start string `json:"start_parameter"`
		}{s.button, s.link})
		if err != nil {
			return nil, err
		}
	}
	if s.articles == nil {
		s.articles = []article{} // results may be none, but not null
	}
	return p, p.AddInterface("results", s.articles)
}

// articles are the results for an answer: its first sentences together, and,
// when there are several, each alone.
func (b *Bot) articles(a *bot.Answer, w *words) []article {
	first := a.Claims[:min(len(a.Claims), sharedClaims)]
	var out []article
	if len(first) > 1 {
		out = append(out, b.article(a, w, first, fmt.Sprintf(w.InlineAll, len(first))))
	}
	for _, c := range first {
		out = append(out, b.article(a, w, []prompts.Claim{c}, ""))
	}
	for i := range out {
		out[i].ID = strconv.Itoa(i)
	}
	return out
}

// article is some claims of an answer as a message to share: the question, the
// claims, and their sources with the quoted words.
func (b *Bot) article(a *bot.Answer, w *words, claims []prompts.Claim, title string) article {
	claims, sources := onlyThese(claims, a.Sources)
	var t styled
	t.add(bold, w.Asked, clip(oneLine(a.Question), maxQuestion))
	t.add(0, "\n\n")
	renderClaims(&t, claims)
	if a.Note != "" {
		t.add(0, "\n\n")
		t.add(italic, either(w.Notes[a.Note], a.Note))
	}
	renderSources(&t, w, sources, claims)
	about := ""
	for _, c := range claims {
		about = strings.TrimSpace(about + " " + oneLine(c.Text))
	}
	if title == "" {
		title, about = clip(about, titleRunes), aboutDocument(w, sources[0].Doc)
	}
	link := "https://t.me/" + b.self.Username + "?start=" + either(questionLink(a.Question), plainLink)
	open := tgbotapi.NewInlineKeyboardButtonURL(w.InlineOpen, link)
	return article{
		Type: "article", Title: title, About: clip(about, aboutRunes),
		Content: articleText{t.split(maxUnits)[0].html(), tgbotapi.ModeHTML, json.RawMessage(`{"is_disabled":true}`)},
		Markup:  &tgbotapi.InlineKeyboardMarkup{InlineKeyboard: rows{{open}}},
	}
}

// onlyThese numbers the sources of some claims anew, from 1.
func onlyThese(claims []prompts.Claim, sources []prompts.Source) ([]prompts.Claim, []prompts.Source) {
	var kept []prompts.Source
	number := map[int]int{}
	out := slices.Clone(claims)
	for i := range out {
		out[i].Cites = slices.Clone(out[i].Cites)
		for k, c := range out[i].Cites {
			if number[c.Source] == 0 {
				kept = append(kept, sources[c.Source-1])
				number[c.Source] = len(kept)
			}
			out[i].Cites[k].Source = number[c.Source]
		}
	}
	return out, kept
}

// questionLink is the payload of a link that opens a question in the private
// chat, as linkedQuestion reads it; "" when the question is too long.
func questionLink(text string) string {
	payload := base64.RawURLEncoding.EncodeToString([]byte(text))
	if _, ok := linkedQuestion(payload); !ok || len(payload) > maxLink {
		return ""
	}
	return payload
}
