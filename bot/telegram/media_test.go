package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestEverythingGetsAWord: whatever a person sends in a private chat is answered
// with a word of its own kind, in their language, once for an album; what it
// says is not kept; a group sees nothing of that, also in answer to the bot.
func TestEverythingGetsAWord(t *testing.T) {
	secret := map[string]any{"file_id": "F", "phone_number": "+8613800000000", "latitude": 30.27, "title": "绝密"}
	kinds := map[string]string{
		"voice": "voice", "audio": "audio", "video": "video", "video_note": "video", "animation": "video", "photo": "photo",
		"paid_media": "photo", "document": "document", "sticker": "sticker", "dice": "sticker", "venue": "location", "location": "location",
		"contact": "contact", "poll": "poll", "checklist": "", "story": "", "game": "", "invoice": "", "giveaway": "", "caption": "",
	}
	play(t, telegramtest.Options{ReadsGroups: true}, func(s *stage) {
		s.start()
		for lang, w := range map[string]*words{"zh": chinese, "zh-hant": traditional, "en": english} {
			u := s.tg.User(int64(100+len(lang)), "u", lang)
			c := s.tg.Private(u)
			for field, word := range kinds {
				var object any = secret
				if field == "caption" {
					object = "绝密"
				}
				n := len(c.FromBot())
				c.Send(u, "", telegramtest.Carrying(field, object))
				wait(3 * time.Second)
				if all := c.FromBot(); len(all) != n+1 || all[n].Text != w.Media[word] {
					t.Errorf("%s, %s is answered %d times:\n%s", lang, field, len(all)-n, c.Screen())
				}
			}
			n := len(c.FromBot())
			for range 4 {
				c.Send(u, "", telegramtest.Photo(), telegramtest.Carrying("media_group_id", "album "+lang))
			}
			c.Send(u, "", telegramtest.Carrying("pinned_message", map[string]any{}))
			wait(10 * time.Second)
			if all := c.FromBot(); len(all) != n+1 {
				t.Errorf("four pictures of an album and a pin get %d words", len(all)-n)
			}
		}
		g := s.tg.Group(-5, "群")
		li := s.tg.User(1, "李雷", "zh")
		g.Send(li, "@policy_test_bot "+digital)
		wait(5 * time.Second)
		n := len(g.FromBot())
		for field := range kinds {
			g.Send(li, "", telegramtest.Carrying(field, secret))
			g.Send(li, "", telegramtest.Carrying(field, secret), telegramtest.Reply(s.last(g).ID))
		}
		wait(time.Minute)
		if all := g.FromBot(); len(all) != n {
			t.Errorf("a group sees\n%s", g.Screen())
		}
	})
	for field := range kinds {
		raw := `{"update_id":5,"message":{"message_id":1,"chat":{"id":2,"type":"private"},"` + field + `":{"phone_number":"绝密"},"caption":"绝密"}}`
		if field == "voice" || field == "document" || field == "caption" {
			continue // of files the id is needed
		}
		u, _, err := decode([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := u.slim()
		if err != nil || strings.Contains(string(kept), "绝密") || !strings.Contains(string(kept), field) {
			t.Errorf("%s is kept as %s, %v", field, kept, err)
		}
	}
}
