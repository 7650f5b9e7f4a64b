package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"policybot/retrieval"
)

// sidecarEnds are how the names of files end that tell of the file beside
// them: notice.txt.meta.yaml or notice.meta.yaml of notice.txt.
var sidecarEnds = []string{".meta.yaml", ".meta.yml", ".meta.json"}

// A sidecar is such a file, as it is read now.
type sidecar struct {
	path string
	hash string
}

// describes is the path without the end of a sidecar's name, "" for any other.
func describes(p string) string {
	for _, end := range sidecarEnds {
		if rest, ok := cutFold(p, end); ok && path.Base(rest) != "." && !strings.HasSuffix(rest, "/") && rest != "" {
			return rest
		}
	}
	return ""
}

// IsSidecar reports whether a file of this name tells of the file beside it.
func IsSidecar(name string) bool { return describes(name) != "" }

// cutFold is strings.CutSuffix for ASCII ends in any case.
func cutFold(s, end string) (string, bool) {
	if len(s) < len(end) || !strings.EqualFold(s[len(s)-len(end):], end) {
		return s, false
	}
	return s[:len(s)-len(end)], true
}

// pairSidecars finds for each file the sidecar beside it. Those that belong to
// no file, or not clearly to one, are reported.
func (s *syncer) pairSidecars(t target, files, sidecars []string) map[string]string {
	of := map[string]string{}
	for _, side := range sidecars {
		file, reason := fileOf(describes(side), files)
		if file != "" && of[file] != "" {
			reason = fmt.Sprintf("%s tells of %s already: keep one of the two", of[file], file)
		}
		if reason != "" {
			s.note(File{Source: t.source, Path: side, Status: Failed, Reason: reason})
			continue
		}
		of[file] = side
	}
	return of
}

// fileOf is the file that a sidecar for name tells of, or why it is unclear.
func fileOf(name string, files []string) (file, reason string) {
	if _, ok := slices.BinarySearch(files, name); ok {
		return name, ""
	}
	at, _ := slices.BinarySearch(files, name+".")
	var found []string
	for _, f := range files[at:] {
		if !strings.HasPrefix(f, name+".") {
			break
		}
		if strings.TrimSuffix(f, path.Ext(f)) == name {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return "", "there is no file beside it that it could tell of"
	case 1:
		return found[0], ""
	}
	return "", fmt.Sprintf("it could tell of %s and of %s: put the whole name before .meta", found[0], found[1])
}

// sidecarsOf are the sidecars of files that are given one by one.
func sidecarsOf(root *os.Root, files []string) (sidecars []string) {
	for _, f := range files {
		for _, name := range []string{f, strings.TrimSuffix(f, path.Ext(f))} {
			for _, end := range sidecarEnds {
				if _, err := root.Lstat(name + end); !errors.Is(err, fs.ErrNotExist) && describes(name+end) != "" {
					sidecars = append(sidecars, name+end)
				}
			}
		}
	}
	slices.Sort(sidecars)
	return slices.Compact(sidecars)
}

// version is the parser's version with what else the reading depends on.
func (s *syncer) version(f seen) string {
	v := s.parser.Version
	if f.side.path != "" {
		v += "+" + f.side.hash[:16]
	}
	return withStated(v, f.corrected)
}

// stated reads the sidecar of a file, if it has one.
func (s *syncer) stated(root *os.Root, f seen) ([]statement, error) {
	if f.side.path == "" {
		return nil, nil
	}
	raw, err := read(root, f.side.path)
	if err == nil && retrieval.HashRaw(raw) != f.side.hash {
		err = errors.New("it changed while it was read: run this again")
	}
	var stated []statement
	if err == nil {
		stated, err = parseSidecar(path.Base(f.side.path), raw)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(f.side.path), err)
	}
	return stated, nil
}
