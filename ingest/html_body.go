package ingest

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Why a page's own frame is taken out.
const (
	reasonFrame   = "page frame"    // it stands outside of the page's text
	reasonAside   = "beside text"   // a box within it: related pages, sharing, comments
	reasonLinkBox = "links in page" // mostly links
)

// Names with which pages mark what is not their text, and what is: by class, id,
// role or property. They are compiled when the first page is read.
var (
	asideName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[\s_-])(?:comments?(?:list|form|box|area|s?[_-]?section)?|commentlist|respond|disqus\w*|foot(?:er)?\w*|side-?bar\w*|sidebox|aside|related\w*|relate[ds]?|recommend\w*|xgwj|xgyd|share\w*|sharing|social\w*|shariff|bdsharebuttonbox|nav(?:bar|igation|i)?|subnav|topnav|menu\w*|bread-?crumbs?\w*|crumbs?|breadcrumb\w*|popup|modal|cookies?\w*|consent|gdpr|newsletter\w*|subscri\w+|promo\w*|advert\w*|ads?|adbox|banner\w*|sponsor\w*|pag(?:er|ination|enav\w*)|toolbar|toolbox|widgets?|copyright|login|signin|signup|search\w*|skip(?:link)?s?|tag(?:s|list|cloud|-list)|taglist|keywords?|outbrain\w*|taboola\w*|teasers?|author-?(?:box|info|bio)|about-?author|bio|print\w*|hotline|hotnews|rank(?:ing|list)?|dangqianweizhi|weizhi|wzdh|friendlink\w*|links|qrcode|ewm|erweima|jiathis\w*|post-?(?:nav\w*|meta|footer|tags)|entry-?(?:meta|footer|utility)|article-?(?:footer|meta|tags|tools)|rss|trending|most-?(?:read|popular)|popular\w*|more-?(?:news|stories|from)|read-?(?:more|next)|also-?(?:read|like)|see-?also|reply|trackbacks?|pingbacks?|vcard|hidden|visually-?hidden|screen-reader\w*|sr-only|noprint|legal|disclaimer)(?:$|[\s_-])`)
	})
	bodyName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[\s_-])(?:article\w*|post-?(?:content|body|text|entry)?|entry(?:-?content|-?body|-?text)?|story\w*|main(?:-?content|-?text|-?body)?|content\w*|body-?(?:text|content)?|text|trs_editor\w*|trs_ueditor\w*|trs_preview\w*|ucap-?content|ucapcontent|zoom|zoomcon|ivs_content|news_?con\w*|con_?text|artibody|detail\w*|wp_articlecontent|maintext|hnews|h-entry|single)(?:$|[\s_-])`)
	})
)

// pageNames is what an element says of itself.
func pageNames(n *html.Node) string {
	s := ""
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" || a.Key == "role" || a.Key == "itemprop" {
			s += " " + a.Val
		}
	}
	return s[:min(len(s), 400)]
}

// boxName reports whether an element marks itself as a box beside the text.
func boxName(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside, atom.Dialog, atom.Button, atom.Menu, atom.Figcaption, atom.Form:
		return true
	case atom.Body, atom.Html, atom.Article, atom.Main:
		return false
	}
	return asideName().MatchString(pageNames(n))
}

// good reports whether a block reads as a paragraph of running text.
func (b block) good() bool {
	if b.why != "" || b.level > 0 {
		return false
	}
	size := columns(b.text)
	least := 45
	if b.row {
		least = 20
	}
	return size >= least && b.links*4 <= inkLength(b.text) && (b.row || strings.ContainsAny(b.text, "，。；、,.;:"))
}

// frame finds the page's text and says of all other blocks why they are none
// of it. The text is the smallest element that holds most of the paragraphs
// which do not stand in a box of their own; inside it, boxes and rows of links
// are taken out, and so is what stands beside it, save headings and bylines
// just above.
func frame(blocks []block) {
	f := framing{beside: map[*html.Node]bool{}, weight: map[*html.Node]int{}}
	for i := range blocks {
		b := &blocks[i]
		b.text = foldSpace(strings.ToValidUTF8(b.text, "\uFFFD"))
		if b.good() {
			f.total += columns(b.text)
			for n := b.node; n != nil; n = n.Parent {
				f.weight[n] += columns(b.text)
			}
		}
	}
	if f.total == 0 { // no paragraphs: judge by boxes alone
		for i := range blocks {
			if blocks[i].why == "" && f.boxed(blocks[i].node, nil) {
				blocks[i].why = reasonFrame
			}
		}
		keepSomething(blocks)
		return
	}
	f.judge(blocks, f.body(blocks))
	keepSomething(blocks)
}

// keepSomething keeps all of a page whose text could not be told from its
// frame.
func keepSomething(blocks []block) {
	for _, b := range blocks {
		if b.why == "" && inkLength(b.text) > 0 {
			return
		}
	}
	for i := range blocks {
		if blocks[i].why != reasonHidden {
			blocks[i].why = ""
		}
	}
}

// A framing is what is known of a page's elements while its text is found.
type framing struct {
	beside map[*html.Node]bool
	weight map[*html.Node]int // columns of good paragraphs in an element
	total  int
}

// boxed reports whether an element stands in a box beside the text, below the
// element top. What holds most of the page is no such box, however it is named.
func (f framing) boxed(n, top *html.Node) bool {
	for ; n != nil && n != top; n = n.Parent {
		if n.Type != html.ElementNode {
			continue
		}
		is, known := f.beside[n]
		if !known {
			is = boxName(n)
			f.beside[n] = is
		}
		if is && f.weight[n]*2 <= f.total {
			return true
		}
	}
	return false
}

// body is the smallest element that holds most of the paragraphs.
func (f framing) body(blocks []block) *html.Node {
	inside := map[*html.Node]int{}
	total := 0
	var root *html.Node
	for _, b := range blocks {
		if !b.good() || f.boxed(b.node, nil) {
			continue
		}
		size := columns(b.text)
		total += size
		for n := b.node; n != nil; n = n.Parent {
			inside[n] += size
			root = n
		}
	}
	if total == 0 {
		return nil
	}
	at := root
	for {
		var best *html.Node
		for c := at.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (best == nil || inside[c] > inside[best]) {
				best = c
			}
		}
		if best == nil || inside[best] == 0 {
			return at
		}
		share := float64(inside[best]) / float64(inside[at])
		named := best.DataAtom == atom.Article || best.DataAtom == atom.Main || bodyName().MatchString(pageNames(best))
		if inline[best.DataAtom] || best.DataAtom == atom.P || best.DataAtom == atom.Li || !(share >= .92 || named && share >= .5) {
			return at
		}
		at = best
	}
}

// judge marks the blocks that are no part of the text in body.
func (f framing) judge(blocks []block, body *html.Node) {
	first := slices.IndexFunc(blocks, func(b block) bool { return inBody(b.node, body) && b.good() && !f.boxed(b.node, body) })
	if first < 0 {
		first = len(blocks)
	}
	heading := -1
	for i, b := range blocks[:first] {
		if b.level == 1 && b.why == "" {
			heading = i
		}
	}
	for i := range blocks {
		b := &blocks[i]
		switch {
		case b.why != "":
		case !inBody(b.node, body):
			if !f.opens(*b, i, heading, first) {
				b.why = reasonFrame
			}
		case f.boxed(b.node, body):
			b.why = reasonAside
		case b.links*2 > inkLength(b.text):
			b.why = reasonLinkBox
		}
	}
	barren(blocks, first)
}

// barren takes out headings inside a page's text of which nothing is left:
// those of lists of other pages.
func barren(blocks []block, first int) {
	var text [7]bool // by level: something stays below, before a heading of that level or above
	for i := len(blocks) - 1; i > first; i-- {
		b := &blocks[i]
		switch {
		case b.why != "" && b.level == 0 || inkLength(b.text) == 0:
		case b.level == 0:
			for l := range text {
				text[l] = true
			}
		default:
			if b.why == "" && !text[b.level] {
				b.why = reasonAside
			}
			for l := b.level; l < len(text); l++ {
				text[l] = false
			}
		}
	}
}

// opens reports whether a block above the text belongs to it: the page's main
// heading, the paragraphs that lead from there to the text, and the line that
// tells source, author and date. heading is the last main heading above.
func (f framing) opens(b block, i, heading, first int) bool {
	if i > first || b.links*2 > inkLength(b.text) {
		return false
	}
	if i > heading && heading >= 0 && !f.boxed(b.node, nil) && columns(b.text) >= 40 && strings.ContainsRune(".。!！?？…:：”\"", lastRune(b.text)) {
		return true
	}
	return b.level == 1 || isByline(b.text) && inkLength(b.text) < 80 && i+40 > first || isDocNumber(b.text)
}

func inBody(n, body *html.Node) bool {
	if body == nil {
		return true
	}
	for ; n != nil; n = n.Parent {
		if n == body {
			return true
		}
	}
	return false
}
