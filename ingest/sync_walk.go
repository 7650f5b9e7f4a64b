package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// walk lists the files of t that are to be read, and their sidecars, by path.
// What is left out is reported; problems are the paths, of files and of whole
// folders, that could not be looked at and whose documents stay.
func (s *syncer) walk(ctx context.Context, root *os.Root, t target) (files, sidecars, problems []string, err error) {
	if t.within == "" {
		files = slices.Sorted(slices.Values(t.files))
		return files, sidecarsOf(root, files), nil, nil
	}
	foreign := s.foreign(t)
	report := func(p string, status Status, reason string) {
		s.report.Files = append(s.report.Files, File{Source: t.source, Path: p, Status: status, Reason: reason})
		if status == Failed {
			problems = append(problems, p)
		}
	}
	err = fs.WalkDir(root.FS(), t.within, func(p string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if p == t.within {
				return fmt.Errorf("read the folder %s: %w", t.dir, err)
			}
			report(p, Failed, fileReason(err))
			return nil
		}
		status, reason := s.judge(root, p, entry, foreign)
		switch {
		case p == t.within || status == "" && entry.IsDir():
			return nil
		case status == "" && describes(p) != "":
			sidecars = append(sidecars, p)
			return nil
		case status == "":
			files = append(files, p)
			return nil
		}
		report(p, status, reason)
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	slices.Sort(files)
	return files, sidecars, problems, err
}

// judge says why an entry is not read; the status is "" for one that is.
func (s *syncer) judge(root *os.Root, p string, entry fs.DirEntry, foreign map[string]string) (Status, string) {
	name := entry.Name()
	switch {
	case !utf8.ValidString(name):
		return Failed, "its name is not UTF-8: rename it"
	case strings.ContainsFunc(name, unicode.IsControl):
		return Failed, "its name has control characters: rename it"
	case strings.HasPrefix(name, ".") && p != ".":
		return Skipped, "hidden"
	case entry.IsDir() && foreign[p] != "":
		return Skipped, fmt.Sprintf("it is the folder of the source %q", foreign[p])
	case entry.IsDir():
		return "", ""
	case entry.Type()&fs.ModeSymlink != 0:
		if _, err := root.Stat(p); err != nil {
			return Failed, "a link that leads out of the folder or nowhere: put the file itself here"
		}
		return Skipped, "a link to something else in the folder"
	case !entry.Type().IsRegular():
		return Skipped, "not a file"
	case !s.parser.Supports(name) && describes(p) == "":
		return Skipped, unsupported(name)
	}
	return "", ""
}

// read reads a file of root, no more than MaxFileBytes, and not while somebody
// writes to it.
func read(root *os.Root, p string) ([]byte, error) {
	if info, err := root.Stat(p); err != nil {
		return nil, errors.New(fileReason(err))
	} else if !info.Mode().IsRegular() { // to open a pipe is to wait for its writer
		return nil, errors.New("not a file")
	}
	f, err := root.Open(p)
	if err != nil {
		return nil, errors.New(fileReason(err))
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return nil, errors.New(fileReason(err))
	}
	if !before.Mode().IsRegular() {
		return nil, errors.New("not a file")
	}
	if before.Size() > MaxFileBytes {
		return nil, fmt.Errorf("%d MB are more than the %d that are read: split the file", before.Size()>>20, MaxFileBytes>>20)
	}
	raw := make([]byte, before.Size()+1) // one more tells that it grew
	n, err := io.ReadFull(f, raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.New(fileReason(err))
	}
	raw = raw[:n]
	after, err := f.Stat()
	if err != nil {
		return nil, errors.New(fileReason(err))
	}
	if int64(len(raw)) != after.Size() || !before.ModTime().Equal(after.ModTime()) {
		return nil, errors.New("it changed while it was read: run this again")
	}
	return raw, nil
}

// fileReason is a file error without the path, which the report names already.
func fileReason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "this user may not read it: change its permissions"
	case errors.Is(err, fs.ErrNotExist):
		return "it is gone: it was there a moment ago"
	}
	return err.Error()
}
