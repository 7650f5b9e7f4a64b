package telegram

import (
	"errors"
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

// TestLateFileOfAnAlbum: what arrives while its album is being shown is shown
// too, before it can be published.
func TestLateFileOfAnAlbum(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		// The answer to the edit that shows the dry run is long in coming.
		f.tg.Fail(telegramtest.Fault{Method: "editMessageText", Kind: telegramtest.Hang, Applied: true})
		f.chat.Send(f.admin, "", f.tg.Document("一.txt", []byte(notice)), telegramtest.InAlbum("7"))
		wait(albumQuiet + 3*time.Second)
		if got := f.last(f.chat).Show(); !strings.Contains(got, "新增 1 份") {
			t.Fatalf("while it is shown:\n%s", got)
		}
		f.chat.Send(f.admin, "", f.tg.Document("二.txt", []byte(other)), telegramtest.InAlbum("7"))
		wait(time.Minute)
		if got := f.last(f.chat).Show(); !strings.Contains(got, "新增 2 份") || len(f.chat.FromBot()) != 1 {
			t.Errorf("with the late file:\n%s", f.chat.Screen())
		}
		f.tap("✅ 发布 2 份")
		if f.document("一.txt") == nil || f.document("二.txt") == nil {
			t.Errorf("after publishing:\n%s", f.chat.Screen())
		}
	})
}

// TestSameNamesInAnAlbum: files of one name from several folders are all there.
func TestSameNamesInAnAlbum(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		f.chat.Send(f.admin, "", f.tg.Document("通知.txt", []byte(notice)), telegramtest.InAlbum("7"))
		f.chat.Send(f.admin, "", f.tg.Document("通知.txt", []byte(other)), telegramtest.InAlbum("7"))
		f.chat.Send(f.admin, "", f.tg.Document("三.zip", archiveOf(t, false, map[string]string{"通知.txt": other + "另有说明。\n"})), telegramtest.InAlbum("7"))
		wait(time.Minute)
		f.tap("✅ 发布 3 份")
		for name, want := range map[string]string{"通知.txt": notice, "通知 (2).txt": other, "通知 (3).txt": other + "另有说明。\n"} {
			if f.document(name) == nil || f.kept(name) != want {
				t.Errorf("%s:\n%s", name, f.chat.Screen())
			}
		}
	})
}

// TestFileBesideTheReading: whenever a file comes, the batch is not taken for
// read before it was.
func TestFileBesideTheReading(t *testing.T) {
	playOffice(t, telegramtest.Options{}, func(f *officeStage) {
		f.start()
		s, ctx := f.bot.store, f.t.Context()
		u := turn{id: 900, who: asker{ID: adminID}, place: place{Chat: f.chat.ID}, words: chinese}
		id, err := s.openUpload(ctx, u, "8") // without a message the clerk leaves it alone
		if err == nil {
			err = s.putFiles(ctx, id, 900, []uploadFile{{Name: "一.txt"}})
		}
		read, readErr := s.upload(ctx, id)
		if err = errors.Join(err, readErr, s.putFiles(ctx, id, 901, []uploadFile{{Name: "二.txt"}})); err != nil {
			t.Fatal(err)
		}
		read.State = stateReady
		if moved, err := s.step(ctx, read, stateReceiving, nil, 0); err != nil || moved {
			t.Errorf("a file came while the batch was read, and it went on to %s: %v", read.State, err)
		}
		if read, err = s.upload(ctx, id); err != nil || len(read.Files) != 2 {
			t.Fatalf("%+v, %v", read, err)
		}
		read.State = stateReady
		if moved, err := s.step(ctx, read, stateReceiving, nil, 0); err != nil || !moved {
			t.Errorf("the whole batch did not go on: %v", err)
		}
		if err := s.putFiles(ctx, id, 902, []uploadFile{{Name: "三.txt"}}); err != nil {
			t.Fatal(err)
		}
		if up, err := s.upload(ctx, id); err != nil || up.State != stateReceiving {
			t.Errorf("a file came after the reading, and the batch is %s: %v", up.State, err)
		}
	})
}
