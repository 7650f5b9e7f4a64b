package ingest

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

const (
	simplifiedText  = "关于做好稳岗工作的通知\n为了支持中小企业稳定发展，现就有关事项通知如下。\n2024年2月7日"
	traditionalText = "關於做好穩崗工作的通知\n為了支持中小企業穩定發展，現就有關事項通知如下。\n2024年2月7日"
)

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, text, mark, charset string
		enc                       encoding.Encoding
	}{
		{"UTF-8", simplifiedText, "", "UTF-8", encoding.Nop},
		{"UTF-8 with mark", simplifiedText, "\xef\xbb\xbf", "UTF-8", encoding.Nop},
		{"GB18030", simplifiedText, "", "GB18030", simplifiedchinese.GB18030},
		{"GBK", simplifiedText, "", "GB18030", simplifiedchinese.GBK},
		{"one word of GBK", "通知", "", "GB18030", simplifiedchinese.GBK},
		{"Big5", traditionalText, "", "Big5", traditionalchinese.Big5},
		{"UTF-16LE with mark", simplifiedText, "\xff\xfe", "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16BE with mark", simplifiedText, "\xfe\xff", "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"UTF-16LE", simplifiedText, "", "UTF-16LE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16BE", simplifiedText, "", "UTF-16BE", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"UTF-32LE with mark", simplifiedText, "\xff\xfe\x00\x00", "UTF-32LE", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"ASCII", "Notice on stable employment. It takes effect today.", "", "UTF-8", encoding.Nop},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, err := c.enc.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			text, charset, err := decode([]byte(c.mark + raw))
			if err != nil || text != c.text || charset != c.charset {
				t.Errorf("got %q as %s, %v; want %q as %s", text, charset, err, c.text, c.charset)
			}
		})
	}
}

func TestDecodeKeepsDamagedUTF8(t *testing.T) {
	raw := strings.Repeat(simplifiedText, 3)
	raw = raw[:100] + "\xff" + raw[100:len(raw)-1]
	text, charset, err := decode([]byte(raw))
	if err != nil || charset != "UTF-8" || !strings.Contains(text, "现就有关事项通知如下") || !strings.Contains(text, "\uFFFD") {
		t.Errorf("got %q as %s, %v", text, charset, err)
	}
}

func TestDecodeRefusesWhatIsNotText(t *testing.T) {
	noise := make([]byte, 4096)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	for name, raw := range map[string]string{
		"empty":       "",
		"blank":       " \n\t　",
		"PDF":         "%PDF-1.7\n%âãÏÓ",
		"DOCX":        "PK\x03\x04\x14\x00",
		"old Word":    "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"zeros":       strings.Repeat("\x00", 500),
		"noise":       string(noise),
		"control":     strings.Repeat("\x01\x02\x03", 300),
		"only hidden": "\u200b\u200b\ufeff",
	} {
		if p, err := Parse(name, []byte(raw)); !errors.Is(err, ErrNotText) || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}
