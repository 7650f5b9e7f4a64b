package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/retrieval"
)

// headline reports whether a line is a heading rather than a sentence, or a
// label with its value.
func headline(text string) bool {
	return utf8.RuneCountInString(text) <= 40 && !strings.ContainsAny(lastRune(text), "。；;!！?？”") && !labelledValue.MatchString(text)
}

// preface matches a sentence that says what a document is about to say.
var preface = regexp.MustCompile(`(?:如下|以下(?:通知|通告|公告|意见|措施|要求|事项))[：:。]?$|^(?:现|特)[将就].{0,60}(?:如下|通知|通告|公告)[：:。]?$`)

// announces matches a sentence that says that a document was issued, or begins
// one with what it is for.
var announces = regexp.MustCompile(`(?:印发|出台|下发|发布|制定|公布|编制)了?《[^》]+》|^(?:为|根据|按照|依据|遵照)[^。；]{10,}(?:制定本|特制定|制定以下|提出以下|提出如下|现将|现就|经.{0,12}(?:决定|同意|研究))`)

// titleLike matches a line that ends as titles of documents do.
var titleLike = regexp.MustCompile(`(?:通知|公告|通告|意见|办法|指引|方案|措施|解读|指南|规定|决定|函|须知|提示|倡议书|公开信)(?:[（(][^）)]{1,8}[）)])?$`)

// titled reports whether a line is the title of its document or reads like one.
func titled(text string, doc *retrieval.Document) bool {
	return text == doc.Meta.Title.Value || titleLike.MatchString(text)
}

// labelledValue matches a line such as 开户行：某某银行.
var labelledValue = regexp.MustCompile(`^[^：:]{2,12}[：:].*[^：:\s]`)
