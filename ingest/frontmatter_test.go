package ingest

import (
	"fmt"
	"strings"
	"testing"

	"policybot/retrieval"
)

// values are the known fields of m, "name=value" each.
func values(m retrieval.Meta) string {
	var b strings.Builder
	for name, f := range m.Fields() {
		if f.Value != "" && f.From != "" {
			fmt.Fprintf(&b, "%s=%s ", name, f.Value)
		}
	}
	for _, f := range m.Replaces {
		fmt.Fprintf(&b, "replaces=%s ", f.Value)
	}
	return strings.TrimSpace(b.String())
}

func TestFrontMatterOverrides(t *testing.T) {
	text := "---\n# 说明\ntitle: \"关于稳岗的通知\" # 正式标题\ndate: 2024年2月9日\n发布机构: 西湖区人民政府\nplace: 杭州西湖区\nkind: policy\nnumber: 西政[2024]3号\neffective: 2024/3/1\nlanguage:\nreplaces:\n  - 西政(2019)1号\n  - '旧''办法'\n---\n" + noticeText + "\n" + noticeText
	for _, file := range []string{"a.txt", "a.md"} {
		p := mustParse(t, file, text)
		want := "title=关于稳岗的通知 issuer=西湖区人民政府 date=2024-02-09 place=杭州市西湖区 kind=policy number=西政〔2024〕3号 effective=2024-03-01 replaces=西政〔2019〕1号 replaces=旧'办法"
		if got := values(p.Meta); got != want {
			t.Errorf("%s: read\n%s\nwant\n%s", file, got, want)
		}
		if p.Meta.Date.From != "front matter, line 4" || p.Meta.Replaces[1].From != "front matter, line 11" {
			t.Errorf("%s: read at %q and %q", file, p.Meta.Date.From, p.Meta.Replaces[1].From)
		}
		if strings.Contains(p.Text, "正式标题") || p.Removed[0].Reason != reasonFrontMatter {
			t.Errorf("%s: the front matter is in the text: %q, removed %+v", file, p.Text, p.Removed)
		}
	}
}

func TestTextThatOnlyLooksLikeFrontMatter(t *testing.T) {
	for _, text := range []string{
		"---\n" + noticeText + "\n---\n" + noticeText,
		"---\n时间：下午三点\n---\n" + noticeText,
		"---\ntitle: 没有结尾\n" + noticeText,
		"----\ntitle: x\n----\n" + noticeText,
	} {
		if p := mustParse(t, "a.txt", text); !strings.Contains(p.Text, "---") {
			t.Errorf("%q lost its beginning: %q", text, p.Text)
		}
	}
}

func TestFrontMatterErrorsNameLineAndKey(t *testing.T) {
	for block, want := range map[string]string{
		"titel: x":                           `line 2: key "titel": there is no such key`,
		"title: x\ntitle: y":                 `line 3: key "title": it stands there twice`,
		"title: x\n标题: y":                    `line 3: key "标题": it stands there twice`,
		"title: x\n\ndate: 2024-02-30":       `line 4: key "date": it is no date`,
		"date: 下周":                           `line 2: key "date": it is no date`,
		"effective: 2024-02":                 `line 2: key "effective": it is no date`,
		"place: 西湖":                          `line 2: key "place": no division is called`,
		"kind: law":                          `line 2: key "kind": "law" is not one of policy`,
		"language: fr":                       `line 2: key "language": "fr" is not one of`,
		"title: \"x":                         `line 2: key "title": its quotes do not end`,
		"title: 'x' y":                       `line 2: key "title": its quotes do not end`,
		"title: |":                           `line 2: key "title": a value that begins with "|" is not read`,
		"title: x\n  indented: y":            `line 3: "indented: y" is not "key: value"`,
		"title: x\njust words":               `line 3: "just words" is not "key: value"`,
		"title: x\n- item":                   `line 3: "- item" is not "key: value"`,
		"title: [a, b]":                      `line 2: key "title": it takes one value`,
		"title: " + strings.Repeat("长", 400): `line 2: key "title": its value is too long`,
	} {
		_, err := Parse("a.txt", []byte("---\n"+block+"\n---\n"+noticeText))
		if err == nil || !strings.HasPrefix(err.Error(), "a.txt: front matter: "+want) {
			t.Errorf("%q: %v, want %s", block, err, want)
		}
	}
}

func TestSidecarFormats(t *testing.T) {
	const want = "title=甲 date=2024-02 place=全国"
	for name, raw := range map[string]string{
		"a.meta.yaml":      "title: 甲\ndate: 2024-02\nplace: 全国\n",
		"b.meta.yml":       "\ufeff---\r\ntitle: 甲\r\ndate: '2024-02'\r\nplace: 国家\r\n---\r\n",
		"c.txt.meta.json":  `{"title": "甲", "date": "2024-02", "place": "中国", "author": null}`,
		"d.txt.META.JSON":  "\ufeff{\"标题\": \"甲\",\n\"日期\": \"2024-02\", \"地区\": \"全国\"}",
		"e.txt.meta.yaml ": "title: 甲 \ndate:   2024-02\nplace: 全国 # 全部\nreplaces: []",
	} {
		stated, err := parseSidecar(strings.TrimSpace(name), []byte(raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m := retrieval.Meta{Author: retrieval.Field{Value: "", From: ""}}
		override(&m, stated)
		if got := values(m); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for raw, want := range map[string]string{
		`[]`:                              "line 1: it is not an object",
		"{\"title\": \"x\",\n\"dat\": 1}": `line 2: key "dat": there is no such key`,
		"{\n\"date\": 2024}":              `line 2: key "date": its value must be in quotes`,
		`{"title": {"a": "b"}}`:           `line 1: key "title": its value must be in quotes`,
		`{"title": ["a", 1]}`:             `line 1: key "title": its values must be in quotes`,
		`{"title": "x"} {}`:               "line 1: there is more behind the object",
		`{"title": "x"`:                   "line 1: the object does not end",
		"\xff":                            "it is not UTF-8",
	} {
		if _, err := parseSidecar("a.meta.json", []byte(raw)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
}

func TestSidecarThatCouldTellOfTwo(t *testing.T) {
	if file, reason := fileOf("a", []string{"a.md", "a.txt"}); file != "" || !strings.Contains(reason, "a.md and of a.txt") {
		t.Errorf("it tells of %q: %s", file, reason)
	}
}

func FuzzSidecar(f *testing.F) {
	for _, s := range []string{"title: x\nreplaces:\n - a\n - 'b'\n", `{"title": "x", "replaces": ["a"]}`, "---\nplace: [杭州]\n---\n", "title: \"\\u4e00\"", "a", "'", "[", "{"} {
		f.Add("a.meta.yaml", s)
		f.Add("a.meta.json", s)
	}
	f.Fuzz(func(t *testing.T, name, raw string) {
		stated, err := parseSidecar(name, []byte(raw))
		if err != nil {
			return
		}
		var m retrieval.Meta
		override(&m, stated)
		for key, field := range m.Fields() {
			if (field.Value == "") != (field.From == "") || strings.ContainsAny(field.Value, "\n\r\x00") {
				t.Errorf("%s is %+v", key, field)
			}
		}
	})
}
