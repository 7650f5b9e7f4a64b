package nearness

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"policybot/internal/han"
)

// TestTable looks at the embedded table: each line has a word and how often it
// stands, in order and once, each word a vector that is about as long as said.
func TestTable(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(wordList, "\n"), "\n")
	if got := len(words().share); got != len(lines) || len(vectors) != len(lines)*Dim {
		t.Fatalf("%d lines make %d words with %d bytes of vectors", len(lines), got, len(vectors))
	}
	for i, line := range lines {
		word, _, _ := strings.Cut(line, " ")
		if n := utf8.RuneCountInString(word); n < 1 || n > Longest || strings.ContainsFunc(word, func(r rune) bool { return !han.IsHan(r) }) {
			t.Errorf("line %d: %q is no word of 1 to %d Chinese characters", i+1, word, Longest)
		}
		if i > 0 && lines[i-1] >= line {
			t.Errorf("line %d: %q stands behind %q", i+1, line, lines[i-1])
		}
		if long := dot(int32(i), int32(i)); long < Scale*Scale*9/10 || long > Scale*Scale*11/10 {
			t.Errorf("line %d: the vector of %q has a square length of %d, want about %d", i+1, word, long, Scale*Scale)
		}
	}
}

// near is how near two words are to each other, as Nearest has it.
func near(a, b string) float64 {
	t := words()
	v, w := t.word(a, 0), t.word(b, 0)
	if !v.Known {
		return 0
	}
	return Text{[]int32{v.id}}.Nearest(w)
}

// TestNear holds what everyday words lead to against words of other fields.
func TestNear(t *testing.T) {
	for _, tt := range []struct{ word, near, far string }{
		{"看病", "就医", "交通"},
		{"看病", "医疗", "企业"},
		{"工资", "薪酬", "道路"},
		{"公司", "企业", "河流"},
		{"老人", "老年人", "车站"},
		{"孩子", "儿童", "税收"},
		{"开车", "驾驶", "医院"},
		{"种地", "耕地", "法院"},
		{"房子", "住房", "学校"},
		{"搬", "迁移", "保险"},
		{"上学", "入学", "垃圾"},
		{"坐车", "公交", "项目"},
	} {
		there, far := near(tt.word, tt.near), near(tt.word, tt.far)
		if there < 0.45 || far > 0.4 || there < far+0.2 {
			t.Errorf("%s is %.2f near %s and %.2f near %s", tt.word, there, tt.near, far, tt.far)
		}
	}
	if got := near("看病", "看病"); got != 1 {
		t.Errorf("a word is %.2f near itself, want 1", got)
	}
	for _, pair := range [][2]string{{"看病", "qwerty"}, {"qwerty", "看病"}, {"", ""}} {
		if got := near(pair[0], pair[1]); got != 0 {
			t.Errorf("%q is %.2f near %q, which is no word: want 0", pair[0], got, pair[1])
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"no Chinese", ""},
		{"公司想搬到另一个区", "公司 想 搬 到 另 一 个 区"},
		{"看病住院", "看病 住院"},
		{"2024年看病,app缴费", "年 看病 缴费"},
		{"中\xff国", "中 国"}, // a byte of no text parts it
	} {
		var got []string
		for _, w := range Cut(tt.text) {
			got = append(got, w.Text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestRarity puts words in the order of how common they are.
func TestRarity(t *testing.T) {
	rarity := func(s string) float64 { return Cut(s)[0].Rarity }
	if !(rarity("的") < rarity("工作") && rarity("工作") < rarity("看病") && rarity("看病") <= rarity("鰨")) {
		t.Errorf("的 %.2f, 工作 %.2f, 看病 %.2f, 鰨 %.2f: want them to rise", rarity("的"), rarity("工作"), rarity("看病"), rarity("鰨"))
	}
}

// TestCutHoldsTheText cuts any text into pieces that are its Chinese
// characters, in order, where they say they stand.
func TestCutHoldsTheText(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("的公司看病住院老年人保险交通站点一区鰨 ,。a1"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(alphabet, 0, 40).Draw(t, "text"))
		var got strings.Builder
		for _, w := range Cut(text) {
			if !strings.HasPrefix(text[w.Start:], w.Text) {
				t.Fatalf("%q does not stand at %d of %q", w.Text, w.Start, text)
			}
			if w.Rarity <= 0 || w.Rarity > 1 {
				t.Fatalf("%q has the rarity %f", w.Text, w.Rarity)
			}
			got.WriteString(w.Text)
		}
		want := strings.Map(func(r rune) rune {
			if han.IsHan(r) {
				return r
			}
			return -1
		}, text)
		if got.String() != want {
			t.Fatalf("%q is cut into %q", text, got.String())
		}
	})
}

// TestNearestIsTheNearestOfAll holds a text against its words one by one, and
// nearness against itself the other way round.
func TestNearestIsTheNearestOfAll(t *testing.T) {
	list := strings.Fields(strings.NewReplacer("\n", " ").Replace(wordList))
	word := rapid.Custom(func(t *rapid.T) string { return list[2*rapid.IntRange(0, len(list)/2-1).Draw(t, "line")] })
	rapid.Check(t, func(t *rapid.T) {
		asked := word.Draw(t, "asked")
		said := rapid.SliceOfN(word, 1, 6).Draw(t, "said")
		w := words().word(asked, 0)
		best := 0.0
		for _, s := range said {
			if there, back := near(asked, s), near(s, asked); there != back {
				t.Fatalf("%s and %s: %f there, %f back", asked, s, there, back)
			}
			best = max(best, near(asked, s))
		}
		if got := Read(strings.Join(said, "，")).Nearest(w); got < best || got > 1 {
			t.Fatalf("%s is %f near %q, of whose words one is %f near", asked, got, said, best)
		}
	})
}

// FuzzCut looks that no text breaks cutting and reading.
func FuzzCut(f *testing.F) {
	for _, s := range []string{"", "看病住院", "\xff\xfe看", "𠀀𠀁", strings.Repeat("公司", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cut := Cut(text)
		if !slices.IsSortedFunc(cut, func(a, b Word) int { return a.Start - b.Start }) {
			t.Fatalf("the words of %q stand out of order", text)
		}
		read := Read(text)
		for _, w := range cut {
			if w.Known && read.Nearest(w) != 1 {
				t.Fatalf("%q of %q is not found in it", w.Text, text)
			}
		}
	})
}

func BenchmarkReadTable(b *testing.B) {
	for b.Loop() {
		readTable(wordList)
	}
}

func BenchmarkRead(b *testing.B) {
	passage := strings.Repeat("提高基本医疗保险、大病保险和医疗救助保障水平,持续为低收入农户投保。", 12)
	for b.Loop() {
		Read(passage)
	}
}
