package telegram

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzUnpack: whatever an archive holds, its files have safe names, lie in the
// folder, and are no more than is taken.
func FuzzUnpack(f *testing.F) {
	t := new(testing.T)
	f.Add(archiveOf(t, false, map[string]string{"a.txt": "a", "../b.txt": "b", "c/d.zip": "x", "e": "", "f.exe": "MZ"}))
	f.Add(archiveOf(t, true, map[string]string{"通知/电梯.txt": "文", `C:\x\y.txt`: "z", strings.Repeat("长", 200) + ".txt": "n"}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		dir := t.TempDir()
		archive, into := filepath.Join(dir, ".part"), filepath.Join(dir, "new")
		if err := os.WriteFile(archive, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(into, 0o700); err != nil {
			t.Fatal(err)
		}
		b := &Bot{Config: Config{Log: slog.New(slog.DiscardHandler)}}
		files := b.unpack(adminEnglish, archive, into, nil)
		if len(files) == 0 || len(files) > maxBatch+1 {
			t.Fatalf("%d files", len(files))
		}
		good := map[string]bool{}
		for _, file := range files {
			if safeName(file.Name) != file.Name {
				t.Errorf("%q is not a safe name", file.Name)
			}
			if file.Problem == "" {
				good[file.Name] = true
			}
		}
		there, err := os.ReadDir(into)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range there {
			if !entry.Type().IsRegular() || !good[entry.Name()] {
				t.Errorf("%q was written", entry.Name())
			}
		}
		if around, err := os.ReadDir(dir); err != nil || len(around) != 2 {
			t.Errorf("beside the folder there is %v, %v", around, err)
		}
	})
}
