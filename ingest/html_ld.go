package ingest

import (
	"encoding/json"
	"strings"

	"policybot/retrieval"
)

// maxLinkedData bounds a block of JSON-LD, in bytes.
const maxLinkedData = 256 << 10

// linkedData is what a page's JSON-LD (schema.org) says of its article.
type linkedData struct {
	title, date, author, publisher retrieval.Field
}

// articles are the types of schema.org that a page is about; others tell of
// the site, its menus or its search box.
var articles = map[string]bool{"Article": true, "NewsArticle": true, "Report": true, "BlogPosting": true, "WebPage": true, "CreativeWork": true,
	"Legislation": true, "DigitalDocument": true, "GovernmentService": true, "SpecialAnnouncement": true, "TechArticle": true, "ScholarlyArticle": true}

// read takes a block of JSON-LD; one that is no JSON says nothing.
func (d *linkedData) read(src string) {
	if len(src) > maxLinkedData {
		return
	}
	src = strings.TrimSpace(src)
	src = strings.TrimSuffix(strings.TrimPrefix(src, "<!--"), "-->")
	var value any
	if json.Unmarshal([]byte(src), &value) == nil {
		d.take(value, 0)
	}
}

// take looks for articles in a value: an object, a list of them, or a graph.
func (d *linkedData) take(value any, deep int) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if deep < 4 {
				d.take(item, deep+1)
			}
		}
	case map[string]any:
		if deep < 4 {
			d.take(v["@graph"], deep+1)
			d.take(v["mainEntity"], deep+1)
		}
		if !isArticle(v["@type"]) {
			return
		}
		field := func(of any, key string) retrieval.Field { return readFrom(fact(textIn(of)), "json-ld: "+key) }
		d.title = firstOf(d.title, field(v["headline"], "headline"), field(v["name"], "name"))
		d.author = firstOf(d.author, field(v["author"], "author"))
		d.publisher = firstOf(d.publisher, field(v["publisher"], "publisher"), field(v["sourceOrganization"], "sourceOrganization"))
		for _, key := range []string{"datePublished", "legislationDate", "dateCreated"} {
			d.date = firstOf(d.date, readFrom(isoDate(fullDate.FindStringSubmatch(textIn(v[key]))), "json-ld: "+key))
		}
	}
}

func isArticle(kind any) bool {
	switch k := kind.(type) {
	case string:
		return articles[strings.TrimPrefix(strings.TrimPrefix(k, "https://schema.org/"), "http://schema.org/")]
	case []any:
		for _, one := range k {
			if s, ok := one.(string); ok && isArticle(s) {
				return true
			}
		}
	}
	return false
}

// textIn is a text, the name of a person or organisation, or the first of
// several.
func textIn(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		name, _ := v["name"].(string)
		return name
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].([]any); !nested {
				return textIn(v[0])
			}
		}
	}
	return ""
}
