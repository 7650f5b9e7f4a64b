package prompts

import (
	"strings"
	"testing"

	"policybot/internal/han"
	"policybot/retrieval"
)

// passage is a source with one passage of a document of Hangzhou, 2024-02-19.
func passage(text string) Source {
	var m retrieval.Meta
	m.Date.Value, m.Place.Value, m.Title.Value = "2024-02-19", "杭州市", "全市推进大会"
	return Source{
		Passage: retrieval.Passage{DocID: "d", Start: 100, End: 100 + len(text), Text: text, Heading: []string{"一、住房保障"}},
		Doc:     &retrieval.Document{ID: "d", Meta: m},
	}
}

func cite(quote string) []Cite { return []Cite{{Source: 1, Quote: quote}} }

// A checkCase is a claim on a quote and the check that refuses it, "" if none.
type checkCase struct{ claim, quote, check string }

func runCases(t *testing.T, cases []checkCase) {
	t.Helper()
	for _, c := range cases {
		v := Verify(Claim{Text: c.claim, Cites: cite(c.quote)}, []Source{passage("会议指出，" + c.quote + "。")})
		if v.OK != (c.check == "") || v.Check != c.check {
			t.Errorf("%s\n  on %s\n  got %v %q (%s), want %q", c.claim, c.quote, v.OK, v.Check, v.Reason, c.check)
		}
	}
}

func TestSourceAndQuote(t *testing.T) {
	s := passage("今年，\n全年新建配售型保障性住房 不少于６０００套，支持[…]企业发展，不超过3万元。")
	for name, c := range map[string]struct {
		claim Claim
		check string
	}{
		"no cite":        {Claim{Text: "全年新建住房。"}, "source"},
		"source 0":       {Claim{Text: "全年新建住房。", Cites: []Cite{{Source: 0, Quote: "全年新建配售型"}}}, "source"},
		"source 2":       {Claim{Text: "全年新建住房。", Cites: []Cite{{Source: 2, Quote: "全年新建配售型"}}}, "source"},
		"short quote":    {Claim{Text: "全年新建住房。", Cites: cite("全年新建配")}, "quote"},
		"blank quote":    {Claim{Text: "全年新建住房。", Cites: cite("全 年 新 建 配      ")}, "quote"},
		"absent quote":   {Claim{Text: "全年新建住房。", Cites: cite("全年新建公共租赁住房")}, "quote"},
		"gap quoted":     {Claim{Text: "支持企业发展。", Cites: cite("支持[…]企业发展")}, "quote"},
		"cut negation":   {Claim{Text: "超过3万元。", Cites: cite("超过3万元。")}, "quote"},
		"cut figure":     {Claim{Text: "新建000套。", Cites: cite("000套,支持")}, "quote"},
		"one cite wrong": {Claim{Text: "全年新建住房。", Cites: append(cite("全年新建配售型保障性住房"), Cite{Source: 1, Quote: "从来没有说过的话"})}, "quote"},
		"width and room": {Claim{Text: "今年杭州全年新建配售型保障性住房不少于6000套。", Cites: cite("今年,全年新建配售型保障性住房不少于6000套")}, ""},
	} {
		v := Verify(c.claim, []Source{s})
		if v.Check != c.check || v.OK != (c.check == "") {
			t.Errorf("%s: got %v %q (%s), want %q", name, v.OK, v.Check, v.Reason, c.check)
		}
	}
	v := Verify(Claim{Text: "全年新建配售型保障性住房不少于6000套。", Cites: cite("全年新建配售型保障性住房不少于6000套")}, []Source{s})
	want := "全年新建配售型保障性住房 不少于６０００套"
	if !v.OK || v.Claim.Cites[0].Quote != want {
		t.Fatalf("quote = %q, want the passage's own letters %q (%s)", v.Claim.Cites[0].Quote, want, v.Reason)
	}
	if got := s.Text[v.Claim.Cites[0].Start-s.Start : v.Claim.Cites[0].End-s.Start]; got != want {
		t.Errorf("offsets give %q", got)
	}
}

func TestMarkup(t *testing.T) {
	quote := "全年新建配售型保障性住房不少于6000套"
	for _, bad := range []string{
		"", "  ", "<b>全年</b>新建6000套", "全年新建6000套 https://evil.example", "全年新建[6000套](x)", "全年新建6000\u200b套", "全年新建\x006000套",
		"全年**新建**6000套", "`全年`新建6000套", "加入 t.me/evil", "ｈｔｔｐ：／／evil", "全年新建\u202e6000套", "www.evil.example",
	} {
		if v := Verify(Claim{Text: bad, Cites: cite(quote)}, []Source{passage(quote)}); v.OK || v.Check != "markup" {
			t.Errorf("%q: got %v %q, want markup", bad, v.OK, v.Check)
		}
	}
}

func TestChecks(t *testing.T) {
	runCases(t, []checkCase{
		// figures, units, bounds
		{"杭州要新建超过0.6万套配售型保障性住房。", "全年新建配售型保障性住房不少于6000套", ""},
		{"杭州要新建7000套以上配售型保障性住房。", "全年新建配售型保障性住房不少于6000套", "figure"},
		{"杭州要新建至多6000套配售型保障性住房。", "全年新建配售型保障性住房不少于6000套", "bound"},
		{"杭州要新建配售型保障性住房6000套。", "全年新建配售型保障性住房不少于6000套", "bound"},
		{"工业用水按九折计价。", "工业用水价格下调10%", ""},
		{"工业用水价格打八折。", "工业用水价格下调10%", "figure"},
		{"工业用水价格下调10个百分点。", "工业用水价格下调10%", "figure"},
		{"补助额度增长一倍。", "企业补助额度翻一番", ""},
		{"宽限期为半年。", "贷款的宽限期为6个月", ""},
		{"宽限期为6年。", "贷款的宽限期为6个月", "figure"},
		{"新建公园面积300平方公里。", "全市新建公园面积300平方米", "figure"},
		{"补贴期为3个月，可再补贴3个月。", "对企业的补贴期为3个月", "figure"},
		// derived figures
		{"住房由6000套增至8000套，增加2000套（8000套-6000套=2000套）。", "新建住房由6000套增至8000套", ""},
		{"住房由6000套增至8000套，增加3000套（8000套-6000套=3000套）。", "新建住房由6000套增至8000套", "figure"},
		{"住房由6000套增至8000套，增加2000套。", "新建住房由6000套增至8000套", "figure"},
		// dates
		{"2024年杭州要新建公园20个。", "今年全市要新建公园20个", ""},
		{"2023年杭州要新建公园20个。", "今年全市要新建公园20个", "year"},
		{"2023年杭州建成公园20个。", "去年全市建成公园20个", ""},
		{"到2027年底，杭州要新建公园20个。", "到2026年底，全市要新建公园20个", "year"},
		{"会议于2024年2月18日召开。", "全市大会于2月18日召开", ""},
		{"会议于2月17日召开。", "全市大会于2月18日召开", "year"},
		{"企业须不晚于3月1日申报。", "企业申报不早于3月1日", "bound"},
		// places and scope
		{"杭州要新建公园20个。", "全市要新建公园20个", ""},
		{"宁波要新建公园20个。", "全市要新建公园20个", "place"},
		{"浙江全省要新建公园20个。", "全市要新建公园20个", "place"},
		{"西湖区要新建公园20个。", "全市要新建公园20个", "place"},
		{"宁波支援杭州医疗队员20名。", "我市支援宁波医疗队员20名", "actor"},
		// negation
		{"企业可以拖欠农民工工资。", "企业不得拖欠农民工工资", "negation"},
		{"企业不能拖欠农民工工资。", "企业不得拖欠农民工工资", ""},
		{"杭州不再支持企业开展数字化改造。", "持续支持企业开展数字化改造", "negation"},
		{"对企业的支持不断加大。", "不断加大对企业的支持", ""},
		// targets and results
		{"杭州已建成公园20个。", "全市力争建成公园20个", "modality"},
		{"杭州争取建成公园20个。", "全市力争建成公园20个", ""},
		{"杭州计划建成公园20个。", "全市已经建成公园20个", "modality"},
		// order
		{"公园要建30个，学校要建20所。", "全市要建公园20个，建学校30所", "order"},
		{"甲类补助5万元，乙类补助3万元。", "甲类补助3万元，乙类补助5万元", "order"},
		{"男性、女性退休年龄分别为55岁和60岁。", "男性、女性退休年龄分别为60岁和55岁", "order"},
		{"缓缴期限由8个月改为5个月。", "缓缴期限由5个月延长至8个月", "order"},
		// words
		{"补贴由税务局发放。", "补贴由人社局按月发放", "actor"},
		{"补贴由人力资源和社会保障局按月发放。", "补贴由人社局按月发放", ""},
		{"全部企业都可享受补贴。", "符合条件的企业可享受补贴", "content"},
		{"杭州将举办世界园艺博览会。", "全市将新建一批城市公园", "content"},
		{"建设6G基站。", "加快建设5G基站和数据中心", "figure"},
	})
}

func TestForeignLanguage(t *testing.T) {
	runCases(t, []checkCase{
		{"Hangzhou will build at least 6,000 homes in 2024.", "全年新建配售型保障性住房不少于6000套", ""},
		{"Hangzhou will build at most 6,000 homes in 2024.", "全年新建配售型保障性住房不少于6000套", "bound"},
		{"Hangzhou will build at least 600 homes in 2024.", "全年新建配售型保障性住房不少于6000套", "figure"},
		{"Ningbo will build at least 6,000 homes.", "全年新建配售型保障性住房不少于6000套", "place"},
		{"Hangzhou will not build at least 6,000 homes.", "全年新建配售型保障性住房不少于6000套", "negation"},
		{"The city will protect its wetlands.", "持续加强城市湿地保护", "language"},
		{"Hangzhou has built 20 parks.", "全市力争建成公园20个", "modality"},
	})
}

// A claim that is a sentence of its own quote passes, whatever the sentence.
func TestExtractsPass(t *testing.T) {
	for _, c := range sentenceCases(t, "../seeds", seedMeta(t)) {
		v := Verify(Claim{Text: c.text, Cites: cite(c.text)}, []Source{c.source})
		if !v.OK {
			t.Errorf("%s: %s %s", c.text, v.Check, v.Reason)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("杭州要新建至多6000套配售型保障性住房。", "全年新建配售型保障性住房不少于6000套", "今年,全年新建配售型保障性住房不少于6000套。", 1)
	f.Add("Hangzhou will build 6,000 homes", "全年新建配售型保障性住房不少于6000套", "全年新建配售型保障性住房不少于6000套", 1)
	f.Add("\xff由5年至8年分别\xfe", "由5年至8年分别为5年和8年\xff", "由5年至8年分别为5年和8年\xff", 1)
	f.Add("我市支援湖北", "湖北支援我市和湖北", "湖北支援我市和湖北", 2)
	f.Fuzz(func(t *testing.T, claim, quote, text string, source int) {
		s := passage(text)
		v := Verify(Claim{Text: claim, Cites: []Cite{{Source: source, Quote: quote}}}, []Source{s})
		if !v.OK {
			if v.Check == "" || v.Reason == "" {
				t.Fatalf("refused without check or reason: %+v", v)
			}
			return
		}
		c := v.Claim.Cites[0]
		if c.Start < s.Start || c.End > s.End || s.Text[c.Start-s.Start:c.End-s.Start] != c.Quote {
			t.Fatalf("the quote %q does not stand at its offsets", c.Quote)
		}
		if han.Squash(c.Quote).String() != han.Squash(quote).String() && !strings.Contains(han.Squash(c.Quote).String(), han.Squash(quote).String()) {
			t.Fatalf("quote %q became %q", quote, c.Quote)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	quote := "力争地区生产总值年均增长7%左右,全区生产总值突破2000亿元、人均生产总值达到20万元"
	s := []Source{passage(strings.Repeat("协调发展格局加快形成。", 40) + quote + "。")}
	for b.Loop() {
		Verify(Claim{Text: "西湖区力争生产总值年均增长约7%，人均生产总值达到20万元。", Cites: cite(quote)}, s)
	}
}

// An answer of five claims, told from sentences of two passages.
func BenchmarkVerifyAnswer(b *testing.B) {
	quote := "力争地区生产总值年均增长7%左右,全区生产总值突破2000亿元、人均生产总值达到20万元"
	other := "到2025年,集聚200家以上城市大脑产业生态企业,培育不少于10家上市企业"
	filler := strings.Repeat("推动各系统各部门流程再造、协同高效，持续提升整体智治水平。到2022年底，3个系统综合应用高效运行。", 12)
	sources := []Source{passage(filler + quote + "。" + other + "。"), passage(other + "。\n" + filler)}
	both := []Cite{{Source: 1, Quote: quote}, {Source: 2, Quote: other}}
	claims := []Claim{
		{Text: "力争生产总值年均增长约7%，人均生产总值达到20万元。", Cites: cite(quote)},
		{Text: "全区生产总值要突破2000亿元。", Cites: cite(quote)},
		{Text: "到2025年，要培育至少10家上市企业。", Cites: both},
		{Text: "2025年，城市大脑产业生态企业要集聚200家以上。", Cites: both[1:]},
		{Text: "人均生产总值要达到20万元，上市企业不少于10家。", Cites: both},
	}
	for b.Loop() {
		v := NewVerifier(sources)
		for _, c := range claims {
			if got := v.Verify(c); !got.OK {
				b.Fatal(c.Text, got.Check, got.Reason)
			}
		}
	}
}
