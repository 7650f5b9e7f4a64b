package telegram

import (
	"fmt"

	"policybot/bot"
	"policybot/ingest"
	"policybot/retrieval"
)

var adminChinese = &adminWords{
	Menu: []command{
		{"admin", "管理员能做什么"}, {"docs", "文件目录"}, {"doc", "看一份文件，停用、恢复、改信息"}, {"history", "语料版本"}, {"rollback", "回到某个版本"},
		{"stats", "使用统计"}, {"gaps", "没答上来的问题有多少"}, {"export", "导出表格"},
		{"invite", "邀请人"}, {"invites", "有效的邀请"}, {"users", "谁能用"}, {"role", "设角色"}, {"block", "拉黑"}, {"unblock", "取消拉黑"},
	},
	Staff:  []command{{"stats", "使用统计"}, {"gaps", "没答上来的问题有多少"}},
	Groups: []command{{"settings", "本群设置"}},
	Help: "管理员能做的事\n" +
		"• 把文件发到这里（一份、几份或一个 zip），我先试读，给你看会改动什么，你点“发布”才生效，之后也能撤销。同名文件会替换旧的。\n" +
		"/docs 词 — 找文件；/doc 编号或文件名 — 看、停用、恢复、改标题日期地区\n" +
		"/history — 语料版本；/rollback 版本号 — 回到那个版本\n" +
		"/stats、/gaps — 统计；/export — 导出表格\n" +
		"/invite 人数 天数 — 邀请链接；/invites — 收回邀请\n" +
		"/users — 谁能用；/role 编号 staff — 设角色；/block 编号、/unblock 编号\n" +
		"你做的每件事都记在审计记录里。群管理员在群里发 /settings 设群的语言、地方和静音。",
	NoRights: "你没有这个权限。", Cancelled: "好的，什么都没有改。", Cancel: "取消", Colon: "：", More: "…… 还有 %d 条", NotKnown: "不详",

	Receiving:  "📥 正在接收文件…",
	Reading:    func(e ingest.Event) string { return fmt.Sprintf("🔎 正在试读 %d/%d…", e.Done, e.Total) },
	FileEdited: "我看到你换了文件或说明。换过的我不会重新读，请把文件再发一次。", FileOdd: "这个文件我没收到，请重新发一次。", FileLarge: "超过 20 MB，Telegram 不让机器人下载。请拆小后再发，或在服务器上用 policybot ingest 导入。",
	FileLocal: "这台 Bot API 服务器用的是 --local 模式，我取不到文件。", FileGone: "没能从 Telegram 下载（%s），请重新发一次。",
	FileKept: "文件没能存下来，请重新发一次。", DiskFull: "服务器磁盘满了，请先腾出空间再试。",
	SideAlone: "这是说明另一份文件的，请和那份文件一起发。", NotRead: "这次没有读。", Unread: "读不了：%s",
	SaveAs: map[string]string{
		".doc": "旧版 Word 文件：请另存为 .docx", ".dot": "旧版 Word 模板：请另存为 .docx", ".wps": "WPS 文字：请另存为 .docx", ".rtf": "RTF 文件：请另存为 .docx", ".odt": "OpenDocument 文件：请另存为 .docx",
		".xls": "旧版 Excel 文件：请另存为 .xlsx", ".et": "WPS 表格：请另存为 .xlsx", ".ods": "OpenDocument 表格：请另存为 .xlsx", ".xlsb": "二进制 Excel 文件：请另存为 .xlsx",
		".ppt": "演示文稿：请另存为 .pdf", ".pptx": "演示文稿：请另存为 .pdf", ".dps": "演示文稿：请另存为 .pdf", ".ofd": "OFD 文件：请另存为 .pdf",
		".jpg": "图片：请先识别文字", ".jpeg": "图片：请先识别文字", ".png": "图片：请先识别文字", ".tif": "图片：请先识别文字", ".tiff": "图片：请先识别文字", ".webp": "图片：请先识别文字",
		".rar": "请改用 .zip 压缩，或直接发里面的文件", ".7z": "请改用 .zip 压缩，或直接发里面的文件", ".gz": "请改用 .zip 压缩，或直接发里面的文件", ".tar": "请改用 .zip 压缩，或直接发里面的文件",
		"": "文件名没有扩展名，不知道是什么格式",
	},
	NoFormat: "不支持 %s 文件", ZipBad: "压缩包损坏，请重新压缩后再发", ZipMany: "压缩包里的文件太多，只收了前 %d 份", ZipLocked: "有密码，请去掉密码再发",
	ZipNested: "压缩包里的压缩包不读，请直接发里面的文件", ZipLarge: "解压后超过 %d MB，余下的没有收", ZipEmpty: "压缩包里没有文件",

	NotText: "里面没有可以读的文字（%s）", TooMuch: "太大或太复杂，读它不安全（%s）", DryNone: "没有可以发布的",
	Kinds:    map[string]string{"policy": "政策文件", "reading": "政策解读", "report": "会议或讲话报道", "news": "新闻", "opinion": "评论"},
	DryRun:   "试读结果（还没有发布）",
	Count:    map[ingest.Status]string{ingest.Added: "新增 %d 份", ingest.Changed: "更新 %d 份", ingest.Renamed: "改名 %d 份", ingest.Retired: "已停用 %d 份", ingest.Unchanged: "没有变化 %d 份", ingest.Failed: "读不了 %d 份"},
	Status:   map[ingest.Status]string{ingest.Added: "新文件", ingest.Changed: "替换旧版", ingest.Renamed: "改名", ingest.Retired: "这份文件已停用，发布后仍然停用", ingest.Unchanged: "和现有的一样"},
	NoChange: "和现有的一样，不用发布。", Figures: "⚠️ 数字和日期有变化", Conflicts: "⚠️ 和别的文件对不上",
	Conflict: map[ingest.ConflictKind]string{
		ingest.ConflictNames: "%[1]s 和 %[2]s 都叫“%[3]s”，内容却不同",
		ingest.ConflictEnds:  "%[1]s 废止了“%[3]s”，而 %[2]s 还在",
		ingest.ConflictEnded: "%[2]s 已废止 %[1]s（%[3]s）",
	},
	Passages: "%d 段", RemovedN: "删去 %d 处", Removed: "剔除的非正文内容：", Begins: "开头：",
	Reasons: map[string]string{
		"invisible": "看不见的字符", "navigation": "导航", "contact": "联系方式", "page tool": "网页工具", "link list": "链接列表", "related": "相关阅读",
		"disclaimer": "免责声明", "spam": "夹带的垃圾文字", "advertisement": "广告", "table of contents": "目录", "front matter": "文件头", "hidden": "隐藏文字",
		"page frame": "网页框架", "beside text": "正文旁的栏目", "links in page": "页内链接", "running head or foot": "页眉页脚", "page number": "页码", "rotated text": "印章水印",
	},
	Fields: map[string]string{"title": "标题", "issuer": "发文机关", "site": "来源", "author": "作者", "date": "日期", "place": "地区", "kind": "类型",
		"number": "文号", "signed": "成文日期", "effective": "施行日期", "expires": "失效日期", "language": "语言", "replaces": "废止"},
	PublishN: "✅ 发布 %d 份", Discard: "🗑 放弃", Reread: "🔄 重新读", Undo: "↩️ 撤销",
	Stuck: "没能做完，是我这边出了问题（日志里有原因）。请再试一次。", Busy: "⏳ 另一个导入正在进行，等它做完就轮到这个…", Publishing: "⏳ 正在发布…",
	Publish: func(e ingest.Event) string {
		return fmt.Sprintf("⏳ 正在发布：%s %d/%d…", map[ingest.Stage]string{ingest.StageRead: "比对", ingest.StageParse: "读取", ingest.StageEmbed: "建立索引"}[e.Stage], e.Done, e.Total)
	},
	Published: "✅ 已发布，现在是第 %d 版", Undone: "↩️ 已撤销，现在是第 %d 版", Undoing: "⏳ 正在撤销…", Discarded: "🗑 已放弃，什么都没有发布。",
	Overtaken: "“%s”在试读之后被别人改过，我重新读一遍…", ChangedSince: "撤销不了：“%s”在发布之后又改过。可以用 /history 看版本。", AlreadyDone: "这一步已经做过了。",

	Docs: "%d 份文件（第 %d 版）", DocsWith: "含有：%s", DocsNone: "没有找到。", DocHow: "请写文件的编号、文件名或标题里的词，比如：/doc 通知", DocGone: "这份文件已经不在了。",
	InSearch: "可搜索", Retired: "已停用", Left: "已移出", FileIs: "文件", SetByHand: "有的信息由管理员设定，重新导入也不会变。",
	Retire: "⏸ 停用", Read: "📖 看全文", Restore: "▶️ 恢复", NowRetired: "已停用，不再用来回答（第 %d 版）。", NowRestored: "已恢复，可以用来回答了（第 %d 版）。", Change: "✏️ %s",
	AskValue: map[string]string{
		"title": "“%s”的标题现在是：%s\n请回复这条消息，发来正确的标题；发 %s 恢复成从文件读到的。",
		"date":  "“%s”的日期现在是：%s\n请回复这条消息，发来正确的日期，比如 2024-02-19；发 %s 恢复成从文件读到的。",
		"place": "“%s”的地区现在是：%s\n请回复这条消息，发来正确的地区，比如 杭州市西湖区 或 全国；发 %s 恢复成从文件读到的。",
	},
	BadValue: map[string]string{
		"title": "这个标题不行：太长了，或者是空的。请再回复一次那条消息。",
		"date":  "这不是日期。请再回复一次那条消息，写成 2024-02-19、2024-02 或 2024。",
		"place": "我不认识这个地方，或者有好几个同名的。请再回复一次那条消息，连上级一起写，比如 杭州市西湖区；面向全国的写 全国。",
	},
	Changed: "已改%s（第 %s 版）。",

	History: "语料版本", Version: "第 %d 版",
	Causes:      map[string]string{"undo": "撤销", "ingest": "导入", "rollback": "回退", "retire": "停用", "restore": "恢复", "purge": "彻底删除", "set": "改信息"},
	Changes:     map[retrieval.Change]string{retrieval.ChangeAdded: "＋", retrieval.ChangeRevised: "改", retrieval.ChangeMoved: "改名", retrieval.ChangeRetired: "停用", retrieval.ChangeRestored: "恢复", retrieval.ChangeRemoved: "－"},
	RollbackHow: "请写版本号，比如：/rollback 3。版本见 /history", NoVersion: "没有第 %d 版。版本见 /history", RollbackTo: "回到第 %d 版（现在是第 %d 版）会这样：",
	RollbackSame: "内容和现在一样，不用回退。", RollbackNote: "现在的版本不会丢，随时可以再回来。文件夹里的文件不变：下次导入文件夹时又会按文件来。",
	RollbackYes: "↩ 回到第 %d 版", RollbackUndo: "↩ 回到第 %d 版", RolledBack: "✅ 第 %d 版的内容和第 %d 版一样。", ChangedMeanwhile: "语料刚才又变了，请重新看一遍：",

	Chart: func(days []bot.Day) string {
		s := sums(days)
		return fmt.Sprintf("近 %d 天\n🟦 答上来 %d　🟧 没答上来 %d　🟥 👎 %d\n🟩 95%% 的答案用时（横线是一半），最慢的一天 %s 秒", len(days), s.Answers-s.Refusals, s.Refusals, s.Bad, shortTime(s.Slow))
	},
	Exported: "表格在上面，可以用 Excel 打开。里面有大家问的话，请妥善保管。", ExportNone: "没有可以导出的。", ExportLarge: "%s 太大，Telegram 发不了。请在服务器上用 policybot export 导出。",

	Open: "对所有人开放。", Closed: "只对名单上和受邀的人开放。", Listed: "名单（TELEGRAM_ALLOW）",
	Roles:   map[role]string{roleAdmin: "管理员", roleStaff: "工作人员", roleUser: "受邀用户", roleBlocked: "已拉黑", "": "没有角色"},
	RoleHow: "请写数字编号：/role 12345 staff（工作人员，只看统计）、user（可以用）或 none（取消）；/block 12345；/unblock 12345", RoleAdmin: "管理员由服务器上的 TELEGRAM_ADMINS 决定，这里改不了。",
	RoleSet: "%d 现在是：%s", NotBlocked: "%d 没有被拉黑。",
	InviteOpen: "机器人对所有人开放，不用邀请。要只对受邀的人开放，在服务器上设 TELEGRAM_ACCESS=invite。", InviteHow: "请写人数（最多 %d）和天数（最多 %d），比如：/invite 5 7",
	Invited: "邀请链接，限 %d 人，%s 前有效，只出现这一次：\n%s", InviteLine: "邀请 %d：还可以来 %d 人，%s 前有效", InviteNone: "没有有效的邀请。发 /invite 做一个。",
	InviteBad: "这个邀请不对、用完了或者过期了。请向邀请你的人再要一个。", Welcome: "欢迎，你可以用了！", Revoke: "收回邀请", Revoked: "邀请 %d 已收回。已经进来的人不受影响。",

	Anonymous: "匿名管理员我认不出是谁。请先关掉匿名，再发 /settings。", GroupOnly: "只有本群管理员能改群设置。",
	Group: "本群设置\n语言：%s\n地方：%s\n提示音：%s\n\n要设地方，发：/settings 加地名，比如 /settings 杭州市西湖区", LangOwn: "跟随提问的人", PlaceAny: "不限",
	Loud: "有", Quiet: "静音", GoLoud: "🔔 打开提示音", GoQuiet: "🔕 静音",
}
