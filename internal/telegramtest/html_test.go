package telegramtest

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseHTML(t *testing.T) {
	cases := []struct {
		html, text string
		entities   []Entity
	}{
		{"a &lt;b&gt; &amp; &quot;c&quot;", `a <b> & "c"`, nil},
		{"&nbsp;&apos;&x", "&nbsp;&apos;&x", nil},
		{"&lt&#65;&#x41;&#128512;", "<AA😀", nil},
		{"😀<b>粗</b>", "😀粗", []Entity{{Type: "bold", Offset: 2, Length: 1}}},
		{"<b>a<i>b</i></b>", "ab", []Entity{{Type: "bold", Offset: 0, Length: 2}, {Type: "italic", Offset: 1, Length: 1}}},
		{"<B>a</b >", "a", []Entity{{Type: "bold", Offset: 0, Length: 1}}},
		{"<b></b>x", "x", nil},
		{"<blockquote expandable>q</blockquote>", "q", []Entity{{Type: "expandable_blockquote", Offset: 0, Length: 1}}},
		{"<blockquote>q</blockquote>", "q", []Entity{{Type: "blockquote", Offset: 0, Length: 1}}},
		{`<a href="https://x.cn/?a=1&amp;b=2">x</a>`, "x", []Entity{{Type: "text_link", Offset: 0, Length: 1, URL: "https://x.cn/?a=1&b=2"}}},
		{`<a href="nonsense">x</a>`, "x", nil},
		{`<span class="tg-spoiler">x</span>`, "x", []Entity{{Type: "spoiler", Offset: 0, Length: 1}}},
	}
	for _, c := range cases {
		text, es, err := ParseHTML(c.html)
		if err != nil || text != c.text || !reflect.DeepEqual(es, c.entities) {
			t.Errorf("%s: %q %+v %v", c.html, text, es, err)
		}
	}
}

func TestParseHTMLErrors(t *testing.T) {
	cases := map[string]string{
		"a <b>x":           `Can't find end tag corresponding to start tag "b"`,
		"字<br>":            `Unsupported start tag "br" at byte offset 3`,
		"5 < 6":            `Unsupported start tag "" at byte offset 2`,
		"a<b":              "Unclosed start tag at byte offset 1",
		"a</b>":            "Unexpected end tag at byte offset 1",
		"<b>x</i>":         `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"<b>x</b":          "Unclosed end tag at byte offset 4",
		"<b =1>x</b>":      `Empty attribute name in the tag "b" at byte offset 0`,
		"<a href=x/y>x</a": "Unexpected end of name token at byte offset 8",
		"<a href=\"x":      "Unclosed start tag at byte offset 0",
		"<span>x</span>":   `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		"&#xd800;":         "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
	}
	for html, want := range cases {
		if _, _, err := ParseHTML(html); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", html, err, want)
		}
	}
}

func TestTidy(t *testing.T) {
	text, es, _ := ParseHTML(" \n a\tb\r\n<b>\u202ec </b> \n")
	text, es = tidy(text, es)
	if text != "a b\nc" || !reflect.DeepEqual(es, []Entity{{Type: "bold", Offset: 4, Length: 1}}) {
		t.Errorf("%q %+v", text, es)
	}
	_, es, _ = ParseHTML(strings.Repeat("<b>x</b> ", 150))
	if _, es = tidy(strings.Repeat("x ", 150), es); len(es) != MaxEntities {
		t.Errorf("%d entities are kept", len(es))
	}
}

func FuzzParseHTML(f *testing.F) {
	for _, seed := range []string{"<b>x</b>", "&#x41;<a href='x.y'>z</a>", "<blockquote expandable=1>", "<", "&", "</", "😀<i>é</i>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, html string) {
		if !utf8.ValidString(html) {
			return // refused before it is parsed
		}
		text, es, err := ParseHTML(html)
		if err != nil {
			return
		}
		text, es = tidy(text, es)
		for _, e := range es {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > Units(text) {
				t.Fatalf("%q: entity %+v is outside %q", html, e, text)
			}
		}
		Message{Text: text, Entities: es}.Show()
	})
}
