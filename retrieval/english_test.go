package retrieval

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/internal/han"
)

func TestEnglishTableIsWellFormed(t *testing.T) {
	g, err := parseEnglish(englishTable)
	if err != nil {
		t.Error(err)
	}
	if !utf8.ValidString(englishTable) || strings.ContainsRune(englishTable, '\uFFFD') {
		t.Error("the table is not clean UTF-8")
	}
	if han.IsTraditional(englishTable) {
		t.Error("the table has traditional characters")
	}
	for line := range strings.Lines(englishTable) {
		if !strings.HasPrefix(line, "#") && strings.ToLower(line) != line {
			t.Errorf("%q has upper case letters", line)
		}
	}
	// A phrase in another form than the base that the table has for its word
	// is found in that form only.
	var walk func(*glossary, []string)
	walk = func(n *glossary, way []string) {
		if n.entry != nil {
			var words []englishWord
			for _, w := range way {
				words = append(words, englishWord{said: w})
			}
			if g.find(words, true) != n.entry {
				t.Errorf("%q is not found as it stands", strings.Join(way, " "))
			}
		}
		for w, next := range n.next {
			walk(next, append(way[:len(way):len(way)], w))
		}
	}
	walk(g, nil)
}

func TestParseEnglishNamesWhatIsWrong(t *testing.T) {
	for line, want := range map[string]string{
		"home":           "not exactly one =",
		"home = 住房 = 住宅": "not exactly one =",
		"= 住房":           "has 0 words",
		"home, = 住房":     "has 0 words",
		"one two three four five six seven = 数字": "has 7 words",
		"a, b, c, d, e, f, g, h, i = 数字":         "9 phrases",
		"home =":                                 "0 terms",
		"home = 一一 二二 三三 四四 五五 六六 七七":            "7 terms",
		"home = 住房 @套 @户 @间 @栋":                  "4 units",
		"home = 房":                               "not a word of 2 to 12",
		"home = 住房 住房":                           "stands twice",
		"home = 住房 @":                            "stands twice",
		"home = 住房(新":                            "not a term",
		"home; house = 住房":                       "not a phrase",
		"home, home = 住房":                        "stands twice",
		"home = 住房\nhome = 住宅":                   "english.txt:2: ",
		"organise = 组织\norganize = 组织":           "has an entry already",
	} {
		_, err := parseEnglish(line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseEnglish(%q) = %v, want an error with %q", line, err, want)
		}
	}
}

func TestEnglishMatching(t *testing.T) {
	g, err := parseEnglish(`
affordable home, affordable housing = 保障性住房 @套
home = 住房 @套
rental home = 租赁住房
build = 建设 新建
building = 楼宇
plan = 规划
plane = 飞机
policy = 政策
reduce = 降低
r&d = 研发
low-carbon = 低碳
elderly people = 老年人
people = 人民
child = 儿童
labour = 劳动
organise = 组织
pm2.5 = 细颗粒物
1000 people = 千人
university = 高校
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, question, want string }{
		{"nothing", "What is it?", ""},
		{"empty", "", ""},
		{"plural and the longer phrase", "Affordable Homes", "affordable homes:保障性住房"},
		{"the longer phrase wins over an earlier one", "home affordable home", "affordable home:保障性住房 home:住房"},
		{"overlap", "affordable rental homes", "rental homes:租赁住房"},
		{"verb", "which policies were planned, built or reduced", "policies:政策 planned:规划 built:建设,新建 reduced:降低"},
		{"the form itself before its base", "building a plane for planes", "building:楼宇 plane:飞机 planes:飞机"},
		{"ampersand", "R&D and r & d", "r d:研发 r d:研发"},
		{"hyphen", "low carbon, low-carbon", "low carbon:低碳 low carbon:低碳"},
		{"a comma parts", "low, carbon", ""},
		{"possessive", "elderly people's homes, the children’s homes", "elderly people:老年人 homes:住房 children:儿童 homes:住房"},
		{"spelling", "labor organised, labour organized", "labor:劳动 organised:组织 labour:劳动 organized:组织"},
		{"figures", "PM2.5 per 1,000 people.", "1000 people:千人 pm2.5:细颗粒物"},
		{"no stem of another word", "the universe homestead", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range g.wordings(tt.question) {
				got = append(got, strings.Join(w.Said, " ")+":"+strings.Join(w.Terms, ","))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("wordings(%q) = %q, want %q", tt.question, got, tt.want)
			}
		})
	}
}

// What the table itself must know, as far as common sense goes.
func TestEnglishKnows(t *testing.T) {
	for question, want := range map[string]string{
		"How many affordable homes will be built?":                "保障性住房",
		"subsidised rental flats":                                 "公寓",
		"What is the GDP growth target?":                          "地区生产总值增长",
		"core industries of the digital economy":                  "数字经济核心产业",
		"Who is the party secretary of the city?":                 "市委书记",
		"by the end of 2025":                                      "年底",
		"R&D spending":                                            "研发经费",
		"childcare places per 1,000 people":                       "千人托位",
		"the surveyed urban unemployment rate":                    "城镇调查失业率",
		"new urban jobs":                                          "城镇新增就业",
		"old residential communities to be renovated":             "老旧小区",
		"nursing homes":                                           "养老机构",
		"the disposable income of rural residents":                "农村居民人均可支配收入",
		"days with good air quality":                              "空气质量优良天数",
		"waste sorting":                                           "垃圾分类",
		"subway lines opened":                                     "地铁",
		"intangible cultural heritage":                            "非物质文化遗产",
		"Who wrote the article?":                                  "文章",
		"14th Five-Year Plan":                                     "十四五",
		"the rule of law":                                         "法治",
		"small and medium-sized enterprises":                      "中小企业",
		"high-tech companies":                                     "高新技术企业",
		"common prosperity":                                       "共同富裕",
		"carbon neutrality":                                       "碳中和",
		"charging stations for electric cars":                     "充电桩",
		"meal services for older people":                          "老年人",
		"What is done for the ageing population?":                 "人口老龄化",
		"What do the municipal government's departments promise?": "市政府",
		"How is Hangzhou promoting tourism?":                      "杭州",
		"Which policies does Xihu District have?":                 "西湖区",
	} {
		var got []string
		for _, w := range Official(question) {
			got = append(got, w.Terms...)
		}
		if !slices.Contains(got, want) {
			t.Errorf("Official(%q) = %q, want %q among them", question, got, want)
		}
	}
}

func TestEnglishReadsNoChineseQuestion(t *testing.T) {
	for _, w := range Official("哪些policy支持housing") {
		if !strings.ContainsFunc(strings.Join(w.Said, ""), han.IsHan) {
			t.Errorf("%q was read as English", w.Said)
		}
	}
}

func TestBases(t *testing.T) {
	for word, want := range map[string]string{
		"policies": "policy", "homes": "home", "houses": "house", "buses": "bus", "taxes": "tax", "built": "build", "planned": "plan",
		"reduced": "reduce", "reducing": "reduce", "stopping": "stop", "carried": "carry", "children": "child", "class": "class",
		"movies": "movie", "organising": "organize", "organisations": "organization", "programmes": "program", "ageing": "aging",
		"paid": "pay", "rising": "rise", "analyses": "analysis", "newly": "new",
	} {
		if got := bases(word); !slices.Contains(got, want) {
			t.Errorf("bases(%q) = %q, want %q among them", word, got, want)
		}
	}
}

func FuzzEnglish(f *testing.F) {
	for _, seed := range []string{"", "How many affordable homes?", "R&D 1,000,000.5", "’s 's s", "Hangzhou's PM2.5", "\xff home\xff", "a,,b..c", "İstanbul ſ", "homes\u200bhomes"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, question string) {
		lower := strings.ReplaceAll(strings.ToLower(question), ",", "")
		for _, w := range english(question) {
			if len(w.Said) == 0 || len(w.Terms)+len(w.Units) == 0 {
				t.Errorf("%+v says nothing", w)
			}
			for _, said := range w.Said {
				if !strings.Contains(lower, said) {
					t.Errorf("%q does not stand in %q", said, question)
				}
			}
			for _, term := range w.Terms {
				if fold(term) != term {
					t.Errorf("%q is not folded", term)
				}
			}
		}
	})
}

func FuzzParseEnglish(f *testing.F) {
	for _, seed := range []string{"home, house = 住房 @套", "a = b", "@ = @", "#", ",,=,,", "é = 甲乙", "a\xff = \xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, table string) {
		g, _ := parseEnglish(table)
		g.wordings(table)
	})
}
