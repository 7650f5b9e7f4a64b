package ingest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// maxHTML is how large a page may be. Real pages of policies stay below one;
// the memory that its tree takes is some ten times as much.
const maxHTML = 16 << 20

// reasonHidden is why text that a page does not show is taken out.
const reasonHidden = "hidden"

// htmlOriginal reads a web page: all text that it shows, a paragraph, heading,
// list item or table row to a line, and which of it is the page's frame.
func htmlOriginal(raw []byte) (original, error) {
	if len(raw) > maxHTML {
		return original{}, fmt.Errorf("%w: a page of %d MB; save only its text, or split it", ErrTooMuch, len(raw)>>20)
	}
	src, charset, err := decodeHTML(raw)
	if err != nil {
		return original{}, err
	}
	root, err := html.Parse(strings.NewReader(src))
	if err != nil { // only what is nested too deeply is refused
		return original{}, fmt.Errorf("%w: its tags are nested hundreds deep; open the page in a browser and save its text", ErrTooMuch)
	}
	p := pageReader{items: map[*html.Node]int{}}
	p.read(root)
	p.flush()
	frame(p.blocks)
	titleIsNoHeading(p.blocks)
	var c composer
	for _, b := range p.blocks {
		c.add(b.text, known{level: b.level, why: b.why})
	}
	return c.original(charset, saidByPage(root))
}

var declared = regexp.MustCompile(`(?i)<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:-]{2,30})`)

// titleIsNoHeading takes the one main heading of a page for its title, which
// heads all of it and so tells no passage from another.
func titleIsNoHeading(blocks []block) {
	title := -1
	for i, b := range blocks {
		if b.level == 1 && b.why == "" && inkLength(b.text) > 0 {
			if title >= 0 {
				return
			}
			title = i
		}
	}
	if title >= 0 {
		blocks[title].level = 0
	}
}

// decodeHTML turns a page into UTF-8. A byte order mark and valid UTF-8 come
// first; then what the page declares, where its bytes agree; then the detector.
func decodeHTML(raw []byte) (text, name string, err error) {
	if err := otherFormat(raw, ""); err != nil {
		return "", "", err
	}
	if _, marked := decodeMarked(raw); marked == "" && !utf8.Valid(raw) {
		if m := declared.FindSubmatch(raw[:min(len(raw), 1<<16)]); m != nil {
			enc, name := charset.Lookup(string(m[1]))
			if strings.HasPrefix(name, "gb") {
				enc, name = charset.Lookup("gb18030") // which holds the others
			}
			if enc != nil && name != "utf-8" {
				text := decodeAs(enc, raw)
				if bad := strings.Count(text, "\uFFFD"); bad*200 <= utf8.RuneCountInString(text) && !looksBinary(text) {
					return text, strings.ToUpper(name), nil
				}
			}
		}
	}
	return decode(raw)
}

// A block is a paragraph of a page.
type block struct {
	text  string
	level int        // of a heading
	node  *html.Node // the element it stands in
	links int        // characters that are links
	item  bool       // of a list
	row   bool       // of a table
	why   string
}

// A pageReader collects the blocks of a page.
type pageReader struct {
	blocks []block
	text   strings.Builder
	node   *html.Node // of the open block
	linked int
	inLink int
	level  int
	item   bool
	prefix string // the number of the list item that opens
	hidden int
	total  int                // bytes of text so far
	items  map[*html.Node]int // how many items of a numbered list there were
}

// quiet elements hold no text of the page itself.
var quiet = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Head: true, atom.Template: true, atom.Noscript: true, atom.Svg: true, atom.Math: true,
	atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Select: true, atom.Datalist: true, atom.Audio: true, atom.Video: true,
	atom.Canvas: true, atom.Textarea: true, atom.Map: true, atom.Noframes: true, atom.Applet: true,
}

// inline elements stand within a paragraph; all others open one.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true, atom.Cite: true,
	atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true,
	atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true, atom.Nobr: true, atom.Q: true, atom.Rp: true, atom.Rt: true,
	atom.Ruby: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true, atom.Button: true, atom.Input: true,
}

func (p *pageReader) read(n *html.Node) {
	if p.total > maxText {
		return
	}
	switch n.Type {
	case html.TextNode:
		p.words(n)
		return
	case html.ElementNode:
	case html.DocumentNode:
		p.children(n)
		return
	default:
		return
	}
	switch {
	case quiet[n.DataAtom]:
		return
	case n.DataAtom == atom.Br || n.DataAtom == atom.Hr:
		p.flush()
		return
	case n.DataAtom == atom.A && attr(n, "href") != "":
		p.inLink++
		p.children(n)
		p.inLink--
		return
	}
	hides := hides(n)
	if hides {
		p.flush()
		p.hidden++
	}
	switch {
	case n.DataAtom == atom.Table:
		p.flush()
		p.table(n)
	case inline[n.DataAtom]:
		p.children(n)
	default:
		p.paragraph(n)
	}
	if hides {
		p.flush()
		p.hidden--
	}
}

func (p *pageReader) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.read(c)
	}
}

// paragraph reads an element that begins and ends a line.
func (p *pageReader) paragraph(n *html.Node) {
	p.flush()
	level, item := p.level, p.item
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.level = int(n.Data[1] - '0')
	case atom.Li, atom.Dt, atom.Dd:
		p.item = true
		p.prefix = p.itemNumber(n)
	}
	p.children(n)
	p.flush()
	p.level, p.item = level, item
}

// itemNumber is the number that a browser shows before an item of a list.
func (p *pageReader) itemNumber(li *html.Node) string {
	list := li.Parent
	if li.DataAtom != atom.Li || list == nil || list.DataAtom != atom.Ol || strings.Contains(attr(list, "style"), "none") {
		return ""
	}
	if _, begun := p.items[list]; !begun {
		p.items[list] = 0
		if start, err := strconv.Atoi(attr(list, "start")); err == nil {
			p.items[list] = start - 1
		}
	}
	p.items[list]++
	return strconv.Itoa(p.items[list]) + ". "
}

func (p *pageReader) words(n *html.Node) {
	if strings.TrimFunc(n.Data, blank) == "" {
		p.text.WriteByte(' ')
		return
	}
	if p.node == nil {
		p.node = n.Parent
	}
	// A line break of the source is a space to a browser, save in pre.
	p.text.WriteString(n.Data)
	p.total += len(n.Data)
	if p.inLink > 0 {
		p.linked += inkLength(n.Data)
	}
}

// flush ends the open block.
func (p *pageReader) flush() {
	text := p.text.String()
	p.text.Reset()
	node, links := p.node, p.linked
	p.node, p.linked = nil, 0
	if node == nil {
		return
	}
	if p.prefix != "" {
		if markerOf(strings.TrimFunc(text, blank)).kind == noMarker {
			text = p.prefix + strings.TrimLeftFunc(text, blank)
		}
		p.prefix = ""
	}
	pieces := []string{text}
	if within(node, atom.Pre) {
		pieces = strings.Split(text, "\n")
	}
	for _, t := range pieces {
		p.put(block{text: t, level: p.level, node: node, links: links, item: p.item})
	}
}

func (p *pageReader) put(b block) {
	if p.hidden > 0 {
		b.why = reasonHidden
	}
	p.blocks = append(p.blocks, b)
}

func within(n *html.Node, a atom.Atom) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == a {
			return true
		}
	}
	return false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

var hidingStyle = regexp.MustCompile(`(?i)(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))`)

// hides reports whether an element is not shown. Whole pages that are hidden
// until a script runs are not meant.
func hides(n *html.Node) bool {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			return hidingStyle.MatchString(a.Val)
		}
	}
	return false
}
