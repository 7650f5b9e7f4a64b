package ingest

import (
	"reflect"
	"strings"
	"testing"
)

// sentence is a sentence of about n characters.
func sentence(n int) string { return strings.Repeat("落实", n/2) + "。" }

func mustParse(t *testing.T, name, text string) *Parsed {
	t.Helper()
	p, err := Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	checkParsed(t, name, []byte(text), p)
	return p
}

func TestHeadings(t *testing.T) {
	body := sentence(200) + sentence(180)
	for _, c := range []struct {
		name, file, text string
		want             [][]string // the heading path of each passage
	}{
		{"numbers nest", "a.txt", "关于印发办法的通知\n" + body + "\n一、总则\n" + body + "\n（一）范围\n" + body + "\n（二）原则\n" + body + "\n二、附则\n" + body,
			[][]string{nil, {"一、总则"}, {"一、总则", "（一）范围"}, {"一、总则", "（二）原则"}, {"二、附则"}}},
		{"chapters and articles", "a.txt", "某某条例\n" + body + "\n第一章 总则\n第一条 " + body + "\n第二条 " + body + "\n第二章 附则\n第三条 " + body,
			[][]string{nil, {"第一章 总则", "第一条"}, {"第一章 总则", "第二条"}, {"第二章 附则", "第三条"}}},
		{"two lines without a mark", "a.txt", body + "\n坚持创新驱动\n努力建设示范城市\n" + body + "\n坚持绿色发展\n努力建设美丽城市\n" + body,
			[][]string{nil, {"坚持创新驱动", "努力建设示范城市"}, {"坚持绿色发展", "努力建设美丽城市"}}},
		{"Markdown", "a.md", "# 办法\n\n" + body + "\n\n## 范围\n\n" + body + "\n\n### 细则\n\n" + body + "\n\n## 附则\n\n" + body,
			[][]string{{"办法"}, {"办法", "范围"}, {"办法", "范围", "细则"}, {"办法", "附则"}}},
		{"run-in", "a.txt", "一、总体要求\n1.健全服务体系。" + body + "\n2.提高服务水平。" + body,
			[][]string{{"一、总体要求", "1.健全服务体系"}, {"一、总体要求", "2.提高服务水平"}}},
		{"one line", "a.txt", "某市关于支持企业的通知 各有关单位： " + body + " 一、支持用工 " + body + " 二、减免租金 " + body,
			[][]string{nil, {"一、支持用工"}, {"二、减免租金"}}},
		{"one line without spaces", "a.txt", "现通知如下：" + body + "一、支持用工。" + body + "二、减免租金。" + body,
			[][]string{nil, {"一、支持用工"}, {"二、减免租金"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got [][]string
			for _, q := range mustParse(t, c.file, c.text).Passages {
				got = append(got, q.Heading)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPassageLengths(t *testing.T) {
	for _, c := range []struct {
		name, text     string
		count, longest int
	}{
		{"short paragraphs join", strings.Repeat(sentence(60)+"\n", 6), 1, 450},
		{"a long paragraph is cut at sentences", strings.Repeat(sentence(60), 20), 3, 450},
		{"a sentence beyond a passage's length stays whole", sentence(600), 1, 610},
		{"an endless sentence is cut at commas", strings.Repeat("各级各部门要抓好落实，", 200), 5, 460},
		{"a list stays whole", "重点做好以下工作：\n" + strings.Repeat("（一）"+sentence(50)+"\n", 6), 1, 450},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustParse(t, "a.txt", c.text)
			if len(p.Passages) != c.count {
				t.Errorf("%d passages, want %d", len(p.Passages), c.count)
			}
			for _, q := range p.Passages {
				if n := inkLength(q.Text); n > c.longest {
					t.Errorf("a passage of %d characters", n)
				}
			}
		})
	}
}

func TestHeadingGoesWithItsText(t *testing.T) {
	var b strings.Builder
	for range 30 {
		b.WriteString("坚持创新驱动发展\n" + sentence(130) + "\n" + sentence(90) + "\n")
	}
	for _, q := range mustParse(t, "a.txt", sentence(100)+"\n"+b.String()).Passages {
		if strings.HasSuffix(q.Text, "坚持创新驱动发展") {
			t.Errorf("a heading is apart from its text: …%s", lastRunes(q.Text, 30))
		}
	}
}

func TestWrappedTextIsJoined(t *testing.T) {
	text := strings.Repeat("各级各部门要高度重视稳岗就业工作，认真抓好落实，确保取得实效。", 12)
	var b strings.Builder
	rs := []rune(text)
	for len(rs) > 0 {
		n := min(len(rs), 30)
		b.WriteString(string(rs[:n]) + "\n")
		rs = rs[n:]
	}
	if got := mustParse(t, "a.txt", b.String()).Text; got != text {
		t.Errorf("got %q", got)
	}
	md := "## 范围\n\nThis notice applies to\nall offices of the city,\nand its districts.\n\n- one\n  goes on\n- two\n"
	if got, want := mustParse(t, "a.md", md).Text, "## 范围\nThis notice applies to all offices of the city, and its districts.\n- one goes on\n- two"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
