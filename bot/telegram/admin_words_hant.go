package telegram

import (
	"fmt"

	"policybot/bot"
	"policybot/ingest"
	"policybot/retrieval"
)

var adminTraditional = &adminWords{
	Menu: []command{
		{"admin", "管理員能做什麼"}, {"docs", "文件目錄"}, {"doc", "看一份文件，停用、恢復、改資訊"}, {"history", "語料版本"}, {"rollback", "回到某個版本"},
		{"stats", "使用統計"}, {"gaps", "沒答上來的問題有多少"}, {"export", "匯出表格"},
		{"invite", "邀請人"}, {"invites", "有效的邀請"}, {"users", "誰能用"}, {"role", "設角色"}, {"block", "封鎖"}, {"unblock", "取消封鎖"},
	},
	Staff:  []command{{"stats", "使用統計"}, {"gaps", "沒答上來的問題有多少"}},
	Groups: []command{{"settings", "本群設定"}},
	Help: "管理員能做的事\n" +
		"• 把檔案發到這裡（一份、幾份或一個 zip），我先試讀，給你看會改動什麼，你點「發布」才生效，之後也能撤銷。同名檔案會替換舊的。\n" +
		"/docs 詞 — 找文件；/doc 編號或檔名 — 看、停用、恢復、改標題日期地區\n" +
		"/history — 語料版本；/rollback 版本號 — 回到那個版本\n" +
		"/stats、/gaps — 統計；/export — 匯出表格\n" +
		"/invite 人數 天數 — 邀請連結；/invites — 收回邀請\n" +
		"/users — 誰能用；/role 編號 staff — 設角色；/block 編號、/unblock 編號\n" +
		"你做的每件事都記在稽核記錄裡。群管理員在群裡發 /settings 設群的語言、地方和靜音。",
	NoRights: "你沒有這個權限。", Cancelled: "好的，什麼都沒有改。", Cancel: "取消", Colon: "：", More: "…… 還有 %d 條", NotKnown: "不詳",

	Receiving:  "📥 正在接收檔案…",
	Reading:    func(e ingest.Event) string { return fmt.Sprintf("🔎 正在試讀 %d/%d…", e.Done, e.Total) },
	FileEdited: "我看到你換了檔案或說明。換過的我不會重新讀，請把檔案再發一次。", FileOdd: "這個檔案我沒收到，請重新發一次。", FileLarge: "超過 20 MB，Telegram 不讓機器人下載。請拆小後再發，或在伺服器上用 policybot ingest 匯入。",
	FileLocal: "這台 Bot API 伺服器用的是 --local 模式，我取不到檔案。", FileGone: "沒能從 Telegram 下載（%s），請重新發一次。",
	FileKept: "檔案沒能存下來，請重新發一次。", DiskFull: "伺服器磁碟滿了，請先騰出空間再試。",
	SideAlone: "這是說明另一份文件的，請和那份文件一起發。", NotRead: "這次沒有讀。", Unread: "讀不了：%s",
	SaveAs: map[string]string{
		".doc": "舊版 Word 檔：請另存為 .docx", ".dot": "舊版 Word 範本：請另存為 .docx", ".wps": "WPS 文字：請另存為 .docx", ".rtf": "RTF 檔：請另存為 .docx", ".odt": "OpenDocument 檔：請另存為 .docx",
		".xls": "舊版 Excel 檔：請另存為 .xlsx", ".et": "WPS 表格：請另存為 .xlsx", ".ods": "OpenDocument 表格：請另存為 .xlsx", ".xlsb": "二進制 Excel 檔：請另存為 .xlsx",
		".ppt": "簡報：請另存為 .pdf", ".pptx": "簡報：請另存為 .pdf", ".dps": "簡報：請另存為 .pdf", ".ofd": "OFD 檔：請另存為 .pdf",
		".jpg": "圖片：請先識別文字", ".jpeg": "圖片：請先識別文字", ".png": "圖片：請先識別文字", ".tif": "圖片：請先識別文字", ".tiff": "圖片：請先識別文字", ".webp": "圖片：請先識別文字",
		".rar": "請改用 .zip 壓縮，或直接發裡面的檔案", ".7z": "請改用 .zip 壓縮，或直接發裡面的檔案", ".gz": "請改用 .zip 壓縮，或直接發裡面的檔案", ".tar": "請改用 .zip 壓縮，或直接發裡面的檔案",
		"": "檔名沒有副檔名，不知道是什麼格式",
	},
	NoFormat: "不支援 %s 檔", ZipBad: "壓縮檔損壞，請重新壓縮後再發", ZipMany: "壓縮檔裡的檔案太多，只收了前 %d 份", ZipLocked: "有密碼，請去掉密碼再發",
	ZipNested: "壓縮檔裡的壓縮檔不讀，請直接發裡面的檔案", ZipLarge: "解壓縮後超過 %d MB，餘下的沒有收", ZipEmpty: "壓縮檔裡沒有檔案",

	NotText: "裡面沒有可以讀的文字（%s）", TooMuch: "太大或太複雜，讀它不安全（%s）", DryNone: "沒有可以發布的",
	Kinds:    map[string]string{"policy": "政策文件", "reading": "政策解讀", "report": "會議或講話報導", "news": "新聞", "opinion": "評論"},
	DryRun:   "試讀結果（還沒有發布）",
	Count:    map[ingest.Status]string{ingest.Added: "新增 %d 份", ingest.Changed: "更新 %d 份", ingest.Renamed: "改名 %d 份", ingest.Retired: "已停用 %d 份", ingest.Unchanged: "沒有變化 %d 份", ingest.Failed: "讀不了 %d 份"},
	Status:   map[ingest.Status]string{ingest.Added: "新文件", ingest.Changed: "替換舊版", ingest.Renamed: "改名", ingest.Retired: "這份文件已停用，發布後仍然停用", ingest.Unchanged: "和現有的一樣"},
	NoChange: "和現有的一樣，不用發布。", Figures: "⚠️ 數字和日期有變化", Conflicts: "⚠️ 和別的文件對不上",
	Conflict: map[ingest.ConflictKind]string{
		ingest.ConflictNames: "%[1]s 和 %[2]s 都叫「%[3]s」，內容卻不同",
		ingest.ConflictEnds:  "%[1]s 廢止了「%[3]s」，而 %[2]s 還在",
		ingest.ConflictEnded: "%[2]s 已廢止 %[1]s（%[3]s）",
	},
	Passages: "%d 段", RemovedN: "刪去 %d 處", Removed: "剔除的非正文內容：", Begins: "開頭：",
	Reasons: map[string]string{
		"invisible": "看不見的字元", "navigation": "導覽", "contact": "聯繫方式", "page tool": "網頁工具", "link list": "連結清單", "related": "相關閱讀",
		"disclaimer": "免責聲明", "spam": "夾帶的垃圾文字", "advertisement": "廣告", "table of contents": "目錄", "front matter": "檔頭", "hidden": "隱藏文字",
		"page frame": "網頁框架", "beside text": "正文旁的欄目", "links in page": "頁內連結", "running head or foot": "頁眉頁腳", "page number": "頁碼", "rotated text": "印章浮水印",
	},
	Fields: map[string]string{"title": "標題", "issuer": "發文機關", "site": "來源", "author": "作者", "date": "日期", "place": "地區", "kind": "類型",
		"number": "文號", "signed": "成文日期", "effective": "施行日期", "expires": "失效日期", "language": "語言", "replaces": "廢止"},
	PublishN: "✅ 發布 %d 份", Discard: "🗑 放棄", Reread: "🔄 重新讀", Undo: "↩️ 撤銷",
	Stuck: "沒能做完，是我這邊出了問題（日誌裡有原因）。請再試一次。", Busy: "⏳ 另一個匯入正在進行，等它做完就輪到這個…", Publishing: "⏳ 正在發布…",
	Publish: func(e ingest.Event) string {
		return fmt.Sprintf("⏳ 正在發布：%s %d/%d…", map[ingest.Stage]string{ingest.StageRead: "比對", ingest.StageParse: "讀取", ingest.StageEmbed: "建立索引"}[e.Stage], e.Done, e.Total)
	},
	Published: "✅ 已發布，現在是第 %d 版", Undone: "↩️ 已撤銷，現在是第 %d 版", Undoing: "⏳ 正在撤銷…", Discarded: "🗑 已放棄，什麼都沒有發布。",
	Overtaken: "「%s」在試讀之後被別人改過，我重新讀一遍…", ChangedSince: "撤銷不了：「%s」在發布之後又改過。可以用 /history 看版本。", AlreadyDone: "這一步已經做過了。",

	Docs: "%d 份文件（第 %d 版）", DocsWith: "含有：%s", DocsNone: "沒有找到。", DocHow: "請寫文件的編號、檔名或標題裡的詞，比如：/doc 通知", DocGone: "這份文件已經不在了。",
	InSearch: "可搜尋", Retired: "已停用", Left: "已移出", FileIs: "文件", SetByHand: "有的資訊由管理員設定，重新匯入也不會變。",
	Retire: "⏸ 停用", Read: "📖 看全文", Restore: "▶️ 恢復", NowRetired: "已停用，不再用來回答（第 %d 版）。", NowRestored: "已恢復，可以用來回答了（第 %d 版）。", Change: "✏️ %s",
	AskValue: map[string]string{
		"title": "「%s」的標題現在是：%s\n請回覆這條訊息，發來正確的標題；發 %s 恢復成從檔案讀到的。",
		"date":  "「%s」的日期現在是：%s\n請回覆這條訊息，發來正確的日期，比如 2024-02-19；發 %s 恢復成從檔案讀到的。",
		"place": "「%s」的地區現在是：%s\n請回覆這條訊息，發來正確的地區，比如 杭州市西湖區 或 全國；發 %s 恢復成從檔案讀到的。",
	},
	BadValue: map[string]string{
		"title": "這個標題不行：太長了，或者是空的。請再回覆一次那條訊息。",
		"date":  "這不是日期。請再回覆一次那條訊息，寫成 2024-02-19、2024-02 或 2024。",
		"place": "我不認識這個地方，或者有好幾個同名的。請再回覆一次那條訊息，連上級一起寫，比如 杭州市西湖區；面向全國的寫 全國。",
	},
	Changed: "已改%s（第 %s 版）。",

	History: "語料版本", Version: "第 %d 版",
	Causes:      map[string]string{"undo": "撤銷", "ingest": "匯入", "rollback": "還原", "retire": "停用", "restore": "恢復", "purge": "徹底刪除", "set": "改資訊"},
	Changes:     map[retrieval.Change]string{retrieval.ChangeAdded: "＋", retrieval.ChangeRevised: "改", retrieval.ChangeMoved: "改名", retrieval.ChangeRetired: "停用", retrieval.ChangeRestored: "恢復", retrieval.ChangeRemoved: "－"},
	RollbackHow: "請寫版本號，比如：/rollback 3。版本見 /history", NoVersion: "沒有第 %d 版。版本見 /history", RollbackTo: "回到第 %d 版（現在是第 %d 版）會這樣：",
	RollbackSame: "內容和現在一樣，不用還原。", RollbackNote: "現在的版本不會丟，隨時可以再回來。資料夾裡的檔案不變：下次匯入資料夾時又會按檔案來。",
	RollbackYes: "↩ 回到第 %d 版", RollbackUndo: "↩ 回到第 %d 版", RolledBack: "✅ 第 %d 版的內容和第 %d 版一樣。", ChangedMeanwhile: "語料剛才又變了，請重新看一遍：",

	Chart: func(days []bot.Day) string {
		s := sums(days)
		return fmt.Sprintf("近 %d 天\n🟦 答上來 %d　🟧 沒答上來 %d　🟥 👎 %d\n🟩 95%% 的答案用時（横線是一半），最慢的一天 %s 秒", len(days), s.Answers-s.Refusals, s.Refusals, s.Bad, shortTime(s.Slow))
	},
	Exported: "表格在上面，可以用 Excel 打開。裡面有大家問的話，請妥善保管。", ExportNone: "沒有可以匯出的。", ExportLarge: "%s 太大，Telegram 發不了。請在伺服器上用 policybot export 匯出。",

	Open: "對所有人開放。", Closed: "只對名單上和受邀的人開放。", Listed: "名單（TELEGRAM_ALLOW）",
	Roles:   map[role]string{roleAdmin: "管理員", roleStaff: "工作人員", roleUser: "受邀使用者", roleBlocked: "已封鎖", "": "沒有角色"},
	RoleHow: "請寫數字編號：/role 12345 staff（工作人員，只看統計）、user（可以用）或 none（取消）；/block 12345；/unblock 12345", RoleAdmin: "管理員由伺服器上的 TELEGRAM_ADMINS 決定，這裡改不了。",
	RoleSet: "%d 現在是：%s", NotBlocked: "%d 沒有被封鎖。",
	InviteOpen: "機器人對所有人開放，不用邀請。要只對受邀的人開放，在伺服器上設 TELEGRAM_ACCESS=invite。", InviteHow: "請寫人數（最多 %d）和天數（最多 %d），比如：/invite 5 7",
	Invited: "邀請連結，限 %d 人，%s 前有效，只出現這一次：\n%s", InviteLine: "邀請 %d：還可以來 %d 人，%s 前有效", InviteNone: "沒有有效的邀請。發 /invite 做一個。",
	InviteBad: "這個邀請不對、用完了或者過期了。請向邀請你的人再要一個。", Welcome: "歡迎，你可以用了！", Revoke: "收回邀請", Revoked: "邀請 %d 已收回。已經進來的人不受影響。",

	Anonymous: "匿名管理員我認不出是誰。請先關掉匿名，再發 /settings。", GroupOnly: "只有本群管理員能改群設定。",
	Group: "本群設定\n語言：%s\n地方：%s\n提示音：%s\n\n要設地方，發：/settings 加地名，比如 /settings 杭州市西湖區", LangOwn: "跟隨提問的人", PlaceAny: "不限",
	Loud: "有", Quiet: "靜音", GoLoud: "🔔 打開提示音", GoQuiet: "🔕 靜音",
}
