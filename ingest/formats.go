package ingest

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"policybot/retrieval"
)

// ErrTooMuch is what Parse's errors wrap when a file is larger, deeper or
// more tangled than is safe to read.
var ErrTooMuch = errors.New("more than is read of one file")

// maxText is how many bytes of text one file may hold, in any format: thirty
// times the longest five-year plan, and little to a program.
const maxText = 16 << 20

// An original is a file as the reader of its format gives it.
type original struct {
	text    string // what lines and removals count in
	charset string
	lines   []line
	said    retrieval.Meta // what the file's own fields say of it
	stated  []statement    // what an admin wrote at its head
}

// readable are the file types that are read, by extension.
var readable = []string{".txt", ".text", ".md", ".markdown", ".html", ".htm", ".shtml", ".xhtml", ".pdf", ".docx", ".docm", ".csv", ".tsv", ".xlsx", ".xlsm"}

// advice says for well-known types that are not read what to do about them.
var advice = map[string]string{
	".doc":  "an old Word file: save it as .docx",
	".dot":  "an old Word template: save it as .docx",
	".wps":  "a WPS file: save it as .docx",
	".rtf":  "a rich text file: save it as .docx",
	".odt":  "an OpenDocument text: save it as .docx",
	".ofd":  "an OFD file: save it as .pdf",
	".xls":  "an old Excel file: save it as .xlsx",
	".et":   "a WPS table: save it as .xlsx",
	".ods":  "an OpenDocument table: save it as .xlsx",
	".xlsb": "a binary Excel file: save it as .xlsx",
	".ppt":  "a presentation: save it as .pdf",
	".pptx": "a presentation: save it as .pdf",
	".dps":  "a presentation: save it as .pdf",
	".mht":  "a web archive: save the page as .html",
	".zip":  "an archive: unpack it and add the files in it",
	".rar":  "an archive: unpack it and add the files in it",
	".7z":   "an archive: unpack it and add the files in it",
	".gz":   "an archive: unpack it and add the files in it",
	".tar":  "an archive: unpack it and add the files in it",
	".tgz":  "an archive: unpack it and add the files in it",
	".jpg":  "a picture: have its text recognised and save that as .docx or .txt",
	".jpeg": "a picture: have its text recognised and save that as .docx or .txt",
	".png":  "a picture: have its text recognised and save that as .docx or .txt",
	".gif":  "a picture: have its text recognised and save that as .docx or .txt",
	".bmp":  "a picture: have its text recognised and save that as .docx or .txt",
	".tif":  "a picture: have its text recognised and save that as .docx or .txt",
	".tiff": "a picture: have its text recognised and save that as .docx or .txt",
	".webp": "a picture: have its text recognised and save that as .docx or .txt",
}

// supported reports whether files of a name's type are read.
func supported(name string) bool {
	for _, ext := range readable {
		if len(name) > len(ext) && strings.EqualFold(name[len(name)-len(ext):], ext) {
			return true
		}
	}
	return false
}

// unsupported says why a file of this name is not read and what to do.
func unsupported(name string) string {
	ext := path.Ext(name)
	switch does, known := advice[strings.ToLower(ext)]; {
	case known:
		return "it is " + does
	case ext == "":
		return "files without an extension are not supported"
	}
	return ext + " files are not supported"
}

// A signature is how files of a format begin that is not text.
type signature struct {
	magic, name string
	does        string // what to do with a file of another type that begins so
}

const asText = "save it as a text file and add that"

var signatures = []signature{
	{"%PDF-", "a PDF", "give it a name that ends in .pdf"},
	{"PK\x03\x04", "a ZIP archive (as DOCX and XLSX are)", "give it the name that its content asks for, .docx or .xlsx, or unpack it"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word, Excel or PowerPoint file", "save it as .docx, .xlsx or .pdf"},
	{"{\\rtf", "an RTF file", "save it as .docx"},
	{"\x89PNG\r\n", "a PNG image", asText},
	{"\xff\xd8\xff", "a JPEG image", asText},
	{"GIF8", "a GIF image", asText},
	{"\x1f\x8b", "a gzip archive", "unpack it and add the files in it"},
	{"Rar!\x1a", "a RAR archive", "unpack it and add the files in it"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it and add the files in it"},
	{"\x7fELF", "a program", asText},
	{"MZ\x90", "a program", asText},
	{"SQLite format 3\x00", "an SQLite database", asText},
}

// otherFormat is the error for a file that is told from its first bytes to be
// of another format than is expected; nil when it is not. Formats that begin
// as magic are the ones expected.
func otherFormat(raw []byte, magic string) error {
	for _, s := range signatures {
		if s.magic != magic && strings.HasPrefix(string(raw[:min(len(raw), 32)]), s.magic) {
			return fmt.Errorf("%w: it is %s; %s", ErrNotText, s.name, s.does)
		}
	}
	return nil
}

// A composer writes the text of a file whose format is not plain text, one
// line to a paragraph.
type composer struct {
	text  strings.Builder
	lines []line
}

// add writes a line with what the format knows of it. A line without ink is
// left out.
func (c *composer) add(text string, known known) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	l, ok := newLine(text, 0, len(text))
	if !ok {
		return
	}
	at := c.text.Len()
	c.text.WriteString(text)
	c.text.WriteByte('\n')
	l.start, l.end, l.known = at+l.start, at+l.end, known
	c.lines = append(c.lines, l)
}

// full reports whether there is as much text as is read of one file.
func (c *composer) full() bool { return c.text.Len() > maxText }

// original is what was written, or why it is not taken.
func (c *composer) original(charset string, said retrieval.Meta) (original, error) {
	switch {
	case c.full():
		return original{}, fmt.Errorf("%w: its text is longer than %d MB; split the file", ErrTooMuch, maxText>>20)
	case len(c.lines) == 0:
		return original{}, fmt.Errorf("%w: there is no text in it; check that it is the right file", ErrNotText)
	}
	return original{text: c.text.String(), charset: charset, lines: c.lines, said: said}, nil
}

// withSaid completes what the text tells of a document by what the file's own
// fields say of it.
func withSaid(m, said retrieval.Meta) retrieval.Meta {
	for _, f := range []struct{ to, from *retrieval.Field }{
		{&m.Title, &said.Title}, {&m.Issuer, &said.Issuer}, {&m.Site, &said.Site}, {&m.Author, &said.Author},
		{&m.Date, &said.Date}, {&m.Place, &said.Place}, {&m.Kind, &said.Kind},
	} {
		if f.to.Value == "" {
			*f.to = *f.from
		}
	}
	return m
}
