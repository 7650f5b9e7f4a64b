package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// pdfFile makes a PDF from the bodies of its objects, the first of which is
// the catalogue.
func pdfFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

func TestHostilePDF(t *testing.T) {
	page := "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
	catalogue := "<< /Type /Catalog /Pages 2 0 R >>"
	sample := sampleFiles(t)["bulletin.pdf"]
	for _, c := range []struct {
		name string
		raw  []byte
		is   error
		want string
	}{
		{"a scan", pdfFile(catalogue, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>", page), ErrNotText, "scan: 2 of its 2 pages"},
		{"a loop of pages", pdfFile(catalogue, "<< /Type /Pages /Kids [2 0 R] /Count 2 >>"), ErrNotText, ""},
		{"more pages than there are", pdfFile(catalogue, "<< /Type /Pages /Kids [3 0 R] /Count 900000 >>", page), nil, ""},
		{"cut short", sample[:len(sample)/3], ErrNotText, ""},
		{"no PDF", []byte("PK\x03\x04"), ErrNotText, "ZIP"},
		{"nothing but its name", []byte("%PDF-1.7"), ErrNotText, "damaged"},
	} {
		_, err := Parse("a.pdf", c.raw)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestPDFChildGetsNoSecrets(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "secret")
	t.Setenv("TELEGRAM_BOT_TOKEN", "secret")
	if env := fmt.Sprint(childEnvironment()); strings.Contains(env, "secret") {
		t.Error(env)
	}
	t.Setenv(pdfChildEnv, "1")
	if _, err := pdfPages([]byte("%PDF-1.7")); err == nil || !strings.Contains(err.Error(), "PDFChild") {
		t.Errorf("a child starts a child: %v", err)
	}
}

func TestPDFPassagesKnowTheirPages(t *testing.T) {
	p, err := Parse("report.pdf", sampleFiles(t)["report.pdf"])
	if err != nil {
		t.Fatal(err)
	}
	last, over := 1, false
	for _, q := range p.Passages {
		if q.Page < last || q.LastPage < q.Page {
			t.Errorf("pages %d to %d behind %d", q.Page, q.LastPage, last)
		}
		last, over = q.LastPage, over || q.LastPage > q.Page
	}
	if last != 4 || !over {
		t.Errorf("the last passage ends on page %d of 4; one over two pages: %v", last, over)
	}
	if strings.Contains(p.Text, "— 2 —") || strings.Count(p.Text, "住房保障年度报告") != 1 {
		t.Error("heads and feet stand in the text")
	}
}

// drawn writes text from a place of a page, in characters of 10 points.
func drawn(text string, left, top float64) []pdfChar {
	var out []pdfChar
	for _, r := range text {
		width := 10.0
		if r < 0x80 {
			width = 5
		}
		out = append(out, pdfChar{Text: string(r), Left: left, Right: left + width, Top: top, Bottom: top + 10})
		left += width
	}
	return out
}

func TestPDFLayout(t *testing.T) {
	full := strings.Repeat("住房保障", 10) // 400 points
	half := strings.Repeat("公租房", 6)   // 180 points
	page := func(lines ...[]pdfChar) pdfPage {
		p := pdfPage{Width: 595, Height: 842}
		for _, l := range lines {
			p.Chars = append(p.Chars, l...)
		}
		return p
	}
	columns := func() (ls [][]pdfChar) {
		for i := range 6 {
			ls = append(ls, drawn(half, 100, 200+float64(i)*15))
		}
		for i := range 6 {
			ls = append(ls, drawn(strings.ReplaceAll(half, "公", "廉"), 320, 200+float64(i)*15))
		}
		return ls
	}()
	rotated := drawn("内部资料", 200, 400)
	for i := range rotated {
		rotated[i].Angle = math.Pi / 4
	}
	for _, c := range []struct {
		name, want string
		pages      []pdfPage
	}{
		{"lines of a paragraph", full + "到2025年。\n" + full[:60], []pdfPage{page(drawn(full, 100, 200), drawn("到2025年。", 100, 215), drawn(full[:60], 120, 230))}},
		{"a paragraph over two pages", full + "完成。", []pdfPage{page(drawn(full, 100, 600)), page(drawn("完成。", 100, 200), nil)}},
		{"an indented line", full + "\n" + full[:60], []pdfPage{page(drawn(full, 100, 200), drawn(full[:60], 130, 215))}},
		{"a figure that did not fit", full[:len(full)-9] + "12345亿元。\n" + full, []pdfPage{page(drawn(full[:len(full)-9], 100, 200), drawn("12345亿元。", 100, 215), drawn(full, 100, 240))}},
		{"columns", strings.Repeat(half, 6) + strings.ReplaceAll(strings.Repeat(half, 6), "公", "廉"), []pdfPage{page(columns...)}},
		{"a row of a table", "东城区 6000 8000\n" + full, []pdfPage{page(drawn("东城区", 100, 200), drawn("6000", 200, 200), drawn("8000", 300, 200), drawn(full, 120, 215))}},
		{"words", "in 2025 the plan", []pdfPage{page(drawn("in", 100, 200), drawn("2025", 115, 200), drawn("the plan", 140, 200))}},
		{"a watermark", full, []pdfPage{page(drawn(full, 100, 200), rotated)}},
		{"heads and feet", full + "甲。\n" + full + "乙。\n" + full + "丙。", []pdfPage{
			page(drawn("年报", 100, 40), drawn(full, 100, 200), drawn("甲。", 100, 215), drawn("- 1 -", 300, 800)),
			page(drawn("年报", 100, 40), drawn(full, 100, 200), drawn("乙。", 100, 215), drawn("- 2 -", 300, 800)),
			page(drawn("年报", 100, 40), drawn(full, 100, 200), drawn("丙。", 100, 215), drawn("- 3 -", 300, 800))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := layOut(c.pages)
			if err != nil {
				t.Fatal(err)
			}
			var kept []string
			for _, l := range o.lines {
				if l.why == "" {
					kept = append(kept, l.text)
				}
			}
			if got := strings.Join(kept, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// FuzzPDFPages feeds any pages to the layout: nothing in them may be lost.
func FuzzPDFPages(f *testing.F) {
	raw, _ := json.Marshal(pdfPage{Width: 595, Height: 842, Chars: drawn("第1页", 100, 20)})
	f.Add(raw)
	f.Add([]byte(`{"h":1e308,"c":[{"t":"a","l":-1e308,"r":1e308},{"t":"b","d":-5}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		pages, err := decodePDFPages(bytes.NewReader(raw))
		if err != nil {
			return
		}
		o, err := layOut(pages)
		if err != nil {
			return
		}
		want := 0
		for _, p := range pages {
			for _, c := range p.Chars {
				want += inkLength(foldSpace(c.Text))
			}
		}
		got := 0
		for _, l := range o.lines {
			got += l.runes
		}
		if got != want {
			t.Errorf("%d characters of %d", got, want)
		}
	})
}
