package bot

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"policybot/prompts"
)

// quay is a corpus that has its own words for what people ask.
var quay = []paper{
	{name: "quay", place: "宁波市", date: "2024-03-01", passages: []string{
		"困难船员在定点医院就医,自付费用由补充医疗保险报销七成。港区职工子女入学由街道统筹安排。",
		"候船旅客步行十分钟可以到达轮渡码头,驾驶车辆的旅客另设通道。", "码头企业迁移到外地,凭清税证明办理登记。",
	}},
	{name: "salt", place: "宁波市", date: "2024-04-01", passages: []string{"盐田由盐务所统一灌溉,每年采收两次。"}},
}

// coverageIn holds a question against the nth passage of a paper, whole.
func coverageIn(t *testing.T, question, passage string) coverage {
	t.Helper()
	x := library(t, quay...)
	r := readQuestion(question)
	r.weigh(x.Rarity)
	src := &prompts.Source{}
	src.Text = passage
	words := sayingWords(x, r)
	return coverageOf(words, r, piece{folded: fold(passage), src: src}, words.told(src))
}

// TestNearWords counts other words of near meaning, and only beside words of
// the question that stand there themselves.
func TestNearWords(t *testing.T) {
	illness, ferry, move := quay[0].passages[0], quay[0].passages[1], quay[0].passages[2]
	for _, tt := range []struct {
		name, question, passage string
		least, most             float64
	}{
		{"meant there", "看病花的钱补充保险能还多少?", illness, 0.1, 1},
		{"meant there", "走路去坐轮渡远吗?", ferry, 0.1, 1},
		{"meant there", "公司想搬走怎么办理登记?", move, 0.1, 1},
		{"another thing", "看病花的钱补充保险能还多少?", quay[1].passages[0], 0, 0},
		{"nothing stands there itself", "开车要多久?", ferry, 0, 0},
		{"all stands there itself", "企业迁移到外地怎么办理登记?", move, 0, 0.05},
		{"English", "How long is the walk to the ferry?", ferry, 0, 0},
	} {
		if got := coverageIn(t, tt.question, tt.passage).gained; got < tt.least || got > tt.most {
			t.Errorf("%s: near words of %q add %.2f to %q, want %.2f to %.2f", tt.name, tt.passage, got, tt.question, tt.least, tt.most)
		}
	}
}

// TestNearWordsOfTheCorpus lets a near word count less for a word that the
// documents have elsewhere: its absence here says more.
func TestNearWordsOfTheCorpus(t *testing.T) {
	r := readQuestion("公司登记怎么办理?")
	x := library(t, quay...)
	y := library(t, append(slices.Clone(quay), paper{name: "firm", place: "宁波市", date: "2024-05-01", passages: []string{"盐业公司管理盐田。", "公司食堂开放。", "公司在盐场设点。"}})...)
	most := func(v View) float64 {
		s := sayingWords(v, r)
		for i, w := range s.words {
			if w.Text == "公司" {
				return s.most[i]
			}
		}
		t.Fatalf("%q is cut into %v", s.asked, s.words)
		return 0
	}
	if strange, known := most(x), most(y); strange != 1 || known > 0.8 {
		t.Errorf("公司 counts %.2f where no document has it and %.2f where some have: want 1 and less", strange, known)
	}
}

// TestEverydayWordsAreAnswered asks in other words than the documents': of what
// they tell and of what they do not. The first four are refused without near
// words.
func TestEverydayWordsAreAnswered(t *testing.T) {
	a := extractor(library(t, quay...))
	for question, want := range map[string]bool{
		"生病住院花的钱有没有保险?":  true,
		"坐船走路到码头远不远?":    true,
		"小孩读书由街道安排吗?":    true,
		"老板把厂搬去外面要什么证明?": true,
		"明天会下雨吗?":        false,
		"怎么煮一碗好吃的面条?":    false,
		"比特币的价格会涨到多少?":   false,
	} {
		if ans := ask(t, a, question); (ans.Refusal == nil) != want {
			t.Errorf("%s: answered %v, want %v: %v", question, !want, want, ans.Claims)
		}
	}
}

// TestCoverageBounds holds any question against any passage: a gram is told
// from 0 to 1, in the passage at least as in the piece, and near words add
// nothing below 0.
func TestCoverageBounds(t *testing.T) {
	x := library(t, quay...)
	text := rapid.StringOfN(rapid.SampledFrom([]rune("困难船员看病医院就医公司企业搬走迁移登记保险开车驾驶,。吗a1")), 1, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		r := readQuestion(text.Draw(t, "question"))
		r.weigh(x.Rarity)
		passage := text.Draw(t, "passage")
		src := &prompts.Source{}
		src.Text = passage + text.Draw(t, "rest")
		words := sayingWords(x, r)
		c := coverageOf(words, r, piece{folded: fold(passage), src: src}, words.told(src))
		for i := range r.Grams {
			if c.sentence[i] < 0 || c.sentence[i] > c.passage[i] || c.passage[i] > 1 {
				t.Fatalf("%q: %.2f in the piece, %.2f in the passage", r.Grams[i].text, c.sentence[i], c.passage[i])
			}
		}
		if c.gained < 0 || c.around < 0 || c.gained > 1 || c.around > 1 || c.unknown() < 0 || c.unknown() > 1 {
			t.Fatalf("gained %.2f, around %.2f, unknown %.2f", c.gained, c.around, c.unknown())
		}
	})
}
