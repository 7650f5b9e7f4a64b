package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"policybot/retrieval"
)

// The names under which pages state a fact in their meta elements, best first.
// ArticleTitle, PubDate, ContentSource and SiteName are those of the Chinese
// standard for government sites (国办发〔2017〕47号).
var (
	titleMetas  = []string{"articletitle", "og:title", "dc.title", "twitter:title"}
	dateMetas   = []string{"pubdate", "publishdate", "article:published_time", "og:published_time", "datepublished", "dc.date", "dcterms.date", "date", "weibo:article:create_at"}
	authorMetas = []string{"author", "article:author", "dc.creator"}
	sourceMetas = []string{"contentsource", "source", "og:article:source"}
	siteMetas   = []string{"sitename", "og:site_name", "application-name"}
)

var ldDate = regexp.MustCompile(`"datePublished"\s*:\s*"([^"]{4,40})"`)

// saidByPage is what a page says of itself where no reader looks.
func saidByPage(root *html.Node) retrieval.Meta {
	metas := map[string]string{}
	title, ld := "", ""
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Meta:
			key := strings.ToLower(attr(n, "name") + attr(n, "property") + attr(n, "itemprop"))
			if value := fact(attr(n, "content")); value != "" && metas[key] == "" {
				metas[key] = value
			}
		case atom.Title:
			if title == "" && n.FirstChild != nil && within(n, atom.Head) {
				title = fact(n.FirstChild.Data)
			}
		case atom.Script:
			if ld == "" && attr(n, "type") == "application/ld+json" && n.FirstChild != nil {
				if m := ldDate.FindStringSubmatch(n.FirstChild.Data); m != nil {
					ld = m[1]
				}
			}
		}
	}
	find := func(keys []string) retrieval.Field {
		for _, k := range keys {
			if v := metas[k]; v != "" {
				return retrieval.Field{Value: v, From: "html meta: " + k}
			}
		}
		return retrieval.Field{}
	}
	said := retrieval.Meta{Title: find(titleMetas), Issuer: find(sourceMetas), Site: find(siteMetas), Author: find(authorMetas)}
	if said.Title.Value == "" && title != "" {
		said.Title = retrieval.Field{Value: withoutSite(title), From: "html title"}
	}
	for _, k := range dateMetas {
		if d := isoDate(fullDate.FindStringSubmatch(metas[k])); d != "" {
			said.Date = retrieval.Field{Value: d, From: "html meta: " + k}
			break
		}
	}
	if d := isoDate(fullDate.FindStringSubmatch(ld)); said.Date.Value == "" && d != "" {
		said.Date = retrieval.Field{Value: d, From: "html meta: datePublished"}
	}
	if strings.Contains(said.Author.Value, "://") || strings.ContainsAny(said.Author.Value, "@<>") {
		said.Author = retrieval.Field{}
	}
	return said
}

// fact is a value of a page's head on one line, "" when it is too long for one.
func fact(s string) string {
	s = foldSpace(strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) > 200 {
		return ""
	}
	return s
}

// withoutSite takes the site's name off a page's title: 通知_杭州市人民政府.
func withoutSite(title string) string {
	for _, sep := range []string{"_", " - ", " – ", " | ", "｜", "--"} {
		if i := strings.Index(title, sep); i > 0 && utf8.RuneCountInString(title[:i]) >= 6 {
			return strings.TrimSpace(title[:i])
		}
	}
	return title
}
