package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func FuzzSheet(f *testing.F) {
	for name, raw := range sampleFiles(f) {
		if strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".csv") {
			f.Add(strings.HasSuffix(name, ".csv"), raw)
		}
	}
	for _, s := range []string{"甲,乙\n1,2", "\"a\nb\";c\n;;", "a\tb\n\n\nc\td\n", "单位：亿元\n指标,2025年\n产值,3"} {
		f.Add(true, []byte(s))
	}
	f.Fuzz(func(t *testing.T, values bool, raw []byte) {
		name := "a.xlsx"
		if values {
			name = "a.csv"
		}
		if p, err := Parse(name, raw); err == nil {
			checkParsed(t, name, raw, p)
		}
	})
}

func TestTableLines(t *testing.T) {
	c := func(texts ...string) []spanned {
		var row []spanned
		for _, s := range texts {
			row = append(row, spanned{text: s, cols: 1, rows: 1})
		}
		return row
	}
	long := strings.Repeat("落实各项措施，", 80)
	for _, tc := range []struct {
		name, unit, want string
		rows             [][]spanned
	}{
		{"headings", "", "指标：产值，2025年目标：1000亿元", [][]spanned{c("指标", "2025年目标"), c("产值", "1000亿元")}},
		{"a heading that is missing", "", "产值，2025年：1000", [][]spanned{c("", "2025年"), c("产值", "1000")}},
		{"empty cells", "", "指标：产值，2025年：3", [][]spanned{c("指标", "2024年", "2025年"), c("产值", "", "3")}},
		{"captions and a unit", "", "主要指标\n单位：亿元\n指标：产值，2025年：3亿元", [][]spanned{c("主要指标", ""), c("", "单位：亿元"), c("指标", "2025年"), c("产值", "3")}},
		{"a unit above", "万元", "指标：产值，2025年：3万元", [][]spanned{c("指标", "2025年"), c("产值", "3")}},
		{"a unit in the caption", "", "主要指标（单位：亿元）\n指标：产值，2025年：3亿元", [][]spanned{c("主要指标（单位：亿元）", ""), c("指标", "2025年"), c("产值", "3")}},
		{"a unit beside the caption", "", "主要指标\n单位：亿元\n指标：产值，2025年：3亿元", [][]spanned{c("主要指标", "单位：亿元"), c("指标", "2025年"), c("产值", "3")}},
		{"a column of units", "", "指标：产值，单位：亿元，2025年：3亿元\n指标：套数，单位：套（间），2025年：5套（间）\n指标：占比，单位：%，2025年：1.5%", [][]spanned{
			c("指标", "单位", "2025年"), c("产值", "亿元", "3"), c("套数", "套（间）", "5"), c("占比", "%", "1.5")}},
		{"a column of offices", "", "单位：市经信局，人数：3", [][]spanned{c("单位", "人数"), c("市经信局", "3")}},
		{"a unit of the row", "", "指标：产值（亿元），2024年：2亿元，2025年：3亿元", [][]spanned{c("指标", "2024年", "2025年"), c("产值（亿元）", "2", "3")}},
		{"a unit of the column", "万元", "项目：甲，投资（亿元）：2，补助：3万元", [][]spanned{c("项目", "投资（亿元）", "补助"), c("甲", "2", "3")}},
		{"columns that the unit is not of", "亿元", "项目：甲，产值：2亿元，占比：3，人数：50，完成时间：2025，排名：4", [][]spanned{c("项目", "产值", "占比", "人数", "完成时间", "排名"), c("甲", "2", "3", "50", "2025", "4")}},
		{"a row that the unit is not of", "亿元", "指标：产值，2025年：2亿元\n指标：产值占比，2025年：30（表中单位：亿元）", [][]spanned{c("指标", "2025年"), c("产值", "2"), c("产值占比", "30")}},
		{"figures that have a unit", "万元", "指标：产值，2024年：3亿元，2025年：≥4-5万元，备注：—", [][]spanned{c("指标", "2024年", "2025年", "备注"), c("产值", "3亿元", "≥4-5", "—")}},
		{"figures that look like years", "套", "区县：甲，套数 2024年：2021套，建成年：2023", [][]spanned{c("区县", "套数 2024年", "建成年"), c("甲", "2021", "2023")}},
		{"no unit at all", "", "单位：市统计局\n指标：产值，2025年：3", [][]spanned{c("单位：市统计局", ""), c("指标", "2025年"), c("产值", "3")}},
		{"two rows of headings", "", "指标：产值，目标 2023年：1，目标 2025年：2", [][]spanned{
			{{text: "指标", cols: 1, rows: 2}, {text: "目标", cols: 2, rows: 1}}, c("2023年", "2025年"), c("产值", "1", "2")}},
		{"a cell that reaches down", "", "类别：经济，指标：产值，值：1\n类别：经济，指标：投资，值：2", [][]spanned{
			c("类别", "指标", "值"), {{text: "经济", cols: 1, rows: 2}, {text: "产值", cols: 1, rows: 1}, {text: "1", cols: 1, rows: 1}}, c("投资", "2")}},
		{"a row across", "", "指标：产值，值：1\n二、社会\n指标：学位，值：2", [][]spanned{
			c("指标", "值"), c("产值", "1"), {{text: "二、社会", cols: 2, rows: 1}}, c("学位", "2")}},
		{"no headings", "", "1，2，3\n4，5，6", [][]spanned{c("1", "2", "3"), c("4", "5", "6")}},
		{"labels and values", "", "发文机关：市政府\n文号：北政发〔2024〕1号", [][]spanned{c("发文机关：", "市政府"), c("文号：", "北政发〔2024〕1号")}},
		{"four columns of labels", "", "索引号：001\n公开方式：主动\n文号：1号\n状态：有效", [][]spanned{c("索引号:", "001", "公开方式:", "主动"), c("文号:", "1号", "状态:", "有效")}},
		{"a long row", "", "任务：甲，措施：" + strings.TrimRight(long, "，") + "\n任务：甲，单位：市府办", [][]spanned{c("任务", "措施", "单位"), c("甲", long, "市府办")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			captions, rows := fill(tc.rows).lines(tc.unit)
			if got := strings.Join(append(captions, rows...), "\n"); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	for raw, want := range map[string]string{
		"指标;目标\n产值;\"1,000\"":                "指标：产值，目标：1,000",
		"指标\t目标\n产值\t3":                      "指标：产值，目标：3",
		"表一\n指标,目标\n产值,3\n\n表二\n项目,金额\n补贴,5": "表一\n指标：产值，目标：3\n表二\n项目：补贴，金额：5",
	} {
		p, err := Parse("a.csv", []byte(raw))
		if err != nil || p.Text != want {
			t.Errorf("%q: %v, %+v, want %q", raw, err, p, want)
		}
	}
}

// workbook makes an XLSX file.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, sheet, at string, values ...any) {
	t.Helper()
	if err := f.SetSheetRow(sheet, at, &values); err != nil {
		t.Fatal(err)
	}
}

func TestWorkbookSheets(t *testing.T) {
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", "指标", "占比")
		set(t, f, "Sheet1", "A2", "研发投入", .031)
		percent, err := f.NewStyle(&excelize.Style{NumFmt: 10})
		if err != nil {
			t.Fatal(err)
		}
		_ = f.SetCellStyle("Sheet1", "B2", "B2", percent)
		for _, name := range []string{"住房保障", "底稿"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			set(t, f, name, "A1", "年份", "套数")
			set(t, f, name, "A2", "2025年", 6000)
		}
		_ = f.SetSheetVisible("底稿", false)
	})
	p, err := Parse("a.xlsx", raw)
	if err != nil {
		t.Fatal(err)
	}
	checkParsed(t, "a.xlsx", raw, p)
	if want := "指标：研发投入，占比：3.10%\n住房保障\n年份：2025年，套数：6000"; p.Text != want {
		t.Errorf("got %q, want %q", p.Text, want)
	}
	if len(p.Removed) != 2 || p.Removed[1].Reason != reasonHidden || !strings.Contains(p.Removed[1].Text, "6000") {
		t.Errorf("removed %+v", p.Removed)
	}
}

// zipped makes a ZIP file of parts.
func zipped(t testing.TB, parts map[string]io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, r := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.Copy(part, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withPart replaces a part of a ZIP file.
func withPart(t testing.TB, raw []byte, name, content string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]io.Reader{name: strings.NewReader(content)}
	for _, f := range r.File {
		if f.Name == name {
			continue
		}
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer part.Close()
		parts[f.Name] = part
	}
	return zipped(t, parts)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestHostileArchives(t *testing.T) {
	bomb := zipped(t, map[string]io.Reader{"xl/workbook.xml": io.LimitReader(zeros{}, maxUnpacked+10)})
	many := map[string]io.Reader{}
	for i := range maxParts + 1 {
		many[fmt.Sprint(i)] = strings.NewReader("")
	}
	sheet := func(rows string) []byte {
		return withPart(t, workbook(t, func(*excelize.File) {}), "xl/worksheets/sheet1.xml",
			`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+rows+`</sheetData></worksheet>`)
	}
	for _, c := range []struct {
		name string
		raw  []byte
		is   error
		want string
	}{
		{"a bomb", bomb, ErrTooMuch, "it unpacks to more than"},
		{"a bomb that lies about its size", bytes.ReplaceAll(bomb, []byte{10, 0, 0, 6}, []byte{10, 0, 0, 0}), nil, ""},
		{"many parts", zipped(t, many), ErrTooMuch, "4001 parts"},
		{"names that lead out", zipped(t, map[string]io.Reader{"../../etc/passwd": strings.NewReader("x")}), ErrNotText, ""},
		{"cut short", bomb[:len(bomb)/2], ErrNotText, "damaged"},
		{"a table as wide as can be", sheet(`<row r="1"><c r="XFD1"><v>1</v></c></row>`), ErrTooMuch, "columns"},
		{"a table as long as can be", sheet(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`), ErrTooMuch, "rows"},
		{"cells at the far ends", sheet(strings.Repeat(`<row><c r="IV1"><v>1</v></c></row>`, 40_000)), ErrTooMuch, "cells"},
		{"a hundred thousand sheets", withPart(t, workbook(t, func(*excelize.File) {}), "xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+
			strings.Repeat(`<sheet name="S" sheetId="1" r:id="rId1"/>`, 100_000)+`</sheets></workbook>`), ErrTooMuch, "1000 sheets"},
		{"a hundred thousand links", withPart(t, workbook(t, func(*excelize.File) {}), "xl/_rels/workbook.xml.rels", `<Relationships>`+strings.Repeat(`<Relationship Id="rId1" Target="a.xml"/>`, 100_000)+`</Relationships>`), ErrTooMuch, "sheets"},
		{"entities in entities", withPart(t, workbook(t, func(*excelize.File) {}), "xl/workbook.xml", `<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>`), nil, ""},
	} {
		for _, name := range []string{"a.xlsx"} {
			_, err := Parse(name, c.raw)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s as %s: %v, want %q", c.name, name, err, c.want)
			}
		}
	}
}
