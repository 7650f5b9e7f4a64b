package bot

import (
	"context"
	"testing"
)

// TestRewrite puts follow-ups on their feet by rules, and leaves complete
// questions as they were asked.
func TestRewrite(t *testing.T) {
	a := extractor(library(t, harbour...))
	for _, c := range []struct {
		history  []string
		question string
		want     string
	}{
		// A bare subject, time or place takes the place of what is like it.
		{[]string{"城区养老床位的目标是多少?"}, "那农村养老床位呢?", "农村养老床位的目标是多少?"},
		{[]string{"宁波市养老产业增加值到2027年要达到多少?"}, "增速呢?", "宁波市养老产业到2027年增速要达到多少?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "那食堂覆盖率呢?", "宁波市食堂覆盖率目标是多少?"},
		{[]string{"养老床位到2027年的目标是多少?"}, "到2030年呢?", "养老床位到2030年的目标是多少?"},
		{[]string{"寧波市護理型床位目標是多少?"}, "那食堂覆蓋率呢?", "宁波市食堂覆盖率目标是多少?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "鄞州区呢?", "鄞州区护理型床位目标是多少?"},
		{[]string{"老龄规划有哪三块短板?"}, "加装电梯方面呢?", "加装电梯方面有哪几块短板?"},
		{[]string{"城镇养老床位补贴要突破多少?"}, "农村的呢?", "农村养老床位补贴要突破多少?"},
		{[]string{"东门小镇要打造成什么?"}, "那西门小街呢?", "西门小街要打造成什么?"},
		{[]string{"3大老龄产业有哪些?"}, "5大健康产业呢?", "5大健康产业有哪些?"},
		{[]string{"宁波市要培育几个国家级食堂?"}, "加装电梯呢?", "宁波市要培育几个加装电梯?"},
		{[]string{"宁波市要培育几个国家级食堂?"}, "养老产业增加值呢?", "宁波市养老产业增加值是多少?"},
		{[]string{"宁波市2024年新增多少张床位?"}, "食堂有多少?", "宁波市2024年新增,食堂有多少?"},
		{[]string{"食堂建设有哪三个改革项目?", "电梯加装方面呢?"}, "床位照护呢?", "床位照护有哪几个改革项目?"},
		// What points back gets its subject.
		{[]string{"宁波市十届三次全会是什么时候举行的?"}, "会上审议通过了什么?", "宁波市十届三次全会审议通过了什么?"},
		{[]string{"2023年宁波市提出建成哪三类社区?"}, "这次会议是哪天开的?", "2023年宁波市的会议是哪天开的?"},
		{[]string{"宁波市加装电梯多少台?"}, "这是哪个部门提出的?", "宁波市加装电梯是哪个部门提出的?"},
		{[]string{"邻里餐桌是什么时候推出的?"}, "它有什么作用?", "邻里餐桌有什么作用?"},
		{[]string{"周启明是什么职务?"}, "他说了什么?", "周启明说了什么?"},
		{[]string{"哪篇文章讲了补齐照护短板?"}, "它的作者是谁?", "讲了补齐照护短板的文章的作者是谁?"},
		{[]string{"哪篇文章讲了补齐照护短板?"}, "这篇文章是什么时候发的?", "讲了补齐照护短板的文章的发布时间是什么时候?"},
		{[]string{"宁波市要加装电梯吗?"}, "为什么?", "为什么宁波市要加装电梯?"},
		{[]string{"宁波市要加装电梯吗?"}, "具体怎么做?", "宁波市要加装电梯,具体怎么做?"},
		{[]string{"宁波市加装电梯要提交什么材料?"}, "还有呢?", "宁波市加装电梯要提交什么材料?"},
		{[]string{"总结老龄事业规划"}, "再详细一点", "详细总结老龄事业规划?"},
		// A history of follow-ups is put on its feet first.
		{[]string{"城区养老床位的目标是多少?", "农村养老床位呢?"}, "到2030年呢?", "到2030年农村养老床位的目标是多少?"},
		// In English.
		{[]string{"What is Ningbo's bed target?"}, "What about lifts?", "What is Ningbo's lifts target?"},
		{[]string{"What is Ningbo's bed target?"}, "And its lift target?", "What is Ningbo's lift target?"},
		{[]string{"Which article speaks of nursing beds?"}, "Who wrote it?", "who wrote the article that speaks of nursing beds?"},
		{[]string{"How many beds will Ningbo build?"}, "And how many lifts will it build?", "how many lifts will Ningbo build?"},

		// A complete question is on a new topic, or says the old one itself.
		{[]string{"宁波市护理型床位目标是多少?"}, "鄞州区2024年加装电梯多少台?", "鄞州区2024年加装电梯多少台?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "那鄞州区2024年要加装多少台电梯?", "那鄞州区2024年要加装多少台电梯?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "怎样煮一碗好吃的片儿川?", "怎样煮一碗好吃的片儿川?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "明天会下雨吗?", "明天会下雨吗?"},
		{[]string{"宁波市护理型床位目标是多少?"}, "申请加装电梯应当提交哪些材料?", "申请加装电梯应当提交哪些材料?"},
		{nil, "那农村呢?", "那农村呢?"},
	} {
		if got := a.rewrite(context.Background(), Question{Text: c.question, History: c.history}); got != c.want {
			t.Errorf("after %q, %q is read as %q, want %q", c.history, c.question, got, c.want)
		}
	}
}

// TestRewriteByModel takes a model's rewriting where it keeps what was named,
// and else the one by rules.
func TestRewriteByModel(t *testing.T) {
	a := extractor(library(t, harbour...))
	const target, first = "2025年宁波市城镇床位目标是多少?", "2025年宁波市农村床位目标是多少?"
	for name, c := range map[string]struct {
		history         []string
		question, reply string
		want            string
	}{
		"all kept":                  {[]string{target}, "那农村床位呢?", "宁波市农村床位2025年的目标是多少?", "宁波市农村床位2025年的目标是多少?"},
		"place lost":                {[]string{target}, "那农村床位呢?", "2025年农村床位目标是多少?", first},
		"year lost":                 {[]string{target}, "那农村床位呢?", "宁波市农村床位目标是多少?", first},
		"left as it was":            {[]string{target}, "那农村床位呢?", "那农村床位呢?", first},
		"place in short":            {[]string{target}, "那农村床位呢?", "2025年宁波农村床位目标是多少?", "2025年宁波农村床位目标是多少?"},
		"place in other script":     {[]string{"2025年寧波市城鎮床位目標是多少?"}, "那農村床位呢?", "2025年宁波市农村床位目标是多少?", "2025年宁波市农村床位目标是多少?"},
		"lost two questions before": {[]string{target, "那农村床位呢?"}, "增速呢?", "农村床位增速目标是多少?", "2025年宁波市农村床位增速目标是多少?"},
		"another place":             {[]string{target}, "鄞州区呢?", "2025年鄞州区城镇床位目标是多少?", "2025年鄞州区城镇床位目标是多少?"},
		"another place lost":        {[]string{target}, "鄞州区呢?", target, "2025年鄞州区城镇床位目标是多少?"},
		"another year":              {[]string{target}, "到2030年呢?", "到2030年宁波市城镇床位目标是多少?", "到2030年宁波市城镇床位目标是多少?"},
		"another year lost":         {[]string{target}, "到2030年呢?", target, "到2030年宁波市城镇床位目标是多少?"},
		"period for a year":         {[]string{target}, "“十四五”末呢?", "宁波市城镇床位“十四五”末的目标是多少?", "宁波市城镇床位“十四五”末的目标是多少?"},
		"name lost":                 {[]string{"宁波市要加装电梯吗?"}, "这是市民政局提出的吗?", "宁波市加装电梯是谁提出的?", "宁波市要加装电梯是市民政局提出的吗?"},
		"figure lost":               {[]string{"3大老龄产业有哪些?"}, "5大健康产业呢?", "健康产业有哪些?", "5大健康产业有哪些?"},
		"number lost":               {[]string{"三大老龄产业有哪些?"}, "那五大健康产业呢?", "三大健康产业有哪些?", "五大健康产业有哪些?"},
		"English place lost":        {[]string{"What is Ningbo's bed target?"}, "And its lift target?", "What is its lift target?", "What is Ningbo's lift target?"},
	} {
		a.Writer = NewModelWriter(&typist{text: c.reply}, 0)
		if got := a.rewrite(t.Context(), Question{Text: c.question, History: c.history}); got != c.want {
			t.Errorf("%s: after %q, %q is read as %q, want %q", name, c.history, c.question, got, c.want)
		}
	}
}

// TestFurther answers 还有呢 with what was not told yet.
func TestFurther(t *testing.T) {
	a := extractor(library(t, paper{name: "p", title: "公园规划", passages: []string{
		"新建城市公园12座,方便居民休闲。改造老旧公园8座。", "城市公园全部免费开放,延长夜间开放时间。"}}))
	first := ask(t, a, "城市公园要新建多少座?")
	more := ask(t, a, "还有呢?", "城市公园要新建多少座?")
	if first.Refusal != nil || len(more.Claims) > 0 && said(more) == said(first) {
		t.Errorf("first %s, then %s", said(first), said(more))
	}
}
