package ingest

import (
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// FuzzParse feeds any bytes to Parse: what it accepts must keep every rule of
// checkParsed.
func FuzzParse(f *testing.F) {
	for _, raw := range seedFiles(f) {
		f.Add("seed.txt", raw[:min(len(raw), 6000)])
	}
	text := "关于印发办法的通知\n杭政〔2024〕12号\n各区、县（市）人民政府：\n一、总则　　（一）为了规范管理，制定本办法。（二）适用范围。\n杭州市人民政府\n2024年2月7日"
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	big5, _ := traditionalchinese.Big5.NewEncoder().String("關於印發辦法的通知\n各區、縣政府：現將辦法印發給你們，請認真執行。")
	wide, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	for _, s := range []string{
		text, gbk, big5, wide, "", "\x00\x00", "%PDF-1.7", "\xff\xfe", "\xef\xbb\xbf",
		"# 标题\n\n- 一\n- 二\n\n```\n代码\n```\n", "abc365_bet365体育投注_娱乐城", "a\u200bb\u202e\ufeff",
		"新华社北京2月5日电（记者 张三、李四）2020年", "第一章 总则\n第一条 为了。\n第二条 本", "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |",
	} {
		f.Add("a.md", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		p, err := Parse(name, raw)
		if err != nil {
			return
		}
		checkParsed(t, name, raw, p)
	})
}

func BenchmarkParse(b *testing.B) {
	files := seedFiles(b)
	size := 0
	for _, raw := range files {
		size += len(raw)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for name, raw := range files {
			if _, err := Parse(name, raw); err != nil {
				b.Fatal(err)
			}
		}
	}
}
