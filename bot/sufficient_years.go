package bot

import (
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// toldYear is a year that a document tells: 2000亿元 is none.
var toldYear = regexp.MustCompile(`(?:^|[^0-9])(?:19|20)[0-9]{2} ?(?:年|[-—–~～至到/.]) ?`)

// inYears reports whether every year of the question stands in the piece or in
// its headings or is the document's own; or in its passage, where the piece does
// not tell another year of its own.
func inYears(r reading, p piece) bool {
	if len(r.Years) == 0 {
		return true
	}
	around := strings.Join(p.src.Heading, " ") + p.src.Doc.Meta.Title.Value + p.src.Doc.Meta.Date.Value + p.text
	return hasYears(r, around) || hasYears(r, around+p.src.Text) && !toldYear.MatchString(p.text)
}

func hasYears(r reading, text string) bool {
	return !slices.ContainsFunc(r.Years, func(y string) bool { return !strings.Contains(text, y) })
}

// underYears reports the same where the sentence that opens the piece's section
// gives the years to what follows ("到2025年,…"), unless the passage tells a year
// of its own until the piece ends. The openings are those of its sections.
func underYears(r reading, p piece, openings func() string) bool {
	return inYears(r, p) || !toldYear.MatchString(p.src.Text[:p.span.End]) && hasYears(r, openings())
}

// openings are the sentences that open the sections which a passage stands in,
// behind their headings.
func openings(v View, src *prompts.Source) string {
	var out strings.Builder
	passages := v.Passages(src.DocID)
	at := max(0, slices.IndexFunc(passages, func(p retrieval.Passage) bool { return p.Start == src.Start }))
	for depth := range src.Heading {
		first := at
		for first > 0 && len(passages[first-1].Heading) > depth && slices.Equal(passages[first-1].Heading[:depth+1], src.Heading[:depth+1]) {
			first--
		}
		text := passages[first].Text
		for _, span := range han.Sentences(text) {
			if opening := span.In(text); !slices.Contains(src.Heading, opening) {
				out.WriteString(opening)
				break
			}
		}
	}
	return out.String()
}
