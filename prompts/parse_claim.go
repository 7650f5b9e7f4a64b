package prompts

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// The names that models give to the contract's keys, compared in lower case.
var (
	textNames    = []string{"text", "claim", "sentence", "statement", "answer", "content", "句子", "内容", "文本", "陈述", "结论", "回答"}
	citeNames    = []string{"cites", "cite", "citations", "citation", "references", "reference", "refs", "ref", "evidence", "引用", "依据", "证据", "出处"}
	sourceNames  = []string{"source", "sources", "source_id", "source_number", "src", "id", "index", "n", "no", "number", "doc", "document", "passage", "来源", "资料", "编号", "资料编号"}
	quoteNames   = []string{"quote", "quotes", "quoted", "excerpt", "span", "原文", "引文", "资料原文"}
	refuseNames  = []string{"refuse", "refusal", "refused", "拒答", "拒绝"}
	whyNames     = []string{"why", "reason", "message", "explanation", "原因"}
	wrapperNames = []string{"claims", "answers", "sentences", "statements", "results", "items", "output", "response", "answer", "data", "claim"}
)

// named is the first value in m under one of the names that is not nil.
func named(m map[string]any, names []string) any {
	for _, name := range names {
		if v := m[name]; v != nil {
			return v
		}
	}
	return nil
}

// readObject reads a decoded object; ok is false if it is neither a claim, nor
// a refusal, nor a list of them.
func readObject(raw map[string]any, depth int) (claims []Claim, refusal *Refusal, ok bool) {
	m := make(map[string]any, len(raw))
	for k, v := range raw {
		m[strings.ToLower(strings.TrimSpace(k))] = v
	}
	if text, isText := named(m, textNames).(string); isText && strings.TrimSpace(text) != "" {
		if c, good := readClaim(text, m); good {
			claims = append(claims, c)
		}
		return claims, nil, true
	}
	switch said := named(m, refuseNames).(type) {
	case string:
		if strings.TrimSpace(said) != "" {
			return nil, &Refusal{Why: cleanText(said, maxReason)}, true
		}
	case bool:
		if said {
			why, _ := named(m, whyNames).(string)
			return nil, &Refusal{Why: cleanText(why, maxReason)}, true
		}
	}
	if depth > 2 {
		return nil, nil, false
	}
	for _, name := range wrapperNames {
		items, isList := m[name].([]any)
		if one, isObject := m[name].(map[string]any); isObject {
			items, isList = []any{one}, true
		}
		for _, item := range items {
			if inner, isObject := item.(map[string]any); isObject {
				more, said, _ := readObject(inner, depth+1)
				claims = append(claims, more...)
				if said != nil {
					refusal = said
				}
			}
		}
		ok = ok || isList
	}
	return claims, refusal, ok
}

// readClaim makes a claim of its text and the object around it.
func readClaim(text string, m map[string]any) (Claim, bool) {
	text, marked := takeMarkers(text)
	c := Claim{Text: cleanText(text, maxText)}
	if c.Text == "" {
		return c, false
	}
	raw := readCites(named(m, citeNames), 0)
	sources, quotes := named(m, sourceNames), texts(named(m, quoteNames))
	if raw == nil {
		raw = readCites(sources, 0)
	}
	if raw == nil {
		for _, n := range marked {
			raw = append(raw, Cite{Source: n})
		}
	}
	raw = pair(raw, quotes)
	for _, k := range raw {
		c.Cites = append(c.Cites, splitQuote(k)...)
	}
	c.Cites = c.Cites[:min(len(c.Cites), maxCites)]
	for _, k := range c.Cites {
		if len([]rune(k.Quote)) > maxQuote {
			return c, false
		}
	}
	return c, true
}

// pair gives quotes that stand in a list of their own to cites without one:
// one each, or one for all, or all to the only source.
func pair(cites []Cite, quotes []string) []Cite {
	for _, k := range cites {
		if k.Quote != "" {
			return cites
		}
	}
	switch {
	case len(quotes) == 0:
	case len(cites) == 0:
		for _, q := range quotes {
			cites = append(cites, Cite{Quote: q})
		}
	case len(cites) == 1:
		source := cites[0].Source
		cites = cites[:0:0]
		for _, q := range quotes {
			cites = append(cites, Cite{Source: source, Quote: q})
		}
	default:
		for i := range cites {
			if len(quotes) == 1 {
				cites[i].Quote = quotes[0]
			} else if i < len(quotes) {
				cites[i].Quote = quotes[i]
			}
		}
	}
	return cites
}

// readCites reads cites in any shape: a list, an object, a number, a string,
// a pair [1,"quote"], an object of numbers and quotes.
func readCites(v any, depth int) []Cite {
	if depth > 3 {
		return nil
	}
	switch v := v.(type) {
	case json.Number:
		return []Cite{{Source: number(v.String())}}
	case string:
		if strings.TrimSpace(v) == "" {
			return nil
		}
		return stringCites(v)
	case []any:
		if len(v) == 2 {
			n, first := v[0].(json.Number)
			quote, second := v[1].(string)
			if first && second && number(quote) == 0 {
				return []Cite{{Source: number(n.String()), Quote: quote}}
			}
		}
		var out []Cite
		for _, item := range v[:min(len(v), 2*maxCites)] {
			out = append(out, readCites(item, depth+1)...)
		}
		return out
	case map[string]any:
		return objectCites(v)
	}
	return nil
}

func objectCites(raw map[string]any) []Cite {
	m := make(map[string]any, len(raw))
	var numbered []Cite
	for k, v := range raw {
		m[strings.ToLower(strings.TrimSpace(k))] = v
	}
	for n := 1; n <= 2*maxCites; n++ { // {"1":"quote","2":"quote"}, in order
		for _, quote := range texts(m[strconv.Itoa(n)]) {
			numbered = append(numbered, Cite{Source: n, Quote: quote})
		}
	}
	if numbered != nil {
		return numbered
	}
	sources := sourceCites(named(m, sourceNames))
	quotes := texts(named(m, quoteNames))
	if quotes == nil {
		quotes = texts(named(m, textNames))
	}
	return pair(sources, quotes)
}

// sourceCites are the numbers in the value of a cite's source, as cites
// without quotes: at least one, 0 if there is no number.
func sourceCites(v any) []Cite {
	items, isList := v.([]any)
	if !isList || len(items) == 0 {
		items = []any{v}
	}
	var out []Cite
	for _, item := range items[:min(len(items), maxCites)] {
		switch item := item.(type) {
		case json.Number:
			out = append(out, Cite{Source: number(item.String())})
		case string:
			out = append(out, Cite{Source: number(item)})
		default:
			out = append(out, Cite{})
		}
	}
	return out
}

// A citeText is a cite written as text: 1, [1], 来源1, source 1: the quote.
var citeText = regexp.MustCompile(`(?is)^[\s\[【［(#^]*(?:来源|资料|第|source|src|doc|passage|ref)?\s*[:：#]?\s*(\d{1,4})\s*[份条号]?[\])】］\s]*(?:[:：,，、]\s*(.*))?$`)

func stringCites(s string) []Cite {
	if list := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;； ", r) }); len(list) > 1 && len(list) <= maxCites {
		var out []Cite
		for _, item := range list {
			if m := citeText.FindStringSubmatch(item); m != nil && m[2] == "" {
				out = append(out, Cite{Source: number(m[1])})
			}
		}
		if len(out) == len(list) {
			return out
		}
	}
	if m := citeText.FindStringSubmatch(s); m != nil {
		return []Cite{{Source: number(m[1]), Quote: m[2]}}
	}
	if _, marked := takeMarkers(s); len(marked) == 1 {
		quote, _ := takeMarkers(s)
		return []Cite{{Source: marked[0], Quote: quote}}
	}
	return []Cite{{Quote: s}}
}

// number is a source's number, or 0.
func number(s string) int {
	if m := citeText.FindStringSubmatch(s); m != nil && m[2] == "" {
		n, err := strconv.Atoi(m[1])
		if err == nil {
			return n
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == float64(int(f)) && f > 0 && f < 1e4 {
		return int(f)
	}
	return 0
}

// texts is a string or a list of strings, without empty ones.
func texts(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			out = append(out, v)
		}
	case []any:
		for _, item := range v[:min(len(v), maxCites)] {
			if s, ok := item.(string); ok && strings.TrimSpace(s) != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// omission is where a quote leaves words out.
var omission = regexp.MustCompile(`\s*(?:\.{3,}|…+|\[\s*(?:\.{3,}|…+)\s*\])\s*`)

// leastQuote is the length in characters below which a piece of a quote proves
// nothing by itself.
const leastQuote = 6

// splitQuote cleans a quote. Marks around it that a passage may not have go,
// and a quote that leaves words out becomes several: both leave what remains
// the passage's own words, or not.
func splitQuote(k Cite) []Cite {
	quote := strings.TrimSpace(visible(k.Quote))
	for _, marks := range []string{"“”", `""`, "「」", "『』", "''", "‘’", "``"} {
		pair := []rune(marks)
		inner, opened := strings.CutPrefix(quote, string(pair[0]))
		if inner, closed := strings.CutSuffix(inner, string(pair[1])); opened && closed {
			quote = inner
		}
	}
	parts := omission.Split(quote, -1)
	var out []Cite
	for _, part := range parts {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if len(parts) > 1 && len([]rune(part)) < leastQuote {
			return []Cite{{Source: k.Source, Quote: quote}}
		}
		out = append(out, Cite{Source: k.Source, Quote: part})
	}
	if out == nil {
		return []Cite{{Source: k.Source}}
	}
	return out
}
