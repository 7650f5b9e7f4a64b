package telegram

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/telegramtest"
	"policybot/retrieval"
)

// officeStage is a stage with the seeds, an admin, and an office.
type officeStage struct {
	*stage
	lib     *retrieval.Library
	journal *bot.Journal
	uploads string
	admin   *telegramtest.User
	chat    *telegramtest.Chat
	screen  strings.Builder
}

const adminID = 9

// playOffice runs a test on a stage with an office.
func playOffice(t *testing.T, o telegramtest.Options, do func(*officeStage)) {
	t.Helper()
	play(t, o, func(s *stage) {
		f := &officeStage{stage: s, uploads: filepath.Join(filepath.Dir(s.path), UploadSource)}
		f.lib, f.journal = realThing(s)
		real := s.adjust
		s.adjust = func(c *Config) {
			real(c)
			c.Admins = []int64{adminID, adminID + 1}
			c.Office = Office{Library: f.lib, Embedder: retrieval.NewHashed(), Uploads: f.uploads, Daily: f.journal,
				Searched: func(ctx context.Context) error { return c.Corpus.(*retrieval.Index).Load(ctx, f.lib) }}
		}
		f.admin = s.tg.User(adminID, "管理员", "zh-hans")
		f.chat = s.tg.Private(f.admin)
		do(f)
	})
}

// show plays do and writes down what is new or changed in the admin's chat.
func (f *officeStage) show(do func()) {
	before := map[int]string{}
	for _, m := range f.chat.Messages() {
		before[m.ID] = m.Show()
	}
	do()
	wait(20 * time.Second)
	f.screen.WriteString(f.chat.ScreenOf(func(m telegramtest.Message) bool { return before[m.ID] != m.Show() }))
}

func (f *officeStage) say(text string, opts ...telegramtest.SendOption) string {
	f.t.Helper()
	f.show(func() { f.chat.Send(f.admin, text, opts...) })
	return f.last(f.chat).Show()
}

func (f *officeStage) send(name, text string) string {
	f.t.Helper()
	return f.say("", f.tg.Document(name, []byte(text)))
}

// tap presses a button under the bot's last message that has one of that name,
// and returns the note and the message then.
func (f *officeStage) tap(label string) (note, message string) {
	f.t.Helper()
	f.screen.WriteString("[" + label + "]\n\n")
	all := f.chat.FromBot()
	for i := len(all) - 1; i >= 0; i-- {
		for _, l := range all[i].Labels() {
			if l != label {
				continue
			}
			var p telegramtest.Press
			f.show(func() { p = f.press(f.chat, f.admin, all[i].ID, label) })
			if note, _ = p.Answered(); note != "" {
				f.screen.WriteString("(" + note + ")\n\n")
			}
			for _, m := range f.chat.FromBot() {
				if m.ID == all[i].ID {
					message = m.Show()
				}
			}
			return note, message
		}
	}
	f.t.Fatalf("no message has a button %q:\n%s", label, f.chat.Screen())
	return "", ""
}

func (f *officeStage) title(t string) { f.screen.WriteString("=== " + t + "\n\n") }

// stands is the document of that name among what admins sent.
func (f *officeStage) document(name string) *retrieval.Detail {
	f.t.Helper()
	d, err := f.lib.Document(f.t.Context(), UploadSource+"/"+name)
	if err != nil {
		return nil
	}
	return d
}

// kept is the file of that name in the folder of the uploads, "" for none.
func (f *officeStage) kept(name string) string {
	raw, _ := os.ReadFile(filepath.Join(f.uploads, name))
	return string(raw)
}

const (
	notice = "关于老旧小区加装电梯补贴的通知\n\n西湖区住建局　2024-03-01\n\n" +
		"一、补贴标准\n每台电梯补贴15万元，由区财政负责落实，自2024年4月1日起施行。\n\n二、办理时限\n街道应当在收到申请后20个工作日内答复。\n\n分享到：微信 微博 QQ空间\n"
	notice2 = "关于老旧小区加装电梯补贴的通知\n\n西湖区住建局　2024-03-01\n\n" +
		"一、补贴标准\n每台电梯补贴18万元，由区财政负责落实，自2024年6月1日起施行。\n\n二、办理时限\n街道应当在收到申请后20个工作日内答复。\n\n三、其他\n2023年的旧办法同时停止执行。\n"
	other = "关于公园开放的公告\n\n市园林局　2023-03-02\n\n全市公园绿地开放共享，每天开放时间不少于12小时。\n"
)

// TestAdminConversation plays what an admin does in a day and compares what
// the admin sees.
func TestAdminConversation(t *testing.T) {
	playOffice(t, telegramtest.Options{Limits: telegramtest.TelegramLimits}, func(f *officeStage) {
		time.Sleep(time.Until(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)))
		f.start()
		f.title("what an admin can do")
		f.say("/admin")
		f.title("a new document")
		f.send("电梯通知.txt", notice)
		f.tap("✅ 发布 1 份")
		f.say("老旧小区加装电梯每台补贴多少?")
		f.title("a new version of it")
		f.send("电梯通知.txt", notice2)
		f.tap("✅ 发布 1 份")
		f.say("老旧小区加装电梯每台补贴多少?")
		f.title("undone")
		f.tap("↩️ 撤销")
		f.say("老旧小区加装电梯每台补贴多少?")
		f.title("the same again, and files that cannot be read")
		f.send("电梯通知.txt", notice)
		f.send("方案.doc", "x")
		f.send("表格.xlsx", "这不是表格")
		f.say("", f.tg.LargeDocument("汇编.pdf", 30<<20))
		f.title("several files at once")
		f.show(func() {
			f.chat.Send(f.admin, "", f.tg.Document("公园.txt", []byte(other)), telegramtest.InAlbum("77"))
			f.chat.Send(f.admin, "", f.tg.Document("通知（副本）.txt", []byte(strings.Replace(notice, "15万元", "16万元", 1))), telegramtest.InAlbum("77"))
			f.chat.Send(f.admin, "", f.tg.Document("公园.txt.meta.yaml", []byte("place: 杭州市\n")), telegramtest.InAlbum("77"))
		})
		f.tap("🗑 放弃")
		f.title("the documents")
		f.say("/docs")
		f.say("/docs 电梯")
		f.tap("1")
		f.tap("⏸ 停用")
		f.tap("▶️ 恢复")
		f.tap("✏️ 地区")
		asked := f.last(f.chat).ID
		f.say("西湖", telegramtest.Reply(asked))
		f.say("杭州市西湖區", telegramtest.Reply(asked))
		f.say("/doc 亚特兰蒂斯")
		f.title("versions")
		f.say("/history")
		f.say("/rollback 2")
		f.tap("↩ 回到第 2 版")
		f.title("counts")
		f.say("/stats")
		f.say("/gaps")
		f.title("people")
		f.say("/users")
		f.say("/invite")
		f.say("/block 4711")
		f.say("/role 12 staff")
		f.say("/users")
		golden(t, "admin-conversation.txt", f.screen.String())
	})
}
