package prompts

import "testing"

func TestOfficialLinks(t *testing.T) {
	for _, c := range []struct {
		text, quote string
		told        bool
	}{
		{"网上信访地址:http://xfb.example.gov.cn/", "网上信访地址:http://xfb.example.gov.cn/ 来信地址:新桥大街12号", true},
		{"请登录www.example.gov.cn查询。", "请登录www.example.gov.cn查询。", true},
		{"请登录https://zwfw.example.gov.cn:8443/a/b.html?id=1&x=2办理。", "请登录https://zwfw.example.gov.cn:8443/a/b.html?id=1&x=2办理。", true},
		{"请登录http://zwfw.other.gov.cn/办理。", "请登录http://zwfw.example.gov.cn/办理。", false},
		{"请登录https://www.gov.cn.evil.example/办理。", "请登录https://www.gov.cn.evil.example/办理。", false},
		{"请登录https://evil.example/?www.example.gov.cn办理。", "请登录https://evil.example/?www.example.gov.cn办理。", false},
		{"请登录https://evil.example@www.example.gov.cn办理。", "请登录https://evil.example@www.example.gov.cn办理。", false},
		{"请登录https://www.example.gov.cn@evil.example办理。", "请登录https://www.example.gov.cn@evil.example办理。", false},
		{"请登录https://www.example.gov.cn\\@evil.example办理。", "请登录https://www.example.gov.cn\\@evil.example办理。", false},
		{"请登录https://fakegov.cn/办理。", "请登录https://fakegov.cn/办理。", false},
		{"请登录https://www.exаmple.gov.cn/办理。", "请登录https://www.exаmple.gov.cn/办理。", false}, // a Cyrillic а
		{"请登录javascript:www.example.gov.cn办理。", "请登录javascript:www.example.gov.cn办理。", false},
		{"请登录[这里](http://www.example.gov.cn/)办理。", "请登录[这里](http://www.example.gov.cn/)办理。", false},
		{"请登录https://evil.example办理。", "请登录https://evil.example办理。", false},
	} {
		v := Verify(Claim{Text: c.text, Cites: cite(c.quote)}, []Source{passage(c.quote)})
		if v.OK != c.told || !c.told && v.Check != "markup" {
			t.Errorf("%s: got %v %q (%s), want told %v", c.text, v.OK, v.Check, v.Reason, c.told)
		}
	}
}
