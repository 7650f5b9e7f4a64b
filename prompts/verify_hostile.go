package prompts

import (
	_ "embed"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
)

// Documents and models may carry what acts on the reader's screen, or speaks
// to a model instead of a reader. Neither is told or quoted: chat clients make
// links of bare addresses, @names and /commands, whatever the message says of
// its own formatting.

var (
	// address is what clients turn into a link. An e-mail address is contact
	// data and stays: its @ has a name before it.
	address = regexp.MustCompile(`(?i)[a-z]{2,12}://|\bwww\.|\b(?:t|telegram)\.me/|\btg:|javascript:|\bdata:[a-z]+/|mailto:` +
		`|(?:^|[^\w.@%+-])@[a-z]\w{3,}` +
		`|(?:^|[^\w@.-])(?:[a-z0-9-]+(?:\[\.\]|\.))+(?:com|cn|net|org|gov|edu|info|biz|io|me|xyz|top|vip|club|site|online|shop|cc|tk|ru|app|link|live|example)\b` +
		`|(?:^|[\s，。；、：])/[a-z]{3,}`)
	// marked is formatting that some client obeys.
	marked = regexp.MustCompile("\\]\\(|\\*\\*|__|\\|\\||[<>`]")
	// contract is a piece of the lines that a model writes to us.
	contract = regexp.MustCompile(`"(?:text|cites|quote|refuse)"\s*:`)
	// sealed is a text that only a machine reads, long enough to hold an order.
	sealed = regexp.MustCompile(`[A-Za-z0-9+/_=-]{40,}`)
)

//go:embed data/orders.txt
var ordersTable string

// orders are the patterns of data/orders.txt as one.
var orders = sync.OnceValue(func() *regexp.Regexp {
	var all []string
	for line := range strings.Lines(ordersTable) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return regexp.MustCompile(strings.Join(all, "|"))
})

// lookalikes maps the Cyrillic and Greek letters that look like Latin ones, so
// that an address or order cannot hide behind them.
var lookalikes = strings.NewReplacer("а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "і", "i", "ѕ", "s", "ј", "j", "ԁ", "d",
	"ο", "o", "α", "a", "ε", "e", "ν", "v", "ι", "i", "κ", "k", "ρ", "p", "τ", "t", "υ", "u", "χ", "x")

// plain is text as hostile patterns are looked for in it: one width and case,
// Latin letters for those that look like them, nothing invisible.
func plain(text string) string {
	return lookalikes.Replace(strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case han.Invisible(r):
			return -1
		case r >= '！' && r <= '～':
			return r - 0xFEE0
		case r == '　':
			return ' '
		}
		return r
	}, text)))
}

// window is how many letters in a row of our own instructions give them away.
const window = 14

// ownWords are the instructions in windows, letters alone.
var ownWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, name := range []string{"system.tmpl", "summary_system.tmpl", "rewrite_system.tmpl"} {
		for w := range windows(plain(execute(name, nil))) {
			m[w] = true
		}
	}
	return m
})

// windows are the pieces of plain text that are window letters long.
func windows(low string) iter.Seq[string] {
	return func(yield func(string) bool) {
		letters := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, low)
		var at [window]int // where the last letters begin
		n := 0
		for i, r := range letters {
			at[n%window] = i
			if n++; n >= window && !yield(letters[at[n%window]:i+utf8.RuneLen(r)]) {
				return
			}
		}
	}
}

// firstAddress is the first address in plain text; each has one of a few marks.
func firstAddress(low string) string {
	if !strings.ContainsAny(low, ".:@/") {
		return ""
	}
	return address.FindString(low)
}

// hostile says what in a claim's text or its quote would act as a link, or is
// addressed to a model; empty if nothing is.
func hostile(text string) string {
	low := plain(text)
	if found := firstAddress(low); found != "" {
		return fmt.Sprintf("%q could be read as a link or command", strings.TrimSpace(found))
	}
	if found := contract.FindString(low); found != "" {
		return fmt.Sprintf("%q belongs to the format of the reply", found)
	}
	if sealed.MatchString(low) {
		return "it holds a string that nobody can read"
	}
	if found := orders().FindString(low); found != "" {
		return fmt.Sprintf("%q speaks to a model and not to a reader", found)
	}
	for w := range windows(low) {
		if ownWords()[w] {
			return "it repeats the instructions"
		}
	}
	return ""
}

// unspaced is a run of text that holds no Chinese and no blank, as an address
// is one.
var unspaced = regexp.MustCompile(`[^\p{Han}\s，。；：、！？（）《》“”【】「」]+`)

// harmless is a cite without the addresses in its quote, which a client would
// make into links: what stands around them, in pieces that are long enough. A
// government's own address stays. reason says what forbids the quote.
func harmless(c Cite) (cites []Cite, reason string) {
	rest := withoutOfficialLinks(Claim{Text: c.Quote, Cites: []Cite{c}})
	reason = hostile(rest)
	if reason == "" {
		return []Cite{c}, ""
	}
	at := 0
	add := func(end int) {
		piece := c.Quote[at:end]
		if len(han.Squash(piece).Runes) >= MinQuote && hostile(piece) == "" {
			cites = append(cites, Cite{Source: c.Source, Quote: piece, Start: c.Start + at, End: c.Start + end})
		}
	}
	for _, m := range unspaced.FindAllStringIndex(c.Quote, -1) {
		if run := c.Quote[m[0]:m[1]]; firstAddress(plain(run)) != "" && strings.Contains(rest, run) {
			add(m[0])
			at = m[1]
		}
	}
	if at == 0 {
		return nil, reason
	}
	if add(len(c.Quote)); len(cites) == 0 || orders().MatchString(plain(c.Quote)) {
		return nil, reason
	}
	return cites, ""
}
