package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"policybot/internal/han"
)

// ErrNotText is what Parse's errors wrap when a file holds no readable text.
var ErrNotText = errors.New("not readable text")

// decode turns the bytes of a text file into UTF-8 and names the encoding
// they were in. It trusts a byte order mark, then valid UTF-8, and else the
// encoding whose text looks most like Chinese among what the detector says,
// GB18030, Big5 and UTF-16. Bytes that stand for nothing become U+FFFD.
func decode(raw []byte) (text, charset string, err error) {
	if err := otherFormat(raw, ""); err != nil {
		return "", "", err
	}
	text, charset = decodeMarked(raw)
	if charset == "" {
		text, charset = decodeUnmarked(raw)
	}
	switch {
	case charset == "" || looksBinary(text):
		return "", "", fmt.Errorf("%w: it is binary, or in an encoding that is not known here; save it as UTF-8 and add that", ErrNotText)
	case strings.TrimSpace(text) == "":
		return "", "", fmt.Errorf("%w: the file is empty; there is nothing to add", ErrNotText)
	}
	return text, charset, nil
}

// decodeMarked reads text that begins with a byte order mark; charset is empty
// when there is none.
func decodeMarked(raw []byte) (text, charset string) {
	for _, m := range []struct {
		mark, name string
		enc        encoding.Encoding
	}{
		{"\xef\xbb\xbf", "UTF-8", nil},
		{"\xff\xfe\x00\x00", "UTF-32LE", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"\x00\x00\xfe\xff", "UTF-32BE", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"\xff\xfe", "UTF-16LE", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)},
		{"\xfe\xff", "UTF-16BE", xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)},
		{"\x84\x31\x95\x33", "GB18030", simplifiedchinese.GB18030},
	} {
		rest, ok := bytes.CutPrefix(raw, []byte(m.mark))
		if !ok {
			continue
		}
		if m.enc == nil {
			return strings.ToValidUTF8(string(rest), "\uFFFD"), m.name
		}
		return decodeAs(m.enc, rest), m.name
	}
	return "", ""
}

func decodeUnmarked(raw []byte) (text, charset string) {
	zeros := bytes.IndexByte(raw, 0) >= 0
	valid := !zeros && utf8.Valid(raw)
	if valid && !slices.ContainsFunc(raw, leadsTwo) {
		return string(raw), "UTF-8"
	}
	if valid {
		// Few words of GB18030 may be valid UTF-8: 通知 reads as ֪ͨ.
		text = string(raw)
		gb := decodeAs(simplifiedchinese.GB18030, raw)
		if han.HasHan(text) || plausible(gb) <= plausible(text) || strings.ContainsRune(gb, utf8.RuneError) {
			return text, "UTF-8"
		}
		return gb, "GB18030"
	}
	if !zeros && nearlyUTF8(raw) {
		return strings.ToValidUTF8(string(raw), "\uFFFD"), "UTF-8"
	}
	best := 0.0
	for _, c := range candidates(raw, zeros) {
		t := decodeAs(c.enc, raw)
		if s := plausible(t); s > best {
			best, text, charset = s, t, c.name
		}
	}
	return text, charset
}

type candidate struct {
	name string
	enc  encoding.Encoding
}

// candidates are the encodings to try, in the order in which they win ties.
func candidates(raw []byte, zeros bool) []candidate {
	var cs []candidate
	if len(raw)%2 == 0 {
		cs = append(cs,
			candidate{"UTF-16LE", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)},
			candidate{"UTF-16BE", xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)})
	}
	if zeros {
		return cs
	}
	cs = append([]candidate{{"GB18030", simplifiedchinese.GB18030}, {"Big5", traditionalchinese.Big5}}, cs...)
	sample := raw[:min(len(raw), 1<<16)]
	if name := chardet.Detect(sample).Encoding; name != "" {
		if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
			cs = append(cs, candidate{name, enc})
		}
	}
	return cs
}

func decodeAs(enc encoding.Encoding, raw []byte) string {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// leadsTwo reports whether a character of two bytes in UTF-8 begins with c:
// Greek to Arabic.
func leadsTwo(c byte) bool { return c&0xe0 == 0xc0 }

// nearlyUTF8 reports whether raw is UTF-8 with a little damage: at most one
// bad byte for thirty whole Chinese characters.
func nearlyUTF8(raw []byte) bool {
	bad, wide := 0, 0
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 2:
			wide++
		}
		i += n
	}
	return wide > 0 && bad*30 <= wide
}

// common are the characters that make up about a third of any Chinese text,
// in both scripts.
const common = "的一是不了在有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府研究規這為個國們時來會發動過說產種對後經進著電裡現實體機當點從業還應開關線數無條問質氣結題員總設長頭資邊級圖統較將組見計別據處"

var isCommon = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range common {
		m[r] = true
	}
	return m
}()

// plausible says how much a text looks like writing: the share of its
// characters that Chinese uses most, letters and digits of ASCII counting a
// little less, bad characters against it.
func plausible(text string) float64 {
	score, n := 0.0, 0
	for i, r := range text {
		if i > 1<<17 {
			break
		}
		if unicode.IsSpace(r) {
			continue
		}
		n++
		switch {
		case isCommon[r]:
			score++
		case r < 0x80 && unicode.IsPrint(r):
			score += .2
		case r == '，' || r == '。' || r == '、':
			score++
		case r == utf8.RuneError, han.Invisible(r), unicode.Is(unicode.Co, r), !unicode.IsPrint(r):
			score -= 2
		}
	}
	if n == 0 {
		return 0
	}
	return score / float64(n)
}

// looksBinary reports whether more than one character in fifty of a text, which
// is valid UTF-8, is a control character or damaged.
func looksBinary(text string) bool {
	bad := strings.Count(text, string(utf8.RuneError))
	for i := range len(text) {
		if c := text[i]; c < 0x20 && !unicode.IsSpace(rune(c)) && c != 0x1b {
			bad++
		}
	}
	return bad > 0 && bad*50 > utf8.RuneCountInString(text)
}
