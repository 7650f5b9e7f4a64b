package telegramtest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// Screen is the chat as a person sees it, message by message: *bold*,
// _underlined_, /italic/, ~struck~, `code`, «link→url», and a bar before each
// line of a quote (┃ when it can be folded). Buttons stand in brackets under
// their message.
func (c *Chat) Screen() string { return c.ScreenOf(func(Message) bool { return true }) }

// ScreenOf is the part of Screen with the messages that show wants.
func (c *Chat) ScreenOf(show func(Message) bool) string {
	var b strings.Builder
	for _, m := range c.Messages() {
		if m.service != nil && m.Text == "" && m.File == nil || !show(m) {
			continue
		}
		b.WriteString(m.Name)
		if m.Thread != 0 {
			c.s.mu.Lock()
			fmt.Fprintf(&b, " (%s)", c.topics[m.Thread])
			c.s.mu.Unlock()
		}
		if m.Edits > 0 {
			b.WriteString(" (edited)")
		}
		b.WriteString(":\n")
		for line := range strings.Lines(m.Show()) {
			b.WriteString("  " + line)
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

var marks = map[string]string{"bold": "*", "underline": "_", "italic": "/", "strikethrough": "~", "code": "`"}

// Show is one message as a person sees it.
func (m Message) Show() string {
	units := utf16.Encode([]rune(m.Text))
	open, shut := map[int]string{}, map[int]string{}
	quoted := make([]string, len(units)+1)
	for _, e := range m.Entities {
		end := e.Offset + e.Length
		switch mark := marks[e.Type]; {
		case mark != "":
			open[e.Offset] += mark
			shut[end] = mark + shut[end]
		case e.Type == "text_link":
			open[e.Offset] += "«"
			shut[end] = "→" + e.URL + "»" + shut[end]
		case strings.HasSuffix(e.Type, "blockquote"):
			bar := map[bool]string{true: "┃ ", false: "│ "}[strings.HasPrefix(e.Type, "expandable")]
			for i := e.Offset; i < end; i++ {
				quoted[i] = bar
			}
		}
	}
	var b strings.Builder
	if m.File != nil {
		b.WriteString(m.File.describe())
		if m.Text != "" {
			b.WriteString("\n")
		}
	}
	b.WriteString(quoted[0])
	for i := 0; i <= len(units); i++ {
		b.WriteString(shut[i] + open[i])
		if i == len(units) {
			break
		}
		n := 1
		if utf16.IsSurrogate(rune(units[i])) && i+1 < len(units) {
			n = 2
		}
		b.WriteString(string(utf16.Decode(units[i : i+n])))
		if units[i] == '\n' {
			b.WriteString(quoted[i+1])
		}
		i += n - 1
	}
	for _, row := range m.Keyboard {
		labels := []string{}
		for _, button := range row {
			labels = append(labels, "["+button.Text+"]")
		}
		b.WriteString("\n" + strings.Join(labels, " "))
	}
	return b.String()
}

// Labels are the words on the buttons of a message.
func (m Message) Labels() []string {
	var out []string
	for _, b := range slices.Concat(m.Keyboard...) {
		out = append(out, b.Text)
	}
	return out
}
