package retrieval

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/internal/han"
)

func TestEverydayTablesAreWellFormed(t *testing.T) {
	for name, table := range map[string]string{"everyday.txt": everydayTable, "law.txt": lawTable, "parties.txt": partiesTable} {
		t.Run(name, func(t *testing.T) {
			lex, err := parseEveryday(table)
			if err != nil {
				t.Error(err)
			}
			if !utf8.ValidString(table) || strings.ContainsRune(table, '\uFFFD') {
				t.Error("the table is not clean UTF-8")
			}
			if han.IsTraditional(table) {
				t.Error("the table has traditional characters")
			}
			known := searchLexicon().all()
			for w, terms := range lex.words {
				shorter := func(k string) bool { return k != w && strings.Contains(w, k) }
				if terms == nil && !slices.ContainsFunc(known, shorter) {
					t.Errorf("the guard %q keeps no word from being read", w)
				}
			}
		})
	}
}

// all are the words of the lexicon and the parts of its pairs.
func (l lexicon) all() []string {
	known := slices.Collect(maps.Keys(l.words))
	for first, pairs := range l.pairs {
		known = append(known, first)
		for _, p := range pairs {
			known = append(known, p.second)
		}
	}
	return known
}

// A word that both tables have leads where the everyday table says.
func TestLexiconFillKeepsItsOwn(t *testing.T) {
	lex, err := parseEveryday("! 提高考核\n租房 = 住房租赁\n老人~赡养 = 养老服务")
	if err != nil {
		t.Fatal(err)
	}
	law, err := parseEveryday("提高考核 = 考试\n租房 = 租赁合同\n借条 = 借款合同\n老人~赡养 老人~遗产 = 继承")
	if err != nil {
		t.Fatal(err)
	}
	lex.fill(law)
	for question, want := range map[string]string{
		"提高考核": "", "租房": "住房租赁", "借条": "借款合同", "老人要赡养": "养老服务", "老人的遗产": "继承",
	} {
		if got := strings.Join(lex.terms(question), " "); got != want {
			t.Errorf("terms(%q) = %q, want %q", question, got, want)
		}
	}
}

func TestParseEverydayNamesWhatIsWrong(t *testing.T) {
	for line, want := range map[string]string{
		"买房":           "not exactly one =",
		"买房 = 购房 = 置业": "not exactly one =",
		"= 购房":         "0 everyday words",
		"买房 =":         "0 official terms",
		"一一 二二 三三 四四 五五 六六 七七 = 数字":       "7 everyday words",
		"数字 = 一一 二二 三三 四四 五五 六六 七七 八八 九九": "9 official terms",
		"房 = 住房": "not a word of 2 to 12",
		"买房 = 房": "not a word of 2 to 12",
		"买房 = 一二三四五六七八九十一二三":     "not a word of 2 to 12",
		"买房 = 购房 购房":             "stands twice",
		"买房 = 买房":                "leads to itself",
		"买房 买房 = 购房":             "an entry already",
		"买房 = 购房\n买房 = 置业":       "line 2: ",
		"老人~ = 助餐":               "not a pair",
		"老~吃饭 = 助餐":              "not a word of 2 to 12",
		"老人~吃饭 = 助餐\n老人~吃饭 = 送餐": "an entry already",
		"!房": "not a word of 2 to 12",
	} {
		_, err := parseEveryday(line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseEveryday(%q) = %v, want an error with %q", line, err, want)
		}
	}
}

func TestParseEverydayKeepsTheGoodLines(t *testing.T) {
	lex, err := parseEveryday("# 住房\n\n坏行\n买房 = 购房\n")
	if err == nil {
		t.Error("the bad line went unnamed")
	}
	if got := lex.terms("我想买房"); !slices.Equal(got, []string{"购房"}) {
		t.Errorf("terms = %q, want 购房", got)
	}
}

func TestEverydayMatching(t *testing.T) {
	lex, err := parseEveryday(`
! 提高考核
高考 = 普通高等学校招生
租房 = 住房租赁 租赁住房
租房补贴 = 租赁补贴 住房租赁
补贴 = 补助
老人 = 老年人
老人~吃饭 = 助餐服务
老人~贵 = 养老服务收费
ai 人工智能 = 生成式人工智能
GDP = 地区生产总值
地区生产总值 = GDP
一二三 = 前三
三四五六 = 后四
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, question, want string }{
		{"nothing", "今天星期几", ""},
		{"empty", "", ""},
		{"word", "哪里租房好", "住房租赁 租赁住房"},
		{"the longer word wins", "租房补贴怎么领", "租赁补贴 住房租赁"},
		{"the longer word wins over an earlier overlapping one", "一二三四五六", "后四"},
		{"no term twice, longest word first", "补贴、租房和租房补贴", "租赁补贴 住房租赁 补助 租赁住房"},
		{"nothing that the question has", "租房就是住房租赁吗", "租赁住房"},
		{"traditional script", "請問租房補貼怎麼領", "租赁补贴 住房租赁"},
		{"spaces and full width", "ＧＤＰ 多 少", "地区生产总值"},
		{"back from the official term", "地区生产总值多少", "gdp"},
		{"both ways at once add nothing", "GDP就是地区生产总值吗", ""},
		{"pair", "老人平时可以在哪里吃饭", "助餐服务 老年人"},
		{"pair at once", "老人吃饭", "助餐服务 老年人"},
		{"pair with a short second part", "老人院收费贵不贵", "养老服务收费 老年人"},
		{"pair too far apart", "老人一二四五六七八九十吃饭", "老年人"},
		{"pair across sentences", "有老人。去吃饭", "老年人"},
		{"pair the other way round", "吃饭的老人", "老年人"},
		{"guard", "怎样提高考核的质量", ""},
		{"guarded word elsewhere", "提高考核和高考", "普通高等学校招生"},
		{"latin word", "AI政策", "生成式人工智能"},
		{"latin word inside another", "email政策", ""},
		{"latin word before a digit", "ai2政策", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lex.terms(tt.question); strings.Join(got, " ") != tt.want {
				t.Errorf("terms(%q) = %q, want %q", tt.question, got, tt.want)
			}
		})
	}
}

// What the table itself must know, as far as common sense goes.
func TestEverydayKnows(t *testing.T) {
	for question, want := range map[string]string{
		"老人在哪里吃饭":       "助餐服务",
		"老人家裡沒人照顧怎麼辦":   "居家养老服务",
		"小孩几岁上学":        "适龄儿童",
		"外地户口的孩子怎么上学":   "随迁子女",
		"交不起房租怎么办":      "住房租赁补贴",
		"开饭馆要办什么证":      "食品经营许可",
		"我們小區想裝電梯":      "既有住宅加装电梯",
		"公司搬家要交什么材料":    "住所变更登记",
		"政府怎么过紧日子":      "压减一般性支出",
		"人均寿命多少":        "人均预期寿命",
		"人能活多久":         "人均预期寿命",
		"健身房跑路了钱能退吗":    "单用途商业预付卡",
		"外卖小哥有保险吗":      "新就业形态劳动者",
		"老板拖欠工资":        "根治欠薪",
		"地铁什么时候修好":      "轨道交通",
		"高企有什么优惠":       "高新技术企业",
		"R&D投入多少":       "研究与试验发展",
		"十四五要做什么":       "第十四个五年规划",
		"社保怎么转":         "社会保险",
		"发改委管什么":        "发展和改革委员会",
		"电瓶车能进楼吗":       "电动自行车",
		"邻居太吵怎么办":       "邻里纠纷",
		"抑郁了找谁":         "心理健康服务",
		"怎么落户":          "户口迁移",
		"退伍以后怎么找工作":     "退役军人就业创业",
		"研究与试验发展经费是多少":  "r&d",
		"中國的GDP":        "地区生产总值",
		"去政府办事要跑几次":     "最多跑一次",
		"村里的路谁修":        "农村公路",
		"当官的贪污了怎么办":     "反腐败斗争",
		"我想去国外读书":       "出国留学",
		"家里老人瘫痪护理费谁出":   "长期护理保险",
		"办残疾证去哪里":       "残疾人证",
		"水管老化":          "老旧管网更新",
		"路上堵车怎么治":       "交通拥堵治理",
		"人大和政协开会":       "人民代表大会",
		"孩子在学校被同学欺负怎么办": "学生欺凌",
	} {
		if got := everydayLexicon().terms(question); !slices.Contains(got, want) {
			t.Errorf("terms(%q) = %q, want %q among them", question, got, want)
		}
	}
}

// What the tables of the law and of the parties must know, as far as common sense goes.
func TestLawKnows(t *testing.T) {
	for question, want := range map[string]string{
		"老公出轨离婚能多分财产吗":       "无过错方有权请求损害赔偿",
		"公司不给加班费怎么办":         "延长工作时间工资报酬",
		"被狗咬了谁赔":             "饲养的动物造成他人损害",
		"借条没写还款日期":           "借款期限没有约定",
		"网上买到假货":             "欺诈行为",
		"开车撞人逃逸会判几年":         "交通肇事罪",
		"分手了能把彩礼要回来吗":        "返还彩礼",
		"鄰居家漏水把我家泡了":         "相邻关系",
		"房东要卖房，我还租着":         "承租人优先购买权",
		"定金能不能退":             "定金罚则",
		"小孩偷偷给主播打赏":          "限制民事行为能力人",
		"爸爸欠债，他死了儿子要还吗":      "放弃继承的",
		"下班路上被车撞了算不算工伤":      "上下班途中",
		"没签劳动合同上了半年班":        "支付二倍的工资",
		"楼上掉东西砸到人":           "高空抛物罪",
		"手机里的照片被盗用了":         "肖像权",
		"开发商延期交房":            "逾期交付房屋",
		"喝酒开车被抓":             "危险驾驶罪",
		"被骗了三千块够立案吗":         "诈骗罪",
		"取保候审要多久":            "不得超过十二个月",
		"判决书下来对方不还钱，老赖怎么办":   "失信被执行人名单",
		"过了几年还能起诉吗，有什么起诉的条件": "起诉必须符合下列条件",
		"对处罚不服怎么复议":          "行政复议申请",
		"小区要刷脸才能进":           "敏感个人信息",
		"老师打人":               "教育惩戒",
		"买保险的时候隐瞒病史":         "如实告知义务",
		"外国人非法打工":            "外国人工作许可",
		"一个人的公司欠债，老板要还吗":     "不能证明公司财产独立于",
		"婆婆走了，儿媳能分到什么吗":      "丧偶儿媳",
		"哪些情况下可以取消":          "有下列情形之一的",
		"司机撞伤了行人":            "机动车驾驶人",
		"公司让员工赔偿客人的损失":       "劳动者",
		"没约定价格怎么办":           "质量价款履行地点没有约定",
		"法院不立案能上诉吗":          "裁定不予受理",
		"房子保修几年":             "最低保修期限",
	} {
		if got := searchLexicon().terms(question); !slices.Contains(got, want) {
			t.Errorf("terms(%q) = %q, want %q among them", question, got, want)
		}
	}
}

// Words that only look like everyday ones where two others meet.
func TestEverydayLeavesAlone(t *testing.T) {
	for question, not := range map[string]string{
		"怎样提高考核标准":   "普通高等学校招生",
		"全国企业有多少":    "国有企业改革",
		"提高企业效率":     "高新技术企业",
		"行政协调机制":     "政治协商",
		"机动车怎么登记":    "铁路客运",
		"网上学习平台":     "义务教育",
		"培养老师":       "养老服务体系",
		"老人大约有多少":    "人民代表大会",
		"工作风险如何控制":   "作风建设",
		"执法人员要持证上岗吗": "法定代表人",
		"这种地方能去吗":    "粮食生产",
		"国家政策有哪些":    "家政服务",
		"过程中产生的费用":   "中等收入群体",
		"协调解决了多少问题":  "人民调解",
		"重大专项有多少":    "高等职业教育",
		"对外交流情况":     "对外交往",
		"乡村规划怎么编":    "村民自治",
		"平台商家要交税吗":   "台资企业",
		"合同的签订金额是多少": "预付款",
		"规定金额是多少":    "定金罚则",
		"推出轨道交通计划":   "与他人同居",
		"大中小三类企业":    "与他人同居",
		"不同居民的收入":    "同居关系",
		"怎样更改姓名":     "子女姓氏",
		"从事假冒的处罚":    "职工请假",
		"提交房产材料":     "逾期交付房屋",
		"工程施工时间":     "标准工时",
		"采取保障措施":     "保证人保证金",
		"适用范围标准是什么":  "中标无效",
		"宣传销售政策":     "发展人员",
		"租借条件有哪些":    "借贷关系",
		"列举证明材料":     "举证期限",
		"怎样赡养父母":     "解除收养关系",
		"建立案例库":      "不予立案",
		"持证人员的待遇":    "证人出庭",
		"目前科技投入":     "犯罪记录封存",
		"企业联合租赁厂房":   "人均租住建筑面积",
		"妇女儿童的保护":    "未成年人",
		"公司机构怎么设置":   "驾驶员",
		"二级施工资质":     "劳动报酬",
		"国家人才计划":     "近亲属",
		"施工方案由谁审批":   "施工单位",
		"人民警察的待遇":    "公安机关",
		"购买家电有补贴吗":   "买受人",
		"集中介绍了什么":    "中介人",
		"侵犯人身权利":     "服刑",
		"系统被打开过吗":    "殴打他人",
	} {
		if got := searchLexicon().terms(question); slices.Contains(got, not) {
			t.Errorf("terms(%q) = %q, want no %q", question, got, not)
		}
	}
}

// TestPartiesOnlyFind holds that what the commonest words lead to is searched
// and counts for no answer.
func TestPartiesOnlyFind(t *testing.T) {
	const question, term = "女儿在学校受伤", "教育机构"
	if got := searchLexicon().terms(question); !slices.Contains(got, term) {
		t.Errorf("a search for %q has %q, want %q among them", question, got, term)
	}
	for _, w := range Official(question) {
		if slices.Contains(w.Terms, term) {
			t.Errorf("%q is officially %q for %q", w.Said, w.Terms, question)
		}
	}
}

func FuzzEveryday(f *testing.F) {
	for _, seed := range []string{"", "老人在哪里吃饭", "請問租房補貼怎麼領", "R&D 和 GDP", "\xff老人\xff吃饭", "老人老人老人吃饭吃饭", "~=#!", "ＡＩ\u200b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, question string) {
		folded := fold(question)
		got := searchLexicon().terms(question)
		for i, term := range got {
			if slices.Contains(got[:i], term) {
				t.Errorf("%q stands twice in %q", term, got)
			}
			if strings.Contains(folded, term) {
				t.Errorf("%q is in the question already", term)
			}
			if fold(term) != term {
				t.Errorf("%q is not folded", term)
			}
		}
		if again := searchLexicon().terms(folded); !slices.Equal(got, again) {
			t.Errorf("%q as typed, %q folded", got, again)
		}
	})
}

func FuzzParseEveryday(f *testing.F) {
	for _, seed := range []string{"买房 = 购房", "! 提高考核", "老人~吃饭 = 助餐", "~ = =", "#", "a~~b = 甲乙", "!\xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, table string) {
		lex, _ := parseEveryday(table)
		lex.terms(table)
	})
}
