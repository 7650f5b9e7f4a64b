package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policybot/bot/telegram"
	"policybot/ingest"
	"policybot/internal/telegramtest"
)

// TestAdminsFillALibrary: an admin brings a new bot its first document, which
// people are then answered from, and the command line tells who did it.
func TestAdminsFillALibrary(t *testing.T) {
	tg := telegramtest.New(t, telegramtest.Options{})
	p := newProgram(t)
	p.telegramToken, p.telegramURL, p.telegramClient, p.telegramAdmins = tg.Token(), tg.URL(), tg.Client(), "9"
	stop := p.serving(t, false)
	admin := tg.User(9, "管理员", "zh-hans")
	chat := tg.Private(admin)
	until := func(what, words string) (last telegramtest.Message) {
		t.Helper()
		if !eventually(func() bool {
			all := chat.FromBot()
			if len(all) > 0 {
				last = all[len(all)-1]
			}
			return strings.Contains(last.Text, words)
		}) {
			t.Fatalf("%s: people see\n%s", what, chat.Screen())
		}
		return last
	}
	chat.Send(admin, "", tg.Document("电梯.txt", []byte(lift)))
	if _, err := chat.Press(admin, until("a file", "新增 1 份").ID, "✅ 发布 1 份"); err != nil {
		t.Fatal(err)
	}
	until("published", "已发布")
	chat.Send(admin, "电梯改造每台补贴多少?")
	until("asked", "15万元")
	stop()
	if kept, err := os.ReadFile(filepath.Join(p.data, telegram.UploadSource, "电梯.txt")); err != nil || string(kept) != lift {
		t.Errorf("the folder of the uploads: %q, %v", kept, err)
	}
	run := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Run(t.Context(), append(args, "--data", p.data), os.Environ(), strings.NewReader(""), &out, &errs); code != exitOK {
			t.Errorf("%q: %s", args, errs.String())
		}
		return out.String()
	}
	if got := run("export", "audit"); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"who":9,"what":"publish"`) || !strings.Contains(got, `"subject":"电梯.txt","version":1}`) {
		t.Errorf("export audit: %s", got)
	}
	if got := run("export", "audit", "--csv"); !strings.HasPrefix(got, "\ufeffat,who,what,") || !strings.Contains(got, ",9,publish,") {
		t.Errorf("export audit --csv: %s", got)
	}
	if got := run("ingest", filepath.Join(p.data, telegram.UploadSource)); !strings.Contains(got, "1 unchanged") {
		t.Errorf("the folder ingested by itself: %s", got)
	}
}

func TestTelegramOfficeSettings(t *testing.T) {
	p := newProgram(t)
	l, err := p.openForAdmins(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p.telegramStaff, p.telegramAccessBy = "20 21", accessByInvite
	o, err := p.telegramOffice(t.Context(), l, true)
	if err != nil || len(o.Staff) != 2 || !o.Closed || !filepath.IsAbs(o.Uploads) || len(o.Exports) != 2 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, e := range o.Exports {
		var out bytes.Buffer
		if err := e.Write(t.Context(), &out); err != nil || !strings.HasPrefix(out.String(), "\ufeff") {
			t.Errorf("%s: %q, %v", e.Name, out.String(), err)
		}
	}
	foreign := filepath.Join(t.TempDir(), telegram.UploadSource)
	writeDoc(t, foreign, "lift.txt", lift)
	if _, err := p.sync(t.Context(), ingest.Options{Paths: []string{foreign}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.telegramOffice(t.Context(), l, true); err == nil || !strings.Contains(err.Error(), foreign) {
		t.Errorf("another folder of that name: %v", err)
	}
	if o, err := p.telegramOffice(t.Context(), l, false); err != nil || o.Library != nil {
		t.Errorf("without admins: %+v, %v", o, err)
	}
	p.telegramAccessBy = "sesame"
	if _, err := p.telegramOffice(t.Context(), l, true); err == nil || !strings.Contains(err.Error(), "TELEGRAM_ACCESS") {
		t.Errorf("an unknown way in: %v", err)
	}
}

// TestTablesKeepTheirCells: nothing in a cell ends it, whatever a spreadsheet
// takes for the separator.
func TestTablesKeepTheirCells(t *testing.T) {
	for _, cell := range []string{`补贴;=1+1`, `补贴,=1+1`, `补贴|=1+1`, `补贴";=1+1;"`, `""";=1+1`} {
		var out bytes.Buffer
		if err := writeTable(&out, [][]string{{"head"}, {cell, "x"}}); err != nil {
			t.Fatal(err)
		}
		for _, comma := range ",;|" {
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
			r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
			rows, err := r.ReadAll()
			if err != nil || len(rows) != 2 || comma == ',' && rows[1][0] != cell {
				t.Errorf("%q separated by %q: %q, %v", cell, comma, rows, err)
				continue
			}
			for _, got := range rows[1] {
				if strings.HasPrefix(got, "=") {
					t.Errorf("%q separated by %q begins a formula: %q", cell, comma, got)
				}
			}
		}
	}
}

// TestTablesComputeNothing: no cell of a table is a formula to a spreadsheet.
func TestTablesComputeNothing(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0", "@SUM(A1)": "'@SUM(A1)", "-5": "-5", "-x": "'-x",
		"＝1+1": "'＝1+1", "\t=1": "'=1", "补贴": "补贴", "": "", "+5": "+5",
	} {
		var out bytes.Buffer
		if err := writeTable(&out, [][]string{{"=head"}, {cell, "x"}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(strings.Split(out.String(), "\n")[1], ",x"); strings.ReplaceAll(strings.Trim(got, `"`), `""`, `"`) != want {
			t.Errorf("%q is written %s, want %s", cell, got, want)
		}
	}
}
