package telegram

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxUnpacked bounds what one archive unpacks to, whatever sizes it states.
const maxUnpacked = 128 << 20

func isArchive(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

var errUnpacked = errors.New("the archive unpacks to too much")

// unpack puts the files of an archive into a folder, beside others, and says what is wrong
// with those that it leaves out.
func (b *Bot) unpack(w *adminWords, archive, dir string, beside []uploadFile) (files []uploadFile) {
	r, err := zip.OpenReader(archive)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // paths are made safe below
		return []uploadFile{{Name: "zip", Problem: w.ZipBad}}
	}
	defer r.Close()
	left := int64(maxUnpacked)
	within := folderOf(r.File)
	for _, f := range r.File {
		parts := archived(f)
		if len(parts) == 0 {
			continue
		}
		if within != "" {
			parts = parts[1:]
		}
		name := safeName(strings.Join(parts, "_"))
		if len(files) == maxBatch {
			return append(files, uploadFile{Name: "zip", Problem: fmt.Sprintf(w.ZipMany, maxBatch)})
		}
		out := uploadFile{Name: unused(name, slices.Concat(beside, files))}
		switch {
		case f.Flags&1 != 0:
			out.Problem = w.ZipLocked
		case isArchive(name):
			out.Problem = w.ZipNested
		default:
			out.Problem = w.unreadable(name)
		}
		if out.Problem == "" {
			n, err := extract(f, filepath.Join(dir, out.Name), left)
			left -= n
			switch {
			case errors.Is(err, errUnpacked):
				return append(files, uploadFile{Name: out.Name, Problem: fmt.Sprintf(w.ZipLarge, maxUnpacked>>20)})
			case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, io.ErrUnexpectedEOF):
				out.Problem = w.ZipBad
			case err != nil:
				out.Problem = b.fileTrouble(w, err)
			}
		}
		files = append(files, out)
	}
	if len(files) == 0 {
		return []uploadFile{{Name: "zip", Problem: w.ZipEmpty}}
	}
	return files
}

// folderOf is the one folder that all files of an archive are in, "" for none:
// whether a folder was packed, or what is in it, its files have the same names.
func folderOf(files []*zip.File) (folder string) {
	for _, f := range files {
		parts := archived(f)
		switch {
		case len(parts) == 0:
		case len(parts) == 1 || folder != "" && parts[0] != folder:
			return ""
		default:
			folder = parts[0]
		}
	}
	return folder
}

// archived are the folders and the name of a file of an archive, which become
// its name. Folders themselves, and what systems add of their own, have none.
func archived(f *zip.File) (parts []string) {
	full := f.Name
	if f.NonUTF8 || !utf8.ValidString(full) { // Windows in Chinese writes GBK and says nothing
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(full); err == nil {
			full = decoded
		}
	}
	full = strings.ReplaceAll(full, `\`, "/")
	if strings.HasSuffix(full, "/") || !f.Mode().IsRegular() {
		return nil
	}
	for part := range strings.SplitSeq(full, "/") {
		switch {
		case part == "" || part == "." || part == "..":
		case part[0] == '.', part == "__MACOSX", strings.EqualFold(part, "Thumbs.db"):
			return nil
		default:
			parts = append(parts, part)
		}
	}
	return parts
}

// unused is a name that no file has yet.
func unused(name string, files []uploadFile) string {
	taken := func(n string) bool {
		for _, f := range files {
			if strings.EqualFold(f.Name, n) {
				return true
			}
		}
		return false
	}
	ext := path.Ext(name)
	for n, base := 2, strings.TrimSuffix(name, ext); taken(name); n++ {
		name = fmt.Sprintf("%s (%d)%s", base, n, ext)
	}
	return name
}

// extract writes a file of an archive and says how many bytes it has, limit at
// most.
func extract(f *zip.File, to string, limit int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = errUnpacked
	}
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		_ = os.Remove(to)
	}
	return min(n, limit), err
}
