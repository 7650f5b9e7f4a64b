package telegram

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"policybot/ingest"
	"policybot/internal/telegramtest"
	"policybot/retrieval"
)

func init() { time.Local = time.UTC } // what admins see of times is compared

// TestUploadFaults: what goes wrong on the way is told, and what passes is
// tried again.
func TestUploadFaults(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		f.tg.Fail(telegramtest.Fault{Method: "getFile", Kind: telegramtest.BadGateway, Times: 2})
		f.tg.Fail(telegramtest.Fault{Method: "file", Kind: telegramtest.HalfBody})
		if got := f.send("一.txt", notice); !strings.Contains(got, "新增 1 份") {
			t.Errorf("after two failures of getFile and half a file:\n%s", got)
		}
		f.tg.Fail(telegramtest.Fault{Method: "getFile", Kind: telegramtest.Internal, Times: 9})
		if got := f.send("二.txt", notice); !strings.Contains(got, "没能从 Telegram 下载") || strings.Contains(got, "发布 1 份") {
			t.Errorf("when Telegram is down:\n%s", got)
		}
		f.tg.Heal()
		f.tg.Fail(telegramtest.Fault{Method: "getFile", Kind: telegramtest.Refuse, Code: 400, Text: "Bad Request: wrong file_id or the file is temporarily unavailable"})
		if got := f.send("三.txt", notice); !strings.Contains(got, "temporarily unavailable") {
			t.Errorf("a file that Telegram does not have:\n%s", got)
		}
		f.tg.Fail(telegramtest.Fault{Method: "getFile", Kind: telegramtest.TooMany, RetryAfter: 7})
		if got := f.send("四.txt", other); !strings.Contains(got, "新增 1 份") {
			t.Errorf("after a 429:\n%s", got)
		}
		// The folder cannot be made: as when the disk is full or read-only.
		if err := os.RemoveAll(f.uploads); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.uploads, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := f.send("五.txt", other); !strings.Contains(got, adminChinese.FileKept) {
			t.Errorf("when nothing can be written:\n%s", got)
		}
		if err := os.Remove(f.uploads); err != nil {
			t.Fatal(err)
		}
		// The files of a batch that is waiting are gone.
		f.send("六.txt", other)
		if err := os.RemoveAll(filepath.Join(f.uploads, batchesDir)); err != nil {
			t.Fatal(err)
		}
		f.tap("✅ 发布 1 份")
		if f.document("六.txt") != nil {
			t.Error("a file that is gone was published")
		}
	})
}

// TestDiskFullWords: the reason is told for what the file system says.
func TestDiskFullWords(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		full := &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
		if got := f.bot.fileTrouble(adminChinese, full); got != adminChinese.DiskFull {
			t.Errorf("a full disk: %s", got)
		}
		if got := f.bot.fileTrouble(adminEnglish, errors.New("odd")); got != adminEnglish.FileKept {
			t.Errorf("anything else: %s", got)
		}
	})
}

// TestUploadsSurviveRestarts ends the process at every stage.
func TestUploadsSurviveRestarts(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		restart := func() { f.end(); f.start(); wait(30 * time.Second) }
		// In the middle of an album.
		f.chat.Send(f.admin, "", f.tg.Document("一.txt", []byte(notice)), telegramtest.InAlbum("5"))
		wait(time.Second)
		f.end()
		f.chat.Send(f.admin, "", f.tg.Document("二.txt", []byte(other)), telegramtest.InAlbum("5"))
		f.start()
		wait(30 * time.Second)
		if got := f.last(f.chat).Show(); !strings.Contains(got, "新增 2 份") || len(f.chat.FromBot()) != 1 {
			t.Fatalf("after a restart in an album:\n%s", f.chat.Screen())
		}
		restart()
		// The press arrives while nobody listens.
		f.end()
		f.press(f.chat, f.admin, f.last(f.chat).ID, "✅ 发布 2 份")
		f.start()
		wait(30 * time.Second)
		if f.document("一.txt") == nil || f.document("二.txt") == nil || f.kept("一.txt") != notice {
			t.Fatalf("published over a restart:\n%s", f.chat.Screen())
		}
		// The process ends between the ingest and the moving of the files: the
		// state is put back by hand, and the press is lost.
		f.send("一.txt", notice2)
		up, err := f.bot.store.upload(f.t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		known, err := f.bot.knownUploads(f.t.Context())
		if err != nil || up.State != stateReady || up.Files[0].Base != known["一.txt"].Revision {
			t.Fatalf("%+v, %v", up, err)
		}
		was := up.State
		up.State, up.Before = statePublishing, 2
		if _, err := f.bot.store.step(f.t.Context(), up, was, nil, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := ingest.Sync(f.t.Context(), f.lib, f.bot.Office.Embedder, f.bot.syncOptions(up, up.takes())); err != nil {
			t.Fatal(err)
		}
		// Where nobody does the rest any more, the clerk does.
		time.Sleep(stuckAfter + tidyEvery)
		wait(time.Minute)
		if up, err := f.bot.store.upload(f.t.Context(), 2); err != nil || up.State != statePublished {
			t.Errorf("a deed that was cut short: %s, %v", up.State, err)
		}
		if f.kept("一.txt") != notice2 {
			t.Errorf("the file is not where it belongs:\n%s", f.chat.Screen())
		}
		f.tap("↩️ 撤销")
		if f.kept("一.txt") != notice || !strings.Contains(f.document("一.txt").Text, "15万元") {
			t.Errorf("undone it is\n%s", f.document("一.txt").Text)
		}
	})
}

// TestUndoOfANewDocument takes it out again, and does not touch what another
// admin changed since.
func TestUndo(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		f.send("一.txt", notice)
		f.tap("✅ 发布 1 份")
		first := f.last(f.chat).ID
		f.send("一.txt", notice2)
		f.tap("✅ 发布 1 份")
		p := f.press(f.chat, f.admin, first, "↩️ 撤销")
		wait(10 * time.Second)
		for _, m := range f.chat.FromBot() {
			if m.ID == first && !strings.Contains(m.Text, "又改过") {
				t.Errorf("undoing the older of two versions: %s", m.Show())
			}
		}
		if _, ok := p.Answered(); !ok || !strings.Contains(f.document("一.txt").Text, "18万元") {
			t.Error("the newer version is gone")
		}
		f.tap("↩️ 撤销")
		f.show(func() { f.press(f.chat, f.admin, first, "↩️ 撤销") })
		if d := f.document("一.txt"); d != nil && !d.Left || f.kept("一.txt") != "" {
			t.Errorf("a new document that was taken back is still there: %+v", d)
		}
		c, err := f.lib.Current(f.t.Context())
		if err != nil || c.Version != 5 {
			t.Errorf("the corpus version is %d, %v", c.Version, err)
		}
	})
}

// TestTwoAdmins publish the same document at the same time: the second sees
// what the first did before it counts.
func TestTwoAdmins(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		second := f.tg.User(adminID+1, "乙", "zh")
		hers := f.tg.Private(second)
		f.send("一.txt", notice)
		hers.Send(second, "", f.tg.Document("一.txt", []byte(notice2)))
		wait(10 * time.Second)
		f.press(f.chat, f.admin, f.last(f.chat).ID, "✅ 发布 1 份")
		f.press(hers, second, f.last(hers).ID, "✅ 发布 1 份")
		wait(time.Minute)
		published := 0
		for _, c := range []*telegramtest.Chat{f.chat, hers} {
			m := f.last(c)
			if strings.Contains(m.Text, "已发布") {
				published++
			} else if !strings.Contains(m.Text, "更新 1 份") || !strings.Contains(m.Text, "万元 → ") {
				t.Errorf("the slower one sees\n%s", m.Show())
			}
		}
		if published != 1 {
			t.Errorf("%d of the two published:\n%s%s", published, f.chat.Screen(), hers.Screen())
		}
		// Another process ingests: it is waited for.
		d, err := f.lib.Draft(f.t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.send("二.txt", other)
		f.press(f.chat, f.admin, f.last(f.chat).ID, "✅ 发布 1 份")
		wait(20 * time.Second)
		if got := f.last(f.chat).Text; got != adminChinese.Busy {
			t.Errorf("while another ingest runs: %s", got)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		wait(time.Minute)
		if got := f.last(f.chat).Text; !strings.Contains(got, "已发布") {
			t.Errorf("after it: %s", got)
		}
	})
}

// archiveOf is a ZIP archive; names in GBK have no mark of UTF-8.
func archiveOf(t *testing.T, gbk bool, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range files {
			if !yield(n) {
				return
			}
		}
	}) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if gbk {
			var err error
			if h.Name, err = simplifiedchinese.GBK.NewEncoder().String(name); err != nil {
				t.Fatal(err)
			}
			h.NonUTF8 = true
		}
		part, err := w.CreateHeader(h)
		if err == nil {
			_, err = part.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestArchives(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		hostile := map[string]string{
			"../../etc/公园.txt": other, "通知/电梯.txt": notice, "通知/.hidden.txt": "x", "__MACOSX/._公园.txt": "x",
			"里面.zip": "PK", "程序.exe": "MZ", "C:\\盘\\说明.txt": other + "另有说明。\n",
		}
		got := f.say("", f.tg.Document("资料.zip", archiveOf(t, false, hostile)))
		for _, want := range []string{"新增 3 份 · 读不了 2 份", "etc_公园.txt", "通知_电梯.txt", "C__盘_说明.txt", "里面.zip\n" + "  ", adminChinese.ZipNested, ".exe"} {
			if !strings.Contains(strings.ReplaceAll(got, "*", ""), strings.TrimSpace(want)) {
				t.Errorf("without %q:\n%s", want, got)
			}
		}
		f.tap("✅ 发布 3 份")
		if f.document("etc_公园.txt") == nil || f.kept("通知_电梯.txt") != notice {
			t.Errorf("after publishing:\n%s", f.chat.Screen())
		}
		if got := f.say("", f.tg.Document("旧.zip", archiveOf(t, true, map[string]string{"通知/电梯.txt": notice2, "说明.doc": "x"}))); !strings.Contains(got, "更新 1 份") {
			t.Errorf("names in GBK:\n%s", got)
		}
		bomb := archiveOf(t, false, map[string]string{"大.txt": strings.Repeat("大", (maxUnpacked+3)/3), "小.txt": other})
		if got := f.say("", f.tg.Document("炸弹.zip", bomb)); !strings.Contains(got, "解压后超过") {
			t.Errorf("an archive that unpacks to too much:\n%s", got)
		}
		for name, data := range map[string][]byte{"坏.zip": []byte("PK\x03\x04 nothing"), "空.zip": archiveOf(t, false, nil)} {
			if got := f.say("", f.tg.Document(name, data)); strings.Contains(got, "发布 ") || !strings.Contains(got, "压缩包") {
				t.Errorf("%s:\n%s", name, got)
			}
		}
		leftovers, err := filepath.Glob(filepath.Join(f.uploads, batchesDir, "*", comingDir, ".*"))
		if err != nil || len(leftovers) > 0 {
			t.Errorf("left over: %v, %v", leftovers, err)
		}
	})
}

// TestPurgedUploads: what was purged is neither shown nor kept.
func TestPurgedUploads(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		f.send("一.txt", notice)
		f.tap("✅ 发布 1 份")
		f.send("一.txt", notice2) // its dry run shows what was there
		id := f.document("一.txt").ID
		f.end()
		if _, err := f.lib.Purge(f.t.Context(), id); err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"15万元", "一.txt"} {
			if files := f.stands([]byte(words)); files != nil {
				t.Errorf("%s still stands in %v", words, files)
			}
		}
		f.start()
		wait(time.Minute)
		if f.kept("一.txt") != "" {
			t.Error("its file is still there")
		}
		if _, got := f.tap("✅ 发布 1 份"); strings.Contains(got, "已发布") {
			t.Errorf("after the purge its new version was published:\n%s", got)
		}
	})
}

func TestSafeNames(t *testing.T) {
	for name, want := range map[string]string{
		"通知.txt": "通知.txt", "../../etc/passwd": "passwd", `C:\Users\通知.txt`: "通知.txt", "": "upload", ".htaccess": "htaccess", "..": "upload",
		"通\u202e知.txt": "通知.txt", "a\x00b\n.txt": "ab.txt", `a:b*c?.txt`: "a_b_c_.txt", "  x .txt": "x.txt", "a/": "a",
		"A\x00\u0300.txt": "\u00c0.txt", "\u0300.\u0300": "\u0300.\u0300",
	} {
		if got := safeName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := safeName(rapid.String().Draw(t, "name"))
		if name == "" || len(name) > maxName+16 || name[0] == '.' || filepath.Base(name) != name || !filepath.IsLocal(name) ||
			strings.ContainsAny(name, "\x00\n/\\") || safeName(name) != name {
			t.Fatalf("%q is not safe", name)
		}
	})
}

// TestAdminCatalogues: nothing is left unsaid in any language, and what is
// said of numbers has room for as many.
func TestAdminCatalogues(t *testing.T) {
	var first reflect.Value
	for i, w := range []*adminWords{adminChinese, adminTraditional, adminEnglish} {
		v := reflect.ValueOf(*w)
		if i == 0 {
			first = v
		}
		for k := range v.NumField() {
			name := v.Type().Field(k).Name
			if v.Field(k).IsZero() {
				t.Errorf("catalogue %d says nothing for %s", i, name)
			}
			switch v.Field(k).Kind() {
			case reflect.String:
				if a, b := strings.Count(first.Field(k).String(), "%"), strings.Count(v.Field(k).String(), "%"); a != b {
					t.Errorf("catalogue %d has %d places in %s, the first has %d", i, b, name, a)
				}
			case reflect.Map:
				for _, key := range first.Field(k).MapKeys() {
					if !v.Field(k).MapIndex(key).IsValid() {
						t.Errorf("catalogue %d says nothing for %s %v", i, name, key)
					}
				}
			}
		}
	}
	for _, k := range []string{retrieval.KindPolicy, retrieval.KindReading, retrieval.KindReport, retrieval.KindNews, retrieval.KindOpinion} {
		if adminChinese.Kinds[k] == "" {
			t.Errorf("the kind %s has no name", k)
		}
	}
	if got := fmt.Sprintf(adminTraditional.Published, 3); !strings.Contains(got, "3") {
		t.Error(got)
	}
}
