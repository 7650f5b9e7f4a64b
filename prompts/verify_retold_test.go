package prompts

import "testing"

// Each honest retelling stands beside the falsehood that the same rule would
// let through if it were any wider.
func TestRetoldInOtherWords(t *testing.T) {
	runCases(t, []checkCase{
		// Measure words that count the same things.
		{"今年全市救治12名患者。", "今年全市救治12例患者", ""},
		{"今年全市救治12户患者。", "今年全市救治12例患者", "figure"},
		// 满 is 以上, or nothing that the bare figure does not say.
		{"就业满6个月的，给予补助。", "就业6个月以上的，给予补助", ""},
		{"就业未满6个月的，给予补助。", "就业6个月以上的，给予补助", "bound"},
		// The last day of a month is its 底.
		{"政策执行到2025年6月底。", "政策执行至2025年6月30日", ""},
		{"政策执行到2025年6月底。", "政策执行至2025年6月20日", "year"},
		// 近 and 多 are on different sides of a figure.
		{"组织近60名志愿者上门服务。", "组织志愿者近60人上门服务", ""},
		{"组织60多名志愿者上门服务。", "组织志愿者近60人上门服务", "bound"},
		// What a sentence counts up has come about in each of its clauses.
		{"共排查隐患320处，已整改300处。", "全市累计排查隐患320处，整改300处", ""},
		{"已整改隐患300处。", "全市推进隐患整改，整改300处", "modality"},
		{"已获认定的企业可以申请补贴。", "获认定的企业可以申请补贴", ""},
		{"已破解入园难的问题。", "加快破解入园难的问题", "modality"},
		// A figure with the words of another one.
		{"三支队伍上门检查，发现问题80个，解决问题95个。", "三支队伍上门检查力量累计走访2000户，发现问题95个，解决问题80个", "order"},
		// The passive of what is negated.
		{"用户的积分不受影响。", "不影响用户的积分", ""},
		{"用户的积分受影响。", "不影响用户的积分", "negation"},
		{"停缴期间将停止供热。", "停缴期间实行不停热措施", "negation"},
		// To whom something is given, and who does it to whom.
		{"为农户发放80万元补贴。", "为合作社发放80万元补贴，保障农户的产品顺利收购", "order"},
		{"为合作社发放80万元补贴。", "为种粮合作社发放80万元补贴，保障农户的产品顺利收购", ""},
		{"市图书馆为12个社区制定了借阅方案。", "市图书馆根据不同社区的情况，对12个社区制定借阅方案", ""},
		{"补助资金由社区管理中心发放。", "补助资金由区财政局发放，社区管理中心负责核对名单", "order"},
		{"名单由社区管理中心核对。", "补助资金由区财政局发放，社区管理中心负责核对名单", ""},
		// A negation with how or where between it and its verb.
		{"汛期不办露天晚会、灯会。", "不在汛期举办露天晚会、灯会等聚会", ""},
		{"汛期可以举办露天晚会、灯会。", "不在汛期举办露天晚会、灯会等聚会", "negation"},
		{"任何单位不得截留或挪用补助资金。", "任何单位不得截留、挪用补助资金", ""},
		{"对逾期未换证的商户不予罚款。", "不对证照遗失、逾期未换证的商户进行罚款", ""},
		{"任务截止日期将视天气另行公布。", "任务截止日期视天气另行公告", ""},
		{"公布了服务热线和20名顾问的电话。", "公布了服务热线（王明13800000000），以及20名顾问的电话", ""},
		// More than the quote says.
		{"所有商户均可申请。", "小型商户均可申请", "content"},
		{"预计第一季度减免租金。", "预计一季度减免租金", ""},
		{"新出的《办法》提出4大类、16条具体办法。", "主要提出四大类16条具体办法", ""},
		{"这里是全国最宜居的城市。", "这里是全国最宜居的城市之一", "content"},
		{"仅西湖区延长缴费期。", "西湖区等地延长缴费期", "content"},
		{"全市建起便民服务站。", "全市还建立了便民服务站", ""},
	})
}
