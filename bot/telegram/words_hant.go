package telegram

import (
	"fmt"
	"time"

	"policybot/retrieval"
)

var traditional = &words{
	Lang: "zh-hant", Name: "繁體中文",
	Hello: "你好！我根據收錄的政策文件回答問題：每句話後面都有出處 [1]，點按鈕就能看到原文。查不到的，我會直說。\n\n" +
		"直接發問題給我，或者先點一個例子：",
	HelloAlone: "你好！我根據收錄的政策文件回答問題：每句話後面都有出處 [1]，點按鈕就能看到原文。查不到的，我會直說。\n\n直接發問題給我就行。",
	Help: "怎麼用\n" +
		"• 私聊：直接發問題。可以接著追問，比如「那農村居民呢？」\n" +
		"• 群裡：發 /ask 加問題，@%s，或者回覆我的訊息。我只看發給我的訊息。\n" +
		"• 答案裡的 [1] 是出處，點下面的按鈕看原文，引用的句子會標出來。\n" +
		"• 👍 👎 告訴我答得好不好。\n\n" +
		"/new 換個話題，不再聯繫前面的問題\n/sources 收錄了哪些文件\n/doc 看一份文件\n/place 只看我所在的地方\n/asof 按某一天有效的文件回答\n/lang 換語言\n/forget 刪除我的記錄\n/start 看幾個例子",
	Fresh:   "好的，我們重新開始。請發新問題。",
	Unknown: "我不認識這個命令。直接發問題給我就行，用法見 /help。",
	AskWhat: "請把問題寫在 /ask 後面，比如：/ask 有哪些人才補貼？",
	TooLong: "這個問題太長了，請縮短到 1000 字以內再發。",
	Edited:  "我看到你改了訊息。改過的訊息我不會重新回答，請把問題再發一次。",
	Media: map[string]string{
		"voice":    "我還聽不懂語音，請把問題打成文字發給我。",
		"audio":    "我不聽音訊檔，請把問題打成文字發給我。",
		"video":    "我看不了影片和動圖，請把問題打成文字發給我。",
		"photo":    "我還看不懂圖片，請把問題打成文字發給我。",
		"document": "我不能讀你發來的檔案，只能回答已收錄文件裡的內容（見 /sources）。請直接發問題。",
		"sticker":  "貼圖和表情我看不懂，請把問題打成文字發給我。",
		"location": "我不看定位，也不保存它。要只看一個地方的文件，請發：/place 加地名，比如 /place 杭州市西湖區",
		"contact":  "我用不上聯絡人，也不保存它。請把問題打成文字發給我。",
		"poll":     "我不參加投票，請把問題打成文字發給我。",
		"":         "我只看得懂文字，請把問題打出來發給我。",
	},

	VoiceLong:    "語音太長了，請在 %d 分鐘以內說完一個問題。",
	VoiceUnclear: "沒聽清這段語音，請再說一次，或者打字給我。",
	VoiceFailed:  "抱歉，這段語音我沒能聽成文字。請打字給我，或者過一會兒再試。",

	Looking:    "🔎 正在查文件…",
	LookingIn:  "🔎 正在查文件（%s）…",
	Checking:   "⏳ 還在核對…",
	Failed:     "抱歉，這次沒能答上來，是我這邊出了問題。請過一會兒再問一次。",
	Poisoned:   "抱歉，這個問題我試了幾次都沒能處理。請換個說法再問。",
	Asked:      "問：",
	Sources:    "來源",
	Original:   "原文",
	Back:       "« 返回答案",
	Untitled:   "無標題文件",
	Nearest:    "最接近的內容（不是答案）：",
	Searched:   searchedHant,
	Rephrase:   "可以換個說法再問，或用 /sources 看看收錄了哪些文件。",
	Proves:     "這段原文支持：",
	Thanks:     "謝謝，已記下。",
	WhatsWrong: "已記下。哪裡不好？",
	Reasons:    map[string]string{"wrong": "不對", "outdated": "過時了", "incomplete": "不完整", "unsupported": "原文沒這麼說"},
	NoReceipt:  "這條答案的記錄已經不在了，請再問一次。",
	Erased:     "這份文件已被刪除，原文看不到了。",
	BadButton:  "這個按鈕在這裡不能用。",
	OldButton:  "這個按鈕已經過期，請重新來一次。",
	Why: map[string]string{
		"nothing": "文件裡沒有找到能回答這個問題的內容。",
		"place":   "文件裡沒有你問的這個地方的內容。",
		"year":    "文件裡沒有你問的這個年份的內容。",
		"contact": "文件裡沒有你問的聯繫方式。",
		"figure":  "文件提到了這件事，但沒有給出你問的數字。",
		"person":  "文件沒有說明由誰擔任這一職務。",
		"result":  "文件裡只有目標，沒有實際完成數。",
		"foreign": "文件是中文的，沒能把你的問題和文件對上。請用中文再問一次。",
	},
	Notes: map[string]string{
		noteCutShort:   "（模型中途停了，上面是已經核對過的部分。）",
		noteFallback:   "（模型暫時連不上，以上是文件原話。）",
		noteUnproven:   "（模型寫的內容沒有通過核對，以上是文件原話。）",
		noteSpent:      "（模型今天的用量已用完，以上是文件原話；零點後恢復。）",
		noteSpentYours: "（你今天的模型用量已用完，以上是文件原話；零點後恢復。）",
		noteForeign:    "（文件是中文的，以上是文件原話。）",
	},

	LangWhich: "請選擇介面語言：",
	LangSet:   "好的，以後用繁體中文。",
	PlaceNone: "還沒有設地方，我查所有文件。要只看一個地方的文件（連同它的上級和下級），請發：/place 加地名，比如 /place 杭州市西湖區",
	PlaceIs:   "現在只看 %s 的文件（連同它的上級和下級）。問題裡說了別的地方時不限。要換，發 /place 加地名。",
	PlaceSet:  "好的，以後只看 %s 的文件（連同它的上級和下級）。問題裡說了別的地方時不限。",
	PlaceGone: "好的，以後查所有地方的文件。",
	PlaceBad:  "我不認識「%s」這個地方。請從城市寫起，比如 /place 杭州市西湖區",
	Clear:     "不限地方",

	Documents: documentsHant,
	NoDate:    "日期不詳",
	Older:     "更早的 »",
	Newer:     "« 更新的",

	DocNone:  "沒有標題裡有「%s」的文件。用 /sources 看收錄了哪些文件。",
	DocWhich: "是哪一份？",
	DocGone:  "這份文件現在沒有收錄，或者已經撤下。",
	DocKinds: map[string]string{"policy": "政策文件", "reading": "政策解讀", "report": "會議報導", "news": "新聞", "opinion": "評論"},
	DocForce: func(from, to string) string {
		return "有效期：" + either(from, "…") + " 至 " + either(to, "…")
	},
	DocSections: "內容",
	DocMore:     "…（共 %d 節）",
	DocChanges:  changesHant,
	DocLink:     "連結：",
	DocRead:     "閱讀原文",
	DocList:     "« 文件列表",
	DocBack:     "« 關於這份文件",
	DocPage:     "第 %d 頁，共 %d 頁",
	PageBack:    "‹ 上文",
	PageOn:      "下文 ›",

	AsOfNone:  "現在按最新的情況回答。要看某一天有效的文件，請發：/asof 加日期，比如 /asof 2023-06-30。只問一個問題也可以：/asof 2023 有哪些人才補貼？",
	AsOfIs:    "現在只看 %s 時有效的文件。要換，發 /asof 加日期。",
	AsOfSet:   "好的，以後只看 %s 時有效的文件。",
	AsOfGone:  "好的，以後按最新的情況回答。",
	AsOfBad:   "「%s」不是日期。請寫年、年月或年月日，比如 /asof 2023-06-30",
	AsOfNote:  "按 %s 時有效的文件：",
	AsOfClear: "回到現在",

	ForgetWhat: "要刪除我記下的關於你的一切嗎？包括你的提問和答案、評價、語言和地方設定。舊答案下面的按鈕會失效，聊天裡的訊息要你自己刪。",
	ForgetYes:  "刪除",
	ForgetNo:   "不刪",
	Forgotten:  "已刪除你的記錄。",
	Kept:       "好的，什麼都沒有刪。",

	FollowUp: func(topic, place string, f form) string {
		if f == formDoing {
			return place + "怎樣" + topic + "？"
		}
		return place + topic + "有哪些？"
	},

	InlineHint:     "輸入問題，查政策原文 »",
	InlineNothing:  "文件裡沒查到。去私聊裡問我 »",
	InlineOutsider: "這個機器人只對受邀的人開放 »",
	InlineAll:      "完整回答（%d 句）",
	InlineOpen:     "打開政策問答",

	TooFast: func(wait time.Duration) string {
		return "問得有點快，請 " + spanHant(wait) + "後再問。這期間發來的問題我不會回答。"
	},
	Outsider: "這個機器人只對受邀的人開放。要加入，請把你的編號 %d 發給管理員。",
	Stats: func(s statistics) string {
		return fmt.Sprintf("近 7 天：提問 %d，其中未能回答 %d；👍 %d，👎 %d\n全部：提問 %d，其中未能回答 %d；👍 %d，👎 %d%s\n\n啟動以來：更新 %d，答覆 %d，出錯 %d，限流 %d，無法送達 %d，偽造按鈕 %d",
			s.Week.Answers, s.Week.Refusals, s.Week.Good, s.Week.Bad, s.All.Answers, s.All.Refusals, s.All.Good, s.All.Bad, s.model("模型：近 7 天 %d 次、%d 個 token；全部 %d 次、%d 個 token"),
			s.Now.Updates, s.Now.Answers, s.Now.Failures, s.Now.Limited, s.Now.Gone, s.Now.Forged)
	},
	Gaps: func(g gapCounts) string {
		return fmt.Sprintf("沒答上來的問題：%d 個，共問了 %d 次；近 7 天問過的有 %d 個，問過不止一次的有 %d 個。", g.Questions, g.Times, g.Week, g.Repeated)
	},

	Commands: []command{
		{"ask", "提一個問題"},
		{"new", "換個話題"},
		{"sources", "收錄了哪些文件"},
		{"doc", "看一份文件"},
		{"place", "只看我所在的地方"},
		{"asof", "按某一天有效的文件回答"},
		{"lang", "換語言"},
		{"help", "怎麼用"},
		{"forget", "刪除我的記錄"},
		{"start", "看幾個例子"},
	},
	InGroups: groupCommands,
}

func searchedHant(documents int, from, to string) string {
	out := fmt.Sprintf("查了 %d 份文件", documents)
	switch {
	case from != "" && to != "" && from != to:
		out += fmt.Sprintf("，日期從 %s 到 %s", from, to)
	case from != "" || to != "":
		out += "，日期 " + max(from, to)
	}
	return out + "。"
}

func documentsHant(count int, from, to string) string {
	out := fmt.Sprintf("收錄 %d 份文件", count)
	if from != "" {
		out += fmt.Sprintf("，日期從 %s 到 %s", from, to)
	}
	return out
}

func spanHant(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d 秒", seconds(d))
	}
	return fmt.Sprintf("%d 分鐘", minutes(d))
}

var changesHant = map[retrieval.Change]string{
	retrieval.ChangeAdded:    "收錄",
	retrieval.ChangeRevised:  "更新",
	retrieval.ChangeMoved:    "改名",
	retrieval.ChangeRetired:  "撤下",
	retrieval.ChangeRestored: "恢復收錄",
	retrieval.ChangeRemoved:  "移除",
}
