package han

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFoldAndSquash(t *testing.T) {
	for _, tt := range []struct{ text, squashed, folded string }{
		{"", "", ""},
		{"数字经济", "数字经济", "数字经济"},
		{"數字 經濟\n產業", "數字經濟產業", "数字经济产业"},
		{"ＧＤＰ　２０２５", "GDP2025", "gdp2025"},
		{"（扩大）", "(扩大)", "(扩大)"},
		{"㎡ ℃ ½", "m2°C1⁄2", "m2°c1⁄2"},
		{"显著显着", "显著显着", "显着显着"}, // the two fold to one
		{"\xffa", "\ufffda", "\ufffda"},
	} {
		if got := Squash(tt.text).String(); got != tt.squashed {
			t.Errorf("Squash(%q) = %q, want %q", tt.text, got, tt.squashed)
		}
		if got := Fold(tt.text).String(); got != tt.folded {
			t.Errorf("Fold(%q) = %q, want %q", tt.text, got, tt.folded)
		}
	}
}

// TestSpans finds folded pieces in texts and maps them back.
func TestSpans(t *testing.T) {
	for _, tt := range []struct{ text, part, want string }{
		{"力争到２０２５年 实现\n翻番。", "到2025年实现翻番", "到２０２５年 实现\n翻番"},
		{"建成㎡的厂房", "m2", "㎡"},
		{"建成㎡的厂房", "2的", "㎡的"}, // half of what a character folds to takes it whole
		{" 开头", "开头", "开头"},
		{"结尾 ", "结尾", "结尾"},
	} {
		f := Squash(tt.text)
		i, j := f.Index(Squash(tt.part), 0)
		if i < 0 {
			t.Errorf("%q does not stand in %q", tt.part, tt.text)
			continue
		}
		start, end := f.Span(i, j)
		if got := strings.TrimRightFunc(tt.text[start:end], unicode.IsSpace); got != tt.want {
			t.Errorf("%q in %q is %q, want %q", tt.part, tt.text, got, tt.want)
		}
	}
	if i, _ := Squash("一二三").Index(Squash(""), 0); i != -1 {
		t.Errorf("nothing stands at %d", i)
	}
	if i, _ := Squash("一二一").Index(Squash("一"), 1); i != 2 {
		t.Errorf("the second 一 stands at %d", i)
	}
}

func TestScripts(t *testing.T) {
	if got := Simplify("臺灣數據發展，後來"); got != "台湾数据发展，后来" {
		t.Errorf("Simplify = %q", got)
	}
	for text, want := range map[string]bool{"数字经济": false, "數字經濟": true, "乾潭镇著名": false, "GDP": false, "": false} {
		if got := IsTraditional(text); got != want {
			t.Errorf("IsTraditional(%q) = %v", text, got)
		}
	}
	for r, want := range map[rune]bool{'\u200b': true, '\u202e': true, '\ufeff': true, '\u00ad': true, '\x07': true, ' ': false, '\n': false, '\u3000': false, '中': false} {
		if got := Invisible(r); got != want {
			t.Errorf("Invisible(%U) = %v", r, got)
		}
	}
	if !HasHan("a中") || HasHan("abc。") {
		t.Error("HasHan tells wrong")
	}
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{" \n ", ""},
		{"一。二！三？四；五", "一。|二！|三？|四；|五"},
		{"他说：“好。”然后走了。", "他说：“好。”|然后走了。"},
		{"《办法。试行》已印发。好。", "《办法。试行》已印发。|好。"},
		{"（一。二）三。", "（一。二）三。"},
		{"（没有关上。\n下一行。", "（没有关上。|下一行。"},
		{"第一行\n第二行", "第一行|第二行"},
		{"4.3% is up. Yes!", "4.3% is up. Yes!"},
		{"真的吗?!是。", "真的吗?!|是。"},
	} {
		var got []string
		for _, s := range Sentences(tt.text) {
			got = append(got, s.In(tt.text))
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("Sentences(%q) = %q, want %q", tt.text, strings.Join(got, "|"), tt.want)
		}
	}
}

// whole checks that the spans of s hold everything but white space, in order.
func whole(t interface{ Fatalf(string, ...any) }, s string) {
	at := 0
	for _, p := range Sentences(s) {
		if p.Start < at || p.End <= p.Start || strings.TrimSpace(s[at:p.Start]) != "" || strings.TrimSpace(p.In(s)) != p.In(s) {
			t.Fatalf("sentence [%d:%d] of %q after %d", p.Start, p.End, s, at)
		}
		at = p.End
	}
	if strings.TrimSpace(s[at:]) != "" {
		t.Fatalf("%q is left of %q", s[at:], s)
	}
}

func TestSentencesAreWhole(t *testing.T) {
	parts := []string{"好", "。", "！", "”", "“", "《", "》", "（", ")", "\n", " ", "\u3000", "a", ";", "？", "\xff"}
	rapid.Check(t, func(t *rapid.T) {
		whole(t, strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "text"), ""))
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"数字 经济", "ﬁ ㎡", "e\u0301", "\xff\xfe", "한글", "\u3164", "Ⅲ類"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		whole(t, s)
		for _, folded := range []Folded{Squash(s), Fold(s)} {
			if len(folded.Offset) != len(folded.Runes)+1 || folded.Offset[len(folded.Runes)] != len(s) {
				t.Fatalf("%d runes, %d offsets of %q", len(folded.Runes), len(folded.Offset), s)
			}
			for i, at := range folded.Offset[:len(folded.Runes)] {
				if i > 0 && at < folded.Offset[i-1] || at >= len(s) || utf8.ValidString(s) && !utf8.RuneStart(s[at]) {
					t.Fatalf("rune %d of %q comes from %d", i, s, at)
				}
			}
		}
		if again := Squash(Squash(s).String()).String(); utf8.ValidString(s) && len([]rune(again)) > 4*len([]rune(s)) {
			t.Fatalf("folding %q grows", s)
		}
	})
}
