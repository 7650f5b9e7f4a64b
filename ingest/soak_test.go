package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

// A mutant is a file of a format, changed by chance.
type mutant struct {
	name string
	raw  []byte
}

// A breeder makes mutants of real files: cut short, bits flipped, pieces of
// others put in, pieces repeated, taken out or exchanged; those of archives
// also in the parts within.
type breeder struct {
	r       *rand.Rand
	byExt   map[string][][]byte
	formats []string
}

// biggestMutant bounds a mutant, in bytes, so that a campaign ends.
const biggestMutant = 1 << 20

func newBreeder(t testing.TB, seed uint64) *breeder {
	b := &breeder{r: rand.New(rand.NewPCG(seed, 1)), byExt: map[string][][]byte{}}
	for name, raw := range sampleFiles(t) {
		b.add(path.Ext(name), raw)
	}
	for _, raw := range seedFiles(t) {
		b.add(".txt", raw)
		b.add(".md", append([]byte("---\ntitle: 通知\ndate: 2024-02-19\n---\n# 标题\n\n| 指标 | 2025年 |\n|---|---|\n| 产值 | 3 |\n\n"), raw...))
	}
	return b
}

func (b *breeder) add(ext string, raw []byte) {
	if b.byExt[ext] == nil {
		b.formats = append(b.formats, ext)
		slices.Sort(b.formats)
	}
	b.byExt[ext] = append(b.byExt[ext], raw)
	slices.SortFunc(b.byExt[ext], bytes.Compare)
}

func (b *breeder) pick(ext string) []byte { return b.byExt[ext][b.r.IntN(len(b.byExt[ext]))] }

// next is a mutant of a format.
func (b *breeder) next(ext string) mutant {
	raw := b.pick(ext)
	if ext == ".docx" || ext == ".xlsx" {
		if b.r.IntN(4) > 0 {
			return mutant{"a" + ext, b.within(raw)}
		}
	}
	return mutant{"a" + ext, b.mutate(raw, b.pick(b.formats[b.r.IntN(len(b.formats))]))}
}

// within changes some parts of an archive.
func (b *breeder) within(raw []byte) []byte {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return raw
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			return raw
		}
		content, err := io.ReadAll(part)
		part.Close()
		if err != nil {
			return raw
		}
		switch b.r.IntN(12) {
		case 0:
			content = b.mutate(content, content)
		case 1, 2, 3, 4, 5:
			content = b.rework(content)
		}
		if p, err := w.Create(f.Name); err == nil {
			_, _ = p.Write(content)
		}
	}
	w.Close()
	return out.Bytes()
}

var digit = regexp.MustCompile(`="\d+"`)

// rework changes whole elements of XML, so that it stays well-formed: repeats
// them, takes them out, puts them elsewhere, and changes numbers.
func (b *breeder) rework(raw []byte) []byte {
	for range 1 + b.r.IntN(4) {
		from, to := b.element(raw)
		if from == to {
			return raw
		}
		taken := slices.Clone(raw[from:to])
		switch b.r.IntN(4) {
		case 0:
			raw = slices.Insert(slices.Clone(raw), to, bytes.Repeat(taken, 1+b.r.IntN(1+min(2000, biggestMutant/len(taken))))...)
		case 1:
			raw = slices.Delete(slices.Clone(raw), from, to)
		case 2:
			at, _ := b.element(raw)
			raw = slices.Insert(slices.Clone(raw), at, taken...)
		case 3:
			raw = slices.Concat(raw[:from], digit.ReplaceAllFunc(taken, func(m []byte) []byte {
				if b.r.IntN(3) > 0 {
					return m
				}
				return []byte([]string{`="0"`, `="-1"`, `="1"`, `="99999999"`, `="4294967296"`, `="x"`}[b.r.IntN(6)])
			}), raw[to:])
		}
		if len(raw) > 2*biggestMutant {
			return raw
		}
	}
	return raw
}

// element is where an element of XML lies, as far as its name tells.
func (b *breeder) element(raw []byte) (from, to int) {
	all := slices.Collect(tags(raw))
	var starts []int // of elements, in all
	for i, t := range all {
		if !t.closes {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 {
		return 0, 0
	}
	at := starts[b.r.IntN(len(starts))]
	first, deep := all[at], 0
	if first.empty {
		return first.start, first.end
	}
	for _, t := range all[at:] {
		switch {
		case t.empty || !bytes.Equal(t.name, first.name):
			continue
		case t.closes:
			deep--
		default:
			deep++
		}
		if deep == 0 {
			return first.start, t.end
		}
	}
	return 0, 0
}

// A tag of XML: <name …>, </name>, or <name …/>, which is empty.
type tag struct {
	start, end    int
	name          []byte
	closes, empty bool
}

// tags finds the tags of raw.
func tags(raw []byte) iter.Seq[tag] {
	return func(yield func(tag) bool) {
		for at := 0; ; {
			n := bytes.IndexByte(raw[at:], '<')
			if n < 0 {
				return
			}
			t := tag{start: at + n}
			at = t.start + 1
			name := at
			if t.closes = bytes.HasPrefix(raw[at:], []byte("/")); t.closes {
				name++
			}
			rest := raw[name:]
			width := bytes.IndexFunc(rest, func(r rune) bool {
				return r != ':' && r != '_' && (r >= 0x80 || !unicode.IsLetter(r) && !unicode.IsDigit(r))
			})
			end := bytes.IndexAny(rest, "<>")
			if width < 1 || end < 0 || rest[end] != '>' || unicode.IsDigit(rune(rest[0])) || rest[0] == ':' || rest[0] == '_' {
				continue
			}
			t.name, t.end, t.empty = rest[:width], name+end+1, rest[end-1] == '/'
			at = t.end
			if !yield(t) {
				return
			}
		}
	}
}

// piece is where a piece of raw lies.
func (b *breeder) piece(raw []byte) (from, to int) {
	from = b.r.IntN(len(raw) + 1)
	return from, min(len(raw), from+b.r.IntN(1+len(raw)/(1+b.r.IntN(50))))
}

// mutate changes raw in one to four ways.
func (b *breeder) mutate(raw, other []byte) []byte {
	raw = slices.Clone(raw)
	for range 1 + b.r.IntN(4) {
		if len(raw) == 0 {
			break
		}
		from, to := b.piece(raw)
		switch b.r.IntN(7) {
		case 0:
			raw = raw[:from]
		case 1:
			for range 1 + b.r.IntN(40) {
				raw[b.r.IntN(len(raw))] ^= 1 << b.r.IntN(8)
			}
		case 2:
			x, y := b.piece(other)
			raw = slices.Concat(raw[:from], other[x:y], raw[to:])
		case 3:
			if size := to - from; size > 0 {
				raw = slices.Insert(raw, to, bytes.Repeat(raw[from:to], 1+b.r.IntN(1+min(300, biggestMutant/size)))...)
			}
		case 4:
			raw = slices.Delete(raw, from, to)
		case 5:
			x := b.r.IntN(to + 1)
			raw = slices.Concat(raw[:min(x, from)], raw[from:to], raw[min(x, from):from], raw[to:])
		case 6:
			raw = slices.Insert(raw, from, []byte([]string{"<table>", "<td colspan=99999 rowspan=99999>", "&#x10ffff;", "\x00", "\xff\xfe", "，：", "第一章", "\"", "<w:tbl><w:tr>", "<mergeCell ref=\"A1:XFD1048576\"/>", " obj<<", "\u202e", "〔2024〕9号"}[b.r.IntN(13)])...)
		}
		raw = raw[:min(len(raw), biggestMutant)]
	}
	return raw
}

// A harvest is what became of the mutants of a format.
type harvest struct {
	all, parsed, notText, tooMuch int
	slowest, sum                  time.Duration
	bytes                         int64
}

// parseMutant parses a mutant and reports what must never happen: a panic, an
// error of no known kind, a result that breaks the rules, or no end.
func parseMutant(t *testing.T, m mutant) (p *Parsed, err error) {
	type result struct {
		p      *Parsed
		err    error
		panics any
		stack  []byte
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if r.panics = recover(); r.panics != nil {
				r.stack = debug.Stack()
			}
			done <- r
		}()
		r.p, r.err = Parse(m.name, m.raw)
	}()
	keep := func(why string) {
		kept := filepath.Join(os.TempDir(), fmt.Sprintf("policybot-mutant-%d%s", time.Now().UnixNano(), path.Ext(m.name)))
		_ = os.WriteFile(kept, m.raw, 0o600)
		t.Errorf("%s (%s)", why, kept)
	}
	select {
	case r := <-done:
		switch {
		case r.panics != nil:
			keep(fmt.Sprintf("a panic escapes: %v\n%s", r.panics, r.stack))
		case r.err == nil:
			ended := false
			defer func() {
				if !ended { // by Fatal
					keep("a rule is broken")
				}
			}()
			checkParsed(t, m.name, m.raw, r.p)
			ended = true
		case !errors.Is(r.err, ErrNotText) && !errors.Is(r.err, ErrTooMuch) && !strings.Contains(r.err.Error(), "front matter"):
			keep(fmt.Sprintf("an error of no known kind: %v", r.err))
		}
		return r.p, r.err
	case <-time.After(5 * time.Minute):
		keep("no end")
		t.FailNow()
	}
	return nil, nil
}

// TestSoakParse parses mutants of a real file of each format. POLICYBOT_SOAK
// makes it 100,000, POLICYBOT_SOAK_MUTANTS as many as it says. A PDF file takes
// a process of its own, so there are fewer of them.
func TestSoakParse(t *testing.T) {
	mutants := 140
	if testing.Short() {
		mutants = 35
	}
	if os.Getenv("POLICYBOT_SOAK") != "" {
		mutants = 100_000
	}
	if n, err := strconv.Atoi(os.Getenv("POLICYBOT_SOAK_MUTANTS")); err == nil {
		mutants = n
	}
	b := newBreeder(t, uint64(mutants))
	tally := map[string]*harvest{}
	most := uint64(0)
	for i := range mutants {
		ext := b.formats[i%len(b.formats)]
		if ext == ".pdf" && i/len(b.formats)%12 != 0 {
			ext = ".html"
		}
		m := b.next(ext)
		h := tally[ext]
		if h == nil {
			h = &harvest{}
			tally[ext] = h
		}
		start := time.Now()
		_, err := parseMutant(t, m)
		took := time.Since(start)
		h.all, h.sum, h.slowest, h.bytes = h.all+1, h.sum+took, max(h.slowest, took), h.bytes+int64(len(m.raw))
		switch {
		case err == nil:
			h.parsed++
		case errors.Is(err, ErrTooMuch):
			h.tooMuch++
		default:
			h.notText++
		}
		if i%50 == 0 {
			var s runtime.MemStats
			runtime.ReadMemStats(&s)
			most = max(most, s.HeapInuse)
		}
	}
	t.Logf("format  mutants  parsed  no text  too much      MB  mean  slowest")
	for _, ext := range b.formats {
		if h := tally[ext]; h != nil {
			t.Logf("%-6s %8d %7d %8d %9d %7.1f %5dms %6dms", ext, h.all, h.parsed, h.notText, h.tooMuch, float64(h.bytes)/1e6, (h.sum / time.Duration(h.all)).Milliseconds(), h.slowest.Milliseconds())
		}
	}
	t.Logf("at most %d MB in use", most>>20)
	if most > 1<<30 {
		t.Errorf("%d MB in use", most>>20)
	}
}
