package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policybot/internal/han"
)

// File names may hold anything but a slash: nothing that moves the cursor or
// turns the writing round may reach a terminal.
func TestHostileNamesAreShownSafely(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "docs")
	names := []string{
		"通知\u202etxt.gpj.txt", "零宽\u200b通知文件\ufeff.txt", "隔离\u2066文件\u2069通知.txt", "换\n行.txt", "清\x1b[2J屏.txt", "响\a铃.txt",
		"标\u202e题.meta.yaml",
	}
	for _, name := range names {
		writeDoc(t, dir, name, "本市公园绿地开放共享，每天开放时间不少于12小时，由各区负责落实。\n")
	}
	data := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		Run(t.Context(), append(args, "--data", data), os.Environ(), strings.NewReader(""), &out, &errs)
		for _, r := range out.String() + errs.String() {
			if r != '\n' && r != '\t' && han.Invisible(r) || r == '\r' || r == '\u2028' {
				t.Errorf("%q prints %U:\n%q", args, r, out.String()+errs.String())
				break
			}
		}
		return out.String()
	}
	if got := run("ingest", "-v", dir); strings.Count(got, "added ") != 3 || strings.Count(got, "failed ") != 4 {
		t.Errorf("the report is\n%s", got)
	}
	run("ingest", "--dry-run", dir)
	run("docs", "list")
	run("docs", "history")
	run("docs", "show", "通知\u202etxt.gpj.txt")
	run("docs", "show", "没有\u202e这个.txt")
	run("search", "公园每天开放多久")
	run("ask", "公园每天开放多少小时?")
	run("docs", "remove", "通知\u202etxt.gpj.txt")
}
