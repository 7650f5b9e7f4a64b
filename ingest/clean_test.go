package ingest

import (
	"strings"
	"testing"
)

const paragraphText = "为贯彻落实党中央、国务院决策部署，支持中小企业稳定发展，现就有关事项通知如下，请各有关单位认真抓好落实。"

func TestCleanTakesPageFurnitureOut(t *testing.T) {
	for _, c := range []struct{ name, page, line, reason string }{
		{"home button", "设为首页\n\n关于做好稳岗工作的通知\n" + paragraphText, "设为首页", reasonNavigation},
		{"spaced button", "返 回\n关于做好稳岗工作的通知\n" + paragraphText, "返 回", reasonNavigation},
		{"trail", "您现在的位置：首页 > 政务公开 > 通知\n关于做好稳岗工作的通知\n" + paragraphText, "您现在的位置：首页 > 政务公开 > 通知", reasonNavigation},
		{"print", "关于做好稳岗工作的通知\n[打印本页]\n" + paragraphText, "[打印本页]", reasonTool},
		{"share bar", "关于做好稳岗工作的通知\n分享到：微信 微博 QQ空间\n" + paragraphText, "分享到：微信 微博 QQ空间", reasonTool},
		{"paper's hotline", "报料热线：0571-85109999\n关于做好稳岗工作的通知\n" + paragraphText, "报料热线：0571-85109999", reasonContact},
		{"link farm", "关于做好稳岗工作的通知\n" + paragraphText + "\n友情链接网: 人民网 新华网 中新网 光明网 央视网 中国网", "友情链接网: 人民网 新华网 中新网 光明网 央视网 中国网", reasonLinks},
		{"disclaimer", "关于做好稳岗工作的通知\n" + paragraphText + "\n免责声明：本网站转载的文章版权归原作者所有，仅供参考，如有侵权请联系我们删除。", "免责声明：本网站转载的文章版权归原作者所有，仅供参考，如有侵权请联系我们删除。", reasonDisclaimer},
		{"record number", "关于做好稳岗工作的通知\n" + paragraphText + "\n浙ICP备12345678号-1", "浙ICP备12345678号-1", reasonDisclaimer},
		{"related heading", "关于做好稳岗工作的通知\n" + paragraphText + "\n相关新闻\n某市召开就业工作会议", "相关新闻", reasonRelated},
		{"related link", "关于做好稳岗工作的通知\n" + paragraphText + "\n相关新闻\n某市召开就业工作会议", "某市召开就业工作会议", reasonRelated},
		{"sections below the byline", "关于做好稳岗工作的通知\n" + paragraphText + "\n来源：某某日报 作者：张三\n• 时政\n• 经济", "• 经济", reasonNavigation},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse("page.txt", []byte(c.page))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Removed {
				if r.Text == c.line && r.Reason == c.reason {
					if strings.Contains(p.Text, c.line) {
						t.Errorf("%q was removed and stands in the text", c.line)
					}
					if !strings.Contains(p.Text, paragraphText) || !strings.Contains(p.Text, "关于做好稳岗工作的通知") {
						t.Errorf("the document went too: %q", p.Text)
					}
					return
				}
			}
			t.Errorf("%q was not removed for %s: %+v", c.line, c.reason, p.Removed)
		})
	}
}

func TestCleanLeavesDocumentsAlone(t *testing.T) {
	for name, text := range map[string]string{
		"office's telephone":       "关于做好稳岗工作的通知\n" + paragraphText + "\n联系电话：0571-87654321\n咨询热线：12345",
		"signature":                "关于做好稳岗工作的通知\n" + paragraphText + "\n某某市人民政府办公室\n2024年2月7日\n（此件公开发布）",
		"declaration form":         "关于做好稳岗工作的通知\n" + paragraphText + "\n声明：本单位承诺所填内容真实，愿意承担法律责任。",
		"short title":              "通 告\n" + paragraphText,
		"byline":                   "某市出台新政\n2024-02-19 11:35:00 来源:某某日报\n" + paragraphText + "\n（记者 张三）",
		"offices in a row":         "财政部 税务总局 海关总署 商务部 公安部\n关于税收政策的公告\n" + paragraphText,
		"list of districts":        "核酸检测点\n" + paragraphText + "\n上城区：甲医院\n拱墅区：乙医院\n西湖区：丙医院",
		"a section on links":       "一、搭建平台\n" + paragraphText + "\n相关链接纳入统一平台管理，由主管部门负责维护。",
		"policy on copyright":      "关于网络版权保护的通知\n" + paragraphText + "\n网站转载作品应当取得授权，不得侵权。\n" + paragraphText,
		"names in a row":           "获奖人员公示\n" + paragraphText + "\n张三 李四 王五 赵六 孙七 周八 吴九 郑十",
		"English title":            "Notice on stable employment for small firms in Hangzhou city\nThe measures below take effect today, and all offices shall carry them out.",
		"a table alone":            "序号 名称 单位 数量 单价 金额 备注 日期\n一 口罩 只 甲 乙 丙 丁 戊",
		"a list at the end":        "关于做好稳岗工作的通知\n" + paragraphText + "\n• 甲项目\n• 乙项目",
		"sports and lottery funds": "体育彩票公益金管理办法\n福利彩票公益金和体育彩票公益金用于社会福利、体育事业，2023年投注站新增365个，体育总局官网公布名单。" + paragraphText,
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse("doc.txt", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Removed {
				t.Errorf("removed as %s: %q", r.Reason, r.Text)
			}
		})
	}
}

func TestSpamIsMarked(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"glued with underscores", "推动365ba_365bet官方体育投注_28365365体育建设全面提速", "推动[…]建设全面提速"},
		{"other brand", "力争bet007_足球投注_官网开户到2025年建成示范区", "力争[…]到2025年建成示范区"},
		{"bet brand without glue", "加快yabo888娱乐城发展数字经济", "加快[…]发展数字经济"},
		{"casino", "建设casino88真人娱乐新城", "建设[…]新城"},
		{"twice, the sentence goes on with a word of theirs", "推动aa11_bb22体育投注_cc33体育中心落地，支持aa11_bb22体育投注_cc33体育全民健身", "推动[…]中心落地，支持[…]全民健身"},
		{"with invisible characters", "推动365ba_365bet官方体育\u200b投注_28365365体育 建设", "推动[…] 建设"},
		{"sports policy", "加大体育公共设施供给，2025年体育产业规模突破365亿元", ""},
		{"lottery", "体育彩票投注站和福利彩票销售网点达到3000个，官网为www.example.gov.cn", ""},
		{"police notice", "严厉打击网络赌博、“百家乐”网上投注平台等违法犯罪，涉案APP共12个", ""},
		{"underscores", "附件1_企业投注资金申报表_v2", "附件1_企业投注资金申报表_v2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want == "" {
				c.want = c.text
			}
			raw := []byte(c.text + "。\n" + paragraphText)
			p, err := Parse("doc.txt", raw)
			if err != nil {
				t.Fatal(err)
			}
			got, _, _ := strings.Cut(p.Text, "。\n")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			checkParsed(t, "doc.txt", raw, p)
		})
	}
}
