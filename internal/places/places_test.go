package places

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func place(s ...string) Place {
	var p Place
	for i, v := range s {
		switch i {
		case 0:
			p.Province = v
		case 1:
			p.City = v
		case 2:
			p.County = v
		}
	}
	return p
}

func TestParse(t *testing.T) {
	xihu := place("浙江省", "杭州市", "西湖区")
	for in, want := range map[string]Place{
		"杭州市西湖区": xihu, "浙江省杭州市西湖区": xihu, "杭州西湖区": xihu, "浙江杭州西湖": xihu, " 杭州市西湖區 ": xihu,
		"杭州": place("浙江省", "杭州市"), "杭州市": place("浙江省", "杭州市"), "浙江": place("浙江省"),
		"北京": place("北京市", "北京市"), "海淀区": place("北京市", "北京市", "海淀区"), "北京市海淀区": place("北京市", "北京市", "海淀区"),
		"重庆市忠县": place("重庆市", "重庆市", "忠县"), "忠县": place("重庆市", "重庆市", "忠县"),
		"仙桃市": place("湖北省", "", "仙桃市"), "湖北省仙桃市": place("湖北省", "", "仙桃市"),
		"广西": place("广西壮族自治区"), "内蒙古": place("内蒙古自治区"), "新疆": place("新疆维吾尔自治区"), "宁夏": place("宁夏回族自治区"),
		"吉林": place("吉林省"), "吉林市": place("吉林省", "吉林市"), "海南": place("海南省"), "延边": place("吉林省", "延边朝鲜族自治州"),
		"西湖区": {}, "鼓楼区": {}, "": {}, "某市": {}, "杭州宁波": {}, "杭州市江西省": {},
		"建德": place("浙江省", "杭州市", "建德市"), "下城区": place("浙江省", "杭州市", "下城区"), "莱芜市": place("山东省", "", "莱芜市"),
		"Hangzhou": place("浙江省", "杭州市"), "Gongshu District": place("浙江省", "杭州市", "拱墅区"), "Inner Mongolia": place("内蒙古自治区"),
		"Shaanxi": place("陕西省"), "Shanxi Province": place("山西省"), "Chongqing": place("重庆市", "重庆市"), "Xi'an": place("陕西省", "西安市"),
	} {
		if got := Parse(in); got != want {
			t.Errorf("Parse(%q) = %+v, want %+v", in, got, want)
		}
	}
}

// Every division's own full name leads back to it.
func TestParseReadsEveryName(t *testing.T) {
	byCode, order := codes()
	for _, code := range order {
		p := byCode[code]
		full := p.Province + p.County
		if p.City != "" && p.City != p.Province {
			full = p.Province + p.City + p.County
		}
		if got := Parse(full); got != p {
			t.Errorf("Parse(%q) = %+v, want %+v", full, got, p)
		}
		if got := Parse(p.String()); got != p {
			t.Errorf("Parse(%q) = %+v, want %+v", p, got, p)
		}
		if up := p.Up(); !up.IsZero() && (!up.Contains(p) || p.Contains(up) || up.Level() >= p.Level()) {
			t.Errorf("%+v does not lie in %+v", p, up)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"浙江省杭州市西湖区和南昌市西湖区", "杭州市西湖区 南昌市西湖区"},
		{"西湖区突破2000亿元", "杭州市西湖区/南昌市西湖区"},
		{"到浙江、杭州考察", "浙江省 杭州市"},
		{"建德市乾潭镇", "杭州市建德市"},
		{"杭州建德的乡村", "杭州市建德市"},
		{"西湖风景与来宾", ""},
		{"廣西壯族自治區南寧市", "南宁市"},
		{"杭州西湖区域", "杭州市西湖区"},
		{"钱塘江西岸,黄河南岸", ""},
		{"确保定点医院", ""},
		{"各市和县区,形成县域,信息县城", ""},
		{"重庆市忠县", "重庆市忠县"},
		{"新城区与老城区", ""},
		{"呼和浩特市新城区", "呼和浩特市新城区"},
		{"中山路与朝阳产业", ""},
		{"浙江大学", "浙江省*"},
		{"江苏银行等", "江苏省*"},
		{"南京东路", "南京市*"},
		{"杭州街道", "杭州市"},
		{"原下城区和钱塘新区", "杭州市下城区 杭州市钱塘新区"},
		{"In Gongshu District, Hangzhou, and Inner Mongolia's Hohhot City", "杭州市拱墅区 杭州市 内蒙古自治区 呼和浩特市"},
		{"Xihu Lake and Lishui", "丽水市"},
		{"Suzhou", "苏州市/宿州市"},
		{"Hangzhou's", "杭州市"},
		{"hangzhou", ""},
		{"\xff杭州\xfe市", "杭州市"},
	} {
		var got []string
		for _, m := range Find(c.text) {
			var names []string
			for _, p := range m.Places {
				names = append(names, p.String())
			}
			s := strings.Join(names, "/")
			if m.Within {
				s += "*"
			}
			got = append(got, s)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("Find(%q) = %s, want %s", c.text, g, c.want)
		}
	}
}

func TestContains(t *testing.T) {
	hz, xh := Parse("杭州"), Parse("杭州市西湖区")
	if !hz.Contains(xh) || !Parse("浙江").Contains(xh) || !hz.Contains(hz) {
		t.Error("a place must contain itself and what lies in it")
	}
	if xh.Contains(hz) || Parse("宁波").Contains(xh) || (Place{}).Contains(xh) || hz.Contains(Place{}) {
		t.Error("a place contained what does not lie in it")
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"浙江省杭州市西湖区", "Xi'an and Inner Mongolia District", "\xff杭", "江苏银行路", "內蒙古自治區"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, m := range Find(s) {
			if m.Start < end || m.End <= m.Start || m.End > len(s) || len(m.Places) == 0 {
				t.Fatalf("mention %+v after %d in %q", m, end, s)
			}
			if !utf8.ValidString(s[m.Start:m.End]) && utf8.ValidString(s) {
				t.Fatalf("mention %+v cuts a character in %q", m, s)
			}
			end = m.End
		}
		Parse(s)
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("到2025年，杭州市西湖区数字经济核心产业主营业务收入力争实现翻番，建设浙江省共同富裕示范区城市范例。", 2000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}
