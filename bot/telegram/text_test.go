package telegram

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"policybot/internal/telegramtest"
)

func TestHTML(t *testing.T) {
	cases := map[string]struct {
		text styled
		want string
	}{
		"escaped":       {styled{{Text: `<b>&"'`}}, `&lt;b&gt;&amp;&quot;'`},
		"nested":        {styled{{"a", bold | underline}}, "<b><u>a</u></b>"},
		"one quote":     {styled{{"x", 0}, {"a", folded}, {"b", folded | bold}, {"y", 0}}, "x<blockquote expandable>a<b>b</b></blockquote>y"},
		"quote at end":  {styled{{"a", folded}}, "<blockquote expandable>a</blockquote>"},
		"invalid UTF-8": {styled{{"a\xffb", 0}}, "a\ufffdb"},
	}
	for name, c := range cases {
		if got := c.text.html(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

var alphabet = []string{"字", "a", " ", "\n", "。", "！", "；", "😀", "𠮷", "[1]", "[12]", "（", "）", "<", "&", ">", "\"", "&amp;", "<b>", "e\u0301", "\t", "，", "\r"}

func drawStyled(t *rapid.T) styled {
	var out styled
	for range rapid.IntRange(1, 12).Draw(t, "runs") {
		word := strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 8).Draw(t, "words"), "")
		text := strings.Repeat(word, rapid.IntRange(1, 60).Draw(t, "times"))
		out.add(rapid.SampledFrom([]style{0, bold, italic, underline, folded, folded | bold, bold | underline}).Draw(t, "style"), text)
	}
	return out
}

func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// TestSplit: the parts hold everything in order, each is within the limits,
// and Telegram reads in each exactly the words and marks that were meant.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawStyled(t)
		limit := rapid.IntRange(8, 400).Draw(t, "limit")
		var all strings.Builder
		for i, part := range text.split(limit) {
			all.WriteString(part.plain())
			if n := units(part.plain()); n > limit || n == 0 || part.marks() > maxMarks {
				t.Fatalf("part %d has %d units and %d marks; the limit is %d", i, n, part.marks(), limit)
			}
			read, entities, err := telegramtest.ParseHTML(part.html())
			if err != nil {
				t.Fatalf("Telegram refuses %q: %v", part.html(), err)
			}
			if read != part.plain() {
				t.Fatalf("Telegram reads %q, meant was %q", read, part.plain())
			}
			if len(entities) != part.marks() {
				t.Fatalf("Telegram reads %d marks, meant were %d: %q", len(entities), part.marks(), part.html())
			}
		}
		if got, want := visible(all.String()), visible(text.plain()); got != want {
			t.Fatalf("the parts hold %q, not %q", got, want)
		}
	})
}

func TestSplitAtSentences(t *testing.T) {
	var text styled
	for i := range 400 {
		text.add(0, fmt.Sprintf("第%d句话说完了。[%d][2]\n", i, i))
	}
	parts := text.split(maxUnits)
	if len(parts) < 2 {
		t.Fatal("nothing was split")
	}
	for i, part := range parts {
		if s := part.plain(); !strings.HasSuffix(s, "][2]") || !strings.HasPrefix(s, "第") {
			t.Errorf("part %d begins %.20q and ends %q", i, s, s[len(s)-20:])
		}
		if n := units(part.plain()); i < len(parts)-1 && n < maxUnits-40 {
			t.Errorf("part %d has only %d units", i, n)
		}
	}
}

func TestSplitKeepsMarksBelowTelegramsLimit(t *testing.T) {
	var text styled
	for i := range 300 {
		text.add(bold, fmt.Sprintf("%d。", i))
		text.add(0, "好。")
	}
	for _, part := range text.split(maxUnits) {
		_, entities, err := telegramtest.ParseHTML(part.html())
		if err != nil || len(entities) > telegramtest.MaxEntities {
			t.Errorf("%d entities, %v", len(entities), err)
		}
	}
}
