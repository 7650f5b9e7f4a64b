package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"policybot/internal/han"
)

// seedFiles are the documents of seeds/.
func seedFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../seeds/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no seed documents: %v", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = raw
	}
	return files
}

// ink is s without white space and invisible characters.
func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || han.Invisible(r) {
			return -1
		}
		return r
	}, s)
}

// checkParsed checks what must hold of every parsed file: nothing is lost,
// nothing is invented, and every offset points at what it says.
func checkParsed(t interface {
	Helper()
	Fatalf(string, ...any)
}, name string, raw []byte, p *Parsed) {
	t.Helper()
	o, err := extract(name, raw)
	if err != nil {
		t.Fatalf("extract: %v", err)
	}
	var kept strings.Builder // the original without what was removed, spam marked
	at := 0
	for _, r := range p.Removed {
		if r.Start < at || r.End <= r.Start || r.End > len(o.text) {
			t.Fatalf("removed [%d:%d] after %d of %d", r.Start, r.End, at, len(o.text))
		}
		if o.text[r.Start:r.End] != r.Text || r.Reason == "" {
			t.Fatalf("removed [%d:%d] is %q, recorded as %q for %q", r.Start, r.End, o.text[r.Start:r.End], r.Text, r.Reason)
		}
		kept.WriteString(o.text[at:r.Start])
		if r.Reason == reasonSpam {
			kept.WriteString(spamMark)
		}
		at = r.End
	}
	kept.WriteString(o.text[at:])
	if got, want := ink(p.Text), ink(kept.String()); got != want {
		t.Fatalf("kept text:\n%q\nwant\n%q", got, want)
	}
	checkPassages(t, p)
}

func checkPassages(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *Parsed) {
	t.Helper()
	at := 0
	for _, q := range p.Passages {
		if q.Start < at || q.End <= q.Start || q.End > len(p.Text) {
			t.Fatalf("passage [%d:%d] after %d of %d", q.Start, q.End, at, len(p.Text))
		}
		if p.Text[q.Start:q.End] != q.Text {
			t.Fatalf("passage [%d:%d] is %q, has %q", q.Start, q.End, p.Text[q.Start:q.End], q.Text)
		}
		if strings.TrimSpace(q.Text) != q.Text {
			t.Fatalf("passage has white space at its ends: %q", q.Text)
		}
		if gap := p.Text[at:q.Start]; strings.TrimSpace(gap) != "" {
			t.Fatalf("in no passage: %q", gap)
		}
		for _, h := range q.Heading {
			if !strings.Contains(p.Text, h) {
				t.Fatalf("heading %q does not stand in the text", h)
			}
		}
		at = q.End
	}
	if strings.TrimSpace(p.Text[at:]) != "" {
		t.Fatalf("in no passage: %q", p.Text[at:])
	}
	sentences := map[int]bool{}
	for _, s := range han.Sentences(p.Text) {
		sentences[s.Start] = true
		if utf8.RuneCountInString(s.In(p.Text)) > longestSentence {
			return // cut at commas
		}
	}
	for _, q := range p.Passages {
		if !sentences[q.Start] {
			t.Fatalf("a passage begins inside a sentence: %q", firstRunes(q.Text, 40))
		}
	}
}

func TestParseKeepsEverySeedWhole(t *testing.T) {
	for name, raw := range seedFiles(t) {
		p, err := Parse(name, raw)
		if err != nil {
			t.Fatal(err)
		}
		checkParsed(t, name, raw, p)
	}
}

func TestParseKeepsAnyTextWhole(t *testing.T) {
	pieces := []string{
		"一、", "二、", "（一）", "（二）", "1.", "2、", "第一条 ", "第一章 总则", "——", "• ", "# ", "## ",
		"\n", "\r\n", " ", "　　", "\u200b", "\u202e", "\ufeff", "。", "；", "，", "：", "！", "”", "（", "）",
		"[打印]", "分享到:", "设为首页", "来源:某某日报", "作者:张三", "声明:", "本站转载的文章仅供参考，如有侵权请联系删除。",
		"abc365_bet365体育投注_娱乐城", "福利彩票公益金", "支持中小企业发展", "2020年2月7日", "杭州市人民政府",
		strings.Repeat("各级各部门要高度重视，抓好落实", 12), strings.Repeat("长", 900), "\x00", "\xff",
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 60).Draw(t, "text"), ""))
		p, err := Parse("a.txt", raw)
		if err != nil {
			return
		}
		checkParsed(t, "a.txt", raw, p)
	})
}
