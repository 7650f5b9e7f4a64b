package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// A PDF is read by PDFium in a child process, so that nothing a hostile file
// does to it (a trap, a loop, all memory) reaches this program. The child is
// this program again, told by the environment; it reads one file from its
// input, writes its pages as JSON and ends.
const (
	pdfChildEnv = "POLICYBOT_PDF_CHILD"

	maxPDFPages  = 3000
	maxPDFChars  = 2 << 20         // characters, all pages together
	maxAllRules  = 100_000         // lines, all pages together; no tables behind so many
	maxPDFOutput = 256 << 20       // bytes of JSON; a character takes some 80
	maxPDFTime   = 2 * time.Minute // a page takes some 10 ms
	// maxPDFMemory is what PDFium may use, in pages of 64 kB; maxChildMemory is
	// for all of the child.
	maxPDFMemory   = 512 << 20 >> 16
	maxChildMemory = 4 << 30
)

// childTime is how long the child may take; tests make it shorter.
var childTime = maxPDFTime

// The exit codes of the child.
const (
	pdfFailed = iota + 40
	pdfLocked
	pdfTooMuch
)

// A pdfPage is the text of a page, in the order in which the file draws it, and
// the straight lines on it.
type pdfPage struct {
	Width  float64   `json:"w"`
	Height float64   `json:"h"`
	Chars  []pdfChar `json:"c"`
	Rules  []pdfRule `json:"g,omitempty"`
}

// A pdfChar is a character and its box, in points from the top left corner.
type pdfChar struct {
	Text   string  `json:"t"`
	Left   float64 `json:"l"`
	Top    float64 `json:"u"`
	Right  float64 `json:"r"`
	Bottom float64 `json:"d"`
	Angle  float64 `json:"a,omitempty"` // radians
}

// PDFChild does the work of the child process and exits, in a process that was
// started for it; in any other it returns at once. A program whose ingest may
// meet PDF files calls it before anything else.
func PDFChild() {
	if os.Getenv(pdfChildEnv) == "" {
		return
	}
	debug.SetMemoryLimit(maxChildMemory / 2)
	limitProcess(maxChildMemory, maxPDFTime)
	err := writePDFPages(os.Stdin, os.Stdout)
	switch {
	case err == nil:
		os.Exit(0)
	case errors.Is(err, errPDFLocked):
		os.Exit(pdfLocked)
	case errors.Is(err, ErrTooMuch):
		os.Exit(pdfTooMuch)
	}
	os.Exit(pdfFailed)
}

var errPDFLocked = errors.New("the PDF has a password")

func writePDFPages(in io.Reader, out io.Writer) error {
	raw, err := io.ReadAll(io.LimitReader(in, MaxFileBytes+1))
	if err != nil {
		return err
	}
	pool, err := webassembly.Init(webassembly.Config{MinIdle: 1, MaxIdle: 1, MaxTotal: 1, Stdout: io.Discard, Stderr: io.Discard, RuntimeConfig: pdfRuntime()})
	if err != nil {
		return err
	}
	reader, err := pool.GetInstance(time.Minute)
	if err != nil {
		return err
	}
	doc, err := reader.OpenDocument(&requests.OpenDocument{File: &raw})
	if err != nil {
		if errors.Is(err, pdfiumerrors.ErrPassword) {
			return errPDFLocked
		}
		return err
	}
	count, err := reader.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil {
		return err
	}
	if count.PageCount > maxPDFPages {
		return fmt.Errorf("%w: %d pages", ErrTooMuch, count.PageCount)
	}
	encode, chars, rules := json.NewEncoder(out), 0, 0
	for i := range count.PageCount {
		p, err := readPDFPage(reader, doc.Document, i)
		if err != nil {
			return err
		}
		if chars += len(p.Chars); chars > maxPDFChars {
			return fmt.Errorf("%w: %d characters", ErrTooMuch, chars)
		}
		if rules += len(p.Rules); rules > maxAllRules {
			p.Rules = nil
		}
		if err := encode.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

// pdfRuntime keeps PDFium's translation to machine code for the next child,
// where this user has a folder for such things: it takes seconds.
func pdfRuntime() wazero.RuntimeConfig {
	c := wazero.NewRuntimeConfig().WithMemoryLimitPages(maxPDFMemory)
	dir, err := os.UserCacheDir()
	if err != nil {
		return c
	}
	dir = filepath.Join(dir, "policybot", "pdf")
	if os.MkdirAll(dir, 0o700) != nil {
		return c
	}
	if cache, err := wazero.NewCompilationCacheWithDir(dir); err == nil {
		c = c.WithCompilationCache(cache)
	}
	return c
}

func readPDFPage(reader pdfium.Pdfium, doc references.FPDF_DOCUMENT, i int) (pdfPage, error) {
	page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
	size, err := reader.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return pdfPage{}, err
	}
	text, err := reader.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return pdfPage{}, err
	}
	defer reader.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage})
	count, err := reader.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return pdfPage{}, err
	}
	if count.Count > maxPDFChars {
		return pdfPage{}, fmt.Errorf("%w: %d characters", ErrTooMuch, count.Count)
	}
	p := pdfPage{Width: size.Width, Height: size.Height}
	for i := range count.Count {
		code, err := reader.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text.TextPage, Index: i})
		if err != nil {
			return pdfPage{}, err
		}
		// The loose box is as high as the font, whatever the character's ink.
		// Characters that PDFium adds, as spaces, have none.
		c := pdfChar{Text: string(rune(code.Unicode))}
		if box, err := reader.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text.TextPage, Index: i}); err == nil {
			r := box.Rect
			c.Left, c.Top, c.Right, c.Bottom = float64(r.Left), size.Height-float64(r.Top), float64(r.Right), size.Height-float64(r.Bottom)
		}
		if angle, err := reader.FPDFText_GetCharAngle(&requests.FPDFText_GetCharAngle{TextPage: text.TextPage, Index: i}); err == nil {
			c.Angle = float64(angle.CharAngle)
		}
		p.Chars = append(p.Chars, c)
	}
	p.Rules = pdfRules(reader, page, p.Height)
	return p, nil
}

// pdfPages has a child process read a PDF.
func pdfPages(raw []byte) ([]pdfPage, error) {
	if os.Getenv(pdfChildEnv) != "" {
		return nil, errors.New("this is the process that reads PDF files, and it was asked for more: call ingest.PDFChild first in main")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program to read PDF files with: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), childTime)
	defer cancel()
	child := exec.CommandContext(ctx, self)
	child.Env = childEnvironment()
	child.WaitDelay = 5 * time.Second
	child.Stdin = bytes.NewReader(raw)
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, fmt.Errorf("start the process that reads PDF files: %w", err)
	}
	pages, decodeErr := decodePDFPages(io.LimitReader(out, maxPDFOutput))
	if decodeErr != nil {
		cancel()
	}
	err = child.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return nil, fmt.Errorf("%w: reading it takes longer than %v; print it to a new PDF, or split it", ErrTooMuch, childTime)
	case errors.As(err, &exit) && exit.ExitCode() == pdfLocked:
		return nil, fmt.Errorf("%w: the PDF has a password; save it without", ErrNotText)
	case errors.As(err, &exit) && exit.ExitCode() == pdfTooMuch:
		return nil, fmt.Errorf("%w: more than %d pages or %d million characters; split it", ErrTooMuch, maxPDFPages, maxPDFChars>>20)
	case err != nil || decodeErr != nil:
		return nil, fmt.Errorf("%w: the PDF is damaged, or too much for its reader; print it to a new PDF and add that", ErrNotText)
	}
	return pages, nil
}

// childEnvironment is what the child needs of the environment; keys and tokens
// are no part of it.
func childEnvironment() []string {
	env := []string{pdfChildEnv + "=1"}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "TMPDIR", "LocalAppData", "SystemRoot", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func decodePDFPages(r io.Reader) ([]pdfPage, error) {
	var pages []pdfPage
	for d := json.NewDecoder(r); ; {
		var p pdfPage
		err := d.Decode(&p)
		switch {
		case errors.Is(err, io.EOF):
			return pages, nil
		case err != nil:
			return nil, err
		case len(pages) == maxPDFPages:
			return nil, ErrTooMuch
		}
		pages = append(pages, p)
	}
}
