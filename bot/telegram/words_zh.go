package telegram

import (
	"fmt"
	"time"

	"policybot/retrieval"
)

var chinese = &words{
	Lang: "zh", Name: "简体中文",
	Hello: "你好！我根据收录的政策文件回答问题：每句话后面都有出处 [1]，点按钮就能看到原文。查不到的，我会直说。\n\n" +
		"直接发问题给我，或者先点一个例子：",
	HelloAlone: "你好！我根据收录的政策文件回答问题：每句话后面都有出处 [1]，点按钮就能看到原文。查不到的，我会直说。\n\n直接发问题给我就行。",
	Help: "怎么用\n" +
		"• 私聊：直接发问题。可以接着追问，比如“那农村居民呢？”\n" +
		"• 群里：发 /ask 加问题，@%s，或者回复我的消息。我只看发给我的消息。\n" +
		"• 答案里的 [1] 是出处，点下面的按钮看原文，引用的句子会标出来。\n" +
		"• 👍 👎 告诉我答得好不好。\n\n" +
		"/new 换个话题，不再联系前面的问题\n/sources 收录了哪些文件\n/doc 看一份文件\n/place 只看我所在的地方\n/asof 按某一天有效的文件回答\n/lang 换语言\n/forget 删除我的记录\n/start 看几个例子",
	Fresh:   "好的，我们重新开始。请发新问题。",
	Unknown: "我不认识这个命令。直接发问题给我就行，用法见 /help。",
	AskWhat: "请把问题写在 /ask 后面，比如：/ask 有哪些人才补贴？",
	TooLong: "这个问题太长了，请缩短到 1000 字以内再发。",
	Edited:  "我看到你改了消息。改过的消息我不会重新回答，请把问题再发一次。",
	Media: map[string]string{
		"voice":    "我还听不懂语音，请把问题打成文字发给我。",
		"audio":    "我不听音频文件，请把问题打成文字发给我。",
		"video":    "我看不了视频和动图，请把问题打成文字发给我。",
		"photo":    "我还看不懂图片，请把问题打成文字发给我。",
		"document": "我不能读你发来的文件，只能回答已收录文件里的内容（见 /sources）。请直接发问题。",
		"sticker":  "贴纸和表情我看不懂，请把问题打成文字发给我。",
		"location": "我不看定位，也不保存它。要只看一个地方的文件，请发：/place 加地名，比如 /place 杭州市西湖区",
		"contact":  "我用不上联系人，也不保存它。请把问题打成文字发给我。",
		"poll":     "我不参加投票，请把问题打成文字发给我。",
		"":         "我只看得懂文字，请把问题打出来发给我。",
	},

	VoiceLong:    "语音太长了，请在 %d 分钟以内说完一个问题。",
	VoiceUnclear: "没听清这段语音，请再说一次，或者打字给我。",
	VoiceFailed:  "抱歉，这段语音我没能听成文字。请打字给我，或者过一会儿再试。",

	Looking:    "🔎 正在查文件…",
	LookingIn:  "🔎 正在查文件（%s）…",
	Checking:   "⏳ 还在核对…",
	Failed:     "抱歉，这次没能答上来，是我这边出了问题。请过一会儿再问一次。",
	Poisoned:   "抱歉，这个问题我试了几次都没能处理。请换个说法再问。",
	Asked:      "问：",
	Sources:    "来源",
	Original:   "原文",
	Back:       "« 返回答案",
	Untitled:   "无标题文件",
	Nearest:    "最接近的内容（不是答案）：",
	Searched:   searchedZh,
	Rephrase:   "可以换个说法再问，或用 /sources 看看收录了哪些文件。",
	Proves:     "这段原文支持：",
	Thanks:     "谢谢，已记下。",
	WhatsWrong: "已记下。哪里不好？",
	Reasons:    map[string]string{"wrong": "不对", "outdated": "过时了", "incomplete": "不完整", "unsupported": "原文没这么说"},
	NoReceipt:  "这条答案的记录已经不在了，请再问一次。",
	Erased:     "这份文件已被删除，原文看不到了。",
	BadButton:  "这个按钮在这里不能用。",
	OldButton:  "这个按钮已经过期，请重新来一次。",
	Why: map[string]string{
		"nothing": "文件里没有找到能回答这个问题的内容。",
		"place":   "文件里没有你问的这个地方的内容。",
		"year":    "文件里没有你问的这个年份的内容。",
		"contact": "文件里没有你问的联系方式。",
		"figure":  "文件提到了这件事，但没有给出你问的数字。",
		"person":  "文件没有说明由谁担任这一职务。",
		"result":  "文件里只有目标，没有实际完成数。",
		"foreign": "文件是中文的，没能把你的问题和文件对上。请用中文再问一次。",
	},
	Notes: map[string]string{
		noteCutShort:   "（模型中途停了，上面是已经核对过的部分。）",
		noteFallback:   "（模型暂时连不上，以上是文件原话。）",
		noteUnproven:   "（模型写的内容没有通过核对，以上是文件原话。）",
		noteSpent:      "（模型今天的用量已用完，以上是文件原话；零点后恢复。）",
		noteSpentYours: "（你今天的模型用量已用完，以上是文件原话；零点后恢复。）",
		noteForeign:    "（文件是中文的，以上是文件原话。）",
	},

	LangWhich: "请选择界面语言：",
	LangSet:   "好的，以后用简体中文。",
	PlaceNone: "还没有设地方，我查所有文件。要只看一个地方的文件（连同它的上级和下级），请发：/place 加地名，比如 /place 杭州市西湖区",
	PlaceIs:   "现在只看 %s 的文件（连同它的上级和下级）。问题里说了别的地方时不限。要换，发 /place 加地名。",
	PlaceSet:  "好的，以后只看 %s 的文件（连同它的上级和下级）。问题里说了别的地方时不限。",
	PlaceGone: "好的，以后查所有地方的文件。",
	PlaceBad:  "我不认识“%s”这个地方。请从城市写起，比如 /place 杭州市西湖区",
	Clear:     "不限地方",

	Documents: documentsZh,
	NoDate:    "日期不详",
	Older:     "更早的 »",
	Newer:     "« 更新的",

	DocNone:  "没有标题里有“%s”的文件。用 /sources 看收录了哪些文件。",
	DocWhich: "是哪一份？",
	DocGone:  "这份文件现在没有收录，或者已经撤下。",
	DocKinds: map[string]string{"policy": "政策文件", "reading": "政策解读", "report": "会议报道", "news": "新闻", "opinion": "评论"},
	DocForce: func(from, to string) string {
		return "有效期：" + either(from, "…") + " 至 " + either(to, "…")
	},
	DocSections: "内容",
	DocMore:     "…（共 %d 节）",
	DocChanges:  changesZh,
	DocLink:     "链接：",
	DocRead:     "阅读原文",
	DocList:     "« 文件列表",
	DocBack:     "« 关于这份文件",
	DocPage:     "第 %d 页，共 %d 页",
	PageBack:    "‹ 上文",
	PageOn:      "下文 ›",

	AsOfNone:  "现在按最新的情况回答。要看某一天有效的文件，请发：/asof 加日期，比如 /asof 2023-06-30。只问一个问题也可以：/asof 2023 有哪些人才补贴？",
	AsOfIs:    "现在只看 %s 时有效的文件。要换，发 /asof 加日期。",
	AsOfSet:   "好的，以后只看 %s 时有效的文件。",
	AsOfGone:  "好的，以后按最新的情况回答。",
	AsOfBad:   "“%s”不是日期。请写年、年月或年月日，比如 /asof 2023-06-30",
	AsOfNote:  "按 %s 时有效的文件：",
	AsOfClear: "回到现在",

	ForgetWhat: "要删除我记下的关于你的一切吗？包括你的提问和答案、评价、语言和地方设置。旧答案下面的按钮会失效，聊天里的消息要你自己删。",
	ForgetYes:  "删除",
	ForgetNo:   "不删",
	Forgotten:  "已删除你的记录。",
	Kept:       "好的，什么都没有删。",

	FollowUp: func(topic, place string, f form) string {
		if f == formDoing {
			return place + "怎样" + topic + "？"
		}
		return place + topic + "有哪些？"
	},

	InlineHint:     "输入问题，查政策原文 »",
	InlineNothing:  "文件里没查到。去私聊里问我 »",
	InlineOutsider: "这个机器人只对受邀的人开放 »",
	InlineAll:      "完整回答（%d 句）",
	InlineOpen:     "打开政策问答",

	TooFast: func(wait time.Duration) string {
		return "问得有点快，请 " + spanZh(wait) + "后再问。这期间发来的问题我不会回答。"
	},
	Outsider: "这个机器人只对受邀的人开放。要加入，请把你的编号 %d 发给管理员。",
	Stats: func(s statistics) string {
		return fmt.Sprintf("近 7 天：提问 %d，其中未能回答 %d；👍 %d，👎 %d\n全部：提问 %d，其中未能回答 %d；👍 %d，👎 %d%s\n\n启动以来：更新 %d，答复 %d，出错 %d，限流 %d，无法送达 %d，伪造按钮 %d",
			s.Week.Answers, s.Week.Refusals, s.Week.Good, s.Week.Bad, s.All.Answers, s.All.Refusals, s.All.Good, s.All.Bad, s.model("模型：近 7 天 %d 次、%d 个 token；全部 %d 次、%d 个 token"),
			s.Now.Updates, s.Now.Answers, s.Now.Failures, s.Now.Limited, s.Now.Gone, s.Now.Forged)
	},
	Gaps: func(g gapCounts) string {
		return fmt.Sprintf("没答上来的问题：%d 个，共问了 %d 次；近 7 天问过的有 %d 个，问过不止一次的有 %d 个。", g.Questions, g.Times, g.Week, g.Repeated)
	},

	Commands: []command{
		{"ask", "提一个问题"},
		{"new", "换个话题"},
		{"sources", "收录了哪些文件"},
		{"doc", "看一份文件"},
		{"place", "只看我所在的地方"},
		{"asof", "按某一天有效的文件回答"},
		{"lang", "换语言"},
		{"help", "怎么用"},
		{"forget", "删除我的记录"},
		{"start", "看几个例子"},
	},
	InGroups: groupCommands,
}

// groupCommands are what a group's menu shows, in every language.
var groupCommands = []string{"ask", "new", "sources", "help"}

func searchedZh(documents int, from, to string) string {
	out := fmt.Sprintf("查了 %d 份文件", documents)
	switch {
	case from != "" && to != "" && from != to:
		out += fmt.Sprintf("，日期从 %s 到 %s", from, to)
	case from != "" || to != "":
		out += "，日期 " + max(from, to)
	}
	return out + "。"
}

func documentsZh(count int, from, to string) string {
	out := fmt.Sprintf("收录 %d 份文件", count)
	if from != "" {
		out += fmt.Sprintf("，日期从 %s 到 %s", from, to)
	}
	return out
}

func spanZh(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d 秒", seconds(d))
	}
	return fmt.Sprintf("%d 分钟", minutes(d))
}

var changesZh = map[retrieval.Change]string{
	retrieval.ChangeAdded:    "收录",
	retrieval.ChangeRevised:  "更新",
	retrieval.ChangeMoved:    "改名",
	retrieval.ChangeRetired:  "撤下",
	retrieval.ChangeRestored: "恢复收录",
	retrieval.ChangeRemoved:  "移除",
}
