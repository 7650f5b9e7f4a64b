package ingest

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"policybot/retrieval"
)

// The names under which pages state a fact in their meta elements, best first.
// ArticleTitle, PubDate, ContentSource, Author and SiteName are those of the
// Chinese standard for government sites (国办发〔2017〕47号), firstpublishedtime
// what the State Council's site and others write, dc. and dcterms. Dublin Core,
// og: and article: the Open Graph protocol.
var (
	titleMetas  = []string{"articletitle", "og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title", "headline"}
	dateMetas   = []string{"pubdate", "publishdate", "firstpublishedtime", "article:published_time", "og:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "citation_date", "date", "weibo:article:create_at"}
	authorMetas = []string{"author", "article:author", "dc.creator", "dcterms.creator", "citation_author"}
	sourceMetas = []string{"contentsource", "source", "og:article:source", "dc.publisher", "dcterms.publisher", "publisher"}
	siteMetas   = []string{"sitename", "og:site_name", "application-name"}
)

// A pageHead is what stands in a page's head, where no reader looks.
type pageHead struct {
	metas map[string]string // by name in lower case
	title string
	data  linkedData
}

// saidByPage is what a page says of itself.
func saidByPage(root *html.Node) retrieval.Meta {
	h := readHead(root)
	said := retrieval.Meta{Title: h.meta(titleMetas), Site: h.meta(siteMetas), Author: h.meta(authorMetas), Date: h.date()}
	said.Title = firstOf(said.Title, h.data.title, readFrom(withoutSite(h.title), "html title"))
	said.Author = firstOf(person(said.Author), person(h.data.author))
	said.Date = firstOf(said.Date, h.data.date)
	// What a page gives as its source is the office that wrote it, or where it
	// was taken from.
	for _, source := range []retrieval.Field{h.meta(sourceMetas), h.data.publisher} {
		switch {
		case source.Value == "":
		case isOffice(source.Value):
			said.Issuer = firstOf(said.Issuer, source)
		default:
			said.Site = firstOf(said.Site, source)
		}
	}
	return said
}

func readHead(root *html.Node) pageHead {
	h := pageHead{metas: map[string]string{}}
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Meta:
			value := fact(attr(n, "content"))
			for _, kind := range []string{"name", "property", "itemprop"} {
				for key := range strings.FieldsSeq(strings.ToLower(attr(n, kind))) {
					if value != "" && h.metas[key] == "" && len(h.metas) < 200 {
						h.metas[key] = value
					}
				}
			}
		case atom.Title:
			if h.title == "" && n.FirstChild != nil && within(n, atom.Head) {
				h.title = fact(n.FirstChild.Data)
			}
		case atom.Script:
			if strings.EqualFold(strings.TrimSpace(attr(n, "type")), "application/ld+json") && n.FirstChild != nil {
				h.data.read(n.FirstChild.Data)
			}
		}
	}
	return h
}

// meta is the first of some metas that is there.
func (h pageHead) meta(keys []string) retrieval.Field {
	for _, k := range keys {
		if v := h.metas[k]; v != "" {
			return retrieval.Field{Value: v, From: "html meta: " + k}
		}
	}
	return retrieval.Field{}
}

// date is the first of the metas of dates that is one.
func (h pageHead) date() retrieval.Field {
	for _, k := range dateMetas {
		if d := isoDate(fullDate.FindStringSubmatch(h.metas[k])); d != "" {
			return retrieval.Field{Value: d, From: "html meta: " + k}
		}
	}
	return retrieval.Field{}
}

func firstOf(fields ...retrieval.Field) retrieval.Field {
	for _, f := range fields {
		if f.Value != "" {
			return f
		}
	}
	return retrieval.Field{}
}

// person is an author as a page names one, unless it is an address.
func person(f retrieval.Field) retrieval.Field {
	if strings.Contains(f.Value, "://") || strings.ContainsAny(f.Value, "@<>") {
		return retrieval.Field{}
	}
	return f
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
