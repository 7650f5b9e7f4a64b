package telegram

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/telegramtest"
)

// raw sends an update as Telegram would, made by hand.
func (f *officeStage) raw(message string) {
	f.tg.PushRaw(func(id int64) string { return fmt.Sprintf(`{"update_id":%d,%s}`, id, message) })
	wait(10 * time.Second)
}

// TestNoRights: nobody but an admin, in the admin's own words and private
// chat, does anything.
func TestNoRights(t *testing.T) {
	playOffice(t, telegramtest.Options{ReadsGroups: true}, func(f *officeStage) {
		f.start()
		li := f.tg.User(1, "李雷", "zh")
		mine, group := f.tg.Private(li), f.tg.Group(-5, "群")
		for _, command := range []string{"/docs", "/history", "/rollback 1", "/users", "/block 9", "/role 1 staff", "/export", "/audit", "/stats"} {
			mine.Send(li, command)
			wait(5 * time.Second)
			if got := f.last(mine).Text; got != chinese.Unknown && got != english.Unknown {
				t.Errorf("%s of anybody: %s", command, got)
			}
		}
		mine.Send(li, "", f.tg.Document("一.txt", []byte(notice)))
		wait(5 * time.Second)
		if got := f.last(mine).Text; got != chinese.Media["document"] {
			t.Errorf("a file of anybody: %s", got)
		}
		for what, opt := range map[string]telegramtest.SendOption{"forwarded": telegramtest.Forwarded(), "another bot's": telegramtest.Via("evil_bot")} {
			if got := f.say("/rollback 1", opt); got != chinese.Unknown {
				t.Errorf("a command %s: %s", what, got)
			}
		}
		if got := f.say("", f.tg.Document("一.txt", []byte(notice)), telegramtest.Via("evil_bot")); got != chinese.Media["document"] {
			t.Errorf("a file of another bot: %s", got)
		}
		group.Send(f.admin, "/rollback 1@policy_test_bot")
		group.Send(f.admin, "/rollback@policy_test_bot 1")
		// An anonymous admin of a group, a channel, and one who claims to be a chat.
		f.raw(`"message":{"message_id":900,"from":{"id":1087968824,"is_bot":true,"username":"GroupAnonymousBot"},"sender_chat":{"id":-5,"type":"group"},"chat":{"id":-5,"type":"group"},"text":"/rollback@policy_test_bot 1"}`)
		f.raw(`"channel_post":{"message_id":1,"sender_chat":{"id":-77,"type":"channel"},"chat":{"id":-77,"type":"channel"},"text":"/rollback 1"}`)
		f.raw(`"message":{"message_id":2,"from":{"id":9},"chat":{"id":-77,"type":"channel"},"text":"/rollback 1"}`)
		f.raw(`"message":{"message_id":901,"from":{"id":9},"sender_chat":{"id":-77,"type":"channel"},"chat":{"id":9,"type":"private"},"text":"/rollback 1"}`)
		f.raw(`"message":{"message_id":902,"from":{"id":9},"chat":{"id":10,"type":"private"},"text":"/rollback 1"}`)
		edited := f.chat.Send(f.admin, "你好")
		wait(10 * time.Second)
		f.chat.Edit(f.admin, edited, "/rollback 1")
		wait(10 * time.Second)
		f.raw(`"edited_message":{"message_id":3,"from":{"id":9},"chat":{"id":9,"type":"private"},"edit_date":1,"caption":"/rollback 1","document":{"file_id":"x","file_name":"一.txt"}}`)
		if got := f.last(f.chat).Text; got != adminChinese.FileEdited && got != adminEnglish.FileEdited {
			t.Errorf("an edited file: %s", got)
		}
		if c, err := f.lib.Current(f.t.Context()); err != nil || c.Version != 1 {
			t.Fatalf("the corpus is at version %d, %v", c.Version, err)
		}
		if entries, err := Audit(f.t.Context(), f.conn); err != nil || len(entries) != 0 {
			t.Errorf("the audit trail has %+v, %v", entries, err)
		}
		// A button of an admin in another's hand, and after the role is gone.
		f.send("一.txt", notice)
		m := f.last(f.chat)
		data := m.Keyboard[0][0].Data
		second := f.tg.User(adminID+1, "乙", "zh")
		hers := f.tg.Private(second)
		hers.Send(second, "/docs")
		wait(5 * time.Second)
		for c, u := range map[*telegramtest.Chat]*telegramtest.User{f.chat: second, hers: second, mine: li} {
			p := c.PressData(u, c.FromBot()[0].ID, data)
			wait(5 * time.Second)
			if note, _ := p.Answered(); note != chinese.BadButton {
				t.Errorf("a button in another's hand: %q", note)
			}
		}
		f.end()
		real := f.adjust
		f.adjust = func(c *Config) { real(c); c.Admins = []int64{adminID + 1} }
		f.start()
		p := f.chat.PressData(f.admin, m.ID, data)
		wait(5 * time.Second)
		if note, _ := p.Answered(); note != adminChinese.NoRights || f.document("一.txt") != nil {
			t.Errorf("a button of a former admin: %q", note)
		}
	})
}

var inviteLink = regexp.MustCompile(`start=(inv-\S+)`)

// TestInvitations: so many people come in by a link, until it is over or taken
// back; who is blocked hears nothing.
func TestInvitations(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		real := f.adjust
		f.adjust = func(c *Config) { real(c); c.Office.Closed = true }
		f.start()
		people := map[int64]*telegramtest.Chat{}
		say := func(id int64, text string) string {
			t.Helper()
			u := f.tg.User(id, "u", "zh")
			if people[id] == nil {
				people[id] = f.tg.Private(u)
			}
			before := len(people[id].FromBot())
			people[id].Send(u, text)
			wait(90 * time.Second) // strangers hear a word a minute
			if len(people[id].FromBot()) == before {
				return ""
			}
			return f.last(people[id]).Text
		}
		invite := func(command string) string {
			t.Helper()
			m := inviteLink.FindStringSubmatch(f.say(command))
			if m == nil {
				t.Fatalf("%s gives no link:\n%s", command, f.last(f.chat).Show())
			}
			return "/start " + m[1]
		}
		two := invite("/invite 2 3")
		if f.stands([]byte(two[len(two)-22:])) != nil {
			t.Error("the secret stands in the database")
		}
		if got := say(100, "你好"); !strings.Contains(got, "受邀") {
			t.Errorf("a stranger: %s", got)
		}
		for _, wrong := range []string{two[:len(two)-1] + "x", two[:len(two)-22] + strings.Repeat("A", 22), "/start inv-zz-" + strings.Repeat("A", 22), "/start inv-zzzzzzzzzzzzz-" + strings.Repeat("A", 22)} {
			if got := say(100, wrong); got != adminChinese.InviteBad {
				t.Errorf("%s: %s", wrong, got)
			}
		}
		// Who was turned away a moment ago may still come by a link.
		mine := f.tg.Private(f.tg.User(99, "u", "zh"))
		mine.Send(f.tg.User(99, "u", "zh"), "/start")
		mine.Send(f.tg.User(99, "u", "zh"), two[:len(two)-1]+"x")
		wait(10 * time.Second)
		if got := f.last(mine).Text; got != adminChinese.InviteBad {
			t.Errorf("a link a moment after being turned away: %s", got)
		}
		for id, want := range []string{"欢迎", "欢迎", adminChinese.InviteBad} {
			if got := say(int64(101+id), two); !strings.HasPrefix(got, want) {
				t.Errorf("guest %d: %s", id, got)
			}
		}
		if got := say(101, two); strings.Contains(got, "不对") {
			t.Errorf("who is in already: %s", got)
		}
		old := invite("/invite")
		time.Sleep(8 * 24 * time.Hour)
		if got := say(104, old); got != adminChinese.InviteBad {
			t.Errorf("an invitation that is over: %s", got)
		}
		taken := invite("/invite 5")
		f.tap(adminChinese.Revoke)
		if got := say(104, taken); got != adminChinese.InviteBad {
			t.Errorf("an invitation that was taken back: %s", got)
		}
		f.end()
		f.start()
		if got := say(101, "西湖区人均预期寿命的目标是多少岁?"); !strings.Contains(got, "84.7") {
			t.Errorf("a guest after a restart: %s", got)
		}
		f.say("/block 101")
		if got := say(101, "西湖区人均预期寿命的目标是多少岁?"); got != "" {
			t.Errorf("a blocked person hears %s", got)
		}
		if got := say(101, two); got != "" {
			t.Errorf("a blocked person with an invitation hears %s", got)
		}
		if got := f.say("/unblock 101"); !strings.Contains(got, "101") {
			t.Error(got)
		}
		if got := say(101, "你好"); !strings.Contains(got, "受邀") {
			t.Errorf("after being unblocked: %s", got)
		}
		// Who has themselves forgotten needs another invitation.
		say(102, "/forget")
		f.press(people[102], f.tg.User(102, "u", "zh"), f.last(people[102]).ID, chinese.ForgetYes)
		wait(time.Minute)
		if got := say(102, "你好"); !strings.Contains(got, "受邀") {
			t.Errorf("after /forget: %s", got)
		}
		if got := f.say("/block 9"); got != adminChinese.RoleAdmin {
			t.Errorf("blocking an admin: %s", got)
		}
		for _, bad := range []string{"/block", "/block x", "/role 5", "/role 5 king", "/unblock 5 6"} {
			if got := f.say(bad); got != adminChinese.RoleHow {
				t.Errorf("%s: %s", bad, got)
			}
		}
		for _, bad := range []string{"/invite 0", "/invite 5 0", "/invite x", "/invite 99999", "/invite 1 2 3"} {
			if got := f.say(bad); !strings.Contains(got, "/invite 5 7") {
				t.Errorf("%s: %s", bad, got)
			}
		}
	})
}

// TestBlockedWhileInvited: an admin who blocks a person while they take an
// invitation has the last word, in the database and in memory.
func TestBlockedWhileInvited(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		b, ctx := f.bot, f.t.Context()
		code := strings.Repeat("x", 22)
		err := b.store.change(ctx, "blocking", 0, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO telegram_invite (id, hash, uses, expires, made_by, made_at) VALUES (1, ?, 5, ?, 9, 0)`,
				hashOf(code), time.Now().Add(time.Hour).UnixMilli())
			return errors.Join(err, grant(ctx, tx, 77, roleBlocked), takeInvite(ctx, tx, 1, code, 77), takeInvite(ctx, tx, 1, code, 78))
		})
		if err != nil {
			t.Fatal(err)
		}
		b.office.remember(77, roleBlocked)
		b.office.welcome(77)
		b.office.welcome(78)
		check := func(when string) {
			if b.roleOf(77) != roleBlocked || b.roleOf(78) != roleUser {
				t.Errorf("%s: %q, %q", when, b.roleOf(77), b.roleOf(78))
			}
		}
		check("in memory")
		if err := b.loadRoles(ctx); err != nil {
			t.Fatal(err)
		}
		check("in the database")
	})
}

// TestStaff see counts, and nothing else.
func TestStaff(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		real := f.adjust
		f.adjust = func(c *Config) { real(c); c.Office.Staff, c.Office.Closed = []int64{20}, true }
		named, made := f.tg.User(20, "员工", "zh"), f.tg.User(21, "新员工", "zh")
		a, c := f.tg.Private(named), f.tg.Private(made)
		f.start()
		f.say("/role 21 staff")
		for chat, u := range map[*telegramtest.Chat]*telegramtest.User{a: named, c: made} {
			for command, want := range map[string]string{"/gaps": "没答上来的问题", "/stats": "近 7 天", "/docs": chinese.Unknown, "/export": chinese.Unknown} {
				chat.Send(u, command)
				wait(5 * time.Second)
				if got := f.last(chat).Text; !strings.HasPrefix(got, want) {
					t.Errorf("%s of staff: %s", command, got)
				}
			}
			chat.Send(u, "", f.tg.Document("一.txt", []byte(notice)))
			wait(5 * time.Second)
			if got := f.last(chat).Text; got != chinese.Media["document"] {
				t.Errorf("a file of staff: %s", got)
			}
		}
		if menu := f.tg.Commands(`{"type":"chat","chat_id":20}`, ""); !strings.Contains(menu, "stats") || strings.Contains(menu, "rollback") {
			t.Errorf("the menu of staff is %s", menu)
		}
	})
}

// TestGroupSettings: a group's own admins choose for it, and nobody else.
func TestGroupSettings(t *testing.T) {
	play(t, telegramtest.Options{ReadsGroups: true}, func(s *stage) {
		s.start()
		boss, li := s.tg.User(1, "群主", "zh"), s.tg.User(2, "李雷", "zh")
		g := s.tg.Supergroup(-1005, "群", false)
		g.Member(boss, "creator")
		g.Member(li, "member")
		say := func(u *telegramtest.User, text string) telegramtest.Message {
			g.Send(u, text)
			wait(15 * time.Second)
			return s.last(g)
		}
		if got := say(li, "/settings").Text; got != adminChinese.GroupOnly {
			t.Errorf("a member's /settings: %s", got)
		}
		m := say(boss, "/settings")
		if !strings.Contains(m.Text, "语言：跟随提问的人") {
			t.Fatalf("the settings: %s", m.Show())
		}
		p := g.PressData(li, m.ID, m.Keyboard[0][0].Data)
		wait(3 * time.Second)
		if note, _ := p.Answered(); note != chinese.BadButton {
			t.Errorf("a member's press: %q", note)
		}
		s.press(g, boss, m.ID, english.Name)
		wait(5 * time.Second)
		s.press(g, boss, m.ID, adminEnglish.GoQuiet)
		wait(5 * time.Second)
		if got := s.last(g).Text; !strings.Contains(got, "Language: English") || !strings.Contains(got, "Sound: off") {
			t.Errorf("after two presses: %s", got)
		}
		if got := say(boss, "/settings 杭州市西湖区").Text; !strings.Contains(got, "Place: 杭州市西湖区") {
			t.Errorf("with a place: %s", got)
		}
		g.Send(li, "@policy_test_bot "+unknown)
		wait(15 * time.Second)
		q := s.answer.questions()
		if got := s.last(g).Text; !strings.Contains(got, "I searched") || q[len(q)-1].Filter.Place.String() != "杭州市西湖区" {
			t.Errorf("a question there: %v\n%s", q[len(q)-1].Filter, got)
		}
		sent := s.tg.Calls("sendMessage")
		if last := sent[len(sent)-1]; last.Params.Get("disable_notification") != "true" {
			t.Errorf("a quiet group hears %v", last.Params)
		}
		// No admin any more: the next press is asked of Telegram again.
		m = say(boss, "/settings")
		g.Member(boss, "member")
		time.Sleep(memberLife + time.Second)
		p = s.press(g, boss, m.ID, adminEnglish.GoLoud)
		wait(5 * time.Second)
		if note, _ := p.Answered(); note != adminEnglish.GroupOnly {
			t.Errorf("a former admin's press: %q", note)
		}
		s.tg.PushRaw(func(id int64) string {
			return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":900,"from":{"id":1087968824,"is_bot":true},"sender_chat":{"id":-1005,"type":"supergroup"},"chat":{"id":-1005,"type":"supergroup"},"text":"/settings@policy_test_bot"}}`, id)
		})
		wait(10 * time.Second)
		if got := s.last(g).Text; got != adminEnglish.Anonymous {
			t.Errorf("an anonymous admin: %s", got)
		}
		// The settings move along with the group.
		g.Upgrade(-1006, true)
		wait(5 * time.Second)
		if c, err := s.bot.store.choice(s.t.Context(), -1006); err != nil || c.Place == "" {
			t.Errorf("after the group moved: %+v, %v", c, err)
		}
	})
}

// TestAuditTrail: all that an admin does is recorded, once, and no question.
func TestAuditTrail(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		real := f.adjust
		f.adjust = func(c *Config) {
			real(c)
			c.Office.Exports = []Export{{Name: "gaps.csv", Write: func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, "question\n")
				return err
			}}}
		}
		f.start()
		f.say("怎样给猫洗澡才不会被抓伤?")
		f.send("一.txt", notice)
		f.tap("✅ 发布 1 份")
		f.tap("📄 1")
		f.tap(adminChinese.Retire)
		f.tap("✏️ 日期")
		f.say("2024-03-01", telegramtest.Reply(f.last(f.chat).ID))
		f.tap(adminChinese.Undo) // it was changed since: nothing happens
		f.say("/docs 给猫洗澡")
		f.say("/rollback 1")
		f.tap("↩ 回到第 1 版")
		f.say("/export")
		f.say("/block 55")
		f.tg.Redeliver()
		wait(time.Minute)
		entries, err := Audit(f.t.Context(), f.conn)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			if e.Who != adminID || e.At.IsZero() {
				t.Errorf("%+v", e)
			}
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %d", e.What, e.Subject, e.Version)))
		}
		want := "publish 一.txt 2|retire  3|edit date 4|docs  0|rollback 1 5|export  0|block 55 0"
		if all := strings.Join(got, "|"); all != want && all != strings.Replace(want, "rollback 1 5", "rollback 1 0|rollback 1 5", 1) {
			t.Errorf("the audit trail is\n%s\nwant\n%s", all, want)
		}
		if strings.Contains(fmt.Sprint(entries), "洗澡") {
			t.Error("a question is in the audit trail")
		}
		var sent *telegramtest.File
		for _, m := range f.chat.FromBot() {
			if m.File != nil {
				sent = m.File
			}
		}
		if sent == nil || !strings.HasSuffix(sent.Name, "-gaps.csv") || string(sent.Data) != "question\n" {
			t.Errorf("the export is %+v", sent)
		}
	})
}

// TestChart: the picture of any counts is one that Telegram takes.
func TestChart(t *testing.T) {
	for _, days := range [][]bot.Day{
		nil, {{Date: "2024-02-19"}}, make([]bot.Day, 365),
		{{Date: "2024-02-19", Answers: 1 << 30, Refusals: 1 << 29, Bad: 7, Slow: time.Hour, Median: time.Millisecond}, {Date: "2024-02-20", Bad: 9}},
	} {
		picture, err := chart(days)
		if err != nil || len(picture) == 0 || len(picture) > 1<<20 {
			t.Errorf("%d days: %d bytes, %v", len(days), len(picture), err)
		}
	}
	for n, want := range map[int]int{1: 2, 3: 4, 9: 10, 11: 12, 99: 100, 101: 120, 1601: 2000} {
		if got := round(n); got != want {
			t.Errorf("above %d is %d, want %d", n, got, want)
		}
	}
	for r, dots := range glyphs {
		if len(dots) != 35 {
			t.Errorf("%q has %d dots", r, len(dots))
		}
	}
}
