package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	broken := errors.New("it broke")
	for _, c := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"nothing", nil, exitOK, ""},
		{"failure", broken, exitFailed, "policybot: error: it broke\n"},
		{"hinted", fmt.Errorf("serve: %w", hint(broken, "mend %s", "it")), exitFailed,
			"policybot: error: serve: it broke\npolicybot: hint: mend it\n"},
		{"misuse", hint(misused("no %s", "file"), "name one"), exitUsage, "policybot: error: no file\npolicybot: hint: name one\n"},
		{"interrupt", fmt.Errorf("ingest: %w", context.Canceled), exitFailed, "policybot: stopped\n"},
		{"hostile", errors.New("file \x1b[31m\u202etxt"), exitFailed, "policybot: error: file [31mtxt\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			if code := report(&out, c.err); code != c.code || out.String() != c.want {
				t.Errorf("exit code %d and %q, want %d and %q", code, out.String(), c.code, c.want)
			}
		})
	}
	if hint(nil, "nothing to do") != nil {
		t.Error("a hint made an error of none")
	}
}

func TestExplainFile(t *testing.T) {
	at := func(err error) error { return &fs.PathError{Op: "open", Path: "a\nb", Err: err} }
	for _, c := range []struct {
		err  error
		want string
		hint bool
	}{
		{at(fs.ErrNotExist), "there is no set 'a b'", true},
		{at(fs.ErrPermission), "the set 'a b' may not be opened", true},
		{at(errors.New("is a directory")), "the set 'a b' cannot be used: is a directory", false},
	} {
		err := explainFile(c.err, "a\nb", "set")
		var h *hinted
		if err.Error() != c.want || errors.As(err, &h) != c.hint {
			t.Errorf("explained as %q, want %q", err, c.want)
		}
	}
	if explainFile(nil, "a", "set") != nil {
		t.Error("no error was explained")
	}
}
