package prompts

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"policybot/internal/han"
)

// marker is a citation inside a text: [1], 【1】, ［1，2］, [^1], [1](1),
// 【1†source】, (来源：1), <sup>1</sup>. Numbers have at most two digits:
// 杭政办[2020]12号 is no citation.
var marker = regexp.MustCompile(`(?i)\s*(?:` +
	`<sup>\s*\[?(\d{1,2})\]?\s*</sup>` +
	`|[\[［【]\s*\^?\s*(?:来源|资料|source|src|ref)?\s*[:：#]?\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*(?:†[^\]】]{0,40})?[\]］】](?:\([^()]{0,300}\))?` +
	`|[(（]\s*(?:来源|资料|出处|sources?|refs?)\s*[:：#]?\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*[)）]` +
	`|\^(\d{1,2})\^?(?:$|[\s。，；！？,;.!?]))`)

var digits = regexp.MustCompile(`\d+`)

// A citeMark is a citation marker's place in a text and its numbers.
type citeMark struct {
	start, end int
	sources    []int
}

func findMarks(s string) []citeMark {
	var out []citeMark
	for _, m := range marker.FindAllStringSubmatchIndex(s, -1) {
		found := citeMark{start: m[0], end: m[1]}
		for g := 2; g < len(m); g += 2 {
			if m[g] < 0 {
				continue
			}
			for _, d := range digits.FindAllString(s[m[g]:m[g+1]], -1) {
				n, err := strconv.Atoi(d)
				if err == nil {
					found.sources = append(found.sources, n)
				}
			}
			if g == 8 { // ^1 ends before the character that follows it
				found.end = m[g+1]
				if strings.HasPrefix(s[found.end:], "^") {
					found.end++
				}
			}
		}
		if s[found.start] == '^' && found.start > 0 && isWordByte(s[found.start-1]) {
			continue // 10^8
		}
		out = append(out, found)
	}
	return out
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// takeMarkers takes the citation markers out of a text.
func takeMarkers(s string) (text string, sources []int) {
	var b strings.Builder
	end := 0
	for _, m := range findMarks(s) {
		b.WriteString(s[end:m.start])
		end = m.end
		for _, n := range m.sources {
			if !slices.Contains(sources, n) {
				sources = append(sources, n)
			}
		}
	}
	b.WriteString(s[end:])
	return b.String(), sources
}

// listItem is what may stand before a sentence in a list.
var listItem = regexp.MustCompile(`^(?:[-*•·>#]+\s+|\d{1,2}[.、)）]\s*([^\d]))`)

// markedSentences are the sentences of a line that are followed by markers, as
// claims with those cites and no quotes.
func markedSentences(line string) []Claim {
	for {
		m := listItem.FindStringSubmatch(line)
		if m == nil {
			break
		}
		line = m[1] + line[len(m[0]):]
	}
	var out []Claim
	last, lastGroup := 0, 0
	for _, m := range findMarks(line) {
		before := strings.TrimLeft(line[last:m.start], "。，；,.;!！?？、 ")
		if last = m.end; before != "" && strings.HasPrefix(line[last:], "。") {
			before += "。" // the mark stands before the sentence's end
		}
		cites := make([]Cite, 0, len(m.sources))
		for _, n := range m.sources {
			cites = append(cites, Cite{Source: n})
		}
		if before == "" { // [1][2]: one more for the sentences just given
			for i := lastGroup; i < len(out); i++ {
				out[i].Cites = append(out[i].Cites, cites...)
			}
			continue
		}
		lastGroup = len(out)
		for _, span := range han.Sentences(before) {
			if text := cleanText(span.In(before), maxText); text != "" {
				out = append(out, Claim{Text: text, Cites: slices.Clone(cites)})
			}
		}
	}
	for i := range out {
		out[i].Cites = out[i].Cites[:min(len(out[i].Cites), maxCites)]
	}
	return out
}

// The markup and links that a model's text must not carry. A bare host counts
// as a link, and so does a name with @: chat clients make links of them.
var (
	htmlTag  = regexp.MustCompile(`</?[A-Za-z!][^<>]{0,300}>|<\|[^<>|]{1,40}\|>`)
	linkText = regexp.MustCompile(`!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)`)
	link     = regexp.MustCompile(`(?i)(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:|\btg:)[^\s<>"'“”「」《》，。；、！？（）]*`)
	host     = regexp.MustCompile(`(?i)\b(?:[a-z0-9][a-z0-9_-]{0,62}\.)+(?:com|cn|org|net|io|me|gov|edu|info|top|xyz|vip|cc|tv|app|dev|site|online|ru|hk|tw|jp|uk|us|eu|de|fr|shop|club|pro|link|live|ai|co|biz|win|bet|ly|gg|to)\b(?::\d{1,5})?(?:/[^\s<>"'“”「」《》，。；、！？（）]*)?`)
	atName   = regexp.MustCompile(`@[A-Za-z][A-Za-z0-9_]{2,}`)
	emphasis = strings.NewReplacer("**", "", "__", "", "~~", "", "`", "")
)

// cleanText is a model's text for people: on one line, without markup, links
// and invisible characters. It is empty when nothing that can be read remains,
// or when it is longer than limit characters.
func cleanText(s string, limit int) string {
	s = visible(s)
	// Taking one thing out may put another together: <<b>b>, so until it stays.
	for range 8 {
		was := s
		s = htmlTag.ReplaceAllString(s, "")
		s = linkText.ReplaceAllString(s, "$1")
		for _, re := range []*regexp.Regexp{link, host, atName} {
			s = re.ReplaceAllString(s, "")
		}
		s = emphasis.Replace(s)
		if s == was {
			break
		}
	}
	s = strings.Join(strings.Fields(s), " ")
	for {
		m := listItem.FindStringSubmatch(s)
		if m == nil || m[1] != "" { // a number at the beginning may be content
			break
		}
		s = s[len(m[0]):]
	}
	if len([]rune(s)) > limit || !strings.ContainsFunc(s, letterOrFigure) {
		return ""
	}
	return s
}

// visible is s as valid UTF-8 without characters that nobody sees.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if han.Invisible(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// The words with which models say in prose that the sources do not answer.
var refusalWords = regexp.MustCompile(`(?i)无法(?:回答|确定|提供|得知)|不能回答|没有(?:相关|提到|提及|提供|找到|说明|包含)|未(?:提及|提到|提供|找到|包含|说明)|找不到|不包含|cannot answer|can't answer|unable to (?:answer|find)|(?:do|does|did) not (?:mention|contain|provide|say|include|answer)|no (?:relevant |such )?information|not (?:mentioned|found|provided|stated)|don't know`)

func soundsLikeRefusal(s string) bool { return refusalWords.MatchString(s) }
