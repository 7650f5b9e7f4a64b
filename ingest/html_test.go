package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func FuzzHTML(f *testing.F) {
	for name, raw := range sampleFiles(f) {
		if strings.HasSuffix(name, ".html") {
			f.Add(raw)
		}
	}
	for _, s := range []string{
		"<table><tr><td rowspan=3 colspan=9>甲<td>乙<tr><td>1", "<ol start=-5><li>一<li>二</ol>", "<p hidden>x<div style='display:none'>y",
		"<table><table><td><table>", "<h1>题</h1><p>" + strings.Repeat("长句，", 50), "<pre>一\n二</pre>", "&#0;&#xd800;&lt;",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, err := Parse("a.html", raw); err == nil {
			checkParsed(t, "a.html", raw, p)
		}
	})
}

func TestHTMLKeepsTextAndDropsItsFrame(t *testing.T) {
	const long = "为了规范公共租赁住房管理，根据有关法律法规，结合本市实际，制定本办法，请认真贯彻执行。"
	for _, c := range []struct{ name, page, kept, removed string }{
		{"paragraphs at line breaks", "<div>" + long + "<br>第二段" + long + "</div>", long + "\n第二段" + long, ""},
		{"a line break of the source", "<p>" + long + "第一\n行</p>", long + "第一行", ""},
		{"numbers of a list", "<p>" + long + "</p><ol start=3><li>甲事项<li>4. 乙事项</ol>", long + "\n3. 甲事项\n4. 乙事项", ""},
		{"preformatted text", "<p>" + long + "</p><pre>甲\n乙</pre>", long + "\n甲\n乙", ""},
		{"scripts are no text", "<script>var a='甲'</script><p>" + long + "</p><style>p{}</style>", long, ""},
		{"hidden text", "<p>" + long + "<span style='display: none'>忽略指令</span></p>", long, "hidden 忽略指令"},
		{"menus", "<ul class='nav'><li><a href='/'>政务公开</a></ul><div id=main><p>" + long + "</p></div>", long, "page frame 政务公开"},
		{"a box of links in the text", "<article><p>" + long + "</p><div class='related'><p>推荐阅读：" + long + "</div><p>" + long + long + "</article>", long + "\n" + long + long, "beside text 推荐阅读：" + long},
		{"a page in layout tables", "<table><tr><td><a href=/>首页</a></td><td><table><tr><td><p>" + long + "</p></td></tr></table></td></tr></table>", long, "page frame 首页"},
		{"facts in pairs", "<p>" + long + "</p><table><tr><th>索引号：</th><td>0001</td></tr><tr><th>成文日期：</th><td>2024年3月1日</td></tr></table>", long + "\n索引号：0001\n成文日期：2024年3月1日", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := "<html><body>" + c.page + "</body></html>"
			p, err := Parse("page.html", []byte(page))
			if err != nil {
				t.Fatal(err)
			}
			checkParsed(t, "page.html", []byte(page), p)
			if p.Text != c.kept {
				t.Errorf("kept %q, want %q", p.Text, c.kept)
			}
			var removed []string
			for _, r := range p.Removed {
				removed = append(removed, r.Reason+" "+r.Text)
			}
			if got := strings.Join(removed, "\n"); got != c.removed {
				t.Errorf("removed %q, want %q", got, c.removed)
			}
		})
	}
}

func TestHTMLHeadings(t *testing.T) {
	long := strings.Repeat("各级各部门要加强组织领导，明确责任分工，抓好任务落实。", 40)
	p, err := Parse("a.html", []byte("<h1>通知</h1><h2>总体要求</h2><p>"+long+"</p><h3>工作目标</h3><p>"+long+"</p><h2>保障措施</h2><p>"+long))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, q := range p.Passages {
		paths = append(paths, strings.Join(q.Heading, "/"))
	}
	paths = slices.Compact(paths)
	if want := []string{"", "总体要求", "总体要求/工作目标", "保障措施"}; !slices.Equal(paths, want) {
		t.Errorf("headings %q, want %q", paths, want)
	}
}

func TestHTMLSaysWhatTheTextDoesNot(t *testing.T) {
	body := "<p>" + strings.Repeat("这里是正文内容，", 20) + "。</p>"
	p, err := Parse("a.html", []byte(`<head><title>某项办法全文_某市政府网</title><meta name="PubDate" content="2021-03-04 10:00"><meta property="og:site_name" content="某市政府网"><meta name="author" content="张三"></head>`+body))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{fmt.Sprint(p.Meta.Title), "{某项办法全文 html title}"}, {fmt.Sprint(p.Meta.Date), "{2021-03-04 html meta: pubdate}"},
		{fmt.Sprint(p.Meta.Site), "{某市政府网 html meta: og:site_name}"}, {fmt.Sprint(p.Meta.Author), "{张三 html meta: author}"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestHTMLMetadata(t *testing.T) {
	body := "</head><p>" + strings.Repeat("这里是正文内容，", 20) + "。</p>"
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	for _, c := range []struct{ name, head, want string }{
		{"the standard for government sites", `<meta name="SiteName" content="北湖市人民政府"><meta name="ArticleTitle" content="某项办法"><meta name="PubDate" content="2021-03-04 10:00"><meta name="ContentSource" content="北湖市人民政府办公室"><meta name="Author" content="张三">`,
			"title 某项办法 (html meta: articletitle); issuer 北湖市人民政府办公室 (html meta: contentsource); site 北湖市人民政府 (html meta: sitename); author 张三 (html meta: author); date 2021-03-04 (html meta: pubdate)"},
		{"a source that is no office", `<meta name="ContentSource" content="北湖日报">`, "site 北湖日报 (html meta: contentsource)"},
		{"both name and property", `<meta name="og:title" property="og:title" content="某项办法">`, "title 某项办法 (html meta: og:title)"},
		{"Open Graph", `<meta property="og:title" content="某项办法"><meta property="article:published_time" content="2021-03-04T10:00:00+08:00">`, "title 某项办法 (html meta: og:title); date 2021-03-04 (html meta: article:published_time)"},
		{"Dublin Core", `<meta name="DC.Title" content="某项办法"><meta name="DC.publisher" content="北湖市财政局"><meta name="dcterms.issued" content="2021年3月4日">`, "title 某项办法 (html meta: dc.title); issuer 北湖市财政局 (html meta: dc.publisher); date 2021-03-04 (html meta: dcterms.issued)"},
		{"the State Council's site", `<meta name="firstpublishedtime" content="2021-03-04-17:35:43">`, "date 2021-03-04 (html meta: firstpublishedtime)"},
		{"a date that is none", `<meta name="PubDate" content="昨天"><meta name="date" content="2021/3/4">`, "date 2021-03-04 (html meta: date)"},
		{"JSON-LD", ld(`{"@context":"https://schema.org","@type":"NewsArticle","headline":"某项办法","datePublished":"2021-03-04T08:00:00+08:00","author":[{"@type":"Person","name":"张三"}],"publisher":{"@type":"Organization","name":"北湖市发展和改革委员会"}}`),
			"title 某项办法 (json-ld: headline); issuer 北湖市发展和改革委员会 (json-ld: publisher); author 张三 (json-ld: author); date 2021-03-04 (json-ld: datePublished)"},
		{"JSON-LD in a graph", ld(`{"@graph":[{"@type":"WebSite","name":"某网"},{"@type":["WebPage","Article"],"name":"某项办法"}]}`), "title 某项办法 (json-ld: name)"},
		{"JSON-LD that is none", ld(`{"@type":"Article","headline":`) + ld(`[[[[[[{"@type":"Article","headline":"深"}]]]]]]`) + ld(`{"@type":"Article","headline":7,"author":{"name":[]}}`), ""},
		{"an address is no author", `<meta name="author" content="https://example.com/a">`, ""},
		{"metas before JSON-LD", `<meta name="ArticleTitle" content="甲项办法">` + ld(`{"@type":"Article","headline":"乙项办法"}`), "title 甲项办法 (html meta: articletitle)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse("a.html", []byte("<head>"+c.head+body))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for name, f := range p.Meta.Fields() {
				if strings.HasPrefix(f.From, "html") || strings.HasPrefix(f.From, "json") {
					got = append(got, fmt.Sprintf("%s %s (%s)", name, f.Value, f.From))
				}
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestHTMLCharsets(t *testing.T) {
	gbk := string(sampleFiles(t)["notice-gbk.html"])
	for _, declared := range []string{"gb2312", "GBK", "utf-8", "iso-8859-1x", "gb18030"} {
		p, err := Parse("a.html", []byte(strings.Replace(gbk, "charset=gb2312", "charset="+declared, 1)))
		if err != nil || p.Charset != "GB18030" || !strings.Contains(p.Text, "数字经济核心产业增加值达到1200亿元") {
			t.Errorf("declared as %s: %v, %+v", declared, err, p)
		}
	}
	utf8Page := "<meta charset=gb2312><p>关于印发办法的通知，请认真贯彻执行。</p>"
	if p, err := Parse("a.html", []byte(utf8Page)); err != nil || p.Charset != "UTF-8" {
		t.Errorf("UTF-8 declared as gb2312: %v", err)
	}
}

func TestHostileHTML(t *testing.T) {
	deep := func(tag string, n int) string { return strings.Repeat(tag, n) + "内容" }
	for name, page := range map[string]string{
		"10,000 nested divs":     deep("<div>", 10_000),
		"10,000 nested tables":   deep("<table><tr><td>", 10_000),
		"10,000 open fonts":      deep("<font>", 10_000) + "<p>",
		"10,000 open links":      deep("<b><a href=x>", 10_000),
		"200,000 list items":     "<ol>" + strings.Repeat("<li>x", 200_000),
		"a million entities":     strings.Repeat("&amp;", 1_000_000),
		"entities in entities":   "<!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]><p>&b;&b;</p>",
		"spans without end":      "<table>" + strings.Repeat("<tr><td colspan=1000 rowspan=65534>x<td>y</tr>", 3000),
		"attributes without end": "<p " + strings.Repeat("a=1 ", 300_000) + ">内容</p>",
		"17 MB":                  strings.Repeat("<p>内容内容。</p>", 1_000_000),
	} {
		o, err := htmlOriginal([]byte(page))
		switch {
		case err != nil && !errors.Is(err, ErrTooMuch) && !errors.Is(err, ErrNotText):
			t.Errorf("%s: %v", name, err)
		case err == nil && len(o.text) > maxText:
			t.Errorf("%s: %d bytes of text", name, len(o.text))
		}
	}
}
