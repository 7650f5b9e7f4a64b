package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Limits of a DOCX or XLSX file, which are ZIP archives. The largest that
// offices write stay far below; a ZIP bomb does not.
const (
	maxParts    = 4000     // files in the archive
	maxUnpacked = 96 << 20 // bytes, all parts together
)

// An archive is a ZIP file in memory, found to be harmless.
type archive struct{ parts map[string]*zip.File }

// openArchive opens a ZIP file and unpacks all of it once, to nowhere, so that
// no reader after it meets more than is allowed, whatever sizes it states.
func openArchive(raw []byte) (*archive, error) {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are only looked up, never written to
		return nil, fmt.Errorf("%w: it is damaged, or no such file; open it in its program and save it again", ErrNotText)
	}
	if len(r.File) > maxParts {
		return nil, fmt.Errorf("%w: %d parts in one file; open it in its program and save it again", ErrTooMuch, len(r.File))
	}
	a := &archive{parts: map[string]*zip.File{}}
	left := int64(maxUnpacked)
	for _, f := range r.File {
		if f.Flags&1 != 0 {
			return nil, fmt.Errorf("%w: it is protected with a password; save it without", ErrNotText)
		}
		n, err := unpack(f, left)
		switch {
		case n > left:
			return nil, fmt.Errorf("%w: it unpacks to more than %d MB; leave pictures out, or split it", ErrTooMuch, maxUnpacked>>20)
		case err != nil:
			return nil, fmt.Errorf("%w: its part %.80q is damaged; open it in its program and save it again", ErrNotText, f.Name)
		}
		left -= n
		if _, twice := a.parts[f.Name]; !twice {
			a.parts[f.Name] = f
		}
	}
	return a, nil
}

// unpack counts the bytes of a part, up to one more than limit.
func unpack(f *zip.File, limit int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return io.Copy(io.Discard, io.LimitReader(r, limit+1))
}

// open reads a part; nil without an error when there is none of that name.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f := a.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: its part %q is damaged; open it in its program and save it again", ErrNotText, name)
	}
	return r, nil
}
