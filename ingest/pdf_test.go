package ingest

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
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

// A child that hangs, or writes without end, is ended when its time is up.
func TestPDFChildIsEnded(t *testing.T) {
	defer func(was time.Duration) { childTime = was }(childTime)
	for _, manner := range []string{"hangs", "babbles"} {
		dir := filepath.Join(t.TempDir(), manner)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("TMPDIR", dir)
		childTime = 300 * time.Millisecond
		_, err := Parse("a.pdf", sampleFiles(t)["bulletin.pdf"])
		if !errors.Is(err, ErrTooMuch) || !strings.Contains(err.Error(), "longer than 300ms") {
			t.Errorf("%s: %v", manner, err)
		}
	}
}

// A page whose text unpacks to more memory than it may have ends the child, not this process.
func TestPDFBomb(t *testing.T) {
	var chunk bytes.Buffer
	w, _ := flate.NewWriter(&chunk, flate.BestCompression)
	_, _ = w.Write(bytes.Repeat([]byte("BT (x) Tj ET    "), 1<<16))
	_ = w.Flush() // what follows begins at a byte and repeats what is here
	megabytes := 60
	if os.Getenv("POLICYBOT_SOAK") != "" {
		megabytes = 4000
	}
	stream := "\x78\x9c" + strings.Repeat(chunk.String(), megabytes)
	raw := pdfFile("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
		fmt.Sprintf("<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", len(stream), stream))
	if _, err := Parse("a.pdf", raw); !errors.Is(err, ErrNotText) && !errors.Is(err, ErrTooMuch) {
		t.Error(err)
	}
}

func TestPDFChildWithoutEnd(t *testing.T) {
	if _, err := decodePDFPages(strings.NewReader(strings.Repeat("{}", maxPDFPages+1))); !errors.Is(err, ErrTooMuch) {
		t.Error(err)
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

// compareLayout compares the lines that pages are made into, as tell writes
// them, with want; a line without words is left out.
func compareLayout(t *testing.T, pages []pdfPage, want string, tell func(line) string) {
	t.Helper()
	o, err := layOut(pages)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, l := range o.lines {
		if words := tell(l); words != "" {
			told = append(told, words)
		}
	}
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
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
			compareLayout(t, c.pages, c.want, func(l line) string {
				if l.why != "" {
					return ""
				}
				return l.text
			})
		})
	}
}

// ruled are the lines of a table whose columns and rows have these edges.
func ruled(xs, ys []float64) (out []pdfRule) {
	for _, x := range xs {
		out = append(out, pdfRule{x, ys[0], x + .5, ys[len(ys)-1]})
	}
	for _, y := range ys {
		out = append(out, pdfRule{xs[0], y, xs[len(xs)-1], y + .5})
	}
	return out
}

// drawnRows puts the rows of a table below each other, a cell at each of the
// places from the left; an empty text leaves its cell empty.
func drawnRows(top float64, lefts []float64, rows ...[]string) (out []pdfChar) {
	for i, row := range rows {
		for k, text := range row {
			out = append(out, drawn(text, lefts[k], top+float64(i)*20)...)
		}
	}
	return out
}

func TestPDFTables(t *testing.T) {
	text := drawn(strings.Repeat("住房保障", 10)+"。", 100, 100)
	lefts := []float64{105, 205, 305}
	rows := [][]string{{"区县", "2024年", "2025年"}, {"东城区", "6000", "8000"}, {"湖西县", "", "5000"}, {"南河区", "700", "900"}}
	xs, ys := []float64{100, 200, 300, 400}, []float64{195, 215, 235, 255, 275}
	const told = "区县：东城区，2024年：6000，2025年：8000\n区县：湖西县，2025年：5000\n区县：南河区，2024年：700，2025年：900"
	page := func(rules []pdfRule, chars ...[]pdfChar) pdfPage {
		return pdfPage{Width: 595, Height: 842, Chars: slices.Concat(chars...), Rules: rules}
	}
	whole := strings.Repeat("住房保障", 10) + "。"
	grid := drawnRows(200, lefts, rows...)
	for _, c := range []struct {
		name, want string
		pages      []pdfPage
	}{
		{"with lines", whole + "\n" + told + "\n" + whole, []pdfPage{page(ruled(xs, ys), text, grid, drawn(whole, 100, 300))}},
		{"open at its sides", told, []pdfPage{page(append(ruled([]float64{200, 300}, ys), pdfRule{100, 195, 400, 195.5}, pdfRule{100, 215, 400, 215.5}, pdfRule{100, 235, 400, 235.5}, pdfRule{100, 255, 400, 255.5}, pdfRule{100, 275, 400, 275.5}), grid)}},
		{"a cell on two lines", "区县：东城区管理委员会，2024年：6000\n区县：湖西县，2024年：5000", []pdfPage{page(ruled([]float64{100, 200, 300}, []float64{195, 215, 245, 265}),
			drawnRows(200, lefts, []string{"区县", "2024年"}), drawn("东城区管", 105, 217), drawn("理委员会", 105, 230), drawn("6000", 205, 224), drawn("湖西县", 105, 250), drawn("5000", 205, 250))}},
		{"headings that are merged", "区县：东城区，套数 2024年：6000，套数 2025年：8000", []pdfPage{page([]pdfRule{
			{100, 195, 100.5, 255}, {200, 195, 200.5, 255}, {300, 215, 300.5, 255}, {400, 195, 400.5, 255}, {100, 195, 400, 195.5}, {200, 215, 400, 215.5}, {100, 235, 400, 235.5}, {100, 255, 400, 255.5}},
			drawn("区县", 105, 210), drawn("套数", 290, 200), drawnRows(220, lefts, []string{"", "2024年", "2025年"}), drawnRows(240, lefts, rows[1]))}},
		{"a unit above", "单位：套\n区县：东城区，2024年：6000套，2025年：8000套\n区县：湖西县，2025年：5000套\n区县：南河区，2024年：700套，2025年：900套", []pdfPage{page(ruled(xs, ys), drawn("单位：套", 350, 180), grid)}},
		{"over a page, headings told once", told + "\n区县：北山市，2024年：1，2025年：2\n区县：东山市，2024年：3，2025年：4", []pdfPage{page(ruled(xs, ys), grid), page(ruled(xs, []float64{100, 120, 140}), drawnRows(105, lefts, []string{"北山市", "1", "2"}, []string{"东山市", "3", "4"}))}},
		{"over a page, headings told twice", told + "\n区县：北山市，2024年：1，2025年：2", []pdfPage{page(ruled(xs, ys), grid), page(ruled(xs, []float64{100, 120, 140}), drawnRows(105, lefts, rows[0], []string{"北山市", "1", "2"}))}},
		{"lines that part nothing whole", "区县 2024年 2025年\n东城区 6000 8000", []pdfPage{page([]pdfRule{{100, 195, 100.5, 235}, {200, 195, 200.5, 235}, {300, 195, 300.5, 200}, {400, 195, 400.5, 235}, {100, 195, 400, 195.5}, {100, 215, 140, 215.5}, {100, 235, 400, 235.5}},
			drawnRows(200, lefts, rows[0], rows[1]))}},
		{"lines between the columns alone", "区县：东城区，2024年：6000，2025年：8000\n区县：南河区，2024年：700，2025年：900", []pdfPage{page(ruled(xs, []float64{195, 215, 255}), drawnRows(200, lefts, rows[0], rows[1], rows[3]))}},
		{"text beside it", "区县 2024年 2025年 注释在旁\n东城区 6000 8000", []pdfPage{page(ruled(xs, ys[:3]), drawnRows(200, lefts, rows[0], rows[1]), drawn("注释在旁", 405, 200))}},
		{"without lines", told, []pdfPage{page(nil, grid)}},
		{"without lines, a cell on two lines", "区县 2024年 2025年\n东城区 6000 8000\n南河区 700 900\n管委会", []pdfPage{page(nil, drawnRows(200, lefts, rows[0], rows[1], rows[3], []string{"管委会", "", ""}))}},
		{"without lines, columns that cross", "区县 2024年 2025年\n东城区管理委员会建设 6000 8000\n南河区 700 900", []pdfPage{page(nil, drawnRows(200, lefts, rows[0]), drawn("东城区管理委员会建设", 105, 220), drawn("6000", 230, 220), drawn("8000", 305, 220), drawn("南河区", 105, 240), drawn("700", 190, 240), drawn("900", 305, 240))}},
		{"without lines or headings", "东城区 6000 8000\n南河区 700 900\n北山市 1 2", []pdfPage{page(nil, drawnRows(200, lefts, rows[1], rows[3], []string{"北山市", "1", "2"}))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			compareLayout(t, c.pages, c.want, func(l line) string { return l.text })
		})
	}
}

// FuzzPDFPages feeds any pages to the layout: nothing in them may be lost.
// What tables tell is told with their headings, so they are not counted.
func FuzzPDFPages(f *testing.F) {
	raw, _ := json.Marshal(pdfPage{Width: 595, Height: 842, Chars: drawn("第1页", 100, 20)})
	f.Add(raw)
	raw, _ = json.Marshal(pdfPage{Width: 595, Height: 842, Chars: drawnRows(200, []float64{105, 205}, []string{"区县", "2024年"}, []string{"东城区", "6000"}), Rules: ruled([]float64{100, 200, 300}, []float64{195, 215, 235})})
	f.Add(raw)
	cut, _ := json.Marshal(pdfPage{Width: 595, Height: 842, Chars: drawn("家庭。", 205, 105), Rules: ruled([]float64{100, 200, 300}, []float64{100, 120})})
	f.Add(append(raw, cut...))
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
			if slices.ContainsFunc(readPage(p, nil).lines, func(l printed) bool { return l.table != nil }) {
				return
			}
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
