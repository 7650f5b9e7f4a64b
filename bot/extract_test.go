package bot

import (
	"math"
	"strings"
	"testing"
)

// TestExcerpts tells sentences that stand one behind the other: each is a
// claim of its own, and all have one number.
func TestExcerpts(t *testing.T) {
	text := "申请养老服务补贴应当向镇政府提交申请书、身份证和户口簿。镇政府在十个工作日内完成养老服务补贴的初审。初审通过的由区民政局复核并公示。"
	a := extractor(library(t, paper{name: "rules", place: "宁波市", date: "2024-01-01", passages: []string{text, "渔业码头夜间照明由港务公司负责维护。"}}))
	ans := ask(t, a, "养老服务补贴如何申请?")
	if len(ans.Claims) != 3 || len(ans.Sources) != 1 {
		t.Fatalf("got %d claims of %d sources, want 3 of 1: %s", len(ans.Claims), len(ans.Sources), said(ans))
	}
	for _, c := range ans.Claims {
		if c.Cites[0].Source != 1 || c.Cites[0].Quote != text {
			t.Errorf("%s cites [%d] %s, want [1] with all three sentences", c.Text, c.Cites[0].Source, c.Cites[0].Quote)
		}
	}
}

// TestLinks tells a government's link, and leaves out any other.
func TestLinks(t *testing.T) {
	a := extractor(library(t, paper{name: "rules", place: "宁波市", date: "2024-01-01", passages: []string{
		"加装电梯请登录政务服务网（http://zw.ningbo.gov.cn/dt）在线申请。", "停车证请登录停车平台（https://parking.example/a），在平台上在线申领。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	for _, tt := range []struct{ question, want string }{
		{"加装电梯在哪里在线申请?", "加装电梯请登录政务服务网（http://zw.ningbo.gov.cn/dt）在线申请。"},
		{"停车证在哪里在线申领?", "停车证请登录停车平台，在平台上在线申领。"},
	} {
		if got := said(ask(t, a, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}

func TestFocused(t *testing.T) {
	for _, tt := range []struct{ question, want string }{
		{"全市养老机构护理型床位到2027年底的覆盖目标是多少?", "年底 覆盖 盖目 目标"},
		{"加装电梯需要哪些材料?", "加装 装电 电梯 梯需 材料"},
		{"介绍一下社区食堂", "介绍 绍一 一下 下社 社区 区食 食堂"}, // no question word: all of it
	} {
		r := readQuestion(tt.question)
		var got []string
		for _, g := range r.focused().Grams {
			got = append(got, g.text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: beside the question word stands %v, want %s", tt.question, got, tt.want)
		}
	}
}

func TestRun(t *testing.T) {
	for _, tt := range []struct {
		question, text string
		want           float64
	}{
		{"社区食堂", "建设社区食堂十家", 1},
		{"社区食堂", "社区的食堂", .5},
		{"社区食堂", "停车位", 0},
		{"", "停车位", 0},
	} {
		if got := readQuestion(tt.question).run(tt.text); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("run of %q in %q is %v, want %v", tt.question, tt.text, got, tt.want)
		}
	}
}

// TestStrange counts the run of a question that no document has: a word that
// the corpus lacks is strange, also where officials' word for it lacks too.
func TestStrange(t *testing.T) {
	x := library(t, harbour...)
	for _, tt := range []struct {
		question string
		want     int
	}{
		{"社区食堂有多少家?", 0},
		{"比特币交易怎么征税?", 4},
		{"鄞州区的加装电梯多少台?", 0},
	} {
		r := readQuestion(tt.question)
		r.weigh(x.Rarity)
		if got := (coverage{reading: r, passage: make([]float64, len(r.Grams))}).strange(); got != tt.want {
			t.Errorf("%s: %d strange pairs in a run, want %d", tt.question, got, tt.want)
		}
	}
}

// TestDateAcrossGap tells a date from across a place where words were taken
// out: the place is shown, and a quote stands on each side of it.
func TestDateAcrossGap(t *testing.T) {
	a := extractor(library(t, paper{name: "plan", place: "宁波市", date: "2024-01-01", passages: []string{
		"到2026年底,初步构建[…]一体化公共数据平台,十个综合应用实现功能上线、上下贯通,全面接入城市运行中心并开放公共接口,基本建成“数字港湾”。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	ans := ask(t, a, "什么时候基本建成“数字港湾”?")
	if len(ans.Claims) != 1 || len(ans.Claims[0].Cites) != 2 {
		t.Fatalf("said %s with %d sources, want one claim with a quote on each side of the gap", said(ans), len(ans.Sources))
	}
	if got := ans.Claims[0]; !strings.HasPrefix(got.Text, "到2026年底,初步构建[…]") || got.Cites[0].Quote != "到2026年底,初步构建" {
		t.Errorf("said %s, quoting %q", got.Text, got.Cites[0].Quote)
	}
}

// TestAsksForMoreThanIsThere asks what the documents touch and do not answer.
func TestAsksForMoreThanIsThere(t *testing.T) {
	a := extractor(library(t, paper{name: "plan", place: "宁波市", date: "2024-01-01", passages: []string{
		"支持人工智能企业发展,落实研发补贴政策,开发长三角旅游精品线路。", "城乡居民收入倍差保持在1.7以内,城市和农村居民收入分别突破10万元、7万元。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	for _, tt := range []struct{ question, want string }{
		{"人工智能研发补贴怎么申请?", "refused"},
		{"长三角旅游精品线路多少钱?", "refused"},
		{"城乡居民收入倍差保持在多少以内?", "城乡居民收入倍差保持在1.7以内,城市和农村居民收入分别突破10万元、7万元。"},
	} {
		if got := said(ask(t, a, tt.question)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}

// TestOfficeOfYearsAgo asks who holds an office now: what a document of years
// ago says is not told as today's.
func TestOfficeOfYearsAgo(t *testing.T) {
	a := extractor(library(t,
		paper{name: "old", place: "宁波市", date: "2020-06-01", passages: []string{"市渔业局局长周启明在会上作报告。"}},
		paper{name: "new", place: "宁波市", date: "2024-06-01", passages: []string{"市民政局局长林一白表示,将新建社区食堂十家。", "渔业码头夜间照明由港务公司负责维护。"}},
	))
	for _, tt := range []struct{ question, want string }{
		{"渔业局局长现在是谁?", "refused"},
		{"现任渔业局局长是谁?", "refused"},
		{"2020年渔业局局长是谁?", "周启明"},
		{"渔业局局长是谁?", "周启明"},
		{"民政局局长现在是谁?", "林一白"},
	} {
		if got := said(ask(t, a, tt.question)); !strings.Contains(got, tt.want) {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
	}
}

// TestOrdinals reads English ordinal numbers as documents write them.
func TestOrdinals(t *testing.T) {
	r := readQuestion("When was the tenth session held?")
	for folded, want := range map[string]float64{"十三届十次全体会议": 1, "第十次会议": 1, "九次全体会议": 0} {
		if got := r.saidInChinese("tenth", folded); got != want {
			t.Errorf("%s says tenth to %v, want %v", folded, got, want)
		}
	}
}

// TestNamed tells of what a question names in marks rather than of what has
// more of its other words.
func TestNamed(t *testing.T) {
	a := extractor(library(t, paper{name: "a", place: "宁波市", date: "2024-01-01", passages: []string{
		"社区服务有重要意义,社区服务的意义在于便民。", "“邻里通”把社区服务送到楼下,让居民少跑路。", "渔业码头夜间照明由港务公司负责维护。",
	}}))
	if got, want := said(ask(t, a, "社区服务“邻里通”有什么意义?")), "“邻里通”把社区服务送到楼下,让居民少跑路。"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
