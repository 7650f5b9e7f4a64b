package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeTranscripts runs the commands of README.md's console blocks, one
// after the other in one folder, and compares what they print with what the
// README says they print. With -update it writes the README.
func TestReadmeTranscripts(t *testing.T) {
	file, err := filepath.Abs(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "seeds"), os.DirFS(filepath.Join("..", "..", "seeds"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	blocks := 0
	now := console.ReplaceAllStringFunc(string(raw), func(block string) string {
		blocks++
		return "```console\n" + replay(t, block) + "```\n"
	})
	if blocks == 0 {
		t.Error("the README shows no transcript")
	}
	if timeless(now) == timeless(string(raw)) {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the README's transcripts are out of date: make golden writes them anew. They should be:\n%s",
		strings.Join(console.FindAllString(now, -1), "\n"))
}

var (
	console = regexp.MustCompile("(?ms)^```console\n.*?^```\n")
	took    = regexp.MustCompile(`\b[0-9.]+(ms|s)\b`)
	word    = regexp.MustCompile(`"([^"]*)"|(\S+)`)
)

// timeless is s with every duration the same.
func timeless(s string) string { return took.ReplaceAllString(s, "0s") }

// replay is a console block with the output that its commands have now.
func replay(t *testing.T, block string) string {
	t.Helper()
	var out strings.Builder
	for l := range strings.Lines(block) {
		command, ok := strings.CutPrefix(l, "$ policybot ")
		if !ok {
			continue
		}
		out.WriteString(l)
		var args []string
		for _, m := range word.FindAllStringSubmatch(command, -1) {
			args = append(args, m[1]+m[2])
		}
		var errs strings.Builder
		if code := Run(t.Context(), args, nil, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("%sexit code %d: %s", l, code, errs.String())
		}
	}
	return out.String()
}
