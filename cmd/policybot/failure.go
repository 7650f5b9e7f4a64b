package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line itself is wrong
)

// A hinted error knows what to do next.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }

// hint adds what to do next to an error; a nil error stays nil.
func hint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hinted{err, fmt.Sprintf(format, args...)}
}

// A misuse is an error in the command line.
type misuse struct{ error }

func (m *misuse) Unwrap() error { return m.error }

func misused(format string, args ...any) error {
	return &misuse{fmt.Errorf(format, args...)}
}

// report prints an error with what to do next, and gives the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, "policybot: stopped")
		return exitFailed
	}
	fmt.Fprintf(w, "policybot: error: %s\n", plain(err.Error()))
	var h *hinted
	if errors.As(err, &h) {
		fmt.Fprintf(w, "policybot: hint: %s\n", plain(h.hint))
	}
	var m *misuse
	if errors.As(err, &m) {
		return exitUsage
	}
	return exitFailed
}

// explainFile says of an error with a named file what a person can do.
func explainFile(err error, file, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return hint(fmt.Errorf("there is no %s %s", what, quoteName(file)), "check the name; it is taken from the folder that you are in")
	case errors.Is(err, fs.ErrPermission):
		return hint(fmt.Errorf("the %s %s may not be opened", what, quoteName(file)), "check its permissions, or run as the user that owns it")
	}
	var where *fs.PathError
	if errors.As(err, &where) {
		err = where.Err
	}
	return fmt.Errorf("the %s %s cannot be used: %w", what, quoteName(file), err)
}

// quoteName marks a file name in a sentence.
func quoteName(name string) string { return "'" + strings.ReplaceAll(name, "\n", " ") + "'" }
