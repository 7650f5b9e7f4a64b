package ingest

import (
	"strings"
	"testing"

	"policybot/retrieval"
)

const noticeText = "为进一步支持中小企业稳定发展，经研究，现就有关事项通知如下，请结合实际认真贯彻执行，确保各项政策落到实处。"

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             map[string]string
	}{
		{"official document", "a.txt",
			"宁波市人民政府办公厅关于支持企业稳岗的通知\n甬政办发〔2023〕8号\n各区（县、市）人民政府：\n" + noticeText + "\n宁波市人民政府办公厅\n2023年3月9日\n（此件公开发布）",
			map[string]string{"title": "宁波市人民政府办公厅关于支持企业稳岗的通知", "issuer": "宁波市人民政府办公厅", "date": "2023-03-09", "place": "宁波市", "kind": "policy", "author": ""}},
		{"the same, flattened", "a.txt",
			"宁波市人民政府办公厅关于支持企业稳岗的通知 甬政办发〔2023〕8号 各区（县、市）人民政府： " + noticeText + noticeText + " 宁波市人民政府办公厅 2023年3月9日 （此件公开发布）",
			map[string]string{"title": "宁波市人民政府办公厅关于支持企业稳岗的通知", "issuer": "宁波市人民政府办公厅", "date": "2023-03-09", "place": "宁波市", "kind": "policy"}},
		{"office and day on a line", "a.txt", "关于加装电梯补贴的通知\n鄞州区住房和城乡建设局 2024-03-01\n\n一、补贴标准\n每台电梯补贴15万元，由区财政负责落实，自2024年4月1日起施行。",
			map[string]string{"title": "关于加装电梯补贴的通知", "issuer": "鄞州区住房和城乡建设局", "date": "2024-03-01", "kind": "policy"}},
		{"ministries", "a.txt",
			"财政部 税务总局关于延续优惠政策的公告\n财政部 税务总局公告2023年第6号\n" + noticeText + "\n财政部 税务总局\n2023年3月26日",
			map[string]string{"title": "财政部 税务总局关于延续优惠政策的公告", "issuer": "财政部 税务总局", "date": "2023-03-26", "place": "全国", "kind": "policy"}},
		{"agency report", "a.txt",
			"福建出台措施支持企业用工\n新华社福州2月12日电（记者 张三、李四四）记者从福建省政府获悉，截至2022年2月10日，福建已发放补贴3.5亿元，惠及企业8000家。",
			map[string]string{"title": "福建出台措施支持企业用工", "issuer": "新华社", "author": "张三 李四四", "date": "2022-02-12", "place": "福建省", "kind": "news"}},
		{"agency report without a year", "a.txt",
			"福建出台措施支持企业用工\n新华社福州2月12日电（记者 张三）记者从福建省政府获悉，福建力争到2025年新增就业50万人，已发放补贴3.5亿元，惠及企业8000家。",
			map[string]string{"date": "", "place": "福建省", "author": "张三"}},
		{"a year's whole figures are told in the next", "a.txt",
			"福建出台措施支持企业用工\n新华社福州2月12日电（记者 张三）记者从福建省政府获悉，福建省裁员人数不超过2021年底参保人数5.5%的企业可以申请返还。",
			map[string]string{"date": "2022-02-12"}},
		{"a plan that is drawn up", "a.txt",
			"11月28日，省委十二届十二次全体会议举行，审议通过了《中共湖南省委关于制定湖南省国民经济和社会发展第十四个五年规划和二〇三五年远景目标的建议》。全会回顾了全省发展历程，我省各地反响热烈。湖南省政府相关负责人表示，湖南要抓好落实，湖南各级干部要再接再厉。",
			map[string]string{"title": "", "date": "2020-11-28", "place": "湖南省"}},
		{"paper's byline", "a.txt",
			"某市推进改革\n2024-02-19 11:35:00 来源:某市日报\n" + strings.Repeat("改革是发展的动力，要坚持问题导向。", 6) + "\n【来源:某市日报  作者:首席记者 王五   编辑:高某】",
			map[string]string{"title": "某市推进改革", "issuer": "某市日报", "author": "王五", "date": "2024-02-19", "kind": "news"}},
		{"a report without a byline", "a.txt",
			"某区社区食堂惠及老人\n近日，某区第三家社区食堂开业，老人就餐享受优惠。据悉，今年还将新开五家社区食堂，覆盖全部街道。",
			map[string]string{"kind": "news"}},
		{"a leader's words", "a.txt",
			"张三调研社区食堂时强调把好事办好\n张三先后走进两家社区食堂，详细询问菜价和客流。他指出，要坚持公益属性，让老人吃得放心，也要可持续经营。",
			map[string]string{"kind": "report"}},
		{"questions and answers", "a.txt",
			"社区食堂那些事\n1、谁能享受就餐优惠？\n本区户籍60周岁以上老人，凭身份证到任一食堂登记后享受。\n2、每餐补贴多少？\n每餐补贴三元，每天两餐，当天有效，不能转给他人。\n3、在哪里登记？\n在街道便民服务中心登记，也可以在线上登记。",
			map[string]string{"kind": "reading"}},
		{"a guide", "a.txt",
			"社区食堂食品安全指引\n一、食堂应当每天留样，留样时间不少于48小时，并且做好记录。\n二、从业人员应当持有健康证明，上岗时佩戴口罩和帽子，勤洗手。",
			map[string]string{"kind": "policy"}},
		{"a letter to residents", "a.txt",
			"致全区老年朋友的一封信\n亲爱的老年朋友：\n社区食堂今天开业，欢迎您前来就餐，祝您身体健康，生活愉快，万事如意。",
			map[string]string{"kind": "policy"}},
		{"nothing tells", "a.txt",
			"社区食堂\n社区食堂位于某路一号，两层楼，有八十个座位，环境整洁，菜品丰富，价格实惠，老少皆宜。",
			map[string]string{"kind": ""}},
		{"opinion", "a.txt",
			"推进城市治理的几点看法\n发布时间:2024-05-11 15:55:53\n" + strings.Repeat("城市治理要以人为本，久久为功。", 6) + "\n(作者系某大学公共管理学院教授)\n来源:某市日报 作者:王五 编辑:赵六",
			map[string]string{"author": "王五", "date": "2024-05-11", "kind": "opinion"}},
		{"reading", "a.txt", "《关于支持企业稳岗的通知》政策解读\n" + noticeText, map[string]string{"kind": "reading"}},
		{"report on a meeting", "a.txt",
			"全市经济工作会议召开\n作者: 2020-06-29 11:37:06 浏览:9146\n6月28日，全市经济工作会议举行，市长作报告。会议指出，要抓好稳增长工作。会议强调，要守住安全底线，抓好民生实事。",
			map[string]string{"date": "2020-06-29", "kind": "report", "author": ""}},
		{"a district named by its short name", "a.txt",
			"一、主要目标\n" + strings.Repeat("到2025年，全区生产总值突破2000亿元，健康拱墅、平安拱墅建设走在全市前列，打造大运河拱墅样本。", 4) + "\n二、重点任务\n加强与杭州市国际金融科技中心对接，杭州城市大脑产业落地我区，杭州国际博览中心周边环境提升，杭州市级政策兑现。",
			map[string]string{"title": "", "place": "杭州市拱墅区"}},
		{"no place well ahead", "a.txt",
			"一、主要目标\n" + strings.Repeat("全市上下要对标南京、宁波、苏州的做法，认真抓好各项工作落实，不断取得新成效。", 4),
			map[string]string{"place": ""}},
		{"help sent elsewhere", "a.txt", "我市医疗队驰援武汉\n" + strings.Repeat("医疗队队员表示，一定圆满完成任务，平安归来。", 4), map[string]string{"place": ""}},
		{"two places in one breath", "a.txt", "江苏、山东积极推进合作\n" + strings.Repeat("江苏、山东两省采取措施推进合作，取得积极成效。", 4), map[string]string{"place": ""}},
		{"page's table of facts", "a.txt",
			"关于稳岗补贴的公示\n索引号：0001-2024\n发布机构：苏州市人力资源和社会保障局\n发文日期：2024-01-29\n" + noticeText,
			map[string]string{"issuer": "苏州市人力资源和社会保障局", "date": "2024-01-29", "place": "苏州市"}},
		{"title from the file's name", "稳岗补贴办事指南.txt", "一、申报条件\n" + noticeText, map[string]string{"title": "稳岗补贴办事指南"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mustParse(t, c.file, c.text).Meta
			fields := map[string]retrieval.Field{"title": m.Title, "issuer": m.Issuer, "author": m.Author, "date": m.Date, "place": m.Place, "kind": m.Kind}
			for k, want := range c.want {
				f := fields[k]
				if f.Value != want {
					t.Errorf("%s is %q from %q, want %q", k, f.Value, f.From, want)
				}
				if (f.Value == "") != (f.From == "") {
					t.Errorf("%s %q has evidence %q", k, f.Value, f.From)
				}
			}
		})
	}
}
