package ingest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

// wordFile makes a DOCX file whose document part has this body.
func wordFile(t testing.TB, body, styles, numbering string) []byte {
	t.Helper()
	return zipped(t, map[string]io.Reader{
		"word/document.xml":  strings.NewReader(`<w:document ` + wordSpace + `><w:body>` + body + `</w:body></w:document>`),
		"word/styles.xml":    strings.NewReader(`<w:styles ` + wordSpace + `>` + styles + `</w:styles>`),
		"word/numbering.xml": strings.NewReader(`<w:numbering ` + wordSpace + `>` + numbering + `</w:numbering>`),
	})
}

func word(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func styled(properties, text string) string {
	return `<w:p><w:pPr>` + properties + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func TestDOCX(t *testing.T) {
	const numbering = `<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>` +
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="9"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>` +
		`<w:num w:numId="4"><w:abstractNumId w:val="8"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride></w:num>`
	item := func(list, level int) string {
		return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, list)
	}
	cellOf := func(properties, text string) string {
		return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + word(text) + `</w:tc>`
	}
	for _, c := range []struct{ name, body, want string }{
		{"numbers of lists", styled(item(1, 0), "目标") + styled(item(1, 1), "甲") + styled(item(1, 1), "乙") + styled(item(1, 0), "措施") + styled(item(1, 1), "丙"),
			"一、目标\n（一）甲\n（二）乙\n二、措施\n（一）丙"},
		{"articles, and a list that begins later", styled(item(2, 0), "为了") + styled(item(2, 0), "本法") + styled(item(4, 0), "其他"), "第一条为了\n第二条本法\n第十一条其他"},
		{"bullets", styled(item(3, 0), "事项"), "事项"},
		{"a list by its style", styled(`<w:pStyle w:val="L"/>`, "目标"), "一、目标"},
		{"line breaks and tabs", `<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r></w:p>`, "甲\n乙 丙"},
		{"tracked changes", `<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>`, "新"},
		{"hidden text", `<w:p><w:r><w:t>明</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r></w:p>`, "明"},
		{"a text box and its double", `<w:p><w:r><AlternateContent><Choice><w:drawing><inline><graphic><graphicData><wsp><txbx><w:txbxContent>` + word("框") +
			`</w:txbxContent></txbx></wsp></graphicData></graphic></inline></w:drawing></Choice><Fallback>` + word("框") + `</Fallback></AlternateContent><w:t>文</w:t></w:r></w:p>`, "文\n框"},
		{"a table of contents", styled(`<w:pStyle w:val="T"/>`, "目标 1") + word("正文"), "正文"},
		{"a table", `<w:tbl><w:tr>` + cellOf(`<w:vMerge w:val="restart"/>`, "指标") + cellOf(`<w:gridSpan w:val="2"/>`, "目标") + `</w:tr><w:tr>` + cellOf(`<w:vMerge/>`, "") +
			cellOf("", "2024年") + cellOf("", "2025年") + `</w:tr><w:tr>` + cellOf("", "产值") + cellOf("", "1") + cellOf("", "2") + `</w:tr></w:tbl>`, "指标：产值，目标 2024年：1，目标 2025年：2"},
		{"a table that sets a title", `<w:tbl><w:tr>` + cellOf("", "某市人民政府文件") + `</w:tr></w:tbl>` + word("正文"), "某市人民政府文件\n正文"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := wordFile(t, c.body, `<w:style w:styleId="T"><w:name w:val="toc 1"/></w:style><w:style w:styleId="B"><w:pPr>`+item(1, 0)+`</w:pPr></w:style><w:style w:styleId="L"><w:basedOn w:val="B"/></w:style>`, numbering)
			p, err := Parse("a.docx", raw)
			if err != nil {
				t.Fatal(err)
			}
			checkParsed(t, "a.docx", raw, p)
			if p.Text != c.want {
				t.Errorf("got %q, want %q", p.Text, c.want)
			}
		})
	}
}

func TestDOCXHeadings(t *testing.T) {
	long := word(strings.Repeat("各级各部门要加强组织领导，明确责任分工，抓好任务落实。", 30))
	raw := wordFile(t, styled(`<w:pStyle w:val="1"/>`, "总则")+long+styled(`<w:pStyle w:val="x2"/>`, "目的")+long+styled(`<w:outlineLvl w:val="0"/>`, "附则")+long,
		`<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="x"><w:name w:val="own"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>`+
			`<w:style w:styleId="x2"><w:basedOn w:val="x"/></w:style><w:style w:styleId="loop"><w:basedOn w:val="loop"/></w:style>`, "")
	p, err := Parse("a.docx", raw)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, q := range p.Passages {
		seen[strings.Join(q.Heading, "/")] = true
	}
	if len(seen) != 3 || !seen["总则"] || !seen["总则/目的"] || !seen["附则"] {
		t.Errorf("headings %v", seen)
	}
}

func TestChineseNumbers(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 12: "十二", 20: "二十", 35: "三十五", 100: "一百", 103: "一百零三", 110: "一百一十", 999: "九百九十九", 1000: "1000"} {
		if got := chineseNumber(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
		if n < 1000 && ordinalValue(want) != n {
			t.Errorf("%s reads as %d", want, ordinalValue(want))
		}
	}
}

func TestHostileDOCX(t *testing.T) {
	reaches, goesOn := `<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>`+word(strings.Repeat("长", 30_000))+`</w:tc>`, `<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>`
	tall := `<w:tbl><w:tr>` + strings.Repeat(reaches, 4) + `</w:tr>` + strings.Repeat(`<w:tr>`+strings.Repeat(goesOn, 4)+`<w:tc>`+word("1")+`</w:tc></w:tr>`, 2000) + `</w:tbl>`
	for name, body := range map[string]string{
		"10,000 nested tables":      strings.Repeat(`<w:tbl><w:tr><w:tc>`, 10_000),
		"10,000 nested runs":        `<w:p>` + strings.Repeat(`<w:r>`, 10_000),
		"entities":                  `&lol;`,
		"wide cells":                `<w:tbl>` + strings.Repeat(`<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr><w:p/></w:tc></w:tr>`, 6000) + `</w:tbl>`,
		"a long text reaching down": tall,
		"nothing":                   `<w:p/>`,
	} {
		_, err := Parse("a.docx", wordFile(t, body, "", ""))
		if !errors.Is(err, ErrTooMuch) && !errors.Is(err, ErrNotText) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, parts := range map[string]map[string]io.Reader{
		"a bomb":       {"word/document.xml": io.LimitReader(zeros{}, maxUnpacked+10)},
		"a workbook":   {"xl/workbook.xml": strings.NewReader("<x/>")},
		"a DTD":        {"word/document.xml": strings.NewReader(`<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d><body><p><r><t>&b;</t></r></p></body></d>`)},
		"not finished": {"word/document.xml": strings.NewReader(`<d><body><p><r><t>`)},
	} {
		if _, err := Parse("a.docx", zipped(t, parts)); !errors.Is(err, ErrTooMuch) && !errors.Is(err, ErrNotText) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDOCX(f *testing.F) {
	for _, body := range []string{word("通知"), styled(`<w:numPr><w:numId w:val="1"/></w:numPr>`, "一"), `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>`} {
		f.Add([]byte(`<w:document `+wordSpace+`><w:body>`+body+`</w:body></w:document>`),
			[]byte(`<w:styles><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>`),
			[]byte(`<w:numbering><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>`))
	}
	f.Fuzz(func(t *testing.T, document, styles, numbering []byte) {
		raw := zipped(t, map[string]io.Reader{"word/document.xml": strings.NewReader(string(document)), "word/styles.xml": strings.NewReader(string(styles)), "word/numbering.xml": strings.NewReader(string(numbering))})
		if p, err := Parse("a.docx", raw); err == nil {
			checkParsed(t, "a.docx", raw, p)
		}
	})
}
