package bot

import (
	"strings"
	"testing"
)

// TestDateOfTheQuestion asks for one of several states by its date: the
// sentence of that date answers, also from across missing words, and the
// others are not told behind it.
func TestDateOfTheQuestion(t *testing.T) {
	a := extractor(library(t, paper{name: "plan", title: "海湾岸线治理规划", place: "宁波市", date: "2023-01-01", passages: []string{
		"推进海湾岸线治理,持续提升岸线治理水平。到2023年底,初步建立[…]一体化监测平台,4个码头实现联网。到2024年底,岸线治理平台和4个码头高效运行,全面建成岸线监测网。到2027年底,全面形成岸线治理体系,基本建成全省岸线治理示范区。",
		"渔业码头夜间照明由港务公司负责维护。3月完成护栏改造,9月完成路面改造。",
	}}))
	for _, tt := range []struct{ question, want, not string }{
		{"海湾岸线治理到2023年底要达到什么目标?", "2023年底,初步建立", "2024年底"},
		{"到2023年底海湾岸线治理要达到什么目标?", "2023年底,初步建立", "2024年底"},
		{"海湾岸线治理到2024年底要达到什么目标?", "2024年底,岸线治理平台", "2027年底"},
		{"海湾岸线治理到2027年底要达到什么目标?", "2027年底,全面形成", "2024年底"},
		{"渔业码头9月要完成什么改造?", "9月完成路面改造", "refused"},
	} {
		got := said(ask(t, a, tt.question))
		if !strings.Contains(got, tt.want) || strings.Contains(got, tt.not) {
			t.Errorf("%s\n got %s\nwant %s, without %s", tt.question, got, tt.want, tt.not)
		}
	}
}

func TestDated(t *testing.T) {
	for _, tt := range []struct {
		question, text string
		want           dating
	}{
		{"到2021年底的目标是什么?", "到2021年底,建成4个", ownDate},
		{"到2021年底的目标是什么?", "到2022年底,建成4个", otherDate},
		{"到2021年底的目标是什么?", "从2020年底到2021年底", ownDate},
		{"到2021年底的目标是什么?", "2021年建成4个", undated},
		{"到2021年底的目标是什么?", "建成4个", undated},
		{"2月17日的会议讲了什么?", "2020年2月17日,会议举行", ownDate},
		{"2月17日的会议讲了什么?", "2月18日,会议举行", otherDate},
		{"3月份做了什么?", "4月", otherDate},
		{"2月份的期限延长到什么时候?", "延长至3月", undated},
		{"2021年的目标是什么?", "到2022年底", undated},
	} {
		if got := readQuestion(tt.question).dated(tt.text); got != tt.want {
			t.Errorf("%s: %s is %d, want %d", tt.question, tt.text, got, tt.want)
		}
	}
}

// TestNames asks what things are called: the clause with the name is told,
// nothing else, and none where no name stands.
func TestNames(t *testing.T) {
	a := extractor(library(t, paper{name: "news", title: "老龄工作会议", place: "宁波市", date: "2024-01-01", passages: []string{
		"5月4日,全市老龄工作会议举行,会议由副市长主持,市民政局局长周启明作题为《让每一位老人安享晚年》的报告。报告明确,要新建社区食堂120家。会议还部署了安全生产工作。",
		"全市建成老年助餐服务平台,平台名为“邻里餐桌”。平台由民政局运行,服务老人三万名。",
		"全市建成停车服务平台,平台由交通局负责运行,服务车主三万名。",
	}}))
	for _, tt := range []struct{ question, want, not string }{
		{"老龄工作会议上周启明作的报告题目是什么?", "《让每一位老人安享晚年》的报告。", "社区食堂"},
		{"老年助餐服务平台叫什么名字?", "“邻里餐桌”", "三万"},
		{"停车服务平台叫什么?", "refused", "交通局"},
	} {
		got := said(ask(t, a, tt.question))
		if !strings.Contains(got, tt.want) || strings.Contains(got, tt.not) {
			t.Errorf("%s\n got %s\nwant %s, without %s", tt.question, got, tt.want, tt.not)
		}
	}
}
