package ingest

import (
	"fmt"
	"slices"
	"testing"
)

// TestPDFRowsOverPages lets tables of three columns, nine characters wide each,
// go on over the end of a page.
func TestPDFRowsOverPages(t *testing.T) {
	heads := []string{"任务", "内容", "年份"}
	done := []string{"甲", "乙。", "2024"}
	const filled = "审批并监管到每一环" // a whole line of a cell
	page := func(rows ...[]string) (p pdfPage) {
		ys := []float64{95}
		for range rows {
			ys = append(ys, ys[len(ys)-1]+20)
		}
		p.Width, p.Height = 595, 842
		p.Rules = ruled([]float64{100, 200, 300, 400}, ys)
		p.Chars = drawnRows(100, []float64{105, 205, 305}, rows...)
		return p
	}
	// merged takes the lines between the names of the rows from and to away.
	merged := func(p pdfPage, from, to int) pdfPage {
		for i := range p.Rules {
			if r := &p.Rules[i]; r.level() && r.Top > 95+20*float64(from)+1 && r.Top < 95+20*float64(to)-1 {
				r.Left = 200
			}
		}
		return p
	}
	for _, c := range []struct {
		name, want string
		pages      []pdfPage
	}{
		{"in mid-sentence", "1-2 任务：丙，内容：" + filled + "节。，年份：2025\n2-2 任务：丁，内容：戊。，年份：2026",
			[]pdfPage{page(heads, []string{"丙", filled, "2025"}), page(heads, []string{"", "节。", ""}, []string{"丁", "戊。", "2026"})}},
		{"between sentences, headings told once", "1-1 任务：甲，内容：乙。，年份：2024\n1-2 任务：丙，内容：全部监管。定期报告。，年份：2025\n2-2 任务：丁，内容：戊。，年份：2026",
			[]pdfPage{page(heads, done, []string{"丙", "全部监管。", "2025"}), page([]string{"", "定期报告。", ""}, []string{"丁", "戊。", "2026"})}},
		{"the rest alone on its page", "1-2 任务：丙，内容：" + filled + "节。，年份：2025",
			[]pdfPage{page(heads, []string{"丙", filled, "2025"}), page([]string{"", "节。", ""})}},
		{"over three pages", "1-3 任务：丙，内容：" + filled + filled + "节。，年份：2025\n3-3 任务：丁，内容：戊。，年份：2026",
			[]pdfPage{page(heads, []string{"丙", filled, "2025"}), page(heads, []string{"", filled, ""}), page(heads, []string{"", "节。", ""}, []string{"丁", "戊。", "2026"})}},
		{"with its name", "1-2 任务：" + filled + "节，内容：" + filled + "节。，年份：2025",
			[]pdfPage{page(heads, []string{filled, filled, "2025"}), page(heads, []string{"节", "节。", ""})}},
		{"a new row behind a name that fills its cell", "1-1 任务：" + filled + "，内容：乙。，年份：2025\n2-2 任务：丁，内容：戊。，年份：2026",
			[]pdfPage{page(heads, []string{filled, "乙。", "2025"}), page(heads, []string{"丁", "戊。", "2026"})}},
		{"a cell that is merged on the next page", "1-1 任务：丙，内容：乙，年份：2024\n2-2 任务：丙，内容：丁，年份：2025\n2-2 任务：丙，内容：戊，年份：2026\n2-2 任务：己，内容：庚，年份：2027",
			[]pdfPage{page(heads, []string{"丙", "乙", "2024"}), merged(page(heads, []string{"", "丁", "2025"}, []string{"", "戊", "2026"}, []string{"己", "庚", "2027"}), 1, 3)}},
		{"one of two rows of a merged cell", "1-1 任务：丙，内容：乙，年份：2024\n2-2 任务：丙，内容：丁，年份：2025\n2-2 任务：己，内容：庚，年份：2027",
			[]pdfPage{page(heads, []string{"丙", "乙", "2024"}), page(heads, []string{"", "丁", "2025"}, []string{"己", "庚", "2027"})}},
		{"rows that have no names", "1-1 任务：丙，内容：乙，年份：2023\n1-1 内容：辛，年份：2024\n1-1 任务：壬，内容：癸，年份：2024\n2-2 内容：丁，年份：2025\n2-2 任务：己，内容：庚，年份：2027",
			[]pdfPage{page(heads, []string{"丙", "乙", "2023"}, []string{"", "辛", "2024"}, []string{"壬", "癸", "2024"}), page(heads, []string{"", "丁", "2025"}, []string{"己", "庚", "2027"})}},
		{"text between the pages", "1-1 任务：甲，内容：乙。，年份：2024\n1-1 任务：丙，内容：" + filled + "，年份：2025\n2-2 以下为续表。\n2-2 节。\n2-2 任务：丁，内容：戊。，年份：2026",
			[]pdfPage{page(heads, done, []string{"丙", filled, "2025"}), func() pdfPage {
				p := page(heads, []string{"", "节。", ""}, []string{"丁", "戊。", "2026"})
				p.Chars = slices.Concat(drawn("以下为续表。", 100, 60), p.Chars)
				return p
			}()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			compareLayout(t, c.pages, c.want, func(l line) string { return fmt.Sprintf("%d-%d %s", l.page, l.lastPage, l.text) })
		})
	}
}
