package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A target is a part of a source that is synced: all of its folder, a folder
// in it, or some files.
type target struct {
	source string
	dir    string // the folder that paths count from, absolute
	// within is the folder inside dir that is synced whole, "." for all of it;
	// it is "" when only files are.
	within string
	files  []string
	// moved is where the source was found last, when that is gone now.
	moved string
	// root is the folder that files belong into which are elsewhere yet.
	root string
}

// whole reports whether a document at path is gone when its file is.
func (t target) whole(p string) bool {
	return t.within == "." || t.within != "" && strings.HasPrefix(p, t.within+"/")
}

// targets turns the given paths into targets. It fails, before anything is
// done, on a path that does not exist or whose source is not clear.
func (s *syncer) targets() ([]target, error) {
	var folders, files []target
	for _, given := range s.options.Paths {
		abs, err := filepath.Abs(given)
		if err == nil {
			abs, err = filepath.EvalSymlinks(abs)
		}
		var info os.FileInfo
		if err == nil {
			info, err = os.Stat(abs)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file or folder: check the path", given)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", given, err)
		}
		if info.IsDir() {
			t, err := s.folderTarget(abs)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", given, err)
			}
			folders = append(folders, t)
			continue
		}
		t, err := s.fileTarget(abs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", given, err)
		}
		files = append(files, t)
	}
	return merge(append(folders, files...))
}

// merge leaves out what was named twice, and refuses folders and files that
// would get into each other's way.
func merge(named []target) ([]target, error) {
	var all []target
	for _, t := range named {
		again := false
		for _, o := range all {
			same, err := overlap(o, t)
			if err != nil {
				return nil, err
			}
			again = again || same
		}
		if !again {
			all = append(all, t)
		}
	}
	return all, nil
}

// overlap reports whether t is part of o, which was named before it.
func overlap(o, t target) (bool, error) {
	switch {
	case o.within == "" && t.within == "":
		if o.source != t.source || o.files[0] != t.files[0] {
			return false, nil
		}
		if o.dir != t.dir {
			return false, fmt.Errorf("two files are called %s: ingest them one by one with --source NAME", t.files[0])
		}
		return true, nil
	case o.source == t.source && o.dir == t.dir:
		if t.within == "" {
			return o.whole(t.files[0]), nil
		}
		return t.within == o.within || o.whole(t.within), nil
	case o.source == t.source:
		return false, fmt.Errorf("%s and %s would both be the source %q: ingest one of them by itself with --source NAME", o.dir, t.dir, t.source)
	case o.within != "" && t.within != "" && (inside(o.dir, t.dir) || inside(t.dir, o.dir)):
		return false, fmt.Errorf("of the folders %s and %s one holds the other: name one", o.dir, t.dir)
	}
	return false, nil
}

func inside(dir, abs string) bool {
	r, err := filepath.Rel(dir, abs)
	return err == nil && filepath.IsLocal(r)
}

func (s *syncer) folderTarget(abs string) (target, error) {
	name := s.options.Source
	if owner, rel := s.owner(abs); owner != "" && (name == "" || name == owner) && rel != "." {
		return target{source: owner, dir: s.sources[owner], within: rel}, nil
	}
	if name == "" {
		name = filepath.Base(abs)
	}
	t := target{source: name, dir: abs, within: "."}
	location, known := s.sources[name]
	switch {
	case name == FilesSource || known && location == "":
		return t, fmt.Errorf("the name %q belongs to files that were added one by one: choose another with --source NAME", name)
	case name == "." || name == string(filepath.Separator):
		return t, errors.New("the folder has no name: choose one with --source NAME")
	case !known || location == abs || s.options.Source != "":
		return t, nil
	}
	if info, err := os.Stat(location); err == nil && info.IsDir() {
		return t, fmt.Errorf("the source %q is the folder %s: choose another name with --source NAME", name, location)
	}
	t.moved = location
	return t, nil
}

func (s *syncer) fileTarget(abs string) (target, error) {
	name := s.options.Source
	if s.options.Root != "" {
		return target{source: name, dir: filepath.Dir(abs), files: []string{filepath.Base(abs)}, root: s.options.Root}, nil
	}
	if owner, rel := s.owner(abs); owner != "" && (name == "" || name == owner) {
		return target{source: owner, dir: s.sources[owner], files: []string{rel}}, nil
	}
	if name == "" {
		name = FilesSource
	}
	t := target{source: name, dir: filepath.Dir(abs), files: []string{filepath.Base(abs)}}
	if location := s.sources[name]; location != "" {
		return t, fmt.Errorf("the source %q is the folder %s: put the file there, or choose another with --source NAME", name, location)
	}
	return t, nil
}

// owner is the source whose folder holds abs, the innermost one, and the path
// of abs in it with slashes.
func (s *syncer) owner(abs string) (source, rel string) {
	for name, location := range s.sources {
		if location == "" {
			continue
		}
		r, err := filepath.Rel(location, abs)
		if err != nil || !filepath.IsLocal(r) {
			continue
		}
		if source == "" || len(location) > len(s.sources[source]) {
			source, rel = name, filepath.ToSlash(r)
		}
	}
	return source, rel
}

// foreign are the folders inside t that other sources have, as paths in t.
func (s *syncer) foreign(t target) map[string]string {
	inside := map[string]string{}
	for name, location := range s.sources {
		if location == "" || name == t.source {
			continue
		}
		if r, err := filepath.Rel(t.dir, location); err == nil && filepath.IsLocal(r) && r != "." {
			inside[path.Clean(filepath.ToSlash(r))] = name
		}
	}
	return inside
}
