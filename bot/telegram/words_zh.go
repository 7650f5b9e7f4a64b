package telegram

import "fmt"

var chinese = &words{
	Lang: "zh",
	Hello: "你好！我根据收录的政策文件回答问题：每句话后面都有出处 [1]，点按钮就能看到原文。查不到的，我会直说。\n\n" +
		"直接发问题给我，或者先点一个例子：",
	HelloAlone: "你好！我根据收录的政策文件回答问题：每句话后面都有出处 [1]，点按钮就能看到原文。查不到的，我会直说。\n\n直接发问题给我就行。",
	Help: "怎么用\n" +
		"• 私聊：直接发问题。可以接着追问，比如“那农村居民呢？”\n" +
		"• 群里：发 /ask 加问题，@%s，或者回复我的消息。我只看发给我的消息。\n" +
		"• 答案里的 [1] 是出处，点下面的按钮看原文，引用的句子会标出来。\n" +
		"• 👍 👎 告诉我答得好不好。\n\n" +
		"/new 换个话题，不再联系前面的问题\n/start 看几个例子",
	Fresh:    "好的，我们重新开始。请发新问题。",
	Unknown:  "我不认识这个命令。直接发问题给我就行，用法见 /help。",
	AskWhat:  "请把问题写在 /ask 后面，比如：/ask 有哪些人才补贴？",
	TextOnly: "我现在只看得懂文字，请把问题打出来发给我。",
	TooLong:  "这个问题太长了，请缩短到 1000 字以内再发。",

	Looking:   "🔎 正在查文件…",
	Checking:  "⏳ 还在核对…",
	Failed:    "抱歉，这次没能答上来，是我这边出了问题。请过一会儿再问一次。",
	Poisoned:  "抱歉，这个问题我试了几次都没能处理。请换个说法再问。",
	Asked:     "问：",
	Sources:   "来源",
	Original:  "原文",
	Back:      "« 返回答案",
	Untitled:  "（无标题）",
	Nearest:   "最接近的内容（不是答案）：",
	Searched:  searchedZh,
	Proves:    "这段原文支持：",
	Thanks:    "谢谢，已记下。",
	NoReceipt: "这条答案的记录已经不在了，请再问一次。",
	Erased:    "这份文件已被删除，原文看不到了。",
	BadButton: "这个按钮已经失效，请再问一次。",

	Commands: []command{
		{"ask", "提一个问题"},
		{"new", "换个话题"},
		{"help", "怎么用"},
		{"start", "看几个例子"},
	},
}

func searchedZh(documents int, from, to string) string {
	out := fmt.Sprintf("查了 %d 篇文件", documents)
	switch {
	case from != "" && to != "" && from != to:
		out += fmt.Sprintf("，日期从 %s 到 %s", from, to)
	case from != "" || to != "":
		out += "，日期 " + max(from, to)
	}
	return out + "。"
}
